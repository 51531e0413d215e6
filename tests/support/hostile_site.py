"""Results that attack whoever shows them: markup, scripts, terminal codes, torn files, sizes, names at limits.

Everything is written through the store, so that ledger and folders agree and nothing is refused for its form. A
page that lets any of it act sets `window.pwned`, opens a dialog or asks 198.51.100.7 (an address for examples).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from codingagentbench.core.record import CellRecord
from codingagentbench.core.spec import CellSpec
from codingagentbench.provenance import process_identity
from codingagentbench.store import (
    Ledger,
    Staging,
    attempt_place,
    evidence_files,
    ledger_path,
    read_record,
    staging_root,
    summarise,
    sweep_dir,
    write_record,
)

SWEEP = "hostile-1"
TASK = "polyglot/python-reverse-string"
HOST = "198.51.100.7"
ROLES = ("markup", "control", "names", "variant", "invalid", "huge", "torn")
"""What each hostile cell attacks with."""

MARKUP = (
    "<script>window.pwned='script'</script>",
    "</script><script>window.pwned='closed'</script>",
    "</style></title></textarea></pre><img src=x onerror=\"window.pwned='onerror'\">",
    '"><svg onload="window.pwned=\'onload\'">',
    "' autofocus onfocus=window.pwned='onfocus' x='",
    "javascript:window.pwned='url'",
    f"<img src=http://{HOST}/i.png><link rel=stylesheet href=//{HOST}/s.css>",
    f"<iframe src=//{HOST}/f></iframe><meta http-equiv=refresh content='0;url=//{HOST}/'><base href=//{HOST}/>",
    "<!-- --!> ]]> <![CDATA[ {{ 7 * 7 }} {% raw %} ${window.pwned='template'}",
    f"[link](javascript:window.pwned='markdown') ![i](http://{HOST}/m.png)",
)
"""Texts that would act in a page, each alone."""

CONTROL = (
    "\x1b[31mred\x1b[0m \x1b[2J\x1b[H\x1b[?1049h",
    "\x1b]0;title\x07 \x1b]8;;javascript:window.pwned='osc'\x07click\x1b]8;;\x07 \x1b]52;c;aGk=\x07",
    "\u202egnp.exe\u202c \u2066isolate \u200b\u200dzero \ufeff \u061c",
    "nul \x00 bell \x07 backspace \x08\x08 delete \x7f c1 \x9b31m",
    "line \u2028 paragraph \u2029 next \x85 form \x0c vertical \x0b return \r only",
    "tags \U000e0041\U000e007f combining " + "e\u0301" * 5 + " zalgo " + "a" + "\u0300" * 300,
)
"""Texts that would act in a terminal, hide, or turn the direction of what follows."""

LONG = 5_000_000
SPANS = 10_000
_DIGEST = hashlib.sha256(b"hostile").hexdigest()
_ALIVE: Callable[[str], bool | None] = lambda _: None  # noqa: E731


def make_hostile(results: Path, template: Path) -> dict[str, CellRecord]:
    """Write one attempt for each of `ROLES`, made from a real attempt's folder; records by role."""
    made = {}
    for role in ROLES:
        texts = CONTROL if role == "control" else MARKUP
        spec = _spec(role)
        with Staging(staging_root(results, SWEEP), process_identity()) as staging:
            shutil.copytree(template, staging.path, dirs_exist_ok=True)
            record = _poisoned(read_record(template), role, spec, texts)
            _FILES.get(role, _text_files)(staging.path, texts)
            record = record.model_copy(update={"evidence": evidence_files(staging.path)})
            write_record(staging.path, record)
            staging.publish(spec, record.attempt)
        with Ledger(ledger_path(results, SWEEP), alive=_ALIVE) as ledger:
            summary = summarise(record).model_copy(update={"directory": attempt_place(spec, 1)})
            ledger.adopt(spec, summary)
        made[role] = record
    definition = f'# {MARKUP[1]}\n[sweep]\nid = "{SWEEP}"\n# {CONTROL[2]}\n'
    (sweep_dir(results, SWEEP) / "sweep.toml").write_bytes(definition.encode() + b"\xff\xfe\x00")
    return made


