"""The first view, its address, what can be taken along, the keyboard: in a browser, from a file."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from planner.maps import draw_map, write_map
from tests.maps import sample, sample_sites
from tests.maps.sample import DESKTOP, PHONE
from tests.maps.waiting import wait_for
from tests.samples import first

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LAPTOP = (1366, 625)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = sample_sites.draw_three_views()
    return write_map(page, tmp_path_factory.mktemp("map") / "map.html")


def names(page) -> list[str]:
    return page.locator("#gaps button .gap-name").all_inner_texts()


def test_the_kind_ranks_sentence_list_numbers_and_measures(visit):
    """Of six outlined gaps three leave out workers: 880, 310 and 45; two leave out visitors."""
    with visit(reduced_motion="reduce") as page:
        assert names(page)[:2] == ["临江新村西", "共富路—联谊路路口"]
        page.click("#gaps-by-industrial")
        assert names(page) == ["未命名片区", "临江新村西", "美安路菜场周边"]
        assert page.locator("#gaps .rank").all_inner_texts() == ["1", "2", "3"]
        assert page.locator("#gaps-title").inner_text() == "服务盲区 3 处"
        assert "园区职工步行" in page.locator("#sentence").inner_text()
        assert "分布在 3 处服务盲区" in page.locator("#sentence").inner_text()
        wait_for(page, "planner.finder.signs.ranked.length === 3")
        ranks = page.evaluate(
            "planner.finder.signs.ranked.map((gap) => planner.state.gapRank(gap))"
        )
        assert sorted(ranks) == [1, 2, 3]
        page.click("#to-todo")
        assert page.locator("#todo-by-industrial").get_attribute("aria-pressed") == "true"
        page.click("#todo-by-residential")
        page.click("#to-gaps")
        assert len(names(page)) == 6


def test_cards_are_equally_high_and_each_has_a_judgement(visit):
    for size in (DESKTOP, LAPTOP, PHONE):
        with visit(size) as page:
            boxes = [card.bounding_box() for card in page.locator(".card").all()]
            assert len({round(box["height"]) for box in boxes}) == 1
            results = page.locator(".card-judged").all_inner_texts()
            assert [text.split()[0] for text in results] == ["待定", "未达标", "已达标"]
            assert not page.locator("#sure").is_visible()
            page.click("#card-residential")
            assert "数据补全后在 81.0%–84.1% 之间" in page.locator("#sure").inner_text()
            assert page.locator(".card").first.get_attribute("aria-expanded") == "true"
            page.click("#card-industrial")
            assert not page.locator("#sure").is_visible()


def test_a_kind_without_a_target_says_so(visit, summary, layers, tmp_path):
    summary["checks"] = [row for row in summary["checks"] if row["kind"] == "residential"]
    with visit(path=write_map(draw_map(layers, summary, title="x"), tmp_path / "x.html")) as page:
        results = page.locator(".card-judged").all_inner_texts()
        assert [text.split()[0] for text in results] == ["待定", "无目标", "无目标"]


@pytest.mark.parametrize(
    ("size", "rows", "language"),
    first(2, [(LAPTOP, 4, "zh"), (PHONE, 3, "en"), (LAPTOP, 4, "en"), (PHONE, 3, "zh")]),
)
def test_the_first_gaps_are_in_sight(visit, size, rows, language):
    with visit(size, hash_=f"#lang={language}", reduced_motion="reduce") as page:
        panel = page.locator("#panel-body").bounding_box()
        row = page.locator(f"#gaps button >> nth={rows - 1}").bounding_box()
        assert row["y"] + row["height"] <= panel["y"] + panel["height"] + 1
        if size == PHONE:
            assert panel["y"] > 0.3 * size[1]


def test_from_afar_only_ten_gaps_have_a_number(visit, layers, summary, tmp_path):
    gaps = sample.gaps()
    many = gaps.iloc[[0, 1, 2, 4] * 6].reset_index(drop=True)
    many["gap_id"] = [f"gap-{i}" for i in range(len(many))]
    many["rank"] = range(1, len(many) + 1)
    many["people_residential"] = [5000 - i for i in range(len(many))]
    spread = [
        (sample.WEST + 0.008 + 0.016 * (i % 6), sample.SOUTH + 0.01 + 0.016 * (i // 6))
        for i in range(24)
    ]
    many["geometry"] = [sample.disc(x, y, 0.003) for x, y in spread]
    layers["gaps"], layers["gap_routes"] = many, sample.gap_routes().iloc[:0]
    with visit(path=write_map(draw_map(layers, summary, title="x"), tmp_path / "x.html"),
               reduced_motion="reduce") as page:  # fmt: skip
        ranks = "planner.finder.signs.ranked.map((gap) => planner.state.gapRank(gap))"
        drawn = f"{ranks}.sort((a, b) => a - b)"
        assert page.evaluate("planner.map.getZoom()") < 13.5
        assert page.evaluate(drawn) == list(range(1, 11))
        page.evaluate("planner.map.setZoom(14, { animate: false })")
        wait_for(page, f"{drawn}.pop() > 10")


def test_the_address_leads_back_to_the_same_view(visit):
    with visit(reduced_motion="reduce") as page:
        page.select_option("#town", "=大场镇")
        page.select_option("#minutes", "10")
        page.click("#gaps-by-industrial")
        page.click("#lang")
        page.evaluate("planner.map.setView([31.34, 121.45], 14, { animate: false })")
        wait_for(page, "location.hash.includes('at=31.3400,121.4500,14')")
        link = page.url.split("#")[1]
    assert "town=" + quote("大场镇") in link
    assert "at=31.3400,121.4500,14" in link
    with visit(hash_="#" + link, reduced_motion="reduce") as page:
        assert page.locator("#town").input_value() == "=大场镇"
        assert page.locator("#minutes").input_value() == "10"
        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.evaluate("planner.state.gapKind") == "industrial"
        assert page.evaluate("planner.map.getZoom()") == 14
        assert abs(page.evaluate("planner.map.getCenter().lat") - 31.34) < 1e-4


def test_an_address_opens_a_tab_a_view_and_a_card(visit):
    with visit(hash_="#view=proposal&tab=gaps&card=gap-2", reduced_motion="reduce") as page:
        assert page.locator("#view-proposal").get_attribute("aria-pressed") == "true"
        assert "共富路" in page.locator(".planner-card h3").inner_text()
        page.evaluate("location.hash = '#card=station-4'")
        wait_for(page, "planner.state.view === 'today' && planner.state.open === 'f3'")
        wait_for(page, "location.hash.includes('card=station-4')")


@pytest.mark.parametrize("link", first(2, [
    "#town=nowhere&view=x&tab=__proto__&kind=constructor&minutes=1e3&group=<b>&card=gap-999",
    "#at=1,2,3&lang=fr",
    "#card=site-1&plan=9&then=now&moment=%00&profile=toString",
    "#" + "a" * 5000, "#%E0%A4%A",
]))  # fmt: skip
def test_an_address_of_what_the_page_does_not_have_is_ignored(visit, link):
    with visit(hash_=link, reduced_motion="reduce") as page:
        assert len(names(page)) == 6
        assert page.locator(".planner-card").count() == 0
        assert page.evaluate("[planner.state.town, planner.state.view, planner.state.cutoff]") == [
            None, "today", 15,
        ]  # fmt: skip


def test_the_address_can_be_copied_from_a_file(visit):
    with visit(reduced_motion="reduce") as page:
        page.select_option("#town", "=大场镇")
        page.click("#share-button")
        page.click("#copy-link")
        wait_for(page, "document.getElementById('share-said').textContent === '已复制'")
        page.evaluate("document.execCommand = () => false")
        page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
        page.click("#copy-link")
        field = page.locator("#link-field")
        field.wait_for(state="visible")
        assert field.input_value().endswith("#town=" + quote("大场镇"))


def saved(page, control: str) -> tuple[str, bytes]:
    """The name and the bytes of the file that a control hands out."""
    with page.expect_download() as waiting:
        page.click(control)
    return waiting.value.suggested_filename, waiting.value.path().read_bytes()


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_lists_and_tables_are_taken_along_as_csv(visit):
    with visit(reduced_motion="reduce", accept_downloads=True) as page:
        page.click("#share-button")
        name, content = saved(page, "#save-table")
        assert name == "演示区-盲区-2026-11.csv"
        rows = rows_of(content)
        assert rows[0] == ["序号", "名称", "街镇", "居民（人）", "园区职工（人）", "商圈人员（人）",
                           "原因", "最近站点", "最近站点步行（分钟）", "说明"]  # fmt: skip
        assert rows[1] == ["1", "临江新村西", "顾村镇", "4120", "310", "0", "阻隔：沪太铁路",
                           "第14居民区站", "22", "演示数据，非真实"]  # fmt: skip
        assert len(rows) == 8  # six outlines and the scattered
        page.click("#to-todo")
        assert len(rows_of(saved(page, "#save-table")[1])) > 3
        page.click("#view-proposal")
        assert len(rows_of(saved(page, "#save-table")[1])) > 3
        page.click("#view-comparison")
        ledger = rows_of(saved(page, "#save-table")[1])
        assert len(ledger) > 1
        assert {row[-1] for row in ledger[1:]} == {"演示数据，非真实"}
        page.click("#figures-title")
        table = rows_of(saved(page, "#tables .csv >> nth=0")[1])
        assert table[0][0] == "人群"


def test_the_map_is_taken_along_as_a_picture(visit):
    with visit(reduced_motion="reduce", accept_downloads=True) as page:
        page.click("#share-button")
        name, content = saved(page, "#save-map")
        assert name == "演示区-地图-2026-11.png"
        assert content.startswith(b"\x89PNG")
        wide, high = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
        assert wide == 2 * (1440 - 388)
        assert high > 2 * 900


def test_enter_opens_the_card_of_a_row_and_escape_gives_the_focus_back(visit):
    with visit(reduced_motion="reduce") as page:
        page.focus("#gaps button >> nth=1")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.getAttribute('role')") == "dialog"
        assert "共富路" in page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.dataset.gap") == "1"


def test_a_station_in_the_middle_of_the_map_is_reached_by_keyboard(visit):
    with visit(reduced_motion="reduce") as page:
        page.evaluate("""(() => { const f = planner.scene.facilities[3], { map } = planner;
            map.setView(planner.scene.plane.latLng(f.x, f.y), 16, { animate: false });
            const at = map.latLngToContainerPoint(planner.scene.plane.latLng(f.x, f.y));
            map.panBy(at.subtract(planner.camera.middle), { animate: false }); })()""")
        page.focus("#more" if page.locator("#more").is_visible() else "#figures-title")
        page.evaluate("planner.map.getContainer().focus()")
        assert page.locator(".crosshair").is_visible()
        page.keyboard.press("Enter")
        assert "第4居民区站" in page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement === planner.map.getContainer()")


UNFOLD = "document.querySelectorAll('details').forEach((e) => { e.open = true; })"
CONTROLS = "button, select, summary, input, .leaflet-bar a"
SMALL = f"""[...document.querySelectorAll('{CONTROLS}')].filter((e) => {{
    const box = (e.closest('label') || e).getBoundingClientRect();
    return box.width && box.height && (box.height < 39.5 || box.width < 39.5);
}}).map((e) => e.outerHTML)"""


def each_tab_unfolded(page) -> Iterator[str]:
    """Show every tab of every view, one after the other, with all that is behind a click open."""
    for view in ("today", "proposal", "comparison"):
        page.click(f"#view-{view}")
        for tab in page.evaluate("planner.state.tabs"):
            page.evaluate("(tab) => planner.openTab(tab)", tab)
            page.evaluate(UNFOLD)
            yield tab


def test_a_finger_meets_every_control_of_a_phone(visit):
    with visit(PHONE, reduced_motion="reduce") as page:
        for _ in each_tab_unfolded(page):
            assert page.evaluate(SMALL) == []


#: Each text against the colour that lies behind it, by WCAG 2: 4.5, or 3 where it is large.
PALE = """(() => {
    const read = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
        .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const over = (top, below) => { const a = top.length > 3 ? top[3] : 1;
        return [0, 1, 2].map((i) => top[i] * a + below[i] * (1 - a)); };
    const behind = (e) => { const all = [];
        for (; e; e = e.parentElement) all.push(read(getComputedStyle(e).backgroundColor));
        return all.reverse().reduce((below, top) => over(top, below), [255, 255, 255]); };
    const found = [];
    for (const e of document.querySelectorAll('body *')) {
        const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
        const style = getComputedStyle(e), box = e.getBoundingClientRect();
        if (!own || !box.width || style.visibility === 'hidden') continue;
        if (e.closest('script, style, svg, .off, [disabled]')) continue;
        const ground = behind(e), text = over(read(style.color), ground);
        const [a, b] = [light(ground), light(text)];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
        const large = size >= 24 || (size >= 18.66 && bold);
        if (ratio < (large ? 3 : 4.5)) found.push([e.outerHTML.slice(0, 120), ratio]);
    }
    return found; })()"""


def test_every_text_stands_out_from_its_ground(visit):
    for size in (DESKTOP, PHONE):
        with visit(size, reduced_motion="reduce") as page:
            page.click("#card-residential")
            for _ in each_tab_unfolded(page):
                assert page.evaluate(PALE) == []
            page.evaluate("planner.cards.openFacility(planner.scene.facilities[0])")
            assert page.evaluate(PALE) == []
