"""Python's unittest: each hidden file in a process of its own, together with the control tests."""

from __future__ import annotations

from codingagentbench.core.sandbox import RunResult
from codingagentbench.verify.runners.base import PYTHON, Ended, Job, Program, Reading, Step
from codingagentbench.verify.runners.lines import read_lines
from codingagentbench.verify.runners.verdict import weigh

_CONTROLS = """\
import unittest


class Control(unittest.TestCase):
    def test_equal(self):
        self.assertEqual(1, 2)

    def test_true(self):
        self.assertTrue(False)

    def test_raises(self):
        with self.assertRaises(ValueError):
            pass

    def test_statement(self):
        assert 1 == 2, "{token}"
"""
_COUNT = 4


class Unittest:
    """Ids: `test_file.py::Class::method`."""

    sees_tests = True

    def prepare(self, job: Job) -> tuple[str, ...]:
        """A file of control tests."""
        return (job.write(f"test_{job.control}.py", _CONTROLS.format(token=job.token)),)

    def steps(self, job: Job) -> tuple[Step, ...]:
        """Nothing is built."""
        return ()

    def programs(self, job: Job, built: tuple[RunResult, ...]) -> tuple[Program, ...]:
        """One interpreter a file."""
        common = (*PYTHON, "/grader/run_unittest.py", "/tests", job.import_paths())
        return tuple(Program(file, (*common, file, f"test_{job.control}.py")) for file in job.files)

    def read(self, job: Job, program: Program, ended: Ended) -> Reading:
        """What came over the channel."""
        cases, problem = read_lines(ended)
        return weigh(program, ended, cases, control=job.control, controls=_COUNT, problem=problem)


RUNNERS = {"unittest": Unittest()}
