"""Runs pytest files and reports each test: `run_pytest.py PYTEST_PATH TESTS_FOLDER IMPORT_PATHS FILE...`.

FILE is relative to the tests folder. Import paths are joined by `:` and come after the standard library and
pytest. No plugin, configuration or cache but the grader's is used; a conftest.py is, when the hidden tests
bring one.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - nothing else is loaded yet
from channel import Send, take_channel

_SEND = take_channel()
sys.path.append(sys.argv[1])

import builtins  # noqa: E402
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from honest import HonestFinder  # noqa: E402
from pristine import Pristine  # noqa: E402

_OPTIONS = (
    "--import-mode=importlib", "--assert=plain", "-q", "-o", "addopts=", "-p", "no:cacheprovider",
    "-p", "no:doctest", "-p", "no:junitxml", "-p", "no:pastebin", "-p", "no:stepwise", "-p", "no:faulthandler",
)  # fmt: skip

_WATCHED = ("outcomes", "python", "python_api", "raises", "reports", "runner")


class Reporter:
    """Sends one line a test, when its teardown is over."""

    def __init__(self, send: Send) -> None:
        self._send = send
        watched = [sys.modules[f"_pytest.{name}"] for name in _WATCHED if f"_pytest.{name}" in sys.modules]
        self._pristine = Pristine(builtins, sys.modules[__name__], *watched)
        self._reports: list[pytest.TestReport] = []
        self.count = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called for the set-up, the call and the teardown of each test."""
        self._reports.append(report)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Called when a test is over."""
        reports, self._reports = self._reports, []
        status, detail = _outcome([report for report in reports if report.nodeid == nodeid])
        if replaced := self._pristine.replaced():
            status, detail = "error", replaced
        self.count += 1
        self._send("case", nodeid, status, f"{sum(report.duration for report in reports):.6f}", detail)


def _outcome(reports: list[pytest.TestReport]) -> tuple[str, str]:
    for report in reports:
        if hasattr(report, "wasxfail"):
            return "skip", f"marked as an expected failure: {report.wasxfail}"
        if report.skipped:
            return "skip", report.longreprtext
        if report.failed:
            return ("fail" if report.when == "call" else "error"), report.longreprtext
    whole = [report.when for report in reports] == ["setup", "call", "teardown"]
    return ("pass", "") if whole else ("error", "it did not run to its end")


def main(tests: str, paths: str, *files: str) -> int:
    """Run the files; the last one is the harness's control tests."""
    sys.path[:] = [path for path in sys.path if path != os.path.dirname(os.path.abspath(__file__))]  # noqa: PTH100, PTH120
    sys.path += [tests, *paths.split(":")]
    sys.meta_path.insert(0, HonestFinder(tests))
    reporter = Reporter(_SEND)
    own = ["-c", os.devnull, "--rootdir", tests, "--confcutdir", tests, *_OPTIONS]
    if not Path(tests, "conftest.py").is_file():
        own.append("--noconftest")
    code = pytest.main([*own, *(os.path.join(tests, file) for file in files)], plugins=[reporter])  # noqa: PTH118
    if code in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        _SEND("end", str(reporter.count))
        return 0
    return int(code)


if __name__ == "__main__":
    ended = main(*sys.argv[2:])
    sys.stdout.flush()
    os._exit(ended)
