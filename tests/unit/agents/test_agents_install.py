"""Installing: finished installs are found, broken ones are made again, failures say what to do."""

import json

import pytest

from codingagentbench.agents import find_installation, get_agent, install, install_agent
from codingagentbench.core.agent import AgentDefinition, NpmInstall, PypiInstall
from codingagentbench.core.errors import InstallError, MissingTool


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CAB_HOME", str(tmp_path))
    return tmp_path


def custom(plan):
    return AgentDefinition(name="pi", title="", version="9", home_page="", licence="", install=plan, argv=("x",))


def test_what_is_not_installed_is_said_with_the_command(home):
    with pytest.raises(MissingTool, match="cab agents install pi"):
        find_installation(get_agent("pi"))


def test_an_unfinished_install_does_not_count(home):
    prefix = install._prefix(get_agent("pi"))
    prefix.mkdir(parents=True)
    (prefix / "node_modules").mkdir()
    with pytest.raises(MissingTool):
        find_installation(get_agent("pi"))
    (prefix / "install.json").write_text("{torn")
    with pytest.raises(MissingTool):
        find_installation(get_agent("pi"))


def test_a_missing_interpreter_is_named(home):
    with pytest.raises(InstallError, match=r"needs one of python3\.99"):
        install_agent(custom(PypiInstall(package="x", python=("python3.99",))))


def test_a_failing_package_manager_shows_its_last_lines(home, monkeypatch):
    locks = {"package.json": json.dumps({"dependencies": {"x": "1"}}), "package-lock.json": "{}"}
    monkeypatch.setattr(install, "_locks", lambda name: locks)
    with pytest.raises(InstallError, match="npm error"):
        install_agent(custom(NpmInstall(package="x")))
    assert not list(home.rglob("install.json"))


def test_an_unwritable_home_is_a_clear_error(monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("CAB_HOME", str(blocked))
    with pytest.raises(InstallError, match="set CAB_HOME"):
        install_agent(get_agent("pi"))


def test_the_built_in_agent_needs_nothing(home):
    assert find_installation(get_agent("nop")).digest.startswith("sha256:")
