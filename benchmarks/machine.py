"""What the numbers were measured on."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")


def facts() -> list[tuple[str, str]]:
    """(name, value) of everything that a reader needs to compare two runs."""
    memory = int(_first("/proc/meminfo", r"^MemTotal:\s*(\d+)", "0"))
    load = " ".join(f"{one:.2f}" for one in os.getloadavg())
    return [
        ("CPU", _first("/proc/cpuinfo", r"^(?:model name|Model)\s*:\s*(.+)$")),
        ("cores", str(len(os.sched_getaffinity(0)))),
        ("memory", f"{memory // 1024} MiB"),
        ("kernel", platform.release()),
        ("system", _first("/etc/os-release", r'^PRETTY_NAME="?([^"\n]+)')),
        ("Python", platform.python_version()),
        ("bubblewrap", _said("bwrap", "--version")),
        ("cab", _said("git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty")),
        ("load before (1, 5, 15 min)", load),
    ]


def busy_s() -> float:
    """CPU seconds of the whole machine since it started, kernel threads and interrupts included."""
    fields = Path("/proc/stat").read_text().split(None, 9)
    user, nice, system, _idle, _iowait, irq, softirq = map(int, fields[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def _first(path: str, pattern: str, otherwise: str = "unknown") -> str:
    found = re.search(pattern, Path(path).read_text(errors="replace"), re.MULTILINE)
    return found.group(1).strip() if found else otherwise


def _said(*argv: str) -> str:
    try:
        return subprocess.run(argv, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return "unknown"
