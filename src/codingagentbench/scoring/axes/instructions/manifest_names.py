"""The files in which projects list their dependencies."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_NAMES = frozenset((
    "Cargo.toml", "Pipfile", "build.gradle", "build.gradle.kts", "go.mod", "libs.versions.toml", "package.json",
    "pom.xml", "pyproject.toml", "setup.cfg",
))  # fmt: skip
_REQUIREMENTS = re.compile(r"(requirements|constraints)[\w.-]*\.(txt|in)|requirements/[\w.-]+\.(txt|in)")


def is_manifest(path: str) -> bool:
    """Whether a file name tells a list of dependencies; lock files follow from those and are none."""
    pure = PurePosixPath(path)
    return pure.name in _NAMES or _REQUIREMENTS.fullmatch("/".join(pure.parts[-2:])) is not None or (
        _REQUIREMENTS.fullmatch(pure.name) is not None
    )  # fmt: skip
