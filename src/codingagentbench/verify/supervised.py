"""Hidden tests that are ordinary test files: built and run by an adapter, under the supervisor, read outside."""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from codingagentbench.core.errors import VerifierError
from codingagentbench.core.globs import matches
from codingagentbench.core.sandbox import Bind, RunResult
from codingagentbench.core.task import RunnerPlan, Task
from codingagentbench.verify.beneath import Regular, write_regular
from codingagentbench.verify.cases import Case
from codingagentbench.verify.room import Room
from codingagentbench.verify.runners import get_runner
from codingagentbench.verify.runners.base import PYTHON, Ended, Job, Program, Reading, Runner, Step, tree_files
from codingagentbench.verify.runners.job import write_job

_GRACE_S = 5.0
"""How much longer than its programs the supervisor may take."""


@dataclass(frozen=True, slots=True)
class Supervised:
    """What a runner reported. `problem` says why tests that are missing are missing."""

    cases: dict[str, list[Case]]
    problem: str
    tampering: tuple[str, ...]
    ended: RunResult | None
    said: bytes = b""
    """The ends of the programs' standard error."""


async def run_supervised(task: Task, plan: RunnerPlan, room: Room) -> Supervised:
    """Build and run the plan's tests over the graded tree in `room`.

    Raises:
        VerifierError: the task's plan does not fit its runner.
    """
    runner = get_runner(plan.name)
    job = _job(plan, room)
    room.grader = True
    room.shown = _show(job, (*job.files, *runner.prepare(job)), room)
    built: list[RunResult] = []
    for steps in _batches(runner.steps(job)):
        first = steps[0]
        script = _script(steps, room)
        done = await room.run(script, task, tests=first.sees_tests, env=first.env, cwd=first.cwd, placed=True)
        if done.exit_code != 0:
            return Supervised({}, f"not built: {first.argv[0]} failed", (), done, done.stderr or done.stdout)
        built.append(done)
    return await _judge(task, room, runner, job, runner.programs(job, tuple(built)))


def _batches(steps: Iterable[Step]) -> list[list[Step]]:
    """Steps that follow each other and see the same go into one sandbox: that costs more than most."""
    batches: list[list[Step]] = []
    for step in steps:
        before = batches[-1][-1] if batches else None
        if before and (before.sees_tests, before.cwd, before.env) == (step.sees_tests, step.cwd, step.env):
            batches[-1].append(step)
        else:
            batches.append([step])
    return batches


def _script(steps: Sequence[Step], room: Room) -> tuple[str, ...]:
    commands = [room.place(step.argv, tests=step.sees_tests) for step in steps]
    return commands[0] if len(steps) == 1 else ("/bin/sh", "-c", " && ".join(map(shlex.join, commands)))


def _job(plan: RunnerPlan, room: Room) -> Job:
    files = tuple(path for path in tree_files(room.tests) if matches(path, plan.files))
    if not files:
        remedy = "correct `files` in [codingagentbench.verify]: globs of files below tests/"
        raise VerifierError(f"no hidden file matches {', '.join(plan.files)}", remedy=remedy)
    control = f"ctl{secrets.token_hex(8)}"
    return Job(plan, room.tests, room.work, files, control, secrets.token_hex(16))


def _show(job: Job, files: Sequence[str], room: Room) -> tuple[Bind, ...]:
    """Put hidden files into the graded tree, over whatever stands there, and bind each read-only."""
    if not job.plan.into:
        return ()
    binds = []
    for file in files:
        path = f"{job.plan.into}/{file}".removeprefix("./")
        if not write_regular(room.work, path, Regular((job.tests / file).read_bytes(), executable=False)):
            raise VerifierError(
                f"hidden file {file} cannot stand at {path}", remedy="correct `into` or the task's tree"
            )
        binds.append(Bind(job.tests / file, f"/work/{path}"))
    return tuple(binds)


async def _judge(task: Task, room: Room, runner: Runner, job: Job, programs: tuple[Program, ...]) -> Supervised:
    name = f"job-{secrets.token_hex(8)}"
    envs = [room.environment(program.env, tests=runner.sees_tests) for program in programs]
    words = [room.place(program.argv, tests=runner.sees_tests) for program in programs]
    placed = [Program(one.name, argv) for one, argv in zip(programs, words, strict=True)]
    seconds = task.verify.timeout_s
    sealed = write_job(room.out / name, zip(placed, envs, strict=True), seconds)
    argv = (*PYTHON, "/grader/supervisor.py", f"/out/{name}")
    done = await room.run(argv, task, tests=runner.sees_tests, wall_s=seconds + _GRACE_S)
    ended = sealed.open_report(done.stdout)
    if ended is None:
        return Supervised({}, "the supervisor's report is missing or not its own", (), done, done.stderr)
    readings = [runner.read(job, program, end) for program, end in zip(programs, ended, strict=True)]
    return _collected(readings, ended, done)


def _collected(readings: Sequence[Reading], ended: Sequence[Ended], done: RunResult) -> Supervised:
    cases: dict[str, list[Case]] = {}
    for reading in readings:
        for case in reading.cases:
            cases.setdefault(case.id, []).append(case)
    problems = "; ".join(reading.problem for reading in readings if reading.problem)
    tampering = tuple(reading.tampering for reading in readings if reading.tampering)
    said = b"".join(end.stderr or end.stdout[-2000:] for end in ended)
    return Supervised(cases, problems, tampering, done, said)
