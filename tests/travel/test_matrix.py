"""The travel time matrix and the nearest few: by hand, and beside the search for verdicts."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal, assert_series_equal

import planner
from planner.crs import WGS84
from planner.errors import ArgumentError
from planner.plan.profiles import PROFILES, WalkProfile
from planner.travel import matrix as module
from planner.travel.access import join
from planner.travel.matrix import TravelTimeMatrix, find_pairs, nearest, travel_time_matrix
from planner.travel.minutes import nearest_facility, reached_pairs
from planner.travel.streets import prepare_streets
from tests.cities.drawing import ACCESS, SLANT, WALKER, Drawing, points

STREET = "highway=residential"
RIDER = WalkProfile("rider", 6.0, steps_factor=0.0, vehicle="bicycle", push_kmh=3.0)


def named(places):
    """Make a layer of points from {label: (x, y)}."""
    return points(list(places.values()), index=list(places))


@pytest.fixture(scope="module")
def ladder():
    """a --500-- b --500-- c --500-- d --500-- e   (5 minutes each), and an island f --100-- g."""
    nodes = {k: (500.0 * k, 0.0) for k in range(5)} | {8: (0.0, 900.0), 9: (100.0, 900.0)}
    return Drawing(nodes, [([0, 1, 2, 3, 4], STREET), ([8, 9], STREET)]).network()


def ask(network, origins, destinations, **options):
    asked = {"profile": WALKER, "access": ACCESS} | options
    return travel_time_matrix(network, origins, destinations, **asked)


def test_minutes_by_hand(ladder):
    """From 20 m off the street at 250 m: its leg ends at the angle of cosine 1 / 1.4."""
    homes = named({"甲": (0, 0), "乙": (250, 20), "far": (50, 900)})
    stations = named({"S2": (1000, 0), "S1": (2000, 0)})
    table = ask(ladder, homes, stations)
    off = 20 * SLANT
    assert list(table.columns) == ["origin", "destination", "minutes"]
    assert table["origin"].tolist() == ["甲", "甲", "乙", "乙"]  # nothing leads to the island
    assert table["destination"].tolist() == ["S2", "S1", "S2", "S1"]
    expected = [10.0, 20.0, (750 + off) / 100, (1750 + off) / 100]
    assert table["minutes"].tolist() == pytest.approx(expected, abs=1e-9)


def test_a_pair_on_the_cutoff_is_a_row(ladder):
    homes, stations = named({"a": (0, 0), "b": (1, 0)}), named({"c": (1500, 0)})
    assert ask(ladder, homes, stations, cutoff_minutes=15)["origin"].tolist() == ["a", "b"]
    assert ask(ladder, homes, stations, cutoff_minutes=14.995)["origin"].tolist() == ["b"]
    assert ask(ladder, homes, stations, cutoff_minutes=0)["origin"].tolist() == []
    here = ask(ladder, homes, homes, cutoff_minutes=0)
    assert here["minutes"].tolist() == [0.0, 0.0]


def test_a_matrix_has_a_place_for_what_reaches_nothing(ladder):
    homes = named({"a": (0, 0), "far": (50, 900)})
    stations = named({"x": (0, 0), "y": (500, 0), "none": (1000, 5000)})
    table = ask(ladder, homes, stations)
    expected = pd.DataFrame(
        [[0.0, 5.0, np.inf], [np.inf] * 3], index=["a", "far"], columns=["x", "y", "none"]
    )
    assert_frame_equal(table.to_matrix(), expected)
    sparse = table.to_matrix("sparse")
    assert sparse.shape == (2, 3)
    # A walk of no time is stored, what has no path is not.
    assert sorted(zip(*sparse.nonzero(), strict=True)) == [(0, 1)]
    assert (sparse.nnz, sparse.data.tolist()) == (2, [0.0, 5.0])


def test_rows_that_are_filtered_are_still_a_matrix(ladder):
    homes = named({"a": (0, 0), "b": (500, 0)})
    table = ask(ladder, homes, homes)
    near = table[table["minutes"] <= 1]
    assert isinstance(near, TravelTimeMatrix)
    assert near.to_matrix().to_numpy().tolist() == [[0.0, np.inf], [np.inf, 0.0]]
    with pytest.raises(ArgumentError, match=r"lacks minutes; take what travel_time_matrix"):
        table[["origin", "destination"]].to_matrix()
    with pytest.raises(ArgumentError, match="kind is 'csv'; give 'dense' or 'sparse'"):
        table.to_matrix("csv")


def test_a_dense_matrix_that_no_memory_holds_is_refused(ladder, monkeypatch):
    homes = named({"a": (0, 0), "b": (500, 0)})
    table = ask(ladder, homes, homes)
    monkeypatch.setattr(module, "MOST_CELLS", 3)
    with pytest.raises(ArgumentError, match=r"dense matrix of 2 x 2 .*give kind=.sparse"):
        table.to_matrix()
    monkeypatch.setattr(module, "MOST_PAIRS", 3)
    with pytest.raises(ArgumentError, match="cutoff_minutes: 2 x 2 pairs without a cutoff"):
        ask(ladder, homes, homes)
    assert len(ask(ladder, homes, homes, cutoff_minutes=1)) == 2


@pytest.mark.parametrize("empty", ["origins", "destinations"])
def test_an_empty_table_gives_an_empty_one(ladder, empty):
    layers = {"origins": points([(0, 0)]), "destinations": points([(0, 0)])} | {empty: points([])}
    table = ask(ladder, **layers)
    assert list(table.columns) == ["origin", "destination", "minutes"]
    assert (len(table), table["minutes"].dtype) == (0, np.float64)
    assert table.to_matrix().shape == tuple(len(layer) for layer in layers.values())
    few = nearest(ladder, **layers, k=3, profile=WALKER)
    assert list(few.columns) == ["origin", "destination", "rank", "minutes"]
    assert len(few) == 0


def test_one_way_streets_bind_riders_in_their_direction():
    """A ring of 4 sides of 500 m, ridden one way round: 5 minutes on, 15 minutes back."""
    nodes = {1: (0.0, 0.0), 2: (500.0, 0.0), 3: (500.0, 500.0), 4: (0.0, 500.0)}
    network = Drawing(nodes, [([1, 2, 3, 4, 1], STREET + " oneway=yes")]).network()
    ends = named({"a": (0, 0), "b": (500, 0)})
    for one, other in ((ends, ends), (ends.iloc[:1], ends), (ends, ends.iloc[:1])):
        there = ask(network, one, other, profile=RIDER).to_matrix()
        # Whichever side is searched from: the larger table, the smaller one, or either.
        assert there.loc["a", "a"] == 0.0
        if "b" in there.columns:
            assert there.loc["a", "b"] == pytest.approx(5.0, abs=1e-9)
        if "b" in there.index:
            assert there.loc["b", "a"] == pytest.approx(15.0, abs=1e-9)
    on_foot = ask(network, ends, ends).to_matrix()
    assert on_foot.loc["a", "b"] == on_foot.loc["b", "a"] == pytest.approx(5.0, abs=1e-9)


def random_town(seed):
    """A grid of 5 x 5 streets, some one-way, some steps, some a compound's own, with points."""
    rng = np.random.default_rng(seed)
    at = {5 * r + c: (200.0 * c, 200.0 * r) for r in range(5) for c in range(5)}
    pairs = [(n, n + 1) for n in at if n % 5 < 4] + [(n, n + 5) for n in at if n < 20]
    kinds = [STREET] * 5 + [STREET + " oneway=yes", STREET + " oneway=-1"]
    kinds += ["highway=steps", "highway=service access=private"]
    ways = [([a, b], str(rng.choice(kinds))) for a, b in pairs if rng.random() < 0.85]
    xy = rng.uniform(-60, 860, (14, 2)).round(1)
    return Drawing(at, ways).network(), points(xy[:5]), points(xy[5:], index=list("abcdefghi"))


