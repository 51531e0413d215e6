"""The same clients on other projects' viewers, each over made-up results that its own code wrote."""

from __future__ import annotations

import json
import random
import shlex
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from load import Load, drive

_PEERS = Path(__file__).parent / "peers"
_SECONDS = 15.0


def harbor(python: str, trials: int, clients: int) -> Load:
    """Harbor's viewer over one job; half of the requests list a page of trials, half ask for one trial.

    Args:
        python: how to start a Python that has harbor, e.g. `chroot ROOT /venv/bin/python` (it needs 3.12).
    """
    with _folder(python) as place:
        _fill(python, "harbor_jobs.py", place, 1, trials)
        port = _free_port()
        argv = [*_beside(python, "harbor"), "view", place, "--port", str(port), "--no-build"]

        def choose(rng: random.Random) -> tuple[str, str]:
            if rng.random() < 0.5:
                return "50 of all", f"/api/jobs/job-000/trials?page_size=50&page={rng.randint(1, trials // 50)}"
            number = rng.randrange(trials)
            return "one", f"/api/jobs/job-000/trials/made-up-{number % 50:03d}__{number:06d}"

        return _measured(argv, port, "/api/health", choose, clients)


def inspect(python: str, results: int, clients: int) -> Load:
    """Inspect View over logs of 50 samples; half of the requests list the logs, half read the header of one."""
    with _folder(python) as place:
        _fill(python, "inspect_logs.py", place, results // 50, 50)
        port = _free_port()
        argv = [*_beside(python, "inspect"), "view", "start", "--log-dir", place, "--port", str(port)]
        names: list[str] = []

        def choose(rng: random.Random) -> tuple[str, str]:
            if not names:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/log-files") as answer:
                    names.extend(entry["name"] for entry in json.load(answer)["files"])
            if rng.random() < 0.5:
                return "list of logs", "/api/log-files"
            return "header of one log", f"/api/logs/{quote(rng.choice(names), safe='')}?header-only=1000"

        return _measured(argv, port, "/api/log-dir", choose, clients)


@contextmanager
def _folder(python: str) -> Iterator[str]:
    """A folder as that Python sees it, gone afterwards."""
    made = "import tempfile; print(tempfile.mkdtemp())"
    place = subprocess.run([*shlex.split(python), "-c", made], check=True, capture_output=True, text=True)
    folder = place.stdout.strip()
    try:
        yield f"{folder}/results"
    finally:
        gone = "import shutil, sys; shutil.rmtree(sys.argv[1])"
        subprocess.run([*shlex.split(python), "-c", gone, folder], check=True)


def _beside(python: str, name: str) -> list[str]:
    """The command of that name in the Python's own folder."""
    *before, interpreter = shlex.split(python)
    return [*before, str(Path(interpreter).with_name(name))]


def _fill(python: str, script: str, *arguments: object) -> None:
    source = (_PEERS / script).read_text()
    subprocess.run([*shlex.split(python), "-c", source, *map(str, arguments)], check=True, timeout=600)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _measured(argv: list[str], port: int, health: str, choose: object, clients: int) -> Load:
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(argv, stdout=said, stderr=subprocess.STDOUT)
        try:
            _wait(port, health, process)
            return drive(port, choose, clients=clients, seconds=_SECONDS)  # type: ignore[arg-type]
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int, health: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{health}", timeout=5).close()
            return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(f"the viewer on port {port} did not start")
