"""What the file says and does not say, without a browser."""

from __future__ import annotations

import json
import re
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from shapely.geometry import Point, Polygon, box

from planner.errors import CrsError, PlannerError
from planner.maps import draw_map, write_map
from planner.maps._map_grid import STEP_DEG, MapGrid
from planner.maps._page_map import asset, leaflet_js
from planner.maps._page_payload import build_page_payload
from planner.maps._plain_values import to_plain
from planner.sources.embedded import data_folder
from planner.sources.plan_file import load_rules
from planner.texts import LANGUAGES, TEXTS
from tests.maps import sample
from tests.maps.in_node import PROGRAM_FOLDER
from tests.maps.payload import data_in

#: The page's program as it is written, before it is put together into one file.
PROGRAM = "\n".join(path.read_text("utf-8") for path in sorted(PROGRAM_FOLDER.rglob("*.js")))


def render(*args: Any, **options: Any) -> str:
    return str(draw_map(*args, **{"title": "演示区", **options}).get_root().render())


def test_nothing_is_loaded_from_anywhere(layers, summary):
    page = render(layers, summary).replace(leaflet_js(), "")  # its credit, not shown, has a link
    assert not re.search(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//""", page)
    assert not re.search(r"url\((?!data:|#)[^)]", page)
    assert "@import" not in page
    assert "sourceMappingURL" not in page


def test_hostile_texts_stay_inside_the_data(layers, summary):
    for name, columns in {"gaps": ("gap_id", "name", "cause", "cause_detail"),
                          "facilities": ("facility_id", "name", "level", "domain"),
                          "unknown_areas": ("name", "reason", "town")}.items():  # fmt: skip
        for column in columns:
            layers[name][column] = sample.HOSTILE
    page = render(layers, summary, title=sample.HOSTILE, credit=sample.HOSTILE)
    assert "<img src=x" not in page
    data = data_in(page)
    assert data["title"] == sample.HOSTILE
    assert data["facilities"]["name"] == [sample.HOSTILE] * 14


def test_the_engine_passes_folium_s_templates_unchanged(layers, summary):
    page = render(layers, summary)
    assert asset("page.js") in page
    assert leaflet_js() in page


def test_the_engine_never_writes_markup():
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b",
                         PROGRAM + asset("page.js"))  # fmt: skip


def test_every_text_that_turns_others_round_is_isolated():
    turns, kept = "a\u202eb", "\u2068\u200ea\u202eb\u200e\u2069"
    tree = {turns: [turns, 1], "row": {"texts": [turns, None], "at": np.str_(turns)}, "n": [1, 2]}
    assert to_plain(tree) == {
        kept: [kept, 1], "row": {"texts": [kept, None], "at": kept}, "n": [1, 2],
    }  # fmt: skip


def test_the_title_of_the_document_is_isolated_too(layers, summary):
    page = render(layers, summary, title="a\u202eb")
    assert "\u2068\u200ea\u202eb\u200e\u2069</title>" in page


def test_the_data_have_no_numbers_that_json_lacks():
    values = [np.nan, np.inf, np.int64(3), np.float64(0.5), None, True]
    assert to_plain(values) == [None, None, 3, 0.5, None, True]


def test_each_text_stands_in_both_languages_with_the_same_values():
    # English has another form of some texts where a count is 1.
    single = {key for key in TEXTS["en"] if key.endswith("_one")}
    assert set(TEXTS["zh"]) == set(TEXTS["en"]) - single
    assert {key.removesuffix("_one") for key in single} <= set(TEXTS["zh"])
    for key, text in TEXTS["zh"].items():
        wanted, found = (set(re.findall(r"\{(\w+)\}", words)) for words in (text, TEXTS["en"][key]))
        # a word may need a number or a name in one language only
        assert wanted == found or key == "in_all", key
        assert text
        assert TEXTS["en"][key]


def test_each_text_that_the_engine_asks_for_exists():
    asked = set(re.findall(r"say\(\s*'(\w+)'", PROGRAM))
    assert len(asked) > 40
    assert asked - {key for key in asked if key.endswith("_")} <= set(TEXTS["zh"])


def test_the_words_of_the_glossary():
    words = TEXTS["zh"]
    assert words["facility"] == "党群服务站"
    assert words["gap"] == words["verdict_gap"] == "服务盲区"
    assert words["verdict_covered"] == "已覆盖"
    assert words["unknown_area"] == words["verdict_unknown"] == "数据不足"
    assert words["town"] == "街镇"
    assert [words[f"kind_{kind}"] for kind in sample.KINDS] == ["居民", "园区职工", "商圈"]
    assert [words[result] for result in ("met", "missed", "undecided")] == [
        "已达标", "未达标", "待定"]  # fmt: skip
    assert words["synthetic"] == "演示数据，非真实"


