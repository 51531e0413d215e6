"""The definitions' texts against the code: formulas, weights, examples, ranges, names."""

import re
from math import comb, isclose, log10
from pathlib import Path
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import codingagentbench
from codingagentbench.core.errors import UsageError
from codingagentbench.core.evidence import LatencyStack
from codingagentbench.core.record import AXES
from codingagentbench.scoring import METHODOLOGIES, v0_1, v1_0
from codingagentbench.scoring.definitions import (
    VERSIONS,
    axis_definition,
    changelog,
    definition_names,
    definitions_digest,
    definitions_version,
)
from codingagentbench.scoring.worked import worked

EVERY = [axis_definition(name, version) for version in VERSIONS for name in definition_names(version)]
WITH_FORMULA = [found for found in EVERY if found.formula]


def named(found):
    return f"{found.methodology}-{found.name}"


def computed(found, inputs):
    """What the printed formula gives: parts first, then the formula itself."""
    names = {"log10": log10, "comb": comb, "mean": fmean, **inputs}
    for part in found.where:
        names[part] = computed(axis_definition(part, found.methodology), inputs)
    return eval(found.formula, {"__builtins__": {}, **names})


def same(one, other):
    return isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)


@pytest.mark.parametrize("found", WITH_FORMULA, ids=named)
def test_a_worked_example_is_what_the_real_functions_give(found):
    example = found.example
    assert example, "a formula without an example"
    real = worked(found.name, found.methodology, example.inputs)
    digits = len(repr(example.value).partition(".")[2])
    assert round(real, digits) == round(example.value, digits)
    assert same(computed(found, example.inputs), real)


@pytest.mark.parametrize("found", WITH_FORMULA, ids=named)
def test_inputs_are_named_in_the_formula_and_in_the_example(found):
    parts = [axis_definition(part, found.methodology) for part in found.where]
    text = " ".join([found.formula, *(part.formula for part in parts)])
    assert set(found.example.inputs) == set(found.inputs)
    for name in found.inputs:
        assert re.search(rf"\b{name}\b", text), name
    for part in parts:
        assert set(part.inputs) <= set(found.inputs), part.name


SHARE = st.floats(0, 1, allow_nan=False)
AMOUNT = st.floats(0, 1e9, allow_nan=False)
BIT = st.integers(0, 1)
VERDICT = st.sampled_from(["true", "partial", "false"])


@st.composite
def pairs(draw, small, large, least=0, most=30):
    """Two counts, the first at most the second."""
    second = draw(st.integers(least, most))
    return {small: draw(st.integers(0, second)), large: second}


def fixed(**fields):
    return st.fixed_dictionaries(fields)


def joined(*parts):
    return st.tuples(*parts).map(lambda found: {key: value for part in found for key, value in part.items()})


RUNS = st.integers(1, 12).flatmap(lambda n: fixed(n=st.just(n), solved=st.integers(0, n), k=st.integers(1, n)))
MANY = {
    "pass_rate": pairs("passing", "checks"),
    "partial_score": joined(pairs("mended", "to_mend", 1), pairs("kept", "to_keep")),
    "tokens": fixed(prompt_tokens=st.integers(0, 10**9), completion_tokens=st.integers(0, 10**9)),
    "cost": fixed(usd=AMOUNT),
    "latency": fixed(**dict.fromkeys(LatencyStack.model_fields, AMOUNT)),
    "blast_radius": pairs("unexpected", "changed"),
    "blast_radius 0.1": joined(pairs("unexpected", "changed"), fixed(litter=st.integers(0, 9))),
    "refusal": fixed(refusal_correct=VERDICT),
    "integrity": fixed(violations=st.integers(0, 5)),
    "integrity 0.1": fixed(refusal_correct=VERDICT),
    "instructions": pairs("honoured", "declared", 1, 9),
    "composite": fixed(
        integrity=BIT, solved=BIT, total_tokens=AMOUNT, active_ms=AMOUNT, blast_radius=SHARE, instructions=SHARE
    ),
    "composite 0.1": fixed(
        passed=BIT,
        integrity=BIT,
        tokens_per_correct_task=AMOUNT,
        wall_clock_ms=AMOUNT,
        blast_radius=SHARE,
        refusal_expected=BIT,
        refusal_produced=BIT,
    ),
    "cost_efficiency": fixed(total_tokens=AMOUNT),
    "cost_efficiency 0.1": fixed(tokens_per_correct_task=AMOUNT),
    "latency_efficiency": fixed(active_ms=AMOUNT),
    "latency_efficiency 0.1": fixed(wall_clock_ms=AMOUNT),
    "clean": fixed(blast_radius=SHARE, instructions=SHARE),
    "clean 0.1": fixed(blast_radius=SHARE),
    "refusal_factor 0.1": fixed(refusal_expected=BIT, refusal_produced=BIT),
    "pbs": fixed(tasks=st.lists(st.lists(SHARE, min_size=1, max_size=4), min_size=1, max_size=6)),
    "ships": pairs("solved", "valid", 1),
    "stays": pairs("agreeing", "repeated", 1),
    "tokens_per_correct": fixed(spent=st.integers(0, 10**9), solved=st.integers(1, 20)),
    "usd_per_correct": fixed(spent=AMOUNT, solved=st.integers(1, 20)),
    "cheating": pairs("passed", "valid", 1),
    "pass_at_k": RUNS,
    "pass_pow_k": RUNS,
    "active_ms": fixed(**dict.fromkeys(("prefill", "decode", "tool", "idle"), AMOUNT)),
}


