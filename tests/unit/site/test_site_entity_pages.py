"""Pages of agents, models, pairs, tasks, sweeps, plugins: every planned page, empty ones, hostile names."""

import json
import re
import time
from functools import lru_cache
from html import unescape

import pytest

from codingagentbench.core.outcome import Outcome
from codingagentbench.core.task import twin_id
from codingagentbench.site import paths
from codingagentbench.site.output import Copy, Page
from codingagentbench.site.render import Renderer
from codingagentbench.site.views import agents, cells, models, pairs, plugins, sweeps, tasks
from codingagentbench.tasks import list_tasks
from support.lines import made_line, made_site

VIEWS = {
    view.__name__.rpartition(".")[2]: view.VIEW for view in (agents, models, pairs, tasks, sweeps, plugins, cells)
}
TASK = "polyglot/python-reverse-string"
PLUGIN = "terse@1#0123456789ab"


renderer = lru_cache(maxsize=4)(Renderer)
"""Templates are compiled once a site, not once a page."""


def page(site, view, path, query=None):
    made = VIEWS[view].output(site, path, query or {})
    assert isinstance(made, Page), path
    return renderer(site).html(made)


def text(html):
    body = html.partition("<main")[2]
    body = re.sub(r"<script.*?</script>", " ", body, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def solving(tui, count, **fields):
    """Ten tasks, so many of them solved."""
    outcomes = [Outcome.SOLVED] * count + [Outcome.WRONG] * (10 - count)
    return [made_line(tui, task=f"f/t{n}", outcome=outcome, **fields) for n, outcome in enumerate(outcomes)]


def varied_lines():
    """Known and unknown agents, real and reference models, a plugin, a twin, lost and left-out cells."""
    found = []
    for tui in ("pi", "codex", "gone"):
        for model in ("acme/large", "acme/small", "reference/oracle"):
            for run in (1, 2):
                solved = Outcome.SOLVED if (tui, run) != ("codex", 2) else Outcome.WRONG
                found.append(made_line(tui, model, TASK, run, solved))
                found.append(made_line(tui, model, "lost/task", run, Outcome.GAVE_UP, task_digest="sha256:old"))
    found.append(made_line("pi", task=TASK, plugin_stack=(PLUGIN,), outcome=Outcome.WRONG))
    found.append(made_line("pi", task=twin_id(TASK), outcome=Outcome.CHEATED, violations=("tests_weakened",)))
    found.append(made_line("pi", task="polyglot/two", outcome=Outcome.INVALID))
    found.append(made_line("pi", task="polyglot/two", run=2, outcome=Outcome.INVALID, place="", directory=""))
    found.append(made_line("pi", task="polyglot/two", run=3, provisional=True))
    found.append(made_line("solo", task="polyglot/two", sandboxed=False))
    found.append(made_line("pi", task=TASK, sweep_id="later", task_digest="sha256:new", started_at="2026-12-01"))
    return found


VARIED = varied_lines()


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("live", [False, True])
def test_every_planned_page_is_made_and_belongs_to_its_view(name, live):
    site = made_site(*VARIED, live=live)
    planned = list(VIEWS[name].planned(site))
    assert planned
    assert len({one.path for one in planned}) == len(planned)
    for one in planned:
        assert one.path.partition("/")[0] in VIEWS[name].heads
        made = VIEWS[name].output(site, one.path, {})
        assert made is not None
        assert made.path == one.path
        if isinstance(made, Page):
            html = renderer(site).html(made)
            assert "<h1>" in html
            assert made.summary.strip()


@pytest.mark.parametrize("name", VIEWS)
def test_pages_of_a_site_without_a_single_cell(name):
    site = made_site()
    for one in VIEWS[name].planned(site):
        assert len(text(page(site, name, one.path))) > 40


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("agents", "agent/nobody.html"), ("agents", "agent/../agents.html"), ("agents", "agent/pi"),
        ("models", "model/acme.html"), ("models", "model/acme/huge.html"), ("pairs", "pair/pi.html"),
        ("tasks", "task/polyglot.html"), ("tasks", "task/polyglot/none.html"), ("sweeps", "sweep/none.html"),
        ("sweeps", "sweep/made-up/cells-0.html"), ("sweeps", "sweep/made-up/cells-01.html"),
        ("sweeps", "sweep/made-up/cells-9.html"), ("sweeps", "sweep/made-up/cells-٣.html"),
        ("sweeps", "sweep/made-up/ledger.sqlite"), ("sweeps", "sweep/../sweep.toml"),
        ("plugins", "plugin/none.html"),
    ],
)  # fmt: skip
def test_nothing_lies_at_other_paths(name, path):
    assert VIEWS[name].output(made_site(*VARIED), path, {}) is None


def test_an_agent_that_is_unknown_here_is_shown_with_its_results():
    html = page(made_site(*VARIED), "agents", paths.agent("gone"))
    assert "does not know an agent of this name" in html
    assert "cab agents doctor gone" not in html
    assert "4 of 8 valid cells" in text(html)


