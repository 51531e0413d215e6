"""Made-up cells as the site's lines, without a results folder: quick to make, nothing was measured."""

from __future__ import annotations

from pathlib import Path

from codingagentbench.core.outcome import InvalidCause, Outcome
from codingagentbench.core.task import is_twin
from codingagentbench.core.values import Measured, NotApplicable, NotMeasured
from codingagentbench.site.catalogue import Catalogue
from codingagentbench.site.site import Site, SiteOptions
from codingagentbench.store.line import CellLine

SWEEP = "made-up"


def made_line(
    tui="pi",
    model="acme/large",
    task="polyglot/one",
    run=1,
    outcome=Outcome.SOLVED,
    *,
    cause=None,
    tokens: int | None = 1000,
    usd: float | None = 0.002,
    blast=0.0,
    composite: float | None = 0.9,
    refusal: float | None = None,
    integrity=1.0,
    plugin_stack: tuple[str, ...] = (),
    language="python",
    active_ms=2000.0,
    sweep_id=SWEEP,
    **fields,
) -> CellLine:
    """One cell. An invalid one has the cause `rate_limited` unless told otherwise."""
    if outcome is Outcome.INVALID:
        cause = cause or InvalidCause.RATE_LIMITED
    solved = outcome is Outcome.SOLVED
    value = (composite if solved else 0.0) if composite is not None else None
    axes = {
        "pass_rate": Measured(value=float(solved)),
        "blast_radius": Measured(value=blast),
        "integrity": Measured(value=integrity),
        "instructions": Measured(value=1.0),
        "refusal": NotApplicable(why="no trap") if refusal is None else Measured(value=refusal),
        "partial_score": Measured(value=float(solved)),
        "composite": NotMeasured(why="no usage", low=0.6, high=0.75) if value is None else Measured(value=value),
    }
    stack = f"~{len(plugin_stack)}" if plugin_stack else ""
    place = f"{sweep_id}/{tui}{stack}/{model}/{task}/run{run}"
    defaults = {
        "place": place, "directory": f"{place}/attempt1", "cell_id": f"{sweep_id}/{tui}/{model}/{task}",
        "spec_digest": f"sha256:{place}", "fingerprint": f"sha256:{place}", "sweep_id": sweep_id, "tui": tui,
        "tui_version": "1", "model": model, "task": task, "language": "" if is_twin(task) else language,
        "plugin_stack": plugin_stack, "behavior_mode": "factory", "sandbox": "local", "run": run, "attempt": 1,
        "attempts": 1, "reference": model.startswith("reference/"), "provisional": False, "sandboxed": True,
        "image_digest": "sha256:0", "model_build_id": model, "task_digest": "sha256:0", "outcome": outcome,
        "cause": cause, "cause_detail": "", "limit_hit": None, "exit_code": 0, "violations": (),
        "started_at": "2026-11-01T00:00:00Z", "ended_at": "2026-11-01T00:01:00Z", "wall_ms": active_ms + 500,
        "harness_cpu_ms": 10.0, "model_calls": 3, "prompt_tokens": tokens, "completion_tokens": 0,
        "total_tokens": tokens, "tokens_source": "provider", "usd": usd, "methodology": "1.0",
        "latency": {"queue": 500.0, "decode": active_ms}, "axes": {} if cause else {"1.0": axes},
    }  # fmt: skip
    return CellLine(**(defaults | fields))


def made_site(*lines: CellLine, live=False) -> Site:
    """A site of lines only; no attempt can be opened."""
    return Site(Path("no-such-results"), Catalogue(lines), SiteOptions(live=live))