@pytest.mark.parametrize("profile", [WALKER, RIDER, PROFILES["wheelchair"]], ids=lambda p: p.name)
@pytest.mark.parametrize("seed", range(6))
def test_both_sides_of_the_search_say_the_same(profile, seed):
    network, few, many = random_town(seed)
    streets = prepare_streets(network, profile, ACCESS)
    few_xy, many_xy = (np.column_stack([one.geometry.x, one.geometry.y]) for one in (few, many))
    # As verdicts are worked out: searched from where people go to.
    for starts, ends in ((few_xy, many_xy), (many_xy, few_xy)):
        pairs = reached_pairs(streets, join(streets, ends), join(streets, starts, reached=True), 12)
        expected = np.full((len(starts), len(ends)), np.inf)
        expected[pairs.target, pairs.origin] = pairs.minutes
        found = find_pairs(streets, starts, ends, 12)
        got = np.full(expected.shape, np.inf)
        got[found.origin, found.target] = found.minutes
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-9)
        assert (np.lexsort((found.target, found.origin)) == np.arange(len(found.minutes))).all()


@pytest.mark.parametrize("profile", [WALKER, RIDER], ids=lambda p: p.name)
def test_many_points_are_put_into_order_and_back(profile, monkeypatch):
    """To the last bit and in the same order as where there are few."""
    for seed in range(3):
        network, few, many = random_town(seed)
        asked = {"profile": profile, "access": ACCESS, "cutoff_minutes": 12}
        monkeypatch.setattr(module, "MANY", 10_000)
        plain = [travel_time_matrix(network, *ends, **asked) for ends in ((few, many), (many, few))]
        monkeypatch.setattr(module, "MANY", 2)
        monkeypatch.setattr(module, "SQUARE_M", 150.0)
        again = [travel_time_matrix(network, *ends, **asked) for ends in ((few, many), (many, few))]
        for one, other in zip(plain, again, strict=True):
            assert_frame_equal(one, other)


