"""What was probably meant by a path at which nothing lies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from codingagentbench.site import paths
from codingagentbench.site.server.snapshots import Snapshot
from codingagentbench.site.views import view_of

_MOST = 8
_LONGEST = 200
Link = tuple[str, str]
"""Path and text."""


def moved_to(snapshot: Snapshot, path: str) -> str | None:
    """The page of a folder, of a name without its ending, or of the newest cell that a published link names."""
    if not path.isprintable() or len(path) > 1000:
        return None
    bare = path.rstrip("/")
    newest = _newest_cell(snapshot, bare)
    if newest is not None:
        return newest
    if not bare or path.endswith(".html"):
        return None
    for candidate in (f"{bare}/index.html", f"{bare}.html", f"{bare}s.html"):
        view = view_of(candidate.partition("/")[0])
        if view is not None and view.output(snapshot.site, candidate, {}) is not None:
            return candidate
    return None


def _newest_cell(snapshot: Snapshot, path: str) -> str | None:
    """For `cell/<tui>/<vendor>/<model>/<family>/<slug>`."""
    match path.split("/"):
        case ["cell", tui, vendor, *model, family, slug]:
            line = snapshot.newest.get((tui, "/".join((vendor, *model)), f"{family}/{slug}"))
            return paths.cell(line) if line is not None else None
        case _:
            return None


def suggestions(snapshot: Snapshot, path: str) -> list[Link]:
    """Pages with names like those in the path."""
    found: dict[str, str] = {}
    catalogue = snapshot.site.catalogue
    words = [word for word in re.split(r"[/.~#]", path[:_LONGEST]) if len(word) > 1]
    tasks = {task.partition("/")[2]: task for task in catalogue.by_task}
    models = {model.rpartition("/")[2]: model for model in catalogue.by_model}
    for word in words[:8]:
        found |= {paths.agent(name): f"Agent {name}" for name in _like(word, catalogue.by_tui)}
        found |= {paths.model(models[name]): f"Model {models[name]}" for name in _like(word, models)}
        found |= {paths.task(tasks[name]): f"Task {tasks[name]}" for name in _like(word, tasks)}
        found |= {paths.sweep(name): f"Sweep {name}" for name in _like(word, catalogue.by_sweep)}
    return list(found.items())[:_MOST]


def _like(word: str, names: Iterable[str]) -> list[str]:
    return get_close_matches(word, list(names)[:5000], n=2, cutoff=0.75)
