"""The submit page: how to add an agent, a task, a plugin, a run."""

from __future__ import annotations

from codingagentbench.site import paths
from codingagentbench.site.textpage import TextPage

VIEW = TextPage(
    path=paths.SUBMIT,
    title="Submit",
    summary="How to add an agent, a task, a plugin or a run: the files and the commands.",
    content="submit",
)
