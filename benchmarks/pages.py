"""The site's speed: pages a second, one new cell in many, and answers of the server under load."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from load import Load, drive
from measure import CAB, Used, run
from synthetic import add_cell, make_results

from codingagentbench.store import load_lines

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CLIENTS = 50
_SECONDS = 20.0
_SHARED_OUT = "results"


@dataclass(frozen=True, slots=True)
class Pages:
    """A build of everything, and one after a single cell was added. `files` as the build counts them."""

    cells: int
    pages: int
    files: int
    whole: Used
    again: Used
    again_files: int


def real_cell(folder: Path) -> Path:
    """The attempt folder of a real cell with three model calls, which every made-up cell is a copy of."""
    cell = ["--tui", "pi", "--model", "reference/oracle", "--task", "polyglot/python-reverse-string"]
    run([CAB, "run", *cell, "--out", folder / "one"])
    return next((folder / "one").glob("**/record.json")).parent


def build_pages(cells: int, options: tuple[str, ...]) -> Pages:
    """Build the site of `cells` made-up cells with folders, add one cell, and build again."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        out, target = folder / _SHARED_OUT, folder / "site"
        template = real_cell(folder)
        make_results(out, cells, folders=True, template=template)
        command = [CAB, "site", "build", target, "--out", out, *options]
        whole = run(command)
        pages, files = _count(target, "*.html"), _count(target, "*")
        began = time.time()
        add_cell(out, template=template)
        again = run(command)
        changed = sum(path.stat().st_mtime > began for path in target.rglob("*") if path.is_file())
    return Pages(cells, pages, files, whole, again, changed)


def _count(folder: Path, pattern: str) -> int:
    return sum(path.is_file() for path in folder.rglob(pattern))


@dataclass(frozen=True, slots=True)
class Paints:
    """First contentful paints of the leaderboard in a browser, in ms, and the page's size in bytes."""

    ms: list[float]
    size: int


def first_paints(cells: int, times: int = 9) -> Paints:
    """Open the leaderboard of `cells` made-up cells from file:// in Chromium, each time in a fresh context."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        out, target = Path(name) / _SHARED_OUT, Path(name) / "site"
        make_results(out, cells)
        run([CAB, "site", "build", target, "--out", out, "--no-evidence"])
        page = target / "leaderboard" / "pair.html"
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--headless=new"]
        )
        return Paints([_first_paint(browser, page) for _ in range(times)], page.stat().st_size)


def _first_paint(browser: Browser, page: Path) -> float:
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(page.as_uri())
    opened.wait_for_timeout(200)
    found = opened.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    context.close()
    return float(found)


@contextmanager
def served(out: Path, *options: str) -> Iterator[int]:
    """The port of a `cab site serve` over a results folder, ready to answer."""
    command = [str(CAB), "site", "serve", "--out", str(out), "--port", "0", *options]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, text=True)
        try:
            yield _port(process, said)
        finally:
            process.terminate()
            process.wait(30)


def _port(process: subprocess.Popen[str], said: object) -> int:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        said.seek(0)  # type: ignore[attr-defined]
        found = re.search(r"http://127\.0\.0\.1:(\d+)", said.read())  # type: ignore[attr-defined]
        if found:
            return int(found.group(1))
        time.sleep(0.1)
    raise RuntimeError("the server did not say where it listens")


def serve_load(
    cells: int, options: tuple[str, ...], pauses_s: Sequence[float], clients: int = CLIENTS
) -> list[Load]:
    """Clients on a server of `cells` made-up cells with folders, once for each mean pause between requests.

    Two seconds of the same load go before each and are not counted.
    """
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / _SHARED_OUT
        make_results(out, cells, folders=True, template=real_cell(Path(name)))
        choose = Mix(out)
        with served(out, *options) as port:
            found = []
            for pause_s in pauses_s:
                drive(port, choose, clients=clients, seconds=2, pause_s=pause_s)
                found.append(drive(port, choose, clients=clients, seconds=_SECONDS, pause_s=pause_s))
            return found


class Mix:
    """What readers ask for: mostly cells, each another one; lists and rankings with filters; the front pages."""

    def __init__(self, out: Path) -> None:
        lines = load_lines(out)
        self._cells = [f"/cell/{quote(line.place, safe='/@+~')}/index.html" for line in lines if line.directory]
        self._models = sorted({line.model for line in lines})
        self._families = sorted({line.family for line in lines})

    def __call__(self, rng: random.Random) -> tuple[str, str]:
        """The kind and path of one request."""
        draw = rng.random()
        if draw < 0.5:
            return "cell page", rng.choice(self._cells)
        if draw < 0.7:
            query = f"family={rng.choice(self._families)}&model={quote(rng.choice(self._models))}"
            return "API: cells, filtered", f"/api/v1/cells?{query}&limit=50&offset={50 * rng.randrange(20)}"
        if draw < 0.8:
            return "API: leaderboard, filtered", f"/api/v1/leaderboard?family={rng.choice(self._families)}"
        if draw < 0.9:
            return "leaderboard page", f"/leaderboard/pair.html?family={rng.choice(self._families)}"
        return "home", "/index.html"
