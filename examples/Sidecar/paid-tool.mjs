// A tool with a price, in JavaScript, on the keys of `agentkey serve`. Needs nothing but Node 18.
//
// usage: AGENTKEY_SERVE_TOKEN=… AGENTKEY_API_KEY=ak_… node paid-tool.mjs [http://127.0.0.1:7400]

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

/** A refusal, as data that the agent can read: branch on problem.code. */
class Denied extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }
}

/** The keys behind a sidecar. Amounts are cents. */
class AgentKeys {
  #url;
  #token;

  constructor(url, token) {
    this.#url = url;
    this.#token = token;
  }

  charge(key, scope, costCents, more = {}) {
    return this.#ask("/v1/charges", { key, scope, costCents, ...more });
  }

  hold(key, scope, upToCents, more = {}) {
    return this.#ask("/v1/holds", { key, scope, upToCents, ...more });
  }

  settle(hold, costCents) {
    return this.#ask(`/v1/holds/${hold.id}/settle`, { costCents });
  }

  void(receipt) {
    return this.#ask(`/v1/${"upToCents" in receipt ? "holds" : "charges"}/${receipt.id}/void`, {});
  }

  async #ask(path, body) {
    // One id for all tries of one request: however often it is sent, it is charged once.
    const request = {
      method: "POST",
      body: JSON.stringify(body),
      headers: {
        Authorization: `Bearer ${this.#token}`,
        "Content-Type": "application/json",
        "Idempotency-Key": randomUUID(),
      },
    };
    for (const wait of [100, 500, 2000, null]) {
      try {
        const response = await fetch(new URL(path, this.#url), { ...request, signal: AbortSignal.timeout(10_000) });
        const answer = await response.json();
        if (response.ok) return answer;
        if (response.status !== 503 || wait === null) throw new Denied(answer);
      } catch (error) {
        if (error instanceof Denied || wait === null) throw error;
      }
      await sleep(wait);
    }
  }
}

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
  const summary = text.slice(0, 20);
  return { summary, settled: await keys.settle(hold, (summary.length * 10) / 1_000_000) };
}

const cents = (amount) => amount.toFixed(6);
const keys = new AgentKeys(process.argv[2] ?? "http://127.0.0.1:7400", process.env.AGENTKEY_SERVE_TOKEN);
const key = process.env.AGENTKEY_API_KEY;
const { settled } = await summarize(keys, key, "x".repeat(100));
console.log(`summarize: spent ${cents(settled.spentCents)}, left ${cents(settled.remainingCents)}`);
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