def test_an_agent_without_results_is_shown_with_its_definition():
    said = text(page(made_site(made_line("pi")), "agents", paths.agent("aider")))
    assert "no result of this agent here yet" in said
    assert "cannot delete a file" in said
    assert "cab agents doctor aider" in said


def test_an_agents_page_names_version_licence_dialect_gaps_and_home_page():
    html = page(made_site(*VARIED), "agents", paths.agent("codex"))
    said = text(html)
    for fact in ("0.169.0", "Apache-2.0", "responses: POST /v1/responses", "needs an endpoint", "@openai/codex"):
        assert fact in said
    assert 'rel="external noopener noreferrer"' in html


def test_reference_cells_stay_apart_where_there_are_real_ones():
    site = made_site(made_line("pi", outcome=Outcome.WRONG), made_line("pi", "reference/oracle"))
    html = page(site, "agents", paths.agent("pi"))
    assert "0 of 1 valid cells solved" in text(html)
    assert "Over all real models" in html


def test_a_models_page_says_how_far_agents_move_it():
    lines = [*solving("pi", 8), *solving("codex", 2)]
    said = text(page(made_site(*lines), "models", paths.model("acme/large")))
    assert "from 20 % solved with codex to 80 % with pi" in said
    assert "60 percentage points" in said


def test_a_pairs_page_shows_what_is_missing_with_its_cause_and_never_as_a_zero():
    lines = [made_line("pi"), made_line("pi", task="f/two", outcome=Outcome.INVALID)]
    said = text(page(made_site(*lines), "pairs", paths.pair(lines[0].pair)))
    assert "rate limited 1" in said
    assert "1 of 1 valid cells, 1 tasks" in said
    assert "no valid run" in said


def test_a_pair_whose_cells_do_not_count_says_so():
    said = text(page(made_site(*VARIED), "pairs", paths.pair(("solo", "acme/large", (), "factory"))))
    assert "No cell of this pair counts in a ranking" in said
    assert "1 unsandboxed" in said


def test_a_tasks_results_are_split_where_its_digest_changed():
    said = text(page(made_site(*VARIED), "tasks", paths.task(TASK)))
    assert said.count("Results under different digests are not comparable") == 2


def test_a_lost_attempt_is_listed_without_a_link():
    site = made_site(*VARIED)
    html = page(site, "sweeps", paths.sweep_cells("made-up", 1))
    assert "no evidence was left" in html
    assert 'href="../../cell//' not in html
    assert "cell//" not in page(site, "tasks", paths.task("polyglot/two"))


def test_cells_of_a_sweep_are_listed_200_a_page():
    site = made_site(*(made_line("pi", run=run) for run in range(1, 451)))
    listed = [one.path for one in sweeps.VIEW.planned(site) if "/cells-" in one.path]
    assert listed == [paths.sweep_cells("made-up", number) for number in (1, 2, 3)]
    rows = [page(site, "sweeps", path).count("<tr>") - 1 for path in listed]
    assert rows == [200, 200, 50]


def test_the_served_list_of_cells_takes_filters():
    site = made_site(*VARIED, live=True)
    found = text(page(site, "cells", paths.CELLS, {"tui": "co*", "outcome": "wrong"}))
    assert "3 cells found" in found
    assert "0 cells found" in text(page(site, "cells", paths.CELLS, {"task": "no/such"}))
    assert "No outcome is called" in text(page(site, "cells", paths.CELLS, {"outcome": "<script>"}))
    assert "page 1 of 1" not in text(page(site, "cells", paths.CELLS, {"page": "99999999999"}))


def test_a_static_list_of_cells_has_no_form_and_ignores_a_query():
    site = made_site(*VARIED)
    assert page(site, "cells", paths.CELLS, {"tui": "pi"}) == page(site, "cells", paths.CELLS)
    assert "<form" not in page(site, "cells", paths.CELLS)


def test_a_plugins_page_shows_its_effect_and_its_file_when_it_is_found(tmp_path, monkeypatch):
    from codingagentbench.plugins import load_plugin

    (tmp_path / "terse.toml").write_text('name = "terse"\nargs = ["--brief"]\n[env]\nTERSE = "1"\n')
    monkeypatch.setenv("CAB_PLUGINS", str(tmp_path))
    reference = load_plugin("terse").reference
    lines = [*solving("pi", 2), *solving("pi", 9, plugin_stack=(reference,))]
    site = made_site(*lines)
    said = text(page(site, "plugins", paths.plugin(reference)))
    assert "--brief" in said
    assert "TERSE=1" in said
    assert "yes, better" in said
    monkeypatch.delenv("CAB_PLUGINS")
    assert "Not known here" in text(page(made_site(*lines), "plugins", paths.plugin(reference)))


HOSTILE = "<script>alert(1)</script>\u202e\x1b[31m"


