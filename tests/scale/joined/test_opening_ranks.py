"""Openings ranked in bundles of compounds are those ranked all at once."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from planner.scale.joined.joined_gaps import UnitsHere
from planner.scale.joined.opening_ranks import (
    BundledOpenings,
    bundle_openings,
    count_pairs,
    take_openings,
)

#: gate_id, kind, compound_id, path_m, at_m
CLOSED = ("G", "closed gate", "")
SHUT, SIDE = ("H", "residents-only gate", "c"), ("N1", "new opening", "c", 10.0, 100.0)
NEXT, FAR = ("N2", "new opening", "c", 12.0, 120.0), ("M", "new opening", "d", 9.0, 5.0)


def part_of(*rows):
    """Return a part: openings, and of each the people of the units that it brings."""
    openings, gains = [], []
    for number, (opening, units) in enumerate(rows):
        gate_id, kind, compound, path_m, at_m = (*opening, np.nan, np.nan)[:5]
        openings.append({
            "gate_id": gate_id, "kind": kind, "compound_id": compound, "compound": "",
            "path_m": path_m, "x": 0.0, "y": 0.0, "outline": -1 if np.isnan(at_m) else 0,
            "at_m": at_m, "round_m": 1000.0, "node_id": 7 if np.isnan(at_m) else -1, "twin": 0,
        })  # fmt: skip
        gains += [
            {"opening": number, "unit": unit, "kind": "residential", "people": people,
             "facility": facility}
            for unit, people, facility in units
        ]  # fmt: skip
    return {"openings": pd.DataFrame(openings), "gains": pd.DataFrame(gains)}


PARTS = [
    part_of((SHUT, [(0, 5.0, 1)]), (SIDE, [(0, 5.0, 0), (1, 7.0, 0)]), (CLOSED, [(2, 1.0, 0)])),
    part_of((SIDE, [(8, 3.0, 1)]), (NEXT, [(8, 3.0, 1)]), (FAR, [(9, 20.0, 2)])),
]


def rank(most_pairs):
    """Return what bundles of so many pairs tell, and the bundle of each opening."""
    here = UnitsHere([SimpleNamespace(tables=part) for part in PARTS], None)
    bundled = BundledOpenings(bundle_openings([count_pairs(part) for part in PARTS], most_pairs))
    return [*here.rank_openings(bundled)], [of.tolist() for of in bundled.of_part]


def test_a_compound_is_in_one_bundle_and_an_opening_of_two_parts_is_one():
    """SIDE brings 5 + 7 in the west, 3 in the east; NEXT stands 20 m from it, so gives way."""
    told, bundles = rank(5)
    assert bundles == [[0, 0, 1], [0, 0, 1]]
    first, second = told
    assert first["gate_id"].tolist() == ["N1", "H", "N2"]
    assert first["people_residential"].tolist() == [15, 5, 3]
    assert first["units"].tolist() == [3, 1, 1]
    assert first["alternatives"].tolist() == [1, 0, -1]
    # 12 of its 15 people go to the first facility.
    assert first["facility_id"].tolist() == [0, 1, 1]
    assert second["gate_id"].tolist() == ["M", "G"]


def test_all_at_once_tells_the_same():
    told, bundles = rank(100)
    assert bundles == [[0, 0, 0], [0, 0, 0]]
    few = pd.concat(rank(1)[0]).sort_values("gate_id", ignore_index=True)
    pd.testing.assert_frame_equal(told[0].sort_values("gate_id", ignore_index=True), few)


def test_nobody_gains_by_any_opening():
    nothing = {"openings": PARTS[0]["openings"].iloc[:0], "gains": PARTS[0]["gains"].iloc[:0]}
    counted = [count_pairs(nothing), count_pairs(nothing)]
    bundled = BundledOpenings(bundle_openings(counted, 10))
    assert (bundled.count, bundled.list_parts(0)) == (1, [0])
    taken = take_openings(nothing, bundled.of_part[0], 0, 0)
    assert len(taken["openings"]) == len(taken["gains"]) == 0
    here = UnitsHere([SimpleNamespace(tables=nothing)] * 2, None)
    (told,) = here.rank_openings(bundled)
    assert len(told) == 0
