"""Sheets of routes: stops, times and warnings are those of the files, whatever names they have."""

from __future__ import annotations

import re
from dataclasses import replace

import pypdfium2
import pytest

from planner.reports import Handover
from planner.reports.printed import Materials, cut_fonts, list_said, prepare_layers, save_figure
from planner.reports.printed.route_sheet import draw_route_sheet
from planner.reports.printed.sheet_files import name_sheets
from planner.reports.printed.sheet_frame import SheetPlace
from planner.reports.report_figures import figures_of
from planner.reports.route_words import tell_by_clock
from planner.sources.result_parts import FinishedPart
from tests import sample_routes
from tests.reports.drawn_city import draw_city
from tests.samples import first

NAMES = ["$x^2$ & <b>bold</b>", "\\alpha", "a\nb\tc", "name " * 60]


def hand_over(folder, language: str, **texts: str) -> Handover:
    """A drawn city with the sample's routes, whose stops may have other names."""
    layers = sample_routes.layers()
    for column, text in texts.items():
        layers["stops"][column] = text
    part = FinishedPart("routes", folder, sample_routes.content(language), layers)
    return replace(draw_city(folder, language), routes=part)


def draw(handover: Handover, number: int, path) -> str:
    """Draw the sheet of a route and return its text."""
    layers = prepare_layers(handover)
    with cut_fonts(handover.language, list_said(handover, layers)) as fonts:
        materials = Materials(figures_of(handover), layers, fonts)
        route = handover.routes.content["routes"][number - 1]
        figure = draw_route_sheet(materials, SheetPlace(number, 2, route=route["route_id"]), route)
        save_figure(figure, path, dpi=60)
    document = pypdfium2.PdfDocument(path)
    try:
        page = document[0]
        assert [round(side / 72 * 25.4) for side in page.get_size()] == [210, 297]
        return re.sub(r"\s+", " ", page.get_textpage().get_text_range())
    finally:
        document.close()


def test_a_sheet_says_when_to_be_where_and_what_to_look_out_for(tmp_path):
    text = draw(hand_over(tmp_path, "zh"), 1, tmp_path / "R1.pdf")
    for said in (
        "线路 1 · 红色", "周六 09:00 出发，11:30 结束，共 3 处点位", "步行 30 分钟", "解放纪念馆",
        "09:10", "09:40", "09:48", "10:38", "步行 8 分钟", "571 米", "有台阶 1 处", "过街 32 米",
        "厕所，离线路 40 米", "志愿者 8 人", "模板“重温入党誓词”（20 分钟）", "讲解员提前预约",
        "演示数据，非真实", "© OpenStreetMap contributors", "第 1 页，共 2 页",
    ):  # fmt: skip
        assert said in text, said
    assert "公园公厕" not in text  # it is on the other route


@pytest.mark.nightly  # 2 s
def test_a_ride_is_told_and_a_way_without_steps_says_so(tmp_path):
    text = draw(hand_over(tmp_path, "en"), 2, tmp_path / "R2.pdf")
    for said in (
        "Route 2 · 低碳", "Saturday 09:00 to 10:56, 2 sites", "11 min by coach",
        "coach 11 min (2,100 m)", "No steps on the way, and no street of more than 25 m to cross.",
        "toilets, 公园公厕, 90 m from the route", "Demo data, not real",
    ):  # fmt: skip
        assert said in text, said


@pytest.mark.parametrize("name", first(1, NAMES))
def test_names_are_written_as_they_are(tmp_path, name):
    text = draw(hand_over(tmp_path, "en", name=name, note=name), 1, tmp_path / "R1.pdf")
    assert re.sub(r"\s+", " ", name).strip()[:12] in text


def test_minutes_are_those_between_the_times_beside_them():
    """09:00:30 and 6.3 minutes are told as 09:01 and 09:07, so as 6; midnight passes."""
    route = {"route_id": "R1", "begin": "09:01", "end": "00:10"}
    stops = [
        {"order": 1, "arrive": "09:07", "begin": "09:10", "leave": "09:37"},
        {"order": 2, "arrive": "09:43", "begin": "09:43", "leave": "23:50"},
    ]
    legs = [
        {"order": 1, "by": "walk", "minutes": 6.3}, {"order": 2, "by": "coach", "minutes": 6.51},
        {"order": 3, "by": "walk", "minutes": 19.6},
    ]  # fmt: skip
    told, at, ways = tell_by_clock(route, stops, legs)
    assert [leg["minutes"] for leg in ways] == [6, 6, 20]
    assert [stop["wait_minutes"] for stop in at] == [3, 0]
    assert [stop["dwell_minutes"] for stop in at] == [27, 847]
    assert (told["walk_minutes"], told["ride_minutes"], told["wait_minutes"]) == (26, 6, 3)


def test_each_route_has_a_name_of_its_own():
    names = name_sheets(["甲"], [], ["红色", "红色", "../x"])
    assert names == ["town-01-甲", "route-01-红色", "route-02-红色", "route-03-x"]
