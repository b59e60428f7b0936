"""Edits in the page: checked and followed as Python checks and follows those of a scenario file."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pytest
import shapely

from planner.errors import SourceError
from planner.scenarios._facility_pool import build_pool
from planner.sources.scenario_file import build_scenario
from planner.texts import TEXTS
from tests.maps.in_node import PROGRAM_FOLDER
from tests.maps.whatif_node import in_engine

AT = {"lon": 121.4, "lat": 31.4}
GOOD = [
    {"op": "add", "id": "N", **AT},
    {"op": "add", "id": "N", **AT, "name": "新站", "level": None, "domain": "", "capacity": 10,
     "opening_hours": "Mo-Fr 09:00-17:00", "services": "政务=Mo-Fr 09:00-17:00 ｜ 文体",
     "open_to_outsiders": False, "action": "new", "cost": 0},
    {"op": "add", "id": "closed one"}, {"op": "move", "id": "S", **AT, "cost": 1.5},
    {"op": "close", "id": "S"}, {"op": "hours", "id": "S", "opening_hours": ""},
    {"op": "hours", "id": "S", "services": "a"}, {"op": "level", "id": "S", "level": "区级"},
    {"op": "open_gate", "id": "node/1"}, {"op": "open_gate", "id": "x", **AT, "name": "North"},
    {"op": "add_path", "id": "p", "path": [[121.4, 31.4], [121.5, 31.4]], "access": "way/1"},
    {"op": "close", "id": "  S  "}, {"op": "close", "id": "constructor"},
    {"op": "close", "id": "<b>S</b>"},
    {"op": "add_people", "id": "E", **AT, "kind": "residential", "people": 0.5},
    {"op": "add_people", "id": "E", **AT, "kind": "industrial", "people": 1e7, "year": 2029.0,
     "groups": {"elderly": 0}, "name": "<b>新苑</b>", "proposer": "王", "votes": 3},
    {"op": "remove_people", "id": "R", **AT, "radius_m": 2000, "kind": "commercial", "share": 1},
    {"op": "remove_people", "id": "R", "demand_ids": ["residential:1", " residential:1"]},
]  # fmt: skip
COME = {"op": "add_people", "id": "E", **AT, "kind": "residential", "people": 1}
GO = {"op": "remove_people", "id": "R", **AT, "radius_m": 100}
BAD: list[tuple[Any, str]] = [
    (None, "no_edit"),
    (["close", "S"], "no_edit"),
    ("close", "no_edit"),
    (7, "no_edit"),
    ({"id": "S"}, "op_missing"),
    ({"op": "shut", "id": "S"}, "op_unknown"),
    ({"op": "constructor", "id": "S"}, "op_unknown"),
    ({"op": ["add"], "id": "S"}, "op_unknown"),
    ({"op": None, "id": "S"}, "op_unknown"),
    ({"op": "close"}, "key_missing"),
    ({"op": "close", "id": ""}, "text"),
    ({"op": "close", "id": " "}, "text"),
    ({"op": "close", "id": 3}, "text"),
    ({"op": "close", "id": "a\nb"}, "one_line"),
    ({"op": "close", "id": "x" * 201}, "one_line"),
    ({"op": "close", "id": "a\u202eb"}, "one_line"),
    ({"op": "close", "id": "\ud800"}, "one_line"),
    ({"op": "close", "id": "all"}, "reserved"),
    ({"op": "close", "id": "S", "lon": 1}, "key_unknown"),
    ({"op": "close", "id": "S", "__proto__x": 1}, "key_unknown"),
    ({"op": "close", "id": "S", "cost": -1}, "amount"),
    ({"op": "close", "id": "S", "cost": "1"}, "amount"),
    ({"op": "close", "id": "S", "cost": True}, "amount"),
    ({"op": "close", "id": "S", "cost": 2e12}, "amount"),
    ({"op": "move", "id": "S"}, "key_missing"),
    ({"op": "move", "id": "S", "lon": 1}, "key_missing"),
    ({"op": "move", "id": "S", "lon": 181, "lat": 1}, "lon"),
    ({"op": "move", "id": "S", "lon": 1, "lat": 86}, "lat"),
    ({"op": "move", "id": "S", "lon": 1, "lat": None}, "lat"),
    ({"op": "add", "id": "S", "lat": 1}, "key_missing"),
    ({"op": "add", "id": "S", "name": ""}, "text"),
    ({"op": "add", "id": "S", "open_to_outsiders": 1}, "flag"),
    ({"op": "hours", "id": "S"}, "key_missing"),
    ({"op": "hours", "id": "S", "opening_hours": "soon"}, "hours_unread"),
    ({"op": "hours", "id": "S", "opening_hours": "off"}, "hours_never"),
    ({"op": "hours", "id": "S", "opening_hours": 9}, "text"),
    ({"op": "hours", "id": "S", "services": "a|a"}, "services"),
    ({"op": "hours", "id": "S", "services": "a="}, "services"),
    ({"op": "hours", "id": "S", "services": "all"}, "services"),
    ({"op": "hours", "id": "S", "services": "a | "}, "services"),
    ({"op": "hours", "id": "S", "services": "a=soon"}, "hours_unread"),
    ({"op": "level", "id": "S"}, "key_missing"),
    ({"op": "open_gate", "id": "g", "name": 1}, "text"),
    ({"op": "add_path", "id": "p"}, "key_missing"),
    ({"op": "add_path", "id": "p", "path": []}, "path_short"),
    ({"op": "add_path", "id": "p", "path": {"0": [1, 2]}}, "path_short"),
    ({"op": "add_path", "id": "p", "path": [[1, 2], [1]]}, "path_corner"),
    ({"op": "add_path", "id": "p", "path": [[1, 2], [1, "2"]]}, "lat"),
    ({"op": "add_path", "id": "p", "path": [[1, 2]] * 201}, "path_corners"),
    ({"op": "add_path", "id": "p", "path": [[1, 2], [2, 2]], "access": ""}, "text"),
    ({**COME, "kind": "elderly"}, "choice"),
    ({**COME, "kind": ["residential"]}, "choice"),
    ({**COME, "people": 0}, "above"),
    ({**COME, "people": 1e7 + 1}, "above"),
    ({**COME, "people": "1"}, "above"),
    ({**COME, "groups": ["elderly"]}, "groups"),
    ({**COME, "groups": {str(n): 1 for n in range(51)}}, "groups"),
    ({**COME, "groups": {"elderly": -1}}, "amount"),
    ({**COME, "groups": {" ": 1}}, "text"),
    ({**COME, "year": 1899}, "whole"),
    ({**COME, "year": 2029.5}, "whole"),
    ({**COME, "radius_m": 5}, "key_unknown"),
    ({"op": "add_people", "id": "E", **AT, "people": 1}, "key_missing"),
    ({"op": "add_people", "id": "E", **AT, "kind": "residential"}, "key_missing"),
    ({"op": "add_people", "id": "E", "kind": "residential", "people": 1}, "key_missing"),
    ({**GO, "share": 0}, "above"),
    ({**GO, "share": 1.1}, "above"),
    ({**GO, "radius_m": 2001}, "above"),
    ({**GO, "people": 5}, "key_unknown"),
    ({**GO, "demand_ids": ["a"]}, "whom"),
    ({"op": "remove_people", "id": "R", "radius_m": 5, "demand_ids": ["a"]}, "whom"),
    ({"op": "remove_people", "id": "R", "demand_ids": []}, "list"),
    ({"op": "remove_people", "id": "R", "demand_ids": "a"}, "list"),
    ({"op": "remove_people", "id": "R", "demand_ids": ["a"] * 5001}, "list"),
    ({"op": "remove_people", "id": "R", "demand_ids": [5]}, "text"),
    ({"op": "remove_people", "id": "R", **AT}, "key_missing"),
    ({"op": "remove_people", "id": "R", "radius_m": 5}, "key_missing"),
]


def scenario(edits: Any, **more: Any) -> dict[str, Any]:
    return {"version": 1, "plan": "town", "name": "try", "edits": edits} | more


def test_what_python_takes_and_refuses_the_page_takes_and_refuses():
    edits = [*GOOD, *(edit for edit, _ in BAD)]
    found = in_engine("rows.map((row) => attempt(() => edits.readEdit(row, 4)))", rows=edits)
    for edit, read in zip(GOOD, found, strict=False):
        wanted = build_scenario(scenario([edit])).edits[0]
        assert (read["op"], read["id"], read["given"]) == (wanted.op, wanted.id, edit)
        assert read["lonlat"] == (None if wanted.lonlat is None else list(wanted.lonlat))
        assert (read["cost"], read["values"].get("opening_hours")) == (
            wanted.cost, wanted.values.get("opening_hours"),
        )  # fmt: skip
    for (edit, key), fault in zip(BAD, found[len(GOOD) :], strict=True):
        with pytest.raises(SourceError):
            build_scenario(scenario([edit]))
        assert fault.get("key") == key, edit
        assert fault["edit"]["number"] == 4


WRONG = [
    ([], "no_scenario"), (None, "no_scenario"), (scenario(GOOD, author="x"), "key_unknown"),
    ({"plan": "town", "edits": GOOD}, "key_missing"), (scenario(GOOD, version=2), "version"),
    (scenario(GOOD, version="1"), "version"), (scenario(GOOD, version=True), "version"),
    (scenario(GOOD, plan="city"), "other_plan"), (scenario(GOOD, plan=3), "text"),
    (scenario(GOOD, name="all"), "reserved"), (scenario([]), "no_edits"),
    (scenario({"0": GOOD[0]}), "no_edits"), (scenario([GOOD[4]] * 1001), "edits_many"),
    (scenario([*GOOD[:2], {"op": "add"}]), "key_missing"),
]  # fmt: skip


def test_a_scenario_that_will_not_do_is_told_in_one_sentence():
    found = in_engine("rows.map((row) => attempt(() => edits.readScenario(row, 'town')))",
                      rows=[content for content, _ in WRONG])  # fmt: skip
    for (content, key), fault in zip(WRONG, found, strict=True):
        if key != "other_plan":
            with pytest.raises(SourceError):
                build_scenario(content)
        assert fault["key"] == key
        assert all("\n" not in texts[f"fault_{key}"] for texts in TEXTS.values())


def test_who_proposes_corrections_and_marks_are_kept_as_they_are():
    said = {"op": "close", "id": "S", "proposer": "王\u3000二", "reason": "x" * 500, "votes": 7}
    more = {
        "corrections": [{"about": "gate", "id": "node/1", "text": "always open", "proposer": "a"}],
        "marks": [{"id": "S", "mark": 5, "remark": "warm"}],
    }
    asked = [
        scenario([said]), scenario([], **more), scenario([{**said, "votes": 1.5}]),
        scenario([{**said, "reason": "x" * 501}]), scenario([], marks=[{"id": "S", "mark": 6}]),
        scenario([], corrections=[{"about": "dog", "text": "x"}]), scenario([], corrections="x"),
        scenario([], corrections=[{"about": "gate"}]), scenario([], marks=[{"id": "S", "x": 1}]),
    ]  # fmt: skip
    first, second, *bad = in_engine(
        "rows.map((row) => attempt(() => edits.readScenario(row, 'town')))", rows=asked
    )
    assert first["edits"][0]["given"] == said
    assert second["more"] == more
    assert [one["key"] for one in bad] == [
        "whole", "one_line", "whole", "choice", "list", "key_missing", "key_unknown",
    ]  # fmt: skip


def test_a_file_is_read_strictly():
    good = '\ufeff{"a": [{"b": "}]:,\\"", "c": {"b": 1}}, {"b": 2}], "d": "a"}'
    files = [
        good,
        '{"a": 1, "b": {"c": 1, "\\u0063": 2}}',
        '{"a": NaN}',
        "",
        '{"a": 1',
        "[" * 99_999,
    ]
    found = in_engine("files.map((text) => attempt(() => scenario_text.parseScenario(text)))",
                      files=files)  # fmt: skip
    assert found[0]["d"] == "a"
    assert [one["key"] for one in found[1:]] == ["key_twice", *["file_broken"] * 4]
    assert found[1]["values"] == {"key": "c"}
    assert (
        in_engine("attempt(() => scenario_text.parseScenario('\"' + 'x'.repeat(5e6) + '\"'))")[
            "key"
        ]
        == "file_large"
    )


def test_every_fault_has_its_text():
    for path in (PROGRAM_FOLDER / "engine").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        for key in re.findall(r"new Fault\('(\w+)'", text):
            names = [name for name in TEXTS["en"] if name.startswith(f"fault_{key}")]
            assert names, key


# ---- stations


@dataclass(frozen=True)
class Square:
    """An area for `build_pool`: 1,000 m square round a place, in a frame of its own."""

    crs: str = "EPSG:32651"
    called: str = "the area"

    def reaches(self, lon: float, lat: float) -> bool:
        return 121.39 <= lon <= 121.41 and 31.39 <= lat <= 31.41


IDS = ["A", "B", "C", "P", "Q", "V", "new", "other", "C9"]
STATUS = {"A": "open", "B": "open", "C": "open", "P": "planned", "Q": "closed", "V": "open"}


def stations() -> gpd.GeoDataFrame:
    """Three open ones, a planned, a closed, and one whose place is approximate."""
    return gpd.GeoDataFrame(
        {
            "facility_id": list(STATUS), "name": [f"station {one}" for one in STATUS],
            "status": list(STATUS.values()), "counts": [one == "open" for one in STATUS.values()],
            "approximate": [one == "V" for one in STATUS], "radius_m": 50.0,
        },
        geometry=[shapely.Point(340_000 + 10 * n, 3_470_000) for n in range(len(STATUS))],
        crs="EPSG:32651",
    )  # fmt: skip


def random_edit(rng: random.Random) -> dict[str, Any]:
    edit: dict[str, Any] = {"op": rng.choice(["add", "add", "move", "close", "hours", "level"])}
    edit["id"] = rng.choice(IDS)
    place = {"lon": rng.choice([121.4, 121.401, 121.5]), "lat": 31.4}
    if edit["op"] == "move" or (edit["op"] == "add" and rng.random() < 0.6):
        edit |= place
    if edit["op"] == "add" and rng.random() < 0.3:
        edit["open_to_outsiders"] = False
    if edit["op"] == "hours" or (edit["op"] == "add" and rng.random() < 0.3):
        edit["opening_hours"] = rng.choice(["", "Mo-Fr 09:00-17:00"])
    if edit["op"] == "level":
        edit["level"] = "town"
    return edit


FOLLOW = """((frame) => { const area = {
    toMetric: (lon, lat) => frame.toMetric(lon, lat),
    reaches: (x, y) => { const [lon, lat] = frame.toDegrees(x, y);
      return lon > 121.3899 && lon < 121.4101 && lat > 31.3899 && lat < 31.4101; } };
  const all = new pool.Pool(rows, [], area);
  return sequences.map((rows) => { let state = all.today; const steps = [];
    for (const edit of edits.readEdits(rows)) {
      const found = attempt(() => all.follow(state, edit));
      if (found.key) { steps.push(found.key); continue; }
      state = found.state;
      steps.push(pool.Pool.listCounting(state).map((one) =>
        [one.id, one.name, one.x, one.y, one.closed, one.unsure, one.hours])); }
    return steps; }); })(new frame.Frame({ lon0: 123, k0: 0.9996, x0: 500000, y0: 0 }))"""

#: What Python says -> the key of the page's text.
SAID = {
    "is there already": "station_there", "for a new one": "station_new",
    "leave out lon and lat": "station_place", "serves nobody; add opens it": "station_shut",
    "no facility of the area": "station_", "lies outside": "place_outside",
    "leaves no facility open": "none_open",
}  # fmt: skip


def test_stations_after_each_edit_are_those_that_python_has():
    """Which count, where they are, and who is first of those equally near."""
    rng = random.Random(5)
    sequences = [[random_edit(rng) for _ in range(8)] for _ in range(40)]
    table = stations()
    rows = [
        {"id": row.facility_id, "name": row.name, "status": row.status, "counts": row.counts,
         "x": row.geometry.x, "y": row.geometry.y, "closed": False, "spread": 50,
         "unsure": "place not confirmed" if row.approximate else ""}
        for row in table.rename(columns={"name": "called"}).assign(name=table["name"]).itertuples()
    ]  # fmt: skip
    found = in_engine(FOLLOW, sequences=sequences, rows=rows)
    made, refused = 0, 0
    for edits, steps in zip(sequences, found, strict=True):
        kept: list[Any] = []
        for edit, step in zip(edits, steps, strict=True):
            read = build_scenario(scenario([*kept, edit]))
            if isinstance(step, str):
                with pytest.raises(SourceError) as told:
                    build_pool(table, [read], Square(), None)  # type: ignore[arg-type]
                key = next(key for said, key in SAID.items() if said in str(told.value))
                assert step.startswith(key), str(told.value)
                assert all(f"fault_{step}" in texts for texts in TEXTS.values())
                refused += 1
                continue
            kept.append(edit)
            pool = build_pool(table, [read], Square(), None)  # type: ignore[arg-type]
            check_same(step, pool.table[pool.after[0][-1]])
            made += 1
    assert min(made, refused) > 100


def check_same(step: list[Any], rows: gpd.GeoDataFrame) -> None:
    """Hold the stations of the page against Python's, where those that are not sure stand last."""
    mine = sorted(step, key=lambda row: row[5] != "")
    assert [row[0] for row in mine] == rows["facility_id"].tolist()
    assert [row[1] for row in mine] == rows["name"].tolist()
    assert [row[4] for row in mine] == [not one for one in rows["open_to_outsiders"]]
    assert [row[5] for row in mine] == rows["unsure"].tolist()
    assert [row[6] or "" for row in mine] == rows["opening_hours"].tolist()
    for row, point in zip(mine, rows.geometry, strict=True):
        assert (row[2], row[3]) == pytest.approx((point.x, point.y), abs=1e-6)
