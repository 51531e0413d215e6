"""The record: valid by its own schema, every fact of the published page in it, scored again the same."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from support.cab import attempt_of, cab, need_agent

PAGE = Path(__file__).parents[1] / "data" / "seed-cell-page.txt"
CELL = ("--tui", "pi", "--model", "reference/oracle", "--task", "polyglot/python-reverse-string")
pytestmark = pytest.mark.agents


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    need_agent("pi")
    results = tmp_path_factory.mktemp("results")
    return cab("run", *CELL, "--out", results, "--json").json, results


def page_keys():
    """Axis -> key names, as the published page's scorer breakdown lists them."""
    page = PAGE.read_text().split("Axis Keys Values")[1].split("Trace replay")[0]
    return {
        axis: keys.split(", ")
        for axis, keys in re.findall(r"^(\w+) ([a-z_]+(?:, [a-z_]+)+) \{", page, re.MULTILINE)
    }


def test_the_record_is_valid_by_the_schema_that_cab_prints(ran):
    schema = cab("schema", "record").json
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(ran[0], schema)


def test_every_key_of_the_published_scorer_breakdown_is_there(ran):
    assert len(page_keys()) == 7
    axes = ran[0]["scores"]["0.1"]["axes"]
    for axis, names in page_keys().items():
        missing = set(names) - set(axes[axis]["keys"])
        assert not missing, f"{axis}: {missing}"
    components = json.loads(re.search(r'"components":(\{.*?\})', PAGE.read_text()).group(1))
    assert set(components) <= set(axes["composite"]["keys"]["components"])
    assert axes["composite"]["keys"]["weights"] == {
        "pass_rate": 0.4, "integrity": 0.2, "cost": 0.15, "latency": 0.15, "blast_radius": 0.1,
    }  # fmt: skip


def test_the_published_identity_and_timing_are_there(ran):
    record = ran[0]
    assert record["cell_id"] == "adhoc/pi/reference/oracle/polyglot/python-reverse-string"
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", record["image_digest"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", record["started_at"])
    assert record["started_at"] < record["ended_at"]
    assert len(record["key"]) == 9
    for name in ("container_image", "model_build_id", "exit_code", "duration_s", "fingerprint", "host"):
        assert record[name] is not None
    host = record["host"]
    assert host["cores"] >= 1
    assert host["memory_mb"] > 0
    assert host["parallel_jobs"] == 1
    assert {"python", "agent runtime"} <= set(host["tools"])


@pytest.mark.parametrize("version", ["0.1", "1.0"])
def test_cab_score_computes_the_recorded_card_from_the_files(ran, version):
    record, results = ran
    card = cab("score", attempt_of(record, results), "--methodology", version, "--json").json
    assert card["axes"] == record["scores"][version]["axes"]


def test_showing_a_cell_by_id_and_by_folder(ran):
    record, results = ran
    by_id = cab("cells", "show", record["cell_id"], "--out", results)
    by_folder = cab("cells", "show", attempt_of(record, results))
    assert "outcome: solved" in by_id.out
    assert by_id.out.splitlines()[:3] == by_folder.out.splitlines()[:3]
    assert "REFERENCE MODEL" in by_id.out


def test_references_and_provisional_cells_stay_out_of_rankings_unless_asked_for(ran, tmp_path):
    results = ran[1]
    assert cab("leaderboard", "--out", results, "--json").json["rows"] == []
    (row,) = cab("leaderboard", "--out", results, "--references", "--json").json["rows"]
    assert (row["tui"], row["reference"]) == ("pi", True)
    checked = cab("check", *CELL, "--out", tmp_path)
    assert "not for citation" in checked.out
    assert cab("leaderboard", "--out", tmp_path, "--references", "--json").json["rows"] == []
    assert len(cab("leaderboard", "--out", tmp_path, "--references", "--provisional", "--json").json["rows"]) == 1


def test_a_plugin_is_applied_and_part_of_the_identity(ran, tmp_path):
    plugin = tmp_path / "p.toml"
    plugin.write_text(
        'name = "p"\nargs = ["--thinking", "off"]\n[env]\nP = "1"\n[workdir_files]\n"NOTES.md" = "be terse"\n'
    )
    record = cab("run", *CELL, "--plugin", plugin, "--out", tmp_path, "--json").json
    assert record["outcome"] == "solved"
    assert record["scores"]["1.0"]["axes"]["blast_radius"]["value"]["value"] == 0
    assert record["fingerprint"] != ran[0]["fingerprint"]
    (stack,) = record["key"]["plugin_stack"]
    assert stack.startswith("p@0#")
    spans = [json.loads(line) for line in next(tmp_path.rglob("trace.jsonl")).read_text().splitlines()]
    (applied,) = [span["attrs"] for span in spans if span["kind"] == "applied_plugins"]
    assert (applied["applied_count"], applied["env_keys"]) == (1, ["P"])


def test_without_a_sandbox_it_says_so(tmp_path):
    record = cab("run", *CELL, "--sandbox", "none", "--out", tmp_path, "--json").json
    assert (record["outcome"], record["sandboxed"]) == ("solved", False)
    assert cab("leaderboard", "--out", tmp_path, "--references", "--json").json["left_out"] == {"unsandboxed": 1}
