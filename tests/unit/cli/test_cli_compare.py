"""`cab leaderboard` and `cab compare` over made-up cells, as a person would run them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from support.cab import cab
from support.made_up import make_results


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_results(tmp_path_factory.mktemp("made-up"), 240, tasks=12, tuis=("pi", "codex"))


def test_a_comparison_says_what_changed_and_what_it_would_take(results: Path) -> None:
    ran = cab("compare", "pi:acme/large", "codex/acme/small", "--out", results)
    assert ran.code == 0, ran.err
    for said in ("regression", "exact McNemar p =", "95 %", "at 5 %:", "to tell"):
        assert said in ran.out, said
    document = cab("compare", "pi:acme/large", "codex/acme/small", "--out", results, "--json").json
    deltas = [task["delta"]["value"] for task in document["tasks"] if "value" in task["delta"]]
    assert deltas == sorted(deltas) and len(document["tasks"]) == 12
    assert (document["a"], document["b"]) == ("pi:acme/large", "codex/acme/small")
    back = cab("compare", "codex:acme/small", "pi:acme/large", "--out", results, "--json").json
    assert back["pbs"]["value"]["value"] == -document["pbs"]["value"]["value"]


def test_a_pair_that_is_not_there_is_answered_with_those_that_are(results: Path) -> None:
    for pair in ("pi", "'; drop table line [red]\x1b[31m"):
        ran = cab("compare", pair, "codex:acme/small", "--out", results)
        assert ran.code == 2 and "no cell of a pair" in ran.err and "pi:acme/large" in ran.err
        assert "\x1b" not in ran.err and "Traceback" not in ran.err
    ran = cab("compare", "pi:acme/large", "codex:acme/small", "--out", results, "--task", "nothing/*")
    assert ran.code == 2 and "none with these options" in ran.err


def test_rows_can_be_filtered_and_sorted(results: Path) -> None:
    def rows(*words: str) -> list[dict]:
        ran = cab("leaderboard", "--out", results, "--json", *words)
        assert ran.code == 0, ran.err
        return ran.json["rows"]

    some = rows("--tui", "p*", "--model", "acme/*", "--family", "polyglot")
    assert {(row["tui"], row["model"]) for row in some} == {("pi", "acme/large"), ("pi", "acme/small")}
    assert {row["valid"] + row["missing"] for row in some} == {6}
    assert rows("--plugin", "terse@*", "--language", "*") == []
    cheapest = rows("--sort", "wall_ms")
    walls = [row["wall_ms"]["value"]["value"] for row in cheapest]
    assert walls == sorted(walls)
    for at, row in enumerate(cheapest):
        assert all(at in cheapest[other]["tied_with"] for other in row["tied_with"])


def test_the_table_and_the_csv_say_rank_intervals_and_groups(results: Path) -> None:
    table = cab("leaderboard", "--out", results).out
    assert "rank 95 %" in table and "tied" in table
    listed = list(csv.DictReader(io.StringIO(cab("leaderboard", "--out", results, "--format", "csv").out)))
    assert listed[0]["rank"] == "1" and int(listed[0]["rank_low"]) == 1 and listed[0]["group"] == "A"
    unmeasured = [row for row in listed if not row["pbs"]]
    assert all(row["rank"] == "" for row in unmeasured)


def test_an_unknown_column_is_answered_with_those_there_are(results: Path) -> None:
    ran = cab("leaderboard", "--out", results, "--sort", "beauty")
    assert ran.code == 2 and "rows cannot be sorted by 'beauty'" in ran.err and "usd_per_correct" in ran.err
