"""Globs: one meaning for tasks, agents, verifier and scorer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingagentbench.core.errors import UsageError
from codingagentbench.core.globs import matches


@pytest.mark.parametrize(
    ("path", "globs", "expected"),
    [
        ("src/lib.rs", ("src/**",), True),
        ("src/deep/lib.rs", ("src/*.rs",), False),
        ("deep/REFUSAL.md", ("REFUSAL.md",), True),
        ("deep/REFUSAL.md", ("/REFUSAL.md",), False),
        ("tests/a/b.py", ("tests/",), True),
        ("tests", ("tests/",), False),
        ("src/gen/x", ("src/**", "!src/gen/**"), False),
        ("src/lib.rs\n", ("src/lib.rs",), False),
        ("tests/a\nb", ("tests/**",), True),
        ("anything", (), False),
    ],
)
def test_gitignore_meaning(path, globs, expected):
    assert matches(path, globs) is expected


def test_a_malformed_glob_is_a_usage_error():
    with pytest.raises(UsageError, match="not a glob"):
        matches("x", ("\\",))


@given(st.text(min_size=1))
def test_any_path_can_be_asked_for(path):
    assert matches(path, ("src/**", "*.py")) in (True, False)
