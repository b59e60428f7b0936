"""Rows matched to a small invented town, metres; every place and every doubt by hand."""

import random

import numpy as np
import pandas as pd
import pytest

from planner.sources.locating import Asked, build_gazetteer, locate_rows

KNOWN = [
    # name, address, kind, town, x, y, radius_m
    ("友谊路街道", "", "town", "友谊路街道", 0, 0, 2000),
    ("大场镇", "", "town", "大场镇", 9000, 0, 3000),
    ("宝钢一村", "", "compound", "友谊路街道", 0, 0, 150),
    ("宝钢二村", "", "compound", "友谊路街道", 700, 0, 150),
    ("宝钢十一村", "", "compound", "友谊路街道", 1400, 0, 150),
    ("新民小区", "", "compound", "友谊路街道", 0, 1500, 150),
    ("新民小区", "", "compound", "大场镇", 9000, 1500, 150),
    ("大华一居委会", "", "committee", "大场镇", 8000, 0, 200),
    ("大华二居委会", "", "committee", "大场镇", 8900, 0, 200),
    ("好日子大家园A区", "", "compound", "大场镇", 8000, 900, 150),
    ("好日子大家园B区", "", "compound", "大场镇", 8700, 900, 150),
    ("水产路小学", "水产路10号", "amenity", "友谊路街道", 100, 300, np.nan),
    ("图书馆", "水产路20号", "amenity", "友谊路街道", 200, 300, np.nan),
    ("", "友谊路88弄3号", "address", "友谊路街道", 500, 800, np.nan),
    ("", "友谊路88弄5号", "address", "友谊路街道", 560, 800, np.nan),
    ("", "友谊路98弄1号", "address", "友谊路街道", 900, 800, np.nan),
    ("牡丹江路", "", "street", "友谊路街道", 0, -800, 1500),
    ("共康路", "", "street", "友谊路街道", 2000, 0, 900),
    ("共康路/牡丹江路", "", "crossing", "友谊路街道", 1500, -800, np.nan),
    ("永辉超市", "", "amenity", "友谊路街道", 300, 100, np.nan),
    ("永辉超市", "", "amenity", "大场镇", 9500, 100, np.nan),
    ("罗店(公交站)", "", "stop", "友谊路街道", 50, 50, np.nan),
]
COLUMNS = ["name", "address", "kind", "town", "x", "y", "radius_m"]


def locate(name: str = "", address: str = "", town: str = "", known=KNOWN):
    gazetteer = build_gazetteer(pd.DataFrame(known, columns=COLUMNS))
    return locate_rows([Asked(name, address, town)], gazetteer)[0]


def place(located) -> tuple[float, float]:
    return located.candidates[0].x, located.candidates[0].y


CENTRES = [
    ("大场镇党群服务中心（演示）", "", "facility", "大场镇", 9100, 50, np.nan),
    ("友谊路街道党群服务中心（演示）", "", "facility", "友谊路街道", 40, 60, np.nan),
    ("党群服务中心", "", "amenity", "", 4000, 4000, np.nan),
]


@pytest.mark.parametrize(
    "name", ["月浦镇党群服务中心（演示）", "月浦镇党群服务中心", "月浦镇社区活动室"]
)
def test_the_centre_of_another_town_is_another_one(name: str):
    assert locate(name, known=KNOWN + CENTRES).confidence == "none"


@pytest.mark.parametrize("name", ["党群服务中心", "社区党群服务中心", "活动室"])
def test_a_name_that_only_says_what_is_there_says_no_place(name: str):
    assert locate(name, known=KNOWN + CENTRES).confidence == "none"


def test_the_centre_of_a_town_is_found_by_the_town():
    located = locate("上海市宝山区大场镇党群服务中心", known=KNOWN + CENTRES)
    assert place(located) == (9100.0, 50.0)


def test_a_town_alone_is_a_guess_as_wide_as_the_town():
    located = locate("友谊路街道活动室", known=KNOWN + CENTRES)
    assert (place(located), located.confidence) == ((0.0, 0.0), "guess")
    assert located.candidates[0].radius_m == 2000.0


