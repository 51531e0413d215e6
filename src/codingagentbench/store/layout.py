"""Where a cell's attempts lie under the results folder, as a pure function of its specification."""

from __future__ import annotations

import re
from pathlib import Path

from codingagentbench.core.digest import digest_of
from codingagentbench.core.errors import StoreError
from codingagentbench.core.spec import CellSpec

LEDGER_NAME = "ledger.sqlite"
DEFINITION_NAME = "sweep.toml"
STAGING_NAME = ".staging"

ATTEMPT_DIR = re.compile(r"attempt[1-9]\d*")
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+@-]{0,199}")
_OURS = re.compile(r"run\d+|attempt\d+|ledger\.sqlite.*|sweep(\..*)?\.toml")
_PLAIN_VARIANT: tuple[tuple[str, ...], str, str] = ((), "factory", "local")


def _checked(part: str) -> str:
    """A path part that can neither leave the results folder nor be taken for one of the store's own names."""
    if not _PART.fullmatch(part) or _OURS.fullmatch(part):
        raise StoreError(
            f"{part!r} cannot be a folder of the results",
            remedy="use letters, digits and ._:+@- (at most 200), and no name of the store's own such as run1",
        )
    return part


def _run_name(spec: CellSpec) -> str:
    """`run<N>`; a plugin stack, mode or sandbox other than the plain one adds `~` and 8 digits of its digest."""
    variant = (spec.plugin_stack, spec.behavior_mode, spec.sandbox)
    if variant == _PLAIN_VARIANT:
        return f"run{spec.run}"
    digest = digest_of([list(spec.plugin_stack), spec.behavior_mode, spec.sandbox])
    return f"run{spec.run}~{digest.removeprefix('sha256:')[:8]}"


def cell_place(spec: CellSpec) -> str:
    """`<sweep_id>/<tui>/<vendor>/<model>/<family>/<slug>/run<N>`, relative to the results folder.

    Cells that differ in limits alone share a place; the ledger numbers their attempts together.

    Raises:
        StoreError: a part is not fit to be a folder.
    """
    parts = (spec.sweep_id, spec.tui, *spec.model.split("/"), *spec.task.split("/"))
    return "/".join((*map(_checked, parts), _run_name(spec)))


def attempt_place(spec: CellSpec, attempt: int) -> str:
    """The place of one attempt, relative to the results folder."""
    return f"{cell_place(spec)}/attempt{attempt}"


def attempt_dir(results: Path, spec: CellSpec, attempt: int) -> Path:
    """The folder of one attempt."""
    return results / attempt_place(spec, attempt)


def sweep_dir(results: Path, sweep_id: str) -> Path:
    """The folder of one sweep.

    Raises:
        StoreError: the id is not fit to be a folder.
    """
    return results / _checked(sweep_id)


def ledger_path(results: Path, sweep_id: str) -> Path:
    """The sweep's ledger file."""
    return sweep_dir(results, sweep_id) / LEDGER_NAME


def staging_root(results: Path, sweep_id: str) -> Path:
    """Where the sweep's attempts are made before they are published."""
    return sweep_dir(results, sweep_id) / STAGING_NAME
