"""A plan whose tables are in Python says the same as the one whose tables are files."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal

from planner import (
    ArgumentError,
    CrsError,
    Plan,
    Result,
    SiteQuestion,
    SourceError,
    load_inputs,
    load_result,
    nearest,
    run_plan,
    site_plan,
    write_result,
)
from planner.sources.plan_settings import list_settings
from tests.siting.street import candidates, street_inputs, street_run


def points(path: Path) -> gpd.GeoDataFrame:
    """Read a CSV with lon, lat as somebody in a notebook would."""
    table = pd.read_csv(path)
    places = gpd.points_from_xy(table["lon"], table["lat"])
    return gpd.GeoDataFrame(table.drop(columns=["lon", "lat"]), geometry=places, crs=4326)


def plan_of_tables(folder: Path, **sections) -> Plan:
    """Return the plan of the street with tables in place of its files of points."""
    given = {
        "name": "small",
        "language": "en",
        "area": {"boundary": folder / "area.geojson", "towns": folder / "towns.geojson"},
        "network": folder / "streets.osm",
        "facilities": points(folder / "facilities.csv"),
        "demand": [
            points(folder / "people.csv"),
            {"kind": "industrial", "table": points(folder / "workers.csv"), "people": "people"},
        ],
    }
    return Plan(**(given | sections))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The files of the street."""
    where = tmp_path_factory.mktemp("street")
    street_inputs(where)
    return where


@pytest.fixture(scope="module")
def result(folder) -> Result:
    """A run of the tables."""
    return run_plan(load_inputs(plan_of_tables(folder)))


def test_every_layer_and_figure_is_the_same(result, tmp_path):
    of_files = street_run(tmp_path)
    for name, layer in of_files.layers.items():
        assert_geodataframe_equal(result.layers[name], layer)
    assert result.summary == of_files.summary


def test_the_same_sites_are_proposed(folder, tmp_path):
    sites = candidates(crs=4326).drop(columns=["source", "highway", "score", "town"])
    file = sites.drop(columns="geometry").assign(lon=sites.geometry.x, lat=sites.geometry.y)
    file.to_csv(tmp_path / "sites.csv", index=False)
    asked = SiteQuestion(n_sites=2, alternatives=0, curve=0)
    more = '[candidates]\ntable = "sites.csv"\n'
    of_files = site_plan(street_run(tmp_path, more=more), asked)
    plan = plan_of_tables(folder, candidates=sites)
    proposal = site_plan(run_plan(load_inputs(plan)), asked)
    for name in ("value", "bound", "gap"):
        assert proposal.content[name] == of_files.content[name]
    for name in ("sites", "candidates", "changes"):
        assert_geodataframe_equal(proposal.layers[name], of_files.layers[name])


def test_the_index_names_rows_without_an_id(folder):
    stations = points(folder / "facilities.csv").drop(columns="facility_id")
    stations.index = ["站一"]
    people = points(folder / "people.csv").set_index("id")
    inputs = load_inputs(plan_of_tables(folder, facilities=stations, demand=[people]))
    assert inputs.facilities.rows["facility_id"].tolist() == ["站一"]
    assert inputs.demand[0].points.rows["id"].tolist() == list("abcde")


def test_candidates_need_only_points(folder):
    places = gpd.GeoDataFrame(geometry=candidates().geometry.to_crs(4326).to_numpy(), crs=4326)
    found = load_inputs(plan_of_tables(folder, candidates=places)).candidates
    assert found.rows["site_id"].tolist() == ["0", "1", "2", "3"]
    assert found.rows["name"].tolist() == found.rows["site_id"].tolist()
    assert set(found.rows["action"]) == {"new"}


def test_any_crs_and_usual_chinese_headings_are_understood(folder):
    stations = points(folder / "facilities.csv").rename(columns={"name": "名称"}).to_crs(3857)
    found = load_inputs(plan_of_tables(folder, facilities=stations)).facilities.rows
    given = points(folder / "facilities.csv")
    assert found["name"].tolist() == given["name"].tolist()
    off = found.get_coordinates().to_numpy() - given.get_coordinates().to_numpy()
    assert abs(off).max() < 1e-9  # degrees


def test_a_table_is_known_by_its_content(folder):
    first, again = (load_inputs(plan_of_tables(folder)) for _ in range(2))
    moved = points(folder / "facilities.csv")
    moved.geometry = moved.geometry.translate(0.001)
    other = load_inputs(plan_of_tables(folder, facilities=moved))
    assert first.hashes == again.hashes
    changed = {name for name in first.hashes if first.hashes[name] != other.hashes[name]}
    assert changed == {"facilities"}


def test_the_result_is_written_and_names_its_tables(result, tmp_path):
    plan = result.inputs.plan
    write_result(result, tmp_path / "out")
    assert (tmp_path / "out" / "run.json").exists()
    assert list_settings(plan)["facilities"]["table"] == "facilities"
    assert [part["table"] for part in list_settings(plan)["demand"]] == ["demand 1", "demand 2"]


def test_a_run_of_tables_goes_on_with_the_same_plan_alone(result, tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNER_CACHE", str(tmp_path / "cache"))
    write_result(result, tmp_path / "out")
    with pytest.raises(SourceError, match=r"held tables of Python.*keep the Result.*plan=plan\)"):
        _ = load_result(tmp_path / "out").streets
    finished = load_result(tmp_path / "out", plan=result.inputs.plan)
    assert finished.streets.network.n_edges == result.network.n_edges
    with pytest.raises(ArgumentError, match=r"FinishedRun; give its streets: result\.streets"):
        nearest(finished, result.serving_facilities, result.serving_facilities)


@pytest.mark.nightly
def test_two_tables_without_ids_are_told_apart(folder):
    people = points(folder / "people.csv").drop(columns="id")
    result = run_plan(load_inputs(plan_of_tables(folder, demand=[people, people])))
    assert result.layers["demand"]["demand_id"].is_unique
    assert len(result.layers["demand"]) == 2 * len(people)


def _to_discs(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return table.set_geometry(table.to_crs(3857).buffer(9).to_crs(4326))


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda t: t.set_crs(None, allow_override=True), CrsError, "facilities: has no CRS"),
        (lambda t: t.iloc[:0], SourceError, "facilities: has no rows; give at least one"),
        (lambda t: _to_discs(t), SourceError, "geometry is no point"),
        (
            lambda t: t.assign(geometry=None),
            ArgumentError,
            "facilities, row 0: no geometry; drop it",
        ),
        (lambda t: t.assign(status="shut"), SourceError, "facilities: row 1: status 'shut'"),
        (lambda t: pd.concat([t, t]), SourceError, "facility_id 'F' already stands in row 1"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(folder, change, error, message):
    spoilt = change(points(folder / "facilities.csv"))
    with pytest.raises(error, match=message):
        load_inputs(plan_of_tables(folder, facilities=spoilt))


def test_a_row_without_a_place_is_refused(folder):
    stations = points(folder / "facilities.csv").set_index("facility_id")
    label = stations.index[0]
    stations.loc[label, "geometry"] = None
    with pytest.raises(ArgumentError, match=f"facilities, row '{label}': no geometry; drop it"):
        load_inputs(plan_of_tables(folder, facilities=stations))
