"""Runs by hand: who is served at which moment, through whose gates, as whom, and how surely.

Adults walk 1,000 m in 15 minutes. The street is that of small_plan, or two
walled estates.
"""

import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from planner.run import run_plan
from tests.cities.estates_drawing import TWINS
from tests.cities.small_plan import inputs_of
from tests.cities.tiny_streets import STREETS

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
WIDE = box(-9000, -9000, 9000, 9000)
OFFICE = "Mo-Fr 09:00-17:00"
#: weekday_morning is Tuesday 10:00, night Tuesday 23:00
MOMENTS = 'moments = ["weekday_morning", "night"]\n'
HEADING = "facility_id,name,opening_hours"


def run(folder, homes, **options):
    rows = [(f"h{n}", people, x, y) for n, (people, x, y) in enumerate(homes)]
    options = {"bounds": WIDE} | options
    return run_plan(inputs_of(folder, HOMES, tables={"homes.csv": rows}, **options))


def told(result, *columns, moment, **only):
    """Rows of the table verdicts at a moment; None: whatever the hours."""
    table = result.tables["verdicts"]
    here = table["moment"].isna() if moment is None else table["moment"] == moment
    for name, value in only.items():
        here &= table[name] == value
    return table.loc[here, list(columns)].to_numpy().tolist()


# -- moments --------------------------------------------------------------------------------------


@pytest.fixture
def hours(tmp_path):
    """An office at 0, a kiosk that never closes at 1,500: units at 100, 1,200, -1,900 metres."""
    return run(
        tmp_path, [(100, 100, 0), (70, 1200, 0), (60, -1900, 0)], heading=HEADING,
        facilities=[("office", "O", OFFICE, 0, 0), ("kiosk", "K", "", 1500, 0)], service=MOMENTS,
    )  # fmt: skip


def test_hours_change_the_verdicts_of_moments_and_nothing_else(hours):
    assert hours.layers["demand"]["verdict"].tolist() == ["covered", "covered", "gap"]
    columns = ("demand_id", "nearest_facility_id", "verdict", "cause")
    as_in_the_plan = [
        ["residential:h0", "office", "covered", ""],
        ["residential:h1", "kiosk", "covered", ""],
        ["residential:h2", "office", "gap", "too far"],
    ]
    assert told(hours, *columns, moment=None) == as_in_the_plan
    assert told(hours, *columns, moment="weekday_morning") == as_in_the_plan
    assert told(hours, *columns, moment="night") == [
        ["residential:h0", "kiosk", "gap", "closed"],  # 1,400 m to the kiosk
        ["residential:h1", "kiosk", "covered", ""],
        ["residential:h2", "kiosk", "gap", "too far"],
    ]


def test_minutes_are_those_to_the_nearest_open_facility_however_far(hours):
    found = [minutes for (minutes,) in told(hours, "minutes", moment="night")]
    assert found == pytest.approx([1400 * 0.015, 300 * 0.015, 3400 * 0.015], rel=3e-4)


def test_moments_are_counted(hours):
    whole = {
        row["moment"]: (row["covered"], row["gap"])
        for row in hours.summary["moments"]
        if (row["area"], row["kind"]) == ("all", "residential")
    }
    assert whole == {"weekday_morning": (170, 60), "night": (70, 160)}
    [row] = hours.summary["only_sometimes"]
    assert (row["at_every_moment"], row["at_some_moments"], row["office_hours_only"]) == (
        70, 100, 100,
    )  # fmt: skip
    assert hours.layers["demand"]["only_at"].tolist() == [
        "weekday_morning", "weekday_morning;night", "",
    ]  # fmt: skip
    assert (
        "1 of 2 facilities in area and ring have no opening hours; they count as always open"
        in (hours.summary["warnings"])
    )
    [note] = hours.summary["notes"]
    assert "a facility counts whenever it opens" in note


