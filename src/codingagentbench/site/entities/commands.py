"""The commands that pages print. Each works as it is printed, in a folder that holds `results`."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from codingagentbench.core.spec import REFERENCE_VENDOR
from codingagentbench.store.line import Pair

_ENDPOINT = "export CAB_ENDPOINT=https://your-endpoint.example/v1\nexport CAB_KEY=your-key\n"


@dataclass(frozen=True, slots=True)
class Command:
    """`kind` is `run` when it works without an endpoint of the reader's own."""

    label: str
    text: str
    kind: str = "run"


def run_cell(pair: Pair, task: str, runs: int = 1) -> Command:
    """Run one cell of a pair."""
    tui, model, plugins, mode = pair
    words = ["cab", "run", "--tui", tui, "--model", model, "--task", task]
    for plugin in plugins:
        words += ["--plugin", plugin.partition("@")[0]]
    if mode != "factory":
        words += ["--mode", mode]
    if runs > 1:
        words += ["--runs", str(runs)]
    reference = model.split("/", 1)[0] == REFERENCE_VENDOR
    text = ("" if reference else _ENDPOINT) + shlex.join(words)
    label = "Run it" if reference else "Run it with your endpoint"
    return Command(label, text, "run" if reference and not plugins else "")


def task_show(task: str) -> Command:
    """What a task declares."""
    return Command("Show it", shlex.join(["cab", "tasks", "show", task]))


def of_agent(tui: str, task: str, *, installable: bool) -> list[Command]:
    """Install an agent, prove it, and run it once without a key."""
    install = [Command("Install it at the pinned version", shlex.join(["cab", "agents", "install", tui]))]
    return [
        *(install if installable else []),
        Command("Prove that it works here, without a key", shlex.join(["cab", "agents", "doctor", tui])),
        run_cell((tui, f"{REFERENCE_VENDOR}/oracle", (), "factory"), task),
    ]


def of_sweep(sweep_id: str, *, reference: bool, defined: bool) -> list[Command]:
    """How a sweep stands, whether its evidence holds, and running it again."""
    found = [
        Command("How it stands", shlex.join(["cab", "sweep", "status", sweep_id])),
        Command("Check ledger, records and evidence", shlex.join(["cab", "cells", "check", "--sweep", sweep_id])),
    ]
    if defined:
        again = shlex.join(["cab", "sweep", "run", f"results/{sweep_id}/sweep.toml"])
        label = "Resume it: only cells without a measurement are run"
        found.append(Command(label, again if reference else _ENDPOINT + again, "run" if reference else ""))
        elsewhere = shlex.join(["cab", "sweep", "run", "sweep.toml", "--out", "my-results"])
        label = "Reproduce it with the definition above, saved as sweep.toml"
        found.append(Command(label, elsewhere if reference else _ENDPOINT + elsewhere, ""))
    return found


def compare(one: str, other: str) -> Command:
    """Compare two pairs in the terminal, each named as `agent:vendor/model`."""
    return Command("The same in the terminal", shlex.join(["cab", "compare", one, other]))


def diff_cells(one: str, other: str) -> Command:
    """Compare two cells in the terminal."""
    return Command("The same in the terminal", shlex.join(["cab", "cells", "diff", one, other]))