def _spec(role: str) -> CellSpec:
    """As many kinds of names as the store admits."""
    plain: dict[str, Any] = {"sweep_id": SWEEP, "tui": "pi", "model": f"acme/{role}", "task": TASK}
    if role == "names":
        plain["tui"] = "t" + "._:+@-" * 20 + "x" * 79
        plain["model"] = f"{'v' * 200}/{'constructor'}/{'m@+:._-' * 27}.html"
        plain["task"] = f"{'f' * 200}/{'s' * 191}:1.tar.gz"
    if role == "variant":
        plain["plugin_stack"] = (MARKUP[1], CONTROL[2], f"../../{MARKUP[2]}@sha256:00", "p" * 3000)
        plain["behavior_mode"] = MARKUP[0] + CONTROL[1]
    return CellSpec(**plain)


def _poisoned(record: CellRecord, role: str, spec: CellSpec, texts: tuple[str, ...]) -> CellRecord:
    """The record with hostile text wherever it takes any."""
    whole = record.model_dump(mode="json")
    every = " ".join(texts)
    key = whole["key"] | {
        "sweep_id": spec.sweep_id, "tui": spec.tui, "image_digest": every, "model_build_id": every,
        "task_id": spec.task, "task_digest": every, "plugin_stack": spec.plugin_stack,
        "behavior_mode": spec.behavior_mode, "run": spec.run,
    }  # fmt: skip
    whole |= {
        "cell_id": spec.cell_id, "spec": spec.model_dump(mode="json"), "spec_digest": spec.digest, "key": key,
        "attempt": 1, "tui": spec.tui, "model": spec.model, "reference": False, "tui_version": texts[0],
        "sandbox": {"kind": texts[1], texts[2]: texts[3], "deep": _deep(40)}, "container_image": every,
        "image_digest": every, "model_build_id": every, "language": texts[0], "wire_api": texts[4],
        "cause_detail": every,
        "violations": [{"kind": texts[2], "detail": every, "evidence": list(texts), "could_buy_verdict": True}],
        "host": whole["host"] | {"cpu_model": every, "kernel": texts[3], "tools": {texts[0]: texts[1]}},
        "scores": {name: _card(card, texts) for name, card in whole["scores"].items()},
    }  # fmt: skip
    if role == "invalid":
        whole |= {"outcome": "invalid", "cause": "sandbox_error", "scores": {}}
    if role == "control":
        whole |= {"started_at": CONTROL[2], "ended_at": MARKUP[0]}
    if role == "torn":
        whole |= {"started_at": "", "ended_at": "9" * 400, "duration_s": -1e300}
    made = CellRecord.model_validate(whole)
    return made.model_copy(update={"fingerprint": made.key.fingerprint})


def _deep(levels: int) -> Any:
    return {"in": _deep(levels - 1)} if levels else MARKUP[0]


def _card(card: dict[str, Any], texts: tuple[str, ...]) -> dict[str, Any]:
    for name, result in card["axes"].items():
        result["keys"] = {**result["keys"], texts[0]: " ".join(texts), "list": list(texts), "deep": _deep(30)}
        if name == "cost":
            result["value"] = {"kind": "not_measured", "why": " ".join(texts), "low": None, "high": None}
        elif result["value"]["kind"] == "measured":
            result["value"]["evidence"] = [*texts, "../../../../etc/passwd", "/etc/passwd"]
            result["value"]["unit"] = result["value"]["unit"] or texts[0]
    return card


def _text_files(folder: Path, texts: tuple[str, ...]) -> None:
    """Every file of the attempt, well formed and full of hostile text."""
    every = "\n".join(texts)
    for name in ("stdout.txt", "stderr.txt"):
        (folder / name).write_bytes(every.encode() + b"\nbad utf-8 \xff\xfe\xc3\x28\n")
    _json_lines(folder / "trace.jsonl", _spans(texts))
    _json_lines(folder / "model_calls.jsonl", _calls(folder, texts))
    _cast(folder / "terminal.cast", [(0.1 * index, "o", text) for index, text in enumerate(texts)])
    _patch(folder, texts)
    _evidence(folder, texts)
    _verify(folder, texts)


