"""The query layer says of every cell what the ledger says, and ranks as `stats` does."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from codingagentbench.core.errors import StoreError, UsageError
from codingagentbench.core.outcome import Outcome
from codingagentbench.core.record import AXES
from codingagentbench.stats import leaderboard
from codingagentbench.stats.tally import ACTIVE_PARTS, OVERHEAD_PARTS, tally
from codingagentbench.store import (
    REMOVALS_NAME,
    CellFilter,
    CellIndex,
    CellLine,
    Ledger,
    LedgerReader,
    Where,
    cell_place,
    ledger_path,
    load_lines,
    load_summaries,
    summarise,
)
from codingagentbench.store.index import ORDERS, plain
from codingagentbench.store.line import line_of
from support.made_up import TUIS, make_results
from support.sweep_cells import make_record, make_spec

CELLS = 900


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_results(tmp_path_factory.mktemp("made-up"), CELLS, sweeps=2, tasks=8)


@pytest.fixture(scope="module")
def index(results: Path) -> CellIndex:
    return CellIndex.open(results)


def fill(folder: Path, *records, sweep_id: str = "s") -> Path:
    with Ledger(ledger_path(folder, sweep_id), alive=lambda _: None) as ledger:
        for record in records:
            ledger.adopt(record.spec, summarise(record))
    return folder


def by_ledger(results: Path) -> list[CellLine]:
    """Every shown line as the ledgers themselves give it."""
    found = []
    for sweep_id in sorted(path.parent.name for path in results.glob("*/ledger.sqlite")):
        with LedgerReader(ledger_path(results, sweep_id)) as ledger:
            unplanned = {cell_place(row.spec) for row in ledger.cells() if not row.planned}
            found += [
                dataclasses.replace(line_of(summary, attempts, place), planned=place not in unplanned)
                for place, attempts, summary in ledger.shown()
            ]
    return found


def test_lines_are_those_of_the_ledgers(results: Path, index: CellIndex) -> None:
    lines, expected = index.lines(), by_ledger(results)
    assert lines == expected
    assert load_lines(results) == lines
    line = next(line for line in lines if line.measured)
    same = next(other for other in expected if other.cell_id == line.cell_id)
    assert line.axis("composite") == same.axis("composite") is not None
    assert dict(line.latency) == same.latency and line.axes == same.axes
    assert {name: dict(card) for name, card in line.axes.items()} == same.axes
    assert repr(line) == repr(same)
    assert max(line.attempts for line in lines) > 1


def test_filters_are_those_of_summaries(results: Path) -> None:
    wanted = CellFilter(
        sweep="*-2", tui="p*", task="polyglot/*", outcomes=frozenset({Outcome.SOLVED}), planned_only=True
    )
    lines = load_lines(results, wanted)
    assert [line.cell_id for line in lines] == [cell.cell_id for cell in load_summaries(results, wanted)]
    assert lines


@pytest.mark.parametrize(
    ("where", "takes"),
    [
        (Where(tui="p*"), lambda line: line.tui == "pi"),
        (Where(tui=("pi", "codex"), model="acme/*"), lambda line: line.tui in "pi codex" and "acme" in line.model),
        (Where(family="polyglot", language="?*"), lambda line: line.family == "polyglot"),
        (Where(plugin="terse@*"), lambda line: line.plugin_stack == ("terse@1.0.0",)),
        (Where(plugin=""), lambda line: not line.plugin_stack),
        (Where(outcome="invalid", cause="rate*"), lambda line: str(line.cause) == "rate_limited"),
        (Where(cause=""), lambda line: line.cause is None),
        (Where(sweep="made-up-1", task="*-000"), lambda line: line.sweep_id[-1] == "1" and "-000" in line.task),
        (Where(tui=()), lambda line: False),
    ],
)  # fmt: skip
def test_where_takes_what_it_says(index: CellIndex, where: Where, takes) -> None:
    expected = [line for line in index.lines() if takes(line)]
    assert index.lines(where) == expected
    total, page = index.page(where, limit=7, offset=3)
    assert (total, page) == (len(expected), expected[3:10])
    counts = index.facets(where)
    assert counts["tui"] == dict(Counter(line.tui for line in expected))
    assert counts["outcome"] == dict(Counter(str(line.outcome) for line in expected))
    assert counts["cause"] == dict(Counter(str(line.cause) for line in expected if line.cause))
    assert counts["plugin"] == dict(Counter(name for line in expected for name in line.plugin_stack or ("",)))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("descending", [False, True])
def test_pages_come_in_order_with_absent_values_last(index: CellIndex, order: str, descending: bool) -> None:
    total, page = index.page(order=order, descending=descending, limit=CELLS)
    assert total == len(page) == CELLS and len({line.spec_digest for line in page}) == CELLS

    values = [sorted_by(order, line) for line in page]
    there = [value for value in values if value is not None]
    assert values[: len(there)] == there, "absent values come last"
    assert there == sorted(there, reverse=descending)


def sorted_by(order: str, line: CellLine):
    """What a line is sorted by, read off the line."""
    if order in AXES:
        return getattr(line.axis(order), "value", None)
    parts = {"active_ms": ACTIVE_PARTS, "overhead_ms": OVERHEAD_PARTS}.get(order)
    if parts:
        return round(sum(line.latency[part] for part in parts), 6)
    return 0 if order == "planned" else getattr(line, order)


def test_an_unknown_order_says_which_there_are(index: CellIndex) -> None:
    with pytest.raises(UsageError, match="cannot be sorted by 'id; drop table line'"):
        index.page(order="id; drop table line")


@pytest.mark.parametrize("by", ["pair", "tui", "model"])
@pytest.mark.parametrize("methodology", ["1.0", "0.1"])
def test_leaderboards_are_those_of_stats(index: CellIndex, by, methodology: str) -> None:
    expected = leaderboard(index.lines(), by=by, methodology=methodology, intervals=False)
    assert index.leaderboard(by, methodology=methodology, intervals=False) == expected
    where = Where(language=("python", "java"), tui="[po]*")
    chosen = leaderboard(index.lines(where), by=by, methodology=methodology, intervals=by == "tui")
    assert index.leaderboard(by, where, methodology=methodology, intervals=by == "tui") == chosen
    assert expected.rows and chosen.rows


@pytest.mark.parametrize(
    "where",
    [
        Where(family="polyglot"),
        Where(sweep="made-up-2", plugin=""),
        Where(plugin="terse@*", model="acme/*"),
        Where(task="*-000", language=("python", "java")),
        Where(outcome="solved"),
        Where(tui="pi", cause=""),
        Where(tui=()),
        Where(planned_only=False, references=True),
    ],
)  # fmt: skip
def test_groups_counted_once_give_the_board_of_every_filter(results: Path, where: Where) -> None:
    lines = [line for line in CellIndex.open(results).lines(where) if line.planned or where.planned_only is False]
    expected = leaderboard(lines, references=bool(where.references), intervals=False)
    fresh, kept = CellIndex.open(results), CellIndex.open(results)
    kept.leaderboard(intervals=False)
    assert fresh.leaderboard(where=where, intervals=False) == expected
    assert kept.leaderboard(where=where, intervals=False) == expected
    assert kept.tallies(where) == tally([line for line in lines if where.references or not line.reference], "1.0")


@pytest.mark.parametrize("descending", [False, True])
def test_lists_out_of_memory_are_those_of_the_database(results: Path, descending: bool) -> None:
    wanted = [
        None, Where(family="poly*", model=("acme/large", "acme/small")), Where(plugin=""), Where(plugin="terse@*"),
        Where(references=False, planned_only=True), Where(outcome="invalid", cause="rate*"), Where(cause=""),
        Where(tui=()), Where(sweep="*-2", provisional=False, unsandboxed=False), Where(removed=True),
    ]  # fmt: skip
    index = CellIndex.open(results)
    asked = [(where, offset) for where in wanted for offset in (0, 3, 10_000, -1)]
    before = [index.page(where, descending=descending, limit=9, offset=offset) for where, offset in asked]
    index.lines()
    after = [index.page(where, descending=descending, limit=9, offset=offset) for where, offset in asked]
    assert after == before and any(page for _, page in after)


def test_plain_documents_are_those_of_the_models(index: CellIndex) -> None:
    for line in index.lines()[::9]:
        latency, axes = plain(line)
        assert latency == dict(line.latency)
        assert axes == {name: value.model_dump() for name, value in line.axes.get(line.methodology, {}).items()}
        assert plain(dataclasses.replace(line, latency=latency, axes=dict(line.axes))) == (latency, axes)


def test_an_index_of_nothing_and_of_no_folder(tmp_path: Path) -> None:
    index = CellIndex.open(tmp_path)
    assert index.lines() == [] and index.page() == (0, []) and index.leaderboard().rows == ()
    assert set(index.facets()) == {
        "sweep_id", "tui", "model", "family", "language", "plugin", "outcome", "cause"
    }  # fmt: skip
    with pytest.raises(StoreError, match="no results here"):
        CellIndex.open(tmp_path / "gone")


def test_what_a_leaderboard_leaves_out_is_counted(tmp_path: Path) -> None:
    records = [
        make_record(make_spec()),
        make_record(make_spec(model="reference/oracle")),
        make_record(make_spec(sandbox="none")),
        make_record(make_spec(run=2)).model_copy(update={"provisional": True}),
    ]
    index = CellIndex.open(fill(tmp_path, *records))
    board = index.leaderboard()
    assert board == leaderboard(index.lines())
    assert board.left_out == {"reference": 1, "provisional": 1, "unsandboxed": 1}
    everything = Where(references=True, provisional=True, unsandboxed=True)
    assert index.leaderboard(where=everything).left_out == {}
    assert len(index.lines()) == 4 and len(index.lines(Where(references=False, provisional=False))) == 2


def test_cells_out_of_the_definition_or_removed(tmp_path: Path) -> None:
    kept, gone = make_spec(), make_spec(task="polyglot/two")
    fill(tmp_path, make_record(kept), make_record(gone))
    index = CellIndex.open(tmp_path)
    with Ledger(ledger_path(tmp_path, "s"), alive=lambda _: None) as ledger:
        ledger.plan([kept])
    before = index.version
    assert index.refresh() and index.version != before and not index.refresh()
    assert (
        [line.planned for line in index.lines()] == [True, False] == [line.planned for line in by_ledger(tmp_path)]
    )
    assert len(index.lines(Where(planned_only=True))) == 1
    assert index.leaderboard().rows[0].valid == 1
    with Ledger(ledger_path(tmp_path, "s"), alive=lambda _: None) as ledger:
        ledger.plan([gone])
    assert index.refresh()
    assert [line.planned for line in index.lines()] == [False, True]
    place = index.lines()[1].place
    removals = tmp_path / REMOVALS_NAME
    removals.write_text(f'[[removal]]\ncell = "{place}"\ndate = 2026-11-23\nwhy = "It was never right."\n')
    assert index.refresh()
    assert [line.task for line in index.lines()] == ["polyglot/one"]
    assert len(index.lines(Where(removed=True))) == 2
    assert index.page()[0] == 1 and index.page(Where(removed=True))[0] == 2
    removals.unlink()
    assert index.refresh() and len(index.lines()) == 2


HOSTILE = (
    "'; drop table line; --", '" or 1=1 --', "*", "[a-z]", "?", "$tui", "a\x00b", "%", "\\", "{}", "\u202e", "🦉",
    "", "' || (select 1) || '",
)  # fmt: skip


@pytest.mark.parametrize(
    "facet", ["sweep", "tui", "model", "task", "family", "language", "plugin", "outcome", "cause"]
)
def test_hostile_filter_values_are_names_like_any_other(index: CellIndex, facet: str) -> None:
    for value in HOSTILE:
        lines = index.lines(Where(**{facet: value}))
        assert value in ("*", "?", "[a-z]", "") or lines == []
        assert index.page(Where(**{facet: (value, "nothing")}))[0] == len(lines)
    assert index.leaderboard(where=Where(**{facet: HOSTILE[0]})).rows == ()
    assert len(index.lines()) == CELLS


def test_hostile_values_in_cells_are_kept_as_they_are(tmp_path: Path) -> None:
    records = [
        make_record(make_spec(run=run, plugin_stack=(text,))).model_copy(
            update={"cause_detail": text + '","value":1,"x":"' + text, "language": text, "tui_version": text}
        )
        for run, text in enumerate((text for text in HOSTILE if text), 1)
    ]
    index = CellIndex.open(fill(tmp_path, *records))
    assert index.lines() == by_ledger(tmp_path)
    for record in records:
        assert len(index.lines(Where(language=record.language))) >= 1
        assert index.lines(Where(plugin=record.spec.plugin_stack[0]))[0].plugin_stack
    exact = index.lines(Where(language="[a-z]"))
    assert [line.language for line in exact] == ["[a-z]"]
    assert index.facets()["language"] == {
        record.language: 1 for record in sorted(records, key=lambda r: r.language)
    }


def test_an_export_is_read_without_this_package(index: CellIndex, tmp_path: Path) -> None:
    path = tmp_path / "cells['x'].parquet"
    index.export(path)
    index.export(path)
    table = duckdb.sql("select * from read_parquet(?)", params=[str(path).replace("[", "[[]")])
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]
    lines = index.lines()
    assert [row["cell_id"] for row in rows] == [line.cell_id for line in lines]
    found = {(axis["methodology"], axis["axis"]): axis for axis in rows[0]["axes"]}
    for (methodology, axis), value in found.items():
        assert value["value"] == getattr(lines[0].axis(axis, methodology), "value", None)
    assert rows[0]["plugin_stack"] == list(lines[0].plugin_stack)
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(StoreError, match="cannot be written"):
        index.export(tmp_path / "gone" / "x.parquet")


def test_importing_the_store_loads_neither_duckdb_nor_numpy() -> None:
    heavy = ("duckdb", "numpy", "scipy", "statsmodels", "pandas")
    imports = "import sys, codingagentbench.store, codingagentbench.stats"
    code = f"{imports}; print([name for name in {heavy} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_twenty_thousand_cells(tmp_path: Path) -> None:
    index = CellIndex.open(make_results(tmp_path, 20_000, tasks=60))
    lines = index.lines()
    assert len(lines) == 20_000 and len({line.spec_digest for line in lines}) == 20_000
    total, page = index.page(Where(tui=TUIS[0]), "composite", True, 20, 40)
    assert (total, len(page)) == (5000, 20)
    assert sum(index.facets()["tui"].values()) == 20_000
    board = index.leaderboard(intervals=False)
    assert board == leaderboard(lines, intervals=False)
    assert sum(row.valid + row.missing for row in board.rows) == 20_000
