"""Run it yourself: the commands of a cell, to be pasted as they are printed."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass

from codingagentbench.core.record import CellRecord
from codingagentbench.core.spec import Limits
from codingagentbench.site.cell.wiring import wiring
from codingagentbench.site.once import once_a_site
from codingagentbench.site.site import Site

RESULTS = "results"
"""Folder of the results in printed commands."""

_FLAGS = {"wall_s": "--max-time", "calls": "--max-calls", "tokens": "--max-tokens", "usd": "--max-usd"}
_FILES = 60


@dataclass(frozen=True, slots=True)
class Commands:
    """`same` runs this very cell, `own` the same with another model, `wire` the agent without `cab run`.

    `fill_*` are what a person sets before; empty where nothing is to be set. `notes` say what the commands cannot.
    """

    fill_same: str
    same: str
    fill_own: str
    own: str
    wire: str
    rescore: str
    check: str
    verify: str
    notes: tuple[str, ...]


def commands(site: Site, record: CellRecord, directory: str) -> Commands:
    """The commands of an attempt; `wire` is empty for an agent or task that is not installed here."""
    base, options, notes = _options(site, record)
    endpoint = () if record.reference else ("CAB_ENDPOINT", "CAB_KEY")
    stack = ("CAB_PLUGINS",) if record.spec.plugin_stack else ()
    folder = shlex.quote(f"{RESULTS}/{directory}")
    return Commands(
        fill_same=_fill((*endpoint, *stack)),
        same=_run(base, shlex.quote(record.model), options),
        fill_own=_fill(("CAB_ENDPOINT", "CAB_KEY", "CAB_MODEL", *stack)),
        own=_run(base, '"$CAB_MODEL"', options),
        wire=_wire(site, record.tui, record.spec.task, record.spec.behavior_mode),
        rescore="\n".join(f"cab score {folder} --methodology {version}" for version in ("1.0", "0.1")),
        check=f"cab cells check --out {RESULTS} --sweep {shlex.quote(record.spec.sweep_id)}",
        verify=_digests(record, folder),
        notes=notes,
    )


_FILL = {
    "CAB_ENDPOINT": "https://your-endpoint/v1",
    "CAB_KEY": "your-key",
    "CAB_MODEL": "vendor/model",
    "CAB_PLUGINS": "folder-of-the-plugin-files",
}


def _fill(names: Iterable[str]) -> str:
    return "\n".join(f'export {name}="{_FILL[name]}"' for name in names)


def _run(base: str, model: str, options: list[str]) -> str:
    head = f"cab run --tui {base} --model {model}"
    return " \\\n  ".join((head, *options))


def _options(site: Site, record: CellRecord) -> tuple[str, list[str], tuple[str, ...]]:
    """The agent's name, the options that make it this cell, and what no option can make."""
    spec = record.spec
    task = site.tasks.get(spec.task)
    options = [f"--task {shlex.quote(spec.task)}"]
    given, notes = _limits(spec.limits, task.limits if task else Limits())
    options += given
    options += [f"--plugin {shlex.quote(name.partition('@')[0])}" for name in spec.plugin_stack]
    options += [f"--mode {shlex.quote(spec.behavior_mode)}"] if spec.behavior_mode != "factory" else []
    options += [f"--sandbox {shlex.quote(spec.sandbox)}"] if spec.sandbox != "local" else []
    options.append(f"--out {RESULTS}")
    agent = site.agents.get(spec.tui)
    if agent is None:
        notes.append(f"the agent {spec.tui} is not known to the `cab` that this site was built with")
    elif agent.version != record.tui_version:
        notes.append(f"the cell ran {spec.tui} {record.tui_version}; `cab` now installs {agent.version}")
    if task is None:
        notes.append("the task is not in the corpus that this site was built with")
    elif task.digest != record.key.task_digest:
        notes.append("the task has changed since this cell ran: its digest in the corpus is another one now")
    return shlex.quote(spec.tui), options, tuple(notes)


def _limits(wanted: Limits, usual: Limits) -> tuple[list[str], list[str]]:
    options, notes = [], []
    for name, value in wanted.model_dump().items():
        if value == getattr(usual, name):
            continue
        if name in _FLAGS and value is not None:
            options.append(f"{_FLAGS[name]} {value:g}")
        else:
            notes.append(f"this cell's limit {name} was {value}: a sweep definition can set it, `cab run` cannot")
    return options, notes


@once_a_site
def _wire(site: Site, tui: str, task_id: str, mode: str) -> str:
    agent, task = site.agents.get(tui), site.tasks.get(task_id)
    if agent is None or task is None or not agent.makes_calls:
        return ""
    return wiring(agent, task, mode)


def _digests(record: CellRecord, folder: str) -> str:
    files = [file for file in record.evidence if file.path.isprintable() and "\\" not in file.path][:_FILES]
    lines = "\n".join(f"{file.sha256}  {file.path}" for file in files)
    return f"(cd {folder} && sha256sum --check --quiet <<'CAB_DIGESTS'\n{lines}\nCAB_DIGESTS\n)"
