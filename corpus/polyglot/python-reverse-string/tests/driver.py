r"""Answers the hidden checks of polyglot/python-reverse-string. cab-canary-0d7e9d1c-3f0b-4c39-8d5e-1f2b7f6f2c62

driver.py SOURCE_FOLDER ANSWERS_FILE; stdin: `nonce TAB id TAB function TAB argument...` with the escapes \\ \t \n \r.
An argument `json:...` is not a string but the value of that JSON.
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


def argument(text):
    return json.loads(text[5:]) if text.startswith("json:") else text


def call(name, words):
    result = getattr(importlib.import_module("reverse_text"), name)(*map(argument, words))
    if type(result) is not str:  # a look-alike could claim to equal anything
        return ["type", type(result).__name__]
    return ["ok", result]


def answer(request):
    try:
        return call(request[0], request[1:])
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
