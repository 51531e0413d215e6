"""The about page: what we hold to, for whom this is, and what it does not do well."""

from __future__ import annotations

from codingagentbench.site import paths
from codingagentbench.site.textpage import TextPage

VIEW = TextPage(
    path=paths.ABOUT,
    title="About",
    summary="What this benchmark is for, what it holds to, and what it does not do well.",
    content="about",
)
