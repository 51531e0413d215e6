"""Keeps what is computed from a site for as long as that site is in use."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from codingagentbench.site.site import Site

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


def once_a_site(
    make: Callable[Concatenate[Site, _Given], _Made],
) -> Callable[Concatenate[Site, _Given], _Made]:
    """Compute each answer once a site; a site is a snapshot. Answers must not hold the site: it could never go."""
    kept: WeakKeyDictionary[Site, dict[Any, _Made]] = WeakKeyDictionary()

    @wraps(make)
    def answer(site: Site, /, *args: _Given.args, **named: _Given.kwargs) -> _Made:
        known = kept.setdefault(site, {})
        key = (args, tuple(named.items()))
        if key not in known:
            known[key] = make(site, *args, **named)
        return known[key]

    return answer
