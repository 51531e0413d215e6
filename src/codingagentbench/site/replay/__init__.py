"""Trace replay and terminal playback of one attempt: what the page holds, and the data its script loads."""

from codingagentbench.site.replay.context import ReplayContext, replay_context
from codingagentbench.site.replay.files import REPLAY_FILES, Replay, read_replay, replay_files

REPLAY_SCRIPTS: tuple[str, ...] = ("replay-view.js", "replay-span.js", "replay-terminal.js", "replay.js")
"""Scripts of a page with a replay. The terminal player is loaded by them when it is first needed."""

REPLAY_STYLES: tuple[str, ...] = ("vendor/asciinema-player/asciinema-player.css", "replay.css")
"""Styles of a page with a replay."""

__all__ = [
    "REPLAY_FILES",
    "REPLAY_SCRIPTS",
    "REPLAY_STYLES",
    "Replay",
    "ReplayContext",
    "read_replay",
    "replay_context",
    "replay_files",
]
