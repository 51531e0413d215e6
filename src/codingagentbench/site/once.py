"""Keeps what is computed from a site for as long as that site is in use."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from codingagentbench.site.site import Site

_KEPT = 1024
"""Answers kept of one function for one site: a server is asked for any combination of filters."""

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


def once_a_site(
    make: Callable[Concatenate[Site, _Given], _Made],
) -> Callable[Concatenate[Site, _Given], _Made]:
    """Compute each answer once a site, which is a snapshot; those not asked for in long are dropped.

    Answers must not hold the site: it could never go. Two threads that ask at once may both compute: one slow
    answer must not hold up the others.
    """
    kept: WeakKeyDictionary[Site, OrderedDict[Any, _Made]] = WeakKeyDictionary()
    lock = Lock()

    @wraps(make)
    def answer(site: Site, /, *args: _Given.args, **named: _Given.kwargs) -> _Made:
        key = (args, tuple(named.items()))
        with lock:
            known = kept.setdefault(site, OrderedDict())
            if key in known:
                known.move_to_end(key)
                return known[key]
        made = make(site, *args, **named)
        with lock:
            known[key] = made
            while len(known) > _KEPT:
                known.popitem(last=False)
        return made

    return answer
