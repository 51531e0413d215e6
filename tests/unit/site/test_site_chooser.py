"""The chooser: who is named, why, and what is said honestly about ties, limits and what was left out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codingagentbench.core.outcome import Outcome
from codingagentbench.site.output import Resource
from codingagentbench.site.ranking.answers import questions
from codingagentbench.site.ranking.asking import Question, answered, candidates, read_question, works
from codingagentbench.site.ranking.candidate import Candidate, Share
from codingagentbench.site.ranking.chooser import LIMIT_NAMES, LIMITS, MOST, WORTH, choose
from codingagentbench.site.ranking.facets import Facets
from codingagentbench.site.ranking.matters import MATTERS, Matter, score
from codingagentbench.site.render import Renderer
from codingagentbench.site.views.home import DATA, VIEW
from codingagentbench.stats import wilson
from support.lines import made_line, made_site

shares = st.floats(0, 1).map(lambda value: Share(value, None, 10))


@st.composite
def pairs(draw, number):
    solved = draw(st.integers(0, 30))
    maybe = st.none() | shares
    return Candidate(
        name=f"agent{number} × acme/large", page=f"pair/agent{number}/acme/large.html",
        pair=(f"agent{number}", "acme/large", (), "factory"),
        licence=draw(st.sampled_from(["MIT", "", "Proprietary"])),
        tasks=30, cells=30, solved=solved, rate=Share(solved / 30, wilson(solved, 30), 30),
        tokens=draw(st.none() | st.floats(1, 1e7)), usd=draw(st.none() | st.floats(0.0001, 100)),
        active_ms=draw(st.none() | st.floats(1, 1e6).map(lambda value: Share(value, None, 30))),
        blast=draw(maybe), instructions=draw(maybe),
        agreement=draw(st.none() | st.floats(0, 1).map(lambda value: Share(value, wilson(value * 9, 9), 9))),
        integrity=draw(maybe), refused=draw(maybe), false_refusals=draw(maybe), cheating=draw(maybe),
    )  # fmt: skip


fields = st.integers(0, 7).flatmap(lambda count: st.tuples(*(pairs(number) for number in range(count))))


@given(fields, st.sampled_from(Matter), st.sampled_from(sorted(LIMITS)))
def test_a_short_list_keeps_its_promises(field, matter, name):
    limit = LIMITS[name]
    answer = choose(field, matter, limit)
    picked = [pick.candidate for pick in answer.picks]
    assert len(picked) <= MOST and len(set(picked)) == len(picked)
    for candidate in picked:
        assert candidate.rate.value >= WORTH * max(c.rate.value for c in picked)
        assert not limit.open_source or candidate.licence == "MIT"
        assert not limit.unit or candidate.spent(limit.unit) <= limit.most
    values = [score(candidate, matter).value for candidate in picked]
    assert values == sorted(values, reverse=True)
    for pick in answer.picks:
        assert pick.reason.endswith(".") and pick.price.endswith(".") and pick.ties.endswith(".")
        assert f"{pick.candidate.solved} of {pick.candidate.cells} runs" in pick.reason
    if not picked:
        assert answer.notes[-1] == "No pair is left to name."


@given(fields, st.sampled_from(Matter))
def test_the_order_of_the_pairs_makes_no_difference(field, matter):
    assert choose(field, matter, LIMITS[""]).picks == choose(field[::-1], matter, LIMITS[""]).picks


def cells(tui, solved, *, tasks=20, **more):
    outcomes = [Outcome.SOLVED if n < solved else Outcome.WRONG for n in range(tasks)]
    return [made_line(tui, task=f"polyglot/t{n:02d}", outcome=found, **more) for n, found in enumerate(outcomes)]


SITE = made_site(
    *cells("pi", 18, tokens=9500, active_ms=9000.0),
    *cells("codex", 16, tokens=900, blast=0.4),
    *cells("aider", 1, tokens=1, usd=None, active_ms=1.0),
    *cells("secret", 17, tokens=5000),
)


def ask(site=SITE, **asked):
    return answered(site, Question(**asked))


def test_ties_are_said_and_lead_to_more_than_one():
    shown, _ = ask()
    assert [one.pick.candidate.pair[0] for one in shown] == ["pi", "secret", "codex"]
    assert "Cannot be told apart from secret × acme/large, codex × acme/large with 20 tasks" in shown[0].pick.ties
    assert "18 of 20 runs over 20 tasks: 90\u202f%" in shown[0].pick.reason


def test_a_pair_that_does_next_to_nothing_wins_nothing():
    for matter in Matter:
        shown, answer = ask(matter=matter)
        assert "aider" not in {one.pick.candidate.pair[0] for one in shown}
        assert any("less than half of the best pass rate" in note for note in answer.notes)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ({"matter": Matter.COST}, "codex"),
        ({"matter": Matter.SPEED}, "secret"),
        ({"matter": Matter.CARE}, "pi"),
        ({"limit": "open"}, "pi"),
        ({"limit": "tokens-10000"}, "secret"),
    ],
)
def test_each_answer_has_its_first_choice(asked, first):
    assert ask(**asked)[0][0].pick.candidate.pair[0] == first


def test_an_unknown_licence_is_not_open_source():
    shown, answer = ask(limit="open")
    assert "secret" not in {one.pick.candidate.pair[0] for one in shown}
    assert any("licence is not open source" in note for note in answer.notes)


def test_evidence_and_board_are_linked():
    one = ask(matter=Matter.SOLVING)[0][0]
    assert one.board == "leaderboard/pair.html?sort=ships&down=1"
    assert one.cell == "cell/made-up/pi/acme/large/polyglot/t17/run1/index.html"
    assert one.cell_shows == "the hardest task it solved"


def test_a_bad_answer_is_named_and_left_out():
    question, faults = read_question(SITE, {"matters": "luck", "work": "family:x", "limit": "open"})
    assert question == Question(Matter.SOLVING, "", "open")
    assert len(faults) == 2 and "'luck'" in faults[0]


def test_an_all_invalid_pair_is_no_candidate():
    site = made_site(made_line(outcome=Outcome.INVALID))
    assert candidates(site, Facets()) == []
    assert ask(site)[1].notes[-1] == "No pair is left to name."


def test_every_question_of_a_static_site_is_answered_as_python_answers_it():
    site = made_site(*SITE.catalogue.lines, *cells("pi", 3, tasks=4, model="globex/coder", language="rust"))
    output = VIEW.output(site, DATA, {})
    assert isinstance(output, Resource)
    data = json.loads(output.body.decode().removeprefix("cab.receive('chooser',").removesuffix(");\n"))
    asked = list(questions(site))
    assert len(asked) == len(data["answers"]) == len(Matter) * (1 + len(works(site))) * len(LIMITS)
    for question in asked[::7]:
        shown, answer = answered(site, question)
        picks, notes = data["answers"][question.key]
        assert [data["texts"][pick[1]] for pick in picks] == [one.pick.reason for one in shown]
        assert [data["texts"][note] for note in notes] == list(answer.notes)


def test_live_pages_answer_in_html_and_static_ones_list_the_plain_questions():
    live = made_site(*SITE.catalogue.lines, live=True)
    page = Renderer(live).html(VIEW.output(live, "index.html", {"matters": "cost", "limit": "<script>"}))
    assert "One correct task takes 1\u202f125 tokens" in page
    assert "&lt;script&gt;" in page and "<script>'" not in page
    static = Renderer(SITE).html(VIEW.output(SITE, "index.html", {}))
    for meaning in MATTERS.values():
        assert f"If {meaning.asked} matters most" in static


def test_every_limit_has_a_name():
    assert list(LIMITS) == list(LIMIT_NAMES)
