"""A tool with a price, in Python, on the keys of `agentkey serve`. Needs nothing but Python 3.

usage: AGENTKEY_SERVE_TOKEN=… AGENTKEY_API_KEY=ak_… python3 paid_tool.py [http://127.0.0.1:7400]
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid


class Denied(Exception):
    """A refusal, as data that the agent can read: branch on problem["code"]."""

    def __init__(self, problem):
        super().__init__(problem.get("detail", problem["title"]))
        self.problem = problem


class AgentKeys:
    """The keys behind a sidecar. Amounts are cents."""

    def __init__(self, url, token):
        self._url = url.rstrip("/")
        self._token = token

    def charge(self, key, scope, cost_cents, **more):
        return self._ask("/v1/charges", {"key": key, "scope": scope, "costCents": cost_cents, **more})

    def hold(self, key, scope, up_to_cents, **more):
        return self._ask("/v1/holds", {"key": key, "scope": scope, "upToCents": up_to_cents, **more})

    def settle(self, hold, cost_cents):
        return self._ask(f"/v1/holds/{hold['id']}/settle", {"costCents": cost_cents})

    def void(self, receipt):
        kind = "holds" if "upToCents" in receipt else "charges"
        return self._ask(f"/v1/{kind}/{receipt['id']}/void", {})

    def _ask(self, path, body):
        # One id for all tries of one request: however often it is sent, it is charged once.
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid.uuid4()),
        }
        for wait in (0.1, 0.5, 2, None):
            request = urllib.request.Request(self._url + path, json.dumps(body).encode(), headers, method="POST")
            try:
                with urllib.request.urlopen(request, timeout=10) as response:
                    return json.load(response)
            except urllib.error.HTTPError as error:
                if error.code != 503 or wait is None:
                    raise Denied(json.load(error)) from None
            except (urllib.error.URLError, TimeoutError):
                if wait is None:
                    raise
            time.sleep(wait)


def search(keys, key, query):
    """1.5 cents a call, before the work; given back when the work fails."""
    receipt = keys.charge(key, "docs.search", 1.5, tool="search")
    try:
        if not query:
            raise ValueError("an empty query")
        return f"results for {query}", receipt
    except Exception:
        keys.void(receipt)
        raise


def summarize(keys, key, text):
    """Holds up to 2 cents, and spends 10 micro-cents a character: whole numbers, so that nothing is rounded."""
    hold = keys.hold(key, "docs.summarize", 2, tool="summarize")
    try:
        summary = text[:20]
    except Exception:
        keys.void(hold)
        raise
    return summary, keys.settle(hold, len(summary) * 10 / 1_000_000)


def main():
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7400"
    keys, key = AgentKeys(url, os.environ["AGENTKEY_SERVE_TOKEN"]), os.environ["AGENTKEY_API_KEY"]
    _, settled = summarize(keys, key, "x" * 100)
    print(f"summarize: spent {settled['spentCents']:f}, left {settled['remainingCents']:f}")
    try:
        search(keys, key, "")
    except ValueError as error:
        print(f"search: {error}, given back")
    try:
        while True:
            _, receipt = search(keys, key, "budgets")
            print(f"search: left {receipt['remainingCents']:f}")
    except Denied as denied:
        print(f"search: {denied.problem['code']}, left {denied.problem['remainingCents']:f}")


if __name__ == "__main__":
    main()
