"""The READMEs: every command in them runs, every link and picture is there."""

import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import warnings
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import nbformat
import numpy as np
import openpyxl
import pyogrio
import pyrosm
import pytest
import shapely
import typer
from typer.testing import CliRunner

from planner.cli import app
from tests.cities.demo import COMMAND, Demo, demo_of_one_town
from tests.cities.map_server import Map, MapServer, place, serving
from tests.documents import PAGES, REPOSITORY, blocks, text_of
from tests.samples import first, is_whole

READMES = ("README.md", "README.zh-CN.md")
#: Picture -> the screen that it shows.
PICTURES = {
    "docs/map-baoshan-demo.png": (1440, 900),
    "docs/map-baoshan-phone.png": (390, 844),
    "docs/map-porto-alegre.png": (1440, 900),
    "docs/map-baoshan-courses.png": (1440, 900),
    "docs/map-baoshan-sites.png": (1440, 900),
    "docs/map-baoshan-compared.png": (1440, 900),
    "docs/map-baoshan-routes.png": (1440, 900),
}
STATIONS = """\
facility_id,name,lon,lat
S1,First station,26.9412,60.5257
S2,Second station,26.9530,60.5312
"""

COMMANDS: dict[str, typer.models.CommandInfo] = {
    str(command.name): command for command in app.registered_commands
}


def command_lines() -> list[str]:
    """Every command of both READMEs once, in order; those for Windows as a shell here has them."""
    lines = [
        line.replace("\\", "/").replace(".venv/Scripts/", "")
        for page in READMES
        for block in blocks(page, "sh", "bat")
        for line in block.splitlines()
    ]
    return list(dict.fromkeys(line for line in lines if line))


LINES = command_lines()
PLANNER_LINES = [line for line in LINES if line.startswith("planner ")]
OTHER_LINES = [line for line in LINES if line not in PLANNER_LINES]
#: The Chinese README has the same code with other comments, or less of it: the rest runs at night.
PYTHON_BLOCKS = first(
    len(blocks(READMES[0], "python")),
    {
        re.sub(r"\s*#.*", "", block): block for page in READMES for block in blocks(page, "python")
    }.values(),
)


def planner_script() -> Path:
    return Path(sysconfig.get_path("scripts")) / "planner"


#: What every place is taken for: a part of the small extract.
DISTRICT = shapely.box(26.940, 60.524, 26.955, 60.533)


def write_points(folder: Path) -> None:
    """Write the stations, and homes on a grid over the small extract, as layers of points."""
    rows = [line.split(",") for line in STATIONS.splitlines()[1:]]
    names, lon, lat = [row[1] for row in rows], *zip(*(row[2:] for row in rows), strict=True)
    places = gpd.points_from_xy([*map(float, lon)], [*map(float, lat)])
    gpd.GeoDataFrame({"name": names}, geometry=places, crs=4326).to_file(
        folder / "stations.geojson"
    )
    x, y = np.meshgrid(np.linspace(26.936, 26.972, 12), np.linspace(60.523, 60.538, 10))
    homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x.ravel(), y.ravel()), crs=4326)
    homes.assign(people=10 + np.arange(len(homes)) % 7).to_file(folder / "homes.geojson")


