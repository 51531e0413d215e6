"""The glossary: every word with one meaning, in plain words and for experts. Read from `glossary.toml`, once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field, model_validator

from codingagentbench.core.digest import digest_of
from codingagentbench.core.errors import UsageError

GROUPS = (
    "what is measured", "outcomes", "causes of an invalid cell", "limits", "axes and scores", "latency parts",
    "statistics", "integrity", "violations", "how it works",
)  # fmt: skip
"""The order in which pages show them."""


class Term(BaseModel):
    """One entry. `codes` are names in records and code with their kind in front: `outcome:solved`, `axis:cost`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    group: str
    plain: str
    expert: str = ""
    aliases: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    see: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """Its anchor on the glossary page."""
        return slug(self.name)


class Glossary(BaseModel):
    """All terms in the order of the file; no word, alias or code stands for two of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    terms: tuple[Term, ...] = Field(alias="term")

    @model_validator(mode="after")
    def _sound(self) -> Glossary:
        known: set[str] = set()
        for term in self.terms:
            for word in (term.slug, *map(slug, term.aliases), *term.codes):
                if word in known:
                    raise ValueError(f"{word!r} stands for two terms")
                known.add(word)
            if term.group not in GROUPS:
                raise ValueError(f"{term.name}: unknown group {term.group!r}")
        lost = [f"{term.name} -> {other}" for term in self.terms for other in term.see if slug(other) not in known]
        if lost:
            raise ValueError(f"see-also links that lead nowhere: {', '.join(lost)}")
        return self


def slug(text: str) -> str:
    """Lower-case letters and digits joined by `-`; `@` and `^` are said in words, so that pass@k is not pass^k."""
    spoken = text.lower().replace("@", " at ").replace("^", " pow ")
    return re.sub(r"[^a-z0-9]+", "-", spoken).strip("-")


@cache
def glossary() -> Glossary:
    """The glossary of this version."""
    text = files("codingagentbench.core").joinpath("glossary.toml").read_text(encoding="utf-8")
    return Glossary.model_validate(tomllib.loads(text))


@cache
def glossary_digest() -> str:
    """`sha256:<hex>` over all terms."""
    return digest_of(glossary().model_dump(mode="json"))


@cache
def _index() -> Mapping[str, Term]:
    words = ((word, term) for term in glossary().terms for word in (term.name, *term.aliases))
    index = {slug(word): term for word, term in words}
    return {**index, **{code: term for term in glossary().terms for code in term.codes}}


def lookup(word: str) -> Term:
    """The term of a word, an alias or a code such as `cause:rate_limited`; case and punctuation do not matter.

    Raises:
        UsageError: there is no such term.
    """
    found = _index().get(word) or _index().get(slug(word))
    if found is None:
        raise UsageError(f"no term {word!r} in the glossary", remedy="`cab glossary` lists all")
    return found
