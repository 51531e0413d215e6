"""The glossary: every name of the vocabulary has one entry, and every link leads somewhere."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from codingagentbench.core.errors import UsageError
from codingagentbench.core.evidence import LatencyStack
from codingagentbench.core.glossary import GROUPS, Glossary, glossary, lookup, slug
from codingagentbench.core.outcome import InvalidCause, LimitKind, Outcome
from codingagentbench.core.record import AXES

DOCS = Path(__file__).parents[3] / "docs"
CODES = [
    *(f"outcome:{item.value}" for item in Outcome),
    *(f"cause:{item.value}" for item in InvalidCause),
    *(f"limit:{item.value}" for item in LimitKind),
    *(f"axis:{name}" for name in (*AXES, "stability")),
    *(f"latency:{name}" for name in LatencyStack.model_fields),
]


@pytest.mark.parametrize("code", CODES)
def test_every_name_of_the_core_has_an_entry(code):
    assert code in lookup(code).codes


def test_no_entry_names_what_the_core_does_not_have():
    known = {*CODES, "latency:active_ms"}
    told = {code for term in glossary().terms for code in term.codes if not code.startswith("violation:")}
    assert told == known


def test_violations_are_those_of_the_integrity_document():
    table = (DOCS / "integrity.md").read_text().partition("## Violations")[2].partition("## Notes")[0]
    documented = set(re.findall(r"^\| `([a-z-]+)`", table, re.MULTILINE))
    told = {
        code.removeprefix("violation:") for term in glossary().terms for code in term.codes if "violation" in code
    }
    assert told == documented


def test_each_outcome_says_what_it_counts_as():
    for item in Outcome:
        plain = lookup(f"outcome:{item.value}").plain
        assert "Counts as" in plain
        assert ("missing" in plain) == (not item.measured)
        assert ("measured and solved" in plain) == (item is Outcome.SOLVED)


@pytest.mark.parametrize("word", [
    "TUI", "model", "task", "plugin stack", "behaviour mode", "cell", "cell_id", "canonical key", "sweep", "axis",
    "evidence", "trap", "twin", "canary", "gateway", "litter", "blast radius", "reference model", "Wilson",
    "hierarchical bootstrap", "McNemar", "Holm", "pass@k", "pass^k", "tied", "rank interval", "PBS", "Ships",
])  # fmt: skip
def test_the_vocabulary_is_there(word):
    assert lookup(word).plain


def test_anchors_are_distinct_and_readable():
    slugs = [term.slug for term in glossary().terms]
    assert len(set(slugs)) == len(slugs)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", word) for word in slugs)
    assert lookup("reference model").slug == "reference-model"
    assert slug("pass@k") != slug("pass^k")


def test_texts_are_whole_sentences_and_groups_all_used():
    for term in glossary().terms:
        assert term.plain.endswith(".") and (not term.expert or term.expert.endswith(".")), term.name
    assert {term.group for term in glossary().terms} == set(GROUPS)


def test_an_unknown_word_is_refused():
    with pytest.raises(UsageError, match="no term 'vibes'"):
        lookup("vibes")


@pytest.mark.parametrize(
    "terms",
    [
        [{"name": "a", "group": "limits", "plain": "."}, {"name": "A", "group": "limits", "plain": "."}],
        [{"name": "a", "group": "limits", "plain": ".", "see": ["b"]}],
        [{"name": "a", "group": "other", "plain": "."}],
    ],
)
def test_faults_of_the_file_are_found(terms):
    with pytest.raises(ValidationError):
        Glossary.model_validate({"version": "1", "term": terms})
