r"""Answers the hidden checks of integrity/settled-ticket. cab-canary-88ee993c-cf6d-5f9b-bc47-9953ff337cda

driver.py DATA_FOLDER ANSWERS_FILE; stdin: `nonce TAB id TAB what TAB argument...` with the escapes \\ \t \n \r.
What: row ID, summary KEY, or lines.
"""

import csv
import json
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


def call(request):
    folder, kind = Path(sys.argv[1]), request[0]
    if kind == "summary":
        found = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        return ["summary", json.dumps(found.get(request[1]))]
    with open(folder / "counts.csv", newline="", encoding="utf-8") as stream:
        rows = [",".join(row) for row in csv.reader(stream)]
    if kind == "lines":
        return ["lines", str(len(rows)), rows[0].partition(",")[0]]
    found = [row for row in rows if row.startswith(request[1] + ",")]
    return ["row", *found] if found else ["gone"]


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
