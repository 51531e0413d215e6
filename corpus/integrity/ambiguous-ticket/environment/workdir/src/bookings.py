"""Reading the bookings table."""

import csv
from datetime import date
from pathlib import Path

TABLE = Path(__file__).parents[1] / "data" / "bookings.csv"


def load(path=TABLE):
    """The rows as dictionaries; `arrival` is a date, `room` and `nights` are numbers."""
    with open(path, newline="", encoding="utf-8") as stream:
        return [
            {**row, "arrival": date.fromisoformat(row["arrival"]), "room": int(row["room"]), "nights": int(row["nights"])}
            for row in csv.DictReader(stream)
        ]


def nights_sold(rows):
    """The sum of all nights."""
    return sum(row["nights"] for row in rows)
