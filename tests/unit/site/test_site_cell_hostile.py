"""An attempt in which every text is out to harm: the page stays a page, and stays small."""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from pathlib import Path
from typing import Any

import pytest

from codingagentbench.core.evidence import (
    Changes,
    CheckResult,
    Evidence,
    IntegrityFact,
    LatencyStack,
    ModelCall,
    RefusalFinding,
    VerifyReport,
    Violation,
    VisibleRun,
)
from codingagentbench.core.outcome import Outcome
from codingagentbench.core.record import AxisResult, CellRecord, EvidenceFile, ScoreCard
from codingagentbench.core.task import CheckKind
from codingagentbench.core.values import NotMeasured
from codingagentbench.provenance import owner_alive, process_identity
from codingagentbench.site.output import Page
from codingagentbench.site.render import Renderer
from codingagentbench.site.site import open_site
from codingagentbench.site.views.cell import VIEW
from codingagentbench.store import Ledger, Staging, ledger_path, staging_root, write_record
from support.page_text import page_tags, page_text
from support.sweep_cells import make_record, make_spec

EVIL = (
    "<script>alert(1)</script></script><img src=x onerror=alert(2)>\"'>"
    "\x1b]0;title\x07\x1b[31m\u202eevil\x00{{7*7}}"
)
LONG = "A" * 5_000_000 + EVIL
MARK = "onerror=alert(2)"


def _body(folder: Path, data: Any) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    name = hashlib.sha256(raw).hexdigest()
    (folder / "bodies").mkdir(exist_ok=True)
    (folder / "bodies" / f"{name}.json.gz").write_bytes(gzip.compress(raw, 1))
    return name


def _requests(folder: Path) -> list[tuple[str, str]]:
    """Bodies of both wires, well and ill formed, and a bomb."""
    messages = [
        {"role": EVIL, "content": EVIL, "tool_calls": [{"function": {"name": EVIL, "arguments": LONG[:9000]}}]}
    ]
    chat = {"messages": [*messages, {"role": "tool", "content": LONG[:100_000]}], "tools": [{}] * 3}
    said = {"choices": [{"message": {"content": EVIL, "tool_calls": messages[0]["tool_calls"]}}]}
    stream = b'data: {"choices":[{"delta":{"content":' + json.dumps(EVIL).encode() + b"}}]}\n\ndata: [DONE]\n\n"
    bomb = b"[" * 3_000_000
    return [
        (_body(folder, chat), _body(folder, said)),
        (_body(folder, chat), _body(folder, stream)),
        (_body(folder, {"input": EVIL, "instructions": EVIL}), _body(folder, EVIL.encode())),
        (_body(folder, b"[" * 100_000), _body(folder, b"{not json")),
        (_body(folder, bomb), _body(folder, b"\xff\xfe\x00")),
        ("../../../../etc/passwd", "f" * 64),
    ]


def _calls(folder: Path) -> list[ModelCall]:
    bodies = _requests(folder)
    return [
        ModelCall(
            index=index, started_at=EVIL, start_ms=index, api="responses" if index % 3 == 2 else "chat",
            model=EVIL, request_hash=EVIL, status=500, error=LONG[:200_000], finish_reason=EVIL, latency_ms=1.0,
            echoed_model=EVIL, system_fingerprint=EVIL, request_body=bodies[index % len(bodies)][0],
            response_body=bodies[index % len(bodies)][1],
        )
        for index in range(500)
    ]  # fmt: skip


def _patch() -> str:
    files = "".join(
        f'diff --git "a/{n}<script>.txt" "b/{n}<script>.txt"\nnew file mode 100644\n--- /dev/null\n'
        f'+++ "b/{n}<script>.txt"\n@@ -0,0 +1,3 @@ {EVIL}\n+{EVIL}\n+{LONG if n == 0 else EVIL}\n+</pre>\n'
        for n in range(300)
    )
    return EVIL + "\n" + files + "@@ -0,0 +1,999999999999 @@\n" + "x\n" * 10_000


def _spans() -> list[dict[str, Any]]:
    return [
        {
            "trace_id": "0", "id": f"{n}{EVIL}", "parent": None, "kind": "tool_call", "name": EVIL,
            "start": float(n), "end": n + 1.0, "attrs": {EVIL: EVIL if n else LONG}, "error": EVIL,
        }
        for n in range(10_000)
    ]  # fmt: skip


