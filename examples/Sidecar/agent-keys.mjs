// A client of `agentkey serve`, in JavaScript. Needs nothing but Node 18.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

/** A refusal, as data that the agent can read: branch on problem.code. */
export class Denied extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? problem.code);
    this.status = status;
    this.problem = problem;
  }
}

/** It may have been paid or not. Do no work for it; asked again with the same operationId, it is paid once. */
export class Unanswered extends Error {
  constructor(operationId, status, cause) {
    const got = status ? `status ${status}` : "no response";
    super(`agentkey serve gave no answer (${got}) to operation ${operationId}`, { cause });
    this.operationId = operationId;
    this.status = status;
  }
}

/** The keys behind a sidecar. Amounts are cents: numbers hold them to the micro-cent up to 85 million dollars. */
export class AgentKeys {
  #url;
  #token;
  #timeout;

  /** The timeout is for one try, in seconds. */
  constructor(url, token, { timeout = 10 } = {}) {
    // What does not fit a header or an address is shown in the errors of fetch.
    if (!/^https?:\/\/[^/@?#\s]+(\/[^@?#\s]*)?$/.test(url)) throw new TypeError("url: http:// or https:// and a host, without credentials");
    if (!/^[!-~]{32,256}$/.test(token)) throw new TypeError("token: 32 to 256 visible ASCII characters");
    this.#url = String(url).replace(/\/+$/, "");
    this.#token = token;
    this.#timeout = timeout * 1000;
  }

  charge(key, scope, costCents, { operationId, ...more } = {}) {
    return this.#ask("/v1/charges", { key, scope, costCents, ...more }, ["id", "operationId", "costCents"], operationId);
  }

  hold(key, scope, upToCents, { operationId, ...more } = {}) {
    return this.#ask("/v1/holds", { key, scope, upToCents, ...more }, ["id", "operationId", "upToCents"], operationId);
  }

  settle(hold, costCents, { operationId } = {}) {
    return this.#ask(`/v1/holds/${hold.id}/settle`, { costCents }, ["outcome", "spentCents"], operationId);
  }

  void(receipt) {
    return this.#ask(`/v1/${"upToCents" in receipt ? "holds" : "charges"}/${receipt.id}/void`, {}, ["outcome"]);
  }

  async #ask(path, body, members, operationId = randomUUID()) {
    // One id for all tries of one request: however often it is sent, it is charged once.
    const request = {
      method: "POST",
      body: JSON.stringify(body),
      headers: new Headers({
        Authorization: `Bearer ${this.#token}`,
        "Content-Type": "application/json",
        "Idempotency-Key": operationId,
      }),
      // Followed, a redirect takes the agent's key along.
      redirect: "manual",
    };
    for (const wait of [100, 500, 2000, null]) {
      const { status, answer = {}, retryAfter = 0, fault } = await this.#send(path, request);
      // A gateway says 200 too: paid is only what carries a receipt of this operation.
      const isWhole = members.every((member) => member in answer) && (answer.operationId ?? operationId) === operationId;
      if (status === 200 && isWhole) return answer;
      if (status >= 400 && status !== 503 && typeof answer.code === "string") throw new Denied(status, answer);
      if (wait === null || retryAfter > 10) throw new Unanswered(operationId, status, fault);
      await sleep(Math.max(wait, retryAfter * 1000));
    }
  }

  async #send(path, request) {
    try {
      const response = await fetch(this.#url + path, { ...request, signal: AbortSignal.timeout(this.#timeout) });
      const retryAfter = Number(response.headers.get("Retry-After")) || 0;
      return { status: response.status, answer: asObject(await response.text()), retryAfter };
    } catch (fault) {
      return { fault };
    }
  }
}

function asObject(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
