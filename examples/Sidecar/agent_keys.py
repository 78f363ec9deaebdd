"""A client of `agentkey serve`, in Python. Needs nothing but Python 3."""

import json
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
