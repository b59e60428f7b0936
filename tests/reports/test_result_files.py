"""The files of a run: names, layers, columns, and what is never written into them."""

import csv
import json
import math
import os
import re
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from pyproj import CRS

from planner.cli.jobs import run_into
from planner.errors import SourceError
from planner.reports import _geopackage, check_out, write_result
from planner.run import Result, run_plan
from planner.run.summary import with_notice
from planner.sources.hashes import hash_file
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from planner.sources.results import UNIT_TABLES, load_result
from tests.cities.small_city import FACILITIES, contents, write_city, write_lines, zones
from tests.samples import at_night

FILES = [
    "choice_members.parquet", "facilities.csv", "gap_routes.gpx", "gaps.csv", "map.html",
    "project.qgs", "result.gpkg", "run.json", "summary.json", "verdicts.parquet", "whatif.npz",
]  # fmt: skip
KINDS = ("residential", "industrial", "commercial")
PER_FACILITY = ("people_nearest", "people_in_reach", "people_only_here")
# The columns of design section 7; more may stand beside them.
COLUMNS = {
    "areas": ["name", "tier"],
    "facilities": [
        *("facility_id", "name", "level", "domain", "status", "in_ring", "joined", "reason"),
        *(f"{count}_{kind}" for count in PER_FACILITY for kind in ("residential", "commercial")),
    ],
    "isochrones": ["facility_id", "profile", "cutoff_minutes"],
    "demand": [
        *("demand_id", "kind", "people", "town", "nearest_facility_id", "minutes"),
        *("facilities_in_reach", "verdict", "reason"),
    ],
    "gaps": [
        *("gap_id", "rank", "name", *(f"people_{kind}" for kind in KINDS), "town"),
        *("nearest_facility_id", "minutes", "minutes_max", "cause", "cause_detail"),
    ],
    "unknown_areas": ["name", "town", "reason", *(f"people_{kind}" for kind in KINDS)],
    "walk_edges": [
        *("edge_id", "u", "v", "length_m", "minutes", "access", "island", "elevated"),
        *("highway", "name", "osm_id"),
    ],
    "zones": ["zone_id", "kind", "name"],
    "backdrop": ["kind"],
}
COVERAGE = [
    *("area", "covered", "cutoff_minutes", "gap", "kind", "people"),
    *("share", "share_high", "share_low", "unknown"),
]
LOST = (24.942, 60.179)
"""140 m from any street of the extract, among the railway tracks."""


def city_run(folder: Path) -> Result:
    """Helsinki with 2-minute walks, so that much is a gap, and people whom no street reaches."""
    points = '[[demand]]\nkind = "residential"\ntable = "people.csv"\npeople = "people"\n'
    service = "[service]\ncutoffs_minutes = [1, 2]\ntargets = { residential = 0.5 }\n"
    plan = write_city(folder, "helsinki", demand=points + zones(commercial=80), more=service)
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("[facilities]", "access_limit_m = 60\n[facilities]"))
    lon, lat = FACILITIES["helsinki"][0]
    write_lines(
        folder / "people.csv",
        [
            "id,people,lon,lat",
            f"here,100.5,{lon},{lat}",
            "far,70,24.9360,60.1655",
            f"lost,30,{LOST[0]},{LOST[1]}",
            "empty,,24.9428,60.1690",
            "wordy,many,24.9428,60.1690",
            "outside,5,25.5,60.2",
        ],
    )
    return run_plan(load_inputs(load_plan(plan)))


