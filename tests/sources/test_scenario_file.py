"""Scenario files: what is read, what is refused and in which words."""

import json
from contextlib import suppress
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import SourceError
from planner.sources.scenario_file import (
    MAX_BYTES,
    MAX_EDITS,
    build_scenario,
    build_sites_scenario,
    load_scenario,
    to_content,
)

ADD = {"op": "add", "id": "N1", "lon": 121.4, "lat": 31.4}
EVERY_OP = [
    {**ADD, "name": "New 站", "level": "town", "domain": "park", "cost": 3, "capacity": 20,
     "action": "new", "opening_hours": "Mo-Fr 09:00-17:00", "services": "文体 | 为老",
     "open_to_outsiders": True},
    {"op": "move", "id": "F1", "lon": 121.41, "lat": 31.4, "cost": 0.5},
    {"op": "close", "id": "F2"},
    {"op": "hours", "id": "F3", "opening_hours": "24/7"},
    {"op": "level", "id": "F3", "level": "town"},
    {"op": "open_gate", "id": "way/9@7", "name": "West gate"},
    {"op": "add_path", "id": "P", "path": [[121.4, 31.4], [121.401, 31.4]], "access": "public"},
    {**ADD, "op": "add_people", "id": "E", "kind": "residential", "people": 3000, "year": 2029,
     "name": "新苑", "groups": {"old": 7}, "proposer": "Zhang", "reason": "far", "votes": 3},
    {**ADD, "op": "remove_people", "id": "R", "radius_m": 150, "share": 0.5, "kind": "industrial"},
    {"op": "remove_people", "id": "Q", "demand_ids": ["residential:1", "residential:1"]},
]  # fmt: skip


def content(*edits, **more):
    return {"version": 1, "plan": "small", "name": "try", "edits": list(edits) or [ADD], **more}


def test_every_op_is_read(tmp_path: Path):
    file = tmp_path / "s.json"
    file.write_text(json.dumps(content(*EVERY_OP)), encoding="utf-8")
    scenario = load_scenario(file)
    assert (scenario.name, scenario.plan, len(scenario.sha256)) == ("try", "small", 64)
    assert [edit.op for edit in scenario.edits] == [row["op"] for row in EVERY_OP]
    assert [edit.number for edit in scenario.edits] == list(range(1, 11))
    first, moved, *_, path, comes, goes, named = scenario.edits
    assert (first.lonlat, first.cost, first.values["capacity"]) == ((121.4, 31.4), 3.0, 20.0)
    assert first.values["name"] == "New 站"
    assert (moved.cost, moved.values) == (0.5, {})
    assert path.path == ((121.4, 31.4), (121.401, 31.4))
    assert not scenario.additions_only
    assert (comes.values["people"], comes.values["groups"]) == (3000.0, {"old": 7.0})
    assert (comes.values["year"], comes.values["votes"]) == (2029, 3)
    assert (goes.values["radius_m"], goes.values["share"]) == (150.0, 0.5)
    assert (named.values["demand_ids"], named.lonlat) == (("residential:1",), None)


def test_an_edit_is_written_as_it_was_read():
    scenario = build_scenario(content(*EVERY_OP))
    written = to_content("small", "try", [edit.to_dict() for edit in scenario.edits])
    again = build_scenario(json.loads(json.dumps(written)))
    assert again.edits == scenario.edits


def test_edits_after_a_year_are_left_out():
    people = {**EVERY_OP[7], "year": 2030}
    scenario = build_scenario(content(ADD, people, {**people, "id": "F", "year": 2031}))
    assert [edit.id for edit in scenario.until(2030).edits] == ["N1", "E"]
    assert [edit.id for edit in scenario.until(2029).edits] == ["N1"]
    assert scenario.until(2029).notes == ["2 edits of people come after 2029 and are left out"]
    assert scenario.until(None) == scenario


