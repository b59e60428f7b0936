"""What tiles own of the layers is together what a plain run writes, each row once."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from planner.case import build_case
from planner.example import load_example
from planner.gaps.definition import find_table_distances
from planner.run.covered import judge_everybody
from planner.run.main_job import run_case
from planner.scale.joined.joined_answer import join_parts
from planner.scale.parts.city_parts import take_part
from planner.scale.parts.tile_layers import build_tile_layers
from planner.sources.inputs import Inputs, load_inputs
from planner.stages import Stages
from tests.scale.joined.test_joined_answer import city  # noqa: F401 - a fixture
from tests.scale.split import OwnedGround, by_stripes, whole_of, with_units
from tests.scale.tiles_beside_plain import QUESTION

#: Of a layer, what tells its rows apart, and columns that only number the rows of a file.
KEYS = {
    "gap_routes": ["gap_id"],
    "demand": ["demand_id"], "gates": ["gate_id"], "barriers": ["kind", "name"],
    "walk_edges": ["u", "v", "osm_id"], "zones": ["zone_id"], "backdrop": ["kind"],
    "landmarks": ["name", "kind"],
}  # fmt: skip


def check_layers(inputs: Inputs, count: int) -> None:
    """Compare the layers of some parts, put together, with those of a plain run."""
    case = build_case(inputs)
    west, _, east, _ = case.area.polygon.bounds
    owner = by_stripes(count, west, east)
    join_m = find_table_distances(case.units, case.people.table, case.plan.service.gap_join_m)
    xy = np.column_stack([case.units.geometry.x, case.units.geometry.y])
    opened = []
    for number in range(count):
        rows = np.flatnonzero(owner(xy) == number)
        part = with_units(case, rows)
        ground = OwnedGround(owner, number, rows, join_m)
        judgement = judge_everybody(part, Stages())
        opened.append((part, judgement, ground, take_part(part, judgement, ground)))
    joined = join_parts([one[-1] for one in opened], whole_of(case), case.landmarks.nearest)
    members = pd.concat([tables["members"] for tables in joined.bundles.tables])
    gap_ids = dict(zip(members["row"], members["gap_id"], strict=True))
    built = [
        build_tile_layers(
            part,
            judgement,
            ground,
            gap_ids,
            joined.offers.score(told.tables)[0],
            pd.DataFrame(joined.outlined["gaps"].table[["gap_id", "demand_id", "town"]]),
        )
        for part, judgement, ground, told in opened
    ]
    result = run_case(case, Stages())
    plain = result.layers
    check_verdicts([layers["verdicts"] for layers in built], result.tables["verdicts"])
    for name, key in KEYS.items():
        ours = pd.concat([layers[name] for layers in built], ignore_index=True)
        theirs = plain[name]
        assert len(ours) == len(theirs), name
        columns = [column for column in theirs.columns if column not in {"edge_id", "geometry"}]
        pd.testing.assert_frame_equal(
            ordered(ours, key)[columns], ordered(theirs, key)[columns],
            check_dtype=False, check_like=True, rtol=1e-12,
        )  # fmt: skip
        assert set(ours["town"]) <= {"", *case.area.town_names}
    check_reach([layers["isochrones"] for layers in built], plain["isochrones"])


def check_verdicts(parts: list[pd.DataFrame], plain: pd.DataFrame) -> None:
    """Every row of the table of verdicts is told once."""
    asked = [name for name in QUESTION if name in plain]
    ours = pd.concat(parts, ignore_index=True).drop(columns="town")
    both = [table.sort_values(asked, ignore_index=True) for table in (ours, plain)]
    pd.testing.assert_frame_equal(*both, check_dtype=False, check_like=True, rtol=1e-12)


def ordered(layer: gpd.GeoDataFrame, key: list[str]) -> pd.DataFrame:
    """Return the rows in an order that does not depend on their file."""
    wkb = layer.geometry.to_wkb()
    rows = pd.DataFrame(layer.drop(columns="geometry")).assign(wkb=wkb.to_numpy())
    return rows.sort_values([*key, "wkb"], ignore_index=True)


def check_reach(parts: list[gpd.GeoDataFrame], plain: gpd.GeoDataFrame) -> None:
    """The reach of each facility is drawn once, and that of all covers the same ground."""
    ours = pd.concat(parts, ignore_index=True)
    key = ["facility_id", "cutoff_minutes"]
    single, theirs = (table[(table["facility_id"] != "all").to_numpy()] for table in (ours, plain))
    assert sorted(map(tuple, single[key].to_numpy())) == sorted(map(tuple, theirs[key].to_numpy()))
    for cutoff, of_all in plain[(plain["facility_id"] == "all").to_numpy()].groupby(
        "cutoff_minutes"
    ):
        mine = ours[
            ((ours["facility_id"] == "all") & (ours["cutoff_minutes"] == cutoff)).to_numpy()
        ]
        united = shapely.union_all(mine.geometry.make_valid().to_numpy())
        whole = shapely.union_all(of_all.geometry.make_valid().to_numpy())
        apart = shapely.area(shapely.symmetric_difference(united, whole))
        assert apart <= 0.01 * shapely.area(whole)


def test_layers_of_the_example_in_two_parts():
    check_layers(load_inputs(load_example().plan), 2)


@pytest.mark.nightly
def test_layers_of_a_city_with_walls_towns_and_levels(city: Inputs):  # noqa: F811
    check_layers(city, 3)


@pytest.mark.nightly
def test_layers_of_the_demo_in_four_parts():
    from planner.sources.embedded import data_folder
    from planner.sources.plan_file import load_plan

    folder = Path(data_folder()) / "baoshan-demo"
    check_layers(load_inputs(load_plan(folder / "plan.toml")), 4)
