"""CMake and CTest: CTest only lists the tests; each runs under the supervisor, its main wrapped as for plain C."""

from __future__ import annotations

import json
from typing import Any

from codingagentbench.core.errors import VerifierError
from codingagentbench.core.sandbox import RunResult
from codingagentbench.verify.runners.base import Ended, Job, Program, Reading, Step
from codingagentbench.verify.runners.c_plain import COMPILE_MAIN, MAIN, WRAP, read_program

_BUILD = "/out/build"


class CTest:
    """Ids: CTest's own names. A test is a program of the project's, no script."""

    sees_tests = False

    def prepare(self, job: Job) -> tuple[str, ...]:
        """Controls are part of the wrapped main."""
        return ()

    def steps(self, job: Job) -> tuple[Step, ...]:
        """Configure, build, list. Hidden files stand in the tree; no system-wide or user package is looked for."""
        cache = (
            "-DCMAKE_BUILD_TYPE=Debug", f"-DCMAKE_EXE_LINKER_FLAGS={WRAP} {MAIN}", "-DBUILD_TESTING=ON",
            "-DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF", "-DFETCHCONTENT_FULLY_DISCONNECTED=ON",
        )  # fmt: skip
        return (
            COMPILE_MAIN,
            Step(("cmake", "-S", "/work", "-B", _BUILD, *cache), sees_tests=True),
            Step(("cmake", "--build", _BUILD), sees_tests=True),
            Step(("ctest", "--test-dir", _BUILD, "--show-only=json-v1"), sees_tests=True, cwd="/out"),
        )

    def programs(self, job: Job, built: tuple[RunResult, ...]) -> tuple[Program, ...]:
        """What CTest would run."""
        return tuple(map(_program, json.loads(built[-1].stdout)["tests"]))

    def read(self, job: Job, program: Program, ended: Ended) -> Reading:
        """Its one test."""
        return read_program(program, ended)


def _program(test: dict[str, Any]) -> Program:
    properties = {entry["name"]: entry["value"] for entry in test.get("properties", ())}
    if properties.get("WILL_FAIL") or "command" not in test:
        remedy = "make it a program whose main returns 0"
        raise VerifierError(f"CTest's test {test['name']!r} cannot be run as a hidden test", remedy=remedy)
    env = dict(pair.split("=", 1) for pair in properties.get("ENVIRONMENT", ()))
    folder = properties.get("WORKING_DIRECTORY", _BUILD)
    return Program(test["name"], ("env", "-C", folder, *test["command"]), env=env)


RUNNERS = {"ctest": CTest()}
