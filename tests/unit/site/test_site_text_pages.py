"""Glossary, methodology, provenance, integrity ledger, submit, cite and about, from made-up cells."""

import json
import re
from html import unescape

import pytest

from codingagentbench.core.evidence import Violation
from codingagentbench.core.glossary import glossary
from codingagentbench.core.outcome import InvalidCause, Outcome
from codingagentbench.provenance import process_identity
from codingagentbench.scoring.definitions import axis_definition, definitions_digest
from codingagentbench.site import paths
from codingagentbench.site.account.exploits import exploits
from codingagentbench.site.account.sources import results_fingerprint
from codingagentbench.site.render import Renderer
from codingagentbench.site.site import SiteOptions, open_site
from codingagentbench.site.views import view_of
from codingagentbench.store import (
    REMOVALS_NAME,
    Ledger,
    Staging,
    cell_place,
    evidence_files,
    ledger_path,
    rebuild,
    staging_root,
    write_record,
)
from support.link_check import Document
from support.sweep_cells import make_record, make_spec

PAGES = (
    paths.GLOSSARY, paths.METHODOLOGY, paths.PROVENANCE, paths.INTEGRITY, paths.SUBMIT, paths.CITE, paths.ABOUT,
)  # fmt: skip
HOSTILE = "<script>alert(1)</script>\u202etxt.exe\x1b[31m"


def put(results, spec, attempt=1, outcome=Outcome.SOLVED, kinds=(), **fields):
    """An attempt's folder with a record, as the runner leaves it."""
    found = tuple(Violation(kind=kind, detail="seen", could_buy_verdict=True) for kind in kinds)
    record = make_record(spec, attempt, outcome, **fields).model_copy(update={"violations": found})
    with Staging(staging_root(results, "s"), process_identity()) as staging:
        (staging.path / "stdout.txt").write_text("out\n")
        write_record(staging.path, record.model_copy(update={"evidence": evidence_files(staging.path)}))
        staging.publish(spec, attempt)
    return record


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Solved, cheated, missing, measured twice, no longer planned, removed; agents with hostile model builds."""
    results = tmp_path_factory.mktemp("text-pages")
    names = ("one", "two", "gone", "missing", "removed")
    one, two, gone, missing, removed = (make_spec(task=f"polyglot/{name}") for name in names)
    put(results, one, 1, Outcome.WRONG)
    put(results, one, 2, ended_at="2026-01-02T00:00:01Z")
    put(results, two, outcome=Outcome.CHEATED, kinds=("special-casing", HOSTILE))
    put(results, gone, outcome=Outcome.WRONG)
    put(results, missing, outcome=Outcome.INVALID, cause=InvalidCause.RATE_LIMITED)
    put(results, removed)
    rebuild(results, "s", alive=lambda _: False)
    with Ledger(ledger_path(results, "s"), alive=lambda _: False) as ledger:
        ledger.plan([one, two, missing, removed])
    (results / REMOVALS_NAME).write_text(
        f"""[[removal]]
cell = "{cell_place(removed)}"
date = 2026-11-23
why = "Wrong <b>checks</b> until this day."

