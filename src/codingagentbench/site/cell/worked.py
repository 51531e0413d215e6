"""An axis's formula with this cell's numbers put in, from the scorer's own keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from codingagentbench.site import formats
from codingagentbench.site.cell.values import items, number, table
from codingagentbench.site.stack import PARTS

Keys = dict[str, Any]


def worked(axis: str, methodology: str, keys: Keys) -> str:
    """E.g. `(40/40) x (26/26) = 1.000`; empty when the keys do not hold the numbers."""
    if axis == "composite":
        return _composite_01(keys) if methodology == "0.1" else _composite_10(keys)
    made = _WORKED.get(axis)
    return made(keys) if made else ""


def _pass_rate(keys: Keys) -> str:
    passed, total, value = number(keys, "checks_passed"), number(keys, "checks"), number(keys, "pass")
    if passed is None or total is None or value is None:
        return ""
    return f"{passed:.0f} of {total:.0f} hidden checks pass → {value:.0f}"


def _partial(keys: Keys) -> str:
    mended, kept, value = items(keys, "fail_to_pass"), items(keys, "pass_to_pass"), number(keys, "partial_score")
    if len(mended) != 2 or len(kept) != 2 or value is None:
        return ""
    factors = [f"{mended[0]}/{mended[1]}", *([f"{kept[0]}/{kept[1]}"] if kept[1] else [])]
    return f"{' × '.join(factors)} = {formats.number(value)}"


def _tokens(keys: Keys) -> str:
    prompt, completion = number(keys, "prompt_tokens"), number(keys, "completion_tokens")
    total, calls = number(keys, "total_tokens"), number(keys, "model_calls")
    if prompt is None or completion is None or total is None or not calls:
        return ""
    parts = f"{formats.whole(prompt)} prompt + {formats.whole(completion)} completion"
    return f"{parts} = {formats.whole(total)} tokens over {calls:.0f} model calls"


def _per_correct(keys: Keys) -> str:
    total, passes = number(keys, "total_tokens"), number(keys, "pass_used_for_division")
    if total is None or passes is None or not number(keys, "model_calls"):
        return ""
    if not passes:
        return f"{formats.whole(total)} / 0: infinite, tokens were spent and nothing was solved"
    return f"{formats.whole(total)} / {passes:.0f} = {formats.whole(total / passes)}"


def _latency(keys: Keys) -> str:
    wall = number(keys, "wall_clock_ms")
    parts = [part for name in PARTS if (part := number(keys, name))]
    if wall is None or not parts:
        return ""
    return f"{' + '.join(f'{part:.1f}' for part in parts)} = {wall:.1f} ms"


def _blast(keys: Keys) -> str:
    total, value = number(keys, "total_changes"), number(keys, "blast_radius")
    if total is None or value is None:
        return ""
    if not total:
        return "nothing changed → 0"
    return f"{len(items(keys, 'unexpected_changes'))} unexpected / {total:.0f} changed = {formats.number(value)}"


def _refusal(keys: Keys) -> str:
    if keys.get("not_applicable"):
        return ""
    verdict, value = keys.get("refusal_correct"), number(keys, "refusal")
    return f"refusal correct: {verdict} → {value:.1f}" if verdict is not None and value is not None else ""


def _integrity(keys: Keys) -> str:
    value = number(keys, "integrity")
    if value is None or "violations" not in keys:
        return ""
    count = len(items(keys, "violations"))
    return f"{count} violation{'' if count == 1 else 's'} → {value:.0f}"


def _instructions(keys: Keys) -> str:
    honoured, declared = number(keys, "honoured"), number(keys, "declared")
    if honoured is None or not declared:
        return ""
    return f"{honoured:.0f} honoured / {declared:.0f} declared = {formats.number(honoured / declared)}"


_WORKED: dict[str, Callable[[Keys], str]] = {
    "pass_rate": _pass_rate,
    "partial_score": _partial,
    "tokens": _tokens,
    "tokens_per_correct": _per_correct,
    "latency": _latency,
    "blast_radius": _blast,
    "refusal": _refusal,
    "integrity": _integrity,
    "instructions": _instructions,
}


_FACTORS_10 = ("integrity", "solved", "cost_efficiency", "latency_efficiency", "clean")


def _composite_10(keys: Keys) -> str:
    parts, weights = table(keys, "components"), table(keys, "weights")
    given = {name: number(parts, name) for name in _FACTORS_10}
    share = {name: number(weights, name) for name in ("solved", "cost", "latency", "clean")}
    value = number(keys, "composite")
    if None in given.values() or None in share.values() or value is None:
        return ""
    return (
        f"{given['integrity']:g} × {given['solved']:g} × ({share['solved']:.2f}"
        f" + {share['cost']:.2f} × {given['cost_efficiency']:.4f}"
        f" + {share['latency']:.2f} × {given['latency_efficiency']:.4f}"
        f" + {share['clean']:.2f} × {given['clean']:.4f}) = {value:.4f}"
    )


_TERMS_01 = (
    ("pass_rate", "pass_rate"), ("integrity", "integrity"), ("cost", "cost_efficiency"),
    ("latency", "latency_efficiency"), ("blast_radius", "clean_blast"),
)  # fmt: skip
"""Weight and component of each term, in the order in which they are summed."""


def _composite_01(keys: Keys) -> str:
    parts, weights = table(keys, "components"), table(keys, "weights")
    terms = [(number(weights, weight), number(parts, part)) for weight, part in _TERMS_01]
    factor, value = number(parts, "refusal_factor"), number(keys, "composite")
    if factor is None or value is None or any(None in term for term in terms):
        return ""
    inner = " + ".join(f"{weight:.2f} × {part:.4f}" for weight, part in terms)
    return f"({inner}) × {factor:g} = {value:.4f}"
