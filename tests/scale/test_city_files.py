"""The folder of a city: figures, gaps, layers by town, pages, and nothing half written."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest

from planner.reports.city_files import CityAnswer
from planner.reports.town_dataset import read_town_rows, write_town_rows
from planner.run import Result, run_plan
from planner.run.summary import notice_of, with_lonlat
from planner.scale.city_run import write_city_run
from planner.scale.parts.tile_layers import with_town
from planner.scale.work.steps import OneProcess, StepStore
from planner.sources.hashes import hash_file
from planner.sources.inputs import Inputs
from tests.scale.joined.test_joined_answer import city  # noqa: F401 - a fixture

#: Layers that tiles write; the others come from the join.
OF_TILES = ("demand", "isochrones", "gates", "barriers", "walk_edges", "backdrop", "landmarks")


@pytest.fixture
def result(city: Inputs) -> Result:  # noqa: F811
    return run_plan(city)


@dataclass(frozen=True)
class RowByRow:
    """A layer of which no two rows are held at once."""

    layer: gpd.GeoDataFrame

    def list_by_town(self) -> Iterator[gpd.GeoDataFrame]:
        ordered = self.layer.sort_values("town", kind="stable")
        return (ordered.iloc[[number]] for number in range(len(ordered)))


def answer_of(result: Result, folder: Path) -> CityAnswer:
    """Return a plain run as what tiles and their join would have made of it, in two parts."""
    towns = result.case.area.towns.to_crs(4326)
    files: list[dict[str, bytes]] = [{}, {}]
    for name in OF_TILES:
        layer = with_town(result.layers[name], towns)
        for part, rows in enumerate((layer[::2], layer[1::2])):
            for path in write_town_rows(folder, name, rows, f"tile-{part}"):
                files[part][path.relative_to(folder).as_posix()] = path.read_bytes()
    layers = {
        name: with_town(layer, towns)
        for name, layer in result.layers.items()
        if name not in OF_TILES
    }
    layers["areas"] = layers["areas"].assign(town=layers["areas"]["name"])
    gaps = layers.pop("gaps")
    return CityAnswer(
        result.case.area, result.summary, result.provenance, layers,
        {**result.tables, "gaps": with_lonlat(gaps)}, files,
        result.inputs.cutoffs, notice_of(result.inputs.plan), {"gaps": RowByRow(gaps)},
    )  # fmt: skip


def write(answer: CityAnswer, out: Path, *, towns: Sequence[str] = ()) -> None:
    store = StepStore(out.with_name("work"))
    store.folder.mkdir(exist_ok=True)
    write_city_run(answer, out, OneProcess(store), store, towns=towns)


def test_a_city_is_written_whole(result: Result, tmp_path: Path):
    out = tmp_path / "out"
    write(answer_of(result, tmp_path / "tiles"), out, towns=["West"])
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    for name, digest in run["outputs"].items():
        assert hash_file(out / name) == digest
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["coverage"][0]["area"] == "all"
    homes = read_town_rows(out / "result", "demand", ["West", "East", ""])
    assert sorted(homes["demand_id"]) == sorted(result.layers["demand"]["demand_id"])
    gaps, ours = result.layers["gaps"], read_town_rows(out / "result", "gaps", ["East", "West"])
    known = gaps.sort_values("town", kind="stable")
    assert ours["gap_id"].tolist() == known["gap_id"].tolist()
    assert (ours.geometry.to_wkb().tolist()) == known.geometry.to_wkb().tolist()
    # Whoever opens the folder as one table finds everybody, too.
    assert len(gpd.read_parquet(out / "result" / "demand")) == len(homes)
    west = pyogrio.read_dataframe(out / "result.gpkg", layer="demand")
    assert set(west["town"]) == {"West"}
    assert {path.name for path in (out / "towns").iterdir()} == {
        "West.html", "East.html", "index.html",
    }  # fmt: skip
    index = (out / "towns" / "index.html").read_text(encoding="utf-8")
    assert 'href="West.html"' in index
    assert "<script" not in index


@pytest.mark.nightly
def test_another_run_takes_away_what_the_first_one_left(result: Result, tmp_path: Path):
    out = tmp_path / "out"
    answer = answer_of(result, tmp_path / "tiles")
    write(answer, out, towns=["West"])
    (out / "mine.txt").write_text("mine")
    write(answer, out)
    assert not (out / "result.gpkg").exists()
    assert (out / "mine.txt").read_text() == "mine"
    assert (out / "run.json").is_file()


@pytest.mark.nightly
def test_a_run_that_fails_leaves_the_earlier_one_whole(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    out = tmp_path / "out"
    answer = answer_of(result, tmp_path / "tiles")
    write(answer, out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("planner.reports.city_files.write_csv", fail)
    with pytest.raises(KeyboardInterrupt):
        write(answer, out)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
