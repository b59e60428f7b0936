"""Gaps of other people, moments and cutoffs, by hand: one street, three homes, two stations.

    b 60      a 100     office     far 70    kiosk
    -1,900    -800      0          800       1,500    metres

Adults walk 1,000 m in 15 minutes, wheelchairs less. The office keeps office hours.
"""

from dataclasses import replace

import pytest
from shapely.geometry import box

from planner.gaps.gaps_by_choice import list_choices
from planner.plan import Rule
from planner.run import run_plan
from tests.cities.small_plan import inputs_of

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
HEADING = "facility_id,name,opening_hours"
SERVICE = (
    'gap_join_m = 150\ncutoffs_minutes = [5, 15]\nprofiles = ["elderly", "wheelchair"]\n'
    'moments = ["weekday_morning", "night"]\n'
)
GROUPS = '[[groups]]\nname = "old"\nkind = "residential"\nshare = 0.5\nprofile = "elderly"\n'


def read_street(folder, **more):
    homes = [("a", 100, -800, 0), ("b", 60, -1900, 0), ("far", 70, 800, 0)]
    return inputs_of(
        folder,
        HOMES,
        tables={"homes.csv": homes},
        facilities=[("office", "O", "Mo-Fr 09:00-17:00", 0, 0), ("kiosk", "K", "", 1500, 0)],
        heading=HEADING,
        service=SERVICE,
        more=GROUPS,
        bounds=box(-9000, -9000, 9000, 9000),
        **more,
    )


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return run_plan(read_street(tmp_path_factory.mktemp("choices")))


def told(result, **asked):
    """Gaps of one choice: people, nearest station and cause, first the largest."""
    choices, gaps = result.tables["choices"], result.tables["choice_gaps"]
    for name, value in asked.items():
        choices = choices[choices[name] == value]
    [number] = choices["choice"]
    columns = ["people_residential", "nearest_facility_id", "cause"]
    return gaps.loc[gaps["choice"] == number, columns].to_numpy().tolist()


def test_each_choice_is_offered_once(result):
    labels = ["group", "kind", "profile", "moment", "cutoff_minutes"]
    assert result.tables["choices"][labels].to_numpy().tolist() == [
        ["", "", "adult", "", 5.0],
        # nobody at the pace of the elderly: the group stands for them
        ["", "", "wheelchair", "", 5.0],
        ["", "", "wheelchair", "", 15.0],
        ["", "", "adult", "weekday_morning", 15.0],
        ["", "", "adult", "night", 15.0],
        ["old", "residential", "elderly", "", 15.0],
    ]
    assert len(list_choices(result.case.plan)) == 6


def test_a_shorter_walk_leaves_everybody_out_and_seeks_no_cause(result):
    # 333 m in 5 minutes
    assert told(result, profile="adult", moment="", cutoff_minutes=5.0) == [
        [100, "office", ""], [70, "kiosk", ""], [60, "office", ""],
    ]  # fmt: skip


def test_at_night_the_nearest_open_station_counts(result):
    assert told(result, moment="weekday_morning") == [[60, "office", "too far"]]
    assert told(result, moment="night") == [[100, "kiosk", "closed"], [60, "kiosk", "too far"]]


def test_a_rule_about_the_same_people_at_another_cutoff_changes_no_cause(tmp_path):
    """Within 333 m nobody is covered at any hour, so that there home a would be `too far`."""
    everywhere = box(-9000, -9000, 9000, 9000)
    inputs = read_street(tmp_path, area=everywhere, towns={"Town": everywhere})
    near = {"id": "near", "tier": "city", "level": "any", "cutoff_minutes": 5, "source": "us",
            "status": "assumption"}  # fmt: skip
    plan = inputs.plan.model_copy(update={"rules": (Rule.model_validate(near),)})
    ruled = run_plan(replace(inputs, plan=plan, towns=inputs.towns.assign(tier="city")))
    assert [row["rule_id"] for row in ruled.summary["checks"]].count("near") > 0
    assert told(ruled, moment="night") == [[100, "kiosk", "closed"], [60, "kiosk", "too far"]]


def test_a_group_has_its_own_people_and_pace(result):
    # 725 m in 15 minutes; under 50 people of the group are one row
    assert told(result, group="old") == [[50, "office", "too far"], [30, "office", "too far"]]
    names = result.tables["choice_gaps"].query("choice == 6")["name"].tolist()
    assert names[-1] == "scattered"


def test_members_say_which_gap_each_home_is_in(result):
    members = result.tables["choice_members"]
    assert members["demand_id"].tolist() == [f"residential:{name}" for name in ("a", "b", "far")]
    assert members["choice_1"].tolist() == [1, 3, 2]
    assert members["choice_5"].tolist() == [1, 2, 0]
    for row in result.tables["choices"].itertuples():
        gaps = result.tables["choice_gaps"].query("choice == @row.choice")
        assert (members[f"choice_{row.choice}"] > 0).sum() == gaps["units"].sum()


def test_stations_are_open_or_closed_at_each_moment(result):
    assert result.tables["facility_hours"].to_numpy().tolist() == [
        ["office", "weekday_morning", "open"], ["kiosk", "weekday_morning", "open"],
        ["office", "night", "closed"], ["kiosk", "night", "open"],
    ]  # fmt: skip


def test_gaps_of_every_choice_add_up(result):
    for row in result.tables["choices"].itertuples():
        part = "groups" if row.group else "moments" if row.moment else "profiles"
        [gap] = [
            one["gap"]
            for one in result.summary[part]
            if one["area"] == "all"
            and one.get("kind", "residential") == "residential"
            and one.get("profile", row.profile) == row.profile
            and one.get("moment", "") == row.moment
            and one.get("cutoff_minutes", 15) == row.cutoff_minutes
        ]
        assert sum(people for people, *_ in told(result, choice=row.choice)) == gap
