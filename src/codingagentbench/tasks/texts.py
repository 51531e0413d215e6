"""Texts of `task.toml` that must be of one form: globs, regular expressions, programs."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator

_PROGRAM = re.compile(r"[\w.+-]+( [\w.:+][\w.:+-]*)*")


def check_glob(text: str) -> str:
    """A glob (or path) that stays inside the tree: relative, posix, no `..`."""
    if not text or text.startswith(("/", "~", "!")) or "\\" in text or "\0" in text:
        raise ValueError(f"{text!r} is not a relative posix glob")
    if ".." in PurePosixPath(text).parts:
        raise ValueError(f"{text!r} leaves the tree: globs may not hold '..'")
    return text


def check_pattern(text: str) -> str:
    """A regular expression that compiles."""
    try:
        re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"{text!r} is not a regular expression: {error}") from None
    return text


def check_program(text: str) -> str:
    """A program's bare name, and the first words that make it a command: `git push`."""
    if not _PROGRAM.fullmatch(text):
        raise ValueError(f"{text!r} is not a program's name and its first words, as in 'git push'")
    return text


Glob = Annotated[str, AfterValidator(check_glob)]
