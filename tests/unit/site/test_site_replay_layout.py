"""Spans of any kind on one clock: lanes, parents, the picture, the table."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from codingagentbench.core.evidence import Span
from codingagentbench.site.replay.layout import DEPTHS, LANES_A_DEPTH, SPANS, lay_out
from codingagentbench.site.replay.timeline import RECTS, TOP, WIDTH, draw
from support.replay_page import span

TIMES = st.one_of(st.floats(), st.floats(-10, 10_000), st.sampled_from([0.0, 1.0, 1e300, math.nan]))
IDS = st.integers(0, 12)
SPANS_OF_ANY_KIND = st.lists(
    st.tuples(IDS, TIMES, TIMES, st.one_of(st.none(), IDS), st.sampled_from(["cell", "tool_call", "adapter_run"])),
    max_size=LANES_A_DEPTH - 1,
)


def spans_of(*given_spans: dict[str, object]) -> list[Span]:
    return [Span.model_validate(one) for one in given_spans]


@given(SPANS_OF_ANY_KIND)
@settings(max_examples=100, deadline=None)
def test_every_span_lies_on_the_clock_and_no_two_share_a_place(
    found: list[tuple[int, float, float, int | None, str]],
) -> None:
    spans = spans_of(
        *(span(i, a, b, kind=kind) | {"parent": None if p is None else f"{p:016x}"} for i, a, b, p, kind in found)
    )
    layout = lay_out(spans)
    assert len(layout.bars) == len(spans) and layout.left_out == 0
    assert math.isfinite(layout.duration) and layout.duration >= 0
    for index, bar in enumerate(layout.bars):
        assert 0 <= bar.start <= bar.end <= layout.duration
        assert 0 <= bar.lane < layout.lanes <= DEPTHS * LANES_A_DEPTH
        seen, above = {index}, bar.parent
        while above is not None:
            assert above not in seen, "parents lead to the top"
            seen.add(above)
            above = layout.bars[above].parent
        if bar.parent is not None:
            assert bar.depth == min(layout.bars[bar.parent].depth + 1, DEPTHS - 1)
    lanes: dict[int, float] = {}
    for bar in layout.bars:
        assert bar.start >= lanes.get(bar.lane, 0.0), "bars of a lane follow one another"
        lanes[bar.lane] = max(lanes.get(bar.lane, 0.0), bar.end)
    for rect in draw(layout).rects:
        assert rect.x >= 0 and rect.x + rect.width <= WIDTH + 2 and rect.y >= TOP


def test_what_is_wrong_with_a_span_is_said() -> None:
    layout = lay_out(
        spans_of(
            span(0, 0, 100), span(1, math.nan, 5), span(2, 50, 20), span(3, -5, 400), span(4, 1, 2, parent=99),
            span(5, 1, 2, parent=6), span(6, 1, 3, parent=5), span(7, 10, 10),
        )
    )  # fmt: skip
    notes = {bar.span.id[-1]: " ".join(bar.notes) for bar in layout.bars}
    assert "not a number" in notes["1"] and "ends before" in notes["2"] and "outside" in notes["3"]
    assert "not in the trace" in notes["4"]
    assert [number for number in "56" if "lead back" in notes[number]] != []
    assert notes["0"] == notes["7"] == ""


def test_children_lie_under_their_parents_and_model_calls_under_the_program() -> None:
    layout = lay_out(
        spans_of(
            span(0, 0, 100), span(1, 5, 90, kind="adapter_run"), span(2, 10, 30, parent=1, kind="model_call"),
            span(3, 20, 40, parent=1, kind="model_call"), span(4, 30, 35, parent=2),
        )
    )  # fmt: skip
    assert [bar.lane for bar in layout.bars] == [0, 1, 2, 3, 4]
    assert layout.program and layout.program.span.id.endswith("1")


def test_a_picture_of_many_spans_leaves_the_shortest_out_and_counts_them() -> None:
    layout = lay_out(spans_of(*(span(n, n, n + 1 + n % 7) for n in range(1, 1001))))
    picture = draw(layout)
    assert len(picture.rects) == RECTS and picture.left_out == 1000 - RECTS
    assert min(rect.width for rect in picture.rects) >= 1.5


def test_more_spans_than_a_replay_holds() -> None:
    one = span(1, 0, 1)
    layout = lay_out(spans_of(one) * (SPANS + 5))
    assert len(layout.bars) == SPANS and layout.left_out == 5


def test_a_chain_of_ten_thousand_parents() -> None:
    layout = lay_out(spans_of(*(span(n, n, 20_000 - n, parent=n - 1) for n in range(10_000))))
    assert max(bar.depth for bar in layout.bars) == DEPTHS - 1
    assert sum(bar.parent is None for bar in layout.bars) == 1
