"""Scenarios with a station whose place is not confirmed: what moving or closing it changes.

The street of test_by_hand; beside the station at 0 one stands around 1,500 m east, nobody knows
where. It covers nobody for sure: those at 1,300 m and 1,900 m east cannot be judged.
"""

import pytest

from planner.scenarios import compare_scenarios
from tests.scenarios.test_by_hand import add, at, counts, scenario, small, total

STATIONS = [("F", "Station", "", "", "open", 0, 0), ("A", "Around", "yes", 50, "open", 1500, 0)]
HEADING = "facility_id,name,approximate,radius_m,status"
DOUBT = ("unknown_before", "unknown_after")


def compared(folder, *edits, stations=STATIONS, **options):
    inputs = small(folder, facilities=stations, heading=HEADING, **options)
    return compare_scenarios(inputs, [scenario(*edits)]).content["scenarios"][0]


def test_a_move_confirms_the_place(tmp_path):
    found = compared(tmp_path, {"op": "move", "id": "A", **at(1500)})
    row = total(found)
    assert counts(row) == [50, 75, 25, 0]
    assert counts(row, *DOUBT, "newly_covered", "gained_unknown") == [25, 0, 0, 25]
    assert found["warnings"] == []


def test_without_it_they_are_left_out(tmp_path):
    row = total(compared(tmp_path, {"op": "close", "id": "A"}))
    assert counts(row) == [50, 50, 0, 0]
    assert counts(row, *DOUBT, "gap_before", "gap_after") == [25, 0, 30, 55]


def test_another_station_settles_whom_it_reaches(tmp_path):
    row = total(compared(tmp_path, add("N", 1000), add("W", -1500)))
    # N covers the one at 1,300 m and the one at 1,900 m, W the one in the west
    assert counts(row, "gained", "newly_covered", "gained_unknown") == [55, 30, 25]


def test_its_hours_and_level_leave_the_doubt(tmp_path):
    edits = [{"op": "hours", "id": "A", "opening_hours": "Mo-Fr 09:00-17:00"},
             {"op": "level", "id": "A", "level": "town"}]  # fmt: skip
    found = compared(tmp_path, *edits, service='moments = ["weekday_morning", "night"]')
    assert counts(total(found), *DOUBT) == [25, 25]
    at_night = [row for row in found["moments"] if (row["moment"], row["area"]) == ("night", "all")]
    assert [counts(row, *DOUBT) for row in at_night] == [[25, 0]]


def test_one_that_opens_where_nobody_knows_covers_nobody(tmp_path):
    planned = [STATIONS[0], (*STATIONS[1][:4], "planned", 1500, 0)]
    found = compared(tmp_path, {"op": "add", "id": "A"}, stations=planned)
    assert counts(total(found), *DOUBT, "gained") == [0, 25, 0]
    [note] = found["warnings"]
    assert note.startswith("edit 1: add A: its place is not confirmed")


@pytest.mark.parametrize(("x", "doubt"), [(2100, 5), (3000, 0)])
def test_a_station_beyond_the_streets_leaves_doubt_in_every_state(tmp_path, x, doubt):
    beyond = [STATIONS[0], ("B", "Beyond", "", "", "open", x, 800)]
    found = compared(tmp_path, add("W", -1500), stations=beyond, known="everywhere", bounds=None)
    # the one at 1,900 m is 825 m from the nearer of both
    assert counts(total(found), *DOUBT) == [doubt, doubt]
