"""The page of a run that asks for everything: gates, groups, hours, repeats, missing data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from planner.maps import draw_map, write_map
from tests.maps import sample, sample_walls
from tests.maps.sample import DESKTOP, PHONE
from tests.samples import first

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page


@pytest.fixture
def layers():
    return sample_walls.layers()


@pytest.fixture
def summary():
    return sample_walls.summary()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = draw_map(sample_walls.layers(), sample_walls.summary(), title="演示区", synthetic=True,
                    date="2026-11")  # fmt: skip
    return write_map(page, tmp_path_factory.mktemp("walls") / "map.html")


def text(page: Page, place: str) -> str:
    return str(page.locator(place).inner_text())


def rows(page: Page, place: str) -> list[list[str]]:
    """The cells of every table in a place, row by row."""
    found = page.evaluate(f"""[...document.querySelectorAll('{place} tbody tr')].map(r =>
        [...r.cells].map(c => c.innerText))""")
    return list(found)


def open_key(page: Page, key: str, zoom: int = 17) -> str:
    """Zoom to a gate or compound, click on it, and return its card."""
    place = page.evaluate(f"""(() => {{ const one = planner.scene.{key};
        planner.map.setView(planner.scene.plane.latLng(one.x, one.y), {zoom}, {{animate: false}});
        const p = planner.map.latLngToContainerPoint(planner.scene.plane.latLng(one.x, one.y));
        return [p.x, p.y]; }})()""")
    page.wait_for_timeout(150)
    page.mouse.click(*place)
    return text(page, ".planner-card")


# -- gates --------------------------------------------------------------------------------------


def test_a_plain_page_has_no_tabs(visit, tmp_path):
    page_map = draw_map(sample.layers(), sample.summary(), title="x")
    with visit(path=write_map(page_map, tmp_path / "plain.html")) as page:
        assert not page.locator("#tabs").is_visible()
        assert page.locator("#who").count() == 0
        page.click(".layers-button")
        assert page.locator("[data-layer=gates]").count() == 0


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_list_of_gates_leads_to_the_gate(visit, size):
    with visit(size, reduced_motion="reduce") as page:
        page.click("#to-todo")
        assert not page.locator("#gaps").is_visible()
        first, second = page.locator("#todo button.gap").all_inner_texts()
        for words in ("1", "锦绣新村", "现为关闭 · 可到第6居民区站", "+2,360 人"):
            assert words in first
        assert "现仅限住户" in second
        page.click("#todo-by-industrial")
        (_, third) = page.locator("#todo button.gap").all_inner_texts()
        assert "现有出入口未知" in third
        assert "+75 人" in third
        assert "不可相加" in text(page, "#tab-todo")
        assert "12 扇关闭的门、24,323 处可开口的墙段" in text(page, "#tab-todo")
        page.click("#todo button >> nth=1")
        card = text(page, ".planner-card")
        assert "需修小路\n23 米" in card
        assert "附近可替代\n2 处" in card
        assert "也许已经有门：请先实地核对" in card
        page.keyboard.press("Escape")
        page.click("#todo-by-residential")
        page.click("#todo button >> nth=0")
        assert page.evaluate("planner.map.getZoom()") >= 15
        card = text(page, ".planner-card")
        for words in ("锦绣新村", "新增居民\n2,360 人", "新增园区职工\n120 人", "第6居民区站"):
            assert words in card
        inside = page.locator(".planner-card").bounding_box()
        assert inside is not None
        assert inside["y"] >= 0
        assert page.locator("#todo button >> nth=0").get_attribute("aria-current") == "true"


def test_a_town_narrows_the_gates(visit):
    with visit(hash_="#town=" + quote("顾村镇"), reduced_motion="reduce") as page:
        page.click("#to-todo")
        page.click("#todo-by-industrial")
        assert page.locator("#todo button").count() == 1
        page.select_option("#town", "=友谊路街道")
        assert "没有能让更多园区职工到站的措施" in text(page, "#tab-todo")


def test_keys_move_between_tabs_and_gates(visit):
    with visit(reduced_motion="reduce") as page:
        page.focus("#to-gaps")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.id") == "to-todo"
        assert page.locator("#to-todo").get_attribute("aria-selected") == "true"
        page.focus("#todo button >> nth=0")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.dataset.todo") == "o1"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.getAttribute('role')") == "dialog"
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.dataset.todo") == "o1"


def test_a_gate_and_a_compound_say_what_is_known(visit):
    with visit(reduced_motion="reduce") as page:
        for key, words in {
            "gates[0]": ["东门", "锦绣新村", "按时段开放", "仅住户、老年人", "06:00-22:00"],
            "gates[1]": ["地图标注", "不通", "无人"],
            "gates[2]": ["未命名小区", "推断", "请实地核对"],
            "compounds[0]": ["锦绣新村", "1,800 人", "已标注的出入口\n2"],
            "compounds[2]": ["数据不足", "无门花园", "没有已知的出入口"],
        }.items():
            card = open_key(page, key)
            if key.startswith("compounds"):  # what is asked there is the place; its card leads on
                page.evaluate(f"planner.cards.openCompound(planner.scene.{key})")
                card = text(page, ".planner-card")
            for word in words:
                assert word in card


def test_gates_are_drawn_and_explained_only_from_near(visit):
    with visit(reduced_motion="reduce") as page:
        assert "出入口" not in text(page, "#legend")
        page.click(".layers-button")
        assert page.locator("[data-layer=gates]").is_checked()
        assert "放大后可见" in text(page, "#legend")
        open_key(page, "gates[0]")
        signs = text(page, ".signs")
        for words in ("封闭小区", "出入口：已标注", "出入口：推断", "出入口：不通", "阻隔"):
            assert words in signs
        assert "放大后可见" not in text(page, "#legend")
        page.uncheck("[data-layer=gates]")
        assert page.evaluate("planner.state.layers.gates") is False


# -- who and when -------------------------------------------------------------------------------


def test_who_walks_changes_sentence_cards_and_towns(visit):
    with visit(reduced_motion="reduce") as page:
        assert page.locator("#who option").all_inner_texts() == [
            "所有人", "高龄老人（老年人步速）", "所有人（轮椅）",
        ]  # fmt: skip
        page.select_option("#who", "pwheelchair")
        assert "按轮椅计，全区有 41.8% 的居民 15 分钟内可到达" in text(page, "#sentence")
        assert "处服务盲区" not in text(page, "#sentence")
        assert "41.8%" in text(page, "#cards")
        assert page.locator("#cards .card-result").count() == 0
        assert "地图上的盲区按成年人步行 15 分钟、不限时段划定" in text(page, "#gaps-note")
        page.click("#figures-title")
        ends = ["41.8%\n40.5%–43.6%", "29.9%\n29.0%–32.1%", "47.5%\n46.0%–49.1%"]
        assert ["顾村镇", *ends] in rows(page, "#tables")
        page.select_option("#minutes", "10")  # profiles are counted at every cutoff
        assert page.locator("#who").input_value() == "pwheelchair"
        page.select_option("#who", "")
        assert not page.locator("#gaps-note").inner_text().startswith("地图上")


def test_a_group_has_one_card_and_its_own_people(visit):
    with visit(reduced_motion="reduce") as page:
        page.select_option("#minutes", "5")
        assert page.locator("#gaps-by-industrial").count() == 1
        page.select_option("#who", "gold")
        assert page.locator("#minutes").input_value() == "15"
        assert page.locator("#gaps-by-industrial").count() == 0  # a group is of one kind
        assert page.locator(".card").count() == 1
        assert "高龄老人" in text(page, ".card")
        assert "按老年人计，全区有" in text(page, "#sentence")
        assert "的高龄老人 15 分钟内" in text(page, "#sentence")
        page.select_option("#minutes", "5")  # groups are counted at the last cutoff only
        assert page.locator("#who").input_value() == ""


def test_office_hours_that_were_not_asked_for_are_not_shown(visit, layers, summary, tmp_path):
    for row in summary["only_sometimes"]:
        row["office_hours_only"] = None
    path = write_map(draw_map(layers, summary, title="x"), tmp_path / "unasked.html")
    with visit(path=path, reduced_motion="reduce") as page:
        page.click("#to-hours")
        assert ["居民", "15.0%", "60.0%", "<0.1%"] in rows(page, "#tab-hours")
        assert "上班时间" not in text(page, "#tab-hours")


def test_moments_are_cards_that_change_the_figures(visit):
    with visit(reduced_motion="reduce") as page:
        page.click("#to-hours")
        names = page.locator(".moment-name").all_inner_texts()
        assert names == ["不限时段", "工作日上午", "工作日晚上", "周六上午", "深夜"]
        page.click(".moment >> nth=2")
        assert "工作日晚上" in text(page, "#moment")
        assert "工作日晚上有 33.4% 的居民" in text(page, "#sentence")
        assert "正在开放" in text(page, "#sentence")
        assert page.locator(".moment >> nth=2").get_attribute("aria-pressed") == "true"
        assert page.evaluate("document.activeElement.id") == "moment-1"
        tables = rows(page, "#tab-hours")
        assert ["居民", "15.0%", "60.0%", "20.6%", "<0.1%"] in tables
        assert "居民中有 4,120 人只有上班时间才有站可去" in text(page, "#tab-hours")
        affairs = next(row for row in tables if row[0] == "政务")
        assert [cell.splitlines()[0] for cell in affairs[1:]] == [
            "41.8%", "40.5%", "16.7%", "25.1%", "0.0%"
        ]  # fmt: skip
        assert affairs[1] == "41.8%\n40.5%–43.6%"
        assert [row[0] for row in tables][-1] == "讲座"
        page.click("#show-units")
        assert page.evaluate("planner.state.layers.demand") is True
        assert page.locator("#show-units").count() == 0
        page.click("#moment")
        assert page.locator("#moment").count() == 0
        assert page.locator(".moment >> nth=0").get_attribute("aria-pressed") == "true"
        page.click("#hours-by-industrial")  # the tab leads with the chosen kind
        assert "园区职工" in text(page, "#tab-hours h2")
        assert text(page, ".moment >> nth=0").splitlines()[1] == "59.9%"
        assert "居民 83.6%" in text(page, ".moment >> nth=0")
        page.click("#hours-by-residential")
        page.click(".moment >> nth=4")
        page.select_option("#who", "pwheelchair")
        assert page.locator("#moment").count() == 0


def test_a_rule_names_whose_and_when_it_is(visit):
    with visit(reduced_motion="reduce") as page:
        page.click("#figures-title")
        checks = [row[0].splitlines()[0] for row in rows(page, "#tables")]
        assert "商圈 · 任一级别 · 产业园区、商场 · 15 分钟内 · 轮椅 · 深夜" in checks
        assert "已达标" in text(page, ".card >> nth=2")  # that of the plan's own target


def test_a_unit_says_when_it_is_served(visit):
    with visit(reduced_motion="reduce") as page:
        place = page.evaluate("""(() => { const { only, only_at: at, xy } = planner.scene.demand;
            planner.switchLayer('demand', true);
            for (const layer of ['gaps', 'facilities', 'gates']) planner.switchLayer(layer, false);
            const i = at.indexOf(only.indexOf('weekday_morning;saturday'));
            const latlng = planner.scene.plane.latLng(xy[2 * i], xy[2 * i + 1]);
            planner.map.setView(latlng, 17, {animate: false});
            const p = planner.map.latLngToContainerPoint(latlng);
            return [p.x, p.y]; })()""")
        page.wait_for_timeout(150)
        page.mouse.click(*place)
        card = text(page, ".planner-card")
        assert "工作日上午、周六上午" in card
        assert "30 次重复计算中有 27 次已覆盖" in card


# -- how sure -----------------------------------------------------------------------------------


def test_gaps_and_towns_say_how_sure_they_are(visit):
    with visit(reduced_motion="reduce") as page:
        page.click("#sure-button")
        assert "30 次重复计算得 80.1%–85.6%" in text(page, "#sure")
        items = page.locator("#gaps button").all_inner_texts()
        assert "存疑" not in items[0]
        assert "存疑 11/30 次" in items[1]
        page.click("#gaps button >> nth=0")
        card = text(page, ".planner-card")
        assert "30 次重复计算中有 27 次仍是盲区" in card
        assert "圈外 3,100–4,500 人" in card
        page.click("#figures-title")
        assert [
            "顾村镇",
            "83.6%\n81.0%–84.1%\n重算 80.1%–85.6%",
            "59.9%\n58.0%–61.1%\n重算 56.4%–61.9%",
        ] in [row[:3] for row in rows(page, "#tables")]
        page.select_option("#minutes", "10")
        assert "重复计算得" not in text(page, "#sure")


@pytest.mark.parametrize(
    ("size", "language"),
    first(2, [(DESKTOP, "zh"), (PHONE, "en"), (DESKTOP, "en"), (PHONE, "zh")]),
)
def test_a_result_that_few_repeats_agree_with_says_so(visit, size, language):
    doubt = {
        "zh": "30 次重复计算中，15 次无法判定，12 次未达标，3 次达标",
        "en": "30 repeats: 15 undecided, 12 missed, 3 met",
    }[language]
    with visit(size, reduced_motion="reduce") as page:
        if language == "en":
            page.click("#lang")
        assert not page.locator("#sure").is_visible()
        page.click("#card-residential")
        assert doubt in text(page, "#sure li >> nth=0")
        assert doubt not in text(page, "#cards")
        colour = "e => getComputedStyle(e).color + getComputedStyle(e).fontWeight"
        firm, unsure = (page.locator(f".card >> nth={n} >> .card-result") for n in (1, 0))
        assert unsure.evaluate(colour).endswith("400")
        assert unsure.evaluate(colour) != firm.evaluate(colour)
        assert page.locator(".card .unsure").count() == 1
        page.click("#figures-title")
        assert page.locator("#tables .unsure").count() == 1  # the same target among the rules
        assert page.evaluate(WIDER) == []
        page.select_option("#minutes", "10")
        assert doubt not in text(page, "#sure")
        page.select_option("#minutes", "15")
        page.select_option("#who", "pwheelchair")
        assert doubt not in text(page, "#sure")


@pytest.mark.parametrize(
    ("result", "counts", "doubt"),
    first(
        1,
        [
            ("missed", {"met": 0, "missed": 15, "undecided": 15}, "15 次未达标，15 次无法判定"),
            ("met", {"met": 0, "missed": 0, "undecided": 30}, "30 次无法判定"),
            ("missed", {"met": 0, "missed": 24, "undecided": 6}, None),
        ],
    ),
)
def test_the_doubt_names_the_result_shown_first(
    visit, layers, summary, tmp_path, result, counts, doubt
):
    for row in summary["checks"]:
        if row["rule_id"] == "target-residential":
            row["result"] = result
    for row in summary["uncertainty"]["areas"]:
        if row["kind"] == "residential":
            row |= counts | {"result": result, "result_stands": counts[result] / 30}
    path = write_map(draw_map(layers, summary, title="x"), tmp_path / "doubt.html")
    with visit(path=path, reduced_motion="reduce") as page:
        page.click("#card-residential")
        found = text(page, "#sure li >> nth=0")
        assert ("30 次重复计算中，" in found) == (doubt is not None)
        assert doubt is None or f"30 次重复计算中，{doubt}" in found


def test_an_open_gap_explains_its_cause(visit):
    with visit(reduced_motion="reduce") as page:
        for gap, words in (
            (0, "要绕过蕰藻浜"),
            (1, "若没有围墙阻挡"),
            (5, "30 次重复计算均是盲区，圈外 0–940 人"),
            (2, "此时不开放"),
            (3, "要绕过铁路"),
            (4, "道路绕行太长"),
        ):
            page.evaluate(f"void planner.cards.openGap(planner.state.gaps[{gap}])")
            card = text(page, ".planner-card")
            assert words in card
            assert "way/" not in card


# -- what the data lack -------------------------------------------------------------------------


def test_what_the_data_lack_is_said_in_words(visit):
    with visit(reduced_motion="reduce") as page:
        page.click("#to-data")
        facts = page.locator(".facts li").all_inner_texts()
        assert facts[0] == "每平方公里有 11 公里道路（共 660 公里）"
        assert (
            "40 个居住或工作地点附近没有道路（共 900 个）\n其居民计为“数据不足”，不算盲区" in facts
        )
        assert facts[-1] == (
            "方案声明：所列范围内道路数据齐全、站点没有遗漏\n据此判断数据边缘的居民，未经核实"
        )
        assert not [fact for fact in facts if "未注明服务" in fact]  # nothing is missing there
        tables = rows(page, "#tab-data")
        assert ["附近没有道路数据", "2.1%", "<0.1%", "—"] in tables
        assert ["出入口未知", "1.0%", "—", "—"] in tables
        assert ["顾村镇", "11.0\n×0.41", "36", "1", "1\n标注 2", "5"] in tables
        assert ["居民", "83.6%", "80.1%–85.6%", "待定（30 次中 15 次）"] in tables
        assert "步速 ×0.9–1.1；" in text(page, "#tab-data")
        page.click("#tab-data .link >> nth=2")
        assert page.locator("#town").input_value() == "=顾村镇"
        assert "为全区平均的 0.41 倍" in text(page, "#tab-data")


# -- the whole ----------------------------------------------------------------------------------

WIDER = """[...document.querySelectorAll(':is(#head, #tabs, .gaps, #legend) *')]
    .filter(e => e.clientWidth && e.scrollWidth > e.clientWidth + 1
    && !e.matches('.sr, .sr *')).map(e => e.outerHTML)"""


@pytest.mark.parametrize(
    ("size", "language"),
    first(2, [(DESKTOP, "zh"), (PHONE, "en"), (DESKTOP, "en"), (PHONE, "zh")]),
)
def test_every_tab_fits(visit, size, language):
    with visit(size, reduced_motion="reduce") as page:
        if language == "en":
            page.click("#lang")
        for tab in ("gaps", "todo", "hours", "data"):
            page.click(f"#to-{tab}")
            assert page.evaluate(WIDER) == []
            assert page.evaluate("document.documentElement.scrollWidth") == size[0]


def test_english_words_are_complete(visit):
    with visit(reduced_motion="reduce") as page:
        page.click("#lang")
        page.evaluate("planner.choose((state) => state.chooseWhom({ moment: 'night' }))")
        for tab in ("todo", "hours", "data"):
            page.click(f"#to-{tab}")
            shown = text(page, f"#tab-{tab}")
            for name in (*sample.TOWNS, "锦绣新村", "无门花园", "第6居民区站", "讲座"):
                shown = shown.replace(name, "")
            assert not [sign for sign in shown if "\u4e00" <= sign <= "\u9fff"]
            assert "_" not in shown


def hostile(value: Any) -> Any:
    """Every text of a tree spoilt, but for the words that the page looks rows up by."""
    if isinstance(value, list):
        return [hostile(part) for part in value]
    if isinstance(value, dict):
        kept = {"area", "kind", "repeats"}
        return {key: part if key in kept else hostile(part) for key, part in value.items()}
    return value + sample.HOSTILE if isinstance(value, str) else value


@pytest.mark.nightly
def test_hostile_texts_of_walls_do_no_harm(visit, layers, summary, tmp_path):
    for name in ("compounds", "gates", "barriers", "gate_gains"):
        for column in layers[name].columns:
            if isinstance(layers[name][column].iloc[0], str) and column not in {"kind", "town"}:
                layers[name][column] = layers[name][column].astype(str) + sample.HOSTILE
    layers["demand"]["only_at"] = sample.HOSTILE
    for key in ("profiles", "moments", "only_sometimes", "services", "groups", "completeness",
                "uncertainty"):  # fmt: skip
        summary[key] = hostile(summary[key])
    path = write_map(draw_map(layers, summary, title="x"), tmp_path / "hostile.html")
    with visit(path=path, reduced_motion="reduce") as page:
        for tab in ("todo", "hours", "data"):
            page.click(f"#to-{tab}")
        open_key(page, "gates[0]")
        open_key(page, "compounds[0]")
        page.evaluate("void planner.cards.openGain(planner.scene.gains[0])")
        assert "onerror" in text(page, ".planner-card")
        page.click("#to-hours")
        page.click(".moment >> nth=1")
        assert "onerror" in text(page, "#moment")
        page.select_option("#who", index=1)
        page.click("#figures-title")
        assert page.evaluate("window.harmed") is None
        assert page.locator("#page img").count() == 0
