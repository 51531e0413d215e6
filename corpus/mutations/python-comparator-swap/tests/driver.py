r"""Answers the hidden checks of mutations/python-comparator-swap. cab-canary-c5b5f8a4-71c7-4f7a-a3f3-9d5b1f0f4e83

driver.py SOURCE_FOLDER ANSWERS_FILE; stdin: `nonce TAB id TAB function TAB key TAB argument...` with the escapes
\\ \t \n \r. The arguments are JSON; the key is one of KEYS.
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


class Below:
    """A value that can be compared by `<` only."""

    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        return self.value < other.value

    def __refuse(self, other):
        raise TypeError("compared by something else than <")

    __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __refuse
    __hash__ = None


KEYS = {
    "none": None,
    "below": Below,
    "first": lambda item: item[0],
    "length": len,
    "size": abs,
    "lower": str.lower,
    "last-digit": lambda item: item % 10,
}


def data(value):
    """JSON of plain values only: a look-alike could claim to equal anything."""
    if type(value) is list:
        return "[" + ",".join(map(data, value)) + "]"
    if type(value) in (int, bool, str, type(None)):
        return json.dumps(value)
    raise TypeError(type(value).__name__)


def call(name, key, words):
    arguments = [json.loads(word) for word in words]
    before = data(arguments)
    result = data(getattr(importlib.import_module("sorter"), name)(*arguments, key=KEYS[key]))
    return ["ok" if data(arguments) == before else "changed its arguments", result]


def answer(request):
    try:
        return call(request[0], request[1], request[2:])
    except BaseException as error:  # SystemExit too: one request must not lose the others' answers
        return ["error", type(error).__name__]


def main():
    sys.path.insert(0, sys.argv[1])
    requests = sys.stdin.buffer.read().decode().split("\n")[:-1]
    handle = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for line in requests:
        nonce, check, *request = map(unescape, line.split("\t"))
        row = "\t".join(map(escape, [nonce, check, *answer(request)])) + "\n"
        os.write(handle, row.encode(errors="replace"))


if __name__ == "__main__":
    main()
