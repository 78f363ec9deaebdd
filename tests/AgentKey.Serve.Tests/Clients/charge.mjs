// Charges with the client and prints what came of it: charge.mjs URL CENTS [TIMES].

import { AgentKeys, Denied, Unanswered } from "./agent-keys.mjs";

const [url, cents, times] = process.argv.slice(2);
const { AGENTKEY_SERVE_TOKEN, AGENTKEY_API_KEY, OPERATION_ID, TIMEOUT } = process.env;
const keys = new AgentKeys(url, AGENTKEY_SERVE_TOKEN, { timeout: Number(TIMEOUT ?? 10) });

async function charge() {
  try {
    const receipt = await keys.charge(AGENTKEY_API_KEY, "docs.read", Number(cents), { operationId: OPERATION_ID });
    return `paid ${receipt.costCents.toFixed(6)} ${receipt.operationId}`;
  } catch (error) {
    if (error instanceof Denied) return `denied ${error.status} ${error.problem.code}`;
    if (error instanceof Unanswered) return `unanswered ${error.status ?? "None"} ${error.operationId}`;
    throw error;
  }
}

for (const line of await Promise.all(Array.from({ length: Number(times ?? 1) }, charge))) console.log(line);
