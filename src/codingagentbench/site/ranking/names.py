"""How a row of a board is called, and which page is about it."""

from __future__ import annotations

from codingagentbench.site import paths
from codingagentbench.stats import Row
from codingagentbench.store.line import Pair


def pair_of(row: Row) -> Pair:
    """The (agent, model, plugin stack, behaviour mode) of a row."""
    return (row.tui, row.model, row.plugin_stack, row.behavior_mode)


def agent_name(row: Row) -> str:
    """The agent with its plugins, and its behaviour mode unless it is as shipped."""
    mode = f" ({row.behavior_mode})" if row.behavior_mode != "factory" else ""
    return " + ".join((row.tui, *row.plugin_stack)) + mode


def row_name(row: Row) -> str:
    """`agent × model`; a row that sums over one of the two is called by the other."""
    if not row.tui:
        stack = "".join(f" + {plugin}" for plugin in row.plugin_stack)
        mode = f" ({row.behavior_mode})" if row.behavior_mode != "factory" else ""
        return row.model + stack + mode
    return f"{agent_name(row)} × {row.model}" if row.model else agent_name(row)


def row_page(row: Row) -> str:
    """The path of the page about it."""
    if row.tui and row.model:
        return paths.pair(pair_of(row))
    return paths.agent(row.tui) if row.tui else paths.model(row.model)
