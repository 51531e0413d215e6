"""What a cell ran on. The unchanging part is read once a process; only the load is read for each cell."""

from __future__ import annotations

import os
import platform
import re
from functools import cache
from pathlib import Path

from codingagentbench import __version__
from codingagentbench.core.record import HostFingerprint


def _first(path: str, pattern: str, otherwise: str = "unknown") -> str:
    """The first match of a one-group pattern in a file of the system."""
    try:
        found = re.search(pattern, Path(path).read_text(errors="replace"), re.MULTILINE)
    except OSError:
        return otherwise
    return found.group(1).strip() if found else otherwise


@cache
def _static() -> HostFingerprint:
    return HostFingerprint(
        cpu_model=_first("/proc/cpuinfo", r"^(?:model name|Model|cpu model)\s*:\s*(.+)$", platform.machine()),
        cores=len(os.sched_getaffinity(0)),
        kernel=platform.release(),
        os=_first("/etc/os-release", r'^PRETTY_NAME="?([^"\n]+)', platform.system()),
        memory_mb=int(_first("/proc/meminfo", r"^MemTotal:\s*(\d+) kB", "0")) // 1024,
        load_start=0.0,
        load_end=0.0,
        parallel_jobs=1,
        python=platform.python_version(),
        harness_version=__version__,
    )


def load_average() -> float:
    """The 1-minute load average."""
    return os.getloadavg()[0]


def fingerprint(*, load_start: float, parallel_jobs: int, tools: dict[str, str] | None = None) -> HostFingerprint:
    """The host as of now, which is the end of the cell.

    Args:
        load_start: `load_average()` when the cell began.
        parallel_jobs: cells running at the same time on this host, this one included.
        tools: name -> version of what the cell was run with.
    """
    changing = {
        "load_start": load_start,
        "load_end": load_average(),
        "parallel_jobs": parallel_jobs,
        "tools": dict(tools or {}),
    }
    return _static().model_copy(update=changing)
