"""Bad input: one clear message with the remedy, the right exit code, no traceback, nothing on stdout."""

import json
import os
import subprocess

import pytest

from support.cab import CAB, cab

RUN = ("run", "--model", "reference/noop", "--task", "polyglot/python-reverse-string", "--json")
GOOD_SWEEP = '[sweep]\nid = "s"\ntuis = ["nop"]\nmodels = ["reference/noop"]\ntasks = ["polyglot/*"]\n'


def refused(ran, code, *says):
    assert ran.code == code, (ran.out, ran.err)
    assert ran.out == ""
    for text in says:
        assert text in ran.err
    assert "what to do" in ran.err or code == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((*RUN, "--tui", "opencod"), ["unknown agent 'opencod'", "did you mean 'opencode'"]),
        (
            ("run", "--tui", "nop", "--model", "reference/noop", "--task", "polyglot/python-revers"),
            ["python-reverse"],
        ),
        (("run", "--tui", "nop", "--model", "x", "--task", "polyglot/python-reverse-string"), ["vendor/name"]),
        (
            ("run", "--tui", "pi", "--model", "v/m", "--task", "polyglot/python-reverse-string"),
            ["needs an endpoint"],
        ),
        ((*RUN, "--tui", "nop", "--sandbox", "docker"), ["no sandbox kind 'docker'", "local, none"]),
        ((*RUN, "--tui", "nop", "--plugin", "nope"), ["no plugin 'nope'"]),
        ((*RUN, "--tui", "nop", "--mode", "yolo"), ["no behaviour mode 'yolo'", "factory"]),
        ((*RUN, "--tui", "nop", "--endpoint", "ftp://x"), ["not an http or https URL"]),
        (
            ("run", "--tui", "pi", "--model", "reference/orakel", "--task", "polyglot/python-reverse-string"),
            ["oracle"],
        ),
        (("leaderboard", "--methodology", "9"), ["unknown methodology '9'"]),
        (("cells", "list", "--outcome", "won"), ["--outcome", "solved"]),
        (("tasks", "show", "nope/nope"), ["nope/nope"]),
        (("tasks", "validate"), ["no task given"]),
        (("score",), ["--facts"]),
        (("run", "--tui", "nop"), ["--model"]),
        (("nonsense",), ["nonsense"]),
    ],
)
def test_usage_errors(words, says, tmp_path):
    refused(cab(*words, cwd=tmp_path), 2, *says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("not toml [", ["not TOML"]),
        (GOOD_SWEEP + "rnus = 3\n", ["rnus", "runs"]),
        (GOOD_SWEEP.replace('"nop"', '"nopp"'), ["nopp", "nop"]),
        (GOOD_SWEEP.replace("polyglot/*", "polyglut/*"), ["polyglut/*"]),
        (GOOD_SWEEP.replace('id = "s"', 'id = "../s"'), ["sweep.id"]),
        (GOOD_SWEEP + "runs = 0\n", ["runs"]),
        ("", ["sweep"]),
    ],
)
def test_malformed_sweep_files(text, says, tmp_path):
    (tmp_path / "s.toml").write_text(text)
    refused(cab("sweep", "run", tmp_path / "s.toml", "--out", tmp_path / "r", "--json"), 2, *says)
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [("{", "not JSON"), ("{}", "not an array"), ("[1]", "row 0"), ('[{"pass": "yes"}]', "row 0")],
)
def test_malformed_facts(text, says, tmp_path):
    (tmp_path / "f.json").write_text(text)
    refused(cab("score", "--facts", tmp_path / "f.json", "--methodology", "0.1", "--json"), 2, says)


def test_a_malformed_task_names_file_and_field(tmp_path):
    folder = tmp_path / "corpus" / "family" / "broken"
    folder.mkdir(parents=True)
    (folder / "task.toml").write_text('version = "1.0"\n[codingagentbench]\nlanguage = 3\n')
    ran = cab("tasks", "show", "family/broken", env={"CAB_CORPUS": str(tmp_path / "corpus")})
    refused(ran, 2, "task.toml")


def test_unwritable_results(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    refused(cab(*RUN, "--tui", "nop", "--out", blocked), 1, str(blocked))
    (tmp_path / "s.toml").write_text(GOOD_SWEEP)
    refused(cab("sweep", "run", tmp_path / "s.toml", "--out", blocked, "--json"), 1, str(blocked))


def test_an_agent_that_is_not_installed(tmp_path):
    ran = cab(*RUN, "--tui", "pi", "--out", tmp_path, env={"CAB_HOME": str(tmp_path / "empty")})
    refused(ran, 1, "cab agents install pi")


def test_a_missing_sandbox_tool_and_a_missing_toolchain(tmp_path):
    """PATH without bubblewrap, git or rustc: said before anything starts, with the package to install."""
    (tmp_path / "bin").mkdir()
    ran = cab(*RUN, "--tui", "nop", "--out", tmp_path / "r", env={"PATH": str(tmp_path / "bin")})
    assert ran.code == 1
    assert "apt-get install" in ran.err
    assert not (tmp_path / "r" / "adhoc" / "nop").exists()


def test_results_that_are_not_there(tmp_path):
    refused(cab("cells", "list", "--out", tmp_path / "none", "--json"), 1, "no results")
    refused(cab("sweep", "status", "s", "--out", tmp_path, "--json"), 1, "no sweep 's'")
    refused(cab("score", tmp_path, "--json"), 2, "no attempt")


def test_a_corrupt_ledger_is_said(tmp_path):
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "ledger.sqlite").write_bytes(b"this is no database" * 100)
    refused(cab("cells", "list", "--out", tmp_path, "--json"), 1, "ledger.sqlite")


def test_debug_shows_the_traceback(tmp_path):
    done = subprocess.run(
        [str(CAB), "tasks", "show", "x/y", "--debug"], capture_output=True, text=True, check=False, env=os.environ
    )
    assert "Traceback" in done.stderr


def test_json_is_one_document(tmp_path):
    ran = cab(*RUN, "--tui", "nop", "--out", tmp_path, "--runs", "2")
    assert ran.code == 0
    first, second = ran.json
    assert (first["cell_id"], second["cell_id"]) == (
        "adhoc/nop/reference/noop/polyglot/python-reverse-string",
        "adhoc/nop/reference/noop/polyglot/python-reverse-string#run2",
    )
    for words in (["cells", "list"], ["leaderboard"], ["sweep", "status", "adhoc"]):
        json.loads(cab(*words, "--out", tmp_path, "--json").out)
    for words in (["agents", "list"], ["tasks", "list"], ["schema", "record"], ["doctor"]):
        json.loads(cab(*words, "--json").out)
