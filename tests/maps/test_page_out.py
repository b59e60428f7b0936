"""What the page hands out: addresses and tables, worked out by pure functions in Node."""

from __future__ import annotations

import csv
import io

import pytest

from tests.maps.in_node import in_node
from tests.samples import first

BOUNDS = [121.3, 31.2, 121.5, 31.5]


def test_a_table_opens_as_a_table_and_runs_nothing():
    rows = [["名称", "人数", "说明"], ["=1+1", -5, '说"好"'], ["+a", 1.5, "a,b\nc"],
            ["-x", None, "@y"], ["\tz", 0, "-"], ["2026-11", 3, "ok=1"]]  # fmt: skip
    written = in_node("writeCsv(rows)", rows=rows)
    assert written.startswith("\ufeff名称,人数,说明\r\n")
    read = list(csv.reader(io.StringIO(written.removeprefix("\ufeff"), newline="")))
    assert read[1:] == [
        ["'=1+1", "-5", '说"好"'], ["'+a", "1.5", "a,b\nc"], ["'-x", "", "'@y"],
        ["'\tz", "0", "'-"], ["2026-11", "3", "ok=1"],
    ]  # fmt: skip


def test_figures_of_a_table_are_kept_as_numbers():
    given = ["+1,200", "−35", "1,234,567", "34.5%", "2.9万", "12,34", " a \n b "]
    kept = in_node("given.map(plainCell)", given=given)
    assert kept == [1200, -35, 1234567, "34.5%", "2.9万", "12,34", "a b"]


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (["宝山区（演示）", None, "盲区", "2026-11"], "宝山区（演示）-盲区-2026-11.csv"),
        (["../../etc/a:b*c?", "x\u202egnp"], "etc_a_b_c_-xgnp.csv"),
        (["a" * 300], "a" * 80 + ".csv"),
    ],
)
def test_a_file_has_a_name_that_every_system_takes(parts, name):
    assert in_node("fileName(parts, 'csv')", parts=parts) == name


def test_an_address_leads_back_to_what_it_was_made_of():
    values = {
        "town": "大场镇 & 西=东",
        "tab": "todo",
        "card": "gap-3",
        "at": "31.3,121.4,13.5",
        "view": None,
    }
    link = in_node("writeLink(values)", values=values)
    assert link.startswith("#town=%E5%A4%A7")
    assert link.endswith("&tab=todo&card=gap-3&at=31.3,121.4,13.5")
    read = in_node("Object.fromEntries(readLink(link))", link=link)
    assert read == {name: value for name, value in values.items() if value}
    assert in_node("writeLink({ town: null })") == ""


@pytest.mark.parametrize(
    "link",
    first(4, ["", "#", "#gaps", "#%E0%A4%A", "#town=%E0%A4%A", "#" + "town=x&" * 500, "#=x"]),
)
def test_an_address_that_says_nothing_is_read_as_nothing(link):
    assert in_node("[...readLink(link)]", link=link) == []
    assert in_node("knowsLink(link)", link=link) is False


def test_cards_and_places_of_an_address_are_checked():
    words = [
        "gap-3",
        "gap-0",
        "gap--1",
        "gap-1e5",
        "constructor-1",
        "gap-99999999",
        "station-12",
        "",
    ]
    assert in_node("words.map(cardKey)", words=words) == [
        "g2",
        None,
        None,
        None,
        None,
        None,
        "f11",
        None,
    ]
    assert in_node("['g2', 'f11', null].map(cardWords)") == ["gap-3", "station-12", None]
    places = [
        "31.3,121.4,13.5",
        "31.3,121.4",
        "99,121.4,13",
        "31.3,121.4,99",
        "NaN,1,1",
        "1e9,1,1",
        "31.3,121.4,0",
    ]
    found = in_node("places.map((words) => placeOf(words, bounds))", places=places, bounds=BOUNDS)
    assert found == [{"lat": 31.3, "lng": 121.4, "zoom": 13.5}, *[None] * 6]
