"""Models: results with every agent, what answered, and how far the agents move one model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from codingagentbench.core.outcome import InvalidCause
from codingagentbench.core.spec import REFERENCE_VENDOR
from codingagentbench.site import paths
from codingagentbench.site.compare.plan import in_order, pair_pages
from codingagentbench.site.entities import commands, stamps
from codingagentbench.site.entities.group import Group
from codingagentbench.site.entities.rows import pair_rows
from codingagentbench.site.output import Output, Page, Planned
from codingagentbench.site.ranking.names import pair_of
from codingagentbench.site.site import Site
from codingagentbench.stats import Row

_STYLES = ("entities.css",)
_ENDPOINT = (InvalidCause.ENDPOINT_UNAVAILABLE, InvalidCause.RATE_LIMITED, InvalidCause.HANDSHAKE_FAILED)


class Models:
    """`models.html` and a page a model that was run."""

    heads = (paths.MODELS, "model")
    many = False

    def planned(self, site: Site) -> Iterable[Planned]:
        """The index and every model."""
        yield Planned(paths.MODELS, stamps.all_pairs(site))
        for name, pairs in stamps.pairs_of_model(site).items():
            yield Planned(paths.model(name), stamps.of_pairs(site, pairs))

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The index, or the page of a model."""
        if path == paths.MODELS:
            return _index(site)
        name = path.removeprefix("model/").removesuffix(".html")
        if path != paths.model(name) or name not in site.catalogue.by_model:
            return None
        return _page(site, name)


def _index(site: Site) -> Page:
    entries = [
        {
            "name": name,
            "group": Group(lines),
            "agents": len({line.tui for line in lines}),
            "reference": _is_reference(name),
        }
        for name, lines in sorted(site.catalogue.by_model.items())
    ]
    summary = f"{len(entries)} models with results here."
    return Page(
        paths.MODELS, "entities/models.html", "Models", summary, {"entries": entries}, paths.MODELS, styles=_STYLES
    )


def _page(site: Site, name: str) -> Page:
    lines = site.catalogue.by_model[name]
    group = Group(lines)
    pairs = sorted({line.pair for line in lines})
    rows = pair_rows(site, pairs)
    endpoint = {cause.value: group.causes[cause.value] for cause in _ENDPOINT if cause.value in group.causes}
    context: dict[str, Any] = {
        "name": name,
        "reference": _is_reference(name),
        "group": group,
        "rows": rows,
        "endpoint_causes": endpoint,
        "unmetered": sum(line.total_tokens is None for line in group.valid),
        "commands": [commands.run_cell(pairs[0], sorted(line.task for line in lines)[0])],
        **_spread(site, rows),
    }
    share = group.ships
    agents = len({line.tui for line in lines})
    solved = "no valid cell yet" if share.rate is None else f"{share.solved} of {share.cells} valid cells solved"
    summary = f"{name} with {agents} agent{'s' if agents != 1 else ''}: {solved}."
    return Page(paths.model(name), "entities/model.html", name, summary, context, paths.MODELS, styles=_STYLES)


def _spread(site: Site, rows: list[Row]) -> dict[str, Any]:
    """The agents as shipped with which the bare model solved least and most."""
    bare = [
        row for row in rows
        if not row.plugin_stack and row.behavior_mode == "factory" and row.ships.rate.kind == "measured"
    ]  # fmt: skip
    bare.sort(key=lambda row: (row.ships.solved / row.ships.cells, row.tui))
    if len(bare) < 2:
        return {"least": None, "most": None, "ends": (), "comparable": False}
    ends = in_order(pair_of(bare[0]), pair_of(bare[-1]))
    comparable = site.options.live or paths.compare_pairs(*ends) in pair_pages(site)
    return {"least": bare[0], "most": bare[-1], "ends": ends, "comparable": comparable}


def _is_reference(model: str) -> bool:
    return model.split("/", 1)[0] == REFERENCE_VENDOR


VIEW = Models()