@pytest.mark.parametrize("profile", [WALKER, RIDER], ids=lambda p: p.name)
def test_many_origins_without_a_cutoff_find_the_same(profile, monkeypatch):
    """Nodes are eliminated first: only the last digits may differ, and a cutoff changes nothing."""
    for seed in range(3):
        network, few, many = random_town(seed)
        for ends in ((few, many), (many, few)):
            asked = {"profile": profile, "access": ACCESS}
            plain = travel_time_matrix(network, *ends, **asked)
            within = travel_time_matrix(network, *ends, **asked, cutoff_minutes=8)
            with monkeypatch.context() as patch:
                patch.setattr(module, "MANY_SEARCHES", 1)
                swept = travel_time_matrix(network, *ends, **asked)
                assert_frame_equal(swept, plain, rtol=0, atol=1e-9)
                again = travel_time_matrix(network, *ends, **asked, cutoff_minutes=8)
                assert_frame_equal(again, within)


@pytest.mark.parametrize("seed", range(6))
def test_the_smallest_of_a_row_is_the_nearest_facility(seed):
    network, stations, homes = random_town(seed)
    for profile in (WALKER, RIDER):
        asked = {"profile": profile, "access": ACCESS}
        matrix = travel_time_matrix(network, homes, stations, **asked).to_matrix()
        one = nearest_facility(network, stations, homes, **asked)
        # To the last bit: verdicts and matrix are the same walks.
        assert_series_equal(matrix.min(axis=1), one["minutes"], check_names=False)
        few = nearest(network, homes, stations, k=3, **asked)
        for label, row in matrix.iterrows():
            ranked = row[np.isfinite(row)].sort_values(kind="stable")[:3]
            mine = few[few["origin"] == label]
            assert mine["destination"].tolist() == ranked.index.tolist()
            assert mine["minutes"].tolist() == ranked.tolist()
            assert mine["rank"].tolist() == list(range(1, len(ranked) + 1))


def test_the_nearest_few_by_hand(ladder):
    homes = named({"a": (0, 0), "far": (50, 900)})
    stations = named({"S1": (1000, 0), "S2": (500, 0), "S3": (500, 0), "S4": (2000, 0)})
    stations["name"] = ["东", "西", "中", "北"]
    table = nearest(ladder, homes, stations, k=3, profile=WALKER, access=ACCESS)
    expected = pd.DataFrame(
        {
            "origin": ["a"] * 3,
            "destination": ["S2", "S3", "S1"],  # of equals the first of the table
            "rank": [1, 2, 3],
            "minutes": [5.0, 5.0, 10.0],
            "name": ["西", "中", "东"],
        }
    )
    assert_frame_equal(table, expected, check_dtype=False, atol=1e-9)
    assert len(nearest(ladder, homes, stations, k=9, profile=WALKER)) == 4  # there are no more
    assert nearest(ladder, homes, stations.geometry, profile="adult").columns[-1] == "minutes"