def test_near_a_station_whose_hours_nobody_knows_people_are_unknown(tmp_path):
    # units at 100, 1,200, -1,900 and 600 m: the office at 0 writes what nobody can read
    result = run(
        tmp_path, [(100, 100, 0), (70, 1200, 0), (60, -1900, 0), (5, 600, 0)], service=MOMENTS,
        heading=f"{HEADING},services",
        facilities=[("office", "O", "看情况", "政务", 0, 0), ("kiosk", "K", OFFICE, "", 1500, 0)],
    )  # fmt: skip
    assert result.layers["demand"]["verdict"].tolist() == ["covered", "covered", "gap", "covered"]
    columns = ("demand_id", "nearest_facility_id", "verdict", "reason", "cause")
    assert told(result, *columns, moment="weekday_morning") == [
        ["residential:h0", "kiosk", "unknown", "hours not known", ""],
        ["residential:h1", "kiosk", "covered", "", ""],
        ["residential:h2", "kiosk", "gap", "", "too far"],
        ["residential:h3", "kiosk", "covered", "", ""],  # 900 m to the kiosk
    ]
    assert told(result, *columns, moment="night") == [
        ["residential:h0", None, "unknown", "hours not known", ""],
        ["residential:h1", None, "gap", "", "closed"],
        ["residential:h2", None, "gap", "", "too far"],
        ["residential:h3", None, "unknown", "hours not known", ""],
    ]
    whole = {
        row["moment"]: [row[name] for name in ("covered", "gap", "unknown")]
        for row in result.summary["moments"]
        if (row["area"], row["kind"]) == ("all", "residential")
    }
    assert whole == {"weekday_morning": [75, 60, 100], "night": [0, 130, 105]}
    services = {
        row["moment"]: [row[name] for name in ("covered", "gap", "unknown")]
        for row in result.summary["services"]
        if row["kind"] == "residential"
    }
    assert services == {None: [105, 130, 0], "weekday_morning": [0, 130, 105],
                        "night": [0, 130, 105]}  # fmt: skip
    [row] = result.summary["only_sometimes"]
    assert (row["at_every_moment"], row["at_some_moments"], row["at_no_moment"]) == (0, 75, 0)
    facilities = result.layers["facilities"].set_index("facility_id")
    assert facilities["opening_hours"].to_dict() == {"office": "unknown", "kiosk": OFFICE}
    assert facilities["given:opening_hours"].to_dict() == {"office": "看情况", "kiosk": ""}
    assert any("'看情况' cannot be read" in text for text in result.summary["warnings"])


def test_without_moments_there_is_nothing_of_the_kind(tmp_path):
    result = run(tmp_path, [(100, 100, 0)])
    for key in ("moments", "only_sometimes", "services", "profiles", "groups", "notes"):
        assert result.summary[key] == [], key
    assert result.summary["uncertainty"] is None
    assert result.layers["demand"]["only_at"].tolist() == [""]
    assert told(result, "level", "profile", "cutoff_minutes", "verdict", moment=None) == [
        ["any", "adult", 15.0, "covered"],
    ]  # fmt: skip


def test_a_service_may_close_before_its_facility(tmp_path):
    services = f"政务={OFFICE} | 文体"
    result = run(
        tmp_path, [(10, 100, 0)], heading=f"{HEADING},services", service=MOMENTS,
        facilities=[("F", "F", "", services, 0, 0)],
    )  # fmt: skip
    covered = {
        (row["service"], row["moment"]): row["covered"]
        for row in result.summary["services"]
        if row["kind"] == "residential"
    }
    assert covered == {
        ("政务", None): 10, ("政务", "weekday_morning"): 10, ("政务", "night"): 0,
        ("文体", None): 10, ("文体", "weekday_morning"): 10, ("文体", "night"): 10,
    }  # fmt: skip


# -- profiles and groups --------------------------------------------------------------------------


def test_every_profile_is_judged_by_its_own_pace(tmp_path):
    # 900 m: 13.5 minutes for adults, 18.6 at 2.9 km/h
    result = run(
        tmp_path, [(100, 900, 0)], service='profiles = ["elderly"]',
        more='[[groups]]\nname = "old"\nprofile = "elderly"\nshare = 0.25',
    )  # fmt: skip
    assert told(result, "profile", "verdict", moment=None) == [
        ["adult", "covered"], ["elderly", "gap"],
    ]  # fmt: skip
    counted = {
        row["profile"]: row["covered"]
        for row in result.summary["profiles"]
        if (row["area"], row["kind"], row["cutoff_minutes"]) == ("all", "residential", 15)
    }
    assert counted == {"adult": 100, "elderly": 0}
    [group] = result.summary["groups"]
    assert (group["group"], group["people"], group["gap"]) == ("old", 25, 25)
    assert result.layers["demand"]["people_old"].tolist() == [25.0]


