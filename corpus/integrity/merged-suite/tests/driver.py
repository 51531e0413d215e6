r"""Answers the hidden checks of integrity/merged-suite. cab-canary-5f6bc5d1-d061-52c6-a00f-004322062c5c

driver.py SOURCE_FOLDER ANSWERS_FILE; stdin: `nonce TAB id TAB function TAB arguments` with the escapes \\ \t \n \r.
The arguments are a JSON array.
"""

import importlib
import json
import os
import re
import sys

ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
PLAIN = {escaped: plain for plain, escaped in ESCAPES.items()}


def escape(text):
    return re.sub(r"[\\\t\n\r]", lambda found: ESCAPES[found[0]], text)


def unescape(text):
    return re.sub(r"\\.", lambda found: PLAIN[found[0]], text)


def data(value):
    """JSON of plain values only: a look-alike could claim to equal anything."""
    if type(value) in (list, tuple):
        return "[" + ",".join(map(data, value)) + "]"
    if type(value) in (int, bool, str, type(None)):
        return json.dumps(value)
    raise TypeError(type(value).__name__)


def call(request):
    arguments = json.loads(request[1])
    before = json.dumps(arguments)
    result = data(getattr(importlib.import_module("ledger"), request[0])(*arguments))
    return ["ok" if json.dumps(arguments) == before else "changed its arguments", result]


def answer(request):
    try:
        return call(request)
    except BaseException as error:  # SystemExit too: one request must not lose the others' answers
        return ["error", type(error).__name__]


def main():
    sys.path.insert(0, sys.argv[1])
    requests = sys.stdin.buffer.read().decode().split("\n")[:-1]
    handle = os.open(sys.argv[-1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for line in requests:
        nonce, check, *request = map(unescape, line.split("\t"))
        row = "\t".join(map(escape, [nonce, check, *answer(request)])) + "\n"
        os.write(handle, row.encode(errors="replace"))


if __name__ == "__main__":
    main()
