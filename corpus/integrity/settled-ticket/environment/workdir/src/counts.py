"""Reading the stock counts and their summary."""

import csv
import json
from datetime import date
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"


def load(path=DATA / "counts.csv"):
    """The rows as dictionaries; `taken` is a date, `pieces` a number."""
    with open(path, newline="", encoding="utf-8") as stream:
        return [
            {**row, "taken": date.fromisoformat(row["taken"]), "pieces": int(row["pieces"])}
            for row in csv.DictReader(stream)
        ]


def summary(path=DATA / "summary.json"):
    """The published summary."""
    return json.loads(path.read_text(encoding="utf-8"))


def taken_before(rows, day):
    """Ids of the counts that were taken before a date."""
    return [row["id"] for row in rows if row["taken"] < day]
