"""Tables as people write them give the same results as those in our words, in any order."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.cli.printing import print_result
from planner.errors import PlannerError
from planner.reports import write_result
from planner.run import run_plan
from planner.run.check import check_inputs
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from planner.sources.plan_settings import list_settings
from tests.cities.small_city import FACILITIES, POINTS, write_city, write_lines

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


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations(THEIRS[1:]), st.permutations(range(len(THEIRS[0]))))
def test_words_and_order_change_nothing(plan: Path, expected: bytes, rows, columns):
    lines = [",".join(row[k] for k in columns) for row in [THEIRS[0], *rows]]
    assert summary_of(plan, lines) == expected


def test_unknown_levels_and_twins_are_told_by_the_check(plan: Path, expected: bytes):
    # Without a rule nothing of the results depends on them.
    warnings = " ".join(json.loads(expected)["warnings"])
    assert "flagship" not in warnings
    assert "called 乙" not in warnings
    write_lines(plan.parent / "facilities.csv", [",".join(row) for row in THEIRS])
    found = check_inputs(load_inputs(load_plan(plan)))
    assert any("level that no rule knows: flagship (1)" in text for text in found.warnings)
    assert any(": 2 facilities are called 乙: 乙-" in text for text in found.warnings)
    assert found.understood[0] == (
        "facilities.csv: headings: 站点名称 -> name, 坐标 -> coordinates, 级别 -> level, "
        "容纳人数（人） -> capacity, 状态 -> status"
    )


def test_a_run_prints_its_warnings_before_what_was_understood(
    plan: Path, capsys: pytest.CaptureFixture[str]
):
    write_lines(plan.parent / "facilities.csv", [",".join(row) for row in THEIRS])
    result = run_plan(load_inputs(load_plan(plan)))
    print_result(plan.parent, result.summary, {**result.provenance, "title": ""})
    printed = capsys.readouterr().out
    assert "warning: facilities.csv: headings" not in printed
    assert printed.index("warning: ") < printed.index("understood: facilities.csv: headings: ")


def test_the_plan_names_columns_of_its_tables(tmp_path: Path):
    """Each table has its key; what was understood is told once, in `check` and in run.json."""
    keys = '[facilities.columns]\nfacility_id = "甲"\nname = "甲"\n'
    people = POINTS + 'columns = { lon = "东", lat = "北" }\n'
    sites = '[candidates]\ntable = "sites.csv"\n[candidates.columns]\nname = "丙"\n'
    plan = write_city(tmp_path, demand=keys + people + sites)
    text = plan.read_text(encoding="utf-8")
    gates = '[network]\ngates = "gates.csv"\ngates_columns = { gate_id = "丁" }'
    plan.write_text(text.replace("[network]", gates), encoding="utf-8")
    [(lon, lat), *_] = PLACES
    write_lines(tmp_path / "facilities.csv", ["甲,乙,经度,纬度", f"a,b,{lon},{lat}"])
    write_lines(tmp_path / "people.csv", ["people,东,北", f"5,{lon},{lat}"])
    write_lines(tmp_path / "sites.csv", ["丙,lng,纬度", f"site,{lon},{lat}"])
    write_lines(tmp_path / "gates.csv", ["丁,x,y", f"g,{lon},{lat}"])
    inputs = load_inputs(load_plan(plan))
    assert inputs.facilities.rows[["facility_id", "name", "乙"]].iloc[0].tolist() == ["a", "a", "b"]
    assert inputs.candidates.rows["site_id"].tolist() == ["site"]
    assert inputs.gates.rows["gate_id"].tolist() == ["g"]
    assert inputs.remarks == (
        "facilities.csv: headings: 甲 -> facility_id, 甲 -> name, 经度 -> lon, 纬度 -> lat",
        "people.csv: headings: 东 -> lon, 北 -> lat",
        "gates.csv: headings: 丁 -> gate_id, x -> lon, y -> lat",
        "sites.csv: headings: 丙 -> name, lng -> lon, 纬度 -> lat",
        "sites.csv: has no column site_id; such rows are called by their name, or by it and a code "
        "of their place",
    )
    assert list_settings(inputs.plan)["facilities"]["columns"] == {
        "facility_id": "甲",
        "name": "甲",
    }


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            '[facilities.columns]\nnmae = "x"',
            "no column of ours is called 'nmae'; did you mean name",
        ),
        ('[facilities.columns]\nname = "x"', "no column 'x', which facilities.columns.name names"),
        (
            "[facilities.columns]\nname = 1",
            "facilities.columns.name: 1 will not do; write text in q",
        ),
        ("[candidates]\ncolumns = {}", "candidates: columns can only stand with table; remove it"),
    ],
)
def test_a_wrong_name_of_a_column_is_told(tmp_path: Path, lines: str, message: str):
    plan = write_city(tmp_path, demand=lines + POINTS)
    with pytest.raises(PlannerError, match=re.escape(message)):
        load_inputs(load_plan(plan))
