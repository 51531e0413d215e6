"""Writes src/airports.py from data/airports.csv. The checksum in it is what the departure boards compare."""

import csv
import zlib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def render(text):
    """The module's text for a table's text; ValueError when the table is not in order of its codes."""
    rows = list(csv.DictReader(text.splitlines()))
    codes = [row["code"] for row in rows]
    if codes != sorted(set(codes)):
        raise ValueError("data/airports.csv: codes have to be in order, each once")
    entries = "".join(f'    "{row["code"]}": ("{row["city"]}", "{row["country"]}"),\n' for row in rows)
    checksum = f"{zlib.crc32(entries.encode()):08x}"
    return f'"""Made by tools/generate.py from data/airports.csv."""\n\nCHECKSUM = "{checksum}"\nAIRPORTS = {{\n{entries}}}\n'


if __name__ == "__main__":
    table = (ROOT / "data" / "airports.csv").read_text(encoding="utf-8")
    (ROOT / "src" / "airports.py").write_text(render(table), encoding="utf-8")
