"""Taking out what a provider would run itself: search, code, files, remote tools, other models.

A benchmark of coding agents measures the agent and the model named, not what the provider looks up for them.
"""

from __future__ import annotations

from typing import Any

from codingagentbench.gateway.answer import dict_of, list_of, text_of

LOCAL_TOOLS = frozenset({"function", "custom", "local_shell", "apply_patch", "namespace"})
"""Tool types the agent runs itself. Anything else, known or not yet, is the provider's and is removed."""
_WHERE_IT_RUNS = {"shell": ("environment", "local", "local"), "tool_search": ("execution", "client", "server")}
"""Types that exist in both forms: the member that tells, its value for the agent's own form, and its default."""
HOSTED_FIELDS = (
    "web_search_options", "search_parameters", "enable_search", "plugins", "models", "fallbacks", "background",
    "prompt",
)  # fmt: skip
"""Request members of various providers that switch on search or other models, let a call run on where nobody
meters it, or name a prompt (with tools of its own) that is stored at the provider."""
_NEEDS_TOOLS = ("tools", "tool_choice", "parallel_tool_calls")


def strip_hosted_tools(body: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """`(body, removed)`: the same body when nothing had to go, else a copy and the sorted names of what went."""
    removed = {name for name in body if name in HOSTED_FIELDS or _is_odd(name)}
    tools = _local(list_of(body.get("tools")), removed)
    if not removed:
        return body, ()
    kept = {name: value for name, value in body.items() if name not in HOSTED_FIELDS and not _is_odd(name)}
    if "tools" in kept:
        kept["tools"] = tools
        _settle_choice(kept)
    return kept, tuple(sorted(removed))


def _is_odd(name: str) -> bool:
    """Whether a parser that takes no notice of case could read the name as another one."""
    return not name.isascii() or name != name.lower()


def _settle_choice(body: dict[str, Any]) -> None:
    if not body["tools"]:
        # Endpoints refuse a tool choice without tools.
        for name in _NEEDS_TOOLS:
            body.pop(name, None)
    elif isinstance(body.get("tool_choice"), dict):
        body["tool_choice"] = _settled(body["tool_choice"])


def _settled(choice: dict[str, Any]) -> Any:
    if choice.get("type") == "allowed_tools":
        return {**choice, "tools": _local(list_of(choice.get("tools")), set())}
    return choice if _is_local(choice) else "auto"


def _local(tools: list[Any], removed: set[str]) -> list[Any]:
    kept = []
    for tool in tools:
        if not _is_local(dict_of(tool)):
            removed.add(text_of(dict_of(tool).get("type"))[:64] or "(no type)")
        elif isinstance(tool.get("tools"), list):
            kept.append({**tool, "tools": _local(tool["tools"], removed)})
        else:
            kept.append(tool)
    return kept


def _is_local(tool: dict[str, Any]) -> bool:
    kind = text_of(tool.get("type"))
    if kind not in _WHERE_IT_RUNS:
        return kind in LOCAL_TOOLS
    member, local, default = _WHERE_IT_RUNS[kind]
    place = tool.get(member) or default
    return (dict_of(place).get("type") if isinstance(place, dict) else place) == local