@pytest.mark.parametrize(
    "name",
    [
        "宝钢一村", "宝钢1村", "宝钢１村居委会", "上海市宝山区友谊路街道宝钢一村党群服务站",
        "宝钢第一村党群服务站", "宝钢一村（北块）睦邻点", " 宝钢一村 活动室 ",
    ],
)  # fmt: skip
def test_one_compound_in_many_words_is_certain(name: str):
    located = locate(name)
    assert place(located) == (0.0, 0.0)
    assert (located.confidence, located.doubts) == ("certain", ())
    assert located.candidates[0].radius_m == 150.0


@pytest.mark.parametrize(
    ("name", "there"),
    [("宝钢二村居委会", (700.0, 0.0)), ("宝钢十一村居委会", (1400.0, 0.0))],
)
def test_another_number_is_another_place(name: str, there: tuple[float, float]):
    assert place(locate(name)) == there


@pytest.mark.parametrize("name", ["宝钢三村居委会", "宝钢二十一村", "宝钢111村"])
def test_a_number_that_nobody_knows_is_nowhere(name: str):
    assert locate(name).confidence == "none"


def test_letters_tell_parts_of_a_compound_apart():
    assert place(locate("好日子大家园B区居委会")) == (8700.0, 900.0)
    assert locate("好日子大家园C区居委会").confidence == "none"


def test_committees_of_one_name_are_told_apart_by_their_number():
    assert place(locate("大华二居委会")) == (8900.0, 0.0)
    assert place(locate("大华第一居委会")) == (8000.0, 0.0)


def test_two_places_of_one_name_are_never_certain_without_the_town():
    located = locate("新民小区")
    assert located.confidence == "guess"
    assert "several" in located.doubts
    assert len(located.candidates) == 2


@pytest.mark.parametrize(
    ("name", "town", "there"),
    [
        ("新民小区党群服务站", "大场镇", (9000.0, 1500.0)),
        ("友谊路街道新民小区", "", (0.0, 1500.0)),
    ],
)
def test_the_town_tells_places_of_one_name_apart(name: str, town: str, there: tuple[float, float]):
    located = locate(name, town=town)
    assert place(located) == there
    assert located.confidence == "certain"


def test_another_town_than_the_row_says_is_no_certainty():
    located = locate("宝钢一村居委会", town="大场镇")
    assert located.confidence == "guess"
    assert "other_town" in located.doubts


def test_a_house_is_found_by_its_number():
    located = locate("党群服务站", "上海市宝山区友谊路街道水产路20号2楼201室")
    assert place(located) == (200.0, 300.0)
    assert located.confidence == "certain"


def test_a_house_between_two_that_are_close_is_certain():
    located = locate("", "水产路15号")
    # Odd numbers are not known, so the even ones count: 5 of 10 numbers from 10 to 20.
    assert place(located) == pytest.approx((150.0, 300.0))
    assert located.confidence == "certain"


def test_a_house_between_two_that_are_far_apart_is_likely():
    houses = [("", f"水产路{n}号", "address", "", x, 0, np.nan) for n, x in ((10, 0), (110, 800))]
    located = locate("", "水产路60号", known=houses)
    # Half of the way; up to half of 800 m off, and more where the numbers stand unevenly.
    assert place(located) == pytest.approx((400.0, 0.0))
    assert located.candidates[0].radius_m >= 400.0
    assert located.confidence == "likely"


def test_lanes_are_told_apart():
    assert place(locate("", "友谊路88弄7号")) == pytest.approx((530.0, 800.0))
    assert locate("", "友谊路88弄7号").confidence == "certain"
    other = locate("", "友谊路98弄")
    assert place(other) == (900.0, 800.0)
    # One address of a lane may be at its far end, so less is known of where its gate is.
    assert other.candidates[0].radius_m == 200.0
    assert other.confidence == "certain"


def test_an_address_outweighs_the_name_of_a_chain():
    located = locate("永辉超市", "水产路20号")
    assert place(located) == (200.0, 300.0)
    assert located.confidence == "certain"


