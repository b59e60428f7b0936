"""What the page does with edits before and after it asks the engine: pure functions, in Node."""

from __future__ import annotations

import pytest

from planner.sources.scenario_file import build_scenario
from tests.maps.in_node import in_node

PLACE = {"lat": 31.4000000449, "lng": 121.39999999951}


def test_edits_are_written_as_a_scenario_file_has_them_and_the_planner_reads_them():
    edits = in_node(
        """[makeAdd('N1', place, '新站点 1'), makeMove('S2', place), makeClose('S3'),
            makeReopen('S3'), makeHours('S4', hoursOf('Mo-Fr', '09:00', '17:30')),
            makeGate('way/1@2'), makePath('P1', [place, { lat: 31.4, lng: 121.5 }], 'path')]""",
        place=PLACE,
    )
    assert edits[0] == {
        "op": "add", "id": "N1", "name": "新站点 1", "lon": 121.4, "lat": 31.4,
    }  # fmt: skip
    assert edits[6]["path"] == [[121.4, 31.4], [121.5, 31.4]]
    read = build_scenario({"version": 1, "plan": "p", "name": "n", "edits": edits})
    assert [edit.op for edit in read.edits] == [
        "add", "move", "close", "add", "hours", "open_gate", "add_path",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "start", "end", "written"),
    [
        ("Mo-Su", "08:00", "20:00", "08:00-20:00"),
        ("Mo-Fr", "08:30", "17:00", "Mo-Fr 08:30-17:00"),
        ("Mo-Su", "09:00", "09:00", "24/7"),
        ("Sa,Su", "09:00", "09:00", "Sa,Su 00:00-24:00"),
    ],
)
def test_hours_are_written_as_osm_has_them(days, start, end, written):
    assert in_node("hoursOf(days, start, end)", days=days, start=start, end=end) == written


def test_a_site_of_the_proposal_brings_what_it_costs():
    site = {"name": "S", "action": "new", "domain": "", "cost": 300, "capacity": None, "gain": 9}
    edit = in_node("makeSite('site-1', place, site)", place=PLACE, site=site)
    assert edit == {
        "op": "add", "id": "site-1", "name": "S", "lon": 121.4, "lat": 31.4, "action": "new",
        "cost": 300,
    }  # fmt: skip


def test_a_new_id_is_none_of_those_there_are():
    edits = [{"op": "add", "id": "N1"}, {"op": "add_path", "id": "P1"}]
    assert in_node("newId('add', edits, ['N2', 'S1'])", edits=edits) == "N3"
    assert in_node("newId('add_path', edits)", edits=edits) == "P2"


def test_what_an_edit_put_on_the_map_is_moved_by_changing_that_edit():
    edits = [
        {"op": "add", "id": "N1", "lon": 1, "lat": 2, "name": "new"},
        {"op": "move", "id": "S1", "lon": 3, "lat": 4},
        {"op": "close", "id": "S2"},
    ]
    there = {"lat": 9, "lng": 8}
    moved = in_node("moved(edits, 'N1', there)", edits=edits, there=there)
    assert moved == [{"op": "add", "id": "N1", "lon": 8, "lat": 9, "name": "new"}, *edits[1:]]
    assert in_node("moved(edits, 'S1', there)", edits=edits, there=there)[1]["lon"] == 8
    # A station of today needs an edit of its own.
    assert in_node("moved(edits, 'S3', there)", edits=edits, there=there) is None
    assert in_node("moved(edits, 'S2', there)", edits=edits, there=there) is None


def test_an_edit_is_changed_or_taken_out_and_what_is_left_empty_does_not_stand_there():
    edits = [{"op": "close", "id": "A", "reason": "old"}, {"op": "close", "id": "B"}]
    values = {"reason": "", "votes": 0, "proposer": "二组", "cost": None}
    changed = in_node("changed(edits, 0, values)", edits=edits, values=values)
    assert changed == [{"op": "close", "id": "A", "votes": 0, "proposer": "二组"}, edits[1]]
    assert in_node("without(edits, 0)", edits=edits) == [edits[1]]


def test_corrections_and_marks_stand_on_one_line_and_a_station_has_one_mark():
    said = in_node(
        """[{ about: 'gate', id: 'g', place, text: ' locked\\n since May ', proposer: '' },
            { about: 'hours', id: 'S2', place: null, text: ' ', proposer: 'x' }]
            .reduce(addCorrection, noRemarks())""",
        place=PLACE,
    )
    correction = {"about": "gate", "id": "g", "lon": 121.4, "lat": 31.4, "text": "locked since May"}
    assert said == {"corrections": [correction], "marks": []}
    marked = in_node(
        """[{ id: 'A', mark: 2, remark: '' }, { id: 'B', mark: 5, remark: 'good' },
            { id: 'A', mark: 4, remark: 'better' }].reduce(setMark, noRemarks()).marks"""
    )
    assert marked == [
        {"id": "B", "mark": 5, "remark": "good"}, {"id": "A", "mark": 4, "remark": "better"},
    ]  # fmt: skip
    assert in_node("hasRemarks(noRemarks())") is False
    assert in_node("dropRemark(said, 'corrections', 0).corrections", said=said) == []


