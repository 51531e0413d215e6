"""The gallery of terminal recordings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from codingagentbench.core.outcome import Outcome
from codingagentbench.site import paths
from codingagentbench.site.output import Output, Page, Planned
from codingagentbench.site.replay.gallery import LISTED, SHOWN, by_family, cards, in_turn
from codingagentbench.site.site import Site
from codingagentbench.store.line import CellLine


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the URL asks for; an empty name means any. Pages count from 1."""

    tui: str = ""
    outcome: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Wanted:
        """What is no page number is the first page."""
        page = query.get("page", "1")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
        return cls(query.get("tui", ""), query.get("outcome", ""), max(number, 1))

    def takes(self, line: CellLine) -> bool:
        """Whether a cell passes both filters."""
        return self.tui in ("", line.tui) and self.outcome in ("", line.outcome.value)

    def turned(self, pages: int) -> str:
        """The path of another page with the same filters."""
        named = {"tui": self.tui, "outcome": self.outcome, "page": str(self.page + pages)}
        return f"{paths.RECORDINGS}?{urlencode({name: value for name, value in named.items() if value})}"


class Recordings:
    """`recordings.html`: stills that lead to the replays. When served it takes filters and page numbers."""

    heads = (paths.RECORDINGS,)
    many = False

    def planned(self, site: Site) -> Iterable[Planned]:
        """One page, made from the cells it shows and names."""
        lines = in_turn(site.catalogue.lines)
        options = (*sorted(site.catalogue.by_tui), str(len(lines)))
        return [Planned(paths.RECORDINGS, site.stamp(lines[: SHOWN + LISTED], "recordings", *options))]

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The page."""
        wanted = Wanted.read(query)
        lines = in_turn(line for line in site.catalogue.lines if wanted.takes(line))
        first = (wanted.page - 1) * SHOWN
        shown = lines[first : first + SHOWN]
        rest = lines[first + SHOWN :]
        found = cards(site.results, shown)
        return Page(
            path=paths.RECORDINGS,
            template="recordings.html",
            title="Recordings",
            summary="Terminal recordings of agents at work, by task family, each with a replay step by step.",
            context={
                "families": by_family(found),
                "count": len(found),
                "silent": len(shown) - len(found),
                "listed": () if site.options.live else rest[:LISTED],
                "further": len(rest),
                "wanted": wanted,
                "before": wanted.turned(-1) if wanted.page > 1 else "",
                "next": wanted.turned(1) if rest else "",
                "tuis": sorted(site.catalogue.by_tui),
                "outcomes": _outcomes(site, shown),
            },
            section=paths.RECORDINGS,
            scripts=() if site.options.live else ("recordings.js",),
            styles=("replay.css",),
        )


def _outcomes(site: Site, shown: Sequence[CellLine]) -> list[str]:
    """Outcomes there is something of: anywhere when served, on this page when not."""
    there = {line.outcome for line in (site.catalogue.lines if site.options.live else shown)}
    return [outcome.value for outcome in Outcome if outcome in there]


VIEW = Recordings()
