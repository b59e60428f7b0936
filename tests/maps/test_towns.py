"""Pages of towns: what is cut for each, worked out by hand on one street with two towns.

The street is 4 km long, from west to east; the towns meet in its middle. At 4 km/h 1,000 m take 15
minutes, which is how far the ring of a town goes.
"""

import json
import re
import subprocess

import pytest
from shapely.geometry import box
from typer.testing import CliRunner

from planner.cli import app
from planner.errors import PlannerError, SourceError
from planner.maps import INDEX_FILE, TownPages, write_map
from planner.maps._town_cut import cut_layers, cut_summary, cut_tables, list_across
from planner.maps._whatif_cut import WhatIfCutter
from planner.maps._whatif_payload import pack_whatif
from planner.maps.towns import name_files
from planner.reports import write_result, write_town_pages
from planner.run import run_plan
from tests.cities.small_plan import inputs_of
from tests.maps.in_node import PROGRAM_FOLDER, require_node
from tests.maps.payload import data_in

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
#: Nearest stations: of h1 W (300 m), of h2 E (300 m), of h3 E (700 m; W 900 m), of h4 E (1,400 m: a
#: gap), of h5 E (100 m), of h6 W (400 m).
ROWS = [("h1", 10, -1200, 0), ("h2", 20, -200, 0), ("h3", 40, -600, 0), ("h4", 80, 1500, 0),
        ("h5", 160, 200, 0), ("h6", 320, -1900, 0)]  # fmt: skip
STATIONS = [("W", "West", -1500, 0), ("E", "East", 100, 0), ("F", "Far", 1950, 900)]
TOWNS = {"西镇": box(-2100, -1100, 0, 1100), "East/..\\town": box(0, -1100, 2100, 1100)}
WEST, EAST = TOWNS
SERVICE = 'profiles = ["elderly", "ebike"]\nmoments = ["weekday_morning"]\n'


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return run_plan(inputs_of(
        tmp_path_factory.mktemp("towns"), HOMES, tables={"homes.csv": ROWS}, facilities=STATIONS,
        area=box(-2100, -1100, 2100, 1100), towns=TOWNS, service=SERVICE,
        bounds=box(-9000, -9000, 9000, 9000),
    ))  # fmt: skip


@pytest.fixture(scope="module")
def pages(result):
    run = result.provenance
    return TownPages(result.layers, result.summary, tables=result.tables, whatif=result.whatif,
                     profiles=run["profiles"], profile=run["profile"]["name"])  # fmt: skip


def cut(result, town):
    return cut_layers(result.layers, town, 1000.0)


def test_layers_of_a_town(result):
    west = cut(result, WEST)
    assert list(west["areas"]["name"]) == [WEST]
    assert sorted(west["demand"]["demand_id"].str[-2:]) == ["h1", "h2", "h3", "h6"]
    assert dict(zip(west["facilities"]["facility_id"], west["facilities"]["in_ring"], strict=True))\
        == {"W": False, "E": True}  # fmt: skip
    # The long street is one edge on either side of the crossroads; both touch the ring.
    assert set(west["walk_edges"]["name"]) == {"Long", "Short"}
    east = cut(result, EAST)
    assert list(east["gaps"]["people_residential"]) == [80]
    assert set(east["gap_routes"]["gap_id"]) <= set(east["gaps"]["gap_id"])
    assert west["gaps"].empty
    assert len(result.layers["areas"]) == 2  # what was given stays


def test_figures_of_a_town_are_those_of_its_page(result):
    """Of the 390 people of the west all are covered, of the 240 of the east 160."""
    for town, people, covered in ((WEST, 390, 390), (EAST, 240, 160)):
        cut_rows = cut_summary(result.summary, town, ["ebike"])
        assert {row["area"] for row in cut_rows["coverage"]} == {"all"}
        [last] = [r for r in cut_rows["coverage"]
                  if r["cutoff_minutes"] == 15 and r["kind"] == "residential"]  # fmt: skip
        assert (last["people"], last["covered"]) == (people, covered)
        assert "ebike" not in {row["profile"] for row in cut_rows["profiles"]}
        assert "domains" not in cut_rows


def test_what_a_station_across_the_border_covers(result):
    """The east's station is the nearest of h2 and h3: 60 people of the west; nobody of the east
    goes west."""
    west = cut(result, WEST)
    across = list_across(result.layers, west, WEST)
    [place] = across["facility"]
    assert west["facilities"]["facility_id"].iloc[place] == "E"
    assert (across["town"], across["people_residential"]) == ([EAST], [60])
    assert list_across(result.layers, cut(result, EAST), EAST)["count"] == 0