@pytest.mark.parametrize(('group', 'values'), [
    ("cause", ["detour", "too far", "barrier", "wall", "closed"]),
    ("reason", ["no street near", "no gate known", "island", "facility not joined",
                "place not confirmed", "hours not known", "edge of data"]),
    ("level", ["district", "town", "neighbourhood"]),
    ("domain", ["community", "industrial_park", "mall", "office_tower", "scenic_area",
                "street_block", "waterfront", "talent_apartments", "couriers"]),
    ("status", ["planned", "closed"]),  # an open station is not told to be one
    ("verdict", ["covered", "gap", "unknown"]),
    ("tier", ["main_city", "market_town", "rural"]),
    ("rule", ["law", "standard", "draft", "assumption"]),
    ("source", ["the plan's own target",
                *(rule.source for rule in load_rules(data_folder() / "rules.toml"))]),
])  # fmt: skip
def test_each_word_of_the_data_has_a_text(group, values):
    for language in LANGUAGES:
        assert all(TEXTS[language].get(f"{group}_{value}") for value in values)


def test_no_band_of_minutes_is_called_a_tier_of_the_standard():
    # GB 50180-2018 is checked in metres; its own circles have minutes in their names
    for language, circle in (("zh", "分钟生活圈"), ("en", "-minute")):
        standard = [text for key, text in TEXTS[language].items() if key.startswith("source_GB")]
        assert len(standard) == 3
        assert not [text for text in standard if circle in text or "min" in text or "分钟" in text]


def test_committees_know_their_station_by_its_place(layers, summary):
    near, without, beyond, empty = build_page_payload(layers, summary)["committees"]
    assert near == {"name": "甲居委会", "town": "大场镇", "own": 3, "people": 9720.0,
                    "minutes_own": 15.2, "minutes_nearest": 4.4}  # fmt: skip
    assert (without["own"], without["minutes_own"]) == (None, None)
    assert (beyond["own"], beyond["minutes_own"]) == (12, None)
    assert (empty["people"], empty["minutes_nearest"]) == (0, None)
    assert build_page_payload({}, {})["committees"] == build_page_payload({}, {})["domains"] == []


def test_stations_of_communities_come_first_among_domains(layers, summary):
    names = [row["domain"] for row in build_page_payload(layers, summary)["domains"]]
    assert names == ["community"] * 3 + ["mall"] * 3


def test_no_id_of_the_data_reaches_the_page(layers, summary):
    page = render(layers, summary)
    poster = page[page.index('<section id="poster"') : page.index("</section>")]
    for text in (poster, json.dumps(data_in(page))):
        for identifier in ("gap-1", "F13", "residential:7"):
            assert identifier not in text


def test_loads_are_of_places_where_the_summary_says_so(layers, summary):
    load = [26.456, *[1.0] * 11, np.nan, np.nan]
    loaded = {**layers, "facilities": layers["facilities"].assign(load_2sfca=load)}
    by_place = {**summary, "access_2sfca": {"supply": "capacity"}}
    found = build_page_payload(loaded, by_place)["facilities"]
    assert found["by_capacity"]
    assert [found["load_2sfca"][at] for at in (0, 13)] == [26.46, None]
    loaded["facilities"] = loaded["facilities"].assign(visits_per_year=640_000.0)
    found = build_page_payload(loaded, {**summary, "access_2sfca": None})["facilities"]
    assert (found["by_capacity"], found["visits_per_year"][0]) == (False, 640_000)
    found = build_page_payload(layers, summary)["facilities"]  # of a run before there were loads
    assert not found["by_capacity"]
    assert "load_2sfca" not in found


def test_a_gap_named_by_its_id_has_no_name(layers, summary):
    gaps = build_page_payload(layers, summary)["gaps"]
    assert gaps["name"][3] is None
    assert gaps["name"][5] is None
    assert gaps["scattered"] == [False] * 6 + [True]
    assert gaps["shape"]["r"][-1] == 0


def test_the_nearest_facility_is_a_place_in_the_table(layers, summary):
    assert build_page_payload(layers, summary)["gaps"]["nearest"] == [13, 13, 11, 0, 5, None, None]


def test_towns_keep_the_order_of_the_areas(layers, summary):
    areas = build_page_payload(layers, summary)["areas"]
    assert areas["name"] == list(sample.TOWNS)
    assert areas["town"] == [True] * 3


