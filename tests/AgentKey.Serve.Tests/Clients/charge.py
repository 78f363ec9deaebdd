"""Charges with the client and prints what came of it: charge.py URL CENTS [TIMES]."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

from agent_keys import AgentKeys, Denied, Unanswered

url, cents, times = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1
keys = AgentKeys(url, os.environ["AGENTKEY_SERVE_TOKEN"], timeout=float(os.environ.get("TIMEOUT", "10")))


def charge(_):
    try:
        receipt = keys.charge(os.environ["AGENTKEY_API_KEY"], "docs.read", cents, operation_id=os.environ.get("OPERATION_ID"))
        return f"paid {receipt['costCents']:f} {receipt['operationId']}"
    except Denied as denied:
        return f"denied {denied.status} {denied.problem['code']}"
    except Unanswered as unanswered:
        return f"unanswered {unanswered.status} {unanswered.operation_id}"


with ThreadPoolExecutor(16) as threads:
    for line in threads.map(charge, range(times)):
        print(line)
