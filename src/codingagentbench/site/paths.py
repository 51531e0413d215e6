"""Where every page and file of the site lies, relative to its root: the one place that names them.

Names of results are used as they are: the store admits only letters, digits and `._:+@-` in them. In links each
part is percent-encoded, so that `#`, `:` and `+` mean themselves.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from urllib.parse import quote

from codingagentbench.store.line import CellLine, Pair

_LONGEST_NAME = 200
"""Characters; file systems take 255 bytes, an ending included."""

HOME = "index.html"
CELLS = "cells.html"
HEATMAP = "heatmap.html"
COMPARE = "compare/index.html"
TASKS = "tasks.html"
AGENTS = "agents.html"
MODELS = "models.html"
SWEEPS = "sweeps.html"
PLUGINS = "plugins.html"
RECORDINGS = "recordings.html"
GLOSSARY = "glossary.html"
METHODOLOGY = "methodology.html"
PROVENANCE = "provenance.html"
INTEGRITY = "integrity.html"
SUBMIT = "submit.html"
CITE = "cite.html"
ABOUT = "about.html"
LIVE = "live.html"

_REST = re.compile("[?#]")
_PLUGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+@#-]{0,150}")


def leaderboard(by: str = "pair", ending: str = "html") -> str:
    """The leaderboard by `pair`, `tui` or `model`; ending html, csv or json."""
    return f"leaderboard/{by}.{ending}"


def cell(line: CellLine) -> str:
    """The page of a cell, which shows the attempt that speaks for it."""
    return f"cell/{line.place}/index.html"


def attempt(line: CellLine, number: int) -> str:
    """The page of one attempt of a cell."""
    return f"cell/{line.place}/attempt{number}.html"


def attempt_file(directory: str, name: str) -> str:
    """A file of an attempt's evidence, or made from it. `directory` is relative to the results folder."""
    return f"cell/{directory}/{name}"


def task(task_id: str) -> str:
    """The page of a task."""
    return f"task/{task_id}.html"


def agent(tui: str) -> str:
    """The page of an agent."""
    return f"agent/{tui}.html"


def model(model_id: str) -> str:
    """The page of a model."""
    return f"model/{model_id}.html"


def sweep(sweep_id: str) -> str:
    """The page of a sweep."""
    return f"sweep/{sweep_id}.html"


def sweep_cells(sweep_id: str, number: int) -> str:
    """One page of the list of a sweep's cells, from 1."""
    return f"sweep/{sweep_id}/cells-{number}.html"


def sweep_definition(sweep_id: str) -> str:
    """The file that defined a sweep, as it was."""
    return f"sweep/{sweep_id}/sweep.toml"


def plugin(reference: str) -> str:
    """The page of a plugin `name@version#digest`, `#` written as `~`; one unfit for a file name by its sha256."""
    if not _PLUGIN.fullmatch(reference):
        reference = hashlib.sha256(reference.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"plugin/{reference.replace('#', '~')}.html"


def variant(pair: Pair) -> str:
    """Empty for a bare agent as shipped, else `~` and 8 digits that name the plugin stack and behaviour mode."""
    _, _, stack, mode = pair
    if not stack and mode == "factory":
        return ""
    return "~" + hashlib.sha256("\n".join((*stack, "", mode)).encode()).hexdigest()[:8]


def pair(of: Pair) -> str:
    """The page of an (agent, model) pair."""
    return f"pair/{of[0]}{variant(of)}/{of[1]}.html"


def compare_pairs(one: Pair, other: Pair) -> str:
    """The page that compares two pairs; the order of the two is part of it."""
    names = (_fitting(f"{p[0]}{variant(p)}~{p[1].replace('/', '~')}") for p in (one, other))
    return f"compare/pairs/{'/'.join(names)}.html"


def _fitting(name: str) -> str:
    """A name that a file may have: a longer one is cut and ends in 16 digits of its sha256."""
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{name[: _LONGEST_NAME - 17]}~{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def compare_cells(one: CellLine, other: CellLine) -> str:
    """The page that compares two cells, whatever their order."""
    digest = hashlib.sha256("\n".join(sorted((one.place, other.place))).encode()).hexdigest()[:16]
    return f"compare/cells/{digest}.html"


def badge(line: CellLine, ending: str = "svg") -> str:
    """The badge of a cell by what it is of, without the sweep: the newest cell speaks. Ending svg or json."""
    return f"badge/{_cell_name(line)}.{ending}"


def embed(line: CellLine) -> str:
    """The card that other sites may show in a frame, of the cell that the badge is of."""
    return f"embed/{_cell_name(line)}.html"


def _cell_name(line: CellLine) -> str:
    return f"{line.tui}{variant(line.pair)}/{line.model}/{line.task}"


def pair_badge(of: Pair, ending: str = "svg") -> str:
    """The badge of a pair."""
    return f"badge/{of[0]}{variant(of)}/{of[1]}.{ending}"


def pair_embed(of: Pair) -> str:
    """The card of a pair, for a frame."""
    return f"embed/{of[0]}{variant(of)}/{of[1]}.html"


def social_image(page: str) -> str:
    """The Open Graph image of a page."""
    return f"og/{page.removesuffix('.html')}.png"


def asset(name: str) -> str:
    """A file of the site's own: style, script, licence."""
    return f"assets/{name}"


def href(origin: str, target: str) -> str:
    """The relative link from one page to another; a fragment or query of the target is kept as it is."""
    found = _REST.search(target)
    path, rest = (target[: found.start()], target[found.start() :]) if found else (target, "")
    here, there = origin.split("/")[:-1], path.split("/")
    same = 0
    while same < min(len(here), len(there) - 1) and here[same] == there[same]:
        same += 1
    steps = [*[".."] * (len(here) - same), *map(_quoted, there[same:])]
    return "/".join(steps) + rest


@lru_cache(maxsize=100_000)
def _quoted(part: str) -> str:
    return quote(part, safe="@+~")
