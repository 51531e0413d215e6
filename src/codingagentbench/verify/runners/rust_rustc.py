"""`rustc --test`: a crate without dependencies, and each hidden file as an integration test of it."""

from __future__ import annotations

from codingagentbench.core.sandbox import RunResult
from codingagentbench.verify.runners import libtest
from codingagentbench.verify.runners.base import Ended, Job, Program, Reading, Step, option


class Rustc:
    """Ids: `hidden.rs::module::function`. Options: `crate` (its name), `root` (src/lib.rs), `edition` (2021)."""

    sees_tests = False

    def prepare(self, job: Job) -> tuple[str, ...]:
        """Control tests at the end of each file, in the scope of whatever it imports."""
        for file in job.files:
            job.append(file, libtest.CONTROLS.format(control=job.control, token=job.token))
        return ()

    def steps(self, job: Job) -> tuple[Step, ...]:
        """The crate out of sight of the tests, then each file against it."""
        crate, root = option(job, "crate"), option(job, "root", "src/lib.rs")
        rustc = ("rustc", "--edition", option(job, "edition", "2021"), "--cap-lints", "allow")
        library = f"/out/lib{crate}.rlib"
        built = Step((*rustc, "--crate-type", "lib", "--crate-name", crate, "-o", library, f"/work/{root}"))
        tests = (
            Step(
                (*rustc, "--test", "--extern", f"{crate}={library}", "-o", f"/out/test{at}", f"/tests/{file}"),
                True,
            )
            for at, file in enumerate(job.files)
        )
        return (built, *tests)

    def programs(self, job: Job, built: tuple[RunResult, ...]) -> tuple[Program, ...]:
        """One test binary a file."""
        return tuple(
            Program(file, (f"/out/test{at}", *libtest.ARGUMENTS), libtest.FAILED, libtest.ENV)
            for at, file in enumerate(job.files)
        )

    def read(self, job: Job, program: Program, ended: Ended) -> Reading:
        """libtest's events."""
        return libtest.read_events(program, ended, control=job.control, token=job.token)


RUNNERS = {"rustc": Rustc()}
