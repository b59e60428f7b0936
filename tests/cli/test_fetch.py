"""`planner fetch` and `planner init --place`: from a name to a plan that runs."""

import json
import re
import shutil

import pytest
import shapely
from typer.testing import CliRunner

from planner.cli import app
from planner.sources.osm.extract import load_osm
from planner.sources.plan_file import load_plan
from tests.cities.map_server import Map, MapServer, place, says, serving
from tests.cities.small_city import contents, extract, facility_rows, write_lines

AREA = shapely.box(26.940, 60.524, 26.955, 60.533)


@pytest.fixture(scope="module")
def town():
    return Map(extract("test"))


@pytest.fixture
def server(town, monkeypatch, tmp_path):
    monkeypatch.setenv("PLANNER_CACHE", str(tmp_path / "cache"))
    with serving(MapServer(map=town, places=[place("Hamina, Suomi", AREA)])) as state:
        monkeypatch.setenv("PLANNER_OVERPASS", state.address)
        monkeypatch.setenv("PLANNER_NOMINATIM", state.address)
        yield state


def planner(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def write_plan(folder, osm="streets.osm.pbf", area='boundary = "area.geojson"', more=""):
    folder.mkdir(exist_ok=True)
    (folder / "area.geojson").write_text(shapely.to_geojson(AREA))
    write_lines(folder / "facilities.csv", facility_rows("test"))
    text = f"""name = "town"
[area]
{area}
[network]
osm = "{osm}"
[facilities]
table = "facilities.csv"
[[demand]]
kind = "residential"
osm = true
people_per_hectare = 60
{more}"""
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    return folder / "plan.toml"


def test_the_streets_of_a_plan_are_fetched(server, tmp_path):
    plan = write_plan(tmp_path / "town")
    done = planner("fetch", plan)
    assert done.exit_code == 0, done.output
    path = tmp_path / "town" / "streets.osm.pbf"
    assert done.stdout.startswith(f"wrote {path}: 2,6")
    assert done.stdout.endswith("of 2026-11-20T08:00:00Z\n")
    assert len(load_osm(path).ways)
    assert planner("fetch", plan, "--quiet").stdout == ""
    assert len(server.asked) == 1  # the second time it lay in the cache


@pytest.mark.usefixtures("server")
@pytest.mark.nightly
def test_a_run_on_fetched_streets_says_what_one_on_the_extract_says(tmp_path):
    """The extract ends before the ring does, so the bounds that files claim are left out."""
    assert planner("fetch", write_plan(tmp_path / "a", osm="map.osm")).exit_code == 0
    cut = planner("fetch", write_plan(tmp_path / "b", osm="map.osm"), "--pbf", extract("test"))
    assert cut.exit_code == 0
    said = []
    for name in ("a", "b"):
        path = tmp_path / name / "map.osm"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if "<bounds" not in line), encoding="utf-8")
        run = planner("run", tmp_path / name / "plan.toml", "--out", tmp_path / name / "out")
        assert run.exit_code == 0, run.output
        said.append((tmp_path / name / "out" / "summary.json").read_bytes())
    assert said[0] == said[1]


def test_a_place_of_the_plan_is_looked_up(server, tmp_path):
    plan = write_plan(tmp_path / "town", area='place = "Hamina"')
    assert planner("fetch", plan).exit_code == 0
    assert server.asked[0].startswith("/search?q=Hamina")


def test_without_an_area_nobody_knows_what_to_fetch(tmp_path):
    plan = write_plan(tmp_path / "town")
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace('[area]\nboundary = "area.geojson"\n', ""), encoding="utf-8")
    done = planner("fetch", plan)
    assert done.exit_code == 1
    assert "has no area, so nobody knows which streets to fetch" in done.stderr


def test_a_failure_is_one_line_and_changes_nothing(server, tmp_path):
    plan = write_plan(tmp_path / "town", more="[fetch]\npause = 0")
    assert planner("fetch", plan).exit_code == 0
    before = contents(plan.parent)
    shutil.rmtree(tmp_path / "cache")
    server.always = says(504)
    done = planner("fetch", plan)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "answers 504 Gateway Timeout, 6 times" in done.stderr
    assert contents(plan.parent) == before


@pytest.mark.usefixtures("server")
def test_a_file_of_the_user_is_replaced_only_if_asked(tmp_path):
    plan = write_plan(tmp_path / "town")
    (plan.parent / "streets.osm.pbf").write_bytes(b"mine")
    done = planner("fetch", plan)
    assert done.exit_code == 1
    assert "or give --replace" in done.stderr
    assert planner("fetch", plan, "--replace").exit_code == 0


@pytest.mark.usefixtures("server")
def test_init_with_a_place_does_it_all(tmp_path):
    """Boundary, streets and a plan; with a table of stations it runs."""
    folder = tmp_path / "hamina"
    write_lines(tmp_path / "stations.csv", facility_rows("test"))
    done = planner("init", folder, "--place", "Hamina", "--facilities", tmp_path / "stations.csv")
    assert done.exit_code == 0, done.output
    assert f"wrote {folder / 'boundary.geojson'}: Hamina, Suomi\n" in done.stdout
    assert sorted(contents(folder)) == [
        "boundary.geojson", "plan.toml", "streets.osm.pbf", "streets.osm.pbf.json",
    ]  # fmt: skip
    plan = load_plan(folder / "plan.toml")
    assert plan.area.boundary == folder / "boundary.geojson"
    assert plan.network.osm == folder / "streets.osm.pbf"
    run = planner("run", folder / "plan.toml", "--out", tmp_path / "out")
    assert run.exit_code == 0, run.output
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["facilities"]["total"] == 2


def test_init_with_a_place_and_an_extract_asks_for_the_outline_alone(server, tmp_path):
    folder = tmp_path / "hamina"
    done = planner("init", folder, "--place", "Hamina", "--pbf", extract("test"))
    assert done.exit_code == 0, done.output
    assert re.search(r"note: .*test\.osm\.pbf.? ends within the ring", done.stdout)
    assert len(server.asked) == 1


def test_init_refuses_what_is_there_before_it_asks(server, tmp_path):
    (tmp_path / "plan.toml").write_text("")
    done = planner("init", tmp_path, "--place", "Hamina")
    assert done.exit_code == 1
    assert "plan.toml: is already there" in done.stderr
    done = planner("init", tmp_path / "new", "--place", "Hamina", "--facilities", "gone.csv")
    assert "gone.csv: no such file" in done.stderr
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "boundary.geojson").write_text("mine")
    done = planner("init", tmp_path / "new", "--place", "Hamina")
    assert "boundary.geojson: is already there" in done.stderr
    assert server.asked == []


@pytest.mark.parametrize(
    "options", [(), ("--osm", "a.osm", "--place", "Town"), ("--osm", "a.osm", "--pbf", "b.osm")]
)
def test_init_with_words_that_do_not_fit(tmp_path, options):
    done = planner("init", tmp_path / "mine", *options)
    assert done.exit_code == 2
    assert "--place" in done.stderr
    assert not (tmp_path / "mine").exists()