def test_hostile_texts_are_shown_and_do_nothing():
    stack = (HOSTILE, "../../up", "x" * 300)
    line = made_line(
        "pi", plugin_stack=stack, behavior_mode=HOSTILE, tui_version=HOSTILE, model_build_id=HOSTILE,
        task_digest=HOSTILE, violations=(HOSTILE,), language=HOSTILE, cause_detail=HOSTILE, started_at=HOSTILE,
        methodology="1.0",
    )  # fmt: skip
    site = made_site(line, made_line("pi"))
    for name, view in VIEWS.items():
        for one in view.planned(site):
            assert ".." not in one.path.split("/")
            assert all(len(part) < 200 for part in one.path.split("/"))
            html = page(site, name, one.path)
            assert "<script>alert" not in html
            assert "\u202e" not in html
            assert "\x1b" not in html


def hidden_texts(task):
    """What a task hides: its canary, expected answers, oracle patterns, lines of its solution and of its tests."""
    yield task.canary
    for claim in task.refusal.must_establish if task.refusal else ():
        yield claim.name
        for group in claim.all_of:
            yield from (pattern for pattern in group if len(pattern) > 12)
    for check in task.checks:
        yield from (field for field in check.expected if len(field) > 12)
    shown = task.instruction + "".join(
        file.read_text(errors="replace") for file in task.workdir.rglob("*") if file.is_file()
    )
    for folder in (task.solution, task.tests):
        for file in (file for file in folder.rglob("*") if file.is_file()):
            lines = file.read_text(errors="replace").splitlines()
            yield from (line.strip() for line in lines if len(line.strip()) > 30 and line.strip() not in shown)


def test_nothing_hidden_of_any_task_is_on_its_page():
    site = made_site(*(made_line("pi", "reference/oracle", task.id) for task in list_tasks()))
    for task in list_tasks():
        said = unescape(page(site, "tasks", paths.task(task.id)))
        leaked = [hidden for hidden in hidden_texts(task) if hidden and hidden in said]
        assert leaked == [], task.id
        assert any(hidden_texts(task))


def test_the_index_of_tasks_does_not_tell_which_are_traps():
    said = page(made_site(), "tasks", paths.TASKS)
    assert "trap" not in said.lower()


def stamps(site):
    return {one.path: one.stamp for view in VIEWS.values() for one in view.planned(site)}


def test_a_new_cell_changes_the_stamps_of_what_it_is_part_of_and_of_nothing_else():
    before = stamps(made_site(*VARIED))
    after = stamps(made_site(*VARIED, made_line("codex", "acme/small", "polyglot/new")))
    changed = {path for path, stamp in after.items() if before.get(path) != stamp}
    assert paths.agent("codex") in changed
    assert paths.model("acme/small") in changed
    assert paths.task("polyglot/new") in changed
    assert paths.sweep("made-up") in changed
    assert not changed & {paths.agent("pi"), paths.model("acme/large"), paths.task(TASK), paths.sweep("later")}
    assert stamps(made_site(*VARIED)) == before


def test_planning_20000_cells_is_quick():
    outcomes = (Outcome.SOLVED, Outcome.WRONG)
    lines = [
        made_line(
            f"tui{n % 5}", f"acme/m{n // 5 % 8}", f"family/t{n // 40 % 50:02d}", n // 2000 + 1, outcomes[n % 2]
        )
        for n in range(20_000)
    ]
    site = made_site(*lines)
    _ = site.base_stamp, site.tasks, site.agents
    began = time.process_time()
    assert len(stamps(site)) > 200
    assert time.process_time() - began < 1.5


def test_a_sweep_shows_and_hands_on_the_file_that_defined_it(tmp_path):
    from dataclasses import replace

    (tmp_path / "made-up").mkdir()
    (tmp_path / "made-up" / "sweep.toml").write_text('[sweep]\nid = "made-up" # </pre><script>\n')
    site = replace(made_site(*VARIED), results=tmp_path)
    html = page(site, "sweeps", paths.sweep("made-up"))
    assert "&lt;/pre&gt;&lt;script&gt;" in html
    assert "cab sweep run results/made-up/sweep.toml" in html
    handed = sweeps.VIEW.output(site, paths.sweep_definition("made-up"), {})
    assert isinstance(handed, Copy)
    assert handed.source == tmp_path / "made-up" / "sweep.toml"


def test_overhead_survives_torn_and_hostile_evidence(tmp_path):
    from codingagentbench.site.entities.overhead import overhead

    lines = [made_line("pi", "reference/oracle", run=run) for run in (1, 2, 3, 4)]
    for line, record, call in zip(
        lines,
        ({"agent_cpu_s": 1.5, "peak_memory_bytes": 1000}, {"agent_cpu_s": "NaN"}, [1], {}),
        ('{"start_ms": 700}', '{"start_ms": null}', "{", "[" * 100_000),
        strict=True,
    ):
        folder = tmp_path / line.directory
        folder.mkdir(parents=True)
        (folder / "record.json").write_text(json.dumps(record))
        (folder / "model_calls.jsonl").write_text(call + "\n")
    measures = {one.name: one.reference for one in overhead(tmp_path, lines)}
    assert measures["Agent's CPU time"].median == 1500
    assert measures["Agent's CPU time"].n == 1
    assert measures["Start to first model call"].median == 200
    assert measures["Model calls"].n == 4