def test_of_equals_the_first_k_are_kept_whatever_the_order_of_search(ladder):
    homes = named({"a": (1000, 0)})
    around = named({k: (500.0 if k % 2 else 1500.0, 0.0) for k in range(6)})
    table = nearest(ladder, homes, around, k=4, profile=WALKER, access=ACCESS)
    assert table["destination"].tolist() == [0, 1, 2, 3]
    assert table["minutes"].tolist() == pytest.approx([5.0] * 4, abs=1e-9)


@pytest.mark.parametrize("k", [0, -1, 2.5, True, "3", None])
def test_k_is_a_whole_number(ladder, k):
    with pytest.raises(ArgumentError, match=r"k is .*; give a whole number from 1 on"):
        nearest(ladder, points([(0, 0)]), points([(0, 0)]), k=k)


@pytest.mark.parametrize("function", [travel_time_matrix, nearest])
def test_what_cannot_be_meant_is_named(ladder, function):
    here, twice = points([(0, 0)]), points([(0, 0), (1, 0)], index=["A", "A"])
    for origins, destinations, said, message in [
        (twice, here, {}, "origins: the label 'A' stands twice"),
        (here.set_index([["x"], [1]]), here, {}, "origins: the index has 2 levels; reset_index"),
        (here, twice, {}, "destinations: the label 'A' stands twice"),
        (here.set_crs(None, allow_override=True), here, {}, "origins has no CRS"),
        (here.geometry.buffer(9), here, {}, "origins, row 0: a Polygon, not a Point"),
        (here, [(0, 0)], {}, "destinations is a list; give a GeoSeries"),
        (here, shapely.Point(0, 0), {}, "destinations: a bare point has no CRS; give gpd.Geo"),
        (here, here, {"profile": "grandma"}, "profile: unknown profile 'grandma'; known are"),
    ]:
        with pytest.raises(ArgumentError, match=message):
            function(ladder, origins, destinations, **said)
    for cutoff in (-1, np.nan, "15", [5, 10]):
        with pytest.raises(ArgumentError, match="cutoff_minutes"):
            travel_time_matrix(ladder, here, here, cutoff_minutes=cutoff)


def test_layers_in_degrees_and_the_public_names(ladder):
    ends = named({"a": (0, 0), "b": (500, 0)})
    there = planner.travel_time_matrix(ladder, ends.to_crs(WGS84), ends.geometry, profile=WALKER)
    assert there["minutes"].tolist() == pytest.approx([0, 5, 5, 0], abs=1e-6)
    assert planner.nearest is nearest
    assert planner.TravelTimeMatrix is TravelTimeMatrix
    assert isinstance(ends, gpd.GeoDataFrame)


@pytest.mark.parametrize("kind", ["dense", "sparse"])
def test_a_matrix_refuses_labels_it_does_not_know_and_pairs_twice(ladder, kind):
    table = ask(ladder, named({"a": (0, 0), "b": (500, 0)}), named({"c": (1000, 0)}))
    renamed = table.replace({"origin": {"a": "zz"}})
    with pytest.raises(ArgumentError, match="origin 'zz' is no label of the origins asked about"):
        renamed.to_matrix(kind)
    with pytest.raises(ArgumentError, match="destination 'zz' is no label"):
        table.assign(destination="zz").to_matrix(kind)
    with pytest.raises(ArgumentError, match="origin 'a' and destination 'c' stands twice; keep"):
        table.iloc[[1, 0, 0]].to_matrix(kind)
    # in any order, and none at all
    back = table.iloc[::-1].to_matrix(kind)
    cells = back.toarray() if kind == "sparse" else back.to_numpy()
    assert cells.tolist() == [[10.0], [5.0]]
    assert table.iloc[:0].to_matrix(kind).shape == (2, 1)
