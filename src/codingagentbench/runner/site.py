"""Lays out what the agent will see: folders, configuration, environment and command."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from codingagentbench.agents import Launch, LaunchSite, launch
from codingagentbench.agents.install import node_binary
from codingagentbench.core.agent import NpmInstall
from codingagentbench.core.sandbox import Bind, Command, PtySize
from codingagentbench.core.task import Task
from codingagentbench.runner.decoys import make_decoys
from codingagentbench.runner.options import RunOptions
from codingagentbench.runner.parts import Parts
from codingagentbench.runner.scratch import Scratch
from codingagentbench.tasks import Toolchain, find_corpus, prepare_workdir
from codingagentbench.tasks.toolchains import SYSTEM_PATH
from codingagentbench.tasks.workdir import cache_folder

WORK, HOME, PREFIX, NODE = "/work", "/home/agent", "/opt/agent", "/opt/node/bin/node"
SYSTEM = Path("/usr")
"""Of the host, and shown by every sandbox."""
TERMINAL = PtySize(columns=120, rows=40)
_GIT_CONFIG = "[user]\n\tname = agent\n\temail = agent@localhost\n[init]\n\tdefaultBranch = main\n"


@dataclass(frozen=True, slots=True)
class Site:
    """The laid-out site. `token` is worth nothing outside this cell."""

    command: Command
    token: str
    plugin_env: dict[str, str]
    plugin_args: tuple[str, ...]
    decoys: dict[str, str]
    """Path under HOME -> the made-up secret in it."""


def search_path(toolchains: tuple[Toolchain, ...]) -> str:
    """PATH inside a sandbox."""
    return ":".join((*(folder for tool in toolchains for folder in tool.path), SYSTEM_PATH))


def toolchain_binds(toolchains: tuple[Toolchain, ...]) -> tuple[Bind, ...]:
    """What the toolchains need shown inside, each place once; corpora that lie in what is shown are covered."""
    shown = tuple({bind.target: bind for tool in toolchains for bind in tool.binds}.values())
    places = {SYSTEM: SYSTEM, **{bind.source: Path(bind.target) for bind in shown}}
    return (*shown, *_covers(places))


def _covers(places: dict[Path, Path]) -> list[Bind]:
    """An empty folder over each corpus below a place that is shown: it holds solutions and expected answers."""
    covered = [
        inside / corpus.relative_to(outside)
        for corpus in find_corpus()
        for outside, inside in places.items()
        if corpus.is_relative_to(outside)
    ]
    if not covered:
        return []
    nothing = cache_folder() / "nothing"
    nothing.mkdir(parents=True, exist_ok=True)
    return [Bind(nothing, str(target)) for target in covered]


def lay_out(parts: Parts, scratch: Scratch, options: RunOptions) -> Site:
    """Fill the workdir and HOME and make the agent's command."""
    prepare_workdir(parts.task, scratch.work)
    binds = _binds(parts, scratch)
    token = f"cab-{secrets.token_hex(16)}"
    sandbox = parts.sandbox
    port = sandbox.reserve_port()
    held = f"cab-{secrets.token_hex(16)}" if options.wrong_token else token
    places = {target: sandbox.inside(binds, target) for target in (WORK, HOME, PREFIX, NODE)}
    site = LaunchSite(
        base_url=f"http://127.0.0.1:{port}/v1",
        model=parts.spec.model,
        key=held,
        prefix=places[PREFIX],
        node=places[NODE],
        home=places[HOME],
        workdir=places[WORK],
        prompt=prompt_of(parts.task),
        behavior_mode=parts.spec.behavior_mode,
    )
    filled = launch(parts.agent, site)
    plugin_args = tuple(arg for plugin in parts.applied for arg in plugin.args)
    plugin_env = {name: text for plugin in parts.applied for name, text in plugin.env.items()}
    decoys = _write_files(parts, scratch, filled)
    command = Command(
        argv=_with_arguments(filled.argv, site.prompt, plugin_args),
        binds=binds,
        env={**_environment(parts, site), **filled.env, **plugin_env},
        cwd=places[WORK],
        pty=TERMINAL,
        listen_port=port,
        watched=(scratch.work, scratch.home),
    )
    return Site(command, token, plugin_env, plugin_args, decoys)


def prompt_of(task: Task) -> str:
    """What the agent is asked: the task's instruction, word for word."""
    return task.instruction.strip()


def _binds(parts: Parts, scratch: Scratch) -> tuple[Bind, ...]:
    binds = [Bind(scratch.work, WORK, writable=True), Bind(scratch.home, HOME, writable=True)]
    if parts.installation.prefix != Path("/usr"):
        binds.append(Bind(parts.installation.prefix, PREFIX))
    if isinstance(parts.agent.install, NpmInstall):
        binds.append(Bind(node_binary(), NODE))
    return (*binds, *toolchain_binds(parts.toolchains))


def _environment(parts: Parts, site: LaunchSite) -> dict[str, str]:
    return {
        "PATH": search_path(parts.toolchains),
        "HOME": site.home,
        "USER": "agent",
        "LOGNAME": "agent",
        "SHELL": "/bin/bash",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "TMPDIR": "/tmp",  # noqa: S108 - inside the sandbox, its own tmpfs
    }


def _write_files(parts: Parts, scratch: Scratch, filled: Launch) -> dict[str, str]:
    """HOME's files and the plugins' in the workdir; the decoys among them, by path."""
    home = {".gitconfig": _GIT_CONFIG, **filled.files}
    for plugin in parts.applied:
        home |= plugin.files
        for path, text in plugin.workdir_files.items():
            _write(scratch.work / path, text)
    for path, text in home.items():
        _write(scratch.home / path, text)
    decoys = make_decoys(home)
    for decoy in decoys:
        _write(scratch.home / decoy.path, decoy.text)
        (scratch.home / decoy.path).chmod(0o600)  # Python refuses a .netrc that others may read
    return {decoy.path: decoy.value for decoy in decoys}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _with_arguments(argv: tuple[str, ...], prompt: str, extra: tuple[str, ...]) -> tuple[str, ...]:
    """Plugin arguments go before the prompt, which agents take last or behind its own flag."""
    if not extra or prompt not in argv:
        return (*argv, *extra)
    at = argv.index(prompt)
    at -= argv[at - 1].startswith("-")
    return (*argv[:at], *extra, *argv[at:])
