"""What a ranking page's URL says: any state survives a round trip, and what means nothing is said, not obeyed."""

import shlex
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingagentbench.site.ranking.columns import BY_KEY, COLUMNS, SETS, SORTS, ordered
from codingagentbench.site.ranking.facets import BARE, NAMED, SWITCHES, Facets, choices, read_facets
from codingagentbench.site.ranking.state import GAPS, State, read_state
from codingagentbench.stats import leaderboard
from support.lines import made_line, made_site

LINES = (
    made_line(),
    made_line("codex", "globex/coder", "refactors/two", language="rust", sweep_id="spring"),
    made_line("pi", plugin_stack=("terse@1.0.0#sha256:ab",), run=2),
    made_line("pi", "reference/noop"),
    made_line(task="twins/polyglot-one"),
)
SITE = made_site(*LINES)
KNOWN = choices(SITE)


@st.composite
def states(draw):
    named = {name: draw(st.sampled_from(("", *KNOWN[name]))) for name in NAMED}
    switches = {name: draw(st.booleans()) for name in SWITCHES}
    sort = draw(st.sampled_from(("", *SORTS)))
    return State(
        Facets(**named, **switches),
        sort=sort,
        down=bool(sort) and draw(st.booleans()),
        columns=draw(st.sampled_from(tuple(SETS))),
        missing=draw(st.sampled_from(tuple(GAPS))),
    )


@given(states())
def test_any_state_is_read_back_from_its_own_link(state):
    query = dict(parse_qsl(state.link("pair.html").partition("?")[2]))
    assert read_state(SITE, query) == (state, [])


@given(st.dictionaries(st.sampled_from((*NAMED, *SWITCHES, "sort", "down", "columns", "missing")), st.text()))
def test_no_query_is_an_error(query):
    state, faults = read_state(SITE, query)
    assert read_state(SITE, state.query) == (state, [])
    named = [name for name in NAMED if query.get(name) and query[name] not in KNOWN[name]]
    assert len(faults) >= len(named)


def test_a_bad_value_is_named_with_what_is_known():
    _, faults = read_state(SITE, {"family": "nonsense", "sort": "luck"})
    assert len(faults) == 2
    assert "'nonsense'" in faults[0] and "polyglot, refactors" in faults[0]
    assert "pbs" in faults[1]


@pytest.mark.parametrize(
    ("facets", "wanted"),
    [
        (Facets(family="refactors"), [1]),
        (Facets(language="rust"), [1]),
        (Facets(sweep="made-up", tui="pi", model="acme/large"), [0, 2, 4]),
        (Facets(plugin=BARE, model="acme/large"), [0, 4]),
        (Facets(plugin="terse@1.0.0#sha256:ab"), [2]),
    ],
)
def test_filters_take_the_cells_they_name(facets, wanted):
    assert [n for n, line in enumerate(LINES) if facets.takes(line)] == wanted


def test_twins_are_no_family_to_choose():
    assert KNOWN["family"] == ("polyglot", "refactors")


def test_reference_models_are_ranked_where_there_is_nothing_else():
    only = made_site(made_line(model="reference/oracle"))
    assert read_facets(only, {})[0].references
    assert not read_facets(SITE, {})[0].references


def test_the_command_is_quoted_for_a_shell():
    words = shlex.split(Facets(family="a'b c", references=True).command("tui"))
    assert words == ["cab", "leaderboard", "--by", "tui", "--family", "a'b c", "--references"]


@pytest.mark.parametrize("down", [False, True])
def test_rows_without_a_number_come_last_whichever_way(down):
    rows = leaderboard(
        [made_line("a", tokens=None), made_line("b", tokens=50), made_line("c", tokens=9)], intervals=False
    ).rows
    found = [row.tui for row in ordered(rows, "tokens", down=down)]
    assert found == (["b", "c", "a"] if down else ["c", "b", "a"])


def test_pbs_never_stands_without_its_axes():
    for chosen in SETS:
        shown = {column.key for column in COLUMNS if column.set == "main" or chosen in ("axes", "all")}
        assert {"pbs", "ships", "stays", "tokens", "usd"} <= shown
    assert BY_KEY["pbs"].set == "main"
