"""Which station should gain a service under a condition, by hand.

Everybody walks 100 metres a minute, so the cutoff of 15 minutes is 1,500 m; on ice 750 m. Stations
stand at -1,000, 0 and 1,000 m on one street; the one at 0 has the service.
"""

import pytest
from shapely.geometry import box

import planner
from planner.errors import ArgumentError, PlanError
from planner.reports.service_files import build_service_content
from planner.run import run_plan
from planner.siting import choose_services
from tests.cities.small_plan import inputs_of, write_polygons
from tests.run.test_named_conditions import SERVICE, WALK
from tests.scenarios.test_by_hand import HOMES

CONDITIONS = """
[[conditions]]
name = "ice"
[[conditions.speeds]]
factor = 0.5
[[conditions]]
name = "flood"
closed_area = "flood.geojson"
"""
#: Within 1,500 m of the one at 0 are all but `far`; within 750 m `mid` alone.
PEOPLE = [("mid", 1, 500, 0), ("west", 40, -1200, 0), ("east", 30, 1200, 0), ("far", 35, 1900, 0)]


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("services")
    # The station in the east stands in the water, and so do the homes beside it.
    write_polygons(folder / "flood.geojson", {"water": box(950, -50, 1250, 50)})
    stations = [("A", "West", "", -1000, 0), ("B", "Middle", "care", 0, 0),
                ("C", "East", "", 1000, 0)]  # fmt: skip
    return run_plan(
        inputs_of(
            folder, HOMES, tables={"homes.csv": PEOPLE}, service=SERVICE, known="everywhere",
            more=f"{WALK}{CONDITIONS}", facilities=stations, heading="facility_id,name,services",
        )
    )  # fmt: skip


def told(chosen):
    table = chosen.facilities
    return list(zip(table["facility_id"], table["people"], strict=True))


def test_ice_makes_another_station_the_best(result):
    """Usually `far` alone is left out, on ice those in the west and in the east too."""
    usual = choose_services(result, "care", p=1)
    assert told(usual) == [("C", 35.0)]
    assert (usual.before["covered"], usual.after["covered"]) == (71, 106)
    assert usual.condition is None
    # On ice 30 are 200 m from C, `far` is 900 m from it: the 40 in the west weigh more.
    chosen = choose_services(result, "care", p=1, condition="ice")
    assert told(chosen) == [("A", 40.0)]
    assert (chosen.before["covered"], chosen.after["covered"]) == (1, 41)
    assert told(choose_services(result, "care", p=2, condition="ice")) == [("A", 40.0), ("C", 30.0)]
    plan = result.inputs.plan
    assert build_service_content(chosen, plan)["condition"] == "ice"
    assert "condition" not in build_service_content(usual, plan)


def test_a_station_in_the_water_gains_nothing(result):
    """The 35 are behind the water, and the 30 live in it: nobody more can be served."""
    with pytest.raises(planner.SitingError, match="lacks the service 'care' under flood"):
        # The 40 in the west have B at 1,200 m.
        choose_services(result, "care", p=1, condition="flood", excluded=["A"], kind="industrial")
    # Whoever lives in the water is left out, and counts for no station: so none is worth it.
    chosen = choose_services(result, "care", p=1, condition="flood")
    assert told(chosen) == []
    assert (chosen.before["covered"], chosen.after["covered"]) == (41, 41)
    with pytest.raises(ArgumentError, match="'C' is no facility that lacks it"):
        choose_services(result, "care", condition="flood", forced=["C"])


def test_what_cannot_be_meant_is_refused(result):
    with pytest.raises(PlanError, match="unknown condition 'snow'; known are ice, flood"):
        choose_services(result, "care", condition="snow")
    with pytest.raises(ArgumentError, match="conditions are asked whatever the hours"):
        choose_services(result, "care", condition="ice", moment="weekday_evening")
    with pytest.raises(ArgumentError, match="say which service"):
        choose_services(result, condition="ice")
    town = planner.load_example()
    today = planner.coverage(town.network, town.facilities, town.people, known="everywhere")
    with pytest.raises(ArgumentError, match="a Coverage has no conditions"):
        choose_services(today, "政务", condition="ice")
