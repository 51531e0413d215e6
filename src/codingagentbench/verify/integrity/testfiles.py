"""Which files hold tests, and which of their lines are tests, assertions or skips, by the usual conventions."""

from __future__ import annotations

import re

_TEST_PATH = re.compile(
    r"(?:.*/)?(?:tests?|spec|specs|__tests__)/.*"
    r"|(?:.*/)?test_[^/]*\.py|(?:.*/)?[^/]*_test\.(?:py|go|rs|c|cc|cpp)|(?:.*/)?[^/]*(?:Test|Tests|IT)\.java"
    r"|(?:.*/)?[^/]*\.(?:test|spec)\.[cm]?[jt]sx?",
    re.DOTALL,
)
_COMMENT = re.compile(r"\s*(?:#(?!\[)|//|/\*|\*)")
_TRIVIAL = re.compile(
    r"""\bassert(?:_eq!|!|True|Equals?)?\s*\(?\s*(?:True|true|1\s*==\s*1|1\s*,\s*1)\s*\)?\s*;?\s*$"""
)

_TEST = re.compile(
    r"^\s*(?:async\s+)?def\s+test\w*\s*\(|^\s*#\[(?:\w+::)?test\]|^\s*@(?:Parameterized)?Test\b"
    r"|^\s*(?:it|test)(?:\.each\b.*)?\s*\(|^func\s+Test\w+\("
)
_ASSERTION = re.compile(
    r"\bassert|\bexpect\s*\(|\bt\.(?:Error|Fatal)f?\(|\bpytest\.raises\b|\bself\.fail\(|\brequire\.\w+\("
)
_SKIP = re.compile(
    r"@(?:unittest\.)?(?:skip(?:If|Unless)?|expectedFailure)\b|@pytest\.mark\.(?:skip|skipif|xfail)\b"
    r"|\bpytest\.(?:skip|xfail)\(|\bself\.skipTest\(|\braise\s+(?:unittest\.)?SkipTest\b"
    r"|#\[ignore\b|@(?:Disabled|Ignore)\b|\b(?:it|test|describe)\.(?:skip|only|todo)\b|^\s*x(?:it|describe|test)\s*\("
    r"|\bt\.Skip(?:f|Now)?\("
)


def is_test_file(path: str) -> bool:
    """Whether a file holds tests, by its folder or name."""
    return bool(_TEST_PATH.fullmatch(path))


def is_test(line: str) -> bool:
    """Whether a line declares a test; a comment does not."""
    return not _COMMENT.match(line) and bool(_TEST.search(line))


def is_assertion(line: str) -> bool:
    """Whether a line asserts something that can fail."""
    return not _COMMENT.match(line) and bool(_ASSERTION.search(line)) and not _TRIVIAL.search(line)


def is_skip(line: str) -> bool:
    """Whether a line takes a test out of the run, or all but one."""
    return not _COMMENT.match(line) and bool(_SKIP.search(line))
