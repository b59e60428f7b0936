"""Relations whose outline is not whole: what is walked, what is crossed, what is only counted."""

import numpy as np
import pytest

from planner.network import build_network
from planner.sources.osm.extract import load_osm
from planner.sources.osm.opl import Relation
from planner.sources.osm.rings import build_outline
from tests.cities.drawing import FRAME, Drawing, exact
from tests.judge.osm import load_pieces

#  4 --------- 3          a square of 200 m with a bed 5-6-7-8 in it; a street comes to 1, one
#  |   8 - 7   |          leaves 3, so crossing the whole square is seen by the edge 1 - 3 or, with
#  |   5 - 6   |          the bed in the way, not at all
#  1 --------- 2
NODES = {
    1: (0, 0), 2: (200, 0), 3: (200, 200), 4: (0, 200),
    5: (80, 80), 6: (120, 80), 7: (120, 120), 8: (80, 120),
    9: (-100, 0), 10: (300, 200), 11: (400, 0), 12: (500, 0), 13: (500, 100),
}  # fmt: skip
STREETS = [([9, 1], "highway=footway", 101), ([3, 10], "highway=footway", 102)]
WAYS = {
    "ring": ([1, 2, 3, 4, 1], "", 1),
    "half": ([1, 2, 3], "", 2),
    "other half": ([3, 4, 1], "", 3),
    "bed": ([5, 6, 7, 8, 5], "", 4),
    "half bed": ([5, 6, 7], "", 5),
    "island": ([11, 12, 13, 11], "", 6),
}
SQUARE = "type=multipolygon highway=pedestrian"
BROKEN = "walkable multipolygons whose outline is not complete"


def square(tmp_path, *members, tags=SQUARE, without=()):
    """Read a relation of members (name of a way, role); one that is not in WAYS is missing."""
    drawn = [WAYS[name] for name in dict.fromkeys(name for name, _ in members) if name in WAYS]
    refs = [(WAYS[name][2] if name in WAYS else 99, role) for name, role in members]
    drawing = Drawing(NODES, STREETS + drawn, [(refs, tags)])
    path = drawing.write(tmp_path / "square.osm.pbf", without=without)
    return load_osm(path), path


def lines(extract):
    """Return {True: crossed, False: walked along}: the node lists of the relation's lines."""
    ways = extract.ways
    found = {True: [], False: []}
    for k in np.flatnonzero(ways.highway == "pedestrian"):
        nodes = ways.node_id[ways.offsets[k] : ways.offsets[k + 1]].tolist()
        found[bool(ways.area[k] >= 0)].append(nodes)
    return found


RING, HALF, BED, HALF_BED = (WAYS[name][0] for name in ("ring", "half", "bed", "half bed"))
ISLAND = WAYS["island"][0]


@pytest.mark.parametrize(
    ("members", "crossed", "walked"),
    [
        # whole: by one way or two, the same way twice, in an unknown role, with a touching ring
        ([("ring", "outer")], [RING], []),
        ([("half", "outer"), ("other half", "outer"), ("half", "outer")], [HALF, [3, 4, 1]], []),
        ([("ring", "edge")], [RING], []),
        ([("ring", "outer"), ("bed", "inner")], [RING, BED], []),
        # a way in another role that closes nothing is no outline
        ([("ring", "outer"), ("half bed", "path")], [RING], []),
        # broken: what is there is walked along
        ([("half", "outer"), ("gone", "outer")], [], [HALF]),
        ([("half", "outer")], [], [HALF]),
        ([("half", "outer"), ("bed", "inner")], [], [BED, HALF]),
        # a whole ring beside a broken one is crossed, but not if it may be the hole in it
        ([("half", "outer"), ("island", "outer")], [ISLAND], [HALF]),
        ([("half", "outer"), ("island", "")], [], [HALF, ISLAND]),
        ([("ring", "outer"), ("gone", "outer")], [RING], []),
        # a hole of unknown form: its ring is not crossed, another is
        ([("ring", "outer"), ("half bed", "inner")], [], [RING, HALF_BED]),
        ([("ring", "outer"), ("gone", "inner")], [], [RING]),
        (
            [("ring", "outer"), ("half bed", "inner"), ("island", "outer")],
            [ISLAND],
            [RING, HALF_BED],
        ),
        ([("gone", "outer")], [], []),
    ],
)  # fmt: skip
def test_which_outlines_of_a_square_are_crossed_and_which_walked_along(
    tmp_path, members, crossed, walked
):
    extract, _ = square(tmp_path, *members)
    found = lines(extract)
    assert sorted(found[True]) == sorted(crossed)
    assert sorted(found[False]) == sorted(walked)
    names = [name for name, _ in members]
    whole = "gone" not in names and not walked
    assert extract.skipped == ({} if whole else {BROKEN: 1})


