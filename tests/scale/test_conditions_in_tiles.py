"""Named conditions in tiles: ice, closed streets and a flood, as a plain run asks them."""

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Polygon

from planner.errors import PlannerError
from planner.scale.driver import run_in_tiles
from planner.scale.work.steps import OneProcess, StepStore
from tests.cities.drawing import FRAME
from tests.cities.rasters import reading_rasters_here
from tests.cities.small_plan import lonlat
from tests.samples import first
from tests.scale.test_both_ways_in_tiles import write_city
from tests.scale.tiles_beside_plain import (
    assert_same_demand,
    assert_same_figures,
    assert_same_verdicts,
    run_both,
)

__all__ = ["reading_rasters_here"]
pytestmark = pytest.mark.usefixtures("reading_rasters_here", "read_and_cut_here")

#: Seed, tiles, whose minutes decide, whether stations on flooded ground close.
CASES = [
    (1, 2, "both", True),
    *((n, 4, ["to", "from", "both"][n % 3], n % 2 == 0) for n in range(2, 8)),
]
CONDITIONS = """
[[conditions]]
name = "ice"
crossing_delay = 1.5
closed_highways = ["path"]
closed_streets = "closed.csv"
[[conditions.speeds]]
factor = 0.8
[[conditions.speeds]]
profiles = ["elderly"]
highways = ["residential"]
surfaces = ["sand"]
factor = 0.5
[[conditions]]
name = "flood"
closed_area = "flood.geojson"
access_detour = 1.6
close_facilities = {0}
"""


def write_conditions(folder, seed: int, network: str = "", *, close: bool = True):
    """Write a random city with conditions that close ways, places and ground; return its plan."""
    rng = np.random.default_rng(seed)
    rows = ["way_id,condition,radius_m,lon,lat", "3,,,,", "987654,,,,"]
    places = [*rng.uniform(0, 450, (3, 2)), (5000, 5000)]
    rows += [",ice,20,{},{}".format(*lonlat(*place)) for place in places]
    (folder / "closed.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    x, y = rng.uniform(100, 300, 2)
    water = Polygon([(x - 60, y - 40), (x + 90, y - 50), (x + 70, y + 80), (x, y + 50)])
    layer = gpd.GeoDataFrame({"name": ["water"]}, geometry=[water], crs=FRAME)
    layer.to_crs(4326).to_file(folder / "flood.geojson")
    more = CONDITIONS.replace("{0}", "true" if close else "false")
    return write_city(folder, seed, network, more)


@pytest.mark.parametrize(("seed", "count", "direction", "close"), first(1, CASES))
def test_conditions_in_tiles(tmp_path, seed, count, direction, close):
    plan = write_conditions(tmp_path, seed, f'direction = "{direction}"', close=close)
    whole, answer = run_both(plan, tmp_path / "steps", count)
    assert_same_figures(whole, answer)
    assert_same_demand(whole, answer)
    assert_same_verdicts(whole, answer)
    assert {row["condition"] for row in whole.summary["conditions"]} == {"ice", "flood"}
    assert any("987654" in row["reason"] for row in whole.provenance["dropped_rows"])
    assert answer.provenance["dropped_rows"] == whole.provenance["dropped_rows"]


@pytest.mark.nightly
def test_a_file_that_closes_nothing_stops_a_run_in_tiles(tmp_path):
    plan = write_conditions(tmp_path, 1)
    (tmp_path / "closed.csv").write_text("way_id\n987654\n", encoding="utf-8")
    (tmp_path / "steps").mkdir(mode=0o700)
    store = StepStore(tmp_path / "steps")
    with pytest.raises(PlannerError, match="way 987654 is not among the streets"):
        run_in_tiles(plan, OneProcess(store), store, tiles=2)
