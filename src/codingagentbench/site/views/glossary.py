"""The glossary page: every word with one meaning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from codingagentbench.core.glossary import GROUPS, Term, glossary, glossary_digest, slug
from codingagentbench.scoring.definitions import AxisDefinition, axis_definition, definition_names
from codingagentbench.site import paths
from codingagentbench.site.prose import Entry
from codingagentbench.site.site import Site
from codingagentbench.site.textpage import TextPage


def _context(site: Site) -> Mapping[str, Any]:
    terms = glossary().terms
    words = [(word, term.slug) for term in terms for word in (term.name, *term.aliases)]
    groups = [Entry(f"group-{slug(name)}", name[0].upper() + name[1:]) for name in GROUPS]
    return {
        "terms": terms,
        "words": sorted(words, key=lambda word: word[0].lower()),
        "groups": [(entry, _of_group(name)) for entry, name in zip(groups, GROUPS, strict=True)],
        "definitions": _definitions(),
        "toc": [*groups, Entry("version", "Version")],
        "facts": (("Glossary", f"version {glossary().version}"), ("Digest", glossary_digest())),
    }


def _of_group(name: str) -> list[Term]:
    return [term for term in glossary().terms if term.group == name]


def _definitions() -> Mapping[str, list[AxisDefinition]]:
    """By term, what is computed under it: one entry where both methodologies compute it alike."""
    found: dict[str, list[AxisDefinition]] = defaultdict(list)
    for version in ("1.0", "0.1"):
        for name in definition_names(version):
            one = axis_definition(name, version)
            known = found[one.term]
            if one.formula and not any(other.name == name and other.same_as(one) for other in known):
                known.append(one)
    return found


VIEW = TextPage(
    path=paths.GLOSSARY,
    title="Glossary",
    summary="Every word used here, with one meaning. The formulas are those that cells are scored by.",
    template="glossary.html",
    context=_context,
)
