"""What runs now: sweeps, spending and terminals. Only where the site is served."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from codingagentbench.site import paths
from codingagentbench.site.live.state import LiveState, LiveSweep, RunningCell
from codingagentbench.site.live.watch import watcher_of
from codingagentbench.site.output import Output, Page, Planned
from codingagentbench.site.site import Site

_WAIT_S = 20.0
REFRESH_S = 5


class Live:
    """`live.html`. Its scripts follow the stream `api/v1/live`; without them it is how things stood when asked."""

    heads = (paths.LIVE,)
    many = False

    def planned(self, site: Site) -> Iterable[Planned]:
        """The one page, where the site is served; a static site has nothing that runs."""
        return [Planned(paths.LIVE, site.stamp())] if site.options.live else []

    def output(self, site: Site, path: str, query: Mapping[str, str]) -> Output | None:
        """The page with the state at this moment; `refresh` in the query makes browsers ask again and again."""
        if path != paths.LIVE or not site.options.live:
            return None
        state = watcher_of(site.results).look().result(_WAIT_S)
        return page_of(state, refresh=bool(query.get("refresh")))


def page_of(state: LiveState, *, refresh: bool) -> Page:
    """The page of a state."""
    return Page(
        path=paths.LIVE,
        template="live.html",
        title="Live",
        summary="Sweeps that run now: progress, spending and terminals.",
        context={
            "state": state,
            "screens": {key: view.text for key, view in state.screens.items()},
            "refresh": REFRESH_S if refresh else None,
            "blank_sweep": BLANK_SWEEP,
            "blank_cell": BLANK_CELL,
        },
        section=paths.LIVE,
        scripts=("live.js",),
        styles=("live.css",),
        social_image=False,
    )


BLANK_SWEEP = LiveSweep(
    sweep_id="", activity="running", total=0, todo=0, running=0, done=0, missing=0, outcomes={}, causes={},
    attempts=0, unmetered=0, tokens=0, usd=None, wall_s=0, eta_s=None, recent=(), cells=(),
)  # fmt: skip
"""What scripts copy for a sweep that was not there when the page was made."""

BLANK_CELL = RunningCell(
    sweep_id="", digest="", cell_id="", place="", tui="", model="", task="", run=1, attempt=1, phase="preparing",
    began=0, model_calls=0, tokens=0, bytes_left_out=0, has_screen=True,
)  # fmt: skip


VIEW = Live()
