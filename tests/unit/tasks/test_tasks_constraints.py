"""Constraints in `task.toml`: what each kind takes, and errors that name the field."""

import shutil
from pathlib import Path
from typing import get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from codingagentbench.core.errors import MalformedFile
from codingagentbench.core.task import Constraint, ConstraintKind
from codingagentbench.tasks import get_task
from codingagentbench.tasks.constraints import DeclaredConstraint
from codingagentbench.tasks.load import load_task

ADAPTER = TypeAdapter(DeclaredConstraint)
GOOD = [
    {"kind": "command-not-run", "programs": ["git push", "curl", "cargo add", "apt-get"]},
    {"kind": "command-not-run", "pattern": r"rm\s+-rf"},
    {"kind": "file-not-touched", "paths": ["tests/**"]},
    {"kind": "keep-public-api"},
    {"kind": "keep-public-api", "paths": ["src/**"], "exact": True},
    {"kind": "max-files-changed", "count": 3},
    {"kind": "no-comments-added", "docstrings": True, "paths": ["src/**"]},
    {"kind": "no-new-dependency"},
    {"kind": "pattern-forbidden-in-diff", "pattern": "x"},
    {"kind": "pattern-required-in-diff", "pattern": "x", "paths": ["*.py"]},
]
BAD = [
    ({"kind": "no-tabs"}, "kind"),
    ({"kind": "command-not-run"}, "programs: a command-not-run constraint needs programs or a pattern"),
    ({"kind": "command-not-run", "programs": ["git  push"]}, "programs: 'git  push' is not a program's name"),
    ({"kind": "command-not-run", "programs": ["/usr/bin/git"]}, "programs: '/usr/bin/git'"),
    ({"kind": "command-not-run", "programs": ["git -C x"]}, "programs: 'git -C x'"),
    ({"kind": "command-not-run", "programs": [""]}, "programs: ''"),
    ({"kind": "command-not-run", "pattern": "(x"}, r"pattern: '\(x' is not a regular expression"),
    (
        {"kind": "command-not-run", "programs": ["curl"], "paths": ["x"]},
        "paths: a command-not-run constraint has none",
    ),
    ({"kind": "file-not-touched"}, "paths: a file-not-touched constraint needs paths"),
    ({"kind": "file-not-touched", "paths": ["../x"]}, "paths: '../x' leaves the tree"),
    ({"kind": "keep-public-api", "exact": "perhaps"}, "exact"),
    ({"kind": "keep-public-api", "count": 2}, "count: a keep-public-api constraint has none"),
    ({"kind": "max-files-changed"}, "count: a max-files-changed constraint needs a count of at least 1"),
    ({"kind": "max-files-changed", "count": -1}, "count: must be at least 1"),
    ({"kind": "no-comments-added", "pattern": "x"}, "pattern: a no-comments-added constraint has none"),
    ({"kind": "no-new-dependency", "paths": ["src/**"]}, "paths: a no-new-dependency constraint has none"),
    ({"kind": "pattern-required-in-diff"}, "pattern: a pattern-required-in-diff constraint needs a pattern"),
    ({"kind": "no-new-dependency", "allow": ["x"]}, "allow"),
]


@pytest.mark.parametrize("fields", GOOD, ids=lambda fields: fields["kind"])
def test_what_fits_is_a_constraint(fields):
    assert isinstance(ADAPTER.validate_python(fields), Constraint)


def test_every_kind_is_shown():
    assert {fields["kind"] for fields in GOOD} == set(get_args(ConstraintKind))
    docs = (Path(__file__).parents[3] / "docs" / "instructions.md").read_text()
    assert all(f"| `{kind}` |" in docs for kind in get_args(ConstraintKind))


@pytest.mark.parametrize(("fields", "message"), BAD)
def test_what_does_not_fit_names_the_field(fields, message):
    with pytest.raises(ValidationError, match=message):
        ADAPTER.validate_python(fields)


def test_a_task_file_names_the_table_and_the_field(tmp_path):
    root = Path(
        shutil.copytree(get_task("mutations/rust-error-negated").root, tmp_path / "mutations/rust-error-negated")
    )
    manifest = root / "task.toml"
    manifest.write_text(
        manifest.read_text().replace('kind = "no-new-dependency"', 'kind = "no-new-dependency"\ncount = 2')
    )
    with pytest.raises(
        MalformedFile, match=r"codingagentbench\.constraints\.3: count: a no-new-dependency constraint has none"
    ):
        load_task(root)