def test_corrections_and_marks_are_read():
    rows = content(
        corrections=[{"about": "street", "lon": 121.4, "lat": 31.4, "text": "no way through"},
                     {"about": "hours", "id": "F1", "text": "closed", "proposer": "Li"}],
        marks=[{"id": "F1", "mark": 5, "remark": "good"}, {"id": "F1", "mark": 1}],
    )  # fmt: skip
    rows["edits"] = []
    scenario = build_scenario(rows)
    street, hours = scenario.corrections
    assert (street.about, street.lonlat, street.id, hours.id) == (
        "street", (121.4, 31.4), "", "F1",
    )  # fmt: skip
    assert [(mark.mark, mark.remark) for mark in scenario.marks] == [(5, "good"), (1, "")]


@pytest.mark.parametrize(
    ("row", "only"), [(row, n in (0, 5, 6, 7)) for n, row in enumerate(EVERY_OP)]
)
def test_what_takes_nothing_from_anybody(row, only):
    assert build_scenario(content(row)).additions_only is only


def test_without_a_name_it_is_called_like_its_file():
    rows = content()
    del rows["name"]
    assert build_scenario(rows, file="folder/ten_sites.json").name == "ten_sites"


PATH, COMES, GOES, NAMED = EVERY_OP[6:]
LONG = "x" * 201
WRONG = [
    ([], "not a scenario; it starts with"),
    (content(edit=[]), "unknown key 'edit'; did you mean edits"),
    ({"plan": "small", "edits": [ADD]}, "version is missing; add it"),
    (content(version=2), "version 2 is not read; write version 1"),
    (content(version=True), "version True is not read"),
    (content(plan=7), "plan: 7 will not do; write a text in quotes"),
    (content(name="all"), "the name 'all' is reserved"),
    (content(name="a\nb"), "name: write one line of at most 200 characters"),
    (content(edits=[]), "edits is no list of edits, or an empty one"),
    (content(edits={}), "edits is no list of edits"),
    (content(*[ADD] * (MAX_EDITS + 1)), "has 1001 edits; give at most 1,000"),
    (content(ADD, 7), r"edit 2: 7 is no edit; write \{"),
    (content({"id": "N"}), "edit 1: has no op; give one of add, move"),
    (content({"op": "remove", "id": "N"}), "unknown op 'remove'; give one of add, move, close"),
    (content({"op": ["add"], "id": "N"}), r"unknown op \['add'\]"),
    (content({"op": "close"}), "close: id is missing"),
    (content({"op": "close", "id": ""}), "close: id: '' will not do"),
    (content({"op": "close", "id": "all"}), "'all' is reserved"),
    (content({"op": "close", "id": LONG}), "at most 200 characters"),
    (content({**ADD, "longitude": 3}), "add: unknown key 'longitude'; did you mean lon"),
    (content({"op": "close", "id": "F", "lon": 1, "lat": 2}), "close: unknown key 'lon'"),
    (content({"op": "add", "id": "N", "lon": 121.4}), "add N: lat is missing; give lon and lat"),
    (content({**ADD, "lat": "31.4"}), "lat: '31.4' will not do; write a latitude in degrees"),
    (content({**ADD, "lat": True}), "lat: True will not do"),
    (content({**ADD, "lon": 3470000.0}), "lon: 3470000.0 will not do; write a longitude"),
    (content({**ADD, "lon": float("nan")}), "lon: nan will not do"),
    (content({**ADD, "lon": 10**400}), "lon: a number of many digits will not do"),
    (content({**ADD, "cost": -1}), "cost: -1 will not do; write a number, 0 or more"),
    (content({**ADD, "open_to_outsiders": "yes"}), "'yes' will not do; write true or false"),
    (content({**ADD, "opening_hours": "9 to 5"}), "opening_hours '9 to 5' cannot be read"),
    (content({**ADD, "services": "文体 | 文体"}), "文体 stands twice"),
    (content({**ADD, "services": "文体=never"}), "services: hours of 文体"),
    (content({"op": "move", "id": "F"}), "move F: lon is missing"),
    (content({"op": "hours", "id": "F"}), "opening_hours or services is missing"),
    (content({"op": "level", "id": "F"}), "level F: level is missing"),
    (content({"op": "add_path", "id": "P"}), "add_path P: path is missing"),
    (content({**PATH, "path": [[1, 2]]}), "path: needs two corners at least"),
    (content({**PATH, "path": [[1, 2], [1, 2, 3]]}), r"corner 2: \[1, 2, 3\]; write \[lon, lat\]"),
    (content({**PATH, "path": [[1, 2], [1, "2"]]}), "corner 2: '2' will not do"),
    (content({**PATH, "path": [[1, 2]] * 201}), "has 201 corners; give at most 200"),
    (content({"op": "add_people", "id": "E", "kind": "residential", "people": 1}), "E: lon is"),
    (content({**ADD, "op": "add_people", "people": 1}), "add_people N1: kind is missing; add it"),
    (content({**ADD, "op": "add_people", "kind": "commercial"}), "N1: people is missing; add it"),
    (content({**COMES, "people": 0}), "people: 0 will not do; write a number of people above 0"),
    (content({**COMES, "people": 2e7}), "number of people above 0, at most 10,000,000"),
    (content({**COMES, "kind": "old"}), "kind: 'old' will not do; give one of residential, indu"),
    (content({**COMES, "kind": []}), r"kind: \[\] will not do; give one of"),
    (content({**COMES, "year": 2029.5}), "year: 2029.5 will not do; write a year, 1900 to 2200"),
    (content({**COMES, "year": "2029"}), "year: '2029' will not do"),
    (content({**COMES, "groups": [7]}), r"groups: \[7\] will not do; write \{"),
    (content({**COMES, "groups": {"old": -1}}), "groups: 'old': -1 will not do"),
    (content({**COMES, "votes": -1}), "votes: -1 will not do; write a whole number, 0 or more"),
    (content({**COMES, "votes": True}), "votes: True will not do"),
    (content({**COMES, "votes": float("inf")}), "votes: inf will not do"),
    (content({**COMES, "reason": "x" * 501}), "reason: write one line of at most 500 characters"),
    (content({**COMES, "radius_m": 5}), "add_people: unknown key 'radius_m'"),
    (content({**GOES, "people": 5}), "remove_people: unknown key 'people'"),
    (content({**GOES, "share": 0}), "share: 0 will not do; write a share above 0, at most 1"),
    (content({**GOES, "radius_m": 2001}), "write metres above 0, at most 2,000"),
    (content({**GOES, "demand_ids": ["a"]}), "R: says whom by demand_ids and by a place"),
    (content({**ADD, "op": "remove_people"}), "N1: radius_m is missing; add it"),
    (content({"op": "remove_people", "id": "R"}), "R: radius_m is missing; add it"),
    (content({"op": "remove_people", "id": "R", "radius_m": 5}), "R: lon is missing; add it"),
    (content({**NAMED, "demand_ids": []}), r"demand_ids: \[\] will not do; write \["),
    (content({**NAMED, "demand_ids": ["a"] * 5001}), "has 5001 ids; give at most 5,000"),
    (content(corrections={}), "corrections: write a list of at most 1,000"),
    (content(marks=[{}] * 1001), "marks: write a list of at most 1,000"),
    (content(corrections=[7]), r"correction 1: 7 will not do; write \{...\}"),
    (content(corrections=[{"text": "x", "id": "F"}]), "correction 1: about is missing; add it"),
    (content(corrections=[{"about": "tree", "id": "F", "text": "x"}]), "give one of station, gate"),
    (content(corrections=[{"about": "gate", "text": "x"}]), "correction 1: lon or id is missing"),
    (content(corrections=[{"about": "gate", "lon": 1, "text": "x"}]), "1: lat is missing; give"),
    (content(corrections=[{"about": "gate", "id": "F", "text": "x", "phone": 1}]), "key 'phone'"),
    (content(marks=[{"id": "F"}]), "mark 1: mark is missing; add it"),
    (content(marks=[{"id": "F", "mark": 6}]), "mark: 6 will not do; write a whole number, 1 to 5"),
    (content(marks=[{"id": "F", "mark": 2.5}]), "mark: 2.5 will not do"),
]  # fmt: skip


