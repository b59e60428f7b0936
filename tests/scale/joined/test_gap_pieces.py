"""Units that hang together over parts are joined together, and none of them twice."""

import numpy as np
import pandas as pd
from pyproj import CRS

from planner.crs import project
from planner.scale.cut.ground import TileGround
from planner.scale.joined.gap_pieces import bundle_pieces, find_pieces, take_bundle
from planner.scale.parts.folding import fold_scores


def part_of(rows, unknown=()):
    """Return a part with units: number of the row, town, x, whether it lies near the border."""
    columns = ["row", "town", "x", "near_border"]
    gaps = pd.DataFrame(list(rows), columns=columns).assign(y=0.0, join_m=100.0)
    doubtful = pd.DataFrame(list(unknown), columns=[*columns, "reason"])
    return {"gap_units": gaps, "unknown_units": doubtful.assign(y=0.0, join_m=100.0)}


def bundle(parts, most_units):
    """Return for each bundle the parts that have units of it, and the rows of these."""
    pieces = [find_pieces(part) for part in parts]
    bundles = bundle_pieces(pieces, most_units)
    told = []
    for number, some in enumerate(bundles.parts):
        taken = [take_bundle(pieces[k], bundles.of_part[k], number) for k in some]
        rows = [row for one in taken for table in one.values() for row in table["row"].tolist()]
        told.append((list(some), sorted(rows)))
    return told


def test_pieces_over_three_parts_are_one():
    """Along a street: 0 | 90 180 | 270 are one piece, 600 and 700 another, 1000 is alone."""
    west = part_of([(0, "A", 0.0, True), (5, "A", 1000.0, False)])
    middle = part_of([(1, "A", 90.0, True), (2, "A", 180.0, True)])
    east = part_of([(3, "A", 270.0, True), (4, "A", 600.0, False), (6, "A", 700.0, False)])
    parts = [west, middle, east]
    # A bundle begins with each piece that the ones before fill up.
    assert bundle(parts, 1) == [([0, 1, 2], [0, 1, 2, 3]), ([0], [5]), ([2], [4, 6])]
    assert bundle(parts, 5) == [([0, 1, 2], [0, 1, 2, 3, 5]), ([2], [4, 6])]
    assert bundle(parts, 100) == [([0, 1, 2], [0, 1, 2, 3, 4, 5, 6])]


def test_neighbours_of_two_towns_or_two_reasons_are_not_joined():
    parts = [
        part_of([(0, "A", 0.0, True)], [(2, "A", 0.0, True, "far")]),
        part_of(
            [(1, "B", 50.0, True)], [(3, "A", 50.0, True, "near"), (4, "A", 50.0, True, "far")]
        ),
    ]
    assert bundle(parts, 1) == [([0, 1], [0, 2, 4]), ([1], [1, 3])]


def test_parts_without_anybody_left_out():
    assert bundle([part_of([]), part_of([])], 5) == []
    assert bundle([part_of([]), part_of([(0, "A", 0.0, False)])], 5) == [([1], [0])]


def test_residents_with_one_score_are_one_row():
    """Scores that differ in their last bit stay apart; those that are not known are one."""
    near = np.nextafter(0.3, 1)
    table = pd.DataFrame(
        {"score": [0.3, near, 0.3, np.nan, np.nan], "people": [1.0, 2, 4, 8, 16], "people_old": 0.1}
    )
    folded = fold_scores([table.iloc[:3], table.iloc[3:]])
    assert folded["people"].tolist() == [5, 2, 24]
    assert folded["people_old"].tolist() == [0.2, 0.1, 0.2]
    assert folded["score"].tolist()[:2] == [0.3, near]
    assert np.isnan(folded["score"].iloc[2])
    of_classes = fold_scores([table.assign(**{"class": ["a", "a", "b", "a", ""]})])
    assert of_classes["people"].tolist() == [1, 2, 4, 8, 16]


def test_whoever_has_a_neighbour_in_another_core_is_near_its_border():
    """Two cores that meet at 9.1° E and 47.5° N: no pair over the border is overlooked."""
    crs, rng = CRS(32632), np.random.default_rng(5)
    middle = project(np.array([9.1]), np.array([47.5]), crs)[0]
    xy = middle + rng.uniform(-400, 400, (600, 2))
    join_m = rng.choice([100.0, 180.0], 600)
    cores = [(9.1, 47.5, 9.2, 47.6), (9.0, 47.4, 9.1, 47.5), (9.0, 47.5, 9.1, 47.6)]
    owner, near = np.full(600, -1), np.zeros(600, dtype=bool)
    for number, core in enumerate(cores):
        ground = TileGround(crs, core, core, -180.0, np.arange(0))
        own = np.flatnonzero(ground.holds(xy))
        owner[own] = number
        near[own] = ground.is_near_border(xy[own], (join_m[own] + 180) / 2)
    apart_m = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    close = apart_m <= (join_m[:, None] + join_m[None]) / 2
    beyond = (close & (owner[:, None] != owner[None])).any(axis=1)
    assert (near | ~beyond)[owner >= 0].all()
    assert beyond.any()
    assert not near[owner >= 0].all()
