"""The small map of a coverage: what it shows, how large it is, and that it asks for nothing."""

import re

import geopandas as gpd
import numpy as np
import pytest

import planner
from planner import ArgumentError, draw_coverage
from planner.maps import coverage_map
from planner.maps.coverage_map import MOST_PLACES
from planner.reports.styles import colours


@pytest.fixture(scope="module")
def town():
    return planner.load_example()


@pytest.fixture(scope="module")
def today(town):
    return planner.coverage(town.network, town.facilities, town.people, known="everywhere")


def test_it_shows_places_gaps_reach_and_sites_and_stays_small(town, today):
    reach = planner.isochrones(town.network, town.facilities)
    shown = draw_coverage(
        today, gaps=planner.find_gaps(today), reach=reach, sites=town.candidates.iloc[:1]
    )
    page = shown.get_root().render()
    for text in ("H9: 100 people, gap", "H1: 120 people, covered, 6.0 minutes", "within 15 minutes",
                 "160 residents, too far", "proposed site C1", "75.0%",
                 "© OpenStreetMap contributors (ODbL)"):  # fmt: skip
        assert text in page, text
    assert len(shown._repr_html_()) < 500_000
    # No script, style or picture is fetched: links of Leaflet's own credit are not followed.
    assert not re.findall(r'<(?:script|img|link)[^>]*(?:src|href)="(?!data:)', page)
    assert "url(http" not in page


def test_a_walk_that_is_a_moment_too_long_does_not_read_as_in_time(town):
    """H1 walks 5.999984 minutes, as its street is drawn a little short of 400 m."""
    page = []
    for cutoff in (5.99998, 5.99999):
        found = planner.coverage(
            town.network, town.facilities, town.people, [cutoff], known="everywhere"
        )
        page.append(draw_coverage(found).get_root().render())
    assert "H1: 120 people, gap, 5.999984 minutes" in page[0] or "gap, 6.0 minutes" in page[0]
    assert "H1: 120 people, covered, 6.0 minutes" not in page[1]
    assert "H1: 120 people, covered, 5.9" in page[1]


def test_names_of_the_data_are_text(town):
    stations = town.facilities.assign(name="<script>alert(1)</script>")
    found = planner.coverage(town.network, stations, town.people)
    assert "<script>alert" not in draw_coverage(found).get_root().render()


def test_of_many_places_those_with_most_people_are_drawn(town):
    rng = np.random.default_rng(3)
    west, south, east, north = town.people.total_bounds
    n = MOST_PLACES + 500
    homes = gpd.GeoDataFrame(
        {"people": np.arange(n) + 1},
        geometry=gpd.points_from_xy(rng.uniform(west, east, n), rng.uniform(south, north, n)),
        crs=4326,
    )
    found = planner.coverage(town.network, town.facilities, homes, known="everywhere")
    shown = draw_coverage(found)
    page = shown.get_root().render()
    told = re.search(rf"the ([\d,]+) of {n:,} places with most people are drawn", page)
    assert 500 < int(told[1].replace(",", "")) <= MOST_PLACES
    assert f"{n - 1}: {n:,} people" in page
    assert '"0: 1 people' not in page
    assert len(shown._repr_html_().encode()) <= 500_000


def test_a_layer_without_a_crs_is_refused(town, today):
    sites = town.candidates.set_crs(None, allow_override=True)
    with pytest.raises(ArgumentError, match="sites has no CRS"):
        draw_coverage(today, sites=sites)
    with pytest.raises(ArgumentError, match="gaps is a list"):
        draw_coverage(today, gaps=[])


def test_at_the_cap_of_places_with_long_names_a_cell_holds_500_kb(town):
    places = gpd.GeoSeries([town.people.geometry.iloc[0]] * MOST_PLACES, crs=4326)
    names = [f"某某路<{n}>弄" * 3 for n in range(MOST_PLACES)]
    homes = gpd.GeoDataFrame({"people": 1}, index=names, geometry=places.to_numpy(), crs=4326)
    found = planner.coverage(town.network, town.facilities, homes, known="everywhere")
    assert len(draw_coverage(found)._repr_html_().encode()) <= 500_000


def test_what_is_no_layer_of_its_kind_is_refused(town, today):
    with pytest.raises(ArgumentError, match="reach has no column cutoff_minutes; give what isoch"):
        draw_coverage(today, reach=town.people)
    with pytest.raises(ArgumentError, match="found is a WalkNetwork"):
        draw_coverage(town.network)


def test_it_says_itself_in_one_line(today):
    assert repr(draw_coverage(today, title="两站\n")) == r"CoverageMap('两站\n')"


def test_it_speaks_chinese(town, today):
    """H9 walks 24 minutes to F2, H1 6 minutes to F1; 900 of 1,200 people are covered."""
    shown = draw_coverage(
        today,
        gaps=planner.find_gaps(today),
        reach=planner.isochrones(town.network, town.facilities),
        sites=town.candidates.iloc[:1],
        language="zh",
    )
    page = shown.get_root().render()
    # Tooltips are escaped as JSON.
    page = re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), page)
    for text in ("H9：100 人，服务盲区，步行 24.0 分钟", "H1：120 人，已覆盖，步行 6.0 分钟",
                 "步行 15 分钟以内", "居民 160 人，距离过远", "建议点位 C1", "站点 F1：North Hall",
                 "居民：1,200 人中 75.0% 已覆盖（下限 75.0%，上限 75.0%）", "服务盲区轮廓",
                 "道路 © OpenStreetMap contributors（ODbL）",
                 "<title>覆盖情况</title>"):  # fmt: skip
        assert text in page, text
    said = re.findall(r'"text": "([^"]*)"', page) + re.findall(r'<div lang="zh-CN".*?</div>', page)
    assert len(said) > 15
    for english in ("people", "minutes", "facility", "covered", "proposed site", "too far"):
        assert not any(english in text for text in said), english


def test_why_a_place_is_unknown_is_told_in_the_words_of_the_page(town):
    """H9 stands alone 24 minutes from F2; beyond the hull of the streets nobody knows what lies."""
    found = planner.coverage(town.network, town.facilities, town.people)
    reasons = found.units.loc[found.units["verdict"] == "unknown", "reason"]
    assert set(reasons) == {"edge of data"}
    page = draw_coverage(found).get_root().render()
    assert "data insufficient (at the edge of the data)" in page


def test_an_unknown_language_is_refused(today):
    with pytest.raises(ArgumentError, match="language 'fr' is unknown; choose one of zh, en"):
        draw_coverage(today, language="fr")


def test_its_colours_are_those_of_the_page():
    assert {
        "covered": colours.COVERED,
        "gap": colours.COLOURS["gapEdge"],
        "unknown": colours.COLOURS["unknown"],
    } == coverage_map._COLOURS
    points = (coverage_map._FACILITY, coverage_map._SITE, coverage_map._GAP)
    assert points == tuple(colours.COLOURS[name] for name in ("facility", "proposed", "gap"))
    assert coverage_map._REACH == colours.REACH
    assert colours.COLOURS["paper"] in coverage_map._STYLES
