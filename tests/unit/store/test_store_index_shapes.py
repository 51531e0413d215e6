"""Splitting a document into its shape and its numbers loses nothing."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from codingagentbench.core.values import Measured, NotApplicable, NotMeasured
from codingagentbench.store import CellSummary
from codingagentbench.store.index.shapes import NUMBER, SLOT, Axes, Latency, Shape

texts = st.text(max_size=20) | st.sampled_from(
    [":1", 'a":1', '"value":1', '\\"low\\":2e9', '":1e999', "1e999", "\\", "\u2028"]
)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
values = (
    st.builds(Measured, value=numbers, unit=texts)
    | st.builds(NotMeasured, why=texts, low=st.none() | numbers, high=st.none() | numbers)
    | st.builds(NotApplicable, why=texts)
)
scores = st.dictionaries(texts, st.dictionaries(texts, values, max_size=4), max_size=3)


def split(document: str) -> tuple[Shape, list[float]]:
    """As the SQL does it."""
    return Shape(re.sub(NUMBER, SLOT, document)), [float(found) for _, found in re.findall(NUMBER, document)]


@settings(max_examples=60, deadline=None)
@given(scores, st.dictionaries(texts, numbers, max_size=5))
def test_axes_and_latency_come_back(scores: dict[str, Any], latency: dict[str, float]) -> None:
    given_ = CellSummary(
        cell_id="", spec_digest="", sweep_id="", tui="", model="", task="", attempt=1, outcome="solved",
        scores=scores, latency=latency,
    )  # fmt: skip
    told = json.loads(given_.model_dump_json())
    document = json.dumps({"latency": told["latency"], "scores": told["scores"]}, separators=(",", ":"))
    shape, found = split(document)
    assert Axes(shape, found) == given_.scores
    assert Latency(shape, found) == given_.latency
    for at in shape.axes():
        value = given_.scores[at.methodology][at.axis]
        assert at.kind == value.kind
        assert (at.value_at is None) == (not isinstance(value, Measured))
        assert at.value_at is None or found[at.value_at - 1] == value.value
        assert at.low_at is None or found[at.low_at - 1] == value.low
        assert at.high_at is None or found[at.high_at - 1] == value.high
