"""pytest: each hidden file in a process of its own, without plugins, configuration or hooks but the grader's."""

from __future__ import annotations

from codingagentbench.core.sandbox import RunResult
from codingagentbench.verify.runners.base import PYTHON, Ended, Job, Program, Reading, Step
from codingagentbench.verify.runners.lines import read_lines
from codingagentbench.verify.runners.verdict import weigh

PACKAGES = "/opt/toolchains/pytest/pytest/.."
_CONTROLS = """\
import pytest


def test_statement():
    assert False


def test_equal():
    assert 1 == 2


def test_raises():
    with pytest.raises(ValueError):
        pass


def test_exception():
    raise RuntimeError("{token}")
"""
_COUNT = 4


class Pytest:
    """Ids: pytest's own, `test_file.py::test_name[parameters]`, relative to the tests folder."""

    sees_tests = True

    def prepare(self, job: Job) -> tuple[str, ...]:
        """A file of control tests."""
        return (job.write(f"test_{job.control}.py", _CONTROLS.format(token=job.token)),)

    def steps(self, job: Job) -> tuple[Step, ...]:
        """Nothing is built."""
        return ()

    def programs(self, job: Job, built: tuple[RunResult, ...]) -> tuple[Program, ...]:
        """One interpreter a file."""
        common = (*PYTHON, "/grader/run_pytest.py", PACKAGES, "/tests", job.import_paths())
        env = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        return tuple(Program(file, (*common, file, f"test_{job.control}.py"), env=env) for file in job.files)

    def read(self, job: Job, program: Program, ended: Ended) -> Reading:
        """What came over the channel."""
        cases, problem = read_lines(ended)
        return weigh(program, ended, cases, control=job.control, controls=_COUNT, problem=problem)


RUNNERS = {"pytest": Pytest()}
