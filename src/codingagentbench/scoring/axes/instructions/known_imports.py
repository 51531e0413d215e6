"""Which imports are none of a new dependency: the language's, the project's own, and what it had before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from codingagentbench.core.evidence import Evidence
from codingagentbench.scoring.axes.instructions import known_modules
from codingagentbench.scoring.axes.instructions.imports import imports_of
from codingagentbench.scoring.axes.instructions.languages import Language, is_source
from codingagentbench.scoring.axes.instructions.sources import Changed, kept_texts


@dataclass
class Project:
    """What is the project's own, or was its dependency before."""

    evidence: Evidence
    listed: set[str]
    files: list[Changed]

    def of(self, ecosystem: str) -> set[str]:
        """Names of the dependencies listed before."""
        return {name.split(":", 1)[1] for name in self.listed if name.startswith(f"{ecosystem}:")}

    @cached_property
    def paths(self) -> list[PurePosixPath]:
        """Every file there was or is."""
        return [PurePosixPath(path) for path in {*self.evidence.tree, *self.evidence.changes.added}]

    @cached_property
    def modules(self) -> set[str]:
        """Stems of source files and names of the folders above them."""
        sources = [path for path in self.paths if is_source(str(path))]
        return {path.stem for path in sources} | {part for path in sources for part in path.parts[:-1]}

    @cached_property
    def imported(self) -> set[str]:
        """What the changed files imported before."""
        texts = [(file.language, file.before) for file in self.files if file.before]
        return {one.name for language, text in texts for one in imports_of(language, text) or ()}

    def texts(self, *names: str) -> Iterator[str]:
        """Texts from before of the manifests of these names."""
        kept = kept_texts(self.evidence, lambda path: PurePosixPath(path).name in names)
        return (source.before for _, source in kept if source.before)


def _python(name: str, _: Changed, project: Project) -> bool:
    root = name.split(".", maxsplit=1)[0]
    if root in known_modules.PYTHON or root in project.modules:
        return True
    if any(before.split(".")[0] == root for before in project.imported):
        return True
    listed = project.of("python")
    plain = re.sub(r"[-_.]+", "-", root).lower()
    other = (known_modules.PYTHON_IMPORTS.get(root, plain), f"python-{plain}", f"py{plain}", f"{plain}-python")
    return (
        plain in listed
        or any(one in listed for one in other)
        or any(one.startswith(f"{plain}-") for one in listed)
    )


def _rust(name: str, file: Changed, project: Project) -> bool:
    text = file.after or ""
    own = re.search(rf"\b(?:mod|enum|struct|trait|union|type|use\s+[\w:]+\s+as)\s+{re.escape(name)}\b", text)
    if name in known_modules.RUST or name in project.modules or name in project.imported or own:
        return True
    crates = {
        (found[1] or found[2]).replace("-", "_")
        for text in project.texts("Cargo.toml")
        for found in _CRATE_NAME.finditer(text)
    }
    return name in crates or name in project.of("rust")


_CRATE_NAME = re.compile(r"^\s*name\s*=\s*\"([\w-]+)\"|^\s*([\w-]+)\s*=.*\bpath\s*=", re.MULTILINE)


def _java(name: str, _: Changed, project: Project) -> bool:
    package = name.rsplit(".", 1)[0]
    if name.startswith(known_modules.JAVA) or "." not in name or _is_own_package(name, project):
        return True
    family = ".".join(name.split(".")[:2])
    if any(
        before.startswith(f"{family}.") for before in project.imported if not before.startswith(known_modules.JAVA)
    ):
        return True
    return any(
        f"{package}.".startswith(f"{'.'.join(one.split(':')[0].split('.')[:2])}.") for one in project.of("java")
    )


def _is_own_package(name: str, project: Project) -> bool:
    """Whether a file or folder of the project is where the class, its outer class or its package would be."""
    parts = name.split(".")
    folders = {"/".join(path.parts[:-1]) for path in project.paths if path.suffix == ".java"}
    files = {str(path.with_suffix("")) for path in project.paths if path.suffix == ".java"}
    ways = ["/".join(parts[:length]) for length in range(2, len(parts) + 1)]
    package = "/".join(parts[:-1])
    return any(one == package or one.endswith(f"/{package}") for one in folders) or any(
        one == way or one.endswith(f"/{way}") for way in ways for one in files
    )


def _javascript(name: str, _: Changed, project: Project) -> bool:
    scheme, colon, _rest = name.partition(":")
    if colon:
        return scheme in ("node", "bun", "data", "file")
    package = "/".join(name.split("/")[:2]) if name.startswith("@") else name.split("/", maxsplit=1)[0]
    own = [
        match
        for text in project.texts("package.json")
        for match in re.findall(r"\"name\"\s*:\s*\"([^\"]+)\"", text)
    ]
    old = {"/".join(one.split("/")[:2]) if one.startswith("@") else one.split("/")[0] for one in project.imported}
    listed = project.of("javascript")
    return package in known_modules.NODE or package in own or package in old or package in listed or (
        f"@types/{package}" in listed
    )  # fmt: skip


def _go(name: str, _: Changed, project: Project) -> bool:
    if "." not in name.split("/", maxsplit=1)[0]:
        return True
    own = [
        match for text in project.texts("go.mod") for match in re.findall(r"^module\s+(\S+)", text, re.MULTILINE)
    ]
    known = (*own, *project.of("go"), *project.imported)
    return any(name == one or name.startswith(f"{one}/") for one in known)


def _c(name: str, _: Changed, project: Project) -> bool:
    own = {str(path) for path in project.paths if path.suffix in (".h", ".c", ".inc")}
    return name in known_modules.C or any(
        path == name.lstrip("./") or path.endswith(f"/{name.lstrip('./')}") for path in own
    )


KNOWN: dict[Language, Callable[[str, Changed, Project], bool]] = {
    "c": _c, "go": _go, "java": _java, "javascript": _javascript, "python": _python, "rust": _rust,
    "tsx": _javascript, "typescript": _javascript,
}  # fmt: skip
