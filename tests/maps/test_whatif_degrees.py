"""Places in degrees of OpenStreetMap: the same in the page, on that grid or beside it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from planner.maps import draw_map
from planner.maps._drawn_once import ROADS
from planner.maps._ground_payload import rank_streets
from planner.maps._packed_payload import unpack_payload
from planner.maps._whatif_degrees import find_bends, to_degrees
from planner.maps._whatif_payload import pack_whatif
from planner.run import run_plan
from planner.sources.whatif_file import WhatIfData
from tests.maps.in_node import PROGRAM_FOLDER, run_in_node
from tests.maps.whatif_city import city_inputs

ENGINE = (PROGRAM_FOLDER / "engine").as_uri()
PLACES = ("nodes", "bends", "barriers", "compounds", "facilities")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return run_plan(city_inputs(tmp_path_factory.mktemp("degrees")))


@pytest.fixture(scope="module")
def whatif(result):
    roads = {ROADS: rank_streets(result.layers["walk_edges"])}
    return WhatIfData(result.whatif.head, result.whatif.columns | roads)


def read_in_page(data):
    """Return the columns of numbers as the engine reads them."""
    told = run_in_node(f"""
        import {{ readWhatIf }} from '{ENGINE}/columns.js';
        import {{ inflateSync }} from 'node:zlib';
        const bytes = inflateSync(Buffer.from('{pack_whatif(data)}', 'base64'));
        const {{ columns }} = readWhatIf(new Uint8Array(bytes));
        process.stdout.write(JSON.stringify(Object.fromEntries(Object.entries(columns).map(
          ([name, column]) => [name, [...column]]))));""")
    return {name: np.array(values) for name, values in told.items()}


def test_the_page_finds_the_same_places(whatif):
    """A step is a tenth of a millimetre, of which half was rounded away; stations lie beside the
    grid, so that theirs are the same to the last bit."""
    short = to_degrees(whatif)
    plain, found = read_in_page(whatif), read_in_page(short)
    assert len(short.columns["facilities.off"]) == 6
    assert {len(short.columns[f"{table}.off"]) for table in PLACES[:4]} == {0}
    for name, values in plain.items():
        table, part = name.split(".")
        if table in PLACES and part in {"x", "y", "dx", "dy"}:
            # A change is off by both of its ends.
            spare = 0.0 if table == "facilities" else 1.5e-4
            np.testing.assert_allclose(found[name], values, rtol=0, atol=spare, err_msg=name)
        elif name == "compounds.m2":
            np.testing.assert_array_equal(np.argsort(found[name]), np.argsort(values))
        else:
            np.testing.assert_array_equal(found[name], values, err_msg=name)
    # Outlines of estates are walls: all their corners are named by the walls' ends.
    assert len(found["compounds.lon"]) == 0


def test_bends_by_hand():
    """Two edges from the node at 10, 20: one by 11, 22 and 14, 21, one without, one by 9, 20."""
    columns = {
        "nodes.x": [0, 10], "nodes.y": [0, 20], "edges.u": [1, 1, 1], "edges.bends": [2, 0, 1],
        "bends.x": [1, 3, -1], "bends.y": [2, -1, 0],
    }  # fmt: skip
    named = {name: np.array(values) for name, values in columns.items()}
    assert find_bends(named).tolist() == [[11, 22], [14, 21], [9, 20]]


def test_data_beside_the_grid_stay_as_they_are(whatif):
    moved = dict(whatif.columns)
    moved["nodes.x"] = moved["nodes.x"] + np.arange(len(moved["nodes.x"])) * 7 + 3
    data = WhatIfData(whatif.head, moved)
    assert to_degrees(data) is data


def lines_of(lines):
    """Return the points of each line, grid steps."""
    points = np.cumsum(np.array(lines["d"]).reshape(-1, 2), axis=0)
    return [line.tolist() for line in np.split(points, np.cumsum(lines["n"])[:-1])]


def without_repeats(line):
    return [at for k, at in enumerate(line) if k == 0 or at != line[k - 1]]


def test_what_a_page_leaves_out_is_what_others_carry(result, whatif):
    """Streets, barriers and people drawn from what is tried fall on the same steps."""
    options = {"tables": result.tables, "title": "City"}
    plain = unpack_payload(draw_map(result.layers, result.summary, **options).data)
    page = draw_map(result.layers, result.summary, whatif=to_degrees(whatif), **options)
    bare = unpack_payload(page.data)
    assert (bare["streets"], bare["barriers"], bare["demand"]["xy"]) == (None, None, None)
    filled = run_in_node(f"""
        import {{ fillIn }} from '{ENGINE}/drawn.js';
        import {{ inflateSync }} from 'node:zlib';
        const bytes = inflateSync(Buffer.from('{page.whatif}', 'base64'));
        process.stdout.write(JSON.stringify(fillIn({json.dumps(bare)}, new Uint8Array(bytes))));""")
    for name in ("xy", "people"):
        np.testing.assert_array_equal(filled["demand"][name], plain["demand"][name])
    for mine, other in zip(filled["streets"], plain["streets"], strict=True):
        drawn = [without_repeats(line) for line in lines_of(mine)] if mine["n"] else []
        assert drawn == (lines_of(other) if other["n"] else [])
    outlines = filled["compounds"]["shape"]
    assert outlines["r"] == plain["compounds"]["shape"]["r"] == [1, 1]
    assert lines_of(outlines) == lines_of(plain["compounds"]["shape"])
    assert list(filled["barriers"]) == list(plain["barriers"])
    for kind, other in plain["barriers"].items():
        ends = {json.dumps(at) for line in lines_of(other) for at in line}
        mine = {json.dumps(at) for line in lines_of(filled["barriers"][kind]) for at in line}
        assert ends <= mine  # others are drawn with fewer bends
