"""A page with nothing but a replay, made from an attempt's folder: for traces that no real run would leave."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import codingagentbench.site as package
from codingagentbench.core.record import CellRecord
from codingagentbench.site import paths
from codingagentbench.site.attempt import Attempt
from codingagentbench.site.catalogue import Catalogue
from codingagentbench.site.output import Page
from codingagentbench.site.render import Renderer
from codingagentbench.site.replay import REPLAY_SCRIPTS, REPLAY_STYLES, read_replay, replay_context, replay_files
from codingagentbench.site.site import Site

PLACE = "sweep/agent/vendor/model/family/task/run1/attempt1"
_TEMPLATE = """{% extends "base.html" %}{% block content %}<h1>A replay</h1>
<p><label>Words <input type="text" id="words"></label></p>
{% include "cell/replay.html" %}
<table><tr id="call-0"><td>call 0</td></tr></table>{% endblock %}"""


def attempt_in(results: Path, directory: str = PLACE) -> Attempt:
    """An attempt whose record nobody asks for."""
    return Attempt(results / directory, directory, cast(CellRecord, SimpleNamespace()))


def write_attempt(
    results: Path,
    spans: Iterable[Mapping[str, Any]] = (),
    events: Iterable[Any] = (),
    *,
    stdout: str = "",
    header: Mapping[str, Any] | None = None,
) -> Attempt:
    """Write a trace and a cast as they are given; strings among the events are lines as they stand."""
    folder = results / PLACE
    folder.mkdir(parents=True)
    lines = [json.dumps(span) for span in spans]
    (folder / "trace.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    head = json.dumps(header or {"version": 2, "width": 80, "height": 24})
    cast_lines = [head, *(event if isinstance(event, str) else json.dumps(event) for event in events)]
    (folder / "terminal.cast").write_text("\n".join(cast_lines) + "\n", encoding="utf-8")
    (folder / "stdout.txt").write_text(stdout, encoding="utf-8")
    return attempt_in(results)


def span(number: int, start: float, end: float, *, parent: int | None = 0, **more: Any) -> dict[str, Any]:
    """A span whose id is a number."""
    found = {
        "trace_id": "0" * 32,
        "id": f"{number:016x}",
        "parent": None if parent is None or number == 0 else f"{parent:016x}",
        "kind": "cell" if number == 0 else "tool_call",
        "name": f"span {number}",
        "start": start,
        "end": end,
        "attrs": {},
        "error": "",
    }
    return found | more


def make_page(attempt: Attempt, root: Path) -> Path:
    """Write the page, its data and the site's assets under `root`, with the evidence beside; gives the page."""
    site = Site(attempt.folder, Catalogue(()))
    shutil.copytree(Path(package.__file__).parent / "assets", root / "assets", dirs_exist_ok=True)
    for resource in replay_files(attempt, read_replay(attempt)):
        file = root / resource.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(resource.body)
    page = Page("cell/one.html", "", "A replay", "One replay.", scripts=REPLAY_SCRIPTS, styles=REPLAY_STYLES)
    template = Renderer(site)._environment.from_string(_TEMPLATE)
    href = partial(paths.href, page.path)
    html = template.render(page=page, href=href, replay=replay_context(attempt, read_replay(attempt)))
    file = root / page.path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(html, encoding="utf-8", errors="replace")
    (root / paths.HOME).touch()
    (root / ".site-manifest.json").write_text("{}")
    return file