def test_only_a_street_is_a_guess():
    located = locate("", "牡丹江路")
    assert located.confidence == "guess"
    assert located.candidates[0].ways == ("street",)


@pytest.mark.parametrize(
    "address", ["共康路牡丹江路路口", "牡丹江路、共康路交叉口西北50米", "共康路近牡丹江路"]
)
def test_where_two_streets_cross_is_likely(address: str):
    located = locate("党群驿站", address)
    assert place(located) == (1500.0, -800.0)
    assert located.confidence == "likely"


def test_a_shop_of_many_is_never_certain_by_its_name():
    one = [row for row in KNOWN if row[3] != "大场镇" or row[2] == "town"]
    assert locate("永辉超市", known=one).confidence == "likely"
    assert locate("永辉超市").confidence == "guess"


def test_name_and_address_that_differ_are_not_certain():
    located = locate("新民小区党群服务站", "水产路20号", "友谊路街道")
    assert located.confidence != "certain"
    assert {"several", "contradiction"} & {*located.doubts}


def test_a_stop_proves_nothing():
    assert locate("罗店居委会").confidence in ("likely", "guess", "none")


def test_a_similar_name_is_at_most_likely():
    located = locate("水产路第小学校")
    assert located.confidence in ("likely", "guess")
    assert located.candidates[0].label == "水产路小学"


def test_a_name_that_goes_on_is_another_place():
    known = [("张华", "", "compound", "", 0, 0, 100)]
    for name in ("张华路小学", "北张华小学", "张华公园"):
        assert locate(name, known=known).confidence in ("none", "guess")


def test_only_the_town_is_a_guess_with_its_radius():
    located = locate("党群服务中心", town="大场镇")
    assert (located.confidence, located.candidates[0].radius_m) == ("guess", 3000.0)


@pytest.mark.parametrize(
    "name",
    ["", " ", "()", "（（（（", "村", "路", "号" * 5_000, "一" * 5_000, "(" * 5_000, "=1+1", "\t",
     "a b" * 3_000, "路1号" * 2_000, "\u202e村1", "🏠🏠🏠"],
)  # fmt: skip
def test_a_name_that_is_none_finds_nothing_and_stops_nothing(name: str):
    assert locate(name, name, name).confidence in ("none", "guess")


def test_the_order_of_rows_and_places_changes_nothing():
    rows = [
        Asked("宝钢一村居委会"),
        Asked("新民小区"),
        Asked(address="水产路15号"),
        Asked("永辉超市"),
    ]
    asked = dict(
        zip(
            rows,
            locate_rows(rows, build_gazetteer(pd.DataFrame(KNOWN, columns=COLUMNS))),
            strict=True,
        )
    )
    for seed in range(5):
        known, shuffled = KNOWN.copy(), rows.copy()
        random.Random(seed).shuffle(known)
        random.Random(seed).shuffle(shuffled)
        gazetteer = build_gazetteer(pd.DataFrame(known, columns=COLUMNS))
        assert dict(zip(shuffled, locate_rows(shuffled, gazetteer), strict=True)) == asked


def test_homes_that_are_only_names_are_recognised_in_what_stands_in_them():
    known = [
        ("海滨三村幼儿园", "牡丹江路454弄81号", "amenity", "", 100, 0, np.nan),
        ("联华超市", "海滨三村12号", "amenity", "", 200, 0, np.nan),
    ]
    gazetteer = build_gazetteer(pd.DataFrame(known, columns=COLUMNS), ["海滨三村居委会"])
    located = locate_rows([Asked("海滨三村党群服务站")], gazetteer)[0]
    assert place(located) == (150.0, 0.0)
    assert located.confidence == "certain"


@pytest.mark.parametrize(
    "name", ["党群服务站（宝钢一村）", "党群服务站-宝钢一村", "友谊路宝钢一村", "宝钢壹村"]
)
def test_homes_in_brackets_or_behind_a_short_town_are_certain(name: str):
    located = locate(name)
    assert (place(located), located.confidence) == ((0.0, 0.0), "certain")


