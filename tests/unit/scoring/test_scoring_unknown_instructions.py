"""A constraint that cannot be judged leaves a range, and nothing where the task is not solved."""

import pytest

from codingagentbench.core.values import Measured, NotMeasured
from codingagentbench.scoring.v1_0 import Parts, composite

UNKNOWN = NotMeasured(why="1 of 2 constraints cannot be judged", low=0.5, high=1.0)


def parts(**changed):
    plain = {
        "solved": True, "integrity": Measured(value=1), "tokens": Measured(value=0), "active_ms": 0.0,
        "blast_radius": Measured(value=0), "instructions": UNKNOWN,
    }  # fmt: skip
    return Parts(**{**plain, **changed})


def test_a_solved_cell_has_the_range_of_its_instructions():
    value = composite(parts()).value
    assert (value.kind, value.low, value.high) == ("not_measured", pytest.approx(0.95), pytest.approx(1.0))
    assert value.why == "instructions: 1 of 2 constraints cannot be judged"


def test_no_bounds_is_the_whole_range():
    value = composite(parts(instructions=NotMeasured(why="x"))).value
    assert (value.low, value.high) == (pytest.approx(0.9), pytest.approx(1.0))


def test_an_unsolved_cell_is_worth_nothing_whatever_is_unknown():
    assert composite(parts(solved=False)).value == Measured(value=0, unit="score")


def test_both_unknown_are_both_said():
    value = composite(parts(tokens=NotMeasured(why="no usage", low=10.0))).value
    assert value.why == "tokens: no usage; instructions: 1 of 2 constraints cannot be judged"
    assert value.low < value.high
