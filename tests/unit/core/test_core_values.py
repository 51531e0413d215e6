"""Identities and typed absence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from codingagentbench.core.digest import canonical_json, digest_of
from codingagentbench.core.spec import CanonicalKey, CellSpec, Limits
from codingagentbench.core.values import AbsentValueError, AxisValue, Measured, NotApplicable, NotMeasured, require

SPEC = CellSpec(sweep_id="s", tui="pi", model="v/m", task="f/t")


def test_cell_id_has_a_run_suffix_from_the_second_run_on():
    assert SPEC.cell_id == "s/pi/v/m/f/t"
    assert SPEC.model_copy(update={"run": 2}).cell_id == "s/pi/v/m/f/t#run2"


@pytest.mark.parametrize(
    "bad",
    [
        {"model": "nomodel"},
        {"model": "../etc/x"},
        {"model": "v//m"},
        {"task": "f/t/u"},
        {"task": "f/../t"},
        {"sweep_id": "a/b"},
        {"sweep_id": ".."},
        {"sweep_id": ""},
        {"tui": "p\ni"},
        {"run": 0},
    ],
)
def test_unsafe_identities_are_refused(bad):
    with pytest.raises(ValidationError):
        CellSpec(**{**SPEC.model_dump(), **bad})


def test_other_limits_make_another_cell():
    assert SPEC.digest != SPEC.model_copy(update={"limits": Limits(wall_s=1)}).digest


def test_each_of_the_nine_fields_is_in_the_fingerprint():
    key = CanonicalKey(
        sweep_id="s", tui="t", image_digest="i", model_build_id="b", task_id="f/t", task_digest="d",
        plugin_stack=(), behavior_mode="factory", run=1,
    )  # fmt: skip
    assert len(CanonicalKey.model_fields) == 9
    for field in CanonicalKey.model_fields:
        other = {"plugin_stack": ("p",), "run": 2}.get(field, "other")
        assert key.model_copy(update={field: other}).fingerprint != key.fingerprint


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner)
)


@given(st.dictionaries(st.text(), json_values))
def test_key_order_never_changes_a_digest(value):
    assert digest_of(value) == digest_of(dict(reversed(list(value.items()))))
    assert canonical_json(value) == canonical_json(dict(sorted(value.items(), reverse=True)))


def test_absent_values_are_refused_by_formulas_and_survive_json():
    adapter = TypeAdapter(AxisValue)
    for value in (
        Measured(value=0.0),
        NotMeasured(why="no usage", low=0.1, high=0.2),
        NotApplicable(why="ordinary"),
    ):
        assert adapter.validate_json(adapter.dump_json(value)) == value
    assert require(Measured(value=0.0)) == 0.0
    with pytest.raises(AbsentValueError, match="tokens is not measured: no usage"):
        require(NotMeasured(why="no usage"), "tokens")
    with pytest.raises(AbsentValueError):
        require(NotApplicable(why=""))
