"""Where the site's numbers come from: sweeps, agents, machines, prices, and the site's own make."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from codingagentbench.core.digest import digest_of, sha256_hex
from codingagentbench.core.errors import CabError
from codingagentbench.core.record import HostFingerprint
from codingagentbench.site.site import Site
from codingagentbench.store import DEFINITION_NAME, CellLine, LedgerReader, ledger_path, read_record, sweep_dir

MOST_WEIGHED = 5_000
"""Attempts whose files are weighed; with more a site would take seconds longer to make."""

_ASSETS = Path(__file__).parents[1] / "assets" / "vendor"


@dataclass(frozen=True, slots=True)
class SweepSource:
    """One sweep. `definition` is the sha256 of its frozen file, empty without one; `replaced` are earlier ones."""

    id: str
    cells: int
    missing: int
    attempts: int
    left: int
    definition: str
    replaced: tuple[str, ...]
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class AgentSource:
    """One install of an agent as it was measured."""

    tui: str
    version: str
    image_digest: str
    cells: int


@dataclass(frozen=True, slots=True)
class Machine:
    """A host and the harness on it. `agents` names what ran there, among the records that were looked at."""

    host: HostFingerprint
    schema: str
    agents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vendored:
    """Something on the site that is not ours."""

    name: str
    licence: str
    files: tuple[tuple[str, int, str], ...]


def sweep_sources(site: Site) -> list[SweepSource]:
    """Every sweep by id.

    Raises:
        StoreError: a ledger cannot be read.
    """
    return [_sweep(site, name, lines) for name, lines in sorted(site.catalogue.by_sweep.items())]


def _sweep(site: Site, name: str, lines: Sequence[CellLine]) -> SweepSource:
    with LedgerReader(ledger_path(site.results, name)) as ledger:
        attempts = ledger.spending().attempts
    folder = sweep_dir(site.results, name)
    definition = folder / DEFINITION_NAME
    stamps = sorted(stamp for line in lines for stamp in (line.started_at, line.ended_at) if stamp)
    return SweepSource(
        id=name,
        cells=len(lines),
        missing=sum(not line.measured for line in lines),
        attempts=attempts,
        left=sum(not line.planned for line in lines),
        definition=f"sha256:{sha256_hex(definition.read_bytes())}" if definition.is_file() else "",
        replaced=tuple(sorted(path.name for path in folder.glob("sweep.*.toml"))),
        first=stamps[0] if stamps else "",
        last=stamps[-1] if stamps else "",
    )


def results_fingerprint(lines: Iterable[CellLine]) -> str:
    """`sha256:<hex>` over every cell, the attempt that speaks for it and what it says: what a citation names."""
    said = ([line.place, line.fingerprint, line.attempt, line.outcome, line.ended_at] for line in lines)
    return digest_of(sorted(said))


def agent_sources(site: Site) -> list[AgentSource]:
    """Every install that was measured, by agent and version."""
    counts: dict[tuple[str, str, str], int] = {}
    for line in site.catalogue.lines:
        if line.image_digest:
            key = (line.tui, line.tui_version, line.image_digest)
            counts[key] = counts.get(key, 0) + 1
    return [AgentSource(*key, cells=count) for key, count in sorted(counts.items())]


def model_builds(site: Site) -> list[tuple[str, str, int]]:
    """Model, the build that the endpoint revealed, and cells."""
    counts: dict[tuple[str, str], int] = {}
    for line in site.catalogue.lines:
        if line.model_build_id:
            counts[line.model, line.model_build_id] = counts.get((line.model, line.model_build_id), 0) + 1
    return [(*key, count) for key, count in sorted(counts.items())]


def machines(site: Site) -> list[Machine]:
    """Hosts, read from the newest record of each agent install in each sweep."""
    newest: dict[tuple[str, str, str], CellLine] = {}
    for line in site.catalogue.lines:
        key = (line.sweep_id, line.tui, line.image_digest)
        if line.directory and (key not in newest or line.ended_at > newest[key].ended_at):
            newest[key] = line
    found: dict[str, Machine] = {}
    for line in newest.values():
        machine = _machine(site.results / line.directory, line.tui)
        if machine is not None:
            name = machine.host.model_dump_json() + machine.schema
            known = found.get(name, machine)
            found[name] = replace(machine, agents=tuple(sorted({*known.agents, line.tui})))
    return list(found.values())


def _machine(folder: Path, tui: str) -> Machine | None:
    """The unchanging part of a fingerprint; None for a record that cannot be read, as its own page says."""
    try:
        record = read_record(folder)
    except CabError:
        return None
    still = record.host.model_copy(update={"load_start": 0.0, "load_end": 0.0, "parallel_jobs": 1, "tools": {}})
    return Machine(still, record.schema_version, (tui,))


def evidence_bytes(site: Site) -> int | None:
    """Bytes of all files of the attempts that speak for cells; None when there are too many to weigh each time."""
    folders = [site.results / line.directory for line in site.catalogue.lines if line.directory]
    return None if len(folders) > MOST_WEIGHED else sum(map(_weight, folders))


def _weight(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        total += sum(os.lstat(os.path.join(root, name)).st_size for name in names)  # noqa: PTH118 - many of them
    return total


def vendored() -> list[Vendored]:
    """What lies below `assets/vendor`, each folder with its licence."""
    return [_vendored(folder) for folder in sorted(_ASSETS.iterdir()) if folder.is_dir()]


def _vendored(folder: Path) -> Vendored:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    told = [
        (path.relative_to(folder).as_posix(), path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in files
    ]
    licence = next((path for path in files if path.name.upper().startswith("LICEN")), None)
    first = licence.read_text(encoding="utf-8").strip().splitlines()[0].strip() if licence else ""
    return Vendored(folder.name, first, tuple(told))
