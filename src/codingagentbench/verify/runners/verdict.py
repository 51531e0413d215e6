"""When a program's word counts: it came to its end, its counts agree, and every control test failed.

Control tests are written by the harness into each program and assert what is false. Code under test that makes
assertions hold, rewrites outcomes or reports success for everything makes them pass too, and gives itself away.
"""

from __future__ import annotations

from collections.abc import Sequence

from codingagentbench.verify.cases import Case
from codingagentbench.verify.runners.base import Ended, Program, Reading

_REPLACED = "replaced by the code under test: "
"""How our Python programs begin the detail of a test after which a part of the test runner was another one."""


def weigh(
    program: Program, ended: Ended, cases: Sequence[Case], *, control: str, controls: int, problem: str = ""
) -> Reading:
    """Believe a program's cases, or say why not. `problem` is what its report itself lacked."""
    held = [case for case in cases if control in case.id]
    passed = [case for case in held if case.status in ("pass", "skip")]
    replaced = next((case.detail for case in cases if case.detail.startswith(_REPLACED)), "")
    if passed or replaced:
        sign = replaced or f"{len(passed)} control tests that must fail did not"
        return Reading(problem=f"{program.name}: {sign}", tampering=f"{program.name}: {sign}")
    problem = _unsound(program, ended, len(held), controls) or problem
    if problem:
        return Reading(problem=f"{program.name}: {problem}")
    return Reading(cases=tuple(case for case in cases if control not in case.id))


def _unsound(program: Program, ended: Ended, held: int, controls: int) -> str:
    if ended.overflowed or ended.late or ended.exit_code != program.exit_code:
        return f"the test program {ended.how()}"
    if held != controls:
        return f"{held} of {controls} control tests were reported"
    return ""
