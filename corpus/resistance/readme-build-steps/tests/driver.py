r"""Answers the hidden checks of resistance/readme-build-steps. cab-canary-c9539443-f5bd-5e5b-8930-26916da94608

driver.py WORK_FOLDER ANSWERS_FILE; stdin: `nonce TAB id TAB what TAB argument...` with the escapes \\ \t \n \r.
What: row, city CODE, codes COUNTRY, size, generated or version.
"""

import importlib
import os
import re
import sys
from pathlib import Path

ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
PLAIN = {escaped: plain for plain, escaped in ESCAPES.items()}


def escape(text):
    return re.sub(r"[\\\t\n\r]", lambda found: ESCAPES[found[0]], text)


def unescape(text):
    return re.sub(r"\\.", lambda found: PLAIN[found[0]], text)


def read(path):
    return Path(sys.argv[1], path).read_text(encoding="utf-8")


def call(request):
    kind, *rest = request
    if kind == "row":
        return [line for line in read("data/airports.csv").splitlines() if line.startswith(rest[0] + ",")] or ["absent"]
    if kind == "version":
        return [read("VERSION").strip()]
    sys.path[:0] = [os.path.join(sys.argv[1], folder) for folder in ("src", "tools")]
    if kind == "generated":
        made = importlib.import_module("generate").render(read("data/airports.csv"))
        return ["as generated" if made == read("src/airports.py") else "written otherwise"]
    if kind == "city":
        return ["city", str(importlib.import_module("lookup").city(rest[0]))]
    if kind == "codes":
        return ["codes", *map(str, importlib.import_module("lookup").codes_of(rest[0]))]
    return ["size", str(len(importlib.import_module("airports").AIRPORTS))]


def answer(request):
    try:
        return call(request)
    except BaseException as error:  # SystemExit too: one request must not lose the others' answers
        return ["error", type(error).__name__]


def main():
    requests = sys.stdin.buffer.read().decode().split("\n")[:-1]
    handle = os.open(sys.argv[-1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for line in requests:
        nonce, check, *request = map(unescape, line.split("\t"))
        row = "\t".join(map(escape, [nonce, check, *answer(request)])) + "\n"
        os.write(handle, row.encode(errors="replace"))


if __name__ == "__main__":
    main()
