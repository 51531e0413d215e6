"""What is to be run: the cell's specification, its limits and its identities."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from codingagentbench.core.digest import digest_of

REFERENCE_VENDOR = "reference"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+@-]*")


def _parts(text: str, least: int, what: str) -> str:
    parts = text.split("/")
    if len(parts) < least or not all(_NAME.fullmatch(part) for part in parts):
        raise ValueError(f"{text!r} is not a {what}: letters, digits and ._:+@- only, parts joined by '/'")
    return text


def check_name(text: str) -> str:
    """A single path-safe name (sweep id, agent name)."""
    return _parts(text, 1, "name") if "/" not in text else _parts("", 1, "name")


def check_model(text: str) -> str:
    """`vendor/name` as the endpoint knows it; more slashes are allowed in the name."""
    return _parts(text, 2, "model id of the form vendor/name")


def check_task(text: str) -> str:
    """`family/slug`."""
    if text.count("/") != 1:
        raise ValueError(f"{text!r} is not a task id of the form family/slug")
    return _parts(text, 2, "task id of the form family/slug")


Name = Annotated[str, AfterValidator(check_name)]
ModelId = Annotated[str, AfterValidator(check_model)]
TaskId = Annotated[str, AfterValidator(check_task)]


class Limits(BaseModel):
    """What a cell may use. Part of the cell's identity: other limits make another cell, not a better score."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wall_s: float = Field(600, gt=0, description="seconds the agent may run")
    calls: int = Field(200, gt=0, description="model calls")
    tokens: int | None = Field(None, gt=0, description="total tokens over all calls")
    usd: float | None = Field(None, gt=0, description="cost by the price table")
    memory_mb: int = Field(4096, gt=0, description="resident memory of the whole sandbox")
    processes: int = Field(512, gt=0, description="processes and threads")
    cpus: float = Field(2.0, gt=0, description="CPU quota in cores")
    disk_mb: int = Field(1024, gt=0, description="bytes in the workdir, HOME and /tmp together")
    output_mb: int = Field(16, gt=0, description="bytes written to the terminal")


class CellSpec(BaseModel):
    """One run of (agent, model, task, plugin stack, behaviour mode, run index) in one sweep."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sweep_id: Name
    tui: Name
    model: ModelId
    task: TaskId
    plugin_stack: tuple[str, ...] = ()
    behavior_mode: str = "factory"
    run: int = Field(1, ge=1)
    sandbox: Name = "local"
    limits: Limits = Limits()

    @property
    def cell_id(self) -> str:
        """`<sweep_id>/<tui>/<vendor>/<model>/<family>/<slug>`, `#runN` appended from the second run on."""
        base = f"{self.sweep_id}/{self.tui}/{self.model}/{self.task}"
        return base if self.run == 1 else f"{base}#run{self.run}"

    @property
    def is_reference(self) -> bool:
        """True for scripted policies, which stay out of rankings unless asked for."""
        return self.model.split("/", 1)[0] == REFERENCE_VENDOR

    @property
    def digest(self) -> str:
        """`sha256:<hex>` over every field: the cell's identity in a plan."""
        return digest_of(self.model_dump(mode="json"))


class CanonicalKey(BaseModel):
    """The nine fields that identify what was measured; the sha256 over them is the fingerprint."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sweep_id: str
    tui: str
    image_digest: str
    model_build_id: str
    task_id: str
    task_digest: str
    plugin_stack: tuple[str, ...]
    behavior_mode: str
    run: int

    @property
    def fingerprint(self) -> str:
        """`sha256:<hex>` of the canonical JSON of the nine fields."""
        return digest_of(self.model_dump(mode="json"))
