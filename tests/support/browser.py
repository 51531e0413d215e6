"""A real Chromium for tests: every page it opens is watched, and whatever goes wrong in it fails the test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, sync_playwright

from codingagentbench.site.build import MANIFEST

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)
TIMEOUT_MS = 30_000

_AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
_RUN_AXE = """async () => (await axe.run(document, {
    resultTypes: ["violations"], preload: false, elementRef: false
})).violations"""
_SERIOUS = ("serious", "critical")


def find_browser() -> str:
    """The browser's program; skips, with the reason printed, where this machine has none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser on PATH ({', '.join(BROWSERS)}): `make test` could not install chromium here")
    return found


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Chromium. While it runs its thread counts as inside an event loop: no async test may run meanwhile."""
    program = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


class Opener:
    """Opens pages; `faults` collects what went wrong in any of them, and is to be empty at the end of the test.

    A fault is an error on the console (a breach of the CSP is one), an uncaught exception, a dialog, a crash, and
    any request that leaves the site: another origin, or a file outside of the site's folder.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.faults: list[str] = []

    def __call__(
        self,
        place: str | Path,
        *,
        dark: bool = False,
        width: int = 1280,
        scripts: bool = True,
        storage: dict[str, str] | None = None,
        **options: Any,
    ) -> Page:
        """Open a URL or a file.

        Args:
            place: a URL, or the path of a file (`#fragment` and `?query` may follow it).
            scripts: False switches JavaScript off.
            storage: set in localStorage before the page's own scripts run.
            options: more of Playwright's options of a browser context.
        """
        url = place if isinstance(place, str) and "://" in place else file_url(place)
        settings: dict[str, Any] = {
            "viewport": {"width": width, "height": 844 if width < 600 else 800},
            "color_scheme": "dark" if dark else "light",
            "java_script_enabled": scripts,
            "reduced_motion": "reduce",
        }
        context = self._browser.new_context(**(settings | options))
        context.set_default_timeout(TIMEOUT_MS)
        self._contexts.append(context)
        for key, value in (storage or {}).items():
            context.add_init_script(f"localStorage.setItem({key!r}, {value!r})")
        page = context.new_page()
        self._watch(page, url)
        page.goto(url)
        return page

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()

    def _watch(self, page: Page, url: str) -> None:
        name = url.rpartition("/")[2] if "://" in url else url

        def fault(text: str) -> None:
            self.faults.append(f"{name}: {text}")

        def on_console(message: ConsoleMessage) -> None:
            if message.type == "error":
                fault(f"console: {message.text} ({message.location.get('url', '')})")

        def on_dialog(dialog: Dialog) -> None:
            fault(f"dialog: {dialog.message}")
            dialog.dismiss()

        def on_request(request: Request) -> None:
            if not is_own(request.url, url):
                fault(f"request: {request.url}")

        page.on("console", on_console)
        page.on("pageerror", lambda error: fault(f"exception: {error}"))
        page.on("dialog", on_dialog)
        page.on("crash", lambda _: fault("the page crashed"))
        page.context.on("request", on_request)
        page.context.on("page", lambda other: fault(f"a new window: {other.url}") if other is not page else None)


def file_url(place: str | Path) -> str:
    """The file:// URL of a path with an optional query or fragment."""
    text = str(place)
    cut = min((i for i in (text.find("?"), text.find("#")) if i >= 0), default=len(text))
    return Path(text[:cut]).resolve().as_uri() + text[cut:]


def is_own(url: str, origin: str) -> bool:
    """Whether a request stays in the site that `origin` is a page of."""
    asked, own = urlsplit(url), urlsplit(origin)
    if asked.scheme in ("data", "blob", "about"):
        return True
    if own.scheme != "file":
        return (asked.scheme, asked.netloc) == (own.scheme, own.netloc)
    root = site_root(Path(unquote(own.path)))
    return asked.scheme == "file" and Path(unquote(asked.path)).is_relative_to(root)


def site_root(page: Path) -> Path:
    """The folder of the static site that a file is part of; the file's own folder when it is part of none."""
    return next((folder for folder in page.parents if (folder / MANIFEST).is_file()), page.parent)


def axe(page: Page, *, allowed: tuple[str, ...] = ()) -> None:
    """Assert that axe-core finds nothing serious or critical; prints what and where. `allowed`: ids of rules."""
    found = axe_violations(page)
    bad = [one for one in found if one["impact"] in _SERIOUS and one["id"] not in allowed]
    assert not bad, "\n" + "\n".join(_told(one) for one in bad)


def axe_violations(page: Page) -> list[dict[str, Any]]:
    """Everything axe-core objects to, of any impact."""
    if not page.evaluate("() => typeof axe !== 'undefined'"):
        page.evaluate(_AXE)
    return list(page.evaluate(_RUN_AXE))


def _told(violation: dict[str, Any]) -> str:
    lines = [f"{violation['impact']} {violation['id']}: {violation['help']} ({len(violation['nodes'])} places)"]
    for node in violation["nodes"][:8]:
        why = " ".join(node.get("failureSummary", "").split())
        lines += [f"    {node['target']}  {node['html'][:160]}", f"      {why[:300]}"]
    return "\n".join(lines)


def scrolls_sideways(page: Page) -> str:
    """Empty when the page is no wider than the window, else which elements stick out, and on which page."""
    found = page.evaluate(_STICKING_OUT)
    return f"{found} on {unquote(page.url)}" if found else ""


_STICKING_OUT = """() => {
    const root = document.scrollingElement, wide = root.clientWidth;
    if (root.scrollWidth <= wide) return "";
    const clipped = (e) => {
        for (let p = e; p && p !== root && p !== document.body; p = p.parentElement) {
            if (getComputedStyle(p).overflowX !== "visible") return true;
        }
        return false;
    };
    const right = (e) => Math.max(e.getBoundingClientRect().right,
        e.clientWidth ? e.getBoundingClientRect().left + e.scrollWidth : 0);
    const out = Array.from(document.body.querySelectorAll("*")).filter((e) => right(e) > wide + 1 && !clipped(e));
    const leaves = out.filter((e) => !out.some((other) => other !== e && e.contains(other)));
    return root.scrollWidth + " > " + wide + ": " + leaves.slice(0, 6).map((e) =>
        e.outerHTML.slice(0, 120) + " in " + e.parentElement.outerHTML.slice(0, 60)).join("; ");
}"""
