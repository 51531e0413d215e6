"""One plugin: what it lays over agents, where its file is found, and results with and without it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from codingagentbench.core.errors import CabError
from codingagentbench.plugins import Plugin, load_plugin
from codingagentbench.site.entities.stamps import pairs_of_plugin
from codingagentbench.site.site import Site
from codingagentbench.store.line import Pair

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,100}")


@dataclass(frozen=True, slots=True)
class WithWithout:
    """A pair with the plugin and the same without it; `without` is None where that was not run."""

    with_it: Pair
    without: Pair | None


def find_plugin(reference: str) -> Plugin | None:
    """The plugin that a reference `name@version#digest` names, where a file of exactly that content is at hand."""
    name = reference.partition("@")[0]
    if not _NAME.fullmatch(name):
        return None
    try:
        plugin = load_plugin(name)
    except (CabError, OSError):
        return None
    return plugin if plugin.reference == reference else None


def with_and_without(site: Site, reference: str) -> list[WithWithout]:
    """Every pair that has the plugin in its stack, beside the pair with the same stack but for it."""
    known = site.catalogue.by_pair
    found = []
    for pair in sorted(pairs_of_plugin(site).get(reference, [])):
        tui, model, stack, mode = pair
        without = (tui, model, tuple(name for name in stack if name != reference), mode)
        found.append(WithWithout(pair, without if without in known else None))
    return found
