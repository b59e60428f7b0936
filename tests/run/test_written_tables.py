"""Tables as people write them give the same results as those in our words, in any order."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.reports import write_result
from planner.run import run_plan
from planner.run.check import check_inputs
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from tests.cities.small_city import FACILITIES, write_city, write_lines

PLACES = [*FACILITIES["test"], (26.9530, 60.5313)]
OURS = ["name,lon,lat,level,capacity,status"] + [
    f"{name},{lon},{lat},{level},{room},open"
    for name, level, room, (lon, lat) in zip(
        ("甲", "乙", "乙"), ("district", "town", "flagship"), (120, 1200, 30), PLACES, strict=True
    )
]
THEIRS = [
    ["站点名称", "坐标", "级别", "容纳人数（人）", "状态"],
    *(
        [name, f'"{lon}，{lat}"', level, room, "已开放"]
        for name, level, room, (lon, lat) in zip(
            ("甲", "乙", "乙"),
            ("区级", "街镇级", "flagship"),
            ("120人", '"1,200"', "３０"),
            PLACES,
            strict=True,
        )
    ),
]


def summary_of(plan: Path, lines: list[str]) -> bytes:
    write_lines(plan.parent / "facilities.csv", lines)
    write_result(run_plan(load_inputs(load_plan(plan))), plan.parent / "out")
    return (plan.parent / "out" / "summary.json").read_bytes()


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Path:
    return write_city(tmp_path_factory.mktemp("written"))


@pytest.fixture(scope="module")
def expected(plan: Path) -> bytes:
    return summary_of(plan, OURS)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations(THEIRS[1:]), st.permutations(range(len(THEIRS[0]))))
def test_words_and_order_change_nothing(plan: Path, expected: bytes, rows, columns):
    lines = [",".join(row[k] for k in columns) for row in [THEIRS[0], *rows]]
    assert summary_of(plan, lines) == expected


def test_an_unknown_level_stands_in_the_warnings_and_twins_in_the_check(
    plan: Path, expected: bytes
):
    warnings = json.loads(expected)["warnings"]
    assert any("level that no rule knows: flagship (1)" in warning for warning in warnings)
    assert not any("called 乙" in warning for warning in warnings)
    write_lines(plan.parent / "facilities.csv", [",".join(row) for row in THEIRS])
    found = check_inputs(load_inputs(load_plan(plan)))
    assert any(text.startswith("2 facilities are called 乙: 乙-") for text in found.warnings)
    assert found.understood[0] == (
        "facilities.csv: headings: 站点名称 -> name, 坐标 -> coordinates, 级别 -> level, "
        "容纳人数（人） -> capacity, 状态 -> status"
    )
