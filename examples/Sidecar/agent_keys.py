"""A client of `agentkey serve`, in Python. Needs nothing but Python 3. Threads may share one."""

import http.client
import json
import re
import time
import urllib.parse
import uuid


class Denied(Exception):
    """A refusal, as data that the agent can read: branch on problem["code"]."""

    def __init__(self, status, problem):
        super().__init__(problem.get("detail") or problem.get("title") or problem["code"])
        self.status = status
        self.problem = problem


class Unanswered(Exception):
    """It may have been paid or not. Do no work for it; asked again with the same operation_id, it is paid once."""

    def __init__(self, operation_id, status):
        got = f"status {status}" if status else "no response"
        super().__init__(f"agentkey serve gave no answer ({got}) to operation {operation_id}")
        self.operation_id = operation_id
        self.status = status


class AgentKeys:
    """The keys behind a sidecar. Amounts are cents. The timeout is the longest silence of the sidecar, in seconds."""

    def __init__(self, url, token, timeout=10):
        # What does not fit a header or an address is shown in the errors of http.client.
        if not re.fullmatch(r"https?://[^/@?#\s]+(/[^@?#\s]*)?", url or ""):
            raise ValueError("url: http:// or https:// and a host, without credentials")
        if not re.fullmatch(r"[!-~]{32,256}", token or ""):
            raise ValueError("token: 32 to 256 visible ASCII characters")
        self._url = urllib.parse.urlsplit(url.rstrip("/"))
        self._token = token
        self._timeout = timeout

    def charge(self, key, scope, cost_cents, operation_id=None, **more):
        body = {"key": key, "scope": scope, "costCents": cost_cents, **more}
        return self._ask("/v1/charges", body, {"id", "operationId", "costCents"}, operation_id)

    def hold(self, key, scope, up_to_cents, operation_id=None, **more):
        body = {"key": key, "scope": scope, "upToCents": up_to_cents, **more}
        return self._ask("/v1/holds", body, {"id", "operationId", "upToCents"}, operation_id)

    def settle(self, hold, cost_cents, operation_id=None):
        return self._ask(f"/v1/holds/{hold['id']}/settle", {"costCents": cost_cents}, {"outcome", "spentCents"}, operation_id)

    def void(self, receipt):
        kind = "holds" if "upToCents" in receipt else "charges"
        return self._ask(f"/v1/{kind}/{receipt['id']}/void", {}, {"outcome"})

    def _ask(self, path, body, members, operation_id=None):
        # One id for all tries of one request: however often it is sent, it is charged once.
        operation_id = operation_id or str(uuid.uuid4())
        content = json.dumps(body).encode()
        for wait in (0.1, 0.5, 2, None):
            status, answer, retry_after, fault = None, {}, 0, None
            try:
                status, answer, retry_after = self._send(path, content, operation_id)
            except (OSError, http.client.HTTPException) as error:
                fault = error
            # A gateway says 200 too: paid is only what carries a receipt of this operation.
            if status == 200 and members <= answer.keys() and answer.get("operationId", operation_id) == operation_id:
                return answer
            if status and status >= 400 and status != 503 and isinstance(answer.get("code"), str):
                raise Denied(status, answer)
            if wait is None or retry_after > 10:
                raise Unanswered(operation_id, status) from fault
            time.sleep(max(wait, retry_after))

    def _send(self, path, content, operation_id):
        # Not urllib.request: it takes the token along to where a redirect points, and through the environment's proxies.
        secure = self._url.scheme == "https"
        connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = connect(self._url.hostname, self._url.port, timeout=self._timeout)
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Idempotency-Key": operation_id,
        }
        try:
            connection.request("POST", self._url.path + path, content, headers)
            response = connection.getresponse()
            retry_after = response.headers.get("Retry-After", "")
            return response.status, _object(response.read()), int(retry_after) if re.fullmatch("[0-9]{1,9}", retry_after) else 0
        finally:
            connection.close()


def _object(content):
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
