"""The chooser on a site: its questions with their possible answers, and the answered short list with links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import fmean

from codingagentbench.core.values import Measured, NotMeasured
from codingagentbench.site import paths
from codingagentbench.site.once import once_a_site
from codingagentbench.site.ranking.boards import board
from codingagentbench.site.ranking.candidate import Candidate, Share
from codingagentbench.site.ranking.chooser import LIMITS, Answer, Pick, choose
from codingagentbench.site.ranking.evidence import telling_cell
from codingagentbench.site.ranking.facets import Facets, unknown
from codingagentbench.site.ranking.matters import Matter
from codingagentbench.site.ranking.names import pair_of, row_name, row_page
from codingagentbench.site.ranking.state import State
from codingagentbench.site.site import Site
from codingagentbench.stats import Figure, Row, wilson
from codingagentbench.store.line import CellLine, Pair

SORTED = {
    Matter.SOLVING: ("ships", True), Matter.COST: ("tokens", False), Matter.SPEED: ("active", False),
    Matter.CARE: ("blast", False), Matter.STEADY: ("stays", True), Matter.HONESTY: ("integrity", True),
}  # fmt: skip
"""The leaderboard's column that shows the evidence, and whether large numbers come first."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: `work` is empty, `family:...` or `language:...`; `limit` a key of `LIMITS`."""

    matter: Matter = Matter.SOLVING
    work: str = ""
    limit: str = ""

    @property
    def key(self) -> str:
        """A name for it in the precomputed data."""
        return f"{self.matter.value}|{self.work}|{self.limit}"

    def facets(self, site: Site) -> Facets:
        """The cells it is about."""
        name, _, value = self.work.partition(":")
        return Facets(
            family=value if name == "family" else "",
            language=value if name == "language" else "",
            references=site.references,
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """A pick with its links, relative to the site's root. `cell` is empty when the pair has no valid cell."""

    pick: Pick
    board: str
    cell: str
    cell_shows: str


def works(site: Site) -> list[str]:
    """The second question's answers after `any`."""
    families = [f"family:{name}" for name in site.catalogue.families]
    languages = [f"language:{name}" for name in site.catalogue.languages]
    return [*(families if len(families) > 1 else []), *(languages if len(languages) > 1 else [])]


def read_question(site: Site, query: Mapping[str, str]) -> tuple[Question, list[str]]:
    """The question of a URL's query, and a sentence for every value that means nothing and was left out."""
    faults: list[str] = []
    found = {"matters": Matter.SOLVING.value, "work": "", "limit": ""}
    known = {
        "matters": tuple(matter.value for matter in Matter),
        "work": ("", *works(site)),
        "limit": tuple(LIMITS),
    }
    for name, values in known.items():
        value = query.get(name, "")
        if value and value not in values:
            faults.append(unknown(f"answer to {name!r}", value, tuple(filter(None, values))))
        elif value:
            found[name] = value
    return Question(Matter(found["matters"]), found["work"], found["limit"]), faults


@once_a_site
def candidates(site: Site, facets: Facets) -> list[Candidate]:
    """The ranked pairs that have a valid cell."""
    return [_candidate(site, row) for row in board(site, "pair", facets, ranks=False).rows if row.valid]


def answered(site: Site, question: Question) -> tuple[list[Shown], Answer]:
    """The short list with its links, and the answer it is made from."""
    facets = question.facets(site)
    answer = choose(candidates(site, facets), question.matter, LIMITS[question.limit])
    return [_shown(site, pick, question, facets) for pick in answer.picks], answer


def _shown(site: Site, pick: Pick, question: Question, facets: Facets) -> Shown:
    sort, down = SORTED[question.matter]
    shared = replace(facets, references=False) if site.references else facets
    found = _telling(site, pick.candidate.pair, question.matter, facets)
    return Shown(
        pick=pick,
        board=State(shared, sort=sort, down=down).link(paths.leaderboard()),
        cell=paths.cell(found[1]) if found else "",
        cell_shows=found[0] if found else "",
    )


@once_a_site
def _telling(site: Site, pair: Pair, matter: Matter, facets: Facets) -> tuple[str, CellLine] | None:
    ease = _eases(site)
    return telling_cell(_taken(site, facets).get(pair, []), matter, lambda task: ease[task])


@once_a_site
def _taken(site: Site, facets: Facets) -> dict[Pair, list[CellLine]]:
    """The cells that a question is about, by pair."""
    found: dict[Pair, list[CellLine]] = defaultdict(list)
    for line in site.catalogue.lines:
        if line.planned and facets.takes(line):
            found[line.pair].append(line)
    return dict(found)


@once_a_site
def _eases(site: Site) -> dict[str, float]:
    """For each task the share of valid runs that solved it; 1 where there is none."""
    valid = {
        task: [line.solved for line in lines if line.measured] for task, lines in site.catalogue.by_task.items()
    }
    return {task: fmean(solved) if solved else 1.0 for task, solved in valid.items()}


def _candidate(site: Site, row: Row) -> Candidate:
    agent = site.agents.get(row.tui)
    repeated = row.stays.repeated
    agreement = row.stays.agreement
    return Candidate(
        name=row_name(row), page=row_page(row), pair=pair_of(row), licence=agent.licence if agent else "",
        tasks=row.ships.tasks, cells=row.ships.cells, solved=row.ships.solved,
        rate=Share(row.ships.solved / row.ships.cells, row.ships.interval, row.ships.cells),
        tokens=_number(row.tokens_per_correct), usd=_number(row.usd_per_correct),
        active_ms=_share(row.active_ms), blast=_share(row.blast_radius), instructions=_share(row.instructions),
        agreement=Share(agreement.value, wilson(agreement.value * repeated, repeated), repeated)
        if isinstance(agreement, Measured) else None,
        integrity=_share(row.integrity), refused=_share(row.refusal),
        false_refusals=Share(row.false_refusals / row.valid, None, row.valid),
        cheating=_cheating(row),
    )  # fmt: skip


def _cheating(row: Row) -> Share | None:
    found = row.cheating
    if found is None or isinstance(found.rate, NotMeasured):
        return None
    return Share(found.passed / found.cells, found.interval, found.cells)


def _share(figure: Figure) -> Share | None:
    return Share(figure.value.value, None, figure.cells) if isinstance(figure.value, Measured) else None


def _number(value: object) -> float | None:
    return value.value if isinstance(value, Measured) else None
