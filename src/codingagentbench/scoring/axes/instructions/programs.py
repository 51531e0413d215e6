"""Which programs a command line really starts: through `sudo`, `env`, `bash -c`, `xargs` and their like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from codingagentbench.scoring.axes.instructions.shell_words import UNKNOWN

SHELLS = frozenset(("ash", "bash", "dash", "fish", "ksh", "mksh", "sh", "zsh"))
_SCRIPT_RUNNERS = frozenset(("runuser", "script", "su"))
"""Programs that take a whole command line as one word, after `_COMMAND_OPTION`."""
_COMMAND_OPTION = re.compile(r"-[a-z]*c|--command")
_CODE_OPTION = re.compile(r"-[a-zA-Z]*e|-p|--eval|--print")
_INTERPRETERS = {
    "bun": _CODE_OPTION, "node": _CODE_OPTION, "nodejs": _CODE_OPTION, "perl": _CODE_OPTION,
    "php": re.compile("-r"), "python": re.compile("-[a-zA-Z]*c"), "ruby": _CODE_OPTION,
}  # fmt: skip
_SPAWNING = re.compile(r"subprocess|\bsystem\b|popen|spawn|\bexec|child_process|`|%x|qx|\bpty\b|runpy")


@dataclass(frozen=True, slots=True)
class _Wrapper:
    """A program that starts another: its options with a value, and its own operands before that program's name."""

    valued: frozenset[str] = frozenset()
    operands: int = 0


def _wrapper(valued: str = "", operands: int = 0) -> _Wrapper:
    return _Wrapper(frozenset(valued.split()), operands)