@pytest.fixture(scope="module")
def user(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A user who has run the demo; by day that of one town, which its other commands then take."""
    if is_whole():
        whole: Demo = request.getfixturevalue("demo")
        return whole
    return demo_of_one_town(tmp_path_factory.mktemp("user"))


@pytest.fixture(scope="module")
def folder(user: Demo) -> Iterator[Path]:
    """Where this user stands, with an extract and a table of stations.

    A server on this machine answers for those of OpenStreetMap.
    """
    extract = Path(pyrosm.get_data("test_pbf"))
    shutil.copy(extract, user.folder / "my-city.osm.pbf")
    (user.folder / "stations.csv").write_text(STATIONS, encoding="utf-8")
    write_points(user.folder)
    book = openpyxl.Workbook()
    book.active.append(["站点一览表"])
    book.active.merge_cells("A1:E1")
    for row in (
        ("名称", "地址", "经度", "纬度", "开放时间"),
        ("First station", "", 26.9412, 60.5257, "周一至周五 9:00-17:00"),
        ("Second station", "", "26.9530", "60.5312", "全天"),
        ("Third station", "12 Main Street", None, None, "8:00-11:3013:00-17:00"),
    ):
        book.active.append(row)
    book.save(user.folder / "stations.xlsx")
    known = MapServer(map=Map(extract), places=[place("District", DISTRICT)])
    with serving(known) as server, pytest.MonkeyPatch.context() as patch:
        for variable in ("PLANNER_OVERPASS", "PLANNER_NOMINATIM"):
            patch.setenv(variable, server.address)
        yield user.folder


@pytest.fixture(scope="module")
def finished(user: Demo, folder: Path) -> dict[str, subprocess.CompletedProcess[str]]:
    """What the planner's commands did, one after the other, as a reader would type them."""
    assert folder
    run = user.run if is_whole() else user.run_here
    demo_line, *others = PLANNER_LINES
    assert demo_line == COMMAND
    return {demo_line: user.ended} | {line: run(*shlex.split(line)[1:]) for line in others}


@pytest.mark.parametrize("line", PLANNER_LINES)
def test_a_command_of_the_planner_runs(
    line: str, finished: dict[str, subprocess.CompletedProcess[str]]
):
    assert finished[line].returncode == 0, finished[line].stderr
    assert finished[line].stdout
    assert not finished[line].stderr


def test_the_commands_leave_maps_and_tables(
    folder: Path, finished: dict[str, subprocess.CompletedProcess[str]]
):
    assert finished
    table = re.findall(r"^\| `([\w.]+)` \|", text_of("README.md"), flags=re.MULTILINE)
    assert sorted(path.name for path in (folder / "out/demo").iterdir()) == sorted(
        [*table, "input"]
    )
    assert sorted(path.name for path in (folder / "out/my-city").iterdir()) == sorted(
        name for name in table if name not in {"committees.csv", "classes.csv", "gap_classes.csv"}
    )


def test_the_readme_names_every_layer(
    folder: Path, finished: dict[str, subprocess.CompletedProcess[str]]
):
    assert finished
    row = next(line for line in text_of("README.md").splitlines() if "`result.gpkg`" in line)
    named = re.sub(r"\(.*?\)", "", row.partition("EPSG:4326: ")[2]).strip(" |")
    written = pyogrio.list_layers(folder / "out/demo/result.gpkg")[:, 0]
    assert sorted(name.strip() for name in named.split(",")) == sorted(written)


@pytest.mark.parametrize("code", PYTHON_BLOCKS, ids=lambda code: code.splitlines()[0])
def test_an_example_in_python_runs(
    code: str,
    user: Demo,
    folder: Path,
    finished: dict[str, subprocess.CompletedProcess[str]],
    monkeypatch: pytest.MonkeyPatch,
):
    """By day in the process of the test: one of its own loads all libraries again."""
    assert finished
    monkeypatch.setenv("PLANNER_CACHE", str(user.folder / "cache"))
    if not is_whole():
        monkeypatch.chdir(folder)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            exec(compile(code, "README.md", "exec"), {"__name__": "__main__"})
        return
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("line", OTHER_LINES)
def test_a_command_that_sets_up_works(line: str, tmp_path: Path):
    words = shlex.split(line)
    match words:
        case ["make", target]:  # not run: `make test` would call itself
            rules = re.findall(r"^([a-z]+):", text_of("Makefile"), flags=re.MULTILINE)
            assert target in rules
        case [".", activate]:
            assert activate == ".venv/bin/activate"
            assert (Path(sys.prefix) / "bin" / "activate").is_file()
        case ["py", "-3.11", *rest]:
            # pip is put in at night only: that takes most of the time.
            pip = [] if is_whole() else ["--without-pip"]
            subprocess.run([sys.executable, *rest, *pip], cwd=tmp_path, check=True)
            assert (tmp_path / ".venv" / "pyvenv.cfg").is_file()
        case ["python", "-m", "pip", "install", *rest]:
            install_again(rest, tmp_path)
        case ["python", "-m", "pytest"]:
            assert "testpaths" in text_of("pyproject.toml")
        case _:
            pytest.fail(f"{line!r} stands in a README and no test runs it")


def install_again(arguments: list[str], place: Path) -> None:
    """Let pip find everything that is asked for in this environment, with no download."""
    for name in ("pyproject.toml", "constraints.txt", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, place / name)
    for name in ("planner", "data"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / name, place / name, ignore=ignored)
    offline = ["--quiet", "--dry-run", "--no-index", "--no-build-isolation"]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", *offline]
    subprocess.run([*pip, *arguments], cwd=place, check=True)


def help_of(name: str) -> str:
    """Return the help of a command; by day that of the first alone is asked in a process."""
    if not is_whole() and name != next(iter(COMMANDS)):
        ended = CliRunner().invoke(app, [name, "--help"])
        assert ended.exit_code == 0, ended.output
        return ended.stdout
    return subprocess.run(
        [planner_script(), name, "--help"], capture_output=True, encoding="utf-8", check=True
    ).stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_help_with_an_example_and_stands_in_the_readmes(name: str):
    shown = help_of(name)
    assert f"Example: planner {name} " in shown
    for page in READMES:
        commands = "\n".join(blocks(page, "sh"))
        assert re.search(rf"^planner {name}\b", commands, flags=re.MULTILINE), page


def test_both_readmes_have_the_same_commands():
    english, chinese = (
        {line for block in blocks(page, "sh", "bat") for line in block.splitlines() if line}
        for page in READMES
    )
    assert english == chinese


@pytest.mark.parametrize("page", PAGES)
def test_links_and_pictures_lead_somewhere(page: str):
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if not target.startswith(("https://", "http://")):
            path = (REPOSITORY / page).parent / target.partition("#")[0]
            assert path.exists(), f"{page} links to {target}"


@pytest.mark.parametrize(("picture", "screen"), PICTURES.items())
def test_a_picture_is_a_screen_and_not_heavy(picture: str, screen: tuple[int, int]):
    content = (REPOSITORY / picture).read_bytes()
    assert content.startswith(b"\x89PNG")
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    assert (width, height) == screen
    assert len(content) < 400_000
    assert picture in text_of("README.md")


@pytest.mark.parametrize("page", READMES)
def test_credit_and_notice_are_given(page: str):
    assert "© OpenStreetMap contributors" in text_of(page)
    assert "演示数据，非真实" in text_of(page)


@pytest.mark.parametrize("path", sorted((REPOSITORY / "notebooks").glob("*.ipynb")), ids=str)
def test_a_notebook_is_committed_without_outputs(path: Path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None


@pytest.mark.parametrize("path", sorted((REPOSITORY / "notebooks").glob("*.ipynb")), ids=str)
def test_a_notebook_uses_public_names_only(path: Path):
    code = "\n".join(
        cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"
    )
    assert "from planner import" in code
    assert not re.search(r"from planner\.|import planner\.", code)
