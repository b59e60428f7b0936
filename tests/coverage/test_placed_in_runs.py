"""People placed run by run are those that are placed at once, to the last bit."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from shapely.geometry import box

from planner.coverage.placed_demand import find_owned, place_in_runs, place_one
from planner.coverage.runs_of_rows import list_ranges
from planner.coverage.zone_units import split_zones
from planner.errors import DemandError, SourceError
from planner.network.study_area import find_study_area
from planner.plan.profiles import PROFILES
from planner.sources.demand_input import load_demand
from tests.cities.drawing import FRAME
from tests.cities.random_people import AREA, TOWNS, random_people
from tests.cities.rasters import reading_rasters_here
from tests.cities.small_plan import inputs_of
from tests.samples import first, is_whole

__all__ = ["reading_rasters_here"]
pytestmark = pytest.mark.usefixtures("reading_rasters_here")


def ready(inputs):
    area = find_study_area(inputs, PROFILES["adult"])
    return area, find_owned(inputs.osm.zones.to_crs(area.crs), area, needed=True)


def to_bytes(units):
    """Return a table of units with shapes as WKB, which tells every bit of them."""
    shapes = gpd.GeoSeries(units["cell"].to_numpy(dtype=object), crs=units.crs).to_wkb()
    plain = pd.DataFrame(units.drop(columns=["cell", "geometry"]))
    return plain.assign(cell=shapes.to_numpy(), point=units.geometry.to_wkb())


def assert_same(runs, whole):
    """Compare runs, one below the other, with what is placed at once: bits, types, what is told."""
    units = gpd.GeoDataFrame(pd.concat([run.units for run in runs], ignore_index=True))
    assert_frame_equal(to_bytes(units), to_bytes(whole.units), check_exact=True)
    assert units.crs == whole.units.crs
    *others, last = runs
    assert (last.dropped, last.notes, last.rasters) == (whole.dropped, whole.notes, whole.rasters)
    assert all(not (run.dropped or run.notes or run.rasters) for run in others)
    assert len(runs) == 1 or all(len(run.units) for run in runs)


@pytest.mark.parametrize("seed", first(1, range(12)))
def test_runs_of_a_random_city_are_the_whole(tmp_path, seed):
    inputs = random_people(tmp_path, seed)
    area, owned = ready(inputs)
    for part in inputs.demand:
        whole = place_one(part, inputs, area, owned)
        for most in (1, 2, 7, 10_000) if is_whole() else (7,):
            runs = [*place_in_runs(part, inputs, area, owned, most=most)]
            assert_same(runs, whole)
        assert len(whole.units) > 0


def test_places_kept_as_numbers_make_the_same_units(tmp_path):
    inputs = random_people(tmp_path, 0)
    area, owned = ready(inputs)
    for part in (inputs.demand[0], inputs.demand[3]):
        narrow = load_demand(part.plan, (), None, datum="EPSG:4326", narrow=True)
        assert "geometry" not in narrow.points.rows
        whole = place_one(part, inputs, area, owned)
        for most in (3, None):
            assert_same([*place_in_runs(narrow, inputs, area, owned, most=most)], whole)


# -- by hand --------------------------------------------------------------------------------------


def test_rows_in_runs():
    assert list_ranges(5, 2) == [slice(0, 2), slice(2, 4), slice(4, 5)]
    assert list_ranges(5, None) == list_ranges(5, 9) == [slice(0, 5)]
    assert list_ranges(0, 2) == list_ranges(0, None) == [slice(0, 0)]


def zones_of(*shapes):
    ids = [f"way/{n}" for n in range(1, len(shapes) + 1)]
    return gpd.GeoDataFrame(
        {"zone_id": ids, "kind": "residential", "name": ""}, geometry=list(shapes), crs=FRAME
    )


def houses_of(*shapes):
    ids = [f"way/{n}" for n in range(11, 11 + len(shapes))]
    levels = np.full(len(shapes), np.nan)
    return gpd.GeoDataFrame({"osm_id": ids, "levels": levels}, geometry=list(shapes), crs=FRAME)


def test_a_zone_is_never_cut():
    # Three houses, 4 cells of 50 m, one house: runs of at most 4 units are zones 1, 2 and 3.
    zones = zones_of(*(box(x, 0, x + 100, 100) for x in (0, 100, 200)))
    houses = houses_of(*(box(x, 10, x + 20, 40) for x in (10, 40, 70)), box(210, 10, 240, 40))
    split = split_zones(zones, houses, most=4)
    assert split.runs == [(0, 1), (1, 2), (2, 3)]
    assert [len(run.units) for run in split.make_runs()] == [3, 4, 1]
    assert split_zones(zones, houses, most=7).runs == [(0, 2), (2, 3)]
    # The floor ratio of the cells is that of all zones that show houses, whatever the run:
    # (3 x 600 + 900) m² x 2 storeys on 20,000 m² is 0.27, of a cell of 2,500 m² 675 m².
    for most in (1, 4, 7, None):
        runs = [*split_zones(zones, houses, most=most).make_runs()]
        cells = pd.concat([run.units for run in runs]).query("zone_id == 'way/2'")
        assert cells["weight"].to_numpy() == pytest.approx([675] * 4)


def test_two_buildings_of_one_id_in_two_runs_are_the_first():
    houses = houses_of(box(10, 10, 40, 40), box(50, 10, 90, 40)).assign(osm_id="way/9")
    for most in (1, None):
        (run,) = split_zones(zones_of(box(0, 0, 100, 100)), houses, most=most).make_runs()
        assert run.units["demand_id"].tolist() == ["residential:way/9"]
        assert run.units["weight"].tolist() == [1800]  # 30 x 30 m², 2 storeys


def points(folder, rows):
    demand = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
    return inputs_of(folder, demand, tables={"homes.csv": rows}, area=AREA, towns=TOWNS)


def test_what_is_told_of_a_table_comes_with_the_last_run(tmp_path):
    rows = [("in", 10, 0, 100), ("ring", 20, 0, 600), ("out", 40, 0, 4000), ("too", 5, -20, -450)]
    inputs = points(tmp_path, rows)
    area, owned = ready(inputs)
    one, two = place_in_runs(inputs.demand[0], inputs, area, owned, most=1)
    assert one.units["demand_id"].tolist() == ["residential:in"]
    assert (one.dropped, one.notes) == ([], [])
    assert two.units[["demand_id", "town"]].values.tolist() == [["residential:too", ""]]
    assert two.dropped == [
        {"file": "homes.csv", "row": 4, "reason": "people: outside the area and its ring"}
    ]
    assert two.notes == [
        "homes.csv: 1 rows lie in the ring round the area, where nobody is counted"
    ]


def test_nobody_inside_is_one_run_without_units(tmp_path):
    inputs = points(tmp_path, [("a", 10, 0, 600), ("b", 10, 0, 700)])
    area, owned = ready(inputs)
    (run,) = place_in_runs(inputs.demand[0], inputs, area, owned, most=1)
    assert len(run.units) == 0
    assert len(run.notes) == 1


def test_all_rows_outside_are_refused_as_at_once(tmp_path):
    inputs = points(tmp_path, [("a", 10, 0, 4000), ("b", 10, 0, 4100), ("c", 10, 0, 4200)])
    area, owned = ready(inputs)
    (part,) = inputs.demand
    narrow = load_demand(part.plan, (), None, datum="EPSG:4326", narrow=True)
    said = set()
    for one, most in ((part, 1), (part, 2), (part, None), (narrow, 2)):
        with pytest.raises(SourceError, match=r"homes.csv: all 3 rows lie outside") as caught:
            [*place_in_runs(one, inputs, area, owned, most=most)]
        said.add(str(caught.value))
    assert len(said) == 1


def test_a_town_without_zone_is_refused_before_the_first_run(tmp_path):
    inputs = random_people(tmp_path, 1)
    area, owned = ready(inputs)
    part = inputs.demand[1]
    totals = part.totals.assign(people=7)
    east = area.towns.set_index("name").geometry["East"]
    none = owned[owned.geometry.distance(east) > 10]
    part = replace(part, totals=totals[:1].assign(town="East"))
    with pytest.raises(DemandError, match="East has 7 people of kind residential but no zone"):
        next(place_in_runs(part, inputs, area, none.reset_index(drop=True), most=1))
