"""Paths: one place a cell, no way out of the results folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingagentbench.core.errors import StoreError
from codingagentbench.core.spec import CellSpec, Limits
from codingagentbench.store import attempt_dir, cell_place, sweep_dir
from support.sweep_cells import make_spec


def test_the_place_of_a_plain_cell_is_the_documented_one() -> None:
    spec = make_spec(model="acme/group/large", run=2)
    assert attempt_dir(Path("r"), spec, 3) == Path("r/s/pi/acme/group/large/polyglot/one/run2/attempt3")


def test_cells_that_differ_in_more_than_limits_have_their_own_places() -> None:
    variants = [
        {},
        {"plugin_stack": ("a",)},
        {"plugin_stack": ("a", "b")},
        {"behavior_mode": "plan"},
        {"sandbox": "none"},
    ]
    places = {cell_place(make_spec(**fields)) for fields in variants}
    assert len(places) == len(variants)
    assert cell_place(make_spec(limits=Limits(wall_s=1))) == cell_place(make_spec())


HOSTILE = [
    "..",
    ".",
    "",
    "a/../b",
    "/etc",
    "a\0b",
    "a\nb",
    "run1",
    "attempt2",
    "-x",
    "~",
    "é",
    "a" * 201,
    "ledger.sqlite-wal",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_refused_even_when_validation_was_bypassed(name: str) -> None:
    for field, value in (("tui", name), ("model", f"acme/{name}"), ("task", f"polyglot/{name}")):
        spec = CellSpec.model_construct(**{**make_spec().__dict__, field: value})
        if name == "a/../b" or field == "tui" or "/" not in name:
            with pytest.raises(StoreError):
                cell_place(spec)
    with pytest.raises(StoreError):
        sweep_dir(Path("r"), name)


@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_the_names_a_place_stays_inside(tui: str, model: str) -> None:
    spec = CellSpec.model_construct(**{**make_spec().__dict__, "tui": tui, "model": model})
    try:
        place = cell_place(spec)
    except StoreError:
        return
    root = Path("/results")
    assert (root / place).resolve().is_relative_to(root / "s")
    assert all(part.isprintable() and part not in ("", ".", "..") for part in place.split("/"))
