"""Plugins: what each lays over an agent, and what that changed, pair by pair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from codingagentbench.plugins import Plugin
from codingagentbench.site import paths
from codingagentbench.site.compare.pairs import PairView, pair_view
from codingagentbench.site.compare.plan import in_order, pair_pages
from codingagentbench.site.entities import stamps
from codingagentbench.site.entities.group import Group
from codingagentbench.site.entities.plugins import find_plugin, with_and_without
from codingagentbench.site.entities.rows import pair_rows
from codingagentbench.site.once import once_a_site
from codingagentbench.site.output import Output, Page, Planned
from codingagentbench.site.site import Site

_STYLES = ("entities.css",)


class Plugins:
    """`plugins.html` and a page a plugin that results name."""

    heads = (paths.PLUGINS, "plugin")
    many = False

    def planned(self, site: Site) -> Iterable[Planned]:
        """The index and every plugin."""
        own = {name: stamps.of_pairs(site, pairs) for name, pairs in stamps.pairs_of_plugin(site).items()}
        yield Planned(paths.PLUGINS, site.stamp((), *(f"{name} {own[name]}" for name in sorted(own))))
        for path, name in _pages(site).items():
            bare = [one.without for one in with_and_without(site, name) if one.without]
            yield Planned(path, stamps.of_pairs(site, bare, own[name], str(find_plugin(name) is not None)))

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The index, or the page of a plugin."""
        if path == paths.PLUGINS:
            return _index(site)
        name = _pages(site).get(path)
        return None if name is None else _page(site, name)


@once_a_site
def _pages(site: Site) -> dict[str, str]:
    return {paths.plugin(name): name for name in sorted(stamps.pairs_of_plugin(site))}


def _index(site: Site) -> Page:
    entries = [
        {"name": name, "group": Group(lines), "pairs": len({line.pair for line in lines})}
        for name, lines in sorted(site.catalogue.by_plugin.items())
    ]
    summary = f"{len(entries)} plugins with results here: what is laid over an agent, and what it changes."
    return Page(paths.PLUGINS, "entities/plugins.html", "Plugins", summary, {"entries": entries}, styles=_STYLES)


def _page(site: Site, name: str) -> Page:
    lines = site.catalogue.by_plugin[name]
    group = Group(lines)
    compared: list[tuple[PairView, str]] = []
    alone = []
    for one in with_and_without(site, name):
        if one.without is None:
            alone.append(one.with_it)
            continue
        path = paths.compare_pairs(*in_order(one.without, one.with_it))
        known = site.options.live or path in pair_pages(site)
        compared.append((pair_view(site, one.without, one.with_it), path if known else ""))
    plugin = find_plugin(name)
    context: dict[str, Any] = {
        "name": name,
        "group": group,
        "rows": pair_rows(site, {line.pair for line in lines}),
        "compared": compared,
        "alone": alone,
        "plugin": plugin,
        "parts": _parts(plugin) if plugin else [],
    }
    share = group.ships
    solved = "no valid cell yet" if share.rate is None else f"{share.solved} of {share.cells} valid cells solved"
    summary = f"Plugin {name}: {solved} with it."
    return Page(paths.plugin(name), "entities/plugin.html", name, summary, context, paths.PLUGINS, styles=_STYLES)


def _parts(plugin: Plugin) -> list[tuple[str, str]]:
    """What it lays over an agent: a label and a text each."""
    found = [("Arguments, before the prompt", "\n".join(plugin.args))] if plugin.args else []
    if plugin.env:
        found.append(("Environment", "\n".join(f"{name}={value}" for name, value in plugin.env.items())))
    found += [(f"File under HOME: {path}", text) for path, text in plugin.files.items()]
    found += [(f"File in the workdir: {path}", text) for path, text in plugin.workdir_files.items()]
    return found


VIEW = Plugins()
