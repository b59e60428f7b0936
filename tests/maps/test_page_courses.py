"""The tab of courses in a browser with the network cut: who goes where, when and how."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from planner.maps import PagePart, draw_map, write_map
from tests.maps import sample
from tests.maps.drawn import count_dots
from tests.maps.in_node import require_npm
from tests.maps.sample import DESKTOP, PHONE
from tests.maps.test_page_access import LOOK
from tests.maps.test_page_browser import TOO_NARROW
from tests.maps.test_page_walls import text
from tests.maps.test_payload_courses import read_part
from tests.maps.waiting import wait_for

if TYPE_CHECKING:
    from pathlib import Path

TEAL, OCHRE, GREEN = (31, 111, 96), (161, 92, 0), (143, 205, 189)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run with courses."""
    folder = tmp_path_factory.mktemp("courses")
    part = PagePart(*read_part(folder / "out"))
    page = draw_map(sample.layers(), sample.summary(), courses=part, title="演示区", synthetic=True,
                    date="2026-11")  # fmt: skip
    return write_map(page, folder / "map.html")


def test_who_goes_where(visit):
    with visit(reduced_motion="reduce") as page:
        page.click("#to-courses")
        tab = text(page, "#tab-courses")
        assert "3 场" in tab
        assert "7月1日至12月31日，点单 610 人" in tab
        assert "场次已是最少（已证明）" in tab
        for way in ("步行 15 分钟内\n100 人", "步行 15 至 30 分钟\n50 人", "大巴接送\n60 人",
                    "未能安排\n400 人"):  # fmt: skip
            assert way in tab
        # 丙 has no host within 30 minutes; 丁 ordered for more than any room holds.
        page.click("#fold-title-lonely")
        assert "丙村委" in text(page, "#fold-lonely")
        page.click("#fold-title-missed")
        assert "丁居委：“合唱”400 人" in text(page, "#fold-missed")
        page.select_option("#lesson", label="乙居委")
        shown = text(page, "#tab-courses")
        assert "9月3日 周四 9:30–11:00 · 大场站 · 步行 25 分钟，较远" in shown
        assert "lesson=committee-2" in page.evaluate("location.hash")
        page.click("#session-0")
        assert "甲居委" in text(page, ".lecture")
        assert "王老师" in text(page, ".lecture")
        # The host on the map leads to all that it holds.
        page.evaluate("planner.cards.open('e0')")
        assert "座位使用率\n60.0%" in text(page, "#tab-courses")
        assert page.locator("#sessions > li").count() == 2


@pytest.mark.nightly
def test_a_town_tells_what_is_held_there_apart_from_its_own_people(visit):
    with visit(hash_="#tab=courses&town=" + quote("大场镇")) as page:
        tab = text(page, "#tab-courses")
        assert "本街镇内 2 场" in tab
        assert "在本街镇上课：7月1日至12月31日共 2 场，180 人参加（不论来自哪里）。" in tab
        assert "参加 1 场，其中 0 场在外街镇。" in tab


@pytest.mark.nightly
def test_lines_lead_to_the_hosts(visit):
    with visit(reduced_motion="reduce") as page:
        assert count_dots(page, GREEN) > 1000  # who is within reach
        page.click("#to-courses")
        page.select_option("#lesson", label="乙居委")
        wait_for(page, "planner.state.lesson !== null")
        assert count_dots(page, GREEN) < 100
        assert count_dots(page, OCHRE) > 20
        assert count_dots(page, TEAL) < 20  # of another committee
        # A click on the host chooses it, one on a committee that.
        for key, kind in (("hosts[0]", "host"), ("committees[0]", "committee")):
            place = page.evaluate(f"""(() => {{ const one = planner.scene.courses.{key};
                const p = planner.map.latLngToContainerPoint(
                    planner.scene.plane.latLng(one.x, one.y)); return [p.x, p.y]; }})()""")
            page.mouse.click(*place)
            wait_for(page, f"planner.state.lesson && planner.state.lesson.kind === '{kind}'")
            assert page.evaluate("planner.state.lesson") == {"kind": kind, "index": 0}


@pytest.mark.nightly
@pytest.mark.parametrize(("size", "lang"), [(DESKTOP, "zh"), (PHONE, "en")])
def test_nothing_keeps_anybody_out(visit, size, lang):
    axe = (require_npm("axe-core") / "axe.min.js").read_text(encoding="utf-8")
    for lesson in ("", "&lesson=committee-2", "&lesson=host-1", "&lesson=course-1"):
        with visit(size, hash_=f"#tab=courses&lang={lang}{lesson}") as page:
            page.evaluate("document.querySelectorAll('#tab-courses details').forEach"
                          "((one) => { one.open = true })")  # fmt: skip
            page.evaluate(axe)
            assert page.evaluate(LOOK) == []


@pytest.mark.nightly
def test_a_name_of_the_data_is_text(visit):
    with visit(reduced_motion="reduce", hash_="#tab=courses&lesson=committee-4") as page:
        assert "=1+1" in text(page, ".lesson-name")
        assert page.locator("#tab-courses b").count() == 0
        assert "<b>&" in text(page, "#sessions")


@pytest.mark.nightly
def test_on_a_phone_in_english(visit):
    with visit(PHONE, reduced_motion="reduce", hash_="#tab=courses&lang=en") as page:
        assert "Sessions of courses" in text(page, "#tab-courses")
        assert "Within 15 minutes on foot" in text(page, "#tab-courses")
        page.click("#lesson-host")
        page.select_option("#lesson", index=1)
        assert "Seats taken" in text(page, "#tab-courses")
        assert page.evaluate(TOO_NARROW) == []


@pytest.mark.nightly
def test_the_paper_shows_the_courses_in_front(visit):
    with visit(reduced_motion="reduce", hash_="#tab=courses") as page:
        page.evaluate("planner.printing.makeNow()")
        paper = page.evaluate("document.getElementById('paper').innerText")
        assert "课程场次：谁去哪里" in paper
        assert "上课的站点，人数多的在前" in paper
        assert "最大的 10 处" not in paper
        page.select_option("#lesson", label="甲居委")
        page.evaluate("planner.printing.makeNow()")
        paper = page.evaluate("document.getElementById('paper').innerText")
        assert "甲居委：课程场次" in paper
        assert "2026-09-03" in paper
