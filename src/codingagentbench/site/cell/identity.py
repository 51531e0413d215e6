"""Who ran what, where, and the digests that say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from codingagentbench.core.record import CellRecord
from codingagentbench.site import formats, paths

_TEXT = 1000


class Known(NamedTuple):
    """One fact: a name for people, the record's field, the value as text, and the page it leads to."""

    title: str
    field: str
    text: str
    path: str = ""
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Facts under one heading; `expert` ones are for that reading level."""

    title: str
    facts: tuple[Known, ...]
    expert: bool = False


def identity(record: CellRecord) -> tuple[Group, ...]:
    """Everything that names the run and its circumstances."""
    groups = (
        Group("The cell", _cell(record)),
        Group("The agent and its model", _agent(record)),
        Group("Limits", _limits(record)),
        Group("The sandbox", _sandbox(record)),
        Group("What the sandbox says of itself", _described(record), expert=True),
        Group("The host", _host(record), expert=True),
        Group("Digests and canonical key", _digests(record), expert=True),
    )
    return tuple(group for group in groups if group.facts)


def _cell(record: CellRecord) -> tuple[Known, ...]:
    spec = record.spec
    return (
        Known("Cell", "cell_id", record.cell_id),
        Known("Sweep", "sweep_id", spec.sweep_id, paths.sweep(spec.sweep_id)),
        Known("Run and attempt", "run, attempt", f"run {spec.run}, attempt {record.attempt}"),
        Known("Plugin stack", "plugin_stack", ", ".join(spec.plugin_stack) or "none: the bare agent"),
        Known("Behaviour mode", "behavior_mode", spec.behavior_mode),
    )


def _agent(record: CellRecord) -> tuple[Known, ...]:
    return (
        Known("Agent version", "tui_version", f"{record.tui} {record.tui_version}", paths.agent(record.tui)),
        _known("Wire API", "wire_api", record.wire_api),
        Known("Model", "model", record.model, paths.model(record.model)),
        _known("Model build", "model_build_id", record.model_build_id),
        _known("Container image", "container_image", record.container_image),
        _known("Image digest", "image_digest", record.image_digest),
        _known("Exit code", "exit_code", "" if record.exit_code is None else str(record.exit_code)),
    )


def _limits(record: CellRecord) -> tuple[Known, ...]:
    limits = record.spec.limits
    return (
        Known("Wall clock limit", "limits.wall_s", f"{limits.wall_s:g} s"),
        Known("Model call limit", "limits.calls", formats.whole(limits.calls)),
        Known("Token limit", "limits.tokens", formats.whole(limits.tokens) if limits.tokens else "none"),
        Known("Spending limit", "limits.usd", formats.usd(limits.usd) if limits.usd else "none"),
        Known("Memory limit", "limits.memory_mb", f"{limits.memory_mb} MB"),
        Known("Processes, CPU cores", "limits.processes, cpus", f"{limits.processes}, {limits.cpus:g}"),
        Known("Disk, terminal output", "limits.disk_mb, output_mb", f"{limits.disk_mb} MB, {limits.output_mb} MB"),
    )


def _sandbox(record: CellRecord) -> tuple[Known, ...]:
    agent_cpu, memory = record.agent_cpu_s, record.peak_memory_bytes
    sandboxed = "yes" if record.sandboxed else "no: the agent ran on the host itself"
    return (
        Known("Sandbox", "spec.sandbox", record.spec.sandbox),
        Known("Kept apart from the host", "sandboxed", sandboxed),
        _known("CPU the agent used", "agent_cpu_s", "" if agent_cpu is None else f"{agent_cpu:.2f} s"),
        _known("Peak memory", "peak_memory_bytes", "" if memory is None else formats.size(memory)),
    )


def _described(record: CellRecord) -> tuple[Known, ...]:
    named = ((name[:100], _text(value)) for name, value in record.sandbox.items())
    return tuple(Known(name, f"sandbox.{name}", text) for name, text in named)


def _digests(record: CellRecord) -> tuple[Known, ...]:
    key = record.key
    return (
        Known("Specification digest", "spec_digest", record.spec_digest),
        Known("Fingerprint", "fingerprint", record.fingerprint),
        Known("Key: sweep", "key.sweep_id", key.sweep_id),
        Known("Key: agent", "key.tui", key.tui),
        _known("Key: image digest", "key.image_digest", key.image_digest),
        _known("Key: model build", "key.model_build_id", key.model_build_id),
        Known("Key: task", "key.task_id", key.task_id, paths.task(key.task_id)),
        _known("Key: task digest", "key.task_digest", key.task_digest),
        Known("Key: plugin stack", "key.plugin_stack", ", ".join(key.plugin_stack) or "[]"),
        Known("Key: behaviour mode", "key.behavior_mode", key.behavior_mode),
        Known("Key: run", "key.run", str(key.run)),
        Known("Record schema", "schema_version", record.schema_version),
    )


def _host(record: CellRecord) -> tuple[Known, ...]:
    host = record.host
    overhead = record.harness_cpu_ms
    return (
        Known("Processor", "host.cpu_model", f"{host.cpu_model}, {host.cores} cores"),
        Known("Memory", "host.memory_mb", f"{formats.whole(host.memory_mb)} MB"),
        Known("System", "host.os", f"{host.os}, kernel {host.kernel}"),
        Known("Load at start and end", "host.load_start, load_end", f"{host.load_start:.2f}, {host.load_end:.2f}"),
        Known("Cells run at once", "host.parallel_jobs", str(host.parallel_jobs)),
        Known("Harness", "host.harness_version", f"{host.harness_version} on Python {host.python}"),
        _known("Harness CPU", "harness_cpu_ms", "" if overhead is None else formats.duration(overhead)),
        *(Known(f"Tool: {name}", "host.tools", version) for name, version in host.tools.items()),
    )


def _known(title: str, field: str, text: str) -> Known:
    return Known(title, field, text or "not recorded", absent=not text)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {item}" for name, item in value.items())[:_TEXT]
    return str(value)[:_TEXT]
