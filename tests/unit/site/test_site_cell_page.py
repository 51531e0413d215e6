"""Pages of cells over real stores: which attempts have one, what lies beside it, and what a path can reach."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codingagentbench.core.outcome import InvalidCause, LimitKind, Outcome
from codingagentbench.core.spec import CellSpec
from codingagentbench.provenance import owner_alive, process_identity
from codingagentbench.site import views
from codingagentbench.site.build import MANIFEST, build
from codingagentbench.site.cell.attempts import Target
from codingagentbench.site.cell.banners import banners
from codingagentbench.site.output import Copy, Page, Resource
from codingagentbench.site.render import Renderer
from codingagentbench.site.site import Site, SiteOptions, open_site
from codingagentbench.site.views.cell import VIEW
from codingagentbench.store import Ledger, RetryPolicy, ledger_path, staging_root
from support.page_text import page_tags, page_text
from support.sweep_cells import make_spec, publish


class Store:
    """A sweep that a test fills attempt by attempt."""

    def __init__(self, results: Path) -> None:
        self.results = results
        (results / "s").mkdir(parents=True)

    def run(self, spec: CellSpec, *outcomes: Outcome | None, **fields: Any) -> None:
        """One attempt an outcome; None is a worker that dies and leaves nothing."""
        with Ledger(
            ledger_path(self.results, "s"), alive=owner_alive, retry=RetryPolicy(retries=9, delay_s=0)
        ) as ledger:
            known = [row.spec for row in ledger.cells()]
            ledger.plan([*known, spec])
            for outcome in outcomes:
                claim = ledger.claim(process_identity(), 60)
                assert claim is not None and claim.spec == spec
                if outcome is None:
                    ledger.lost(claim.owner, "signal 9")
                else:
                    record = publish(staging_root(self.results, "s"), spec, claim.attempt, outcome, **fields)
                    assert ledger.finish(claim, record)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "results")


def _html(site: Site, path: str) -> str:
    page = VIEW.output(site, path, {})
    assert isinstance(page, Page)
    return Renderer(site).html(page)


PLACE = "cell/s/pi/acme/large/polyglot/one/run1"


def test_every_attempt_has_a_page_and_the_valid_one_speaks(store):
    store.run(make_spec(), Outcome.INVALID, None, Outcome.SOLVED)
    site = open_site(store.results)
    assert {planned.path for planned in VIEW.planned(site)} == {
        f"{PLACE}/index.html", f"{PLACE}/attempt1.html", f"{PLACE}/attempt2.html",
    }  # fmt: skip
    speaks = page_text(_html(site, f"{PLACE}/index.html"))
    assert "All 3 attempts" in speaks
    assert "attempt 3 (this page)" in speaks
    assert "not the one that speaks" not in speaks
    silent = _html(site, f"{PLACE}/attempt1.html")
    assert "Attempt 1: not the one that speaks for this cell" in page_text(silent)
    assert "This cell is missing, not zero" in page_text(silent)
    assert ("a", {"href": "index.html"}) in page_tags(silent)


def test_an_attempt_without_a_folder_says_what_is_known(store):
    store.run(make_spec(), None, Outcome.SOLVED)
    site = open_site(store.results)
    text = page_text(_html(site, f"{PLACE}/attempt1.html"))
    assert "It left no folder" in text
    assert "signal 9" in text
    assert "the run was interrupted" in text


def test_a_cell_with_nothing_but_lost_attempts_has_a_page(store):
    store.run(make_spec(), None)
    site = open_site(store.results)
    assert [planned.path for planned in VIEW.planned(site)] == [f"{PLACE}/index.html"]
    assert "No measurement: the run was interrupted." in page_text(_html(site, f"{PLACE}/index.html"))


def test_a_record_that_cannot_be_read_is_said_to_be_so(store):
    store.run(make_spec(), Outcome.SOLVED)
    (store.results / "s/pi/acme/large/polyglot/one/run1/attempt1/record.json").write_text("{}")
    text = page_text(_html(open_site(store.results), f"{PLACE}/index.html"))
    assert "Its record cannot be read: not a record" in text


def test_a_link_in_the_evidence_is_never_followed(store, tmp_path):
    store.run(make_spec(), Outcome.SOLVED)
    (tmp_path / "secret.txt").write_text("tell nobody")
    stdout = store.results / "s/pi/acme/large/polyglot/one/run1/attempt1/stdout.txt"
    stdout.unlink()
    stdout.symlink_to(tmp_path / "secret.txt")
    site = open_site(store.results)
    text = page_text(_html(site, f"{PLACE}/index.html"))
    assert "tell nobody" not in text
    assert "this is a link" in text
    assert VIEW.output(site, f"{PLACE}/attempt1/stdout.txt", {}) is None


@pytest.mark.parametrize(
    "path",
    [
        f"{PLACE}/attempt1/../../../../../../../ledger.sqlite",
        f"{PLACE}/attempt1/../attempt1/stdout.txt",
        f"{PLACE}/attempt1//etc/passwd",
        f"{PLACE}/attempt1/nothing.txt",
        f"{PLACE}/attempt1/",
        f"{PLACE}/attempt7/stdout.txt",
        f"{PLACE}/attempt7.html",
        f"{PLACE}/attempt1.html",
        "cell/../s/index.html",
        "cell/s/index.html",
        "cell/",
        f"{PLACE}/attempt99999999999999999999.html",
    ],
)
def test_a_path_that_names_nothing_known_leads_nowhere(store, path):
    store.run(make_spec(), Outcome.SOLVED)
    assert VIEW.output(open_site(store.results), path, {}) is None


def test_files_beside_the_page_are_those_its_paths_answer(store):
    store.run(make_spec(), Outcome.SOLVED)
    site = open_site(store.results)
    page = VIEW.output(site, f"{PLACE}/index.html", {})
    assert isinstance(page, Page)
    files = {file.path: file for file in page.files()}
    assert set(files) == {
        f"{PLACE}/attempt1/{name}" for name in ("trace.js", "terminal.js", "record.json", "stdout.txt")
    }
    for path, file in files.items():
        answer = VIEW.output(site, path, {})
        assert answer == file
        assert isinstance(answer, Copy | Resource)


def test_without_evidence_the_digests_stay_and_the_files_go(store):
    store.run(make_spec(), Outcome.SOLVED)
    site = open_site(store.results, SiteOptions(evidence=False))
    page = VIEW.output(site, f"{PLACE}/index.html", {})
    assert isinstance(page, Page)
    assert {file.path.rpartition("/")[2] for file in page.files()} == {"trace.js", "terminal.js"}
    assert VIEW.output(site, f"{PLACE}/attempt1/stdout.txt", {}) is None
    assert "This site was built without them" in page_text(Renderer(site).html(page))


def test_a_ledger_that_names_a_folder_elsewhere_is_not_believed(store):
    store.run(make_spec(), Outcome.SOLVED)
    site = open_site(store.results)
    line = replace(site.catalogue.lines[0], directory="../../etc")
    moved = Site(site.results, type(site.catalogue)([line]), site.options)
    assert "It left no folder" in page_text(_html(moved, f"{PLACE}/index.html"))


def test_an_invalid_cell_is_missing_with_its_cause_on_every_card(store):
    store.run(make_spec(), Outcome.INVALID, cause=InvalidCause.RATE_LIMITED)
    text = page_text(_html(open_site(store.results), f"{PLACE}/index.html"))
    assert "Invalid: rate limited." in text
    assert "no axis is filled, and rankings leave it out" in text
    assert "missing invalid: no axis is filled" in text


def test_what_a_reader_must_know_first_is_in_banners(store):
    store.run(make_spec(), Outcome.SOLVED)
    site = open_site(store.results)
    plain = site.catalogue.lines[0]
    line = replace(
        plain, outcome=Outcome.CHEATED, violations=("secret-leaked",), limit_hit=LimitKind.TIME, provisional=True,
        sandboxed=False, reference=True,
    )  # fmt: skip
    found = banners(Target(line, line), None, everywhere=False)
    assert [banner.id for banner in found] == ["cheated", "limit", "provisional", "unsandboxed", "reference"]
    assert found[0].facts[0].kind == "secret-leaked"
    assert [banner.id for banner in banners(Target(line, plain), None, everywhere=True)][-1] == "unsandboxed"
    assert banners(Target(plain, plain), None, everywhere=False) == ()


def test_a_page_changes_its_stamp_with_its_neighbours_only(store):
    store.run(make_spec(task="polyglot/one"), Outcome.SOLVED)
    store.run(make_spec(task="other/one"), Outcome.SOLVED)
    before = {planned.path: planned.stamp for planned in VIEW.planned(open_site(store.results))}
    store.run(make_spec(task="polyglot/one", tui="codex"), Outcome.SOLVED)
    after = {planned.path: planned.stamp for planned in VIEW.planned(open_site(store.results))}
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {f"{PLACE}/index.html"}


@pytest.fixture
def only_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codingagentbench.site.build.views", lambda: (VIEW,))
    assert views.view_of("cell") is VIEW


def test_a_build_moves_the_files_with_the_attempt_they_belong_to(store, tmp_path, only_cells):
    spec = make_spec()
    store.run(spec, Outcome.INVALID)
    target = tmp_path / "site"
    build(open_site(store.results), target, jobs=1)
    assert (target / f"{PLACE}/attempt1/stdout.txt").is_file()
    (target / f"{PLACE}/attempt1/left-over.txt").touch()

    store.run(spec, Outcome.SOLVED)
    built = build(open_site(store.results), target, jobs=1)
    assert built.made == 2
    assert (target / f"{PLACE}/attempt2/stdout.txt").is_file()
    assert (target / f"{PLACE}/attempt1/stdout.txt").is_file()
    assert not (target / f"{PLACE}/attempt1/left-over.txt").exists()
    assert build(open_site(store.results), target, jobs=1).made == 0

    build(open_site(store.results, SiteOptions(evidence=False)), target, jobs=1)
    assert not (target / f"{PLACE}/attempt2/stdout.txt").exists()
    assert (target / f"{PLACE}/attempt2/trace.js").is_file()


def test_a_manifest_that_names_what_lies_outside_is_not_followed(store, tmp_path, only_cells):
    store.run(make_spec(), Outcome.SOLVED)
    target, outside = tmp_path / "site", tmp_path / "outside"
    build(open_site(store.results), target, jobs=1)
    outside.mkdir()
    (outside / "file").touch()
    manifest = json.loads((target / MANIFEST).read_text())
    manifest |= {"x.html": "abc ../outside", "../outside/file": "abc", "y.html": f"abc {outside}"}
    (target / MANIFEST).write_text(json.dumps(manifest))
    build(open_site(store.results), target, jobs=1)
    assert (outside / "file").exists()
