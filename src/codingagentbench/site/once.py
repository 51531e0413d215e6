"""Keeps what is computed from a site for as long as that site is in use."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Event, Lock
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from codingagentbench.site.site import Site

_KEPT = 1024
"""Answers kept of one function for one site: a server is asked for any combination of filters."""

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


class _Kept(Generic[_Made]):
    """Answers of one function for one site, and those that are being made."""

    def __init__(self) -> None:
        self.answers: OrderedDict[Any, _Made] = OrderedDict()
        self.making: dict[Any, Event] = {}


def once_a_site(
    make: Callable[Concatenate[Site, _Given], _Made],
) -> Callable[Concatenate[Site, _Given], _Made]:
    """Compute each answer once a site, which is a snapshot; those not asked for in long are dropped.

    Answers must not hold the site: it could never go. Of threads that ask for the same at once, one computes and
    the others wait for it; who asks for something else waits for nobody.
    """
    kept: WeakKeyDictionary[Site, _Kept[_Made]] = WeakKeyDictionary()
    lock = Lock()

    @wraps(make)
    def answer(site: Site, /, *args: _Given.args, **named: _Given.kwargs) -> _Made:
        key = (args, tuple(named.items()))
        while True:
            with lock:
                known = kept.setdefault(site, _Kept())
                if key in known.answers:
                    known.answers.move_to_end(key)
                    return known.answers[key]
                made = known.making.get(key)
                if made is None:
                    known.making[key] = Event()
                    break
            made.wait()  # then look again: it may have failed
        return compute(known, key, lambda: make(site, *args, **named))

    def compute(known: _Kept[_Made], key: Any, make_it: Callable[[], _Made]) -> _Made:
        try:
            made = make_it()
            with lock:
                known.answers[key] = made
                while len(known.answers) > _KEPT:
                    known.answers.popitem(last=False)
            return made
        finally:
            with lock:
                known.making.pop(key).set()

    return answer
