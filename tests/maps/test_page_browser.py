"""The page as people meet it: in a browser, from a file, with the network cut."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from planner.maps import draw_map, write_map
from tests.maps import sample
from tests.maps.drawn import count_dots, wait_until_drawn
from tests.maps.sample import DESKTOP, LAPTOP, PHONE
from tests.maps.waiting import wait_for
from tests.samples import at_night

if TYPE_CHECKING:
    from playwright.sync_api import Page
#: The first table of figures lies within what the panel shows.
IN_SIGHT = """(() => {
    const box = (found) => document.querySelector(found).getBoundingClientRect();
    const table = box('#tables table'), panel = box('#panel-body');
    return table.height > 0 && panel.top <= table.top && table.bottom <= panel.bottom;
})()"""


def view(page: Page) -> list[float]:
    """Longitude, latitude and zoom in the middle of the map."""
    middle = "[planner.map.getCenter().lng, planner.map.getCenter().lat, planner.map.getZoom()]"
    return list(page.evaluate(middle))


def sheet_top(page: Page) -> float:
    """Where the sheet begins, pixels from the top, once it stands still."""
    before = -1.0
    while (top := page.locator("#panel").bounding_box()["y"]) != before:  # type: ignore[index]
        before = top
        page.wait_for_timeout(60)
    return float(top)


TOO_NARROW = """[...document.querySelectorAll('#head *, #legend *, #foot')].filter(e =>
    e.clientWidth && e.scrollWidth > e.clientWidth + 1 && !e.matches('.sr, .sr *')
).map(e => e.outerHTML)"""


@pytest.mark.parametrize("size", [DESKTOP, PHONE, at_night(LAPTOP)])
def test_a_click_on_a_gap_moves_the_map_and_opens_its_card(visit, size):
    with visit(size, reduced_motion="reduce") as page:
        before = view(page)
        page.click("#gaps button >> nth=1")
        assert view(page) != before
        card = page.locator(".planner-card")
        assert "共富路—联谊路路口" in card.inner_text()
        for words in ("3,870 人", "第14居民区站", "19 分钟", "1,180 米", "距离过远", "演示数据"):
            assert words in card.inner_text()
        inside = card.bounding_box()
        assert inside is not None
        assert inside["x"] >= 0
        assert inside["y"] >= 0
        assert inside["x"] + inside["width"] <= size[0]
        legend = page.locator("#legend").bounding_box()
        assert legend is not None
        if size == PHONE:
            assert inside["y"] >= legend["y"] + legend["height"]
        else:
            assert inside["x"] >= 388


@pytest.mark.parametrize("size", [LAPTOP, PHONE, at_night(DESKTOP)])
def test_nothing_is_cut_off_or_covered(visit, size):
    with visit(size) as page:
        assert page.evaluate(TOO_NARROW) == []
        assert page.evaluate("document.documentElement.scrollWidth") == size[0]
        credit = page.locator("#mapcredit" if size == PHONE else "#foot")
        assert credit.is_visible()
        assert "道路为虚构（OpenStreetMap 格式）" in credit.inner_text()
        assert "内部工作用图" in credit.inner_text()


@pytest.mark.parametrize("size", [DESKTOP, at_night(PHONE)])
def test_real_streets_are_credited(visit, tmp_path, size):
    summary = sample.summary() | {"invented_streets": False}
    page = draw_map(sample.layers(), summary, title="演示区", synthetic=True, date="2026-11")
    path = write_map(page, tmp_path / "real.html")
    with visit(size, path=path) as shown:
        credit = shown.locator("#mapcredit" if size == PHONE else "#foot")
        assert credit.is_visible()
        assert "© OpenStreetMap contributors (ODbL)" in credit.inner_text()
        assert "虚构" not in shown.locator("body").inner_text()


def test_the_way_out_of_an_open_gap_is_drawn(visit):
    """The route of the first gap runs east, beyond its outline: dark dashes where none were."""
    dark = """() => {
        const canvas = document.querySelector('.leaflet-findings-pane canvas');
        const copy = document.createElement('canvas');
        copy.width = canvas.width; copy.height = canvas.height;
        const pen = copy.getContext('2d', { willReadFrequently: true });
        pen.drawImage(canvas, 0, 0);
        const { data } = pen.getImageData(0, 0, copy.width, copy.height);
        let count = 0;
        for (let i = 0; i < data.length; i += 4)
            if (data[i] === 18 && data[i + 1] === 53 && data[i + 2] === 91) count++;
        return count;
    }"""
    with visit(reduced_motion="reduce") as page:
        page.click("#gaps button >> nth=0")
        card = page.locator(".planner-card").inner_text()
        assert "从人数最多处 22 分钟，1,460 米（直线 540 米）" in card
        wait_until_drawn(page)
        drawn = page.evaluate(dark)
        page.keyboard.press("Escape")
        wait_until_drawn(page)
        assert page.evaluate(dark) < drawn - 200


def test_a_way_to_another_station_names_it(visit, layers, summary, tmp_path):
    """The most populous spot of a gap may be nearer to another station than most people are."""
    layers["gap_routes"]["facility_id"] = "F05"
    file = write_map(draw_map(layers, summary, title="演示区"), tmp_path / "map.html")
    with visit(path=file, reduced_motion="reduce") as page:
        page.click("#gaps button >> nth=0")
        card = page.locator(".planner-card").inner_text()
        assert "第14居民区站" in card
        assert "从人数最多处到第6居民区站 22 分钟，1,460 米（直线 540 米）" in card


@pytest.mark.parametrize("size", [DESKTOP, PHONE, at_night(LAPTOP)])
def test_figures_come_into_sight_when_they_are_opened(visit, size):
    with visit(size, reduced_motion="reduce") as page:
        if size is PHONE:
            page.click("#sheet-button")
            sheet_top(page)
        page.click("#figures-title")
        wait_for(page, IN_SIGHT)
        table = page.locator("#tables table").first.bounding_box()
        panel = page.locator("#panel-body").bounding_box()
        assert panel["y"] <= table["y"]
        assert table["y"] + table["height"] <= panel["y"] + panel["height"]
        assert page.evaluate("[scrollY, document.querySelector('#panel').scrollTop]") == [0, 0]
        page.click("#figures-title")  # and closes again


def test_the_panel_tells_the_story_in_order(visit):
    with visit() as page:
        text = page.locator("#panel").inner_text()
        order = ["十五分钟党群服务圈", "演示区 · 2026年11月 · 内部工作用图", "83.6%", "30.6万",
                 "6 处服务盲区及零散住户；", "3.1%", "居民", "待定", "园区职工", "未达标", "商圈",
                 "已达标", "全部街镇（3）", "15 分钟", "服务盲区 6 处", "临江新村西",
                 "未命名片区", "零散分布（大场镇）", "道路为虚构"]  # fmt: skip
        at = 0
        for words in order:
            at = text.index(words, at)
        assert "gap-" not in text
        assert page.title() == "十五分钟党群服务圈 · 演示区 · 演示数据，非真实"
        assert page.locator("#group").count() == 0


def tables(page: Page) -> list[list[list[str]]]:
    """The texts of every cell under "figures and definitions", by table and row."""
    page.click("#figures-title")
    return list(
        page.evaluate("""[...document.querySelectorAll('#tables table')].map(t =>
        [...t.tBodies[0].rows].map(r => [...r.cells].map(c => c.innerText)))""")
    )


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_rules_say_their_figure_source_and_status(visit, size):
    with visit(size, reduced_motion="reduce") as page:
        if size is PHONE:
            page.click("#sheet-button")
        _, _, rules, domains = tables(page)
        assert rules[3:] == [
            ["主城区"],
            ["居民 · 居村站点 · 500 米内\nGB 50180-2018：步行 500 米，15,000–25,000 人 · 标准",
             "70.0%", "—"],
            ["居民 · 居村站点 · 800 米内\n上海市主城区社区服务圈：800–1,000 米 · 征求意见稿",
             "80.0%", "—"],
            ["乡村"],
            ["居民 · 居村站点 · 15 分钟内\n"
             "上海市为其他社区设施定的比例 · 本图假设 · 参照同类设施（2035年）",
             "88.9%", "≥99%\n未达标"],
        ]  # fmt: skip
        assert domains == [["居民社区", "11", "85.3%", "35.9%", "93.7%"],
                           ["商场", "3", "8.3%", "3.9%", "38.4%"]]  # fmt: skip
        wide = (
            "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth)"
        )
        assert page.evaluate(wide + ".length") == 0


def test_a_town_shows_its_committees_and_their_own_stations(visit):
    with visit(hash_="#town=" + quote("大场镇"), reduced_motion="reduce") as page:
        _, _, committees = tables(page)
        assert committees == [
            ["甲居委会\n本站：第4居民区站", "9,720", "15 分钟多", "4 分钟"],
            ["乙村委会\n没有自己的站点", "640", "—", "22 分钟"],
            ["丙居委会\n本站：第13居民区站 · 规划中", "3,120", "走不到", "9 分钟"],
        ]
        page.select_option("#town", "=友谊路街道")
        assert ["丁居委会\n本站：第5居民区站", "0", "—", "—"] in tables_now(page)
        page.select_option("#town", "=顾村镇")
        assert "居村委" not in page.locator("#tables").inner_text()


def tables_now(page: Page) -> list[list[str]]:
    """The rows of all tables that are open already."""
    return list(
        page.evaluate("""[...document.querySelectorAll('#tables tbody tr')].map(r =>
        [...r.cells].map(c => c.innerText))""")
    )


def test_a_town_in_the_address_narrows_everything(visit):
    with visit(hash_="#town=" + quote("顾村镇"), reduced_motion="reduce") as page:
        assert page.locator("#town").input_value() == "=顾村镇"
        assert page.locator("#gaps button").count() == 3
        assert "顾村镇 83.6%" in page.locator("#sentence").inner_text()
        narrow = view(page)
        page.select_option("#town", "")
        assert page.locator("#gaps button").count() == 6
        assert view(page)[2] < narrow[2]
        assert "#" not in page.url
        page.select_option("#town", "=大场镇")
        assert page.url.endswith("#town=" + quote("大场镇"))
        towns = page.locator("#town option").all_inner_texts()
        assert towns[1:] == list(sample.TOWNS)


def test_an_unknown_town_in_the_address_is_ignored(visit):
    with visit(hash_="#town=%E0%A4%A") as page:
        assert page.locator("#gaps button").count() == 6


def test_shorter_walks_have_their_own_figures(visit):
    with visit() as page:
        page.select_option("#minutes", "5")
        assert "25.1%" in page.locator("#cards").inner_text()
        assert "步行 5 分钟" in page.locator("#sentence").inner_text()
        assert "处服务盲区" not in page.locator("#sentence").inner_text()
        assert "盲区按步行 15 分钟划定" in page.locator("#gaps-note").inner_text()
        assert (
            page.locator(".card-result").count() == 0
            or not page.locator("#cards .card-result").count()
        )


def test_the_other_language_behind_a_switch(visit):
    with visit() as page:
        page.click("#lang")
        text = page.locator("#panel").inner_text()
        assert "15-minute service circle" in text
        assert "306,000 are left out, in 6 gaps and scattered homes;" in text
        assert "Unnamed area" in text
        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.evaluate("document.activeElement.id") == "lang"


def test_keys_reach_the_list_and_open_a_gap(visit):
    with visit(reduced_motion="reduce") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "skip"
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.dataset.gap") == "1"
        page.keyboard.press("Enter")
        assert "共富路" in page.locator(".planner-card").inner_text()
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.dataset.gap") == "1"
        assert page.locator(".planner-card").count() == 0


def test_every_control_has_a_name(visit):
    with visit() as page:
        page.click(".layers-button")
        nameless = page.evaluate("""[...document.querySelectorAll('button, select, input, a[href]')]
            .filter(e => !(e.getAttribute("aria-label") || e.textContent.trim()
                || (e.closest('label') && e.closest('label').innerText.trim())))
            .map(e => e.outerHTML)""")
        assert nameless == []


def test_a_facility_under_the_pointer_opens_with_its_figures(visit):
    with visit(reduced_motion="reduce") as page:
        place = page.evaluate("""(() => { const f = planner.scene.facilities[3];
            const p = planner.map.latLngToContainerPoint(planner.scene.plane.latLng(f.x, f.y));
            return [p.x, p.y]; })()""")
        page.mouse.click(*place)
        card = page.locator(".planner-card").inner_text()
        for words in ("第4居民区站", "居村站点", "9,200", "1.8万", "3,070"):
            assert words in card


def test_a_station_tells_its_load_and_the_visits_counted_there(visit, layers, summary, tmp_path):
    stations = layers["facilities"]
    layers["facilities"] = stations.assign(load_2sfca=5321.4, visits_per_year=640_000.0)
    path = write_map(draw_map(layers, summary, title="t"), tmp_path / "load.html")
    with visit(path=path) as page:
        page.evaluate("planner.cards.openFacility(planner.scene.facilities[3])")
        card = page.locator(".planner-card").inner_text()
        assert "负荷" in card
        assert "5,320 名居民 · 年接待 64.0万人次" in card


def test_layers_can_be_switched(visit):
    with visit() as page:
        page.click(".layers-button")
        assert not page.locator("[data-layer=demand]").is_checked()
        page.check("[data-layer=demand]")
        assert "地点：盲区" in page.locator("#legend").inner_text()
        page.uncheck("[data-layer=gaps]")
        assert page.evaluate("planner.state.layers.gaps") is False


def test_the_sheet_of_a_phone_can_be_pulled_up(visit):
    with visit(PHONE) as page:
        before = sheet_top(page)
        page.mouse.move(195, before + 10)
        page.mouse.down()
        page.mouse.move(195, 60, steps=6)
        page.mouse.up()
        assert sheet_top(page) < 100
        assert page.locator("#sheet-button").get_attribute("aria-label") == "收起面板"
        page.click("#sheet-button")
        assert sheet_top(page) > 600


@pytest.mark.nightly
def test_hostile_texts_do_no_harm(visit, tmp_path):
    layers, summary = sample.layers(), sample.summary()
    for name, columns in {"gaps": ("gap_id", "name", "cause", "cause_detail"),
                          "facilities": ("name", "level", "domain", "reason"),
                          "unknown_areas": ("name", "reason"),
                          "committees": ("name",)}.items():  # fmt: skip
        for column in columns:
            layers[name][column] = sample.HOSTILE + column
    towns = {town: town + sample.HOSTILE for town in sample.TOWNS}
    for name, column in (("areas", "name"), ("gaps", "town"), ("unknown_areas", "town"),
                         ("committees", "town")):  # fmt: skip
        layers[name][column] = layers[name][column].map(towns)
    for row in summary["coverage"] + summary["checks"]:
        row["area"] = towns.get(row["area"], row["area"])
    for row in summary["domains"] + summary["checks"]:
        row.update(domain=sample.HOSTILE, source=sample.HOSTILE, tier=sample.HOSTILE)
    page_map = draw_map(layers, summary, title=sample.HOSTILE, credit=sample.HOSTILE,
                        date=sample.HOSTILE)  # fmt: skip
    path = write_map(page_map, tmp_path / "hostile.html")
    with visit(path=path) as page:
        page.click("#gaps button >> nth=0")
        page.evaluate("planner.cards.openFacility(planner.scene.facilities[0])")
        page.select_option("#town", index=1)
        assert page.locator("#gaps button").count() == 1
        assert page.evaluate("window.harmed") is None
        assert page.locator("#page img").count() == 0
        assert "onerror" in page.locator("#gaps").inner_text()
        page.click("#figures-title")
        assert page.locator("#tables").inner_text().count("onerror") > 2


def test_a_name_that_turns_text_round_turns_no_word_after_it(visit, layers, summary, tmp_path):
    """The last character of a line of text stands at its right end, measured in pixels."""
    turns = "\u202eabc\u2069\u202e"
    towns = {town: town + turns for town in sample.TOWNS}
    for name, column in (("areas", "name"), ("gaps", "town"), ("unknown_areas", "town")):
        layers[name][column] = layers[name][column].map(towns)
    layers["gaps"]["name"] = [f"{number}{turns}" for number in range(len(layers["gaps"]))]
    for row in summary["coverage"] + summary["checks"]:
        row.update(area=towns.get(row["area"], row["area"]))
    for row in summary["checks"]:
        row.update(source=turns)
    page_map = draw_map(layers, summary, title="T" + turns, date="2026-11")
    with visit(path=write_map(page_map, tmp_path / "turned.html")) as page:
        page.select_option("#town", index=1)
        page.evaluate("document.querySelectorAll('summary').forEach(e => e.click())")
        last_signs = """selector => [...document.querySelectorAll(selector)].map(element => {
            const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), found = [];
            while (nodes.nextNode()) found.push(nodes.currentNode);
            const last = found[found.length - 1], range = document.createRange();
            range.setStart(last, last.length - 1); range.setEnd(last, last.length);
            const right = range.getBoundingClientRect().right;
            range.selectNodeContents(element);
            const rows = [...range.getClientRects()], low = Math.max(...rows.map(r => r.bottom));
            const ends = rows.filter(r => r.bottom > low - 4).map(r => r.right);
            return Math.round(Math.max(...ends) - right);
        })"""
        assert page.evaluate(last_signs, "#place, #sentence") == [0, 0]
        assert "T\u202eabc\u2069\u202e\u200e\u2069" in page.title()
        assert page.evaluate("planner.state.town").endswith("\u2069")


def test_areas_alone_make_a_page(visit, tmp_path):
    page_map = draw_map({"areas": sample.areas()[["name", "geometry"]]}, {}, title="x")
    with visit(path=write_map(page_map, tmp_path / "areas.html")) as page:
        assert "没有人口数据" in page.locator("#sentence").inner_text()
        assert "没有居民落在服务盲区" in page.locator("#gaps").inner_text()


def test_the_sentence_says_nobody_is_left_out_only_of_those_who_can_be_judged(visit, tmp_path):
    summary = sample.summary()
    for row in summary["coverage"]:
        row.update(covered=row["people"] / 2, gap=0, unknown=row["people"] / 2)
    page_map = draw_map(sample.layers(), summary, title="x")
    with visit(path=write_map(page_map, tmp_path / "half.html")) as page:
        sentence = page.locator("#sentence").inner_text()
        assert "可判断的居民都在圈内；另有 50.0% 因数据不足无法判断" in sentence
        page.click("#sure-button")
        assert "50.0%–100.0%" in page.locator("#sure").inner_text()
        page.click("#lang")
        assert "None of the residents who can be judged are left out; 50.0%" in (
            page.locator("#sentence").inner_text()
        )


def test_shares_of_domains_and_towns_have_both_ends(visit, layers, summary, tmp_path):
    for row in summary["domains"]:
        row.update(people=1000.0, covered=250.0, share_low=0.25, share_high=0.75)
    summary["uncertainty"] = {"repeats": 10, "ranges": {}, "gaps": [], "areas": [
        {"area": row["area"], "kind": row["kind"], "people": row["people"],
         **{end: row[end] for end in ("share", "share_low", "share_high")},
         "share_min": 0.111, "share_max": 0.999, "target": None}
        for row in summary["coverage"] if row["cutoff_minutes"] == 15
    ]}  # fmt: skip
    with visit(path=write_map(draw_map(layers, summary, title="x"), tmp_path / "x.html")) as page:
        page.click("#figures-title")
        tables = page.locator("#tables").inner_text()
        assert "25.0%\n25.0%–75.0%" in tables
        town = page.locator("#tables tr", has_text=sample.TOWNS[0]).first.inner_text()
        assert "重算 11.1%–99.9%" in town
        assert town.count("–") > town.count("重算")  # the ends for lack of data stand there too


def test_a_share_nobody_knows_is_said_plainly(visit, tmp_path):
    summary = sample.summary()
    for row in summary["coverage"]:
        row.update(covered=0, gap=0, unknown=row["people"], share=None)
    page_map = draw_map(sample.layers(), summary, title="x")
    with visit(path=write_map(page_map, tmp_path / "unknown.html")) as page:
        assert "无法判断" in page.locator("#sentence").inner_text()
        assert "%" not in page.locator("#sentence").inner_text()


def test_scattered_people_are_named_where_there_are_some(visit, layers, summary, tmp_path):
    rows = layers["gaps"]["gap_id"].str.startswith("scattered")
    layers["gaps"].loc[rows, "people_residential"] = 0
    with visit(
        path=write_map(draw_map(layers, summary, title="x"), tmp_path / "none.html")
    ) as page:
        sentence = page.locator("#sentence")
        assert "分布在 6 处服务盲区；" in sentence.inner_text()
        page.click("#lang")
        assert "in 6 gaps;" in sentence.inner_text()
    with visit(hash_="#town=" + quote("顾村镇")) as page:  # the scattered live in another town
        assert "3 处服务盲区；" in page.locator("#sentence").inner_text()
        page.select_option("#town", "=大场镇")
        assert "2 处服务盲区及零散住户；" in page.locator("#sentence").inner_text()


def test_a_notebook_shows_the_page(visit, tmp_path):
    frame = draw_map(sample.layers(), sample.summary(), title="x")._repr_html_()
    path = tmp_path / "notebook.html"
    path.write_text(f"<!DOCTYPE html><meta charset='utf-8'><body data-ready>{frame}", "utf-8")
    with visit(path=path) as page:
        inner = page.frame_locator("iframe")
        inner.locator("body[data-ready]").wait_for()
        inner.locator("#town").select_option("=大场镇")
        assert inner.locator("#gaps button").count() == 2


def test_a_page_in_a_frame_that_is_shown_later_shows_the_whole_area(visit, file, tmp_path):
    """A tab of a portal loads its frames hidden; a frame of the same size that is shown decides."""
    frame = "<iframe id='{}' src='{}' style='width:1000px;height:700px;{}'></iframe>"
    path, source = tmp_path / "portal.html", file.as_uri()
    both = frame.format("shown", source, "") + frame.format("later", source, "display:none")
    path.write_text(f"<!DOCTYPE html><body data-ready>{both}", "utf-8")
    where = "[planner.map.getCenter().lng, planner.map.getCenter().lat, planner.map.getZoom()]"
    with visit(path=path, frames=[file]) as page:
        frames = {frame.frame_element().get_attribute("id"): frame for frame in page.frames[1:]}
        for one in frames.values():
            one.wait_for_selector("body[data-ready]", state="attached")
        page.evaluate("document.getElementById('later').style.display = 'inline'")
        wait_for(frames["later"], "planner.map.getZoom() < 14")
        right = frames["shown"].evaluate(where)
        assert right[2] < 14, "the district of 9 km fits a frame of 1000 pixels below zoom 14"
        assert frames["later"].evaluate(where) == pytest.approx(right, abs=2e-4)  # a few pixels


def test_the_watermark_is_in_the_picture(visit):
    with visit() as page:
        # 0.2 of rgb(120, 30, 20) on paper, rgb(246, 244, 239)
        assert count_dots(page, (221, 201, 195), slack=1) > 1500
