"""C: each hidden file is a program that passes by returning 0 from main, and by no other end."""

from __future__ import annotations

import shlex
from pathlib import PurePosixPath

from codingagentbench.core.sandbox import RunResult
from codingagentbench.verify.cases import Case
from codingagentbench.verify.runners.base import Ended, Job, Program, Reading, Step, option
from codingagentbench.verify.runners.lines import read_lines

MAIN = "/out/cab_main.o"
WRAP = "-Wl,--wrap=main"
COMPILE_MAIN = Step(("cc", "-O1", "-c", "/grader/cab_main.c", "-o", MAIN))
"""`main` of a program goes through ours (linked last but before anything of the agent's could name it)."""


def read_program(program: Program, ended: Ended) -> Reading:
    """One program is one test: main returned 0 and said so with the nonce, and assertions work in it."""
    cases, problem = read_lines(ended)
    words = {case.id: case for case in cases}
    if words.get("control", Case("control", "fail")).status == "pass":
        sign = f"{program.name}: assertions or comparisons of the C library were replaced"
        return Reading(problem=sign, tampering=sign)
    said = {name: case.status for name, case in words.items()}
    whole = not problem and said == {"control": "fail", "main": "pass"}
    if whole and len(cases) == 2 and ended.exit_code == 0 and not (ended.late or ended.overflowed):
        return Reading(cases=(Case(program.name, "pass", seconds=ended.seconds),))
    tail = ended.stderr.decode(errors="replace")[-2000:]
    return Reading(cases=(Case(program.name, "fail", f"it {ended.how()}\n{tail}", ended.seconds),))


class PlainC:
    """Ids: the file without its suffix. Options: `cflags`, `libs`. Sources are by default src/**/*.c."""

    sees_tests = False

    def prepare(self, job: Job) -> tuple[str, ...]:
        """Controls are part of the wrapped main."""
        return ()

    def steps(self, job: Job) -> tuple[Step, ...]:
        """Objects out of sight of the tests, then a program each."""
        flags = (*shlex.split(option(job, "cflags", "")), "-UNDEBUG", "-g", "-O1")
        include = tuple(word for path in job.import_paths().split(":") for word in ("-I", path))
        sources = job.sources(("src/**/*.c",))
        objects = tuple(f"/out/source{at}.o" for at in range(len(sources)))
        compiled = (
            Step(("cc", *flags, *include, "-c", f"/work/{source}", "-o", target))
            for source, target in zip(sources, objects, strict=True)
        )
        rest = (MAIN, *objects, WRAP, *shlex.split(option(job, "libs", "-lm")))
        linked = (
            Step(("cc", *flags, *include, f"/tests/{file}", *rest, "-o", f"/out/test{at}"), sees_tests=True)
            for at, file in enumerate(job.files)
        )
        return (COMPILE_MAIN, *compiled, *linked)

    def programs(self, job: Job, built: tuple[RunResult, ...]) -> tuple[Program, ...]:
        """One a file."""
        return tuple(
            Program(PurePosixPath(file).with_suffix("").as_posix(), (f"/out/test{at}",))
            for at, file in enumerate(job.files)
        )

    def read(self, job: Job, program: Program, ended: Ended) -> Reading:
        """Its one test."""
        return read_program(program, ended)


RUNNERS = {"c": PlainC()}
