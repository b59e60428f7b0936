"""Parts of a plan, joined, are the plan: the same bytes, however its people are divided.

The parts are taken on the streets of the whole, so that this is about counting alone.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import box

from planner.case import build_case
from planner.coverage.exact import exact_sum
from planner.example import load_example
from planner.reports._csv import write_csv
from planner.reports._folder import write_json
from planner.run.main_job import run_case
from planner.run.summary import with_lonlat
from planner.scale.joined.joined_answer import join_parts
from planner.scale.joined.joined_gaps import UnitsHere
from planner.scale.parts.folding import fold, fold_all
from planner.scale.parts.part_left_out import pack_bits, unpack_bits
from planner.scale.work.array_tables import pack_tables, unpack_tables
from planner.sources.embedded import data_folder
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from planner.stages import Stages
from tests.cities.drawing import FRAME
from tests.cities.small_plan import inputs_of
from tests.cities.walled_city import walled_city
from tests.scale.split import (
    all_layers,
    by_chance,
    by_stripes,
    tables_of,
    take_parts,
    whole_of,
)

DEMAND = """
[[demand]]
kind = "residential"
table = "homes.csv"
people = "people"
class_zones = "classes.geojson"
[[demand]]
kind = "industrial"
table = "works.csv"
people = "people"
[[demand]]
kind = "commercial"
osm = true
people_per_hectare = 123.4
"""
SERVICE = """
cutoffs_minutes = [2, 4]
profile = "slow"
profiles = ["elderly"]
moments = ["weekday_morning", "night"]
targets = { residential = 0.5, industrial = 0.9 }
"""
MORE = """
[[profiles]]
name = "slow"
speed_kmh = 2
[[groups]]
name = "old"
share = 0.17
profile = "elderly"
[[groups]]
name = "guards"
kind = "industrial"
share = 0.1
[[conditions]]
name = "ice"
[[conditions.speeds]]
factor = 0.5
[uncertainty]
repeats = 3
"""
RULES = """
[[rules]]
id = "near"
tier = "town"
level = "main"
profile = "slow"
cutoff_minutes = 4
target = 0.6
source = "a test"
status = "assumption"
[[rules]]
id = "metres"
tier = "village"
level = "any"
cutoff_m = 120
moment = "night"
source = "a test"
status = "assumption"
[[rules]]
id = "nobody"
tier = "town"
kind = "commercial"
level = "any"
cutoff_minutes = 9
source = "a test"
status = "assumption"
"""
#: Homes, then places of work.
N = 100
TOWNS = {"West": ("town", box(-60, -60, 200, 500)), "East": ("village", box(200, -60, 520, 520))}


def write_layer(path, rows):
    """Write polygons drawn in metres, with what is told of each."""
    gpd.GeoDataFrame(rows, crs=FRAME).to_crs(4326).to_file(path)


@pytest.fixture
def city(tmp_path):
    """Return a walled city in which all is asked that a plan can ask."""
    rng = np.random.default_rng(19)
    xy = rng.uniform(-20, 470, (N, 2)).round(1)
    people = np.where(np.arange(N) % 7, rng.integers(0, 90, N), rng.uniform(0, 9, N).round(2))
    rows = [(f"u{k}", f"{n:g}", x, y) for k, (n, (x, y)) in enumerate(zip(people, xy, strict=True))]
    write_layer(
        tmp_path / "classes.geojson",
        {
            "class": ["old town", "new"],
            "geometry": [box(-50, -50, 150, 500), box(150, -50, 320, 500)],
        },
    )
    write_layer(
        tmp_path / "committees.geojson",
        {
            "name": ["A", "B", "C"],
            "facility_id": ["F", "", "H"],
            "geometry": [box(k * 160 - 50, -50, k * 160 + 110, 500) for k in range(3)],
        },
    )
    land = {9001: ([501, 502, 503, 504, 501], "landuse=commercial")}
    corners = zip(range(501, 505), [(300, 300), (460, 300), (460, 460), (300, 460)], strict=True)
    drawing = walled_city(4).having(nodes=dict(corners), ways=land)
    stations = [
        ("F", "One", "main", "a", "Mo-Fr 09:00-17:00", "政务=Mo-Fr 09:00-12:00 | 文体", 60, 150, 0),
        ("G", "Two", "branch", "b", "", "为老", 30, 300, 450),
        ("H", "Three", "odd", "a", "perhaps", "", "", 450, 150),
    ]
    heading = "facility_id,name,level,domain,opening_hours,services,capacity"
    inputs_of(
        tmp_path, DEMAND, drawing=drawing, facilities=stations, heading=heading,
        tables={"homes.csv": rows[:75], "works.csv": rows[75:]}, area=box(-60, -60, 520, 520),
        service=SERVICE, more=MORE, known="everywhere",
    )  # fmt: skip
    # What `inputs_of` does not write: tiers of towns, their rules, and committees.
    write_layer(
        tmp_path / "towns.geojson",
        {
            "name": list(TOWNS),
            "tier": [tier for tier, _ in TOWNS.values()],
            "geometry": [shape for _, shape in TOWNS.values()],
        },
    )
    plan = tmp_path / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    text = text.replace(
        "[area]\n", '[area]\ntowns = "towns.geojson"\ncommittees = "committees.geojson"\n'
    )
    text = text.replace("[network]\n", "[network]\naccess_limit_m = 40\n")
    plan.write_text(text + RULES, encoding="utf-8")
    return load_inputs(load_plan(plan))


def files_of(folder, summary, layers, tables, cutoffs):
    """Return the bytes of the files of a result that a join makes."""
    folder.mkdir(exist_ok=True)
    write_json(folder / "summary.json", summary, cutoffs)
    for name in ("gaps", "facilities", "committees"):
        if name in layers:
            write_csv(folder / f"{name}.csv", with_lonlat(layers[name]), cutoffs)
    for name in ("classes", "gap_classes"):
        if name in tables:
            write_csv(folder / f"{name}.csv", tables[name])
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def check_joined(case, owner, count, folder):
    """Compare a plain run with its parts, joined; return both."""
    result = run_case(case, Stages())
    parts, whole = list(take_parts(case, owner, count)), whole_of(case)
    # As if no process could hold more than a few units.
    few = UnitsHere(parts, whole, most_units=5)
    joined = join_parts(parts, whole, case.landmarks.nearest, few)
    cutoffs = case.inputs.cutoffs
    plain = files_of(folder / "plain", result.summary, result.layers, result.tables, cutoffs)
    parts = files_of(folder / "parts", joined.summary, tables_of(joined), joined.tables, cutoffs)
    assert list(plain) == list(parts)
    for name, text in plain.items():
        assert parts[name] == text, name
    for name in ("gaps", "unknown_areas", "gate_gains"):
        ours, theirs = all_layers(joined)[name], result.layers[name]
        assert sorted(ours) == sorted(theirs)
        assert (ours.geometry.to_wkb() == theirs.geometry.to_wkb()).all()
    return result, joined


@pytest.mark.nightly  # by day the plan below, which asks more
def test_the_example_in_three_parts(tmp_path):
    case = build_case(load_inputs(load_example().plan))
    check_joined(case, by_chance(3), 3, tmp_path)


def test_a_plan_that_asks_everything_in_parts(city, tmp_path, monkeypatch):
    monkeypatch.setattr("planner.scale.joined.joined_residents.MOST_RESIDENTS", 9)
    monkeypatch.setattr("planner.scale.joined.joined_answer.MOST_PAIRS", 3)
    result, joined = check_joined(build_case(city), by_chance(2), 2, tmp_path)
    assert len(joined.bundles.parts) > 1
    # The comparison is worth something: there is something of everything.
    summary = result.summary
    for key in ("profiles", "moments", "services", "conditions", "groups", "classes", "domains",
                "only_sometimes", "gaps", "gate_gains", "warnings"):  # fmt: skip
        assert summary[key], key
    assert {row["rule_id"] for row in summary["checks"]} >= {"near", "metres"}
    assert summary["completeness"]["towns"][0]["gates_mapped"] > 0
    assert {row["verdict"] for row in result.layers["demand"].to_dict("records")} == {
        "covered", "gap", "unknown",
    }  # fmt: skip
    assert len(result.layers["committees"]) == 3


@pytest.mark.parametrize("large", [0, 1])
def test_small_gaps_of_several_towns_have_a_rank_each(large, tmp_path):
    """One gap of 80 people in the north, or none; at both ends of the street a few."""
    homes = [
        ("n", 80 if large else 4, 5, 950),
        ("w1", 2, -1900, 5),
        ("w2", 3, -1000, 5),
        ("e", 4, 1900, 5),
    ]
    inputs = inputs_of(
        tmp_path, '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n',
        tables={"homes.csv": homes}, area=box(-2500, -1500, 2500, 1500), known="everywhere",
        towns={"West": box(-2500, -1500, 0, 1500), "East": box(0, -1500, 2500, 1500)},
        service="cutoffs_minutes = [5]\n",
    )  # fmt: skip
    result, _ = check_joined(build_case(inputs), by_chance(2), 2, tmp_path)
    gaps = result.layers["gaps"]
    assert gaps["rank"].tolist() == [1, 2, 3][: 2 + large]
    assert gaps["gap_id"].tolist()[large:] == ["scattered:West", "scattered:East"]


@pytest.mark.nightly
@pytest.mark.parametrize("count", [1, 4, 16])
def test_the_demo_in_parts(count, demo, tmp_path):
    case = build_case(load_inputs(load_plan(data_folder() / "baoshan-demo" / "plan.toml")))
    west, _, east, _ = case.area.polygon.bounds
    parts = list(take_parts(case, by_stripes(count, west, east), count))
    joined = join_parts(parts, whole_of(case), case.landmarks.nearest)
    found = files_of(
        tmp_path / "parts", joined.summary, tables_of(joined), joined.tables, case.inputs.cutoffs
    )
    for name, text in found.items():
        assert (demo.out / name).read_text(encoding="utf-8") == text, name


# -- folded tables --------------------------------------------------------------------------------


def test_folded_people_add_up_to_the_last_bit():
    """Whatever is united: whole people, decimals, and fractions without an end."""
    rng = np.random.default_rng(1)
    n = 3000
    values = np.concatenate([
        rng.integers(0, 5000, n), rng.uniform(0, 90, n).round(2), rng.uniform(0, 90, n) / 3,
    ])  # fmt: skip
    kind = np.repeat(["whole", "decimal", "endless"], n)
    table = pd.DataFrame({"kind": kind, "town": rng.integers(0, 5, 3 * n), "people": values})
    parts = [fold(table[table.index % 7 == k].reset_index(drop=True)) for k in range(7)]
    folded = fold_all(parts)
    assert len(folded) <= 15 * 3
    assert folded["units"].sum() == 3 * n
    for kinds in (["whole"], ["decimal"], ["endless"], ["whole", "decimal"], ["whole", "endless"]):
        for town in range(5):
            one, other = (
                exact_sum(t["people"][t["kind"].isin(kinds) & (t["town"] == town)])
                for t in (table, folded)
            )
            assert one == other, (kinds, town)


def test_a_group_without_people_keeps_its_row():
    folded = fold(pd.DataFrame({"town": ["a", "b", "a"], "people": [0.0, 0.5, 0.0]}))
    assert folded.to_dict("list") == {"town": ["a", "b"], "people": [0.0, 0.5], "units": [2, 1]}


def test_labels_may_be_missing():
    table = pd.DataFrame({"moment": [None, "night", None], "people": [1, 2, 4]})
    assert fold(table)["people"].tolist() == [5, 2]
    assert fold(table)["moment"].isna().tolist() == [True, False]


def test_tables_go_through_arrays():
    table = pd.DataFrame(
        {
            "text": ["a/b", None, ""],
            "flag": [True, False, True],
            "shape": [shapely.Point(1, 2), None, box(0, 0, 1, 1)],
            "number": [1.5, np.nan, np.inf],
        }
    )
    arrays = pack_tables({"one": table, "none": table.iloc[:0], "bare": pd.DataFrame()})
    assert all(column.dtype != object for column in arrays.values())
    found = unpack_tables(arrays)
    pd.testing.assert_frame_equal(found["one"], table, check_column_type=False)
    assert list(found["none"]) == list(table)
    assert len(found["none"]) == len(found["bare"]) == 0


def test_bits_of_repeats():
    flags = np.random.default_rng(3).random((130, 40)) < 0.5
    packed = pd.DataFrame(pack_bits(flags))
    assert packed.shape == (40, 3)
    assert (unpack_bits(packed, 130) == flags).all()
