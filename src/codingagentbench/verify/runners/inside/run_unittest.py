"""Runs unittest files and reports each test: `run_unittest.py TESTS_FOLDER IMPORT_PATHS FILE...`.

FILE is relative to the tests folder; import paths are joined by `:` and come after the standard library, so that
nothing of theirs can stand in for it.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - nothing else is loaded yet
from channel import Send, take_channel

_SEND = take_channel()

import builtins  # noqa: E402
import importlib.util  # noqa: E402
import time  # noqa: E402
import traceback  # noqa: E402
import unittest  # noqa: E402
import unittest.case  # noqa: E402
import unittest.result  # noqa: E402
import unittest.suite  # noqa: E402
from typing import Any  # noqa: E402

from honest import HonestFinder, require_honest  # noqa: E402
from pristine import Pristine  # noqa: E402

_COMPARING = (
    "assertEqual", "assertNotEqual", "assertIn", "assertListEqual", "assertTupleEqual", "assertDictEqual",
    "assertSetEqual", "assertSequenceEqual", "assertCountEqual", "assertAlmostEqual",
)  # fmt: skip


def _honest(assertion: Any) -> Any:
    def asking(self: Any, first: Any, second: Any, *rest: Any, **named: Any) -> Any:
        require_honest(first)
        require_honest(second)
        return assertion(self, first, second, *rest, **named)

    return asking


class Reported(unittest.result.TestResult):
    """Sends one line a test. A test with more than one thing to say of it, failing subtests included, fails."""

    def __init__(self, send: Send, pristine: Pristine) -> None:
        super().__init__()
        self._send, self._pristine = send, pristine
        self._notes: list[tuple[str, str]] = []
        self._begun = 0.0
        self.file, self.count = "", 0

    def startTest(self, test: Any) -> None:  # noqa: N802
        super().startTest(test)
        self._notes, self._begun = [], time.monotonic()

    def addSuccess(self, test: Any) -> None:  # noqa: N802
        self._notes.append(("pass", ""))

    def addFailure(self, test: Any, err: Any) -> None:  # noqa: N802
        self._notes.append(("fail", _traceback(err)))

    def addError(self, test: Any, err: Any) -> None:  # noqa: N802
        self._notes.append(("error", _traceback(err)))

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:  # noqa: N802
        if err is not None:
            self._notes.append(("fail", _traceback(err)))

    def addSkip(self, test: Any, reason: str) -> None:  # noqa: N802
        self._notes.append(("skip", reason))

    def addExpectedFailure(self, test: Any, err: Any) -> None:  # noqa: N802
        self._notes.append(("skip", "an expected failure"))

    def addUnexpectedSuccess(self, test: Any) -> None:  # noqa: N802
        self._notes.append(("fail", "an unexpected success"))

    def stopTest(self, test: Any) -> None:  # noqa: N802
        seconds = time.monotonic() - self._begun
        status, detail = _together(self._notes)
        if replaced := self._pristine.replaced():
            status, detail = "error", replaced
        self.count += 1
        case, _, method = test.id().rpartition(".")
        self._send("case", f"{self.file}::{case.rpartition('.')[2]}::{method}", status, f"{seconds:.6f}", detail)


def _traceback(error: Any) -> str:
    return "".join(traceback.format_exception(*error))


def _together(notes: list[tuple[str, str]]) -> tuple[str, str]:
    if len(notes) == 1:
        return notes[0]
    failed = bool(notes) and {status for status, _ in notes} == {"fail"}
    return "fail" if failed else "error", "\n".join(detail for _, detail in notes) or "it ended without a result"


def _load(tests: str, file: str) -> unittest.TestSuite:
    name = file.removesuffix(".py").replace("/", ".")
    path = os.path.join(tests, file)  # noqa: PTH118
    spec = sys.meta_path[0].find_spec(name.rpartition(".")[2], [os.path.dirname(path)])  # noqa: PTH120
    if spec is None or spec.loader is None or spec.origin != path:
        raise ImportError(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return unittest.defaultTestLoader.loadTestsFromModule(module)


def main(tests: str, paths: str, *files: str) -> None:
    """Load each file and run its tests; the last file is the harness's control tests."""
    sys.path[:] = [path for path in sys.path if path != os.path.dirname(os.path.abspath(__file__))]  # noqa: PTH100, PTH120
    sys.path += [tests, *paths.split(":")]
    sys.meta_path.insert(0, HonestFinder(tests))
    for name in _COMPARING:
        setattr(unittest.TestCase, name, _honest(getattr(unittest.TestCase, name)))
    pristine = Pristine(builtins, unittest.case, unittest.suite, unittest.result, sys.modules[__name__])
    result = Reported(_SEND, pristine)
    for file in files:
        result.file = file
        _load(tests, file).run(result)
    _SEND("end", str(result.count))


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)
