"""`cargo test`: hidden files as integration tests of a package, offline, with the grader's configuration only.

cargo itself only builds; the test binaries run under the supervisor. Its working folder is not the graded tree, so
no `.cargo/config.toml` there is read; `build.rs` and `Cargo.toml` of an agent's are graded only where a task
names them.
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath

from codingagentbench.core.errors import VerifierError
from codingagentbench.core.sandbox import RunResult
from codingagentbench.verify.runners import libtest
from codingagentbench.verify.runners.base import Ended, Job, Program, Reading, Step, option

_ENV = {"CARGO_HOME": "/tmp/cargo", "CARGO_TERM_COLOR": "never", "CARGO_INCREMENTAL": "0"}  # noqa: S108 - inside


class Cargo:
    """Ids: `hidden.rs::module::function`. `into` is the package's `tests`; option `manifest` (Cargo.toml)."""

    sees_tests = False

    def prepare(self, job: Job) -> tuple[str, ...]:
        """Control tests at the end of each file."""
        for file in job.files:
            job.append(file, libtest.CONTROLS.format(control=job.control, token=job.token))
        return ()

    def steps(self, job: Job) -> tuple[Step, ...]:
        """Build every hidden file's test binary."""
        chosen = (word for file in job.files for word in ("--test", PurePosixPath(file).stem))
        build = ("cargo", "test", "--no-run", "--frozen", "--offline", "--message-format=json", *chosen)
        place = (
            "--manifest-path",
            f"/work/{option(job, 'manifest', 'Cargo.toml')}",
            "--target-dir",
            "/out/target",
        )
        return (Step((*build, *place), sees_tests=True, env=_ENV, cwd="/out"),)

    def programs(self, job: Job, built: tuple[RunResult, ...]) -> tuple[Program, ...]:
        """One test binary a file, where cargo says it is."""
        binaries = _binaries(built[-1].stdout)
        missing = [file for file in job.files if PurePosixPath(file).stem not in binaries]
        if missing:
            raise VerifierError(
                f"cargo built no test of {missing[0]}", remedy="set into to the package's tests folder"
            )
        return tuple(
            Program(file, (binaries[PurePosixPath(file).stem], *libtest.ARGUMENTS), libtest.FAILED, libtest.ENV)
            for file in job.files
        )

    def read(self, job: Job, program: Program, ended: Ended) -> Reading:
        """libtest's events."""
        return libtest.read_events(program, ended, control=job.control, token=job.token)


def _binaries(stdout: bytes) -> dict[str, str]:
    found = {}
    for line in stdout.splitlines():
        message = json.loads(line) if line.startswith(b"{") else {}
        if message.get("reason") == "compiler-artifact" and message["target"]["kind"] == ["test"]:
            found[message["target"]["name"]] = message["executable"]
    return found


RUNNERS = {"cargo": Cargo()}
