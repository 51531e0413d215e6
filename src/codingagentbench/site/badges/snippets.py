"""Text to paste elsewhere: a badge that links to its page, as Markdown, HTML and iframe."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from codingagentbench.core.visible import visible_line
from codingagentbench.site import paths
from codingagentbench.site.badges.badge import Badge
from codingagentbench.store.line import CellLine, Pair

_MARKDOWN = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]<>()#|!~"})


@dataclass(frozen=True, slots=True)
class Snippets:
    """One badge in every form; `image`, `endpoint` and `page` are whole URLs."""

    image: str
    endpoint: str
    page: str
    markdown: str
    html: str
    iframe: str


def cell_snippets(base_url: str, line: CellLine, badge: Badge) -> Snippets:
    """Snippets for the badge of a cell. `base_url`: where the site is published, without a slash at the end."""
    return _snippets(
        base_url,
        (paths.badge(line), paths.badge(line, "json"), paths.cell(line), paths.embed(line)),
        badge,
    )


def pair_snippets(base_url: str, pair: Pair, badge: Badge) -> Snippets:
    """Snippets for the badge of a pair."""
    return _snippets(
        base_url,
        (paths.pair_badge(pair), paths.pair_badge(pair, "json"), paths.pair(pair), paths.pair_embed(pair)),
        badge,
    )


def _snippets(base_url: str, places: tuple[str, str, str, str], badge: Badge) -> Snippets:
    image, endpoint, page, frame = (f"{base_url}/{quote(place, safe='/@+~')}" for place in places)
    said = visible_line(badge.text)
    text = escape(said)
    return Snippets(
        image=image,
        endpoint=endpoint,
        page=page,
        markdown=f"[![{said.translate(_MARKDOWN)}]({image})]({page})",
        html=f'<a href="{escape(page)}"><img src="{escape(image)}" alt="{text}" height="20"></a>',
        iframe=f'<iframe src="{escape(frame)}" title="{text}" width="480" height="220" loading="lazy"></iframe>',
    )
