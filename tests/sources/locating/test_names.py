"""Names and addresses taken apart: numerals, regions, what is there, lanes and houses."""

import pytest

from planner.sources.locating.addresses import Address, find_address, find_streets
from planner.sources.locating.names import list_numbers, normalise, read_name

TOWNS = ("友谊路街道", "大场镇", "顾村镇")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("宝钢一村", "宝钢1村"),
        ("宝钢十二村", "宝钢12村"),
        ("宝钢二十村", "宝钢20村"),
        ("一二八纪念路", "128纪念路"),
        ("一百二十弄", "120弄"),
        ("第三居委会", "3居委会"),
        ("百合苑", "百合苑"),
        ("１２１号", "121号"),
        ("São João", "sao joao"),
        ("三千二百号", "3200号"),
        ("一百零五弄", "105弄"),
        ("宝钢壹村", "宝钢1村"),
        ("陆家宅", "陆家宅"),
        # Its second and its third village, not its 23rd; 四一 is in no order.
        ("月浦二三村居委会", "月浦2、3村居委会"),
        ("四一村", "41村"),
    ],
)
def test_numerals_and_widths_are_unified(text: str, same: str):
    assert normalise(text) == same


@pytest.mark.parametrize(
    ("text", "stem", "part", "town"),
    [
        ("宝钢一村居委会", "宝钢1村", "", ""),
        ("宝钢一村居委会党群服务站", "宝钢1村", "", ""),
        ("上海市宝山区友谊路街道宝钢一村党群服务站", "宝钢1村", "", "友谊路街道"),
        ("宝山区大场镇大华二村二居委会", "大华2村", "2", "大场镇"),
        ("新顾村大家园第一居委会", "新顾村大家园", "1", ""),
        ("天馨花园社区党群服务中心", "天馨花园", "", ""),
        ("共富新村睦邻点（北块）", "共富新村", "", ""),
        ("沈宅村村委会", "沈宅村", "", ""),
        ("泰和新城(公交站)", "泰和新城", "", ""),
        ("党群服务中心", "党群服务中心"[:2], "", ""),
    ],
)
def test_what_is_there_and_regions_are_taken_off(text: str, stem: str, part: str, town: str):
    name = read_name(text, TOWNS)
    assert (name.stem, name.part, name.town) == (stem, part, town)


@pytest.mark.parametrize("text", ["城市花园", "居民区", "小区", "上海大学", "市一路小学", "东区"])
def test_a_name_that_only_looks_like_a_region_stays(text: str):
    assert read_name(text, TOWNS).bare == normalise(text)


def test_numbers_and_letters_tell_places_apart():
    assert list_numbers("88弄3号") == ("88", "3")
    assert list_numbers(normalise("好日子大家园B区")) == ("b",)
    assert list_numbers("098弄") == list_numbers("98弄")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("水产路2859号", Address("水产路", 2859, lane=False)),
        ("上海市宝山区大场镇水产路２８５９号（学院本部）", Address("水产路", 2859, lane=False)),
        ("友谊路88弄3号201室", Address("友谊路", 88, lane=True)),
        ("共和新路3088弄", Address("共和新路", 3088, lane=True)),
        ("通河路531-539号红太阳广场", Address("通河路", 531, lane=False)),
        ("水产路三十号", Address("水产路", 30, lane=False)),
        ("丹霞山路349", Address("丹霞山路", 349, lane=False)),
        ("Rua Bom Jesus, 123 - Centro", Address("rbomjesus", 123, lane=False)),
        ("12 Main Street, Springfield", Address("mainst", 12, lane=False)),
        ("水产路3200甲号", Address("水产路", 3200, lane=False)),
        ("水产路３２００号乙", Address("水产路", 3200, lane=False)),
        # Two houses are not one of a larger number, however they are parted.
        ("水产路12、14号", Address("水产路", 12, lane=False)),
        ("水产路12—14号", Address("水产路", 12, lane=False)),
        ("水产路12至14号", Address("水产路", 12, lane=False)),
        ("水产路12/14号", Address("水产路", 12, lane=False)),
        ("R. Bom Jesus 123", Address("rbomjesus", 123, lane=False)),
        (
            "Rua Bom Jesus nº 123, Porto Alegre - RS, 90010-190",
            Address("rbomjesus", 123, lane=False),
        ),
        # The number in a name is not that of a house.
        ("Rua 7 de Setembro, 630", Address("r7desetembro", 630, lane=False)),
        ("Rua 7 de Setembro", None),
        ("123 Main St.", Address("mainst", 123, lane=False)),
        ("Mannerheimintie 12 A", Address("mannerheimintie", 12, lane=False)),
        ("Hauptstraße 5b", Address("hauptstr", 5, lane=False)),
        ("90010-190 Porto Alegre", None),
        ("友谊路", None),
        ("", None),
    ],
)
def test_an_address_is_read(text: str, address: Address | None):
    assert find_address(text, (), TOWNS) == address


def test_of_what_stands_before_the_number_the_known_street_is_taken():
    text = "城市工业园区之间共富路75号"
    assert find_address(text, {"共富路"}) == Address("共富路", 75, lane=False)
    assert find_streets("共富路近蕰川路", {"共富路", "富路", "蕰川路"}) == ["共富路", "蕰川路"]
    assert find_streets("大场镇共富路口", {"共富路"}, TOWNS) == ["共富路"]


def test_a_street_within_the_name_of_another_one_is_not_taken():
    """西大名路 is not 大名路, 大华一路 not 1路 (of a bus), and 平路 too short to be cut out."""
    known = {"大名路", "1路", "平路"}
    for text in ("西大名路12号", "大华一路12号", "四平路12号"):
        assert find_address(text, known).street not in known
    assert find_address("港口大名路12号", known).street == "大名路"


@pytest.mark.parametrize("text", ["Hauptstr. 5", "HAUPTSTRASSE 5", "Hauptstraße 5, 00100 Berlin"])
def test_of_several_numbers_that_of_a_known_street_is_taken(text: str):
    known = {"hauptstr"}
    assert find_address(text, known) == Address("hauptstr", 5, lane=False)
    assert find_address(f"00100 Berlin, {text}", known) == Address("hauptstr", 5, lane=False)
    assert find_address("Hauptstr. 5 Hinterhaus 12", known) == Address("hauptstr", 5, lane=False)


def test_a_street_is_found_among_whole_words():
    known = {"ra", "rana", "ranamaria"}
    assert find_streets("Ranamaria Ferrara", known - {"ranamaria"}) == []
    assert find_streets("Bar, Rua A - Centro", known) == ["ra"]
    assert find_streets("R. Ana Maria com Rua Ana", known) == ["ranamaria", "rana"]