@pytest.mark.parametrize("found", WITH_FORMULA, ids=named)
def test_the_printed_formula_is_the_code(found):
    """Over many inputs, not only the example's: what is printed and what scores cells cannot drift apart."""
    own = f"{found.name} {found.methodology}"
    inputs = MANY[own if own in MANY else found.name]

    @settings(max_examples=25, deadline=None, database=None)
    @given(inputs)
    def check(values):
        assert same(computed(found, values), worked(found.name, found.methodology, values))

    check()


def test_the_published_cell_reproduces_to_the_last_digit():
    found = axis_definition("composite", "0.1")
    assert worked("composite", "0.1", found.example.inputs) == 0.5171413010139121 == found.example.value


@pytest.mark.parametrize(("version", "weights"), [("1.0", v1_0.WEIGHTS), ("0.1", v0_1.WEIGHTS)])
def test_weights_in_the_text_are_the_code_s(version, weights):
    found = axis_definition("composite", version)
    assert found.weights == weights
    assert sorted(map(float, re.findall(r"0\.\d+", found.formula))) == sorted(weights.values())


def test_every_axis_and_latency_part_is_defined_under_both():
    assert set(VERSIONS) == set(METHODOLOGIES)
    for version in VERSIONS:
        assert definition_names(version, "axis") == AXES
        assert set(LatencyStack.model_fields) <= set(definition_names(version, "latency"))
        for name in (
            *LatencyStack.model_fields,
            "pbs",
            "ships",
            "stays",
            "costs",
            "stability",
            "tokens_per_correct",
        ):
            assert axis_definition(name, version).plain


@pytest.mark.parametrize("found", EVERY, ids=named)
def test_texts_are_whole_sentences(found):
    texts = (found.plain, found.expert, found.not_applicable, found.not_measured, found.note)
    for text in texts:
        assert not text or text.endswith("."), text
    assert found.plain and found.unit and found.range and found.source


@pytest.mark.parametrize("found", EVERY, ids=named)
def test_sources_are_there(found):
    root = Path(codingagentbench.__file__).parent
    for name in re.findall(r"[a-z_0-9]+/[a-z_0-9/]+(?:\.py)?", found.source):
        assert (root / name).exists() or (root.parents[1] / f"{name}.md").exists(), name


def test_what_is_unknown_is_refused_with_what_is_known():
    with pytest.raises(UsageError, match="nothing called"):
        axis_definition("vibes", "1.0")
    with pytest.raises(UsageError, match="refusal_factor"):
        axis_definition("refusal_factor", "1.0")
    with pytest.raises(UsageError, match="unknown methodology"):
        axis_definition("composite", "2.0")


def test_version_digest_and_changelog():
    assert changelog()[0].version == definitions_version()
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", definitions_digest())


def test_an_unsolved_cell_scores_nothing_under_1_0_and_something_under_0_1():
    nothing = {
        "integrity": 1,
        "solved": 0,
        "total_tokens": 0,
        "active_ms": 0,
        "blast_radius": 0,
        "instructions": 1,
    }
    assert worked("composite", "1.0", nothing) == 0
    idle = {
        "passed": 0,
        "integrity": 1,
        "tokens_per_correct_task": 0,
        "wall_clock_ms": 6000,
        "blast_radius": 0,
        "refusal_expected": 0,
        "refusal_produced": 0,
    }
    assert 0.50 <= worked("composite", "0.1", idle) <= 0.60