#: Two streets whose reach changed, at 0 and at 1000, each 20 wide; a tile shows 10 units.
MASKED = """(() => {
  const done = [], note = (name) => (...values) => { done.push(name); };
  const over = { setTransform() {}, beginPath() {}, fillRect: note('fill'), stroke: note('stroke'),
    moveTo: note('line'), lineTo() {} };
  globalThis.document = { createElement: () => ({ getContext: () => over }) };
  const pen = { canvas: {}, getTransform: () => null, save() {}, restore() {}, setTransform() {},
    drawImage: note('drawn') };
  const xy = Float32Array.of(0, 0, 0, 5, 1000, 0, 1000, 5), box = new Box();
  box.add(left, 0); box.add(left + 10, 10);
  const mask = new Lines(xy, Uint32Array.of(2, 4)).all;
  drawChangedReach(pen, { mask, within: new Map(), wide: 20 },
    { bands: [], alpha: 1, paint() {}, solid: true }, { box, step: 0 });
  return done; })()"""


@pytest.mark.parametrize(
    ("left", "drawn"),
    [
        (-5, ["fill", "line", "stroke", "drawn"]),
        # The line lies beside the tile and reaches into it.
        (8, ["fill", "line", "stroke", "drawn"]),
        # Between the two nothing changed: the reach of today stays.
        (500, []),
    ],
)
def test_the_reach_of_today_stays_between_two_places_where_it_changed(left, drawn):
    assert in_node(MASKED, left=left) == drawn


def test_units_are_one_cluster_where_their_discs_touch_in_one_town():
    """a-b 90 m apart touch by discs of 50 m, c is 110 m from b, d stands on b in another town."""
    discs = {"x": [0, 90, 200, 90], "y": [0, 0, 0, 0], "r": [50, 50, 50, 50]}
    found = in_node("joinTouching(discs, [0, 1, 2, 3], [0, 0, 0, 1])", discs=discs)
    assert sorted(sorted(cluster) for cluster in found) == [[0, 1], [2], [3]]


#: Five units in a row, 100 m apart: 0 covered, 1 and 2 a gap, 3 in doubt, 4 scattered.
TRIED = """buildTried({
  before: { verdict: [0, 1, 1, 2, 1], minutes: [3, 20, 21, 30, 40], nearest: [0, 0, 0, 0, 0] },
  now, figures, units: { town: [0, 0, 0, 0, 0], people: [100, 60, 40, 10, 5] },
  kind: [0, 0, 0, 0, 0], wanted: null, towns: ['T'], cutoff: 15, profile: 'adult',
  base: { gaps: [
    { index: 0, town: 'T', name: 'G', scattered: false, members: [1, 2], people_residential: 100 },
    { index: 1, town: 'T', name: 'scattered', scattered: true, members: [4],
      people_residential: 5 }], unknown: [] },
  choices: { discs: { x: [0, 100, 200, 300, 400], y: [0, 0, 0, 0, 0], r: [60, 60, 60, 60, 60] },
    shapeOf: (members) => members, labelOf: () => ({}) },
  xy: [], stationOf: (slot) => (slot === 0 ? 7 : null) })"""


def tried(verdict, minutes=(3, 20, 21, 30, 40), nearest=(0, 0, 0, 0, 0)):
    people = [100, 60, 40, 10, 5]
    row = {
        name: sum(n for n, code in zip(people, verdict, strict=True) if code == number)
        for number, name in enumerate(("covered", "gap", "unknown"))
    } | {"people": 215}
    now = {"verdict": verdict, "minutes": minutes, "nearest": nearest}
    return in_node(TRIED, now=now, figures={"residential": {"all": row, "T": row}})


def test_who_is_newly_covered_leaves_their_gap_and_a_gap_without_people_is_gone():
    found = tried([0, 0, 1, 0, 1], nearest=[0, 1, 0, 1, 0])
    first, scattered = found["leftGaps"]
    assert (first["people_residential"], first["gone"], first["shape"]) == (40, False, [2])
    assert scattered["people_residential"] == 5
    assert found["gained"][0] == {
        "index": 0, "site": None, "facility": None, "shape": [1, 3], "people_residential": 70,
        "people_industrial": 0, "people_commercial": 0,
    }  # fmt: skip
    whole = found["coverage"][0]
    assert (whole["area"], whole["gained"], whole["gained_unknown"], whole["lost"]) == (
        "all", 70, 10, 0,
    )  # fmt: skip
    assert whole["share"] == 170 / 215
    assert tried([0, 0, 0, 2, 1])["leftGaps"][0]["gone"] is True


def test_who_is_left_out_joins_the_gap_beside_them_with_the_minutes_of_most_people():
    found = tried([1, 1, 1, 2, 1], minutes=[16, 20, 21, 30, 40])
    gap = found["leftGaps"][0]
    assert (gap["people_residential"], gap["shape"]) == (200, [1, 2, 0])
    assert (gap["minutes"], gap["nearest"]) == (16, 7)
    assert found["lost"][0]["shape"] == [0]
    assert found["lost"][0]["facility"] == 7
