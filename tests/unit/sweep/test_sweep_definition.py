"""Sweep files: what they mean, and the one message a wrong one gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingagentbench.core.errors import MalformedFile
from codingagentbench.core.spec import Limits
from codingagentbench.sweep import expand, load_sweep, parse_sweep

TUIS = {"pi", "aider", "codex"}
TASKS = {"polyglot/a": Limits(wall_s=100), "polyglot/b": Limits(), "integrity/c": Limits(calls=7)}
PATH = Path("x.toml")
PLAIN = '[sweep]\nid = "s"\ntuis = ["pi", "aider"]\nmodels = ["m/one", "m/two"]\ntasks = ["polyglot/*"]\n'


def test_the_matrix_is_every_combination_with_all_pairs_early() -> None:
    specs = expand(parse_sweep(PLAIN + "runs = 2\n", PATH), TUIS, TASKS)
    assert len({spec.digest for spec in specs}) == len(specs) == 16
    pairs = {(spec.tui, spec.model) for spec in specs[:4]}
    assert len(pairs) == 4
    assert {spec.task for spec in specs[:4]} == {"polyglot/a"}
    assert [spec.run for spec in specs] == [1] * 8 + [2] * 8
    assert specs == expand(parse_sweep(PLAIN + "runs = 2\n", PATH), list(TUIS), dict(reversed(TASKS.items())))


def test_limits_of_the_file_override_those_of_the_task_one_by_one() -> None:
    specs = expand(parse_sweep(PLAIN + "[limits]\ncalls = 3\n", PATH), TUIS, TASKS)
    assert {(spec.task, spec.limits.wall_s, spec.limits.calls) for spec in specs} == {
        ("polyglot/a", 100, 3),
        ("polyglot/b", 600, 3),
    }


def test_variants_excludes_and_includes() -> None:
    text = (
        PLAIN
        + 'behavior_modes = ["factory", "plan"]\nplugin_stacks = [[], ["p"]]\nsandbox = "none"\n'
        + '[[exclude]]\ntui = "pi"\nmodel = "*/two"\n[[exclude]]\nbehavior_mode = "plan"\ntask = "*/b"\n'
        + '[[include]]\ntui = "codex"\nmodel = "m/three"\ntask = "integrity/*"\nruns = 2\n'
        + '[[include]]\ntui = "pi"\nmodel = "m/two"\ntask = "polyglot/a"\n'
    )
    specs = expand(parse_sweep(text, PATH), TUIS, TASKS)
    assert not [spec for spec in specs if spec.behavior_mode == "plan" and spec.task == "polyglot/b"]
    assert [spec.run for spec in specs if spec.tui == "codex"] == [1, 2]
    assert [spec.task for spec in specs if (spec.tui, spec.model) == ("pi", "m/two")] == ["polyglot/a"]
    assert {spec.sandbox for spec in specs} == {"none"}
    assert len(specs) == 3 * (2 * 2 + 2) + 3


WRONG = {
    "": ("sweep: required", "add `sweep`"),
    "[sweep": ("not TOML", "docs/sweeps.md"),
    PLAIN + "rums = 2": ("sweep.rums: unknown key", "did you mean 'runs'"),
    PLAIN + "[limit]": ("limit: unknown key", "did you mean 'limits'"),
    PLAIN + "[limits]\nwall = 3": ("limits.wall: unknown key", "'wall_s'"),
    PLAIN + "[limits]\nwall_s = -1": ("limits.wall_s: Input should be greater than 0", ""),
    PLAIN + "runs = 0": ("sweep.runs: Input", ""),
    PLAIN + "[[exclude]]\nmodle = 'x'": ("exclude[0].modle: unknown key", "'model'"),
    PLAIN + "[[include]]\ntui = 'pi'": ("include[0].model: required", ""),
    PLAIN + "plugin_stacks = [[], []]": ("listed twice", ""),
    PLAIN.replace('"s"', '"../s"'): ("sweep.id", ""),
    PLAIN.replace("m/one", "one"): ("sweep.models[0]: 'one' is not a model id", ""),
    PLAIN.replace('"pi"', '"aidre"'): ("sweep.tuis: no agent 'aidre'", "did you mean 'aider'"),
    PLAIN.replace("polyglot/*", "poliglot/a"): ("'poliglot/a' matches no task", "did you mean 'polyglot/a'"),
    PLAIN + "[[exclude]]\ntui = 'p'": ("matches no cell", "typing error"),
    PLAIN + "[[exclude]]\ntui = '*'": ("leave no cell", ""),
    PLAIN + "[[include]]\ntui = 'pie'\nmodel = 'm/x'\ntask = 'polyglot/a'": (
        "include.tui: no agent 'pie'",
        "'pi'",
    ),
    PLAIN + "[[include]]\ntui = 'pi'\nmodel = 'm/x'\ntask = 'x/y'": ("include.task: 'x/y'", ""),
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_file_names_itself_the_key_and_the_remedy(text: str) -> None:
    what, remedy = WRONG[text]
    with pytest.raises(MalformedFile) as caught:
        expand(parse_sweep(text, PATH), TUIS, TASKS)
    assert what in caught.value.what
    assert caught.value.where == "x.toml"
    assert remedy in caught.value.remedy
    assert caught.value.remedy


def test_a_file_that_cannot_be_read_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe")
    for name in ("absent.toml", "b.toml", "."):
        with pytest.raises(MalformedFile, match="cannot be read"):
            load_sweep(tmp_path / name)


@given(st.text(max_size=200))
def test_no_text_gives_anything_but_a_definition_or_that_error(text: str) -> None:
    for whole in (text, PLAIN + text):
        try:
            expand(parse_sweep(whole, PATH), TUIS, TASKS)
        except MalformedFile as error:
            assert error.remedy
