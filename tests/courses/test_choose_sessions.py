"""Sessions of a drawn street: walks of committees, tables, and what stands in them."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

import planner
from planner.case import Case, build_case
from planner.courses import ChosenSessions, choose_sessions, sessions_of_plan
from planner.courses.arrange import arrange_sessions
from planner.courses.committee_walks import find_medians
from planner.errors import ArgumentError, PlanError, SourceError
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from tests.cities.drawing import FRAME
from tests.courses.conftest import SECTION


def test_medians_by_hand():
    """Group 0: 30 of 100 people walk 1 minute, 30 more 4 minutes: half get there in 4.

    Group 1: 40 of 100 get to place 1, which is not half. To place 0 exactly half do.
    """
    found = find_medians(
        np.array([0, 0, 1, 1, 1]), np.array([0, 0, 1, 0, 0]), np.array([4.0, 1.0, 2.0, 7.0, 6.0]),
        np.array([30.0, 30.0, 40.0, 20.0, 30.0]), np.array([100.0, 100.0]), (2, 2),
    )  # fmt: skip
    assert found.tolist() == [[4.0, np.inf], [7.0, np.inf]]


def test_a_street_with_two_committees(street_sessions: ChosenSessions):
    found = street_sessions
    # West: half of 100 people live within 300 m of N, 4.5 minutes; to F it is 1,700 m, 25.5.
    # East: 100 m to F, 1.5 minutes; 2,100 m to N, 31.5: none within half an hour.
    walks = found.attendance.set_index(["order_id", "committee"])
    assert walks.loc[("1", "West"), "minutes"] == pytest.approx(4.5, abs=0.01)
    assert walks.loc[("2", "East"), "minutes"] == pytest.approx(1.5, abs=0.01)
    assert walks["by"].to_dict() == {
        ("1", "West"): "walk", ("2", "East"): "walk", ("3", "West"): "walk", ("3", "East"): "coach"
    }  # fmt: skip
    # The town's 14 people are those of its committees, 100 to 50 residents: 9.33 and 4.67.
    assert walks["people"].to_dict() == {
        ("1", "West"): 12, ("2", "East"): 9, ("3", "West"): 9, ("3", "East"): 5
    }  # fmt: skip
    assert walks["ordered_by"].to_dict() == {
        ("1", "West"): "committee", ("2", "East"): "committee", ("3", "West"): "town",
        ("3", "East"): "town",
    }  # fmt: skip
    # 1 and 3 sit together at N, 2 at F, although all three are one class.
    assert sorted(found.sessions["host_id"]) == ["F", "N"]
    assert found.sessions["courses"].tolist() == ["K | L", "K | L"]
    assert found.sessions.set_index("host_id").loc["N", ["people", "orders", "seats"]].tolist() == [
        26, 2, 40
    ]  # fmt: skip
    # The class lasts as long as its longest course.
    assert set(zip(found.sessions["begin"], found.sessions["end"], strict=True)) <= {
        ("09:30", "11:00"), ("14:00", "15:30")
    }  # fmt: skip
    assert found.unmet.to_dict("records") == [
        {"order_id": "5", "committee": "East", "town": "Town", "course": "Choir", "people": 70,
         "reason": "too large", "smallest_change": "a room of 70 seats instead of 9 at Far (F)"}
    ]  # fmt: skip
    assert found.dropped[["file", "row", "reason"]].to_numpy().tolist() == [
        ["orders.csv", 5, "no committee of the plan is called 'North'"]
    ]
    content = found.content
    assert (content["value"], content["bound"], content["status"]) == (2, 2, "proved")
    assert content["people"] == {
        "ordered": 105, "met": 35, "by_walk": 30, "by_far": 0, "by_coach": 5, "unmet": 70,
        "met_bound": 35,
    }  # fmt: skip
    assert content["merged"] == {"classes": 1, "orders": 3, "people_spared": 0}
    assert repr(found) == "ChosenSessions('small', 2 sessions, 35 of 105 people met, proved)"


def test_a_choice_that_the_clock_cut_says_that_another_run_may_differ(
    street: Case, street_sessions: ChosenSessions, monkeypatch: pytest.MonkeyPatch
):
    notes = street_sessions.content["notes"]
    assert not [note for note in notes if "another run" in note]

    def arrange(question, **limits):
        return replace(arrange_sessions(question, **limits), cut_short=True)

    monkeypatch.setattr(sessions_of_plan, "arrange_sessions", arrange)
    cut = choose_sessions(street)
    assert [note for note in cut.content["notes"] if "another run may find other sessions" in note]


def test_two_runs_write_the_same_files(
    street: Case, street_sessions: ChosenSessions, tmp_path: Path
):
    contents = []
    for number, found in enumerate((street_sessions, choose_sessions(street))):
        files = planner.write_sessions(found, tmp_path / str(number), day="2026-09-01")
        contents.append(files["courses.json"].read_bytes())
    assert contents[0] == contents[1]  # with the hashes of the other files


def test_rooms_shared_by_who_reaches_them(street_sessions: ChosenSessions):
    """Within 15 minutes N is reached by West alone, F by East: 40 seats for 100, 9 for 50."""
    found = street_sessions
    committees = found.committees.set_index("committee")
    assert committees["score_2sfca"].to_dict() == pytest.approx({"West": 400.0, "East": 180.0})
    assert found.hosts.set_index("facility_id")["load_2sfca"].to_dict() == pytest.approx(
        {"N": 2.5, "F": 50 / 9}
    )
    assert committees["nearest_host_id"].to_dict() == {"West": "N", "East": "F"}
    assert committees[["people", "met", "unmet"]].to_numpy().tolist() == [[21, 21, 0], [84, 14, 70]]
    assert found.hosts.crs == found.committees.crs == "EPSG:4326"
    # The middle of East is where all its people live.
    east = gpd.GeoSeries(found.committees.geometry).to_crs(FRAME).iloc[1]
    assert (east.x, east.y) == pytest.approx((1100, 0), abs=0.01)


def test_sessions_on_holidays_are_counted_and_odd_rooms_listed(plan: Path):
    """The term is National Day alone. Of 9.5 seats 9 count; no room has a million."""
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("2026-09-07", "2026-10-01").replace("2026-09-11", "2026-10-01"),
                    encoding="utf-8")  # fmt: skip
    table = plan.parent / "facilities.csv"
    rows = table.read_text(encoding="utf-8")
    table.write_text(rows.replace(",9,", ",9.5,").replace("No,,", "No,1000000,"), encoding="utf-8")
    found = choose_sessions(build_case(load_inputs(load_plan(plan))))
    assert len(found.sessions) == 2
    assert [note for note in found.content["notes"] if "2 sessions lie on public holidays" in note]
    assert found.hosts.set_index("facility_id")["seats"].to_dict() == {"N": 40, "F": 9}
    told = found.dropped[found.dropped["file"] == "facilities.csv"]
    assert told[["row", "reason"]].to_numpy().tolist() == [
        [3, "room_capacity 9.5 is no whole number; 9 seats count"],
        [4, "room_capacity 1000000 is more than the 20,000 seats of one room"],
    ]


def test_orders_are_no_reason_to_run_again(plan: Path):
    inputs = load_inputs(load_plan(plan))
    planner.write_result(planner.run_plan(inputs), plan.parent / "out")
    path = plan.parent / "orders.csv"
    path.write_text(path.read_text(encoding="utf-8") + "6,West,,,K,3\n", encoding="utf-8")
    again = planner.load_result(plan.parent / "out", plan=plan).result.case.inputs.courses
    assert again is not None
    assert again.orders["people"].sum() == 108


def test_what_is_refused(plan: Path):
    inputs = load_inputs(load_plan(plan))
    with pytest.raises(ArgumentError, match="sessions are chosen for the result of run_plan"):
        choose_sessions(inputs)
    with pytest.raises(ArgumentError, match="gap is 2; give a number from 0 to 1"):
        choose_sessions(build_case(inputs), gap=2)
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace(SECTION, ""), encoding="utf-8")
    with pytest.raises(PlanError, match=r"the plan has no \[courses\]"):
        choose_sessions(build_case(load_inputs(load_plan(plan))))
    plan.write_text(text, encoding="utf-8")
    table = plan.parent / "facilities.csv"
    rows = table.read_text(encoding="utf-8").replace(",40,", ",,").replace(",9,", ",,")
    table.write_text(rows, encoding="utf-8")
    with pytest.raises(SourceError, match="no station that is open has a room_capacity"):
        choose_sessions(build_case(load_inputs(load_plan(plan))))
    table.write_text(rows.replace("room_capacity", "other"), encoding="utf-8")
    with pytest.raises(SourceError, match="no column 'room_capacity'"):
        choose_sessions(build_case(load_inputs(load_plan(plan))))
