"""A tool with a price, in Python, on the keys of `agentkey serve`. Needs nothing but Python 3.

usage: AGENTKEY_SERVE_TOKEN=… AGENTKEY_API_KEY=ak_… python3 paid_tool.py [http://127.0.0.1:7400]
"""

import os
import sys

from agent_keys import AgentKeys, Denied


def search(keys, key, query):
    """1.5 cents a call, before the work; given back when the work fails."""
    receipt = keys.charge(key, "docs.search", 1.5, tool="search")
    try:
        if not query:
            raise ValueError("an empty query")
        return f"results for {query}", receipt
    except BaseException:  # also when it is cancelled
        keys.void(receipt)
        raise


def summarize(keys, key, text):
    """Holds up to 2 cents, and spends 10 micro-cents a character: whole numbers, so that nothing is rounded."""
    hold = keys.hold(key, "docs.summarize", 2, tool="summarize")
    try:
        if not text:
            raise ValueError("an empty text")
        summary = text[:20]
    except BaseException:  # also when it is cancelled
        keys.void(hold)
        raise
    return summary, keys.settle(hold, len(summary) * 10 / 1_000_000)


def main():
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7400"
    keys, key = AgentKeys(url, os.environ["AGENTKEY_SERVE_TOKEN"]), os.environ["AGENTKEY_API_KEY"]
    _, settled = summarize(keys, key, "x" * 100)
    print(f"summarize: spent {settled['spentCents']:f}, left {settled['remainingCents']:f}")
    try:
        summarize(keys, key, "")
    except ValueError as error:
        print(f"summarize: {error}, given back")
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