def test_a_square_that_lacks_a_node_is_walked_along_on_both_sides(tmp_path):
    extract, _ = square(tmp_path, ("ring", "outer"), ("island", "outer"), without={2})
    assert lines(extract) == {True: [ISLAND], False: [[3, 4, 1]]}
    assert extract.skipped[BROKEN] == 1


def test_relations_in_relations_and_nodes_are_no_outline():
    places = {7: [(1, (0.0, 0.0)), (2, (1.0, 0.0)), (3, (0.0, 1.0)), (1, (0.0, 0.0))]}
    members = [("w", 7, "outer"), ("n", 9, "label"), ("r", 1, "subarea")]
    assert build_outline(Relation(1, {}, members), places).is_whole
    members[2] = ("r", 1, "inner")
    outline = build_outline(Relation(1, {}, members), places)
    assert (len(outline.rings), outline.lost, outline.crossed()) == (1, ["inner"], [])


def test_rings_that_touch_and_ways_that_meet_in_threes():
    at = {n: (float(x), float(y)) for n, (x, y) in NODES.items()}

    def outline(*ways):
        places = {k: [(ref, at[ref]) for ref in refs] for k, refs in enumerate(ways)}
        return build_outline(Relation(1, {}, [("w", k, "outer") for k in places]), places)

    touching = outline([1, 2], [2, 3, 1], [1, 4], [4, 9, 1])
    assert sorted(len(ring.lines) for ring in touching.rings) == [2, 2]
    thrice = outline([1, 2, 3], [3, 4, 1], [1, 5, 3])
    assert (len(thrice.rings), len(thrice.broken)) == (0, 3)
    tail = outline([1, 2, 3], [3, 4, 1], [1, 9])
    assert (len(tail.rings), len(tail.broken)) == (1, 1)


@pytest.mark.parametrize(
    "members",
    [
        [("half", "outer"), ("gone", "outer")],
        [("ring", "outer"), ("half bed", "inner")],
        [("ring", "outer"), ("gone", "inner")],
        [("half", "outer"), ("island", "outer")],
        [("half", "outer"), ("other half", "outer"), ("bed", "inner")],
        [("half", "outer"), ("bed", "inner")],
    ],
)
def test_the_judge_walks_the_same_pieces(tmp_path, members):
    extract, path = square(tmp_path, *members)
    network = exact(build_network(extract.ways, FRAME), decimals=1)
    pieces = load_pieces(path, FRAME)
    length = np.hypot(pieces.ax - pieces.bx, pieces.ay - pieces.by).sum()
    assert network.length_m.sum() == pytest.approx(length, abs=0.5)


# -- zones, buildings and water -------------------------------------------------------------------


def test_whole_rings_of_a_broken_zone_are_used_and_told(tmp_path):
    zone = "type=multipolygon landuse=residential name=Court"
    members = [("half", "outer"), ("island", "outer")]
    extract, _ = square(tmp_path, *members, tags=zone)
    assert extract.zones["osm_id"].tolist() == ["relation/1"]
    assert extract.zones.to_crs(FRAME).area.tolist() == pytest.approx([100 * 100 / 2], rel=1e-3)
    assert extract.skipped == {"areas of broken outline, of which the whole rings are used": 1}


@pytest.mark.parametrize("members", [[("half", "outer"), ("gone", "outer")], [("gone", "outer")]])
def test_a_zone_without_any_whole_ring_is_left_out_and_told(tmp_path, members):
    extract, _ = square(tmp_path, *members, tags="type=multipolygon landuse=residential")
    assert len(extract.zones) == 0
    assert extract.skipped == {"areas of broken outline, left out": 1}


def test_a_broken_hole_in_water_leaves_the_water(tmp_path):
    water = "type=multipolygon natural=water"
    extract, _ = square(tmp_path, ("ring", "outer"), ("half bed", "inner"), tags=water)
    assert extract.barriers["osm_id"].tolist() == ["relation/1"]
    assert extract.barriers.to_crs(FRAME).area.tolist() == pytest.approx([200 * 200], rel=1e-3)
