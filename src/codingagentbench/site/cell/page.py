"""Puts the page of one attempt together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from jinja2.runtime import Macro

from codingagentbench.core.errors import CabError
from codingagentbench.scoring.definitions import VERSIONS, AxisDefinition, axis_definition, definition_names
from codingagentbench.site import paths
from codingagentbench.site.attempt import Attempt
from codingagentbench.site.badges.say import name_of
from codingagentbench.site.cell.attempts import Target, folder_of, siblings
from codingagentbench.site.cell.banners import banners, fact
from codingagentbench.site.cell.calls import calls_of
from codingagentbench.site.cell.changes import Change, changed_paths, changes_of
from codingagentbench.site.cell.checks import checks_of
from codingagentbench.site.cell.commands import commands
from codingagentbench.site.cell.embed import embed
from codingagentbench.site.cell.files import evidence_outputs, shown_files
from codingagentbench.site.cell.headline import sentence
from codingagentbench.site.cell.identity import identity
from codingagentbench.site.cell.neighbours import circles
from codingagentbench.site.cell.patch import counted, lines_by_kind, marked, read_patch
from codingagentbench.site.cell.scores import METHODOLOGIES, axis_scores, breakdowns, other_breakdowns
from codingagentbench.site.output import Copy, Page, Resource
from codingagentbench.site.replay import (
    REPLAY_SCRIPTS,
    REPLAY_STYLES,
    Replay,
    read_replay,
    replay_context,
    replay_files,
)
from codingagentbench.site.site import Site
from codingagentbench.site.stack import stack

_PATCH = 200_000
"""Characters of the patch that a page reads."""

SECTIONS = (
    ("scores", "Per-axis scores"),
    ("identity", "Run identity"),
    ("timing", "Timing"),
    ("breakdown", "Scorer breakdown"),
    ("replay", "Trace replay"),
    ("patch", "The patch"),
    ("calls", "Model calls"),
    ("checks", "Verifier checks"),
    ("evidence", "Evidence"),
    ("run", "Run it yourself"),
    ("neighbours", "Neighbours"),
    ("embed", "Embed this result"),
)
"""Anchor and heading of each section, in the order of the page."""
_OF_LOST = ("identity", "neighbours", "embed")


def attempt_page(site: Site, target: Target, path: str) -> Page:
    """The page of an attempt; of one that left no readable folder, what the ledger knows."""
    attempt, problem = open_attempt(site, target)
    line = target.line
    said = sentence(line, attempt.record if attempt else None)
    shared: dict[str, Any] = {
        "cell": line,
        "target": target,
        "attempts": siblings(site, target),
        "circles": circles(site, target.speaker),
        "embed": embed(site, target.speaker),
        "sentence": said,
        "banners": banners(target, attempt.record if attempt else None, everywhere=site.references),
    }
    what = f"{name_of(line.pair)} on {line.task}"
    title = what if target.speaks else f"{what}, attempt {line.attempt}"
    if attempt is None:
        sections = tuple(section for section in SECTIONS if section[0] in _OF_LOST)
        context = {**shared, "problem": problem, "sections": sections}
        return Page(path, "cell/lost.html", title, said, context, styles=("cell.css",))
    replay = read_replay(attempt)
    return Page(
        path,
        "cell/page.html",
        title,
        said,
        {**shared, **_context(site, attempt, replay)},
        scripts=("cell.js", *REPLAY_SCRIPTS),
        styles=("cell.css", *REPLAY_STYLES),
        files=lambda: side_files(site, attempt, replay),
    )


def open_attempt(site: Site, target: Target) -> tuple[Attempt | None, str]:
    """The attempt's folder, or why there is none to read."""
    folder = folder_of(target.line)
    if not folder:
        return None, "It left no folder: its worker died, or was stopped, before anything was recorded."
    try:
        return Attempt.open(site.results, folder), ""
    except CabError as error:
        return None, f"Its record cannot be read: {error.what}"


def side_files(site: Site, attempt: Attempt, replay: Replay) -> Iterable[Resource | Copy]:
    """What is written beside the page: the replay's data always, the evidence where the site has it."""
    yield from replay_files(attempt, replay)
    if site.options.evidence:
        yield from evidence_outputs(attempt)


def _context(site: Site, attempt: Attempt, replay: Replay) -> dict[str, Any]:
    record, published = attempt.record, site.options.evidence
    changes = changes_of(attempt.evidence, attempt.verify)
    return {
        "attempt": attempt,
        "record": record,
        "sections": SECTIONS,
        "scores": axis_scores(record),
        "versions": METHODOLOGIES,
        "identity": identity(record),
        "stack": stack(record.latency.model_dump()),
        "breakdowns": breakdowns(record),
        "compared": other_breakdowns(record),
        "definition": definition,
        "kept": kept,
        "replay": replay_context(attempt, replay),
        "calls": calls_of(attempt, published=published),
        "files": shown_files(attempt, published=published),
        "commands": commands(site, record, attempt.directory),
        **_outcome(attempt),
        **_patch(attempt, changes, published),
    }


def _outcome(attempt: Attempt) -> dict[str, Any]:
    evidence = attempt.evidence
    return {
        "checks": checks_of(attempt.verify, trap=bool(evidence and evidence.expected_refusal)),
        "notes": tuple(fact(note) for note in evidence.notes) if evidence else (),
    }


def _patch(attempt: Attempt, changes: tuple[Change, ...], published: bool) -> dict[str, Any]:
    text = attempt.text("changes.patch", _PATCH)
    known = {change.path: change.marks for change in changes}
    patch = marked(read_patch(text.shown, cut=text.cut), known)
    path = paths.attempt_file(attempt.directory, "changes.patch") if published and text.bytes else ""
    return {
        "changes": changes,
        "changes_more": changed_paths(attempt.evidence) - len(changes),
        "patch": patch,
        "patch_text": text,
        "patch_path": path,
        "patch_lines": counted(patch.files),
        "lines_by_kind": lines_by_kind,
    }


def definition(axis: str, methodology: str) -> AxisDefinition | None:
    """What an axis means under a methodology; None under one that nothing is written for."""
    return _definitions().get((axis, methodology))


_kept: dict[tuple[str, ...], str] = {}


def kept(macro: Macro, *args: str) -> str:
    """What a macro gives for these arguments, made once: its text is of definitions alone, which are few."""
    key = (macro.name, *args)
    known = _kept.get(key)
    if known is None:
        known = _kept[key] = macro(*args)
    return known


@cache
def _definitions() -> Mapping[tuple[str, str], AxisDefinition]:
    return {
        (name, version): axis_definition(name, version)
        for version in VERSIONS
        for name in definition_names(version)
    }
