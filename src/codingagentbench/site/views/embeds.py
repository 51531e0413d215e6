"""Cards of cells and pairs for a frame on another site: no menu, no script, one link to the whole page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from codingagentbench.site.badges.book import entries
from codingagentbench.site.output import Output, Page, Planned
from codingagentbench.site.site import Site


class Embeds:
    """`embed/<agent>/<vendor>/<model>[/<family>/<slug>].html`."""

    heads = ("embed",)
    many = True

    def planned(self, site: Site) -> Iterable[Planned]:
        """A card a badge."""
        for name, entry in entries(site).items():
            yield Planned(f"embed/{name}.html", site.stamp(entry.lines))

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The card of a path."""
        entry = entries(site).get(path.removeprefix("embed/").removesuffix(".html"))
        if entry is None or not path.endswith(".html"):
            return None
        badge = entry.badge
        return Page(
            path=path,
            template="embed.html",
            title=badge.subject,
            summary=f"{badge.subject}: {badge.message}",
            context={"badge": badge, "cell": entry.cell, "cells": entry.lines, "target": entry.page},
            styles=("embed.css",),
            social_image=False,
        )


VIEW = Embeds()
