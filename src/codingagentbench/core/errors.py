"""One error tree. Each leaf has one meaning, one exit code and one remedy.

CabError
|- UsageError (2)            what was asked for is malformed or unknown
|  `- MalformedFile          a task, sweep, plugin or facts file that cannot be read as one
|- HarnessError (1)          the harness could not do what was asked
|  |- MissingTool            a program or toolchain is absent on this machine
|  |- InstallError           an agent could not be installed
|  |- StoreError             results cannot be written or read
|  |- SandboxError           the sandbox could not be made (cell cause `sandbox_error`)
|  `- VerifierError          the verdict could not be computed (cell cause `verifier_error`)
`- Interrupted (130)         a person stopped it
"""

from __future__ import annotations


class CabError(Exception):
    """An expected failure: says what was wrong, where, and what to do."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        remedy = f"\n  what to do: {self.remedy}" if self.remedy else ""
        return f"{where}{self.what}{remedy}"

    def as_json(self) -> dict[str, str | int]:
        """The same three parts, for `--json`."""
        return {"error": self.what, "where": self.where, "remedy": self.remedy, "exit_code": self.exit_code}


class UsageError(CabError):
    """What was asked for is malformed or unknown."""

    exit_code = 2


class MalformedFile(UsageError):
    """A task, sweep, plugin or facts file that cannot be read as one."""


class HarnessError(CabError):
    """The harness could not do what was asked."""


class MissingTool(HarnessError):
    """A program or toolchain is absent on this machine."""


class InstallError(HarnessError):
    """An agent could not be installed."""


class StoreError(HarnessError):
    """Results cannot be written or read."""


class SandboxError(HarnessError):
    """The sandbox could not be made."""


class VerifierError(HarnessError):
    """The verdict could not be computed."""


class Interrupted(CabError):
    """A person stopped it."""

    exit_code = 130
