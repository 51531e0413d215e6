"""Pairs of an agent and a model: headline numbers, every task with its runs, where time goes, how to reproduce."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from codingagentbench.site import paths
from codingagentbench.site.compare.plan import compared_pairs, in_order, pairs_by_token
from codingagentbench.site.entities import commands, stamps
from codingagentbench.site.entities.group import Group
from codingagentbench.site.entities.rows import pair_row, standing
from codingagentbench.site.entities.runs import by_task
from codingagentbench.site.once import once_a_site
from codingagentbench.site.output import Output, Page, Planned
from codingagentbench.site.site import Site
from codingagentbench.site.stack import mean_stack
from codingagentbench.store.line import Pair


class Pairs:
    """A page a pair that was run. Its rank depends on every other pair."""

    heads = ("pair",)
    many = True

    def planned(self, site: Site) -> Iterable[Planned]:
        """Every pair."""
        every = stamps.all_pairs(site)
        for path, pair in _pages(site).items():
            yield Planned(path, stamps.of_pairs(site, [pair], every))

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The page of a pair."""
        pair = _pages(site).get(path)
        return None if pair is None else _page(site, pair)


@once_a_site
def _pages(site: Site) -> dict[str, Pair]:
    return {paths.pair(pair): pair for pair in site.catalogue.by_pair}


def _page(site: Site, pair: Pair) -> Page:
    lines = site.catalogue.by_pair[pair]
    group = Group(lines)
    runs = by_task(group.cited)
    context: dict[str, Any] = {
        "pair": pair,
        "group": group,
        "row": pair_row(site, pair),
        "standing": standing(site, pair),
        "runs": runs,
        "unstable": [one for one in runs if one.disagree],
        "repeated": sum(len(one.valid) > 1 for one in runs),
        "stack": mean_stack(group.ordinary),
        "others": _others(site, pair),
        "sweep_counts": {part.name: part.cells for part in group.sweeps},
        "commands": [commands.run_cell(pair, min(line.task for line in lines))],
        "badge_url": f"{site.options.base_url}/{paths.href('', paths.pair_badge(pair))}",
        "page_url": f"{site.options.base_url}/{paths.href('', paths.pair(pair))}",
    }
    title = f"{pair[0]} × {pair[1]}"
    return Page(
        paths.pair(pair), "entities/pair.html", title, _summary(pair, group), context,
        paths.leaderboard(), styles=("entities.css",),
    )  # fmt: skip


def _others(site: Site, pair: Pair) -> list[tuple[Pair, str]]:
    """Pairs it is compared with, and the path of each comparison: same model first, then same agent."""
    known = list(pairs_by_token(site).values()) if site.options.live else compared_pairs(site)
    if pair not in known:
        return []
    near = sorted(
        (other for other in known if other != pair), key=lambda other: (other[1] != pair[1], other[0] != pair[0])
    )
    return [(other, paths.compare_pairs(*in_order(pair, other))) for other in near]


def _summary(pair: Pair, group: Group) -> str:
    share = group.ships
    name = f"{pair[0]} with {pair[1]}"
    if share.rate is None:
        return f"{name}: no valid cell yet; {share.missing} missing."
    solved = f"{share.solved} of {share.cells} valid cells solved over {share.tasks} tasks"
    return f"{name}: {solved}, {share.missing} missing."


VIEW = Pairs()
