"""Facts the gateway saw beside the calls themselves: what was refused, removed or added."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from codingagentbench.core.evidence import Violation

_MAX_KINDS = 200
_MAX_DETAIL = 300


class NoteKind(StrEnum):
    """What a note is about."""

    BAD_TOKEN = "bad_token"
    UNKNOWN_ROUTE = "unknown_route"
    BAD_REQUEST = "bad_request"
    UNLISTED_MODEL = "unlisted_model"
    SECRET_LEAKED = "secret_leaked"
    HOSTED_TOOLS_REMOVED = "hosted_tools_removed"
    USAGE_INJECTED = "usage_injected"
    ANSWER_TRUNCATED = "answer_truncated"
    BODY_DROPPED = "body_dropped"
    CALLS_DROPPED = "calls_dropped"
    COST_UNKNOWN = "cost_unknown"


INTEGRITY = frozenset({NoteKind.UNLISTED_MODEL, NoteKind.SECRET_LEAKED})


@dataclass(slots=True)
class Note:
    """One kind of event with its detail, how often it happened and the first call it was seen at."""

    kind: NoteKind
    detail: str
    first_call: int | None = None
    count: int = 1


class Notes:
    """Equal notes are counted, and a hostile agent cannot make endlessly many."""

    def __init__(self) -> None:
        self._notes: dict[tuple[NoteKind, str], Note] = {}

    def add(self, kind: NoteKind, detail: str, call: int | None = None) -> None:
        """Note it, or count it again."""
        key = (kind, detail[:_MAX_DETAIL])
        if len(self._notes) >= _MAX_KINDS and key not in self._notes:
            key = (kind, "(more, details left out)")
        if key in self._notes:
            self._notes[key].count += 1
        else:
            self._notes[key] = Note(*key, first_call=call)

    def all(self) -> list[Note]:
        """In the order first seen."""
        return list(self._notes.values())

    def violations(self) -> list[Violation]:
        """The notes that are integrity facts, with the call as evidence."""
        return [_violation(note) for note in self._notes.values() if note.kind in INTEGRITY]


def _violation(note: Note) -> Violation:
    """Under the name that integrity checks use, with a hyphen."""
    evidence = () if note.first_call is None else (f"model_calls.jsonl#{note.first_call}",)
    times = f" ({note.count} times)" if note.count > 1 else ""
    return Violation(kind=note.kind.value.replace("_", "-"), detail=note.detail + times, evidence=evidence)
