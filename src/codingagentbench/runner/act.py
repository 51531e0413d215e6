"""The agent's turn: gateway and terminal recording around one sandboxed run."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from codingagentbench.core.errors import SandboxError
from codingagentbench.core.evidence import ModelCall
from codingagentbench.core.outcome import InvalidCause, LimitKind
from codingagentbench.core.sandbox import RunResult
from codingagentbench.gateway import Gateway
from codingagentbench.runner.options import RunOptions
from codingagentbench.runner.parts import Parts, make_upstream
from codingagentbench.runner.site import TERMINAL, Site
from codingagentbench.scoring.prices import price_for
from codingagentbench.trace import CastWriter, Tracer, plain_text


@dataclass(frozen=True, slots=True)
class Act:
    """What came of it. `result` is None when the sandbox could not be made."""

    gateway: Gateway
    result: RunResult | None
    problem: str
    makes_calls: bool

    @property
    def limit(self) -> LimitKind | None:
        """The limit that ended the agent, whoever enforced it."""
        if self.gateway.stop is not None and self.gateway.stop.limit is not None:
            return self.gateway.stop.limit
        return self.result.limit if self.result else None

    @property
    def invalid(self) -> tuple[InvalidCause, str] | None:
        """Why there is no measurement, as far as the act alone tells."""
        if self.result is None:
            return InvalidCause.SANDBOX_ERROR, self.problem
        return self.gateway.invalid_cause() if self.makes_calls else None


async def act(parts: Parts, site: Site, options: RunOptions, staging: Path, tracer: Tracer) -> Act:
    """Run the agent to its end; write the recording, its text, the calls and their bodies."""
    upstream = make_upstream(parts, options)

    def tell(call: ModelCall) -> None:
        """For those who watch; `write_calls` makes the file anew at the end, and says when the disk refuses."""
        with suppress(OSError), (staging / "model_calls.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(f"{call.model_dump_json()}\n")

    gateway = Gateway(
        upstream,
        model=parts.spec.model,
        token=site.token,
        limits=parts.spec.limits,
        started=tracer.started,
        secrets=tuple(secret for secret in (options.key, site.token) if secret),
        price=price_for(parts.spec.model),
        on_call=tell,
    )
    output = bytearray()
    result, problem = None, ""
    title = f"{parts.agent.title} on {parts.task.id}"
    begun = time.monotonic()
    cast = CastWriter(staging / "terminal.cast", TERMINAL, started=begun, unix_time=time.time(), title=title)

    def record(data: bytes, at: float) -> None:
        output.extend(data)
        cast.feed(data, at)

    try:
        with cast:
            result = await parts.sandbox.run(
                site.command, parts.spec.limits, on_listen=gateway.serve, on_output=record, stopper=gateway
            )
            cast.mark(result.ended, f"exit {result.exit_code}")
    except SandboxError as error:
        problem = str(error)
    finally:
        await gateway.close()
        await upstream.close()
    gateway.write_calls(staging)
    (staging / "stdout.txt").write_text(plain_text(bytes(output)), encoding="utf-8")
    said = problem.encode() if result is None else result.stderr
    (staging / "stderr.txt").write_text(plain_text(said), encoding="utf-8")
    return Act(gateway, result, problem, parts.agent.makes_calls)
