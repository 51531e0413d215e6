"""What an agent can reach and do from inside a whole cell: a scripted agent probes, floods and hides."""

import gzip
import json

import pytest

from codingagentbench.core.agent import AgentDefinition, BuiltIn
from codingagentbench.core.outcome import LimitKind, Outcome
from codingagentbench.core.spec import CellSpec, Limits
from codingagentbench.runner import RunOptions, parts, run_cell
from codingagentbench.runner.rescore import rescore
from codingagentbench.store import attempt_dir, staging_root
from codingagentbench.tasks import get_task

TASK = "polyglot/python-reverse-string"
KEY = "sk-the-real-key-0123456789abcdef"


@pytest.fixture
def play(tmp_path, monkeypatch):
    """Run a cell whose agent is a shell script."""

    def run(script, **limits):
        agent = AgentDefinition(
            name="nop",
            title="scripted",
            version="1",
            home_page="",
            licence="",
            install=BuiltIn(),
            argv=("/bin/bash", "-c", script.replace("$", "$$")),
            env={"CELL_TOKEN": "$KEY", "BASE": "$BASE_URL"},
            makes_calls=False,
        )
        monkeypatch.setattr(parts, "get_agent", lambda _name: agent)
        spec = CellSpec(sweep_id="h", tui="nop", model="reference/oracle", task=TASK, limits=Limits(**limits))
        options = RunOptions(key=KEY)
        record = run_cell(spec, attempt=1, staging_root=staging_root(tmp_path, "h"), options=options)
        return record, attempt_dir(tmp_path, spec, 1)

    return run


PROBE = r"""
echo "routes: $(tail -n +2 /proc/net/route | wc -l)"
echo "interfaces: $(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ' | tr '\n' ' ')"
timeout 2 bash -c 'exec 3<>/dev/tcp/1.1.1.1/53' 2>/dev/null && echo "REACHED OUTSIDE"
for path in /root /home /tests /solution /var/lib /mnt /srv; do
  ls -A $path 2>/dev/null | sed "s|^|visible in $path: |"
done
find / -xdev \( -name checks.json -o -name solve.sh -o -name ledger.sqlite \) 2>/dev/null | sed 's/^/FOUND /'
grep -rl 'sk-the-real-ke[y]' / -s --exclude-dir=proc --exclude-dir=sys --exclude-dir=usr 2>/dev/null |
  sed 's/^/KEY IN /'
env | grep -c 'sk-the-real-ke[y]' | sed 's/^/key in env: /'
cat /proc/*/environ /proc/[0-9]/cmdline 2>/dev/null | tr '\0' '\n' | grep -c 'sk-the-real-ke[y]' |
  sed 's/^/key in proc: /'
echo "git: $(git -C /work log --oneline | wc -l) commits, $(git -C /work remote | wc -l) remotes"
"""


def test_nothing_but_the_gateway_is_in_reach(play):
    record, folder = play(PROBE, wall_s=60)
    said = (folder / "stdout.txt").read_text()
    assert record.outcome is Outcome.GAVE_UP, said
    assert "routes: 0" in said
    assert "REACHED OUTSIDE" not in said
    assert "FOUND" not in said
    assert "KEY IN" not in said
    assert "key in env: 0" in said
    assert "key in proc: 0" in said
    assert "interfaces: lo" in said
    assert "git: 1 commits, 0 remotes" in said
    visible = {line.removeprefix("visible in ") for line in said.splitlines() if line.startswith("visible in ")}
    assert visible <= {"/home: agent"}, visible


ASK = """
python3 - <<'END'
import os, urllib.error, urllib.request
for token in ("wrong", os.environ["CELL_TOKEN"]):
    ask = urllib.request.Request(os.environ["BASE"] + "/models", headers={"Authorization": "Bearer " + token})
    try:
        print("status", urllib.request.urlopen(ask, timeout=5).status)
    except urllib.error.HTTPError as error:
        print("status", error.code)
END
"""


def test_only_the_cells_own_token_opens_the_gateway(play):
    _, folder = play(ASK, wall_s=30)
    assert (folder / "stdout.txt").read_text().splitlines() == ["status 401", "status 200"]


@pytest.mark.parametrize(
    ("script", "limits", "limit"),
    [
        ("yes x | head -c 1000000000", {"output_mb": 4}, LimitKind.OUTPUT),
        ("sleep 1000", {"wall_s": 1.5}, LimitKind.TIME),
        ("while :; do head -c 3000000 /dev/zero > f$RANDOM$RANDOM || exit; done", {"disk_mb": 64}, LimitKind.DISK),
        ("python3 -c 'x=bytearray(10**9*2)'; exit 1", {"memory_mb": 256}, None),
        (":(){ :|:& };:; sleep 3", {"processes": 64, "wall_s": 10}, None),
        ("setsid nohup bash -c 'trap \"\" TERM; sleep 900' & disown; true", {}, None),
    ],
    ids=["1 GB stdout", "endless", "full disk", "memory hog", "fork bomb", "daemon"],
)
def test_floods_end_in_a_clean_record(play, script, limits, limit):
    record, folder = play(script, **{"wall_s": 60, **limits})
    assert record.outcome.measured
    assert record.outcome is not Outcome.SOLVED
    if limit is not None:
        assert (record.outcome, record.limit_hit) == (Outcome.LIMIT, limit)
    assert {entry.path for entry in record.evidence} >= {"terminal.cast", "trace.jsonl", "verify.json"}
    assert (folder / "terminal.cast").stat().st_size < 40 << 20
    assert record.duration_s < 30


def test_a_limited_agents_good_work_still_counts(play):
    """The solution is laid in, then the agent hangs: solved, with the limit recorded."""
    edits = {path.name: path.read_text() for path in (get_task(TASK).solution / "files").rglob("*.py")}
    ((name, text),) = edits.items()
    (target,) = get_task(TASK).expected_changes
    assert target.endswith(name)
    script = f"cat > {target} <<'END_OF_SOLUTION'\n{text}END_OF_SOLUTION\nsleep 1000"
    record, _ = play(script, wall_s=3)
    assert (record.outcome, record.limit_hit) == (Outcome.SOLVED, LimitKind.TIME)


def test_evidence_on_disk_scores_the_same_again(play):
    record, folder = play("echo hello > note.txt", wall_s=30)
    for version, card in record.scores.items():
        assert rescore(folder, version) == card
    bodies = [gzip.decompress(path.read_bytes()) for path in folder.glob("bodies/*.gz")]
    assert all(KEY.encode() not in body for body in bodies)
    assert (
        json.loads((folder / "record.json").read_text())["outcome"] == "wrong" or record.outcome is Outcome.GAVE_UP
    )