def write(result: Result, out: Path) -> Path:
    write_result(
        result, out, save_map=lambda path: path.write_text("map", encoding="utf-8") and None
    )
    return out


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return city_run(tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="module")
def out(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(result, tmp_path_factory.mktemp("results") / "out")


@pytest.fixture(scope="module")
def summary(out: Path) -> dict:
    return json.loads((out / "summary.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def run(out: Path) -> dict:
    return json.loads((out / "run.json").read_text(encoding="utf-8"))


def layer(out: Path, name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(out / "result.gpkg", layer=name)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_file_is_there_and_nothing_else(out: Path):
    assert sorted(path.name for path in out.iterdir()) == FILES
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_the_layers(out: Path):
    assert {str(name) for name in pyogrio.list_layers(out / "result.gpkg")[:, 0]} >= set(COLUMNS)


@pytest.mark.parametrize("name", COLUMNS)
def test_a_layer_has_its_columns_in_wgs84(out: Path, name: str):
    found = layer(out, name)
    assert set(COLUMNS[name]) <= set(found.columns)
    assert found.crs == CRS("EPSG:4326")
    assert found.geometry.is_valid.all()
    assert not found.geometry.is_empty.any()
    if len(found):
        west, south, east, north = found.total_bounds
        assert 24.8 < west <= east < 25.1
        assert 60.1 < south <= north < 60.3


def test_no_path_is_null_and_never_a_number(out: Path, result: Result):
    unreached = result.layers["demand"].set_index("demand_id")["minutes"]
    unreached = set(unreached.index[np.isinf(unreached)])
    assert unreached, "the example should have people without a path"
    with sqlite3.connect(out / "result.gpkg") as base:
        found = base.execute("select demand_id from demand where minutes is null").fetchall()
        assert {name for (name,) in found} == unreached
        for table in COLUMNS:
            for _, column, kind, *_ in base.execute(f"pragma table_info({table})").fetchall():
                if kind in {"REAL", "DOUBLE"}:
                    strange = f'select count(*) from {table} where abs("{column}") > 1e15'
                    assert base.execute(strange).fetchone() == (0,), (table, column)
    base.close()


@pytest.mark.parametrize("name", ["facilities.csv", "gaps.csv", "summary.json", "run.json"])
def test_text_files_hold_neither_inf_nor_nan(out: Path, name: str):
    text = (out / name).read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert "\r" not in text
    words = set(text.lower().replace('"', " ").replace(",", " ").split())
    assert not words & {"inf", "-inf", "infinity", "-infinity", "nan"}


def test_rounding(out: Path, summary: dict, result: Result):
    for name in ("demand", "walk_edges", "gaps"):
        minutes = layer(out, name)["minutes"].dropna()
        assert np.allclose(minutes, minutes.round(3), rtol=0, atol=1e-12)
    # 0.001, and up where rounding would bring a walk down to a cutoff (1 and 2 minutes)
    exact = result.layers["demand"].set_index("demand_id")["minutes"]
    demand = layer(out, "demand").set_index("demand_id")
    assert (demand["minutes"] - exact).abs().max() <= 0.001
    for cutoff in (1, 2):
        assert ((demand["minutes"] <= cutoff) == (exact <= cutoff)).all()
    assert ((demand["minutes"] <= 2) == (demand["verdict"] == "covered")).all()
    for row in summary["coverage"]:
        for share in ("share", "share_low", "share_high"):
            assert row[share] is None or row[share] == round(row[share], 4)


@pytest.mark.parametrize("name", ["facilities", "gaps"])
def test_a_table_is_its_layer_without_geometry(out: Path, name: str):
    table, of_layer = rows(out / f"{name}.csv"), layer(out, name)
    assert len(table) == len(of_layer) > 0
    assert set(table[0]) == {*of_layer.columns} - {"geometry"} | {"lon", "lat"}
    key = "facility_id" if name == "facilities" else "gap_id"
    assert [row[key] for row in table] == of_layer[key].tolist()
    for row, shape in zip(table, of_layer.geometry, strict=True):
        west, south, east, north = shape.bounds
        assert west - 1e-6 <= float(row["lon"]) <= east + 1e-6
        assert south - 1e-6 <= float(row["lat"]) <= north + 1e-6


def test_gaps_are_ranked_and_the_same_everywhere(out: Path, summary: dict):
    table = rows(out / "gaps.csv")
    assert [int(row["rank"]) for row in table] == list(range(1, len(table) + 1))
    assert [row["gap_id"] for row in table] == [row["gap_id"] for row in summary["gaps"]]
    assert set(summary["gaps"][0]) == set(table[0])
    in_gaps = sum(float(row[f"people_{kind}"]) for row in table for kind in KINDS)
    last = all_rows(summary)["all"]
    assert in_gaps == pytest.approx(last["gap"], rel=1e-6)


def all_rows(summary: dict) -> dict[str, dict]:
    """The rows of the whole area at the last cutoff, by kind."""
    last = max(row["cutoff_minutes"] for row in summary["coverage"])
    whole = [row for row in summary["coverage"] if row["area"] == "all"]
    return {row["kind"]: row for row in whole if row["cutoff_minutes"] == last}


def test_summary_has_its_keys_sorted(out: Path, summary: dict):
    keys = {"checks", "coverage", "facilities", "gaps", "plan", "synthetic", "warnings"}
    assert keys <= set(summary)
    assert list(summary) == sorted(summary)
    assert [list(row) for row in summary["coverage"]] == [COVERAGE] * len(summary["coverage"])
    text = (out / "summary.json").read_text(encoding="utf-8")
    assert text == json.dumps(summary, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert {"total", "joined", "not_joined"} <= set(summary["facilities"])
    assert summary["facilities"]["total"] == 3


def test_coverage_has_a_row_for_each_kind_and_cutoff(summary: dict):
    found = [(row["area"], row["kind"], row["cutoff_minutes"]) for row in summary["coverage"]]
    kinds = ("residential", "commercial", "all")
    assert found == [("all", kind, cutoff) for kind in kinds for cutoff in (1, 2)]


def test_shares_never_hide_what_is_unknown(summary: dict):
    for row in summary["coverage"]:
        people, covered, gap, unknown = (
            row[name] for name in ("people", "covered", "gap", "unknown")
        )
        assert covered + gap + unknown == pytest.approx(people, rel=1e-9)
        assert row["share_low"] == pytest.approx(covered / people, abs=5e-5)
        assert row["share_high"] == pytest.approx((covered + unknown) / people, abs=5e-5)
        assert row["share_low"] <= row["share"] <= row["share_high"]
    assert all_rows(summary)["residential"]["unknown"] > 0


@pytest.mark.parametrize("kind", ["residential", "commercial"])
def test_the_people_nearest_to_the_facilities_are_those_covered(
    out: Path, summary: dict, kind: str
):
    facilities = layer(out, "facilities")
    covered = all_rows(summary)[kind]["covered"]
    assert covered > 0
    assert facilities[f"people_nearest_{kind}"].sum() == pytest.approx(covered, rel=1e-6)
    assert (facilities[f"people_in_reach_{kind}"] >= facilities[f"people_nearest_{kind}"]).all()
    assert (facilities[f"people_only_here_{kind}"] <= facilities[f"people_nearest_{kind}"]).all()


def test_a_target_is_checked(summary: dict):
    checks = [check for check in summary["checks"] if check["area"] == "all"]
    assert [check["kind"] for check in checks] == ["residential"]
    names = {"rule_id", "tier", "level", "profile", "moment", "cutoff_m", "target", "target_year"}
    assert {*names, *COVERAGE, "result"} <= set(checks[0])
    assert checks[0]["result"] in {"met", "missed", "undecided"}


def test_bands_are_cumulative(out: Path):
    bands = layer(out, "isochrones").to_crs(32635)
    assert set(bands["facility_id"]) == {"all", "F1", "F2", "F3"}
    for _, of_one in bands.groupby("facility_id"):
        short, long = of_one.sort_values("cutoff_minutes").geometry
        assert short.difference(long).area < 1e-3
        assert short.area < long.area


def test_a_unit_says_who_is_nearest_and_why_nothing_is_known(out: Path):
    demand = layer(out, "demand").set_index("demand_id")
    assert demand.at["residential:here", "verdict"] == "covered"
    assert demand.at["residential:here", "nearest_facility_id"] == "F1"
    assert demand.at["residential:here", "people"] == 100.5
    assert demand.at["residential:empty", "people"] == 0
    unknown = demand[demand["verdict"] == "unknown"]
    assert (unknown["reason"] != "").all()
    assert (demand.loc[demand["verdict"] != "unknown", "reason"] == "").all()
    assert demand.index.is_unique


def test_run_json_says_where_the_result_comes_from(out: Path, run: dict):
    assert run["outputs"] == {name: hash_file(out / name) for name in FILES if name != "run.json"}
    assert {"planner", "python", "geopandas", "shapely"} <= set(run["versions"])
    assert run["metric_crs"] == "EPSG:32635"
    assert (run["access_limit_m"], run["access_detour"]) == (60, 1.4)
    assert run["profile"]["speed_kmh"] == 4
    assert sorted(Path(name).name for name in run["inputs"]) == [
        "Helsinki.osm.pbf",
        "facilities.csv",
        "people.csv",
    ]
    assert all(len(value) == 64 for value in run["inputs"].values())
    assert set(run["seconds"]) == set(run["peak_memory_mb"]) >= {
        "reading", "streets", "minutes", "gaps", "writing",
    }  # fmt: skip
    assert run["seconds"]["reading"] > 0
    assert run["seconds"]["writing"] > 0
    assert run["settings"]["service"]["cutoffs_minutes"] == run["cutoffs_minutes"]
    assert "osm_date" in run
    assert run["warnings"]


def test_bad_rows_are_dropped_and_listed(run: dict):
    listed = {(row["file"], row["row"]): row["reason"] for row in run["dropped_rows"]}
    assert set(listed) == {("people.csv", row) for row in (5, 6, 7)}
    assert "empty people counted as 0" in listed["people.csv", 5]
    assert "'many' is no number" in listed["people.csv", 6]
    assert "outside" in listed["people.csv", 7]


def test_the_same_input_gives_the_same_numbers(out: Path, result: Result, tmp_path: Path):
    again = write(city_run(result.inputs.plan.folder), tmp_path / "again")
    for name in set(FILES) - {"run.json", "map.html"}:
        assert (again / name).read_bytes() == (out / name).read_bytes(), name


def test_the_order_of_the_rows_changes_no_number(result: Result, tmp_path: Path):
    folder = result.inputs.plan.folder
    before = result.summary
    for name in ("facilities.csv", "people.csv"):
        heading, *lines = (folder / name).read_text(encoding="utf-8").splitlines()
        write_lines(tmp_path / name, [heading, *reversed(lines)])
    text = (folder / "plan.toml").read_text(encoding="utf-8")
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    after = run_plan(load_inputs(load_plan(tmp_path / "plan.toml"))).summary
    assert after["coverage"] == before["coverage"]
    assert after["gaps"] == before["gaps"]


def test_a_result_is_read_back(out: Path, result: Result):
    finished = load_result(out)
    assert set(finished.layers) == set(result.layers)
    assert finished.summary == json.loads(json.dumps(result.summary))
    for name, written in result.layers.items():
        assert len(finished.layers[name]) == len(written), name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda out: (out / "run.json").unlink(), r"run\.json: is missing, so .* unfinished run"),
        (lambda out: (out / "gaps.csv").unlink(), r"gaps\.csv: is missing, so .* unfinished run"),
        (lambda out: (out / "gaps.csv").write_text("x"), r"gaps\.csv: is not what run\.json says"),
        (lambda out: (out / "run.json").write_text("{"), r"run\.json: is not JSON"),
        (lambda out: (out / "run.json").write_text("[]"), r"run\.json: is not what a run writes"),
        (lambda out: (out / "run.json").write_text("{}"), r"run\.json: lists no outputs"),
    ],
)
def test_an_unfinished_run_is_refused(result: Result, tmp_path: Path, change, message: str):
    small = replace(result, layers={name: part.iloc[:2] for name, part in result.layers.items()})
    out = write(small, tmp_path / "out")
    change(out)
    with pytest.raises(SourceError, match=message):
        load_result(out)


def test_no_folder_of_results(tmp_path: Path):
    with pytest.raises(SourceError, match="no such folder; give the --out of a finished run"):
        load_result(tmp_path / "nothing")


def test_a_folder_that_exists_keeps_what_is_not_ours(result: Result, tmp_path: Path):
    small = replace(result, layers={name: part.iloc[:2] for name, part in result.layers.items()})
    out = tmp_path / "deep" / "out"
    out.mkdir(parents=True)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    write(small, out)
    write(small, out)
    assert sorted(path.name for path in out.iterdir()) == sorted([*FILES, "notes.txt"])
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"
    check_out(out)


def test_a_share_of_nobody_is_null(result: Result, tmp_path: Path):
    row = {**result.summary["coverage"][0], "share": math.nan, "share_low": None}
    nobody = replace(result, summary={**result.summary, "coverage": [row]}, layers={
        name: part.iloc[:1] for name, part in result.layers.items()
    })  # fmt: skip
    text = (write(nobody, tmp_path / "out") / "summary.json").read_text(encoding="utf-8")
    assert json.loads(text)["coverage"][0]["share"] is None


@pytest.mark.parametrize("synthetic", [True, False])
def test_only_the_layers_of_a_synthetic_plan_say_so(result: Result, tmp_path: Path, synthetic):
    plan = result.inputs.plan.model_copy(update={"synthetic": synthetic, "language": "en"})
    layers = {name: with_notice(layer, plan) for name, layer in result.layers.items()}
    inputs = replace(result.inputs, plan=plan)
    case = replace(result.case, inputs=inputs)
    write_result(replace(result, case=case, layers=layers), tmp_path / "out")
    with sqlite3.connect(tmp_path / "out" / "result.gpkg") as db:
        found = db.execute("SELECT table_name, description FROM gpkg_contents").fetchall()
    notice = "Demo data, not real"
    named = {*layers, *result.tables} - set(UNIT_TABLES)
    assert dict(found) == dict.fromkeys(named, notice if synthetic else "") | {"layer_styles": ""}
    for name in ("gaps.csv", "facilities.csv"):
        said = [row.get("notice") for row in rows(tmp_path / "out" / name)]
        assert said == [notice if synthetic else None] * len(said)


def test_whole_numbers_and_shares_of_a_table(result: Result, tmp_path: Path):
    """People have no point; a share has four places, as in summary.json."""
    facilities = result.layers["facilities"].assign(people=[3.0, np.nan, 5.0], share_any=2 / 3)
    layers = result.layers | {"facilities": facilities}
    write_result(replace(result, layers=layers), tmp_path / "out")
    table = rows(tmp_path / "out" / "facilities.csv")
    assert [row["people"] for row in table] == ["3", "", "5"]
    assert {row["share_any"] for row in table} == {"0.6667"}


@pytest.mark.parametrize(
    ("layer", "change"),
    [
        ("demand", "delete from demand where fid = 1"),
        ("gaps", 'delete from "rtree_gaps_geom_rowid" where rowid = 1'),
        ("demand", "delete from gpkg_contents where table_name = 'demand'"),
        ("choices", "drop table choices"),
    ],
)
def test_a_geopackage_that_gdal_left_unfinished_without_a_word(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layer: str, change: str
):
    """On a full disk GDAL prints that a commit failed and raises nothing."""
    check = _geopackage._check_written

    def check_less(path: Path, tables) -> None:
        if layer in tables:
            with sqlite3.connect(path) as base:
                triggers = base.execute("select name from sqlite_master where type = 'trigger'")
                for (name,) in triggers.fetchall():  # some call functions that GDAL alone has
                    base.execute(f'drop trigger "{name}"')
                base.execute(change)
            base.close()
        check(path, tables)

    monkeypatch.setattr(_geopackage, "_check_written", check_less)
    with pytest.raises(SourceError, match="not written to the end; is the disk full"):
        write_result(result, tmp_path / "out")
    assert not (tmp_path / "out").exists()


LIMITED = """
import resource, signal, sys
limit = int(sys.argv.pop(1))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writing beyond it fails, as on a full disk
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from planner.cli import main
main()
"""


@pytest.mark.skipif(os.name != "posix", reason="limits of Unix")
@pytest.mark.parametrize("room", [lambda size: size - 6_000, at_night(lambda size: size // 2),
                                  at_night(lambda _: 3_000)],
                         ids=["last commits", "amid", "first file"])  # fmt: skip
def test_a_full_disk_is_one_line_and_the_earlier_result_stays(tmp_path: Path, room, monkeypatch):
    """At the last commits of the GeoPackage, which raise nothing; amid it; at the first file."""
    plan = write_city(tmp_path / "city")
    out = tmp_path / "out"
    # Nothing else is to be written below the limit.
    monkeypatch.setenv("PLANNER_CACHE", str(tmp_path / "cache"))
    run_into(plan, out, quiet=True)
    earlier, limit = contents(out), room((out / "result.gpkg").stat().st_size)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "COVERAGE_PROCESS_CONFIG": "",
    }
    words = [str(limit), "run", str(plan), "--out", str(out), "--quiet"]
    command = [sys.executable, "-P", "-c", LIMITED, *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"planner: .*/out: cannot be written \(.+\); .*\n", done.stderr)
    assert contents(out) == earlier
    assert {path.name for path in out.iterdir()} == set(earlier)
