"""Every adapter is data that fills in, pinned and locked, with no registry's address in its lock."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from codingagentbench.agents import LaunchSite, agent_names, get_agent, launch
from codingagentbench.agents.registry import lock_folder
from codingagentbench.core.agent import BuiltIn, NpmInstall
from codingagentbench.core.errors import UsageError

SITE = LaunchSite(
    base_url="http://127.0.0.1:31415/v1",
    model="vendor/model-x",
    key="cab-token",
    prefix="/opt/agent",
    node="/opt/node/bin/node",
    home="/home/agent",
    workdir="/work",
    prompt='say "$HOME" and {braces}\nover two lines',
)
INSTALLED = [name for name in agent_names() if not isinstance(get_agent(name).install, BuiltIn)]


@pytest.mark.parametrize("name", agent_names())
def test_templates_fill_and_the_prompt_arrives_unchanged(name):
    agent = get_agent(name)
    filled = launch(agent, SITE)
    whole = "\n".join([*filled.argv, *filled.env.values(), *filled.files.values()])
    if agent.makes_calls:
        assert SITE.prompt in filled.argv
        assert "127.0.0.1:31415" in whole
        assert "vendor/model-x" in whole
        assert SITE.key in whole
    assert not re.search(r"\$(BASE_URL|HOST_URL|MODEL|KEY|PREFIX|NODE|WORKDIR|PROMPT)\b", whole)


@pytest.mark.parametrize("name", agent_names())
def test_config_files_are_what_their_names_say(name):
    filled = launch(get_agent(name), SITE)
    for path, text in filled.files.items():
        (json.loads if path.endswith(".json") else tomllib.loads)(text)
    if config := filled.env.get("OPENCODE_CONFIG_CONTENT"):
        assert json.loads(config)["provider"]["bench"]["options"]["baseURL"] == SITE.base_url


@pytest.mark.parametrize("name", INSTALLED)
def test_locks_are_exact_and_name_no_host(name):
    agent = get_agent(name)
    texts = {entry.name: entry.read_text() for entry in lock_folder(name).iterdir()}
    assert not [
        line for text in texts.values() for line in text.splitlines() if re.search(r"https?://|resolved", line)
    ]
    if isinstance(agent.install, NpmInstall):
        lock = json.loads(texts["package-lock.json"])
        assert lock["packages"][f"node_modules/{agent.install.package}"]["version"] == agent.version
    else:
        assert f"{agent.install.package}=={agent.version}" in texts["requirements.in"]
        assert "--hash=sha256:" in texts["requirements.txt"]


def test_an_unknown_agent_gets_a_suggestion():
    with pytest.raises(UsageError, match="did you mean 'opencode'"):
        get_agent("opencod")


def test_an_unknown_mode_or_placeholder_is_named():
    agent = get_agent("nop")
    with pytest.raises(UsageError, match="no behaviour mode 'yolo'"):
        launch(agent, LaunchSite(**{**{f: getattr(SITE, f) for f in SITE.__slots__}, "behavior_mode": "yolo"}))
    with pytest.raises(UsageError, match="bad placeholder"):
        launch(agent.model_copy(update={"argv": ("$NOPE",)}), SITE)


def test_the_docs_show_each_adapters_length():
    root = Path(__file__).parents[3]
    docs = (root / "docs" / "agents.md").read_text()
    shown = {name: int(lines) for name, lines in re.findall(r"\| `agents/(\w+)\.py` \| (\d+) \|", docs)}
    folder = root / "src" / "codingagentbench" / "agents"
    assert shown == {name: len((folder / f"{name}.py").read_text().splitlines()) for name in agent_names()}