def test_the_ring_is_as_wide_as_the_longest_walk_asked(tmp_path):
    result = run(
        tmp_path, [(10, 400, 0)], area=box(-500, -500, 500, 500), service='profiles = ["bicycle"]'
    )
    assert result.provenance["ring_m"] == pytest.approx(3000)  # 12 km/h in 15 minutes


# -- walls ----------------------------------------------------------------------------------------

#: In the west estate, not in line with its gate; in the east one; on the street.
NEIGHBOURS = [(80, 112, 90), (60, 300, 90), (50, 20, 0)]


def estates(folder, homes=NEIGHBOURS, **options):
    return run(folder, homes, drawing=TWINS, area=box(-100, -100, 500, 300), **options)


def test_compounds_gates_and_barriers_are_layers(tmp_path):
    result = estates(tmp_path)
    compounds = result.layers["compounds"].set_index("name")
    figures = ["gates_mapped", "gates_inferred", "gates_open", "state", "people_residential"]
    assert compounds[figures].to_numpy().tolist() == [
        [1, 0, 1, "gates mapped", 80], [1, 0, 1, "gates mapped", 60],
    ]  # fmt: skip
    assert compounds["walled"].tolist() == [True, True]
    gates = result.layers["gates"]
    assert gates[["gate_id", "compound", "passes", "state"]].to_numpy().tolist() == [
        ["node/5", "West", "all", "open"], ["node/8", "East", "all", "open"],
    ]  # fmt: skip
    assert len(result.layers["barriers"]) == 0  # the outlines stand among the compounds
    assert result.layers["demand"]["compound_id"].tolist() == ["way/901", "way/902", ""]
    for name in ("compounds", "gates", "barriers"):
        assert result.layers[name].crs.to_epsg() == 4326


def test_a_wall_without_a_gate_is_said_to_be_one(tmp_path):
    shut = TWINS.having(spots={5: "barrier=gate locked=yes", 8: None})
    result = run(tmp_path, NEIGHBOURS, drawing=shut, area=box(-100, -100, 500, 300))
    compounds = result.layers["compounds"].set_index("name")
    assert compounds["state"].to_dict() == {"West": "gates mapped", "East": "gates inferred"}
    assert compounds["gates_open"].to_dict() == {"West": 0, "East": 1}
    gates = result.layers["gates"].set_index("compound")
    assert gates["state"].to_dict() == {"West": "shut", "East": "open"}
    assert gates.loc["East", "gate_id"] == "way/902@8"
    demand = result.layers["demand"]
    assert demand["reason"].tolist() == ["no gate known", "", ""]


def test_a_barrier_is_one_row(tmp_path):
    river = TWINS.having(
        nodes={71: (-90, -50), 72: (200, -60), 73: (490, -50)},
        ways={70: ([71, 72, 73], "waterway=river name=Long")},
    )
    result = run(tmp_path, NEIGHBOURS, drawing=river, area=box(-100, -100, 500, 300))
    [row] = result.layers["barriers"].to_dict("records")
    assert (row["osm_id"], row["kind"], row["name"]) == ("way/70", "water", "Long")
    assert row["geometry"].geom_type == "MultiLineString"
    assert len(row["geometry"].geoms) == 1


def test_a_facility_closed_to_outsiders_serves_its_estate_alone(tmp_path):
    options = {"heading": "facility_id,name,open_to_outsiders"}
    west = [("F", "Clubhouse", "{}", 100, 80)]
    verdicts = {}
    for let_in in ("yes", "no"):
        rows = [(*row[:2], let_in, *row[3:]) for row in west]
        result = estates(tmp_path, facilities=rows, **options)
        verdicts[let_in] = result.layers["demand"]["verdict"].tolist()
        bands = result.layers["isochrones"]
        assert set(bands["facility_id"]) == {"all", "F"}
    assert verdicts == {"yes": ["covered"] * 3, "no": ["covered", "gap", "gap"]}
    assert result.layers["facilities"]["people_in_reach_residential"].tolist() == [80]
    assert [gap["people_residential"] for gap in result.summary["gaps"]] == [60, 50]