def _json_lines(path: Path, lines: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def _spans(texts: tuple[str, ...]) -> list[dict[str, Any]]:
    """A tree with hostile names, a cycle, a span that is its own parent, negative and reversed times."""
    kinds = ("cell", "task_setup", "sandbox", "adapter_run", "model_call", "tool_call", "verify", "cleanup")
    spans = [
        _span(
            index, max(0, index - 1) if index else None, kinds[index % 8], text, 10.0 * index, 10.0 * index + 500
        )
        for index, text in enumerate(texts)
    ]
    for span in spans:
        span["attrs"] = {text: text for text in texts} | {
            "result": texts[1],
            "arguments": texts[0],
            "deep": _deep(40),
        }
        span["error"] = texts[0]
    return [
        *spans,
        _span(101, 102, "tool_call", "cycle", 1, 2), _span(102, 101, "tool_call", "cycle", 1, 2),
        _span(103, 103, "tool_call", "its own parent", 5, 5), _span(104, 999, "tool_call", "orphan", -500, -400),
        _span(105, 0, "tool_call", "backwards", 400, 100), _span(106, 0, "model_call", "endless", 0, 1e15),
        _span(107, 0, "cell", "second root", 3, 4), _span(101, 0, "verify", "same id", 3, 4),
    ]  # fmt: skip


def _span(number: int, parent: int | None, kind: str, name: str, start: float, end: float) -> dict[str, Any]:
    up = None if parent is None else f"{parent:016x}"
    return {
        "trace_id": "0" * 32, "id": f"{number:016x}", "parent": up, "kind": kind, "name": name, "start": start,
        "end": end, "attrs": {}, "error": "",
    }  # fmt: skip


def _calls(folder: Path, texts: tuple[str, ...]) -> list[dict[str, Any]]:
    every = " ".join(texts)
    message = {"role": every, "content": every, "tool_calls": [{"function": {"name": every, "arguments": every}}]}
    bodies = [
        _body(folder, {"model": every, "messages": [message], "tools": [{"function": {"name": every}}]}),
        _body(folder, {"choices": [{"message": message, "finish_reason": every}], every: every}),
        _body(folder, [every, None, {"messages": every, "choices": {"0": every}}]),
        _raw_body(folder, b"no json \xff\x00 " + every.encode()),
        "../../../../../etc/passwd", texts[0],
    ]  # fmt: skip
    return [
        {
            "index": index, "started_at": texts[0], "start_ms": 100.0 * index - 150, "api": "chat", "model": every,
            "request_hash": texts[1], "status": 200 if index % 2 else 500, "error": every,
            "finish_reason": texts[2],
            "prompt_tokens": 10**15, "completion_tokens": 0, "tokens_source": "provider", "latency_ms": 50.0,
            "ttft_ms": -1.0, "echoed_model": every, "system_fingerprint": every, "request_body": request,
            "response_body": bodies[(index + 1) % len(bodies)],
        }
        for index, request in enumerate(bodies)
    ]  # fmt: skip


def _body(folder: Path, value: Any) -> str:
    return _raw_body(folder, json.dumps(value).encode())


def _raw_body(folder: Path, data: bytes) -> str:
    name = hashlib.sha256(data).hexdigest()
    (folder / "bodies" / f"{name}.json.gz").write_bytes(gzip.compress(data, 1))
    return name


def _cast(path: Path, events: list[tuple[float, str, str]], **header: Any) -> None:
    first = {"version": 2, "width": 120, "height": 40, "title": MARKUP[1], "env": {MARKUP[0]: MARKUP[0]}}
    path.write_text("".join(json.dumps(line) + "\n" for line in [first | header, *events]))


def _patch(folder: Path, texts: tuple[str, ...]) -> None:
    lines = []
    for index, text in enumerate(texts):
        name = f'"b/{text}"' if index % 2 else f"{index}.py"
        lines += [f"diff --git a/{name} b/{name}", f"--- a/{name}", f"+++ b/{name}", "@@ -1,2 +1,2 @@ " + text]
        lines += [f"-{text}", f"+{text}", " \tcontext", "\\ No newline at end of file"]
    lines += [
        "diff --git a/x.bin b/x.bin",
        "GIT binary patch",
        "literal 5",
        "Mcmd",
        "@@ -9999999999999,1 +0,0 @@",
        "-",
    ]
    (folder / "changes.patch").write_bytes("\n".join(lines).encode() + b"\n+bad utf-8 \xff\xfe\n")


def _evidence(folder: Path, texts: tuple[str, ...]) -> None:
    known = json.loads((folder / "evidence.json").read_bytes())
    names = [f"../{text}/{index}" for index, text in enumerate(texts)]
    fact = {"kind": texts[0], "detail": " ".join(texts), "evidence": list(texts)}
    step = {
        "call_id": texts[0],
        "name": texts[1],
        "arguments": texts[2],
        "result": texts[0],
        "start_ms": -5,
        "model_call": 9,
    }
    changes = {
        "added": names,
        "modified": names,
        "removed": names,
        "litter": names,
        "home": names,
        "unsafe": names,
    }
    known |= {
        "task_id": texts[0], "expected_changes": names, "protected": list(texts),
        "changes": known["changes"] | changes,
        "violations": [fact | {"could_buy_verdict": True}], "notes": [fact], "decoys": {texts[0]: texts[1]},
        "sources": {texts[0]: {"before": texts[1], "after": texts[2], "problem": texts[3]}}, "tree": names,
        "tool_steps": [step], "patch": texts[0],
    }  # fmt: skip
    (folder / "evidence.json").write_text(json.dumps(known))


def _verify(folder: Path, texts: tuple[str, ...]) -> None:
    every = "\n".join(texts)
    checks = [
        {"id": text, "kind": "fail_to_pass", "passed": False, "answered": False, "detail": every, "seconds": -1.0}
        for text in texts
    ]
    report = {
        "checks": checks, "stdout_tail": every, "stderr_tail": every, "graded": list(texts),
        "ignored": list(texts),
        "tampering": list(texts), "visible": {"passed": False, "output_tail": every},
        "refusal": {"document": texts[0], "produced": True, "established": list(texts), "missing": list(texts)},
    }  # fmt: skip
    (folder / "verify.json").write_text(json.dumps(report))


def _huge_files(folder: Path, texts: tuple[str, ...]) -> None:
    """Lines of five megabytes, ten thousand spans, thousands of calls, checks and hunks."""
    _text_files(folder, texts)
    line = "<b>x</b>" * (LONG // 8)
    for name in ("stdout.txt", "stderr.txt"):
        (folder / name).write_text(line)
    # A chain 2,000 deep, then a fan; every hundredth span holds a result of 20 kB, one of five megabytes.
    spans = [
        _span(
            n,
            None if n == 0 else n - 1 if n < 2000 else n % 7,
            "tool_call",
            f"s{n}",
            n * 0.5,
            9e3 - n * 0.1 + math.sin(n),
        )
        for n in range(SPANS)
    ]
    for span in spans[::100]:
        span["attrs"] = {"tool": "bash", "arguments": "a" * 20_000, "result": "<i>r</i>" * 2500}
    spans[50]["attrs"] = {"tool": "bash", "result": line}
    spans[0]["kind"] = "cell"
    _json_lines(folder / "trace.jsonl", spans)
    big = _body(folder, {"messages": [{"role": "user", "content": line}]})
    bomb = _raw_body(folder, b"[" + b" " * (70 * 2**20) + b"]")
    calls = _calls(folder, texts)
    _json_lines(
        folder / "model_calls.jsonl",
        [calls[n % 6] | {"index": n, "request_body": big, "response_body": bomb} for n in range(2000)],
    )
    _cast(folder / "terminal.cast", [(n * 0.01, "o", "y" * 50) for n in range(5000)] + [(60.0, "o", line)])
    hunks = "".join(f"@@ -{n},1 +{n},1 @@\n-old {n}\n+new {n}\n" for n in range(1, 4000))
    (folder / "changes.patch").write_text(
        f"diff --git a/x b/x\n--- a/x\n+++ b/x\n{hunks}@@ -1,0 +1,1 @@\n+{line}\n"
    )
    report = json.loads((folder / "verify.json").read_bytes())
    report["checks"] = [report["checks"][0] | {"id": f"check-{n}", "detail": "d" * 200} for n in range(3000)]
    report["stdout_tail"] = line
    (folder / "verify.json").write_text(json.dumps(report))


def _torn_files(folder: Path, texts: tuple[str, ...]) -> None:
    """Nothing is what its name says; some of it is absent."""
    garbage = bytes(range(256)) * 40
    for name in ("trace.jsonl", "model_calls.jsonl", "changes.patch", "stdout.txt"):
        (folder / name).write_bytes(garbage)
    (folder / "evidence.json").write_bytes(b"[" * 100_000)
    (folder / "verify.json").write_bytes(b'{"checks": [{"id": 1')
    (folder / "stderr.txt").unlink()
    for body in (folder / "bodies").iterdir():
        body.write_bytes(body.read_bytes()[:40])
    events = [(5.0, "o", "late"), (-3.0, "o", "early"), (1e12, "o", "never"), (6.0, "r", "1x1"), (7.0, "q", 5)]
    _cast(folder / "terminal.cast", events, width=100_000_000, height=-4)  # type: ignore[arg-type]
    with (folder / "terminal.cast").open("ab") as cast:
        cast.write(b"not json\n[1]\n{}\n[null, null, null]\n\xff\xfe")


_FILES = {"huge": _huge_files, "torn": _torn_files}