[[removal]]
cell = "s/no/such/cell"
date = 2026-11-23
why = "It never was there."
"""
    )
    return open_site(results, SiteOptions(base_url="https://bench.example.org"))


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    return open_site(tmp_path_factory.mktemp("no-cells"))


def html(site, path):
    return Renderer(site).html(view_of(path).output(site, path, {}))


def text(markup):
    """What a reader sees, on one line."""
    body = markup.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def section(markup, name):
    """The part below one heading."""
    return text("<main>" + markup.partition(f'<h2 id="{name}"')[2].partition("<h2 id=")[0] + "</main>")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("which", ["site", "empty"])
def test_every_page_is_whole_and_escapes(request, which, path):
    made = html(request.getfixturevalue(which), path)
    document = Document(path)
    document.feed(made)
    assert document.headings == 1 and document.inline == [] and document.lang == "en"
    assert len(set(document.ids)) == len(document.ids)
    for tag, _, target in document.targets:
        if tag == "a" and target.startswith("#"):
            assert target[1:] in document.ids, target
    assert "<script>alert" not in made and "\u202e" not in made and "\x1b" not in made
    assert "<b>checks" not in made


@pytest.mark.parametrize("path", PAGES)
def test_a_table_of_contents_and_both_reading_levels(site, path):
    made = html(site, path)
    assert 'class="toc"' in made
    assert re.search(r'class="[^"]*\bexpert\b', made) or path in (paths.CITE,)


def test_pages_are_planned_once_and_change_with_the_results(site, empty):
    for path in PAGES:
        planned = [one for one in view_of(path).planned(site) if one.path == path]
        assert len(planned) == 1
        again = [one for one in view_of(path).planned(site) if one.path == path]
        assert planned == again
    ledgers = [next(iter(view_of(paths.INTEGRITY).planned(one))).stamp for one in (site, empty)]
    assert ledgers[0] != ledgers[1]


def test_no_other_path_is_answered(site):
    assert view_of(paths.ABOUT).output(site, "about.html/x", {}) is None
    assert view_of(paths.INTEGRITY).output(site, "integrity.htm", {}) is None


def test_glossary_holds_every_term_at_its_anchor(site):
    made = html(site, paths.GLOSSARY)
    seen = text(made).replace(" ", "")
    for term in glossary().terms:
        assert f'id="{term.slug}"' in made
        assert term.plain.replace("`", "").replace(" ", "") in seen, term.name


def test_methodology_prints_formulas_and_computed_numbers(site):
    made = html(site, paths.METHODOLOGY)
    seen = text(made)
    for version in ("1.0", "0.1"):
        assert axis_definition("composite", version).formula in seen
    assert definitions_digest() in seen
    assert "0.5171" in section(made, "composite")
    compared = section(made, "compared")
    assert re.search(r"does nothing at all .* 0\.000 0\.5[0-9]{2}", compared)
    assert re.search(r"passes by editing the tests .* 0\.000 0\.9[0-9]{2}", compared)
    assert "0.531 to 0.888" in section(made, "statistics")


def test_integrity_lists_cheats_missing_remeasured_unplanned_and_removed(site):
    made = html(site, paths.INTEGRITY)
    assert "s/pi/acme/large/polyglot/two cheated special-casing" in section(made, "findings")
    assert "rate limited 1 cell" in section(made, "invalid")
    assert "attempt 2: solved attempt 1 : wrong" in section(made, "remeasured")
    assert "polyglot/gone" in section(made, "unplanned") and "polyglot/one" not in section(made, "unplanned")
    removals = section(made, "removals")
    assert "Wrong <b>checks</b> until this day." in removals and "the results hold no such cell" in removals
    assert "1 cell removed, 1 of them solved" in removals
    assert f"{len(exploits().attacks)} attacks in 23 of 23 classes" in section(made, "exploits")


def test_integrity_as_data_has_everything(site):
    output = view_of("integrity.json").output(site, "integrity.json", {})
    data = json.loads(output.body)
    assert {one["outcome"] for one in data["violations"]} == {"cheated"}
    assert data["removals"][0]["said"]["outcome"] == "solved" and data["removals"][1]["said"] is None
    assert data["remeasured"][0]["others"] == [[1, "wrong"]]


def test_removals_are_said_at_the_foot_of_every_page(site, empty):
    assert "2 cells were removed" in html(site, paths.ABOUT)
    assert "removed from these results" not in html(empty, paths.ABOUT)


def test_provenance_names_sources_and_commands(site):
    seen = text(html(site, paths.PROVENANCE))
    assert results_fingerprint(site.catalogue.lines) in seen
    assert "genai-prices" in seen and "asciinema-player" in seen and "Apache License" in seen
    assert "no longer planned" in seen
    assert "cab score results/s/pi/acme/large/polyglot/" in seen


def test_the_fingerprint_of_results_changes_with_any_cell(site):
    lines = site.catalogue.lines
    assert results_fingerprint(lines) == results_fingerprint(reversed(lines))
    assert results_fingerprint(lines) != results_fingerprint(lines[1:])


def test_cite_names_version_fingerprint_and_a_citable_cell(site, empty):
    made = text(html(site, paths.CITE))
    assert results_fingerprint(site.catalogue.lines) in made and "cff-version: 1.2.0" in made
    assert "@misc{codingagentbench," in made and "https://bench.example.org" in made
    assert re.search(r"CodingAgentBench cell s/pi/acme/large/polyglot/\w+, attempt \d, sha256:", made)
    assert "hold no citable cell" in text(html(empty, paths.CITE))
    assert "url" not in text(html(empty, paths.CITE)).partition("@misc")[2].partition("cff-version")[0]


def test_exploits_are_all_classes():
    assert len(exploits().classes) == 23
    assert all(attacks for _, _, attacks in exploits().by_class())
