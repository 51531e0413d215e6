"""A page there is one of, made of a template and what it is told: glossary, methodology, about and their like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from codingagentbench.core.glossary import glossary_digest
from codingagentbench.scoring.definitions import definitions_digest
from codingagentbench.site.output import Output, Page, Planned
from codingagentbench.site.prose import prose
from codingagentbench.site.site import Site

STYLES = ("reading.css",)


def no_context(site: Site) -> Mapping[str, Any]:
    """For a page that is its text."""
    return {}


@dataclass(frozen=True, slots=True)
class TextPage:
    """A view of one page. `content` names its text, `of_results`: it also says things about the results."""

    path: str
    title: str
    summary: str
    template: str = "prose.html"
    content: str = ""
    context: Callable[[Site], Mapping[str, Any]] = no_context
    of_results: bool = False
    many: bool = False

    @property
    def heads(self) -> tuple[str, ...]:
        """Its own path."""
        return (self.path,)

    def planned(self, site: Site) -> Iterable[Planned]:
        """The page."""
        lines = site.catalogue.lines if self.of_results else ()
        return [Planned(self.path, site.stamp(lines, definitions_digest(), glossary_digest()))]

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The page."""
        if path != self.path:
            return None
        text = {"prose": prose(self.content, path)} if self.content else {}
        return Page(
            path,
            self.template,
            self.title,
            self.summary,
            {**text, **self.context(site)},
            section=path,
            styles=STYLES,
        )
