"""A board as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from codingagentbench.site.ranking.state import State
from codingagentbench.stats import Leaderboard, Row


def as_json(board: Leaderboard, rows: Sequence[Row], state: State) -> bytes:
    """The board with typed absences as `cab leaderboard --json` prints it, and the query that chose its rows.

    `tied_with` counts rows of the whole board, in the order by PBS.
    """
    places = {id(row): place for place, row in enumerate(board.rows)}
    data = board.model_dump(mode="json") | {
        "query": state.query,
        "rows": [row.model_dump(mode="json") | {"place": places[id(row)]} for row in rows],
    }
    return json.dumps(data, indent=1, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
