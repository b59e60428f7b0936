"""The pages of a proposal and of a comparison, in a browser with the network cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from planner.maps import draw_comparison, draw_proposal, write_map
from tests.maps import sample, sample_sites
from tests.maps.drawn import count_dots
from tests.maps.sample import DESKTOP, LAPTOP, PHONE, TOWNS
from tests.maps.sample_sites import ADDED, MIXED, NAMES
from tests.maps.test_page_browser import TOO_NARROW
from tests.maps.test_page_walls import rows, text
from tests.maps.waiting import wait_for
from tests.samples import first

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

OPTIONS: dict[str, Any] = {"title": "演示区", "synthetic": True, "date": "2026-11"}
PURPLE, TEAL, RED = (123, 63, 160), (11, 79, 73), (161, 18, 34)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a proposal."""
    page = draw_proposal(sample_sites.site_layers(), sample.summary(), sample_sites.proposal(),
                         **OPTIONS)  # fmt: skip
    return write_map(page, tmp_path_factory.mktemp("sites") / "map.html")


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a comparison."""
    page = draw_comparison(sample_sites.compared_layers(), sample.summary(),
                           sample_sites.comparison(), **OPTIONS)  # fmt: skip
    return write_map(page, tmp_path_factory.mktemp("compared") / "map.html")


def ink(page: Page, colour: tuple[int, int, int]) -> int:
    """Pixels of exactly this colour on the map."""
    return count_dots(page, colour)


def place_of(page: Page, key: str) -> list[float]:
    """Where on the screen something of the scene is."""
    return list(
        page.evaluate(f"""(() => {{ const one = planner.{key};
        const p = planner.map.latLngToContainerPoint(planner.scene.plane.latLng(one.x, one.y));
        return [p.x, p.y]; }})()""")
    )


# -- a proposal ---------------------------------------------------------------------------------


def test_one_glance_says_what_is_proposed_and_how_good_it_is(visit):
    with visit() as page:
        assert page.title() == "新增站点建议 · 演示区 · 演示数据，非真实"
        sentence = text(page, "#sentence")
        assert "新增 3 处站点后，全区再有 8,530 名居民步行 15 分钟内可到站" in sentence
        # 1,560,870 + 8,530 + 600 of these and 306,393 - 8,530 left out; 1,927,000 in all
        assert "覆盖率由 83.6% 升至 84.1%。" in sentence
        assert "处服务盲区" in sentence
        page.click("#sure-button")
        sure = text(page, "#sure")
        assert "另有 600 名今日无法判断的居民也将可达" in sure
        assert "数据补全后在 81.5%–84.5% 之间；现状为 81.0%–84.1%" in sure
        page.click("#sure-button")
        assert text(page, "#proof") == "已证明：离最优最多差 0.08%"
        assert "现状 83.6%" in text(page, "#cards")
        first, second, third = page.locator("#sites button").all_inner_texts()
        for words in ("1", NAMES[0], "新建 · 顾村镇", "+4,120 人"):
            assert words in first
        assert "改造现有建筑" in second
        assert "存疑 5/10 次" in third
        assert page.locator("#to-sites").get_attribute("aria-selected") == "true"


def test_the_switch_shows_the_page_of_today(visit):
    with visit() as page:
        then = ink(page, TEAL)
        assert then > 100
        page.click("#then-now")
        assert "83.6% 的居民步行 15 分钟内可到达" in text(page, "#sentence")
        assert "现状" not in text(page, "#cards")
        assert ink(page, TEAL) < 20
        assert "新增覆盖" not in text(page, "#legend")
        assert page.evaluate("document.activeElement.id") == "then-now"
        page.click("#to-gaps")
        assert "4,120 人" in text(page, "#gaps")
        page.click("#then-after")
        assert ink(page, TEAL) > 100


def test_the_list_of_gaps_is_what_stays(visit):
    with visit() as page:
        page.click("#to-gaps")
        names = page.locator("#gaps .gap-name").all_inner_texts()
        assert "临江新村西" not in names  # served now
        assert names[0] == "美安路菜场周边"  # by the people left, not as it was
        assert "1,670 人" in text(page, "#gaps")  # 3,873 less 2,200
        signs = page.evaluate("planner.finder.signs.ranked.map(g => g.rank)")
        assert 3 in signs  # its number is that of gaps.csv
        assert 1 not in signs
        page.click("#to-sites")
        # one kind of numbers at a time
        wait_for(page, "planner.finder.signs.ranked.length === 0")
        # the search knows a gap that will be served: it leads back to today
        page.fill("#search-box", "临江新村西")
        page.locator("#search-list li", has_text="盲区").click()
        assert "4,120 人" in text(page, ".planner-card")
        assert page.evaluate("planner.state.shownAfter") is False


def test_a_place_says_what_becomes_of_it(visit):
    """The verdict is that of today; below it stands what the proposal changes."""
    found = """planner.cards.openPlace(planner.places.placeAt(...(() => {
        const { scene, state } = planner, { xy } = scene.demand, { gained } = state.plan.after;
        const spots = state.verdict.map((_, i) => [xy[2 * i], xy[2 * i + 1]]);
        return spots.find((spot) => gained.some((row) => row.shape.has(...spot)) === GAINED);
        })()))"""
    with visit(reduced_motion="reduce") as page:
        page.evaluate("void " + found.replace("GAINED", "true"))
        assert "建成后\n新增覆盖" in text(page, ".planner-card")
        page.evaluate("void " + found.replace("GAINED", "false"))
        assert "建成后\n不变" in text(page, ".planner-card")
        page.evaluate("planner.choose((state) => state.switchAfter(false))")
        page.evaluate("void " + found.replace("GAINED", "false"))
        assert "建成后" not in text(page, ".planner-card")


@pytest.mark.parametrize(("size", "language"), [(DESKTOP, "zh"), (PHONE, "en")])
def test_a_site_opens_with_its_reasons(visit, size, language):
    with visit(size, reduced_motion="reduce") as page:
        if language == "en":
            page.click("#lang")
        if size == PHONE:  # the search stands below the legend, which has several lines
            legend, search = (
                page.locator(one).bounding_box() for one in ("#legend", "#search-box")
            )
            assert search["y"] >= legend["y"] + legend["height"]
        page.click("#sites button >> nth=0")
        card = page.locator(".planner-card")
        reason = {"zh": "新增覆盖居民 4,120 人", "en": "ewly covers 4,120 residents"}[language]
        for words in (NAMES[0], reason, "4,120", {"zh": "演示数据", "en": "Demo data"}[language]):
            assert words in card.inner_text()
        inside, legend = card.bounding_box(), page.locator("#legend").bounding_box()
        assert inside is not None
        assert legend is not None
        assert inside["y"] >= (legend["y"] + legend["height"] if size == PHONE else 0)
        assert inside["x"] >= (0 if size == PHONE else 388)
        assert inside["x"] + inside["width"] <= size[0]
        assert ink(page, PURPLE) > 400  # the ring, and the street it may lie on
        close = page.locator(".leaflet-popup-close-button").bounding_box()
        assert close is not None
        top = page.evaluate(f"""document.elementFromPoint({close["x"] + 12}, {close["y"] + 12})
            .closest('.leaflet-popup-close-button') !== null""")
        assert top  # nothing lies over it


def test_a_click_on_a_ring_or_on_who_gains_leads_to_the_site(visit):
    with visit(reduced_motion="reduce") as page:
        page.mouse.click(*place_of(page, "state.plan.marks[1]"))
        assert NAMES[1] in text(page, ".planner-card")
        page.keyboard.press("Escape")
        page.evaluate("planner.openAt(planner.scene.plane.latLng(planner.state.plan.after.gained[2]"
                      ".shape.box.x0 + 40, planner.state.plan.marks[2].y), 0)")  # fmt: skip
        card = text(page, ".planner-card")
        assert "新增覆盖" in card
        assert "2,210 人" in card
        page.click(".planner-card .link")
        assert "临次干路" in text(page, ".planner-card")


def test_a_town_shows_its_own_sites(visit):
    with visit(hash_="#town=" + quote(TOWNS[0]), reduced_motion="reduce") as page:
        assert page.locator("#sites button").count() == 1
        assert "友谊路街道再有 2,210 名居民" in text(page, "#sentence")
        page.select_option("#town", "=" + TOWNS[1])
        assert "没有建议新增的站点" in text(page, "#tab-sites")
        assert "没有居民因此新增覆盖（另有 600 名今日无法判断的居民" in text(page, "#sentence")


def test_other_walkers_have_figures_of_today_only(visit):
    with visit() as page:
        page.select_option("#minutes", "5")
        assert page.locator("#then-now").get_attribute("aria-pressed") == "true"
        assert "步行 5 分钟内可到达" in text(page, "#sentence")
        page.click("#then-after")
        assert page.locator("#minutes").input_value() == "15"
        assert "覆盖率由 83.6% 升至" in text(page, "#sentence")


def test_the_curve_says_what_each_site_buys(visit):
    with visit() as page:
        picture = page.locator("svg.curve")
        said = picture.get_attribute("aria-label")
        assert "第 1 处覆盖 4,120 人，第 3 处再增 2,200 人，再建 2 处可再增 1,870 人。" in said
        assert picture.locator("circle").count() == 5
        assert picture.locator(".curve-chosen").count() == 1
        assert "3 处 · 8,530 人" in picture.evaluate("e => e.textContent")
        page.click("#lang")
        assert "no. 3 adds 2,200" in picture.get_attribute("aria-label")


def test_alternatives_are_behind_a_click(visit):
    with visit(reduced_motion="reduce") as page:
        assert not page.locator("#other-0").is_visible()
        page.click("#fold-title-others")
        assert "不建 3 号，换成宝钢工人俱乐部" in text(page, "#other-0")
        assert "−85 人" in text(page, "#other-0")
        page.click("#other-0")
        assert page.locator("#other-0").get_attribute("aria-pressed") == "true"
        assert "备选方案中的点位" in text(page, "#legend")
        assert page.evaluate("document.activeElement.id") == "other-0"
        page.click("#other-0")
        assert "备选方案中的点位" not in text(page, "#legend")


def test_the_proof_and_the_rest_are_behind_clicks(visit):
    with visit() as page:
        for name in ("towns", "stays", "steps", "whynot", "proof"):
            page.click(f"#fold-title-{name}")
        towns = rows(page, "#fold-towns")
        assert towns[2][:4] == ["顾村镇", "83.6%\n81.0%–84.1%", "85.3%\n82.6%–85.7%", "+6,320"]
        assert towns[1][3] == "0\n另 600 原无法判断"
        assert rows(page, "#fold-stays") == [["距离过远", "9,000", "4,000", "3"]]
        assert rows(page, "#fold-steps")[2] == ["3 · 友谊路菜场", "+2,210", "8,530", "8,530"]
        assert "用此处替换所选点 友谊路菜场" in text(page, "#fold-whynot")
        proof = text(page, "#fold-proof")
        for words in ("让最多的人可到站", "8,530 人", "8,537 人", "离最优最多差 0.08%", "6.4 秒",
                      "限制：友谊路街道：最多 1 处", "代价 320 人", "新增 3 处"):  # fmt: skip
            assert words in proof
        page.click("#lang")  # what is open stays open
        assert "at most 0.08% from the best" in text(page, "#fold-proof")


def half_unknown() -> dict[str, Any]:
    """A proposal of a plan half of whose people nobody can judge."""
    return sample_sites.proposal() | {
        "gap": 0.0,
        "judged": {"residential": 963_500.0, "industrial": 0.0, "commercial": 0.0},
        "cannot_be_judged": {"residential": 963_500.0, "industrial": 0.0, "commercial": 0.0},
    }


def test_what_is_proved_is_said_of_those_who_can_be_judged(visit, tmp_path):
    page = draw_proposal(sample_sites.site_layers(), sample.summary(), half_unknown(), **OPTIONS)
    with visit(path=write_map(page, tmp_path / "map.html")) as seen:
        assert text(seen, "#proof") == (
            "已证明：备选点中没有更好的选法——仅就可判断的96.3万名居民而言；"
            "另有96.3万名居民（50.0%）无法判断"
        )
        seen.click("#lang")
        assert "who can be judged" in text(seen, "#proof")
        assert "(50.0%) cannot be judged" in text(seen, "#proof")


def test_with_limited_room_the_page_speaks_of_people_served(visit, tmp_path):
    layers = sample_sites.site_layers()
    layers["changes"] = layers["changes"].iloc[:1].assign(people=60.0, people_left=2000.0)
    proposal = sample_sites.proposal() | {
        "model": "capacitated",
        "no_room": {"residential": 4060.0},
    }
    proposal["sites"][0] |= {"served": 60.0, "capacity": 60.0, "no_room": 4060.0}
    proposal["stays"] = [{"cause": "no room", "residents": 4060.0, "residents_in_reach": 0.0,
                          "gaps": 1}]  # fmt: skip
    proposal["whole_area"] = {"residents_left": 5060.0, "residents_no_room": 4060.0,
                              "share_after": 0.8}  # fmt: skip
    page = draw_proposal(layers, sample.summary(), proposal, **OPTIONS)
    with visit(path=write_map(page, tmp_path / "map.html")) as seen:
        assert "其中 4,060 人走得到，但站点容量已满" in text(seen, "#sentence")
        assert "再有 60 名居民在站点容量之内得到服务" in text(seen, "#sentence")
        assert "没有居民在圈外" not in text(seen, "#sentence")
        assert "按容量多服务多少居民" in text(seen, "#tab-sites")
        seen.click("#sites button >> nth=0")
        card = text(seen, ".planner-card")
        for words in ("可服务居民", "容量", "60 人", "走得到但站点已满", "4,060 人"):
            assert words in card
        seen.click("#fold-title-stays")
        assert rows(seen, "#fold-stays") == [["站点容量不足", "4,060", "0", "1"]]
        seen.click("#lang")
        assert "60 more residents are served, no more than these have room for" in text(
            seen, "#sentence"
        )


@pytest.mark.parametrize(
    ("changes", "words"),
    first(
        1,
        [
            ({"gap": 0.0}, "已证明：备选点中没有更好的选法"),
            ({"gap": 0.00301, "status": "time limit"}, "计算到时限为止：离最优最多差 0.4%"),
            ({"gap": None, "bound": None, "status": "first answer"}, "快速方案：未证明离最优多远"),
        ],
    ),
)
def test_how_far_from_the_best_is_never_rounded_down(visit, tmp_path, changes, words):
    page_map = draw_proposal(sample_sites.site_layers(), sample.summary(),
                             sample_sites.proposal() | changes, **OPTIONS)  # fmt: skip
    with visit(path=write_map(page_map, tmp_path / "map.html")) as page:
        assert text(page, "#proof") == words


def test_a_station_that_closes_is_marked_by_its_name(visit, tmp_path):
    proposal = sample_sites.proposal() | {"closed": ["F03"]}
    proposal["reasons"] = {"zh": ["关闭 1 处现有站点：F03"], "en": ["x"]}
    page_map = draw_proposal(sample_sites.site_layers(), sample.summary(), proposal, **OPTIONS)
    with visit(path=write_map(page_map, tmp_path / "map.html")) as page:
        assert "关闭站点" in text(page, "#legend")
        assert ink(page, RED) > 40
        page.click("#fold-title-proof")
        assert "关闭 1 处现有站点：第4居民区站" in text(page, "#fold-proof")


@pytest.mark.nightly
def test_a_model_that_shortens_walks_speaks_of_minutes(visit, tmp_path):
    proposal = sample_sites.proposal() | {"model": "p-center", "unit": "minutes", "value": 20.0,
                                          "bound": 19.9, "gap": 0.005}  # fmt: skip
    proposal["alternatives"][0]["loss"] = 2.0
    page_map = draw_proposal(sample_sites.site_layers(), sample.summary(), proposal, **OPTIONS)
    with visit(path=write_map(page_map, tmp_path / "map.html")) as page:
        page.click("#fold-title-others")
        assert "+2 分钟\n+10.0%" in text(page, "#other-0")
        page.click("#fold-title-proof")
        assert "最远的人步行最短" in text(page, "#fold-proof")
        assert "19.9 分钟" in text(page, "#fold-proof")


def test_candidates_are_a_layer_of_their_own(visit):
    with visit() as page:
        page.click(".layers-button")
        assert not page.locator("[data-layer=candidates]").is_checked()
        page.check("[data-layer=candidates]")
        assert "备选点位" in text(page, ".signs")
        before = ink(page, PURPLE)
        page.uncheck("[data-layer=sites]")
        assert ink(page, PURPLE) < before / 3


def test_keys_reach_the_sites(visit):
    with visit(reduced_motion="reduce") as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.dataset.site") == "0"
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        assert NAMES[1] in text(page, ".planner-card")
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.dataset.site") == "1"


# -- a comparison -------------------------------------------------------------------------------


def test_a_scenario_that_only_adds_says_that_nobody_loses(visit, compared):
    with visit(path=compared) as page:
        assert page.title().startswith("前后对比 · ")
        assert "再有 8,530 名居民步行 15 分钟内可到站，没有人失去覆盖" in text(page, "#sentence")
        assert "只增不减：没有人失去覆盖" in text(page, "#tab-changes")
        assert page.locator("#fold-losers").count() == 0
        assert ink(page, RED) == 0
        assert rows(page, ".ledger")[0][1:] == ["+4,120", "1,370"]
        assert "每万元新增" in text(page, ".ledger thead")


@pytest.mark.nightly
def test_a_cost_that_is_not_money_is_left_out(visit, tmp_path):
    """A cost counted in conversions says nothing to a reader; neither does a bare number."""
    page_map = draw_comparison(
        sample_sites.compared_layers(), sample.summary(),
        sample_sites.comparison() | {"cost_unit": "conversions"}, title="x",
    )  # fmt: skip
    with visit(path=write_map(page_map, tmp_path / "map.html")) as page:
        assert rows(page, ".ledger")[0][1:] == ["+4,120"]
        assert "造价" not in text(page, "#tab-changes")


def test_a_scenario_with_a_closure_lists_who_loses(visit, compared):
    with visit(path=compared, reduced_motion="reduce") as page:
        page.select_option("#scenario", "1")
        sentence = text(page, "#sentence")
        assert "4,120 名居民新进入 15 分钟圈，500 名失去覆盖，覆盖率由 83.6% 变为 83.8%" in sentence
        assert ink(page, RED) > 200
        assert [row[1:] for row in rows(page, ".ledger")] == [
            ["+4,120", "0", "1,370"], ["0", "−500", "—"], ["0", "0", "—"]]  # fmt: skip
        towns = rows(page, "#tab-changes table:nth-of-type(1)")
        assert ["大场镇", "83.6%\n81.0%–84.1%", "83.5%\n80.9%–84.0%", "0", "−500"] in towns
        assert ["老年人", "70.5%", "73.5%", "+1,800", "−90"] in towns
        page.click("#fold-title-losers")
        assert rows(page, "#fold-losers") == [
            ["第4居民区站\n大场镇 · 居民", "500", "9 分钟 → 18 分钟"]]  # fmt: skip
        assert "2 条提示" in text(page, "#tab-changes")
        page.click("#then-now")
        assert ink(page, RED) < 400  # only the mark of the closure
        assert "83.6% 的居民步行" in text(page, "#sentence")


def test_each_edit_has_a_card(visit, compared):
    with visit(path=compared, reduced_motion="reduce") as page:
        page.select_option("#scenario", label=MIXED)
        page.click(".ledger button >> nth=1")
        card = text(page, ".planner-card")
        assert "关闭站点" in card
        assert "500 人" in card
        page.click(".ledger button >> nth=2")
        card = text(page, ".planner-card")
        for words in ("新修小路", "仅在下列时段有变化", "深夜", "新增居民 70 人"):
            assert words in card
        page.select_option("#scenario", label=ADDED)
        assert page.locator(".planner-card").count() == 0


def test_a_comparison_says_that_room_is_not_counted(visit, tmp_path):
    comparison = sample_sites.comparison()
    first = comparison["scenarios"][0]
    first["room"] = 110.0
    first["ledger"] = [row | {"capacity": 55.0, "gained_unknown": 20.0} for row in first["ledger"]]
    page = draw_comparison(sample_sites.compared_layers(), sample.summary(), comparison, **OPTIONS)
    with visit(path=write_map(page, tmp_path / "map.html")) as seen:
        assert text(seen, "#proof") == (
            "这里的“覆盖”指步行可达，不计站点容量。新增站点容量合计 110 人。"
        )
        assert rows(seen, ".ledger")[0][1] == "+4,100\n另 20 原无法判断"
        seen.click("#lang")
        assert "whatever room a station has. The stations added have room for 110" in text(
            seen, "#proof"
        )


@pytest.mark.nightly
def test_a_single_scenario_has_its_name_and_no_list(visit, tmp_path):
    comparison = sample_sites.comparison()
    comparison["scenarios"] = comparison["scenarios"][:1]
    page_map = draw_comparison(sample_sites.compared_layers(), sample.summary(), comparison,
                               **OPTIONS)  # fmt: skip
    with visit(path=write_map(page_map, tmp_path / "map.html")) as page:
        assert page.locator("#scenario").count() == 0
        assert ADDED in text(page, "#then")


# -- both ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_nothing_is_cut_off_or_covered(visit, file, compared, size):
    for path in (file, compared):
        with visit(size, path=path) as page:
            for _ in range(2):
                assert page.evaluate(TOO_NARROW) == []
                assert page.evaluate("document.documentElement.scrollWidth") == size[0]
                page.click("#lang")


def test_every_control_has_a_name(visit, file, compared):
    for path in (file, compared):
        with visit(path=path) as page:
            nameless = page.evaluate("""[...document.querySelectorAll(
                    'button:not([hidden]), select, summary')]
                .filter(e => !(e.getAttribute("aria-label") || e.textContent.trim()))
                .map(e => e.outerHTML)""")
            assert nameless == []


@pytest.mark.nightly
def test_hostile_texts_do_no_harm(visit, tmp_path):
    bad = sample.HOSTILE
    proposal = sample_sites.proposal() | {"model": bad, "unit": bad, "cost_unit": bad}
    for site in proposal["sites"]:
        site.update(name=bad, town=bad, action=bad, domain=bad, reasons={"zh": [bad], "en": [bad]})
    proposal["limits"] = [{"label": bad, "cost": 1.0}]
    proposal["stays"][0]["cause"] = bad
    proposal["why_not"]["reasons"]["zh"] = [bad]
    comparison = sample_sites.comparison()
    for scenario in comparison["scenarios"]:
        for row in scenario["ledger"]:
            row.update(name=bad, op=bad)
        for row in scenario["losers"]:
            row.update(facility=bad, town=bad)
    comparison["scenarios"][1]["name"] = bad
    site_map = draw_proposal(sample_sites.site_layers(), sample.summary(), proposal, title=bad)
    changes = draw_comparison(sample_sites.compared_layers(), sample.summary(), comparison,
                              title=bad)  # fmt: skip
    for number, page_map in enumerate((site_map, changes)):
        with visit(path=write_map(page_map, tmp_path / f"{number}.html")) as page:
            page.evaluate("document.querySelectorAll('summary').forEach(e => e.click())")
            page.evaluate("planner.cards.openMark(planner.state.plan.marks[0])")
            assert page.evaluate("window.harmed") is None
            assert page.locator("#page img").count() == 0
            assert "onerror" in text(page, ".planner-card")
