"""The API: what it says about results is true, its description holds, and no request at all makes it fail."""

from __future__ import annotations

import json

import httpx
import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codingagentbench.store import load_lines
from codingagentbench.store.index import ORDERS
from support.sites import REAL_SWEEP, TASK, real_results, serving

PLACE = f"{REAL_SWEEP}/pi/reference/oracle/{TASK}/run1"
quietly = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return real_results(tmp_path_factory)


@pytest.fixture(scope="module")
def api(results):
    with serving(results, "--rate", "off") as url, httpx.Client(base_url=url + "api/v1/", timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def document(api):
    return api.get("openapi.json").json()


def valid(document, name, data):
    """The data against the OpenAPI document's schema of a name."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    jsonschema.Draft202012Validator(schema).validate(data)


def test_health_and_version(api, results):
    assert api.get("health").json()["cells"] == len(load_lines(results))
    assert api.get("version").json()["version"] == api.get("health").json()["version"]


def test_cells_are_those_of_the_ledger(api, document, results):
    page = api.get("cells").json()
    valid(document, "CellPage", page)
    lines = load_lines(results)
    assert [cell["place"] for cell in page["cells"]] == [line.place for line in lines]
    for cell, line in zip(page["cells"], lines, strict=True):
        assert (cell["outcome"], cell["total_tokens"], cell["wall_ms"]) == (
            line.outcome.value, line.total_tokens, pytest.approx(line.wall_ms),
        )  # fmt: skip
        assert cell["axes"].keys() == line.axes.get(line.methodology, {}).keys()
        root = api.base_url.join("../../")
        for name, link in cell["links"].items():
            assert not link or httpx.get(root.join(link), timeout=60).status_code == 200, (name, link)


def test_pages_hold_every_cell_once(api):
    seen, cursor = [], ""
    while cursor is not None:
        page = api.get(
            "cells", params={"limit": 3, "cursor": cursor, "sort": "wall_ms", "descending": True}
        ).json()
        seen += [(cell["place"], cell["wall_ms"]) for cell in page["cells"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == page["total"]
    assert [wall for _, wall in seen] == sorted((wall for _, wall in seen), reverse=True)


def test_filters(api):
    for name, value, field in (
        ("outcome", "solved", "outcome"), ("tui", "nop", "tui"), ("model", "reference/*", "model"),
        ("cause", "endpoint_unavailable", "cause"), ("task", TASK, "task"),
    ):  # fmt: skip
        cells = api.get("cells", params={name: value}).json()["cells"]
        assert cells
        assert {cell[field] for cell in cells} == {value} or "*" in value
    assert api.get("cells", params={"references": "false"}).json()["total"] == 0
    facets = api.get("facets").json()["facets"]
    total = api.get("cells").json()["total"]
    assert sum(count["cells"] for count in facets["outcome"]) == total


def test_one_cell_and_its_files(api, document, results):
    cell = api.get(f"cells/{PLACE}").json()
    valid(document, "Cell", cell)
    by_id = api.get(f"cells/{REAL_SWEEP}/pi/reference/oracle/{TASK}%23run2").json()
    assert by_id["run"] == 2
    folder = results / PLACE / "attempt1"
    for name, file in (
        ("record", "record.json"), ("trace", "trace.jsonl"), ("calls", "model_calls.jsonl"),
        ("patch", "changes.patch"), ("cast", "terminal.cast"),
    ):  # fmt: skip
        found = api.get(f"cells/{PLACE}/{name}")
        assert found.content == (folder / file).read_bytes()
        assert found.headers["content-disposition"].startswith(
            'attachment; filename="pi-python-reverse-string-run1'
        )
        assert api.get(f"cells/{PLACE}/{name}", params={"attempt": 1}).status_code == 200
        assert api.get(f"cells/{PLACE}/{name}", params={"attempt": 7}).status_code == 404
    attempts = api.get(f"cells/{PLACE}/attempts").json()
    valid(document, "Attempts", attempts)
    assert [(one["attempt"], one["speaks"]) for one in attempts["attempts"]] == [(1, True)]


def test_groups_boards_sweeps_and_comparisons(api, document):
    for path in ("tasks", "agents", "models", "sweeps"):
        groups = api.get(path).json()
        valid(document, "Groups", groups)
        assert sum(group["cells"] for group in groups["groups"]) == api.get("cells").json()["total"]
    for by in ("pair", "tui", "model"):
        board = api.get("leaderboard", params={"by": by}).json()
        valid(document, "Board", board)
        assert board["board"]["rows"]
    assert api.get("leaderboard", params={"family": "none"}).status_code == 400

    status = api.get(f"sweeps/{REAL_SWEEP}/status").json()
    valid(document, "SweepState", status)
    assert status["done"] + status["missing"] == status["total"]
    assert api.get("sweeps/none/status").status_code == 404

    pairs = api.get("compare/pairs", params={"one": "pi/reference/oracle", "other": "pi/reference/noop"}).json()
    valid(document, "Comparison", pairs)
    assert pairs["comparison"]["tasks"][0]["solved_delta"] == -1
    other = PLACE.replace("oracle", "noop")
    cells = api.get("compare/cells", params={"one": PLACE, "other": other}).json()
    valid(document, "CellComparison", cells)
    composite = next(axis for axis in cells["axes"] if axis["axis"] == "composite")
    assert composite["delta"] < 0


def test_errors_say_what_where_and_what_to_do(api, document):
    for path, status, where in (
        ("cells?sorrt=x", 400, "sorrt"), ("cells?sort=x", 400, "sort"), ("cells?limit=0", 400, "limit"),
        ("cells?outcome=good", 400, "outcome"), ("cells?cursor=x", 400, "cursor"),
        ("cells/none/run1", 404, "cell"),
        ("nothing", 404, ""),
        ("cells/", 404, "cell"),
        ("live/", 404, ""), ("compare/pairs?one=a&other=b", 404, "one"), ("compare/cells", 400, "one"),
        ("live/none", 404, "sweep"), ("live/none/xyz/terminal", 400, "digest"),
        (f"live/{REAL_SWEEP}/{'0' * 64}/terminal", 404, "digest"),
    ):  # fmt: skip
        found = api.get(path)
        assert (path, found.status_code) == (path, status)
        valid(document, "Problem", found.json())
        assert found.json()["where"] == where
        assert found.json()["error"]


def test_the_page_of_the_api_lists_every_operation(api, document):
    page = httpx.get(api.base_url.join("../../api.html"), timeout=60).text
    for path in document["paths"]:
        assert f"/api/v1{path}" in page
    assert "docs" not in {path.strip("/") for path in document["paths"]}
    for path in ("docs", "redoc"):
        assert api.get(path).status_code == 404


def test_every_operation_is_described(document):
    for path, methods in document["paths"].items():
        assert set(methods) == {"get"}, path
        assert methods["get"]["summary"]
        assert methods["get"]["description"]
        assert "200" in methods["get"]["responses"]


VALUES = st.one_of(
    st.text(max_size=30),
    st.integers(-(10**30), 10**30).map(str),
    st.sampled_from(
        ["", "true", "null", "*", "[", "]", "[!", "**", "?" * 50, "\x00", "' or 1=1 --", "ï", "1e9", "NaN"]
    ),
    st.sampled_from([*ORDERS, "solved", "pi", REAL_SWEEP, TASK, "none"]),
)
NAMES = st.sampled_from(
    [
        "sweep", "tui", "model", "task", "family", "language", "plugin", "outcome", "cause", "references", "sort",
        "descending", "limit", "offset", "cursor", "by", "provisional", "unsandboxed", "one", "other",
        "attempt", "x",
    ]
)  # fmt: skip
PATHS = st.sampled_from(
    [
        "cells", "facets", "leaderboard", "tasks", "agents", "models", "sweeps", "compare/pairs", "compare/cells",
        "health", "version", f"cells/{PLACE}", f"cells/{PLACE}/record", f"cells/{PLACE}/attempts", "live/none",
    ]
)  # fmt: skip


@quietly
@given(PATHS, st.lists(st.tuples(NAMES, VALUES), max_size=4))
def test_no_query_makes_it_fail(api, path, query):
    found = api.get(path, params=query)
    assert found.status_code in (200, 400, 404), (found.status_code, found.text)
    assert isinstance(json.loads(found.content), dict) or path.endswith("record")
    if found.status_code != 200:
        assert set(found.json()) == {"error", "where", "remedy"}


@quietly
@given(
    st.sampled_from(["cells/{}", "cells/{}/record", "sweeps/{}/status", "live/{}", "live/{}/x/terminal"]), VALUES
)
def test_no_name_makes_it_fail(api, path, name):
    from urllib.parse import quote

    found = api.get(path.format(quote(name.encode("utf-8", "replace"), safe="")))
    assert found.status_code in (200, 400, 404), (found.status_code, found.text)
