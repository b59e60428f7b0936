"""What the page says of numbers, and the rows that it finds for them: pure functions, in Node."""

from __future__ import annotations

from typing import Any

import pytest

from planner.rounding import format_percent
from planner.texts import TEXTS
from tests.maps.in_node import in_node

LANGUAGES = {language: dict(texts) for language, texts in TEXTS.items()}


def say(expression: str, language: str = "zh") -> Any:
    """Return the value of an expression in which `words` speaks a language."""
    made = "((words) => ({expression}))(new Words(texts, language))"
    return in_node(made.replace("{expression}", expression), texts=LANGUAGES, language=language)


def test_a_share_short_of_all_or_above_nothing_is_not_rounded_to_it():
    shares = say("[1, 0.99996, 0.9994, 0.0004, 0].map((share) => words.share(share))")
    assert shares == ["100.0%", "99.9%", "99.9%", "<0.1%", "0.0%"]


def test_the_page_writes_shares_as_report_and_command_line_do():
    """Every ten-thousandth, and shares of 400, among them some in the middle of two tenths."""
    shares = [number / 10_000 for number in range(10_001)] + [n / 400 for n in range(400)]
    said = in_node("shares.map((share) => new Words(texts, 'en').share(share))",
                   shares=shares, texts=LANGUAGES)  # fmt: skip
    assert said == [format_percent(share) for share in shares]
    beside = in_node("shares.map((share) => new Words(texts, 'en').shareBeside(share, 0.85))",
                     shares=shares, texts=LANGUAGES)  # fmt: skip
    assert beside == [format_percent(share, 0.85) for share in shares]


def test_a_share_that_misses_its_target_is_not_rounded_up_to_it():
    assert say("words.shareBeside(0.8497, 0.85)") == "84.9%"
    assert say("words.shareBeside(0.8497, null)") == "85.0%"
    assert say("words.shareBeside(0.85, 0.85)") == "85.0%"
    assert say("words.target(0.855)") == "85.5%"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ["–", "0", "999", "1,000", "9,990", "1.0万", "227.0万"]),
        ("en", ["–", "0", "999", "1,000", "9,990", "10,000", "2,270,000"]),
    ],
)
def test_people_are_rounded_to_what_the_data_can_bear(language, said):
    """To tens from 1,000; from 9,995 on to tenths of 万, in English to thousands."""
    people = "[null, 0, 999, 1004, 9994, 9995, 2270000].map((n) => words.people(n))"
    assert say(people, language) == said


def test_minutes_just_over_the_cutoff_do_not_read_as_if_within():
    minutes = "[14.6, 15, 15.2, 15.6].map((minutes) => words.minutes(minutes, 15))"
    assert say(minutes) == ["15 分钟", "15 分钟", "15 分钟多", "16 分钟"]
    assert say(minutes, "en") == ["15 min", "15 min", "just over 15 min", "16 min"]


def test_metres_are_rounded_to_tens_from_a_hundred():
    assert say("[94.6, 104, 1458].map((metres) => words.metres(metres))") == ["95", "100", "1,460"]


def test_a_word_of_the_data_that_has_no_text_stands_as_it_is():
    assert say("words.term('cause', 'volcano')", "en") == "volcano"
    assert say("words.say('nothing of this name')", "en") == "nothing of this name"
    # no text is inherited from every object
    assert say("words.say('constructor')", "en") == "constructor"


#: 85.004 % of those who can be judged, written to the file as 0.85.
ROW = {"area": "all", "kind": "residential", "cutoff_minutes": 15, "people": 100_000,
       "covered": 80_000, "gap": 14_113, "unknown": 5_887, "share": 0.85, "share_low": 0.8,
       "share_high": 0.8589}  # fmt: skip
CHECK = {"rule_id": "rule", "area": "all", "kind": "residential", "cutoff_minutes": 15,
         "result": "met", "share": None}  # fmt: skip
NOBODY = "{profile: null, group: null, moment: null}"


SUMMARY = {"profile": "adult", "cutoffs": [5, 10, 15], "coverage": [ROW], "checks": [],
           "profiles": [], "groups": [], "moments": [], "services": [], "completeness": {},
           "uncertainty": {}}  # fmt: skip


def look_up(expression: str, **more: object) -> Any:
    """Return the value of an expression in which `summary` looks rows up."""
    return in_node(f"((summary) => ({expression}))(new Summary(data))", data=SUMMARY | more)


def test_shares_are_worked_out_anew_from_people():
    found = look_up(f"summary.row({NOBODY}, 'all', 'residential', 15)")
    assert found["share"] == pytest.approx(80_000 / 94_113)
    assert found["share_low"] == pytest.approx(0.8)
    assert found["share_high"] == pytest.approx(0.85887)
    unknown = ROW | {"share": None, "covered": 0, "gap": 0, "unknown": 100_000}
    assert look_up(f"summary.row({NOBODY}, 'all', '', 15).share", coverage=[unknown]) is None


def test_groups_and_moments_have_the_last_cutoff_alone():
    night = {"area": "all", "kind": "residential", "moment": "night", "cutoff_minutes": 15}
    of_night = "summary.cutoffsOf({moment: 'night'})"
    assert look_up(of_night, moments=[night]) == [15]
    assert look_up(f"summary.cutoffsOf({NOBODY})", coverage=[ROW, ROW | {"cutoff_minutes": 5}]) == [
        5, 15,
    ]  # fmt: skip


def test_the_target_of_a_card_is_the_plans_own_where_it_has_one():
    """Checks of a level, domain, moment, profile, or other people than the card's do not count."""
    own = CHECK | {"rule_id": "target-residential"}
    others = [
        {"level": "town"}, {"domains": ["mall"]}, {"moment": "night"}, {"profile": "child"},
        {"result": None}, {"tier": "rural", "people": 7},
    ]  # fmt: skip
    tables = [[CHECK, own], [CHECK], *([CHECK | other] for other in others)]
    found = in_node(
        f"""tables.map((checks) => new Summary({{ ...data, checks }})
            .target({NOBODY}, 'all', 'residential', 15)).map((row) => row ? row.rule_id : null)""",
        data=SUMMARY,
        tables=tables,
    )
    assert found == ["target-residential", "rule", *(None for _ in others)]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ["每个名额 3.3 名居民", "1.2万名居民", "年接待 64.0万人次",
                "999 名居民 · 年接待 5 人次", ""]),
        ("en", ["3.3 residents per place", "12,000 residents", "640,000 visits a year",
                "999 residents, 5 visits a year", ""]),
    ],
)  # fmt: skip
def test_a_load_says_of_what_it_is_and_visits_stand_beside_it(language, said):
    stations = [
        {"load": 3.333, "visits": None, "byCapacity": True},
        {"load": 12_345.6, "visits": None, "byCapacity": False},
        {"load": None, "visits": 640_000, "byCapacity": True},
        {"load": 999.2, "visits": 5, "byCapacity": False},
        {"load": None, "visits": None, "byCapacity": False},
    ]
    told = in_node(
        "stations.map((one) => loadWords(one, new Words(texts, language)))",
        stations=stations, texts=LANGUAGES, language=language,
    )  # fmt: skip
    assert told == said
