"""node:test: each hidden file in a process of its own, reported by a module that was loaded before it."""

from __future__ import annotations

from dataclasses import replace

from codingagentbench.core.sandbox import RunResult
from codingagentbench.verify.runners.base import Ended, Job, Program, Reading, Step
from codingagentbench.verify.runners.lines import read_lines
from codingagentbench.verify.runners.verdict import weigh

_CONTROLS = """
;Promise.all([import('node:test'), import('node:assert')]).then(([{{ test }}, {{ default: assert }}]) => {{
  test('{control} equal', () => assert.strictEqual(1, 2));
  test('{control} deep', () => assert.deepStrictEqual({{ a: [1] }}, {{ a: [2] }}));
  test('{control} ok', () => assert.ok(false, '{token}'));
  test('{control} throws', () => assert.throws(() => 1));
}});
"""
_COUNT = 5


class NodeTest:
    """Ids: `file.test.mjs::suite > test`. JavaScript modules of either kind."""

    sees_tests = True

    def prepare(self, job: Job) -> tuple[str, ...]:
        """Control tests at the end of each file; one more runs before it."""
        for file in job.files:
            job.append(file, _CONTROLS.format(control=job.control, token=job.token))
        return ()

    def steps(self, job: Job) -> tuple[Step, ...]:
        """Nothing is built."""
        return ()

    def programs(self, job: Job, built: tuple[RunResult, ...]) -> tuple[Program, ...]:
        """One node a file. Its exit code is that of a run with failures, since control tests fail."""
        options = ("--no-warnings", "--import", "/grader/node_preload.mjs")
        reporter = ("--test-reporter=/grader/node_report.mjs", "--test-reporter-destination=stdout")
        common = ("node", *options, *reporter)
        env = {"CAB_CONTROL": job.control}
        return tuple(
            Program(file, (*common, f"{job.shown_at}/{file}"), exit_code=1, env=env) for file in job.files
        )

    def read(self, job: Job, program: Program, ended: Ended) -> Reading:
        """What came over the channel, under the file's name."""
        cases, problem = read_lines(ended)
        named = [replace(case, id=f"{program.name}::{case.id}") for case in cases]
        return weigh(program, ended, named, control=job.control, controls=_COUNT, problem=problem)


RUNNERS = {"node": NodeTest()}
