"""The names of the dependencies that a project lists. Paths inside the project are none."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EGG = re.compile(r"#egg=([A-Za-z0-9._-]+)")
_PACKAGE_TABLES = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
_CARGO_TABLES = ("build-dependencies", "dependencies", "dev-dependencies")
_OWN = ("file:", "link:", "portal:", "workspace:")
_GRADLE = re.compile(
    r"\b(?:\w*[aA]pi|annotationProcessor|classpath|\w*[cC]ompileOnly|\w*[iI]mplementation|kapt|ksp|\w*[rR]untimeOnly|"
    r"compile|testCompile|runtime)\b[ \t]*\(?[ \t]*(?:platform\s*\(\s*)?"
    r"(?:[\"']([\w.-]+:[\w.-]+)|group\s*[:=]\s*[\"']([\w.-]+)[\"']\s*,\s*name\s*[:=]\s*[\"']([\w.-]+)|(libs\.[\w.]+))"
)
_GRADLE_PLUGIN = re.compile(r"^\s*id\s*\(?\s*[\"']([\w.-]+)[\"']", re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


class UnreadableManifest(ValueError):
    """A list of dependencies that is not of its format."""


def dependencies(path: str, text: str) -> set[str]:
    """`ecosystem:name` of every dependency a manifest lists, of whatever group.

    Raises:
        UnreadableManifest: the text is not of the format its name tells.
    """
    name = PurePosixPath(path).name
    ecosystem, read = _READERS.get(name, ("python", _requirements))
    try:
        return {f"{ecosystem}:{one}" for one in read(text)}
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise UnreadableManifest(f"not read as {name}: {error}") from None


def python_name(requirement: str) -> str:
    """`PyYAML[x]>=1` is `pyyaml`; names are compared without case, and `_` and `.` are `-`. Empty for no name."""
    match = _EGG.search(requirement) or _REQUIREMENT.match(requirement.strip())
    found = match[match.re.groups] if match else ""
    return re.sub(r"[-_.]+", "-", found).lower()


def _requirements(text: str) -> Iterator[str]:
    for line in text.replace("\\\n", " ").splitlines():
        entry = re.split(r"(?:^|\s)#", line)[0].strip()
        editable = re.match(r"(?:-e|--editable)[ =](.*)", entry)
        entry = editable[1].strip() if editable else entry
        if entry.startswith(("git+", "http:", "https:")) and not _EGG.search(entry):
            yield entry
        elif entry and not entry.startswith(("-", ".", "/")):
            yield python_name(entry)


def _lists(*values: Any) -> Iterator[str]:
    """The names in lists of requirements, and in tables of such lists."""
    for value in values:
        if isinstance(value, Mapping):
            yield from _lists(*value.values())
        else:
            yield from (python_name(entry) for entry in value or () if isinstance(entry, str))


def _keys(table: Any) -> Iterator[str]:
    """Names of a table in which each key is a package, those at a path of the project left out."""
    for name, value in (table or {}).items():
        if not (isinstance(value, Mapping) and "path" in value and "git" not in value):
            yield python_name(name)


def _pyproject(text: str) -> Iterator[str]:
    data = tomllib.loads(text)
    project, tool = data.get("project", {}), data.get("tool", {})
    yield from _lists(project.get("dependencies"), project.get("optional-dependencies", {}))
    yield from _lists(data.get("build-system", {}).get("requires"), data.get("dependency-groups", {}))
    yield from _lists(tool.get("uv", {}).get("dev-dependencies"), tool.get("pdm", {}).get("dev-dependencies", {}))
    poetry = tool.get("poetry", {})
    groups = [group.get("dependencies") for group in poetry.get("group", {}).values()]
    for table in (poetry.get("dependencies"), poetry.get("dev-dependencies"), *groups):
        yield from (name for name in _keys(table) if name != "python")


def _pipfile(text: str) -> Iterator[str]:
    data = tomllib.loads(text)
    return (
        name for section, table in data.items() if section not in ("requires", "source") for name in _keys(table)
    )


def _setup_cfg(text: str) -> Iterator[str]:
    import configparser

    config = configparser.ConfigParser(interpolation=None)
    try:
        config.read_string(text)
    except configparser.Error as error:
        raise UnreadableManifest(str(error)) from None
    yield from _requirements(config.get("options", "install_requires", fallback=""))
    yield from _requirements(config.get("options", "setup_requires", fallback=""))
    if config.has_section("options.extras_require"):
        for _, value in config.items("options.extras_require"):
            yield from _requirements(value)


def _cargo(text: str) -> Iterator[str]:
    data = tomllib.loads(text)
    places = [data, data.get("workspace", {}), *data.get("target", {}).values()]
    for place in places:
        for table in _CARGO_TABLES:
            for name, value in place.get(table, {}).items():
                details = value if isinstance(value, Mapping) else {}
                if "path" not in details or "git" in details:
                    yield str(details.get("package", name)).replace("-", "_")


def _package_json(text: str) -> Iterator[str]:
    data = json.loads(text)
    for table in _PACKAGE_TABLES:
        for name, version in (data.get(table) or {}).items():
            if not str(version).startswith(_OWN):
                yield name


def _pom(text: str) -> Iterator[str]:
    """Dependencies, plugins and the parent. A document type is refused: its entities could grow without bound."""
    if "<!" in re.sub(r"<!--.*?-->|<!\[CDATA\[", "", text, flags=re.DOTALL):
        raise UnreadableManifest("it declares a document type")
    from xml.etree import ElementTree

    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - no document type, so no entity
    except ElementTree.ParseError as error:
        raise UnreadableManifest(str(error)) from None
    for element in root.iter():
        if element.tag.rsplit("}", 1)[-1] in ("dependency", "extension", "parent", "plugin"):
            parts = {child.tag.rsplit("}", 1)[-1]: (child.text or "").strip() for child in element}
            yield f"{parts.get('groupId', 'org.apache.maven.plugins')}:{parts.get('artifactId', '')}"


def _gradle(text: str) -> Iterator[str]:
    plain = _COMMENT.sub(lambda match: match[0] if match[0].startswith("//") and _in_text(match) else "", text)
    for match in _GRADLE.finditer(plain):
        yield match[1] or match[4] or f"{match[2]}:{match[3]}"
    yield from (f"plugin {name}" for name in _GRADLE_PLUGIN.findall(plain))


def _in_text(match: re.Match[str]) -> bool:
    """Whether `//` stands behind a colon, as in an address."""
    return match.string[match.start() - 1 : match.start()] == ":"


def _catalogue(text: str) -> Iterator[str]:
    """Gradle's `libs.versions.toml`."""
    data = tomllib.loads(text)
    for value in data.get("libraries", {}).values():
        parts = value if isinstance(value, Mapping) else {"module": ":".join(str(value).split(":")[:2])}
        yield parts.get("module") or f"{parts.get('group')}:{parts.get('name')}"


_GO_BLOCK = re.compile(r"^require\s*\((.*?)^\s*\)", re.MULTILINE | re.DOTALL)
_GO_LINE = re.compile(r"^require\s+([^\s(]+)\s+v", re.MULTILINE)


def _go_mod(text: str) -> Iterable[str]:
    plain = re.sub(r"//[^\n]*", "", text)
    listed = [line.split()[0] for block in _GO_BLOCK.findall(plain) for line in block.splitlines() if line.strip()]
    return [*listed, *_GO_LINE.findall(plain)]


_READERS = {
    "Cargo.toml": ("rust", _cargo),
    "Pipfile": ("python", _pipfile),
    "build.gradle": ("java", _gradle),
    "build.gradle.kts": ("java", _gradle),
    "go.mod": ("go", _go_mod),
    "libs.versions.toml": ("java", _catalogue),
    "package.json": ("javascript", _package_json),
    "pom.xml": ("java", _pom),
    "pyproject.toml": ("python", _pyproject),
    "setup.cfg": ("python", _setup_cfg),
}
