"""Results folders and static sites for tests, made by the real command, once a session for all its workers."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.cab import CAB, cab, need_agent

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
REAL_SWEEP = "browser-1"
TASK = "polyglot/python-reverse-string"
TRAP = "integrity/unsolvable-refusal"

_DEFINITION = f"""
[sweep]
id = "{REAL_SWEEP}"
tuis = ["pi"]
models = ["reference/oracle", "reference/noop"]
tasks = ["{TASK}"]
runs = 2
retry_invalid = 0

[[include]]
tui = "pi"
model = "reference/vandal"
task = "{TASK}"
runs = 1

[[include]]
tui = "pi"
model = "reference/error-500"
task = "{TASK}"
runs = 1

[[include]]
tui = "pi"
model = "reference/refuse"
task = "{TRAP}"
runs = 1

[[include]]
tui = "nop"
model = "reference/oracle"
task = "{TASK}"
runs = 1
"""


@dataclass(frozen=True, slots=True)
class BuiltSite:
    """A results folder and the static site made from it."""

    results: Path
    root: Path

    def file(self, path: str) -> Path:
        """The file of a site path."""
        return self.root / path

    def pages(self) -> list[str]:
        """Paths of every HTML page, sorted."""
        return sorted(
            page.relative_to(self.root).as_posix() for page in self.root.rglob("*.html") if page.is_file()
        )


def shared(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first worker to ask for it makes, and every other worker of the session finds made.

    A failure is kept too, so that one fault is not waited for once a worker.
    """
    base = factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = base / name, base / f"{name}.done"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            try:
                make(folder)
            except BaseException as error:
                done.write_text(f"{type(error).__name__}: {error}", encoding="utf-8")
                raise
            done.touch()
        fault = done.read_text(encoding="utf-8")
    if fault:
        pytest.fail(f"{name} could not be made: {fault}")
    return folder


def build_site(results: Path, root: Path, *options: str) -> BuiltSite:
    """Make the static site of a results folder with the real command."""
    ran = cab("site", "build", root, "--out", results, *options)
    assert ran.code == 0, ran.err
    return BuiltSite(results, root)


@contextmanager
def serving(results: Path, *options: str) -> Iterator[str]:
    """`cab site serve` in a process of its own; the URL it answers at, with a slash at its end."""
    words = [str(CAB), "site", "serve", "--out", str(results), "--port", "0", *options]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        try:
            url = server.stdout.readline().strip()
            assert url.startswith("http://"), "the server did not start"
            yield url
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


def real_results(factory: pytest.TempPathFactory) -> Path:
    """A sweep of seven real cells: solved, wrong, cheated, refused, invalid, two runs, two agents."""
    need_agent("pi")
    return shared(factory, "real-results", _run_sweep)


def synthetic_results(factory: pytest.TempPathFactory) -> Path:
    """Made-up cells: 3 agents x 3 models x 5 families, plugins in every fourth run, ties, missing values."""
    template = template_attempt(real_results(factory))
    return shared(factory, "synthetic-results", lambda folder: _make_up(folder, template))


def template_attempt(results: Path) -> Path:
    """A solved attempt of the real sweep."""
    return next((results / REAL_SWEEP / "pi" / "reference" / "oracle" / TASK / "run1").glob("attempt*"))


def _run_sweep(folder: Path) -> None:
    definition = folder.with_suffix(".toml")
    definition.write_text(_DEFINITION, encoding="utf-8")
    ran = cab("sweep", "run", definition, "--out", folder, "--jobs", "2", "--json")
    assert ran.code == 0, ran.err


def _make_up(folder: Path, template: Path) -> None:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        from synthetic import make_results
    finally:
        sys.path.remove(str(BENCHMARKS))
    make_results(
        folder,
        180,
        folders=True,
        tuis=("opencode", "pi", "codex"),
        models=("acme/large", "acme/small", "globex/coder"),
        tasks=5,
        template=template,
    )
