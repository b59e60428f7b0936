"""Doubts beside their judge: the edge of the data, and stations whose place is not confirmed."""

import numpy as np
import pytest
from shapely.geometry import Point, box

from planner.coverage.counting import judge
from planner.coverage.edge import measure_edge
from planner.coverage.grounds import NOT_CONFIRMED, UnsurePlaces, find_grounds
from planner.travel.access import join
from planner.travel.minutes import nearest_minutes
from tests.judge.test_engine_with_walls import random_both
from tests.judge.walks import verdicts
from tests.samples import first


def land_around(places, rng):
    """Return land that ends near the places, with a hole among them."""
    (west, south), (east, north) = places.min(axis=0), places.max(axis=0)
    rims = rng.uniform(-40, 150, 4)
    land = box(west - rims[0], south - rims[1], east + rims[2], north + rims[3])
    hole = Point(rng.uniform([west, south], [east, north])).buffer(0.1 * (east - west), quad_segs=2)
    return land - hole


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize("seed", first(4, range(25)))
def test_verdicts_at_the_edge_of_the_data_and_round_approximate_stations(seed, complete, tmp_path):
    both, places = random_both(seed, tmp_path)
    rng = np.random.default_rng(seed)
    facilities, units, cutoff = places[::6], places, 2.0
    welcome = rng.random(len(facilities)) < 0.8
    radius = [float(rng.choice([0, 30])) if rng.random() < 0.3 else None for _ in facilities]
    sure, land = np.array([one is None for one in radius]), land_around(places, rng)
    unsure = UnsurePlaces(
        facilities[~sure],
        np.array([one for one in radius if one is not None]),
        ~welcome[~sure],
        np.array([NOT_CONFIRMED] * int((~sure).sum()), dtype=object),
    )
    doors = join(both.streets, facilities[sure], closed=~welcome[sure])
    people = join(both.streets, units, reached=True)
    minutes, _ = nearest_minutes(both.streets, doors, people)
    grounds = find_grounds(both.streets, people, measure_edge(land, units, complete=complete))
    reach_m = both.streets.profile.speed_m_per_min * cutoff
    doubt = grounds.doubts(doors, np.ones(len(doors), dtype=bool), reach_m, minutes, unsure)
    found = judge(minutes, doubt, cutoff)
    expected = verdicts(
        both.judge, facilities, units, cutoff, land, welcome, complete=complete, approximate=radius
    )
    assert list(zip(found["verdict"], found["reason"], strict=True)) == expected
