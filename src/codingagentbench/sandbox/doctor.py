"""What this machine offers the sandboxes, for `cab doctor`."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from codingagentbench.core.errors import CabError, MissingTool
from codingagentbench.core.sandbox import Command
from codingagentbench.core.spec import Limits
from codingagentbench.sandbox import bwrap, cgroup, seccomp, supervise
from codingagentbench.sandbox.local import LocalSandbox


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report. `ok` is False only for what keeps `local` from working."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def doctor() -> list[Finding]:
    """Look at the tools and start one real sandbox. Runs an event loop: not to be called from inside one."""
    return [_user(), _bubblewrap(), _seccomp(), _cgroups(), *_limits(), _trial()]


def _user() -> Finding:
    if os.geteuid() == 0:
        return Finding("user", True, "root: cgroups can be made and listeners opened without a helper")
    return Finding("user", True, f"ordinary user {os.geteuid()}: sandboxes work through user namespaces")


def _bubblewrap() -> Finding:
    try:
        return Finding("bubblewrap", True, f"version {bwrap.version()} at {bwrap.program()}")
    except MissingTool as absent:
        return Finding("bubblewrap", False, absent.what, absent.remedy)


def _seccomp() -> Finding:
    try:
        return Finding(
            "seccomp", True, f"filter of {len(seccomp.program())} bytes, {len(seccomp.DENIED)} calls denied"
        )
    except MissingTool as absent:
        return Finding("seccomp", False, absent.what, absent.remedy)


def _cgroups() -> Finding:
    tree = cgroup.hierarchy()
    if tree:
        return Finding("cgroups", True, f"{tree.version}: bounds {', '.join(sorted(tree.enforced()))}")
    return Finding(
        "cgroups", True, "none writable: a watchdog bounds memory", "run as root or in a delegated scope"
    )


def _limits() -> list[Finding]:
    return [Finding(f"limit {name}", True, by) for name, by in supervise.enforcement(isolated=True).items()]


def _trial() -> Finding:
    try:
        result = asyncio.run(LocalSandbox().run(Command(("true",), (), cwd="/"), Limits(wall_s=20)))
    except CabError as failed:
        return Finding("user namespaces", False, failed.what, _namespace_remedy() or failed.remedy)
    took = f"a sandbox started and ended in {(result.ended - result.started) * 1000:.0f} ms"
    return Finding("user namespaces", result.exit_code == 0, took)


def _namespace_remedy() -> str:
    switches = {
        "/proc/sys/user/max_user_namespaces": ("0", "sysctl user.max_user_namespaces=10000"),
        "/proc/sys/kernel/unprivileged_userns_clone": ("0", "sysctl kernel.unprivileged_userns_clone=1"),
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": (
            "1",
            "sysctl kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile for bwrap",
        ),
    }
    found = (
        fix
        for path, (bad, fix) in switches.items()
        if Path(path).exists() and Path(path).read_text().strip() == bad
    )
    return next(found, "")
