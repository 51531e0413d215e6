"""Java: test classes of the plain kind, run by the grader's own runner."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from codingagentbench.core.sandbox import RunResult
from codingagentbench.verify.runners.base import Ended, Job, Program, Reading, Step
from codingagentbench.verify.runners.lines import read_lines
from codingagentbench.verify.runners.verdict import weigh

_FAST = ("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC")
_JAVAC = ("javac", *_FAST, "-encoding", "UTF-8", "-proc:none", "-nowarn", "-implicit:none")
_JAVA = (
    "java", "-ea", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData",
    "-XX:+DisableAttachMechanism",
)  # fmt: skip
_CONTROLS = """\
public class C{control} {{
    public void testStatement() {{ assert false; }}
    public void testThrow() {{ throw new AssertionError("{token}"); }}
}}
"""
_PACKAGE = re.compile(r"^\s*package\s+([\w.]+)\s*;", re.MULTILINE)


class PlainJava:
    """Ids: `package.Class::method`, or `package.Class::main`. The plan's sources are by default src/**/*.java."""

    sees_tests = False
    program = "CabRun"
    jars: tuple[str, ...] = ()
    controls, count = _CONTROLS, 2

    def prepare(self, job: Job) -> tuple[str, ...]:
        """A class of control tests."""
        text = self.controls.format(control=job.control, token=job.token)
        return (job.write(f"C{job.control}.java", text),)

    def steps(self, job: Job) -> tuple[Step, ...]:
        """The graded sources out of sight of the tests; then tests and runner, first on the class path."""
        sources = tuple(f"/work/{path}" for path in job.sources(("src/**/*.java",)))
        own = dict.fromkeys(("/grader/CabRun.java", f"/grader/{self.program}.java"))
        tests = (f"/tests/{file}" for file in (*job.files, f"C{job.control}.java"))
        path = ":".join((*self.jars, "/out/subject"))
        return (
            Step((*_JAVAC, "-d", "/out/subject", *sources)),
            Step((*_JAVAC, "-cp", path, "-d", "/out/tests", *own, *tests), sees_tests=True),
        )

    def programs(self, job: Job, built: tuple[RunResult, ...]) -> tuple[Program, ...]:
        """One virtual machine for all classes."""
        classes = (*(_class_name(job, file) for file in job.files), f"C{job.control}")
        path = ":".join(("/out/tests", *self.jars, "/out/subject"))
        return (Program("java", (*_JAVA, "-cp", path, self.program, *classes)),)

    def read(self, job: Job, program: Program, ended: Ended) -> Reading:
        """What came over the channel."""
        cases, problem = read_lines(ended)
        return weigh(program, ended, cases, control=job.control, controls=self.count, problem=problem)


def _class_name(job: Job, file: str) -> str:
    found = _PACKAGE.search((job.tests / file).read_text(encoding="utf-8", errors="replace"))
    stem = PurePosixPath(file).stem
    return f"{found[1]}.{stem}" if found else stem


RUNNERS = {"java": PlainJava()}
