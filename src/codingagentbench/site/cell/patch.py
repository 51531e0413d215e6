"""The patch as a page shows it: files and lines by what they are, bounded, whatever the patch holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from codingagentbench.core.patchtext import Hunk, plain_name

MAX_FILES = 100
MAX_LINES = 1500
"""Lines shown of the whole patch."""
MAX_FILE_LINES = 400
MAX_WIDTH = 1000
"""Characters shown of one line."""

_HEADERS = (
    "index ", "--- ", "+++ ", "old mode ", "new mode ", "new file mode ", "deleted file mode ",
    "similarity index ", "dissimilarity index ", "rename from ", "rename to ", "copy from ", "copy to ",
)  # fmt: skip


class Line(NamedTuple):
    """`kind` is `add`, `cut`, `hunk`, `meta` or `same`; `text` has its sign."""

    kind: str
    text: str


@dataclass(slots=True)
class FilePatch:
    """One file of a patch. `old` is its former name where it was renamed; `hidden` counts lines not shown."""

    path: str
    old: str = ""
    state: str = "modified"
    added: int = 0
    removed: int = 0
    binary: bool = False
    lines: list[Line] = field(default_factory=list)
    hidden: int = 0
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Patch:
    """The files in order; `notes` are the lines before the first. `more_files` are counted and not shown."""

    files: tuple[FilePatch, ...]
    notes: tuple[str, ...] = ()
    more_files: int = 0
    cut: bool = False


def read_patch(text: str, *, cut: bool = False) -> Patch:
    """Read a unified diff as git writes it. Never raises: what is no diff is shown as notes.

    Args:
        cut: whether the text is only the beginning of the patch.
    """
    reader = _Reader()
    for line in text.split("\n"):
        reader.line(line)
    return reader.patch(cut)


class _Reader:
    """Inside a hunk the header's counts decide what is content, so that no content passes for a header."""

    def __init__(self) -> None:
        self._files: list[FilePatch] = []
        self._notes: list[str] = []
        self._more = 0
        self._shown = 0
        self._hunk = Hunk()
        self._skipping = False

    def line(self, line: str) -> None:
        """The next line."""
        if self._hunk.goes_on:
            self._content(line)
        elif line.startswith("diff --git "):
            self._start(line)
        elif self._skipping:
            return
        elif not self._files:
            if line.strip() and len(self._notes) < MAX_FILES:
                self._notes.append(line.removeprefix("# ")[:MAX_WIDTH])
        else:
            self._header(line)

    def patch(self, cut: bool) -> Patch:
        """All that was read."""
        return Patch(tuple(self._files), tuple(self._notes), self._more, cut)

    def _start(self, line: str) -> None:
        self._skipping = len(self._files) >= MAX_FILES
        if self._skipping:
            self._more += 1
            return
        self._files.append(FilePatch(_name_in(line.removeprefix("diff --git "))))

    def _header(self, line: str) -> None:
        file = self._files[-1]
        hunk = Hunk.read(line)
        if hunk:
            self._hunk = hunk
            self._show(file, "hunk", line)
        elif line.startswith("\\"):
            self._show(file, "meta", line)
        elif line.startswith(("Binary files ", "GIT binary patch")):
            file.binary = True
        elif line.startswith(_HEADERS):
            _describe(file, line)
        elif line and not file.binary:
            self._show(file, "meta", line)

    def _content(self, line: str) -> None:
        file = None if self._skipping else self._files[-1]
        sign = line[:1]
        if sign == "\\":
            self._show(file, "meta", line)
            return
        self._hunk.take(line)
        kind = {"+": "add", "-": "cut"}.get(sign, "same")
        if file is not None:
            file.added += kind == "add"
            file.removed += kind == "cut"
        self._show(file, kind, line)

    def _show(self, file: FilePatch | None, kind: str, line: str) -> None:
        if file is None:
            return
        if self._shown >= MAX_LINES or len(file.lines) >= MAX_FILE_LINES:
            file.hidden += 1
            return
        self._shown += 1
        rest = len(line) - MAX_WIDTH
        file.lines.append(Line(kind, f"{line[:MAX_WIDTH]} … {rest} more characters" if rest > 0 else line))


def _describe(file: FilePatch, line: str) -> None:
    word, _, value = line.partition(" ")
    if line.startswith("new file"):
        file.state = "added"
    elif line.startswith("deleted file"):
        file.state = "removed"
    elif line.startswith(("rename from ", "copy from ")):
        file.state = "renamed" if word == "rename" else "copied"
        file.old = plain_name(value.removeprefix("from "))
    elif line.startswith(("rename to ", "copy to ")):
        file.path = plain_name(value.removeprefix("to "))
    elif line.startswith("+++ ") and value != "/dev/null":
        file.path = plain_name(value.rstrip("\t")).removeprefix("b/")
    elif line.startswith(("old mode ", "new mode ")):
        file.lines.append(Line("meta", line[:MAX_WIDTH]))


def _name_in(names: str) -> str:
    """The path in `a/x b/x`: both halves are alike but for the side; what is not so is given as it is."""
    half = len(names) // 2
    old, new = plain_name(names[:half]), plain_name(names[half + 1 :])
    if old[2:] == new[2:] and old.startswith("a/") and new.startswith("b/"):
        return new[2:]
    return names[:MAX_WIDTH]


def marked(patch: Patch, marks: dict[str, tuple[str, ...]]) -> Patch:
    """The patch with what is known of each file by its path."""
    for file in patch.files:
        file.marks = marks.get(file.path, marks.get(file.old, ()))
    return replace(patch, files=patch.files)


def counted(files: Iterable[FilePatch]) -> tuple[int, int]:
    """Lines added and removed over all files."""
    found = list(files)
    return sum(file.added for file in found), sum(file.removed for file in found)


def lines_by_kind(lines: Iterable[Line]) -> Iterator[tuple[str, str]]:
    """Neighbouring lines of one kind joined, so that a page needs one element for them."""
    kind, texts = "", list[str]()
    for line in lines:
        if line.kind != kind and texts:
            yield kind, "\n".join(texts)
            texts = []
        kind = line.kind
        texts.append(line.text)
    if texts:
        yield kind, "\n".join(texts)
