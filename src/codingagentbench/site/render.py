"""Turns pages into HTML. Every value is escaped and made visible; nothing marks data as safe."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from functools import cached_property, partial
from html import escape as escape_text
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from markupsafe import Markup, escape

from codingagentbench import __version__
from codingagentbench.core.glossary import lookup
from codingagentbench.core.visible import HIDDEN, visible
from codingagentbench.site import formats, paths
from codingagentbench.site.compiled import compiled_templates
from codingagentbench.site.output import Page
from codingagentbench.site.prose import ticks
from codingagentbench.site.site import Site

CSP = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"
)
"""For a page of its own site. `wasm-unsafe-eval` is for the terminal player, which is WebAssembly."""

_INCLUDE = re.compile(r'{% include "([^"]+)" %}\n?')
_ODD = re.compile(f"[&<>\"'{HIDDEN}]")
"""What may not stand on a page as it is."""
_NUMBERS = (int, float)
"""Their texts hold nothing to escape."""


class _Generator(CodeGenerator):
    """Writes each value by one call of `_shown` where Jinja makes two and an object."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write("environment.finalize(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(")")


class _Loader(PackageLoader):
    """Puts what a template includes in its place before compiling: Jinja makes a context for each."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool] | None]:
        source, path, fresh = super().get_source(environment, template)
        whole = _INCLUDE.sub(lambda found: self.get_source(environment, found[1])[0].removesuffix("\n"), source)
        return whole, path, fresh


class _Context(Context):
    """Calls without asking first whether the context is wanted: nothing that our templates call wants it."""

    def call(self, made: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
        named.pop("_loop_vars", None)
        named.pop("_block_vars", None)
        return made(*args, **named)


class _Environment(Environment):
    code_generator_class = _Generator
    context_class = _Context

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One dictionary where Jinja chains two, which it then copies for every page."""
        return {**self.globals, **(d or {})}


class Renderer:
    """Renders the pages of one site; cheap to keep, not to make."""

    def __init__(self, site: Site) -> None:
        self.site = site

    @cached_property
    def _environment(self) -> Environment:
        made = _Environment(
            loader=_Loader("codingagentbench.site", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_shown,
            auto_reload=False,
            bytecode_cache=compiled_templates([Path(__file__)]),
        )
        made.filters.update(formats.FILTERS, ticks=ticks)
        made.globals.update(
            paths=paths,
            site=self.site,
            menu=MENU,
            footer=FOOTER,
            version=__version__,
            csp=CSP,
            glossary_term=lookup,
        )
        return made

    def html(self, page: Page) -> str:
        """The whole document."""
        template = self._environment.get_template(page.template)
        return template.render(page=page, href=partial(paths.href, page.path), **page.context)


MENU = (
    (paths.HOME, "Home"),
    (paths.leaderboard(), "Leaderboard"),
    (paths.HEATMAP, "Heat map"),
    (paths.COMPARE, "Compare"),
    (paths.AGENTS, "Agents"),
    (paths.MODELS, "Models"),
    (paths.TASKS, "Tasks"),
    (paths.SWEEPS, "Sweeps"),
    (paths.RECORDINGS, "Recordings"),
    (paths.METHODOLOGY, "Methodology"),
)
"""Path and name of the main menu's entries."""

FOOTER = (
    (paths.CELLS, "All cells"),
    (paths.GLOSSARY, "Glossary"),
    (paths.PROVENANCE, "Provenance"),
    (paths.INTEGRITY, "Integrity ledger"),
    (paths.PLUGINS, "Plugins"),
    (paths.SUBMIT, "Submit"),
    (paths.CITE, "Cite"),
    (paths.ABOUT, "About"),
)


def _shown(value: Any) -> str:
    """A value as it stands in the HTML: text made visible and escaped; markup of our own templates as it is."""
    if type(value) is str:
        return escape_text(visible(value)) if _ODD.search(value) else value
    if type(value) is Markup:
        return value
    return str(value) if type(value) in _NUMBERS else escape(value)
