"""A table in another datum than the plan says: what check prints, and what stops a run."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from planner import crs
from planner.cli import app
from tests.cities.drawing import FRAME
from tests.cities.small_plan import inputs_of, lonlat
from tests.run.test_doctor import HOMES, PEOPLE, shifted, town_of_lanes


def planner(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan whose stations, 12 m beside streets, are in GCJ-02 although it does not say so."""
    lanes = town_of_lanes()
    rng = np.random.default_rng(6)
    xy = []
    for _ in range(40):
        nodes, _ = lanes.ways[rng.integers(len(lanes.ways))]
        (x, y), (_, v) = (lanes.nodes[node] for node in nodes)
        along = rng.uniform(-2500, 2500)
        xy.append((along, y + 12) if y == v else (x + 12, along))
    rows = [(f"s{n}", f"Station {n}", *at) for n, at in enumerate(shifted(np.array(xy), "GCJ-02"))]
    inputs_of(tmp_path, HOMES, drawing=lanes, facilities=rows, tables=PEOPLE)
    return tmp_path / "plan.toml"


def test_a_run_stops_with_one_line_and_goes_on_if_told(plan: Path, tmp_path: Path):
    out = tmp_path / "out"
    result = planner("run", plan, "--out", out, "--quiet")
    assert result.exit_code == 1
    [line] = result.stderr.splitlines()
    assert line.startswith("planner: facilities.csv: its places fit GCJ-02 and not EPSG:4326: 100%")
    assert line.endswith(
        'set [facilities] crs = "GCJ-02", or go on as it stands with --accept-datum'
    )
    assert not out.exists() or not list(out.iterdir())
    result = planner("run", plan, "--out", out, "--quiet", "--accept-datum")
    assert result.exit_code == 0, result.stderr
    assert (out / "run.json").is_file()


def test_check_tells_what_it_found_and_what_to_write(plan: Path):
    result = planner("check", plan)
    assert result.exit_code == 1
    assert "facilities (facilities.csv): not EPSG:4326: GCJ-02, strong" in result.stdout
    assert '- set [facilities] crs = "GCJ-02"' in result.stdout
    text = plan.read_text(encoding="utf-8")
    said = text.replace("[facilities]", '[facilities]\ncrs = "GCJ-02"')
    plan.write_text(said, encoding="utf-8")
    result = planner("check", plan)
    assert result.exit_code == 0, result.stderr
    assert "facilities (facilities.csv): GCJ-02: GCJ-02, strong" in result.stdout
    assert "a run can start" in result.stdout


def test_a_local_grid_is_read_through_its_control_points(tmp_path: Path):
    """The grid is that of the drawing, moved by 1,000 m: what it says is known by hand."""
    inputs_of(tmp_path, HOMES, tables=PEOPLE)
    plan = tmp_path / "plan.toml"
    points = [(0, 0), (3000, 0), (0, 3000), (-2000, -1500)]
    lines = ["name,x,y,lon,lat"]
    lines += [f"p{x},{x + 1000},{y + 1000},{','.join(map(str, lonlat(x, y)))}" for x, y in points]
    (tmp_path / "points.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "facilities.csv").write_text(
        "facility_id,name,lon,lat\nF,Station,1500,1010\n", encoding="utf-8"
    )
    text = plan.read_text(encoding="utf-8")
    text = 'control_points = "points.csv"\n' + text.replace(
        "[facilities]", '[facilities]\ncrs = "local"'
    )
    plan.write_text(text, encoding="utf-8")
    from planner.sources.inputs import load_inputs
    from planner.sources.plan_file import load_plan

    inputs = load_inputs(load_plan(plan))
    point = inputs.facilities.rows.geometry.iloc[0]
    assert crs.project(point.x, point.y, FRAME)[0] == pytest.approx([500, 10], abs=0.2)
    [note] = [note for note in inputs.notes if "local grid" in note]
    assert note.startswith("points.csv: local grid through 4 control points: 0.")
    assert "points.csv" in inputs.hashes


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[facilities]", '[facilities]\ncrs = "local"', "needs control_points"),
        ('name = "small"', 'name = "small"\ncontrol_points = "p.csv"', 'can only stand with a crs'),
    ],
)  # fmt: skip
def test_control_points_and_local_belong_together(tmp_path: Path, old: str, new: str, words: str):
    inputs_of(tmp_path, HOMES, tables=PEOPLE)
    plan = tmp_path / "plan.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    result = planner("check", plan)
    assert result.exit_code == 1
    assert words in result.stderr


def test_boundary_and_towns_have_datums_of_their_own(tmp_path: Path):
    import shapely

    from planner.sources.inputs import load_inputs
    from planner.sources.plan_file import load_plan

    area = shapely.box(-3000, -3000, 3000, 3000)
    before = inputs_of(tmp_path, HOMES, tables=PEOPLE, area=area, towns={"T": area})
    plan = tmp_path / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    said = text.replace("[area]", '[area]\ncrs = "GCJ-02"\ntowns_crs = "BD-09"')
    plan.write_text(said, encoding="utf-8")
    after = load_inputs(load_plan(plan))
    lon, lat = before.boundary.exterior.coords[0]
    assert crs.wgs84_to_gcj02(*after.boundary.exterior.coords[0]) == pytest.approx((lon, lat))
    moved = after.towns.geometry[0].exterior.coords[0]
    back = crs.gcj02_to_bd09(*crs.wgs84_to_gcj02(*moved))
    assert back == pytest.approx(before.towns.geometry[0].exterior.coords[0])
