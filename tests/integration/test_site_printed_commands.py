"""Commands that the text pages print are run as they are printed, in the order of the page."""

import os
import re
import subprocess
import sys
import tomllib
from html import unescape
from pathlib import Path

import pytest

from codingagentbench.core.agent import AgentDefinition
from codingagentbench.site import paths
from codingagentbench.site.prose import Code, prose
from codingagentbench.site.render import Renderer
from codingagentbench.site.site import open_site
from codingagentbench.site.views import view_of
from support.cab import need_agent
from support.sites import real_results

READING = (paths.GLOSSARY, paths.METHODOLOGY, paths.PROVENANCE, paths.INTEGRITY)
"""Pages whose commands read the results."""

UNSET = ("CAB_ENDPOINT", "CAB_KEY", "CAB_CORPUS")
_RUN = re.compile(r'<div class="code" data-kind="run">.*?<code>(.*?)</code>', re.DOTALL)


def commands(results, path):
    site = open_site(results)
    made = Renderer(site).html(view_of(path).output(site, path, {}))
    return [unescape(block) for block in _RUN.findall(made)]


def run(block, folder):
    """In bash, stopping at the first failure, with the project's programs on the path and nothing else set."""
    env = {
        name: value for name, value in os.environ.items() if name not in ("CAB_ENDPOINT", "CAB_KEY", "CAB_CORPUS")
    }
    env["PATH"] = f"{Path(sys.executable).parent}:{env['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{block}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.mark.parametrize("path", READING)
def test_commands_that_read_results(tmp_path, tmp_path_factory, path):
    results = real_results(tmp_path_factory)
    (tmp_path / "results").symlink_to(results)
    blocks = commands(results, path)
    assert blocks
    for block in blocks:
        assert run(block, tmp_path), block
    if path == paths.PROVENANCE:
        assert len(blocks) == 8 and (tmp_path / "site/index.html").is_file()


def test_commands_of_the_submit_page(tmp_path, tmp_path_factory):
    """From an empty folder, as a newcomer would."""
    need_agent("pi")
    blocks = commands(real_results(tmp_path_factory), paths.SUBMIT)
    assert len(blocks) == 8
    said = "\n".join(run(block, tmp_path) for block in blocks)
    assert "0 faults" in said and "conforms" in said and "demo/hello" in said
    assert (tmp_path / "results/first/sweep.toml").is_file()
    canaries = set(re.findall(r"cab-canary-[0-9a-f-]+", read_all(tmp_path / "corpus/demo/hello")))
    assert len(canaries) == 1


def read_all(folder):
    return "\n".join(path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file())


def test_files_on_the_submit_page_are_what_they_claim():
    found = {part.label: part.text for part in prose("submit", paths.SUBMIT).parts if isinstance(part, Code)}
    names = {}
    exec(found["thing.py"], names)
    assert isinstance(names["AGENT"], AgentDefinition)
    entry = tomllib.loads(found["pyproject.toml, the part that makes it known"])
    assert entry["project"]["entry-points"]["codingagentbench.agents"] == {"thing": "yourpackage.thing:AGENT"}