def test_a_name_may_have_the_wide_blank_of_chinese_keyboards():
    read = build_scenario(
        content(edits=[{**ADD, "name": "\u3000新\u3000站", "proposer": "二\u3000组"}])
    )
    assert read.edits[0].values == {"name": "新\u3000站", "proposer": "二\u3000组"}


def test_a_key_that_stands_twice_among_very_many_is_told_at_once(tmp_path):
    """Half a million keys: looked for one by one they would take an hour."""
    file = tmp_path / "s.json"
    keys = [f'"{number}":0' for number in range(400_000)]
    file.write_text("{" + ",".join([*keys, '"z":0', '"z":1']) + "}", encoding="utf-8")
    with pytest.raises(SourceError, match="the key 'z' stands twice; keep one"):
        load_scenario(file)


@pytest.mark.parametrize(("rows", "message"), WRONG)
def test_what_cannot_be_understood_is_told_in_one_line(rows, message):
    with pytest.raises(SourceError, match=message) as caught:
        build_scenario(rows, file="s.json")
    text = str(caught.value)
    assert text.startswith("s.json: ")
    assert text.isprintable()
    assert len(text) < 400


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"{", "not valid JSON: .* in line 1; mend that line"),
        (b"\xff\xfe{", "byte 0 is not UTF-8; save it as UTF-8"),
        (b'{"version": 1, "version": 1}', "the key 'version' stands twice"),
        (b'{"version": NaN}', "NaN is no number of JSON"),
        (b'{"version": ' + b"1" * 5000 + b"}", "a number is too long"),
        (b"[" * 200_000, "nested too deeply"),
        (b" " * (MAX_BYTES + 1), "larger than the 5 MB that are read; give a scenario"),
    ],
)
def test_files_that_are_no_scenario(tmp_path: Path, text, message):
    file = tmp_path / "s.json"
    file.write_bytes(text)
    with pytest.raises(SourceError, match=message):
        load_scenario(file)


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path):
    with pytest.raises(SourceError, match=r"none\.json: no such file; check the path"):
        load_scenario(tmp_path / "none.json")
    with pytest.raises(SourceError, match="is a folder, not a file; give a scenario"):
        load_scenario(tmp_path)


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["op", "id", "lon", "lat", "path", "version", "plan", "edits", "x"]), inner
    ),
    max_leaves=12,
)  # fmt: skip


