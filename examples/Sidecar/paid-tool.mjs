// A tool with a price, in JavaScript, on the keys of `agentkey serve`. Needs nothing but Node 18.
//
// usage: AGENTKEY_SERVE_TOKEN=… AGENTKEY_API_KEY=ak_… node paid-tool.mjs [http://127.0.0.1:7400]

import { AgentKeys, Denied } from "./agent-keys.mjs";

/** 1.5 cents a call, before the work; given back when the work fails. */
async function search(keys, key, query) {
  const receipt = await keys.charge(key, "docs.search", 1.5, { tool: "search" });
  try {
    if (!query) throw new RangeError("an empty query");
    return { results: `results for ${query}`, receipt };
  } catch (error) {
    await keys.void(receipt);
    throw error;
  }
}

/** Holds up to 2 cents, and spends 10 micro-cents a character: whole numbers, so that nothing is rounded. */
async function summarize(keys, key, text) {
  const hold = await keys.hold(key, "docs.summarize", 2, { tool: "summarize" });
  let summary;
  try {
    if (!text) throw new RangeError("an empty text");
    summary = text.slice(0, 20);
  } catch (error) {
    await keys.void(hold);
    throw error;
  }
  return { summary, settled: await keys.settle(hold, (summary.length * 10) / 1_000_000) };
}

const cents = (amount) => amount.toFixed(6);
const keys = new AgentKeys(process.argv[2] ?? "http://127.0.0.1:7400", process.env.AGENTKEY_SERVE_TOKEN);
const key = process.env.AGENTKEY_API_KEY;
const { settled } = await summarize(keys, key, "x".repeat(100));
console.log(`summarize: spent ${cents(settled.spentCents)}, left ${cents(settled.remainingCents)}`);
try {
  await summarize(keys, key, "");
} catch (error) {
  if (!(error instanceof RangeError)) throw error;
  console.log(`summarize: ${error.message}, given back`);
}
try {
  await search(keys, key, "");
} catch (error) {
  if (!(error instanceof RangeError)) throw error;
  console.log(`search: ${error.message}, given back`);
}
try {
  for (;;) {
    const { receipt } = await search(keys, key, "budgets");
    console.log(`search: left ${cents(receipt.remainingCents)}`);
  }
} catch (error) {
  if (!(error instanceof Denied)) throw error;
  console.log(`search: ${error.problem.code}, left ${cents(error.problem.remainingCents)}`);
}
