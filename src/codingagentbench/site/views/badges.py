"""Badges of cells and pairs: SVG images and shields.io endpoints."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from codingagentbench.site.badges import endpoint, svg
from codingagentbench.site.badges.book import entries
from codingagentbench.site.output import Output, Planned, Resource
from codingagentbench.site.site import Site

_TYPES = {"svg": "image/svg+xml", "json": "application/json"}


class Badges:
    """`badge/<agent>/<vendor>/<model>[/<family>/<slug>].svg` and `.json`."""

    heads = ("badge",)
    many = True

    def planned(self, site: Site) -> Iterable[Planned]:
        """An image and an endpoint a cell that speaks, and a pair."""
        for name, entry in entries(site).items():
            stamp = site.stamp(entry.lines)
            for ending in _TYPES:
                yield Planned(f"badge/{name}.{ending}", stamp)

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The image or endpoint of a path."""
        name, _, ending = path.removeprefix("badge/").rpartition(".")
        entry = entries(site).get(name)
        if entry is None or ending not in _TYPES:
            return None
        badge = entry.badge
        body = svg(badge) if ending == "svg" else json.dumps(endpoint(badge), indent=1) + "\n"
        return Resource(path, _TYPES[ending], body.encode())


VIEW = Badges()
