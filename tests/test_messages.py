"""The Chinese of the command line: every entry says what its English says, with its values."""

import re
import time
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.cli.language import keep
from planner.errors import quote
from planner.texts.messages import load_catalogue, parse_template, translate
from tests.message_templates import collect_help, collect_templates

CATALOGUE = load_catalogue()

#: Sentences that only callers of the library meet, not the command line, and those files alone
#: may have some; a new sentence gets its entry, and this number only becomes smaller.
MOST_GAPS = 35
LIBRARY_ONLY = {
    "__init__.py",
    "crs/metric.py",
    "maps/page_parts.py",
    "network/_from_networkx.py",
    "network/links.py",
    "network/stored.py",
    "network/walk_network.py",
    "sources/cache.py",
    "sources/osm/extract_arrays.py",
    "texts/messages.py",
    "travel/isochrones.py",
    "travel/routes.py",
    "travel/streets.py",
    "travel/updates.py",
    "travel/wall_rules.py",
}
#: Sentences that would fit too much: they have an entry for each word that may stand in them.
IN_PARTS = {
    "target: {0} {1}: {2}",
    "{0}  {1} rows",
    "there is no {0} {1}",
    "{0}: row {1}: {2} {3} {4}",
    "{0} {1}; give {2} or an EPSG code like EPSG:32651",
    "{0}: heading {1} {2} twice; rename one of them",
}


def places_of(english: str) -> int:
    return sum(field is not None for _, field, _, _ in Formatter().parse(english))


def fill(template: str, values: list[str]) -> str:
    return (
        re.sub(r"\{(\d+)(?:![a-z])?\}", lambda place: values[int(place[1])], template)
        .replace("{{", "{")
        .replace("}}", "}")
    )


def test_each_entry_is_found_and_its_values_stay():
    """Values that look like nothing else; of signs alone one part has to be a sentence."""
    wrong = []
    for english, chinese in CATALOGUE.items():
        values = [f"«{number}»" for number in range(places_of(english))]
        told = list(values)
        if not parse_template(english, chinese).has_words:
            values[-1], told[-1] = "a run can start", "可以运行"
        if (line := translate(fill(english, values))) != fill(chinese, told):
            wrong.append((english, line))
    assert wrong == []


def test_what_a_command_may_say_has_its_chinese():
    collected = collect_templates()
    gaps = {text: where for text, where in collected.items() if text not in CATALOGUE}
    missing = {text: where for text, where in gaps.items() if text not in IN_PARTS}
    assert {text: where for text, where in missing.items() if where not in LIBRARY_ONLY} == {}
    assert len(missing) <= MOST_GAPS
    assert set(gaps) >= IN_PARTS
    assert len(collected) > 500  # the walk finds them


def test_every_help_text_has_its_chinese():
    assert [text for text in collect_help() if translate(text) == text] == []


def test_no_entry_is_so_short_that_it_takes_what_is_not_its_own():
    """A sentence that begins with a value needs words that hardly stand in another."""
    short = [
        english
        for english, chinese in CATALOGUE.items()
        if (template := parse_template(english, chinese)).has_words
        and not template.english[0]
        and len("".join(template.english).replace(" ", "")) < 8
    ]
    assert sorted(short) == sorted(SHORT)