_WRAPPERS = {
    "builtin": _wrapper(),
    "busybox": _wrapper(),
    "chroot": _wrapper(operands=1),
    "command": _wrapper(),
    "coproc": _wrapper(),
    "doas": _wrapper("-u -C"),
    "env": _wrapper("-u --unset -C --chdir -S"),
    "exec": _wrapper("-a"),
    "flock": _wrapper("-w -E", operands=1),
    "ionice": _wrapper("-c -n -p"),
    "ltrace": _wrapper("-e -o -s -p"),
    "nice": _wrapper("-n"),
    "nohup": _wrapper(),
    "setsid": _wrapper(),
    "stdbuf": _wrapper("-i -o -e"),
    "strace": _wrapper("-e -o -s -p"),
    "sudo": _wrapper("-u -g -h -p -C -D -R -T -U -r -t --user --group --chdir"),
    "taskset": _wrapper(operands=1),
    "time": _wrapper("-f -o"),
    "timeout": _wrapper("-k -s --kill-after --signal", operands=1),
    "unshare": _wrapper(),
    "xargs": _wrapper("-a -d -E -I -L -n -P -s --max-args --max-procs --delimiter"),
}
_RUNNERS = {
    ("bundle", "exec"), ("hatch", "run"), ("npm", "exec"), ("npx",), ("pipenv", "run"), ("pipx", "run"),
    ("pnpm", "exec"), ("pnpm", "dlx"), ("poetry", "run"), ("uv", "run"), ("uvx",), ("yarn", "exec"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Started:
    """A program with its words: the name first, without its folder and version."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nested:
    """A text that is a script of its own."""

    script: str


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that may start any program, and that cannot be read here."""

    what: str


Layer = Started | Nested | Opaque


def layers(words: Sequence[str], fed: str | None = None) -> Iterator[Layer]:
    """A command line and whatever it starts in turn, from the outside in. `fed` is what stands on its input."""
    rest: Sequence[str] = list(without_assignments(words))
    while rest:
        name = program_name(rest[0])
        yield Started((name, *rest[1:]))
        if name in SHELLS:
            yield from _shell(rest, fed)
            return
        yield from _texts(name, rest, fed)
        rest = _inner(name, rest)


def without_assignments(words: Sequence[str]) -> Sequence[str]:
    """A command line without the assignments before its name."""
    skipped = len(list(takewhile(_is_assignment, words)))
    return words[skipped:]


def program_name(word: str) -> str:
    """`/usr/bin/python3.11` is `python`; what cannot be told of a folder does not matter."""
    folder, slash, name = word.rpartition("/")
    if slash and UNKNOWN in name and folder.startswith("."):
        return "./" + name.replace(UNKNOWN, "*")
    plain = re.fullmatch(r"(python|pip|node|perl|ruby)[\d.]*", name)
    return plain[1] if plain else name


def _is_assignment(word: str) -> bool:
    return re.match(r"[A-Za-z_]\w*\+?=", word) is not None


def _inner(name: str, words: Sequence[str]) -> Sequence[str]:
    """The command line that a command line starts; empty when it starts none."""
    if name in _WRAPPERS and not (name == "command" and {"-v", "-V"} & set(words[1:2])):
        wrapper = _WRAPPERS[name]
        rest = list(without_assignments(_after_options(words[1:], wrapper.valued)))
        inner = without_assignments(rest[wrapper.operands :])
        return [*inner, UNKNOWN] if inner and name == "xargs" else inner
    if name == "find":
        return _between(words, ("-exec", "-execdir", "-ok", "-okdir"), (";", "+"))
    if name == "python" and "-m" in words[1:]:
        return words[list(words).index("-m") + 1 :]
    return next(
        (_after_options(words[len(head) :]) for head in _RUNNERS if (name, *words[1:])[: len(head)] == head), ()
    )


def _after_options(words: Sequence[str], valued: frozenset[str] = frozenset()) -> Sequence[str]:
    at = 0
    while at < len(words) and words[at].startswith("-") and words[at] != "-":
        if words[at] == "--":
            return words[at + 1 :]
        at += 2 if words[at] in valued else 1
    return words[at:]


def _between(words: Sequence[str], starts: Sequence[str], ends: Sequence[str]) -> Sequence[str]:
    at = next((index for index, word in enumerate(words) if word in starts), len(words))
    return list(takewhile(lambda word: word not in ends, words[at + 1 :]))


def _shell(words: Sequence[str], fed: str | None) -> Iterator[Layer]:
    """`sh -lc TEXT`, `sh FILE`, or a shell that reads what it is fed."""
    for at, word in enumerate(words[1:], 1):
        if word.startswith("-") and not word.startswith("--") and "c" in word[1:]:
            yield from _script(next((text for text in words[at + 1 :] if not text.startswith("-")), ""))
            return
    operands = _after_options(words[1:], frozenset(("-o", "-O", "+O", "--rcfile", "--init-file")))
    if operands and operands[0] != "-" and "-s" not in words:
        yield Started((program_name(operands[0]), *operands[1:]))
    elif fed is not None:
        yield from _script(fed)


def _texts(name: str, words: Sequence[str], fed: str | None) -> Iterator[Layer]:
    """Words that are scripts, or programs in another language."""
    if name in _INTERPRETERS:
        texts = _following(words, _INTERPRETERS[name])
        if fed is not None and not [word for word in words[1:] if word != "-"]:
            texts.append(fed)
        yield from (Opaque(text) for text in texts if _SPAWNING.search(text) or UNKNOWN in text)
        return
    for text in _scripts(name, words):
        yield from _script(text)


def _scripts(name: str, words: Sequence[str]) -> list[str]:
    match name:
        case "eval":
            return [" ".join(words[1:])]
        case "trap":
            return list(_after_options(words[1:]))[:1]
        case "env":
            return [" ".join(words[list(words).index("-S") + 1 :])] if "-S" in words else []
        case "watch":
            return [" ".join(_after_options(words[1:], frozenset(("-n", "--interval"))))]
    return _following(words, _COMMAND_OPTION) if name in _SCRIPT_RUNNERS else []


def _following(words: Sequence[str], option: re.Pattern[str]) -> list[str]:
    return [after for before, after in pairwise(words) if option.fullmatch(before)]


def _script(text: str) -> Iterator[Layer]:
    yield Opaque(text) if UNKNOWN in text else Nested(text)
