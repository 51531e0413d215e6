"""Whose fault a failed call is, and when the endpoint's failures leave no measurement."""

from __future__ import annotations

from collections import Counter
from enum import Enum, auto

from codingagentbench.core.outcome import InvalidCause
from codingagentbench.gateway.answer import Failure


class Verdict(Enum):
    """How one call that was sent on ended, for the question whether the endpoint can be measured with."""

    OK = auto()
    LEFT_EARLY = auto()
    """The agent closed while the answer was coming: the endpoint works."""
    LEFT_WAITING = auto()
    """The agent closed before any content came: says nothing."""
    BAD_REQUEST = auto()
    """The endpoint refused what the agent sent (400, 413, 422)."""
    KEY_REFUSED = auto()
    NOT_FOUND = auto()
    RATE_LIMITED = auto()
    UNAVAILABLE = auto()


_BY_STATUS = {
    401: Verdict.KEY_REFUSED, 402: Verdict.KEY_REFUSED, 403: Verdict.KEY_REFUSED, 404: Verdict.NOT_FOUND,
    408: Verdict.UNAVAILABLE, 429: Verdict.RATE_LIMITED,
}  # fmt: skip
_RATE_CODES = ("rate_limit", "429", "quota")
_REQUEST_CODES = ("context_length", "invalid", "content", "image", "400")


def verdict_of_status(status: int) -> Verdict:
    """For an answer with an error status (400 and more; a redirect counts as unavailable)."""
    default = Verdict.BAD_REQUEST if 400 <= status < 500 else Verdict.UNAVAILABLE
    return _BY_STATUS.get(status, default)


def verdict_of_failure(failure: Failure) -> Verdict:
    """For an error object inside a 200."""
    code = failure.code.lower()
    if any(part in code for part in _RATE_CODES):
        return Verdict.RATE_LIMITED
    return Verdict.BAD_REQUEST if any(part in code for part in _REQUEST_CODES) else Verdict.UNAVAILABLE


class EndpointHealth:
    """Follows completion calls in the order they end."""

    def __init__(self, max_failures: int) -> None:
        self._max = max_failures
        self._works = False
        self._waiting = 0
        self._streak: list[Verdict] = []
        self._all: Counter[Verdict] = Counter()
        self._detail = ""

    def record(self, verdict: Verdict, detail: str) -> tuple[InvalidCause, str] | None:
        """Take one ended call; a cause when the cell must end now."""
        if verdict is Verdict.LEFT_WAITING:
            self._waiting += 1
        elif verdict in (Verdict.OK, Verdict.LEFT_EARLY):
            self._works = True
            self._streak.clear()
        elif verdict is Verdict.BAD_REQUEST and self._works:
            self._streak.clear()
        else:
            self._fail(verdict, detail)
            if len(self._streak) >= self._max or (verdict is Verdict.KEY_REFUSED and not self._works):
                return self._blame(Counter(self._streak))
        return None

    def conclusion(self) -> tuple[InvalidCause, str] | None:
        """After the run: why there is no measurement, None when there is one.

        Without any working call it is what was seen most; after working calls, only failures that were the
        last thing the agent met count.
        """
        if self._works:
            return self._blame(Counter(self._streak)) if self._streak else None
        if self._all:
            return self._blame(self._all)
        if self._waiting:
            return InvalidCause.ENDPOINT_UNAVAILABLE, "the endpoint never answered a model call"
        return InvalidCause.HANDSHAKE_FAILED, "no model call reached the endpoint"

    def _fail(self, verdict: Verdict, detail: str) -> None:
        self._streak.append(verdict)
        self._all[verdict] += 1
        self._detail = detail

    def _blame(self, seen: Counter[Verdict]) -> tuple[InvalidCause, str]:
        failures = seen.total()
        calls = "1 model call" if failures == 1 else f"{failures} model calls"
        return self._cause(seen), f"{calls} failed; the last: {self._detail}"

    def _cause(self, seen: Counter[Verdict]) -> InvalidCause:
        worst = seen.most_common(1)[0][0]
        if worst is Verdict.RATE_LIMITED:
            return InvalidCause.RATE_LIMITED
        if worst is Verdict.UNAVAILABLE or self._works:
            return InvalidCause.ENDPOINT_UNAVAILABLE
        return InvalidCause.HANDSHAKE_FAILED