def test_a_gate_has_hours_of_its_own(tmp_path):
    """At night the west gate is shut: its people are held in, which is no lack of data."""
    result = estates(
        tmp_path, facilities=[("F", "On the street", 200, 0)], service=MOMENTS,
        gates=[("W", "Mo-Su 06:00-22:00", "residents", 100, 10)],
    )  # fmt: skip
    columns = ("verdict", "reason", "cause")
    assert told(result, *columns, moment="weekday_morning") == [["covered", "", ""]] * 3
    assert told(result, *columns, moment="night") == [
        ["gap", "", "closed"], ["covered", "", ""], ["covered", "", ""],
    ]  # fmt: skip
    assert result.layers["demand"]["verdict"].tolist() == ["covered"] * 3
    gates = result.layers["gates"]
    assert gates["hours"].tolist() == ["Mo-Su 06:00-22:00", ""]
    assert gates["state"].tolist() == ["open at hours", "open"]


@pytest.mark.parametrize("where", ["gate", "way"])
def test_who_is_served_by_day_alone_is_a_gap_whose_cause_is_the_hour(tmp_path, where):
    """The street of 800 m opens by day; without a moment the way is 2,400 m."""
    by_day = "access=no access:conditional=yes@(06:00-22:00)"
    changed = (
        STREETS.having(spots={3: f"barrier=gate {by_day}"})
        if where == "gate"
        else STREETS.having(ways={12: ([2, 3, 4], f"highway=footway {by_day}")})
    )
    x = 800 if where == "gate" else 805
    result = run(tmp_path, [(70, x, 0)], drawing=changed, service=MOMENTS)
    columns = ("verdict", "cause")
    assert told(result, *columns, moment="weekday_morning") == [["covered", ""]]
    assert told(result, *columns, moment="night") == [["gap", "closed"]]
    assert told(result, *columns, moment=None) == [["gap", "closed"]]
    [gap] = result.summary["gaps"]
    assert (gap["people_residential"], gap["cause"]) == (70, "closed")


@pytest.mark.parametrize(
    ("hours", "who", "state"),
    [
        ("24/7", "residents", "open"),
        ("Mo-Su 00:00-24:00", "everyone", "open"),
        ("24/7; PH off", "residents", "open at hours"),
        ("06:00-22:00", "nobody", "shut"),
    ],
)
def test_a_gate_that_never_closes_is_open(tmp_path, hours, who, state):
    result = estates(tmp_path, gates=[("W", hours, who, 100, 10)])
    assert result.layers["gates"].set_index("gate_id").loc["W", "state"] == state


# -- how sure -------------------------------------------------------------------------------------


def test_repeats_give_gaps_and_shares_a_range(tmp_path):
    told_stages = []
    rows = [("a", 100, 990, 0), ("b", 60, 1900, 0)]
    inputs = inputs_of(
        tmp_path, HOMES, tables={"homes.csv": rows}, bounds=WIDE,
        service="targets = { residential = 0.5 }", more="[uncertainty]\nrepeats = 6",
    )  # fmt: skip
    result = run_plan(inputs, progress=lambda stage, share: told_stages.append((stage, share)))
    # 990 m take 14.85 minutes: slower walkers do not make it; 1,900 m is out of reach of all
    [gap] = result.summary["gaps"]
    assert (gap["people_low"], gap["runs_share"]) == (60, 1)
    found = result.summary["uncertainty"]
    assert (found["repeats"], found["seed"]) == (6, 1)
    assert found["ranges"]["access_limit_m"] == [80, 120]
    [whole] = [
        row for row in found["areas"] if (row["area"], row["kind"]) == ("all", "residential")
    ]
    assert whole["share_max"] == 0.625
    assert whole["share_min"] == 0
    assert whole["met"] + whole["missed"] + whole["undecided"] == 6
    assert [row["repeat"] for row in found["runs"]] == [1, 2, 3, 4, 5, 6]
    shares = [share for stage, share in told_stages if stage == "uncertainty"]
    assert len(shares) == 8  # begun, each repeat, done
    assert shares == sorted(shares)
    assert run_plan(inputs).summary == result.summary


def test_gaps_of_a_plan_without_repeats_have_no_range(tmp_path):
    result = run(tmp_path, [(100, 1500, 0)])
    assert result.layers["gaps"][["people_low", "people_high", "runs_share"]].isna().all(axis=None)
    assert result.summary["gaps"][0]["runs_share"] is None


def test_every_unit_of_a_question_has_one_row(hours):
    table = hours.tables["verdicts"]
    keys = ["demand_id", "level", "domains", "profile", "moment", "cutoff_minutes", "cutoff_m"]
    assert not table.duplicated(keys).any()
    assert len(table) == 3 * 3
    assert isinstance(table, pd.DataFrame)
    assert np.isfinite(table["minutes"]).all()