def test_choices_of_a_town_have_ranks_without_holes(result):
    layers = cut(result, EAST)
    tables = cut_tables(result.tables, layers, ["ebike"])
    assert "ebike" not in set(tables["choices"]["profile"])
    for number in tables["choices"]["choice"]:
        ranks = tables["choice_gaps"].loc[tables["choice_gaps"]["choice"] == number, "rank"]
        assert sorted(ranks) == list(range(1, len(ranks) + 1))
        members = tables["choice_members"][f"choice_{number}"]
        assert set(members[members > 0]) == set(ranks)


def engine_today(data):
    """Return today's minutes by id, as the page's engine finds them."""
    head = data.head
    given = {
        "engine": (PROGRAM_FOLDER / "engine").as_uri() + "/",
        "text": pack_whatif(data),
        "scenarios": [],
        "asked": [[one["name"], None] for one in head["profiles"]],
    }
    done = subprocess.run(
        [require_node(), "tests/maps/engine_minutes.mjs"],
        input=json.dumps(given), capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [row["minutes"] for row in json.loads(done.stdout)[-1]]
    return {
        one["name"]: dict(zip(head["units"]["id"], row, strict=True))
        for one, row in zip(head["profiles"], rows, strict=True)
    }


def test_minutes_of_a_town_are_those_of_the_whole_data(result):
    outlines = result.layers["areas"].set_index("name").geometry
    cutter, whole = WhatIfCutter(result.whatif), engine_today(result.whatif)
    assert cutter.reach_m == pytest.approx(1000)
    for town in TOWNS:
        data = cutter.cut(town, outlines[town])
        found = engine_today(data)
        assert list(found) == ["adult", "elderly"]  # who rides is left out
        for profile, minutes in found.items():
            for unit, value in minutes.items():
                expected = whole[profile][unit]
                if expected is not None and expected <= 15:
                    assert value == pytest.approx(expected, abs=1e-9)
                else:
                    assert value is None or value > 15
    west = cutter.cut(WEST, outlines[WEST])
    assert [one[-2:] for one in west.head["units"]["id"]] == ["h1", "h2", "h3", "h6"]
    assert west.head["facilities"]["id"] == ["W", "E"]
    # 900 m off the street no station is joined today, but one may be moved there: it stays in the
    # east, whose it is, and is farther from the west than any walk.
    assert "F" in cutter.cut(EAST, outlines[EAST]).head["facilities"]["id"]


def test_names_of_files():
    names = name_files(["西镇", "East/..\\town", "east town", "INDEX", "con", "..", "", "x" * 300])
    assert list(names.values())[:7] == [
        "西镇.html", "East-town.html", "east-town-2.html", "INDEX-2.html", "con-2.html",
        "town.html", "town-2.html",
    ]  # fmt: skip
    assert len(names["x" * 300]) < 60
    assert all(re.fullmatch(r"\w[\w-]*\.html", name) for name in names.values())


def test_pages_and_their_index(result, pages, tmp_path):
    options = {"title": "<b>Place</b>", "language": "en", "date": "2026-11"}
    page = pages.draw(WEST, **options)
    write_map(page, tmp_path / "plain.html")
    data = data_in((tmp_path / "plain.html").read_text(encoding="utf-8"))
    assert data["town_page"]["name"] == WEST
    assert data["town_page"]["across"]["people_residential"] == [60]
    assert data["title"] == f"<b>Place</b> · {WEST}"
    write_map(page, tmp_path / "packed.html", packed=True)
    packed = (tmp_path / "packed.html").read_text(encoding="utf-8")
    assert len(packed) < 0.6 * (tmp_path / "plain.html").stat().st_size
    assert packed.count("<script") == 3  # what decides, the data, what puts all in again
    index = pages.build_index(**options)
    # The page leads back to the list, in the language that it is read in.
    assert data["town_page"]["list"] == INDEX_FILE
    assert all(f'<main id="{language}"' in index for language in ("en", "zh"))
    assert "<script" not in index
    assert "default-src 'none'; script-src 'none'" in index
    assert "<b>Place" not in index
    assert 'href="East-town.html"' in index
    assert f'href="{"%E8%A5%BF%E9%95%87"}.html"' in index
    # The figure that the town's own page says stands in the list, above its low and high.
    for row in pages.list_rows():
        [counted] = [
            one for one in result.summary["coverage"]
            if (one["area"], one["kind"]) == (row["town"] or "all", row["kind"])
            and one["cutoff_minutes"] == row["minutes"]
        ]  # fmt: skip
        share = counted["covered"] / (counted["covered"] + counted["gap"])
        assert f'<td class="n">{100 * share:.1f}%<small>' in index
    rows = {row["town"]: (row["people"], row["gaps"]) for row in pages.list_rows()}
    assert rows == {"": (630, 1), WEST: (390, 0), EAST: (240, 1)}


def test_a_run_without_towns_is_refused(result):
    whole = [row for row in result.summary["coverage"] if row["area"] == "all"]
    with pytest.raises(PlannerError, match="counts no towns") as told:
        TownPages(result.layers, {"coverage": whole}, profiles=[], profile="adult")
    assert "\n" not in str(told.value)


def test_files_of_others_stay(tmp_path):
    folder = tmp_path / "towns"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")

    def save(name, path):
        path.write_text(f"page {name}")

    write_town_pages(tmp_path, ["a.html", "b.html", INDEX_FILE], save)
    write_town_pages(tmp_path, ["b.html", INDEX_FILE], save)
    # The page of a town that is gone goes, what the planner did not write stays.
    assert sorted(path.name for path in folder.iterdir()) == [
        "b.html", "index.html", "notes.txt", "towns.json",
    ]  # fmt: skip
    for name in ("a.html", "b.html"):
        (folder / name).write_text("changed by hand")
        with pytest.raises(SourceError, match=f"{name}: was not written by the planner"):
            write_town_pages(tmp_path, ["a.html", "b.html", INDEX_FILE], save)
        assert (folder / name).read_text() == "changed by hand"
        (folder / name).unlink()
    write_town_pages(tmp_path, ["b.html", INDEX_FILE], save)


@pytest.mark.parametrize("content", ["", "[]", '{"outputs": {"../x.html": "0"}}', '{"a": 1}'])
def test_a_strange_list_of_pages_owns_nothing(tmp_path, content):
    (tmp_path / "towns").mkdir()
    (tmp_path / "towns" / "b.html").write_text("mine")
    (tmp_path / "towns" / "towns.json").write_text(content)
    with pytest.raises(SourceError, match=r"b\.html: was not written"):
        write_town_pages(tmp_path, ["b.html"], lambda name, path: path.write_text(name))
    assert (tmp_path / "towns" / "b.html").read_text() == "mine"


def test_the_command_writes_a_page_a_town(result, tmp_path):
    out = tmp_path / "out"
    write_result(result, out)
    done = CliRunner().invoke(app, ["map", str(out), "--by-town"])
    index = out / "towns" / "index.html"
    assert (done.exit_code, done.stdout) == (0, f"towns: {index}, with 2 pages\n")
    names = ["East-town.html", "index.html", "towns.json", "西镇.html"]
    assert sorted(path.name for path in index.parent.iterdir()) == names
    first = (index.parent / "西镇.html").read_bytes()
    assert CliRunner().invoke(app, ["map", str(out), "--by-town"]).exit_code == 0
    assert (index.parent / "西镇.html").read_bytes() == first
    index.write_text("mine", encoding="utf-8")
    refused = CliRunner().invoke(app, ["map", str(out), "--by-town"])
    assert refused.exit_code == 1
    assert "index.html: was not written by the planner" in refused.stderr
    assert index.read_text(encoding="utf-8") == "mine"


def test_a_packed_page_starts_in_the_browser(pages, tmp_path, browser):
    """The policy names the scripts that are put in again; nothing is asked of anybody."""
    write_map(pages.draw(WEST, title="Place", language="en"), tmp_path / "town.html", packed=True)
    page = browser.new_page()
    faults, asked = [], []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "town.html").as_uri())
    page.wait_for_selector("body[data-ready=true]")
    back = page.locator("#town-list")
    assert (back.inner_text(), back.get_attribute("href")) == ("All towns", "index.html#en")
    told = page.inner_text("#tab-town")
    assert faults == []
    # The engine's worker is a script of the page's own.
    assert [url for url in asked if not url.startswith("blob:")] == [
        (tmp_path / "town.html").as_uri()
    ]
    # The west's station is nearest to h1 and h6: 330; the east's to h2 and h3 of the west: 60.
    assert "West" in told
    assert "330" in told
    assert "60" in told.partition("Covered by stations")[2]
    assert page.inner_text("#to-town") == "This town"
    assert "西镇" in page.inner_text("#sentence")
    page.close()
