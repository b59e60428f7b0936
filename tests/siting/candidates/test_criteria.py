"""What lies around a site, worked out by hand on a street, and the score of it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.plan import Weights
from planner.siting.candidates.criteria import score_sites
from planner.siting.candidates.gather import find_candidates
from planner.siting.candidates.street_frontage import STREET_CLASSES, find_faced_streets
from tests.cities.drawing import FRAME, Drawing
from tests.siting.public_street import STREET, at_street, street_run

GROUPS = """
[[groups]]
name = "elderly"
share = 0.3
[candidates]
table = "candidates.csv"
"""
DEMAND = """
[[demand]]
kind = "residential"
table = "homes.csv"
people = "people"
[[demand]]
kind = "commercial"
table = "shops.csv"
people = "people"
"""
# A site at 500: F is 500 m away. Homes at 800 (4.5 min), 1100 (9 min), 1400 (13.5 min) and 1600;
# 333.33 m are exactly five minutes. An adult walks 66.67 m a minute.
HOMES = [("a", 10, 800, 0), ("b", 20, 1100, 0), ("c", 40, 1400, 0), ("d", 80, 1600, 0)]
SHOPS = [("s", 5, 450, 0)]
PLACES = STREET.having(
    nodes={50: (900, 0), 51: (300, 0), 52: (560, 0), 53: (240, 0), 54: (2000, 30), 55: (100, 0)},
    spots={
        50: "railway=subway_entrance", 51: "highway=bus_stop", 52: "amenity=library",
        53: "amenity=school", 54: "amenity=clinic", 55: "amenity=bank",
    },
)  # fmt: skip
SITES = [("s", "Site", 500, 0)]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    result = street_run(
        tmp_path_factory.mktemp("criteria"), drawing=PLACES, demand=DEMAND, sites=SITES,
        tables={"homes.csv": HOMES, "shops.csv": SHOPS}, more=GROUPS,
    )  # fmt: skip
    [row] = find_candidates(result).to_dict("records")
    return row


def test_people_are_counted_by_kind_group_and_cutoff(site):
    assert [site[f"people_residential_{cutoff}"] for cutoff in (5, 10, 15)] == [10, 30, 70]
    assert [site[f"people_commercial_{cutoff}"] for cutoff in (5, 10, 15)] == [5, 5, 5]
    assert site["people_elderly"] == pytest.approx(0.3 * 70)
    assert "people_industrial_15" not in site  # nobody works there
    assert not any(key.startswith("people_all") for key in site)


def test_who_is_left_out_is_told_apart(site):
    assert site["left_out_residential"] == 60  # b at 1100 and c at 1400: over 1000 m from F
    assert site["left_out_commercial"] == 0


def test_walks_to_metro_bus_and_facility(site):
    # UTM zone 51 is 0.012 % short here
    assert site["metro_minutes"] == pytest.approx(400 / 66.6667, rel=3e-4)
    assert site["bus_minutes"] == pytest.approx(200 / 66.6667, rel=3e-4)
    assert site["facility_minutes"] == pytest.approx(500 / 66.6667, rel=3e-4)


def test_at_a_station_there_is_no_walk_at_all(tmp_path):
    """0 minutes, not 1e-11: two places with the same degrees have the same metres."""
    stations = [(f"F{k}", f"Station {k}", 130 * k, 7 * k) for k in range(-6, 7)]
    result = street_run(tmp_path, facilities=stations, sites=stations)
    sites = find_candidates(result)
    assert len(sites) == 13
    assert sites["facility_minutes"].tolist() == [0.0] * 13


def test_services_are_those_within_the_first_cutoff_but_banks(site):
    assert site["services_in_reach"] == 2  # library and school; the clinic is far


def test_a_place_is_not_among_its_own_services(tmp_path):
    result = at_street(tmp_path, drawing=PLACES, more="[candidates]\nfrontage = false\n")
    sites = find_candidates(result).set_index("site_id")
    assert sites.loc["osm/node/52", "services_in_reach"] == 1  # the school, 320 m away
    assert sites.loc["osm/node/55", "services_in_reach"] == 1  # the school, not itself


def test_without_stops_the_walk_is_infinite_and_the_score_says_so(tmp_path):
    from planner.siting.candidates.gather import gather_candidates

    found = gather_candidates(at_street(tmp_path, sites=SITES))
    [site] = found.sites.to_dict("records")
    assert (site["metro_minutes"], site["bus_minutes"]) == (np.inf, np.inf)
    assert site["services_in_reach"] == 0
    assert found.notes == [
        f"candidates: no site has any {name} to be scored by"
        for name in ("metro", "bus", "services")
    ]
    # residents: the most of all, 1; street: tertiary; distance: 7.5 of 30 minutes
    by_hand = (3 * 1 + 2 * STREET_CLASSES["tertiary"] + 1 * 7.5 / 30) / 6
    assert site["score"] == pytest.approx(by_hand, rel=1e-3)


def test_a_station_stands_for_exits_that_are_not_mapped(tmp_path):
    station = "railway=station station=subway"
    with_exit = PLACES.having(nodes={56: (700, 0)}, spots={56: station})  # its exit is at 900
    [site] = find_candidates(at_street(tmp_path, drawing=with_exit, sites=SITES)).to_dict("records")
    assert site["metro_minutes"] == pytest.approx(400 / 66.6667, rel=3e-4)
    without = with_exit.having(spots={50: "highway=crossing"})
    [site] = find_candidates(at_street(tmp_path, drawing=without, sites=SITES)).to_dict("records")
    assert site["metro_minutes"] == pytest.approx(200 / 66.6667, rel=3e-4)


# -- the street faced -----------------------------------------------------------------------------


def test_the_street_faced_is_the_nearest_that_premises_face():
    # a footway 10 m off the main street, a lane 80 m off it, a private road beyond
    drawing = Drawing(
        {1: (0, 0), 2: (400, 0), 3: (0, 10), 4: (400, 10), 5: (0, 80), 6: (400, 80),
         7: (0, 300), 8: (400, 300)},
        [([1, 2], "highway=primary"), ([3, 4], "highway=footway"), ([5, 6], "highway=service"),
         ([7, 8], "highway=residential access=private")],
    )  # fmt: skip
    xy = np.array([[100.0, 12.0], [100.0, 79.0], [100.0, 295.0], [100.0, 190.0]])
    found = find_faced_streets(drawing.network(), xy, 100.0)
    assert found.tolist() == ["primary", "service", "residential", ""]


def test_no_candidates_face_no_streets():
    network = Drawing({1: (0, 0), 2: (400, 0)}, [([1, 2], "highway=primary")]).network()
    assert find_faced_streets(network, np.empty((0, 2)), 100.0).tolist() == []
    assert network.crs == FRAME


# -- the score ------------------------------------------------------------------------------------

CUTOFFS = (5.0, 10.0, 15.0)


def table(n, rng):
    walk = rng.choice([0.0, 2.0, 14.0, 40.0, np.inf], n)
    return pd.DataFrame(
        {
            "highway": rng.choice(["primary", "residential", "footway", ""], n),
            "cost": rng.uniform(0, 9, n),
            "people_residential_15": rng.integers(0, 900, n).astype(float),
            "people_commercial_15": rng.integers(0, 900, n).astype(float),
            "metro_minutes": walk,
            "bus_minutes": rng.permutation(walk),
            "facility_minutes": rng.permutation(walk),
            "services_in_reach": rng.integers(0, 9, n),
        }
    )


weights = st.fixed_dictionaries(
    {name: st.sampled_from([0.0, 0.5, 1.0, 7.0]) for name in Weights.model_fields}
).filter(lambda given: any(given.values()))


@given(seed=st.integers(0, 99), n=st.integers(0, 8), given_weights=weights)
def test_scores_lie_between_0_and_1_and_only_the_ratio_of_weights_matters(seed, n, given_weights):
    sites = table(n, np.random.default_rng(seed))
    score, idle = score_sites(sites, Weights(**given_weights), CUTOFFS)
    assert score.shape == (n,)
    assert ((score >= 0) & (score <= 1)).all()
    assert set(idle) <= {name for name, weight in given_weights.items() if weight}
    double = {name: 2 * weight for name, weight in given_weights.items()}
    assert score_sites(sites, Weights(**double), CUTOFFS)[0] == pytest.approx(score)
    order = np.random.default_rng(seed).permutation(n)
    shuffled = sites.iloc[order].reset_index(drop=True)
    assert score_sites(shuffled, Weights(**given_weights), CUTOFFS)[0] == pytest.approx(
        score[order]
    )


def only(name):
    return Weights(**(dict.fromkeys(Weights.model_fields, 0.0) | {name: 2.0}))


@pytest.mark.parametrize(
    ("name", "column", "values", "expected"),
    [
        ("residents", "people_residential_15", [0, 50, 200], [0, 0.25, 1]),
        ("visitors", "people_commercial_15", [10, 0, 5], [1, 0, 0.5]),
        ("street", "highway", ["primary", "footway", ""], [1, 0.3, 0]),
        ("metro", "metro_minutes", [0, 7.5, np.inf], [1, 0.5, 0]),
        ("bus", "bus_minutes", [0, 2.5, 5], [1, 0.5, 0]),
        ("services", "services_in_reach", [4, 1, 0], [1, 0.25, 0]),
        ("distance", "facility_minutes", [0, 15, np.inf], [0, 0.5, 1]),
        ("cost", "cost", [0, 1, 4], [1, 0.75, 0]),
    ],
)
def test_each_criterion_by_hand(name, column, values, expected):
    sites = table(3, np.random.default_rng(0)).assign(**{column: values})
    score, idle = score_sites(sites, only(name), CUTOFFS)
    assert score == pytest.approx(expected)
    assert idle == []


def test_a_criterion_that_no_site_meets_is_left_out():
    sites = table(2, np.random.default_rng(1)).assign(metro_minutes=np.inf)
    score, idle = score_sites(sites, only("metro"), CUTOFFS)
    assert score.tolist() == [0, 0]
    assert idle == ["metro"]
    assert score_sites(sites, only("workers"), CUTOFFS)[1] == ["workers"]