def test_bands_are_those_of_the_plan_longest_first(layers, summary):
    layers["isochrones"]["cutoff_minutes"] = [7.5, 12, 20]
    for row in summary["coverage"]:
        row["cutoff_minutes"] = {5: 7.5, 10: 12, 15: 20}[row["cutoff_minutes"]]
    data = build_page_payload(layers, summary)
    assert [band["minutes"] for band in data["bands"]] == [20, 12, 7.5]
    assert data["cutoffs"] == [7.5, 12, 20]


def test_an_edge_and_its_twin_are_drawn_once(layers, summary):
    twins = layers["walk_edges"].assign(geometry=layers["walk_edges"].geometry.reverse())
    twins = twins.rename(columns={"u": "v", "v": "u"})
    once = build_page_payload(layers, summary)["streets"]
    both = layers | {"walk_edges": gpd.pd.concat([layers["walk_edges"], twins])}
    assert build_page_payload(both, summary)["streets"] == once


def test_polygons_come_back_within_half_a_step():
    grid = MapGrid(lon=121.0, lat=31.0)
    shape = box(121.1, 31.1, 121.2, 31.2).difference(Point(121.15, 31.15).buffer(0.01))
    coded = grid.polygons([None, shape, Polygon()])
    assert coded["r"] == [0, 2, 0]
    steps = np.cumsum(np.array(coded["d"]).reshape(-1, 2), axis=0) * STEP_DEG + (121.0, 31.0)
    assert np.abs(steps - shapely.get_coordinates(shape)).max() <= STEP_DEG / 2 + 1e-9


def test_missing_points_stay_missing():
    grid = MapGrid(lon=0.0, lat=0.0)
    assert grid.points(np.array([[1e-5, 0], [np.nan, np.nan], [3e-5, 1e-5]])) == [
        1, 0, None, None, 2, 1]  # fmt: skip


def test_made_up_data_say_so_in_title_and_data(layers, summary):
    page = render(layers, summary, synthetic=True)
    title = page[page.index("<title>") : page.index("</title>")]
    assert "演示数据，非真实" in title
    assert data_in(page)["synthetic"] is True
    assert data_in(render(layers, summary))["synthetic"] is False


def test_a_page_of_areas_alone(layers):
    page = render({"areas": layers["areas"][["name", "geometry"]]}, {})
    data = data_in(page)
    assert data["gaps"]["count"] == data["facilities"]["count"] == 0
    assert data["kinds"] == []


def test_a_page_of_empty_layers(layers, summary):
    empty = {name: layer.iloc[:0] for name, layer in layers.items()}
    assert data_in(render(empty, summary))["demand"]["count"] == 0


def test_layers_are_left_as_they_were(layers, summary):
    before = {name: layer.copy() for name, layer in layers.items()}
    draw_map(layers, summary, title="x")
    for name, layer in layers.items():
        assert_geodataframe_equal(layer, before[name])


def test_metres_are_refused(layers, summary):
    layers["gaps"] = layers["gaps"].to_crs(32651)
    with pytest.raises(CrsError, match=r"layer gaps is in EPSG:32651.*to_wgs84"):
        draw_map(layers, summary, title="x")


def test_an_unknown_language_is_refused(layers, summary):
    with pytest.raises(PlannerError, match="'fr' is unknown; choose one of zh, en"):
        draw_map(layers, summary, title="x", language="fr")


def test_a_saved_map_replaces_the_old_one_whole(layers, summary, tmp_path):
    page = draw_map(layers, summary, title="x")
    target = tmp_path / "new" / "map.html"
    assert write_map(page, target) == target
    first = target.read_bytes()
    write_map(page, target)
    assert target.read_bytes() == first
    assert [file.name for file in target.parent.iterdir()] == ["map.html"]


def test_the_same_input_gives_the_same_bytes(layers, summary):
    assert render(layers, summary) == render(layers, summary)


def test_the_title_names_the_longest_walk(layers):
    summary = {"coverage": [sample.coverage_row("all", "residential", 20.0, (1, 1, 0))]}
    page = render({"areas": layers["areas"]}, summary, language="en", title="Here")
    assert "<title>20-minute service circle · Here</title>" in page


def test_a_map_shows_itself_in_a_notebook(layers, summary):
    frame = draw_map(layers, summary, title="x")._repr_html_()
    assert "<iframe srcdoc=" in frame


def test_a_whole_district_stays_under_ten_megabytes(summary):
    streets = sample.streets(210, 140)  # 58,000 edges; 3,000 km would be 30,000 of 100 m
    stations = sample.facilities()
    stations = gpd.pd.concat([stations] * 47, ignore_index=True)
    layers = sample.layers() | {
        "walk_edges": streets, "demand": sample.demand(25_000), "facilities": stations,
    }  # fmt: skip
    assert len(render(layers, summary).encode()) < 5e6
