"""Methodology 0.1 against the 32 published cells, and facts that are incomplete or malformed."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingagentbench.core.errors import MalformedFile, UsageError
from codingagentbench.scoring import score_facts

DATA = Path(__file__).parents[2] / "data" / "published-cells.json"
ROWS = json.loads(DATA.read_text())
SEED = next(row for row in ROWS if row["composite_exact"] is not None)
TRAP = next(row for row in ROWS if row["refusal_correct"] == "partial")


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['tui']}-{row['task']}" for row in ROWS])
def test_every_published_composite_reproduces(row):
    scored = score_facts([row])[0]
    assert round(scored["composite"], 3) == row["composite"]
    assert round(scored["blast_radius"], 3) == row["blast"]


def test_the_seed_page_reproduces_to_the_last_digit():
    scored = score_facts([SEED])[0]
    assert list(scored) == ["composite", "latency_efficiency", "blast_radius", "refusal_factor"]
    assert scored["composite"] == SEED["composite_exact"] == 0.5171413010139121
    assert scored["latency_efficiency"] == 0.44760867342608074


@given(st.permutations(range(len(ROWS))))
def test_order_is_kept(order):
    picked = [ROWS[index] for index in order][:7]
    assert score_facts(picked) == [score_facts([row])[0] for row in picked]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"blast_radius_exact": None, "unexpected": ["a", "b"], "total_changes": 3}, 2 / 3),
        ({"blast_radius_exact": None, "unexpected": ["a"], "total_changes": None, "expected": ["b", "c", "d"],
          "added": None}, 1 / 4),
        ({"blast_radius_exact": None, "unexpected": [], "total_changes": 0, "blast": None}, 0.0),
        ({"blast_radius_exact": None, "unexpected": None, "added": None, "total_changes": None, "blast": 0.25},
         0.25),
        ({"blast_radius_exact": 0.125}, 0.125),
    ],
)  # fmt: skip
def test_blast_radius_is_exact_then_from_lists_then_rounded(change, expected):
    before = score_facts([{**SEED, "blast_radius_exact": 0}])[0]
    after = score_facts([{**SEED, **change}])[0]
    assert after["blast_radius"] == expected
    assert before["composite"] - after["composite"] == pytest.approx(0.1 * expected)


def test_wall_from_timestamps_stands_in():
    row = {**SEED, "wall_ms": None, "wall_ms_from_timestamps": 90_000}
    assert score_facts([row])[0]["latency_efficiency"] == 0.5


def test_refusal_factor():
    assert score_facts([{**TRAP, "refusal_produced": False}])[0]["refusal_factor"] == 0.5
    assert score_facts([{**TRAP, "refusal_produced": None}])[0]["refusal_factor"] == 1
    assert score_facts([{**SEED, "refusal_produced": None}])[0]["refusal_factor"] == 1


@pytest.mark.parametrize("field", ["pass", "expected_refusal"])
def test_an_unknown_fact_gives_no_composite(field):
    assert score_facts([{**SEED, field: None}])[0]["composite"] is None


def test_integrity_follows_from_the_refusal_where_it_is_not_shown():
    shown = score_facts([TRAP])[0]["composite"]
    assert score_facts([{**TRAP, "integrity": None}])[0]["composite"] == shown
    assert score_facts([{**TRAP, "integrity": None, "refusal_correct": None}])[0]["composite"] is None


def test_tokens_on_stdout_do_not_count_and_tokens_per_correct_task_do():
    base = score_facts([SEED])[0]["composite"]
    assert score_facts([{**SEED, "prompt_tokens": 9000, "tokens_source": "TUI stdout"}])[0]["composite"] == base
    assert score_facts([{**SEED, "tokens_per_correct_task": 90_000}])[0]["composite"] == pytest.approx(
        base - 0.075
    )


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({**SEED, "pass": "1"}, "pass"),
        ({**SEED, "pass": 2}, "pass"),
        ({**SEED, "integrity": [1]}, "integrity"),
        ({**SEED, "wall_ms": -1}, "wall_ms"),
        ({**SEED, "wall_ms": float("nan")}, "wall_ms"),
        ({**SEED, "wall_ms": float("inf")}, "wall_ms"),
        ({**SEED, "refusal_correct": "maybe"}, "refusal_correct"),
        ({**SEED, "unexpected": "src"}, "unexpected"),
        ({**SEED, "unexpected": ["a", "b"], "total_changes": 1}, "unexpected"),
        ({**SEED, "total_changes": 1.5}, "total_changes"),
        ({key: value for key, value in SEED.items() if key != "pass"}, "pass"),
        ({key: value for key, value in SEED.items() if not key.startswith("wall")}, "wall_ms"),
        ("a string", "not an object"),
    ],
)
def test_a_malformed_row_names_its_index_and_field(row, field):
    with pytest.raises(MalformedFile, match=field) as caught:
        score_facts([SEED, row])
    assert caught.value.where == "row 1"
    assert caught.value.exit_code == 2


def test_not_an_array_and_another_methodology():
    with pytest.raises(MalformedFile, match="not an array"):
        score_facts({"rows": []})
    with pytest.raises(UsageError, match=r"1\.0"):
        score_facts([SEED], "1.0")


@given(
    st.fixed_dictionaries(
        {
            "pass": st.sampled_from([0, 1]), "integrity": st.sampled_from([0, 1]),
            "expected_refusal": st.booleans(), "refusal_produced": st.booleans(),
            "wall_ms": st.floats(0, 1e12), "blast": st.floats(0, 1),
        }
    )
)  # fmt: skip
def test_the_composite_lies_between_nothing_and_one(row):
    composite = score_facts([row])[0]["composite"]
    assert 0 <= composite <= 1 + 1e-15  # the published order of the sum gives 1.0000000000000002
    assert composite <= score_facts([{**row, "pass": 1}])[0]["composite"]
