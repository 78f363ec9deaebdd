// A client of `agentkey serve`, in JavaScript. Needs nothing but Node 18.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

/** A refusal, as data that the agent can read: branch on problem.code. */
export class Denied extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }
}

/** The keys behind a sidecar. Amounts are cents. */
export class AgentKeys {
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