#: What is as short all the same, because nothing longer stands beside its values.
SHORT = [
    "{0} faults: {1}",
    "{0} is empty",
    "{0} read as {1}",
    "{0} workers",
    "{0}% by {1}",
    "{0}, {1} times",
    "{0}: row {1} ({2}): {3}",
    "{0}: row {1}: {2}",
    "{0}; give {1}",
]


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("warning: 3 facilities join no street: A, B", "警告：3 处站点未接入道路：A, B"),
        ("a.csv: row 3: lon is empty; mend the file", "a.csv：第 3 行：lon 为空；请改正文件"),
        (
            "p.toml: 2 faults: x: unknown key; did you mean y? | z: 3 will not do; write a number",
            "p.toml：共 2 处错误：x：未知的键；是否为 y？ | z：3 不可用；请写数字",
        ),
        (
            "a.csv: no column 'houzing'; did you mean housing? it has name; add or rename it",
            "a.csv：没有列 'houzing'；是否为 housing？现有 name；请添加或改名",
        ),
        ("warning: ... 44 more; --json lists all", "警告：…… 另有 44 条；--json 列出全部"),
        ("outside the study area; check its place", "在研究范围之外；请检查其位置"),
        (
            "f.csv: level: 区级 -> district (1 row), 街镇级 -> town (12 rows)",
            "f.csv：level：区级 -> district（1 行）, 街镇级 -> town（12 行）",
        ),
        (
            "all: 9 -> 8 of 10 covered, share 90.0% -> 80.0%; newly covered 1, beside them 2 not "
            "judged before (3 in all), 4 lost",
            "合计：10 人中覆盖 9 -> 8，覆盖率 90.0% -> 80.0%；"
            "新增覆盖 1，另有 2 原无法判断（合计 3），失去 4",
        ),
        (
            "p.toml: crs: 'x' will not do; unknown crs 'x'; give B or an EPSG code like EPSG:32651",
            "p.toml：crs：'x' 不可用；无法识别的坐标系 'x'；请写 B，或 EPSG:32651 这样的 EPSG 代码",
        ),
        (
            "s.json: edit 2: move F1: lon is missing; add it",
            "s.json：第 2 项改动：move F1：缺少 lon；请添加",
        ),
        ("give one of 'a; b', c; mend the file", "请写 'a; b', c 之一；请改正文件"),
        ("a sentence that nobody has put into Chinese", None),
        ("x: nobody has put this into Chinese; or this", None),
    ],
)
def test_sentences_within_sentences(english: str, chinese: str | None):
    assert translate(english) == (english if chinese is None else chinese)


@pytest.mark.parametrize(
    "name",
    ["residents", "F1: row 2: x", "a; give b", "no street near", "x | y", "{0}", "is empty", "\\'"],
)
def test_a_name_is_never_altered(name: str):
    line = f"f.csv: row 4: facility_id {name!r} already stands in row 2; give each row its own"
    assert (
        translate(line)
        == f"f.csv：第 4 行：facility_id {name!r} 已在第 2 行出现；请给每行单独的编号"
    )
    assert translate(f"gap 1: {name}, 29,172 residents") == f"服务盲区 1：{name}, 29,172 位居民"


@pytest.mark.parametrize(
    "name", ["residents", "warning", "f: row 2: x", "a, 3 lost (all)", "x | y", "'"]
)
def test_a_marked_name_is_never_altered(name: str):
    line = f"2. close {keep(name)}: newly covered 0, 5 lost (residents)"
    assert translate(line) == f"2. 关闭站点 {keep(name)}：新增覆盖 0，失去 5（居民）"
    assert translate(f"warning: {keep(name)}") == f"警告：{keep(name)}"
    assert translate(keep(name)) == keep(name)


@pytest.mark.parametrize("count", [2, 9, 25])
def test_every_fault_of_a_long_list_is_in_chinese(count: int):
    faults = [
        "town 'A | B' is not among the 2 of area.towns; write it as there",
        "facility_id 'F1' is not in f.csv; correct it or leave it empty",
        "lon and lat look swapped; export it with lon first",
        "cutoff is empty; mend the file",
    ]
    rows = [f"row {row}: {faults[row % len(faults)]}" for row in range(count)]
    line = translate(f"a.csv: {count} faults: {' | '.join(rows)} | and 7 more faults")
    assert line.startswith(f"a.csv：共 {count} 处错误：第 0 行：街镇 'A | B' 不在 area.towns")
    assert line.endswith(" | 另有 7 处错误")
    assert not any(word in line for word in ("row", "is", "; ", "export", "which"))


def test_a_word_alone_is_a_name_unless_the_sentence_says_otherwise():
    assert translate("warning") == "警告"
    assert translate("f.csv: row 2: closed") == "f.csv：第 2 行：closed"


#: Pieces of sentences, which a name may hold as well.
PIECES = st.sampled_from(["; give ", ": row 2: ", " | ", "'", '"', "already stands in row 3", "a"])


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=30).map("".join)))
def test_a_value_in_quotes_is_never_altered(name: str):
    value = quote(name)
    line = f"f.csv: row 4: facility_id {value} already stands in row 2; give each row its own"
    told = f"f.csv：第 4 行：facility_id {value} 已在第 2 行出现；请给每行单独的编号"
    assert translate(line) == told


@pytest.mark.parametrize("sign", [": ", "; ", " | ", "'", ", ", "row 1: ", "x"])
def test_a_hostile_line_takes_no_time(sign: str):
    # Time of the processor: others may keep the machine busy meanwhile.
    start = time.process_time()
    translate(sign * (100_000 // len(sign)))
    assert time.process_time() - start < 2
