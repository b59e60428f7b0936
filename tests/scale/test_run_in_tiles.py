"""A run in tiles writes what a plain run writes, however it is cut."""

import json
from functools import partial
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Polygon

from planner.errors import PlannerError
from planner.run.main_job import run_plan
from planner.scale.driver import run_in_tiles
from planner.scale.joined.gap_steps import LeftOutOfTiles
from planner.scale.work.steps import OneProcess, StepStore
from planner.sources import load_inputs, load_plan
from planner.sources.embedded import data_folder

CONDITIONS = """
[[conditions]]
name = "ice"
closed_highways = ["steps"]
[[conditions.speeds]]
factor = 0.8
[[conditions.speeds]]
surfaces = ["sett", "cobblestone"]
factor = 0.7
[[conditions]]
name = "flood"
closed_area = "flood.geojson"
"""


def to_text(summary):
    return json.dumps(summary, ensure_ascii=False, sort_keys=True)


def assert_same_in_tiles(plan: Path, folder: Path, counts) -> None:
    """Run a plan whole, then in so many tiles: the same summary, in which the gaps stand."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    whole = run_plan(load_inputs(load_plan(plan)))
    store = StepStore(folder)
    for count in counts:
        found = run_in_tiles(plan, OneProcess(store), store, tiles=count)
        assert to_text(found.joined.summary) == to_text(whole.summary), count


@pytest.mark.usefixtures("read_and_cut_here")
def test_the_example_in_four_tiles(tmp_path, monkeypatch):
    """In pieces and bundles; a second start finds all of it done."""
    # As if no process could hold more than a few of those who are left out.
    few = partial(LeftOutOfTiles, most_units=3)
    monkeypatch.setattr("planner.scale.driver.LeftOutOfTiles", few)
    plan = data_folder() / "example" / "plan.toml"
    assert_same_in_tiles(plan, tmp_path / "steps", [4])
    store = StepStore(tmp_path / "steps")
    before = {path: path.stat().st_mtime_ns for path in store.folder.glob("*.npz")}
    run_in_tiles(plan, OneProcess(store), store, tiles=4)
    assert {path: path.stat().st_mtime_ns for path in store.folder.glob("*.npz")} == before
    # Pieces and list of the cut that were damaged since are cut again, and are the same.
    pieces = [*store.folder.glob("cut-*/*")]
    content = {path: path.read_bytes() for path in pieces}
    for damaged in ("*.osm.pbf", "manifest.json"):
        for path in store.folder.glob(f"cut-*/{damaged}"):
            path.write_bytes(path.read_bytes()[:-9])
        run_in_tiles(plan, OneProcess(store), store, tiles=4)
        assert {path: path.read_bytes() for path in pieces} == content
    assert {path: path.stat().st_mtime_ns for path in store.folder.glob("*.npz")} == before


@pytest.mark.nightly
def test_the_example_however_it_is_cut(tmp_path):
    plan = data_folder() / "example" / "plan.toml"
    assert_same_in_tiles(plan, tmp_path / "steps", [1, 9])


@pytest.mark.nightly
def test_porto_alegre(shared_data, tmp_path):
    assert_same_in_tiles(shared_data / "porto_alegre" / "plan.toml", tmp_path / "steps", [1, 4, 16])


@pytest.mark.nightly
@pytest.mark.parametrize("direction", ["to", "from", "both"])
def test_porto_alegre_with_its_hills(shared_data, tmp_path, direction):
    for file in (shared_data / "porto_alegre").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    plan = tmp_path / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    more = f'[network]\nelevation = "elevation.tif"\ndirection = "{direction}"'
    plan.write_text(text.replace("[network]", more), encoding="utf-8")
    assert_same_in_tiles(plan, tmp_path / "steps", [4])


@pytest.mark.nightly
def test_porto_alegre_on_ice_and_in_a_flood(shared_data, tmp_path):
    for file in (shared_data / "porto_alegre").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    lonlat = [(-51.22, -30.04), (-51.20, -30.04), (-51.20, -30.025), (-51.22, -30.03)]
    layer = gpd.GeoDataFrame({"name": ["water"]}, geometry=[Polygon(lonlat)], crs=4326)
    layer.to_file(tmp_path / "flood.geojson")
    plan = tmp_path / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(f"{text}\n{CONDITIONS}", encoding="utf-8")
    assert_same_in_tiles(plan, tmp_path / "steps", [4])


@pytest.mark.nightly
@pytest.mark.parametrize("count", [4, 16])
def test_the_demo(tmp_path, count):
    plan = data_folder() / "baoshan-demo" / "plan.toml"
    assert_same_in_tiles(plan, tmp_path / "steps", [count])


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('[network]\nstreets = "streets.geojson"\n', "streets are no extract"),
    ],
)
def test_what_tiles_cannot_answer_is_refused(tmp_path, more, message):
    example = data_folder() / "example"
    text = (example / "plan.toml").read_text(encoding="utf-8")
    text = text.replace("[network]\n", more) if "[network]" in more else f"{text}\n{more}\n"
    for name in ("streets.osm", "facilities.csv", "people.csv", "candidates.csv"):
        (tmp_path / name).write_bytes((example / name).read_bytes())
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    store = StepStore(tmp_path / "steps")
    with pytest.raises(PlannerError, match=f"{message}.*run it without tiles"):
        run_in_tiles(tmp_path / "plan.toml", OneProcess(store), store, tiles=2)
