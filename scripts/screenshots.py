#!/usr/bin/env python3
"""Take the pictures under docs/screenshots from a built site: `scripts/screenshots.py SITE_DIR [NAME ...]`.

Every kind of page in light, some in dark and at the width of a phone. PNG of 64 colours, so that they stay small.
"""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

_TARGET = Path(__file__).parent.parent / "docs" / "screenshots"
_ARGS = ["--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking"]
_TALLEST = 2400


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: the first file that a glob finds in the site, and how it is looked at."""

    name: str
    page: str
    dark: bool = False
    width: int = 1280
    expert: bool = False
    keys: str = ""


SHOTS = (
    Shot("home", "index.html"),
    Shot("home-dark", "index.html", dark=True),
    Shot("home-phone", "index.html", width=390),
    Shot("leaderboard", "leaderboard/pair.html"),
    Shot("leaderboard-expert", "leaderboard/pair.html", expert=True),
    Shot("leaderboard-phone", "leaderboard/pair.html", width=390, dark=True),
    Shot("heatmap", "heatmap.html"),
    Shot("cell-solved", "cell/*/pi/reference/oracle/polyglot/python-reverse-string/run1/index.html"),
    Shot("cell-expert", "cell/*/codex/reference/oracle/polyglot/*/run1/index.html", expert=True),
    Shot("cell-replay", "cell/*/opencode/reference/oracle/polyglot/*/run1/index.html", keys="replay"),
    Shot("cell-gave-up-dark", "cell/*/aider/reference/noop/*/*/run1/index.html", dark=True),
    Shot("cell-phone", "cell/*/pi/reference/oracle/polyglot/*/run1/index.html", width=390),
    Shot("compare", "compare/index.html"),
    Shot("compare-pairs", "compare/pairs/*/*.html"),
    Shot("compare-cells", "compare/cells/*.html"),
    Shot("agents", "agents.html"),
    Shot("agent", "agent/opencode.html"),
    Shot("model", "model/reference/oracle.html"),
    Shot("pair", "pair/pi/reference/oracle.html"),
    Shot("task", "task/integrity/unsolvable-refusal.html"),
    Shot("tasks", "tasks.html"),
    Shot("sweep", "sweep/*.html"),
    Shot("recordings", "recordings.html"),
    Shot("glossary", "glossary.html"),
    Shot("methodology", "methodology.html"),
    Shot("provenance", "provenance.html"),
    Shot("integrity", "integrity.html"),
    Shot("submit", "submit.html"),
    Shot("cite", "cite.html"),
    Shot("about", "about.html"),
)


def main() -> None:
    """Take all pictures, or those named."""
    site, names = Path(sys.argv[1]).resolve(), set(sys.argv[2:])
    _TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_ARGS)
        for shot in SHOTS:
            if not names or shot.name in names:
                _take(browser, site, shot)
        browser.close()


def _take(browser: Browser, site: Path, shot: Shot) -> None:
    found = sorted(site.glob(shot.page))
    if not found:
        print(f"{shot.name}: no page {shot.page}")
        return
    scheme = "dark" if shot.dark else "light"
    context = browser.new_context(viewport={"width": shot.width, "height": 900}, color_scheme=scheme)
    if shot.expert:
        context.add_init_script("try { localStorage.setItem('cab-level', 'expert'); } catch (e) {}")
    page = context.new_page()
    page.goto(found[0].as_uri())
    if shot.keys == "replay":
        page.locator("#replay").scroll_into_view_if_needed()
        page.keyboard.press("Space")
        page.wait_for_timeout(2500)
        page.keyboard.press("Space")
        taken = page.screenshot()
    else:
        page.wait_for_timeout(300)
        taken = page.screenshot(full_page=True)
    context.close()
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, _TALLEST)))
    picture.quantize(64).save(_TARGET / f"{shot.name}.png", optimize=True)
    print(f"{shot.name}: {found[0].relative_to(site)}")


if __name__ == "__main__":
    main()
