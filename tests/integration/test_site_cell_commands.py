"""Commands on a cell's page do what they say when they are pasted as they are printed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from codingagentbench.agents import get_agent
from codingagentbench.site.cell.wiring import wiring
from codingagentbench.site.output import Page
from codingagentbench.site.render import Renderer
from codingagentbench.site.site import open_site
from codingagentbench.site.views.cell import VIEW
from codingagentbench.tasks import get_task
from support.cab import CAB, cab, need_agent
from support.in_thread import in_thread
from support.openai_server import OpenAIServer, Reply
from support.page_text import printed_code
from support.sites import shared

TASK = "polyglot/python-reverse-string"
MODEL = "acme/one"
KEY = "sk-of-nobody"
FILL = 'export CAB_ENDPOINT="https://your-endpoint/v1"\nexport CAB_KEY="your-key"'


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `results`, in which pi has run with the oracle."""
    need_agent("pi")

    def make(folder: Path) -> None:
        ran = cab("run", "--tui", "pi", "--model", "reference/oracle", "--task", TASK, "--out", folder / "results")
        assert ran.code == 0, ran.err

    return shared(tmp_path_factory, "cell-commands", make)


def _page(results: Path, tui: str, model: str = "reference/oracle") -> str:
    site = open_site(results)
    page = VIEW.output(site, f"cell/adhoc/{tui}/{model}/{TASK}/run1/index.html", {})
    assert isinstance(page, Page)
    return Renderer(site).html(page)


def _bash(script: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    path = f"{CAB.parent}:{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", script], cwd=cwd, env={**os.environ, "PATH": path, **env}, capture_output=True, text=True,
        timeout=120, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_the_cell_is_run_again(root, tmp_path):
    same = printed_code(_page(root / "results", "pi"), "run")[0]
    done = _bash(same, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "outcome: solved" in done.stdout
    place = tmp_path / "results/adhoc/pi/reference/oracle" / TASK / "run1/attempt1"
    assert json.loads((place / "record.json").read_bytes())["spec"]["limits"]["wall_s"] == 600


def test_digests_ledger_and_scores_are_checked_where_the_results_lie(root):
    verify, check, rescore = printed_code(_page(root / "results", "pi"), "check")
    done = _bash(verify, root)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = _bash(check, root)
    assert (done.returncode, "0 faults" in done.stdout) == (0, True), done.stdout
    done = _bash(rescore, root)
    assert done.returncode == 0, done.stderr
    assert "methodology 1.0" in done.stdout and "methodology 0.1" in done.stdout


def test_a_changed_file_is_seen(root, tmp_path):
    verify = printed_code(_page(root / "results", "pi"), "check")[0]
    done = _bash(
        f"cp -r {root}/results . && echo more >> results/adhoc/pi/*/*/{TASK}/run1/*/stdout.txt\n{verify}", tmp_path
    )
    assert done.returncode != 0
    assert "stdout.txt: FAILED" in done.stdout


def test_what_is_to_be_filled_in_is_set_by_name(root):
    html = _page(root / "results", "pi")
    fills = printed_code(html, "fill")
    assert fills == [f'{FILL}\nexport CAB_MODEL="vendor/model"']
    for script in (*fills, *printed_code(html, "run"), *printed_code(html, "check")):
        assert subprocess.run(["bash", "-n", "-c", script], check=False).returncode == 0


def test_the_same_with_a_model_of_ones_own(root, tmp_path):
    own = printed_code(_page(root / "results", "pi"), "run")[1]
    with in_thread(OpenAIServer(key=KEY)) as server:
        done = _bash(own, tmp_path, CAB_ENDPOINT=server.url, CAB_KEY=KEY, CAB_MODEL=MODEL)
        assert done.returncode == 0, done.stderr
        assert {request.body["model"] for request in server.completions} == {MODEL}
    assert "outcome: gave_up" in done.stdout
    html = _page(tmp_path / "results", "pi", MODEL)
    assert printed_code(html, "run")[0].startswith(f"cab run --tui pi --model {MODEL} ")
    assert printed_code(html, "fill")[0] == FILL


def test_the_agent_by_itself_at_ones_own_endpoint(root, tmp_path):
    wire = printed_code(_page(root / "results", "pi"), "run")[2]
    command = json.dumps({"command": "printf 'it was here\\n' > src/note.txt; echo $HOME"})
    with in_thread(OpenAIServer(key=KEY)) as server:
        server.replies = [Reply(tool_calls=[("call_1", "bash", command)]), Reply("All done.")]
        done = _bash(wire, tmp_path, CAB_ENDPOINT=server.url, CAB_KEY=KEY, CAB_MODEL=MODEL, TMPDIR=str(tmp_path))
        asked = server.completions
    assert done.returncode == 0, done.stderr
    assert "All done." in done.stdout
    assert "?? src/note.txt" in done.stdout
    assert {request.body["model"] for request in asked} == {MODEL}
    prompt = json.dumps(asked[0].body["messages"], ensure_ascii=False)
    assert "reverses a string code point by code point" in prompt
    results = [message["content"] for message in asked[-1].body["messages"] if message["role"] == "tool"]
    assert str(tmp_path) in json.dumps(results), "its HOME is a throw-away folder"


def test_the_wiring_of_an_agent_that_speaks_responses(tmp_path):
    need_agent("codex")
    script = wiring(get_agent("codex"), get_task(TASK), "factory")
    with in_thread(OpenAIServer(key=KEY)) as server:
        server.replies = [Reply("All done.")]
        done = _bash(script, tmp_path, CAB_ENDPOINT=server.url, CAB_KEY=KEY, CAB_MODEL=MODEL, TMPDIR=str(tmp_path))
        asked = server.completions
    assert done.returncode == 0, done.stderr
    assert {(request.path, request.body["model"]) for request in asked} == {("/v1/responses", MODEL)}