@pytest.mark.parametrize("town", ["大场", "宝山区大场镇", "月浦镇"])
def test_a_town_that_is_short_or_unknown_contradicts_too(town: str):
    located = locate("宝钢一村", town=town)
    assert (located.confidence, "other_town" in located.doubts) == ("guess", True)


@pytest.mark.parametrize("name", ["嘉定区宝钢一村", "南京市宝钢一村", "江苏省南京市宝钢一村"])
def test_a_row_of_another_district_or_city_than_the_others_is_a_guess(name: str):
    gazetteer = build_gazetteer(pd.DataFrame(KNOWN, columns=COLUMNS))
    others = [
        Asked("宝钢一村", address)
        for address in ("上海市宝山区水产路20号", "上海市宝山区水产路22号")
    ]
    *certain, odd = locate_rows([*others, Asked(name)], gazetteer)
    assert "other_region" in odd.doubts
    assert odd.confidence == "guess"
    assert all("other_region" not in row.doubts for row in certain)


def test_a_district_that_all_rows_name_is_their_own():
    assert locate("宝山区宝钢一村").confidence == "certain"
    assert locate("上海市宝山区宝钢一村").confidence == "certain"


def test_a_house_in_another_town_than_the_row_says_is_a_guess():
    assert locate("", "水产路20号", "友谊路街道").confidence == "certain"
    assert locate("", "水产路20号", "大场镇").doubts == ("other_town", "weak")


def test_two_homes_in_one_name_are_both_candidates():
    """The two lie 700 m apart, so neither is sure; 宝钢12村 is a third one."""
    known = [*KNOWN, ("宝钢十二村", "", "compound", "友谊路街道", 5000, 0, 150)]
    located = locate("宝钢一二村居委会", known=known)
    assert {(one.x, one.y) for one in located.candidates} == {(0.0, 0.0), (700.0, 0.0)}
    assert located.confidence == "guess"
    assert place(locate("宝钢十二村居委会", known=known)) == (5000.0, 0.0)


@pytest.mark.parametrize("name", ["宝钢一村二期", "宝钢一村东区", "宝钢一村B区居委会"])
def test_a_part_of_homes_is_likely(name: str):
    located = locate(name)
    assert (place(located), located.confidence) == ((0.0, 0.0), "likely")


@pytest.mark.parametrize(
    ("name", "radius_m"),
    [("宝钢一村对面", 250.0), ("宝钢一村北侧", 250.0), ("宝钢一村以北200米", 350.0)],
)  # 150 and 100, or what it says
def test_beside_a_place_is_a_street_away_or_as_far_as_it_says(name: str, radius_m: float):
    assert locate(name).candidates[0].radius_m == radius_m
    assert locate("宝钢一村以北800米").confidence != "certain"


def test_words_for_homes_alone_are_no_name():
    known = [("花园", "", "compound", "", 0, 0, 100)]
    assert locate("国际花园", known=known).confidence in ("none", "guess")
    assert locate("花园居委会", known=known).confidence == "certain"


def test_a_number_behind_a_name_makes_another_one():
    known = [("Vila Nova", "", "compound", "", 0, 0, 100)]
    assert locate("Vila Nova", known=known).confidence == "certain"
    assert locate("Vila Nova 2", known=known).confidence == "none"


def test_a_name_and_an_address_that_agree_are_certain_together():
    """Half of the way between two houses 800 m apart: 120 + 400 + 100 m may be off."""
    houses = [("", f"水产路{n}号", "address", "", x, 0, np.nan) for n, x in ((10, 0), (110, 800))]
    shop = ("永辉超市", "", "amenity", "", 420, 30, np.nan)
    assert locate("", "水产路60号", known=houses).candidates[0].radius_m == 620.0
    assert locate("永辉超市", known=[shop]).confidence == "likely"
    located = locate("永辉超市", "水产路60号", known=[*houses, shop])
    # The shop is the narrower of the two.
    assert (place(located), located.confidence) == ((420.0, 30.0), "certain")
    away = ("永辉超市", "", "amenity", "", 3000, 30, np.nan)
    assert locate("永辉超市", "水产路60号", known=[*houses, away]).confidence != "certain"