@given(TREES)
def test_whatever_stands_in_the_file_it_is_read_or_refused(tree):
    for rows in (tree, {"version": 1, "plan": "p", "edits": [tree]}):
        with suppress(SourceError):  # and nothing else is raised
            build_scenario(rows)


def test_proposed_sites_become_additions_in_their_order():
    sites = gpd.GeoDataFrame(
        {"site_id": ["S2", "S1"], "name": ["Two", ""], "cost": [3.0, float("nan")],
         "capacity": [float("nan"), 40], "domain": [None, "park"], "score": [1.0, 2.0]},
        geometry=gpd.points_from_xy([121.4, 121.5], [31.4, 31.5]), crs=4326,
    ).to_crs(32651)  # fmt: skip
    found = build_sites_scenario(sites, "small", "two sites", closed=["F9"])
    assert found["edits"] == [
        {"op": "add", "id": "S2", "lon": 121.4, "lat": 31.4, "name": "Two", "cost": 3.0},
        {"op": "add", "id": "S1", "lon": 121.5, "lat": 31.5, "domain": "park", "capacity": 40.0},
        {"op": "close", "id": "F9"},
    ]
    scenario = build_scenario(json.loads(json.dumps(found)))
    assert [edit.id for edit in scenario.edits] == ["S2", "S1", "F9"]
    table = pd.DataFrame({"site_id": ["A"], "lon": [1.0], "lat": [2.0]})
    assert build_sites_scenario(table, "p", "n")["edits"] == [
        {"op": "add", "id": "A", "lon": 1.0, "lat": 2.0}
    ]