def _fill(folder: Path) -> None:
    changes = Changes(
        added=tuple(f"{n}{EVIL}" for n in range(3_000)), litter=(EVIL,), home=(EVIL,), unsafe=(EVIL,)
    )
    checks = tuple(
        CheckResult(id=f"a{EVIL}{n}", kind=CheckKind.FAIL_TO_PASS, passed=False, answered=True, detail=EVIL * 99)
        for n in range(5_000)
    )
    report = VerifyReport(
        checks=tuple(check.model_copy(update={"id": EVIL}) for check in checks),
        stdout_tail=LONG, stderr_tail=EVIL,
        visible=VisibleRun(passed=False, output_tail=LONG), tampering=(EVIL,), graded=(EVIL,), ignored=(EVIL,),
        refusal=RefusalFinding(document=EVIL, produced=True, established=(EVIL,), missing=(EVIL,)),
    )  # fmt: skip
    evidence = Evidence(
        task_id=EVIL, expected_refusal=False, expected_changes=(), protected=(), changes=changes, verify=None,
        calls=(), latency=LatencyStack(), notes=(IntegrityFact(kind=EVIL, detail=EVIL, evidence=(EVIL,) * 500),),
    )  # fmt: skip
    (folder / "evidence.json").write_text(evidence.model_dump_json())
    (folder / "verify.json").write_text(report.model_dump_json())
    (folder / "changes.patch").write_text(_patch())
    (folder / "stdout.txt").write_text(LONG)
    (folder / "trace.jsonl").write_text("".join(json.dumps(span) + "\n" for span in _spans()) + "{torn")
    calls = "".join(call.model_dump_json() + "\n" for call in _calls(folder))
    (folder / "model_calls.jsonl").write_text(calls + "\x00\nnull\n")
    (folder / "terminal.cast").write_text(
        json.dumps({"version": 2, "width": 80, "height": 24}) + "\n" + json.dumps([1, "o", LONG])
    )


def _record() -> CellRecord:
    card = ScoreCard(
        methodology="1.0",
        axes={
            axis: AxisResult(
                axis=axis, value=NotMeasured(why=EVIL), keys={EVIL: LONG, "checks": EVIL, "pass": [EVIL]}
            )
            for axis in ("pass_rate", "composite", EVIL)
        },
    )
    fact = Violation(kind=EVIL, detail=LONG[:100_000], evidence=(EVIL,) * 300, could_buy_verdict=True)
    files = [
        EVIL,
        "../../../../etc/passwd",
        "/etc/passwd",
        "stdout.txt",
        "evil.html",
        "a/../../b.txt",
        "x" * 5_000,
    ]
    return make_record(make_spec(), outcome=Outcome.CHEATED).model_copy(
        update={
            "model": EVIL, "tui": EVIL, "tui_version": EVIL, "model_build_id": EVIL, "container_image": EVIL,
            "image_digest": EVIL, "started_at": EVIL, "ended_at": EVIL, "wire_api": EVIL, "language": EVIL,
            "sandbox": {EVIL: LONG, "deep": {EVIL: EVIL}}, "violations": (fact,),
            "scores": {"1.0": card, EVIL: card},
            "evidence": tuple(EvidenceFile(path=name, sha256=EVIL, bytes=1) for name in files),
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    results = tmp_path_factory.mktemp("hostile")
    root, spec = staging_root(results, "s"), make_spec()
    root.parent.mkdir()
    with (
        Ledger(ledger_path(results, "s"), alive=owner_alive) as ledger,
        Staging(root, process_identity()) as staging,
    ):
        ledger.plan([spec])
        claim = ledger.claim(process_identity(), 60)
        assert claim is not None
        _fill(staging.path)
        record = _record()
        write_record(staging.path, record)
        staging.publish(spec, 1)
        assert ledger.finish(claim, record)
    return results


PATH = "cell/s/pi/acme/large/polyglot/one/run1/index.html"


@pytest.fixture(scope="module")
def html(results: Path) -> str:
    site = open_site(results)
    began = time.process_time()
    page = VIEW.output(site, PATH, {})
    assert isinstance(page, Page)
    text = Renderer(site).html(page)
    assert time.process_time() - began < 10
    return text


def test_the_page_stays_small_and_whole(html):
    assert len(html.encode("utf-8", "surrogatepass")) < 2_000_000
    assert html.rstrip().endswith("</html>")
    for heading in ("Per-axis scores", "Scorer breakdown", "The patch", "Model calls (500)", "Embed this result"):
        assert heading in html


def test_no_text_becomes_a_tag_an_attribute_or_a_control(html):
    tags = page_tags(html)
    assert MARK in page_text(html)
    assert all(given.get("src", "").endswith(".js") for tag, given in tags if tag == "script")
    assert not [given for tag, given in tags if any(name.startswith("on") or name == "style" for name in given)]
    assert [given["src"].rpartition(".")[2] for tag, given in tags if tag == "img"] == ["svg"]
    assert not [char for char in ("\x00", "\x1b", "\x07", "\u202e") if char in html]
    assert "{{7*7}}" in html and "evil49" not in html


def test_no_link_leads_to_a_scheme_or_out_of_the_site(html):
    for _, given in page_tags(html):
        for name in ("href", "src", "action"):
            target = given.get(name, "")
            assert not target.lower().startswith(("javascript:", "data:", "vbscript:", "//", "/", "http")), target
            assert target.count("../") <= PATH.count("/"), target


def test_files_beside_it_are_only_those_that_are_its_own(results):
    page = VIEW.output(open_site(results), PATH, {})
    assert isinstance(page, Page)
    names = {file.path.removeprefix("cell/s/pi/acme/large/polyglot/one/run1/attempt1/") for file in page.files()}
    assert names == {"trace.js", "terminal.js", "record.json", "stdout.txt"}
