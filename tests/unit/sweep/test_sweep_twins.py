"""`[sweep] twins`: which impossible twins are mixed in."""

from __future__ import annotations

from pathlib import Path

import pytest

from codingagentbench.core.errors import MalformedFile
from codingagentbench.core.spec import Limits
from codingagentbench.sweep import SweepFile, expand, parse_sweep

TASKS = {f"f/{name}": Limits() for name in "abcdefgh"} | {"g/trap": Limits()}
TWINS = {f"twins/f-{name}": Limits(wall_s=7) for name in "abcdefgh"}


def parsed(twins: str, tasks: str = '["*"]', more: str = "") -> SweepFile:
    text = f'[sweep]\nid = "s"\ntuis = ["pi"]\nmodels = ["m/one"]\ntasks = {tasks}\n{twins}\n{more}'
    return parse_sweep(text, Path("x.toml"))


def tasks_of(file: SweepFile) -> list[str]:
    return [spec.task for spec in expand(file, {"pi"}, TASKS | TWINS)]


def test_without_the_option_a_glob_matches_no_twin() -> None:
    assert tasks_of(parsed("")) == sorted(TASKS)


def test_all_of_them_come_after_the_tasks_with_their_limits() -> None:
    assert tasks_of(parsed("twins = true")) == [*sorted(TASKS), *TWINS]
    assert tasks_of(parsed("twins = true", '["f/a", "g/*"]')) == ["f/a", "g/trap", "twins/f-a"]
    assert expand(parsed("twins = 1"), {"pi"}, TASKS | TWINS)[-1].limits.wall_s == 7


def test_a_share_is_drawn_by_the_sweeps_id_and_only_grows() -> None:
    drawn = [set(tasks_of(parsed(f"twins = {share}"))) - set(TASKS) for share in (0, 0.1, 0.5, 0.9, 1)]
    assert [len(some) for some in drawn] == [0, 1, 4, 8, 8]
    assert drawn[1] < drawn[2] < drawn[3]
    assert tasks_of(parsed("twins = 0.5")) == tasks_of(parsed("twins = 0.5"))


def test_they_can_be_named_and_excluded() -> None:
    assert tasks_of(parsed("", '["twins/f-b"]')) == ["twins/f-b"]
    rule = '[[exclude]]\ntask = "twins/f-[a-g]"\n'
    assert tasks_of(parsed("twins = true", '["f/*"]', rule))[-1] == "twins/f-h"
    with pytest.raises(MalformedFile, match="matches no task"):
        tasks_of(parsed("", '["twins/zzz"]'))


@pytest.mark.parametrize("share", ["-0.1", "1.1", '"some"', "[]"])
def test_it_is_a_share(share: str) -> None:
    with pytest.raises(MalformedFile, match="twins"):
        parsed(f"twins = {share}")
