"""The embedded demo, run once: exact sums, holes of every cause, doubts of every reason."""

import csv
from collections import Counter

import numpy as np
import pytest

from planner.coverage.causes import BARRIER, CLOSED, DETOUR, TOO_FAR, WALL
from planner.coverage.counting import REASONS
from planner.coverage.grounds import HOURS_NOT_KNOWN, NOT_CONFIRMED
from planner.gaps.definition import SCATTERED
from planner.plan import Plan
from planner.plan.moments import USUAL_MOMENTS
from planner.plan.services import SERVICES_EN
from planner.sources.embedded import data_folder
from planner.sources.plan_file import load_plan, load_rules
from planner.sources.results import FinishedRun
from tests.cities.demo import Demo

#: By day the READMEs' command runs one of its towns.
pytestmark = pytest.mark.nightly

DEMO = data_folder() / "baoshan-demo"
DOMAINS = {
    "community", "industrial_park", "mall", "office_tower", "scenic_area", "street_block",
    "waterfront", "talent_apartments", "couriers",
}  # fmt: skip


def read_csv(name: str) -> list[dict[str, str]]:
    with (DEMO / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def result(demo: Demo) -> FinishedRun:
    return demo.result()


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan(DEMO / "plan.toml")


@pytest.fixture(scope="module")
def residents(result: FinishedRun) -> dict[str, dict]:
    """Rows of `coverage` of residents at 15 minutes by area."""
    rows = result.summary["coverage"]
    return {
        row["area"]: row
        for row in rows
        if (row["kind"], row["cutoff_minutes"]) == ("residential", 15)
    }


def test_people_per_town_and_kind_are_those_of_the_table_to_the_last_one(result):
    given = {(r["town"], r["kind"]): int(r["people"]) for r in read_csv("population.csv")}
    demand = result.layers["demand"]
    assert demand.groupby(["town", "kind"])["people"].sum().to_dict() == given
    assert (demand["people"] % 1 == 0).all()
    assert demand.loc[demand["kind"] == "residential", "people"].sum() == 2_270_000


def test_coverage_counts_everybody_once(residents):
    assert residents["all"]["people"] == 2_270_000
    towns = [row for area, row in residents.items() if area != "all"]
    assert len(towns) == 12
    for figure in ("people", "covered", "gap", "unknown"):
        assert sum(row[figure] for row in towns) == residents["all"][figure]
    for row in residents.values():
        assert row["covered"] + row["gap"] + row["unknown"] == row["people"]


def test_most_residents_are_covered_and_no_town_wholly_or_not_at_all(residents):
    for area, row in residents.items():
        least, most = (0.70, 0.92) if area == "all" else (0.001, 0.999)
        assert least <= row["share_low"] <= row["share_high"] <= most, area
    shares = [row["share"] for area, row in residents.items() if area != "all"]
    assert 0.6 < min(shares) < 0.75
    assert 0.88 < max(shares) < 0.95


def test_the_gaps_of_each_town_count_the_people_left_out_there(result):
    gaps = result.layers["gaps"].groupby("town")
    last = [row for row in result.summary["coverage"] if row["cutoff_minutes"] == 15]
    for row in last:
        if row["area"] != "all" and row["kind"] != "all":
            counted = gaps[f"people_{row['kind']}"].sum().get(row["area"], 0)
            assert counted == row["gap"], (row["area"], row["kind"])


def test_every_cause_of_a_gap_and_every_reason_for_doubt_is_there(result):
    gaps, demand = result.layers["gaps"], result.layers["demand"]
    causes = Counter(gaps.loc[gaps["name"] != SCATTERED, "cause"])
    assert set(causes) == {WALL, BARRIER, DETOUR, TOO_FAR}
    assert min(causes.values()) >= 10, causes
    reasons = Counter(demand.loc[demand["verdict"] == "unknown", "reason"])
    # every place of the demo is known, and hours matter at moments alone
    assert set(reasons) == set(REASONS) - {NOT_CONFIRMED, HOURS_NOT_KNOWN}
    assert min(reasons.values()) >= 10, reasons
    named = gaps.loc[gaps["cause"].isin([WALL, BARRIER]), "cause_detail"]
    assert named.ne("").mean() > 0.9
    assert len(set(named)) > 30


def test_some_are_served_at_other_hours_only(result):
    verdicts = result.table("verdicts")
    closed = verdicts[(verdicts["cause"] == CLOSED) & verdicts["profile"].eq("adult")]
    assert set(closed["moment"]) >= {"weekday_evening", "saturday", "night"}
    assert closed.groupby("moment").size().drop("weekday_morning", errors="ignore").min() >= 1_000
    rows = {row["kind"]: row for row in result.summary["only_sometimes"]}
    assert rows["residential"]["at_some_moments"] > rows["residential"]["office_hours_only"] > 5e4


def test_the_gaps_of_every_choice_add_up_to_the_people_left_out(result):
    tables, summary = result.page_tables(), result.summary
    choices = tables["choices"].fillna("").to_dict("records")
    # 5 and 10 minutes; a wheelchair at three cutoffs; four moments; four groups
    assert len(choices) == 2 + 3 + 4 + 4
    assert len({tuple(row[name] for name in row if name != "choice") for row in choices}) == 13
    for choice in choices:
        group, moment = choice["group"], choice["moment"]
        part = "groups" if group else "moments" if moment else "profiles"
        counted = {
            (row["area"], row.get("kind", choice["kind"])): row["gap"]
            for row in summary[part]
            if row.get("group", "") == group
            and row.get("moment", "") == moment
            and row.get("profile", choice["profile"]) == choice["profile"]
            and row.get("cutoff_minutes", 15) == choice["cutoff_minutes"]
            and row.get("kind") != "all"
        }
        gaps = tables["choice_gaps"].query("choice == @choice['choice']")
        assert len(counted) == 13 * (1 if group else 3)
        for (area, kind), people in counted.items():
            here = gaps if area == "all" else gaps[gaps["town"] == area]
            assert here[f"people_{kind}"].sum() == pytest.approx(people, abs=0.01), choice
        # every unit of a gap, and nobody else, is a member of it
        ranks = tables["choice_members"][f"choice_{choice['choice']}"]
        found = ranks[ranks > 0].value_counts().sort_index()
        assert found.tolist() == gaps.sort_values("rank")["units"].tolist()


def test_every_profile_and_moment_is_counted(result, plan):
    summary = result.summary
    profiles = [profile.name for profile in plan.judged_profiles]
    share = {}
    for part, names in (("profiles", profiles), ("moments", list(USUAL_MOMENTS))):
        key = part.removesuffix("s")
        rows = [row for row in summary[part] if row["cutoff_minutes"] == 15
                and (row["area"], row["kind"]) == ("all", "residential")]  # fmt: skip
        assert {row["people"] for row in rows} == {2_270_000}
        share |= {row[key]: row["share_low"] for row in rows}
        assert {row[key] for row in rows} == set(names)
    # who is faster on every street, and waits nowhere longer, is covered more often
    assert share["elderly"] < share["child"] < share["adult"] < share["ebike"]
    assert share["wheelchair"] < share["adult"]
    assert share["night"] < share["weekday_evening"] < share["saturday"]
    assert share["saturday"] < share["weekday_morning"] <= share["adult"]


def test_groups_are_parts_of_the_people(result):
    rows = {row["group"]: row for row in result.summary["groups"] if row["area"] == "all"}
    assert set(rows) == {"elderly", "children", "couriers", "party_members"}
    assert rows["party_members"]["people"] == pytest.approx(100_000)
    assert rows["children"]["people"] == pytest.approx(0.11 * 2_270_000)
    assert rows["couriers"]["people"] == pytest.approx(0.03 * 260_000)
    assert 0.2 < rows["elderly"]["people"] / 2_270_000 < 0.35
    for row in rows.values():
        assert row["covered"] + row["gap"] + row["unknown"] == pytest.approx(row["people"])
    demand = result.layers["demand"]
    for name, row in rows.items():
        assert demand[f"people_{name}"].sum() == pytest.approx(row["people"])
        assert (demand[f"people_{name}"] <= demand["people"]).all()


def test_every_service_is_counted_at_every_moment(result):
    rows = {(row["service"], row["moment"]) for row in result.summary["services"]}
    assert rows == {(name, moment) for name in SERVICES_EN for moment in (None, *USUAL_MOMENTS)}


def test_compounds_and_their_gates(result):
    compounds, gates = result.layers["compounds"], result.layers["gates"]
    states = Counter(compounds["state"])
    assert set(states) == {"gates mapped", "gates inferred", "no gate known", "not walled"}
    assert min(states.values()) >= 10, states
    assert set(gates["state"]) == {"open", "open at hours", "shut"}
    assert gates["mapped"].sum() > 1_500
    assert 50 < gates["inferred"].sum() < 300
    assert not (gates["mapped"] & gates["inferred"]).any()
    # a few ways through a wall that nobody mapped as a gate, beside one that is mapped
    beside = gates[~gates["mapped"] & ~gates["inferred"]]
    assert 20 < len(beside) < 80
    assert (beside["state"] == "shut").all()
    listed = read_csv("gates.csv")
    assert {row["gate_id"] for row in listed} <= set(gates["gate_id"])
    kinds = set(result.layers["barriers"]["kind"])
    assert kinds == {"water", "railway", "motorway", "wall"}
    ids = set(compounds["compound_id"])
    inside = result.layers["demand"]["compound_id"]
    assert set(inside) - {""} <= ids
    assert (inside != "").mean() > 0.5


def test_gates_that_would_help_if_they_were_open(result):
    gains = result.layers["gate_gains"]
    assert gains["rank"].tolist() == list(range(1, len(gains) + 1))
    assert gains["people_residential"].is_monotonic_decreasing
    assert len(gains) >= 20
    assert gains["people_residential"].iloc[0] > 300
    assert len(set(gains["kind"])) >= 2


def test_how_sure_it_is(result, plan):
    repeats = plan.uncertainty.repeats
    found = result.summary["uncertainty"]
    assert (found["repeats"], found["seed"]) == (repeats, 593)
    ranges = [row for row in found["areas"] if row["kind"] == "residential"]
    assert len(ranges) == 13
    for row in ranges:
        assert row["share_min"] < row["share_median"] < row["share_max"]
    gaps = result.layers["gaps"]
    assert (gaps["people_low"] <= gaps["people_high"]).all()
    assert gaps["runs_share"].between(0, 1).all()
    assert gaps["runs_share"].nunique() >= 5


def test_what_the_data_lack_is_counted(result):
    rows = result.summary["completeness"]["towns"]
    assert len(rows) == 13
    whole = rows[0]
    assert whole["facilities_no_hours"] >= 40
    for figure in ("units_no_street", "islands_km", "compounds_no_gate", "gates_inferred"):
        assert whole[figure] > 10, figure
    assert result.summary["completeness"]["notes"]


def test_levels_and_domains(result):
    facilities = result.layers["facilities"]
    own = facilities[facilities["domain"] == "community"]
    assert Counter(own["level"]) == {"district": 1, "town": 12, "neighbourhood": 577}
    domains = Counter(facilities["domain"])
    assert set(domains) == DOMAINS
    assert min(domains.values()) >= 10
    rows = result.summary["domains"]
    assert {row["domain"] for row in rows} == DOMAINS
    assert all(0 < row["covered"] < row["people"] for row in rows if row["domain"] == "community")


def test_committees_and_their_own_stations(result):
    committees = result.layers["committees"]
    own = committees["minutes_own"]
    assert Counter(committees["kind"]) == {"village": 103, "residents": 490}
    assert len(committees) == 593
    stations = committees["facility_id"]
    # 577 have a station first; of the other 16 some share one and the rest have none
    assert stations[stations != ""].nunique() == 577
    assert own[stations == ""].isna().all()
    lived_in = committees[committees["people"] > 0]
    assert len(lived_in) > 580
    # a file has no number where there is no path
    nearest, own = (lived_in[f"minutes_{which}"].fillna(np.inf) for which in ("nearest", "own"))
    assert (nearest <= own).all()
    assert (lived_in["share_own_low"] <= lived_in["share_any_low"]).all()


def test_the_default_rules_are_checked_in_their_tiers(result):
    rules = {rule.id: rule for rule in load_rules(data_folder() / "rules.toml")}
    checks = result.summary["checks"]
    ruled = [row for row in checks if row["level"] == "neighbourhood"]
    assert {row["rule_id"] for row in ruled} == set(rules)
    # town and district levels have minutes, and nothing is judged by them
    assert {row["level"] for row in checks} == {"any", "neighbourhood"}
    tier = dict(zip(result.layers["areas"]["name"], result.layers["areas"]["tier"], strict=True))
    for row in ruled:
        assert row["area"] == "all" or tier[row["area"]] == row["tier"]
        assert (row["result"] is None) == (rules[row["rule_id"]].target is None)
    riders = [row for row in ruled if row["profile"] == "bicycle"]
    assert {row["tier"] for row in riders} == {"rural"}
    walkers = {row["area"]: row for row in ruled if row["rule_id"] == "shanghai-2035-rural"}
    assert all(row["share_low"] > walkers[row["area"]]["share_low"] + 0.1 for row in riders)
    workers = [row for row in ruled if row["rule_id"].startswith("workers-")]
    assert {row["kind"] for row in workers} == {"industrial"}
    assert 0 < sum(row["covered"] for row in workers) < 0.5 * sum(row["people"] for row in workers)
    for level in ("district", "town", "neighbourhood"):
        assert f"minutes_{level}" in result.layers["demand"]


def test_every_row_of_every_table_says_that_it_is_not_real(result):
    for name, layer in result.layers.items():
        assert len(layer) > 0, name
        assert (layer["notice"] == "演示数据，非真实").all(), name
    assert all(gap["notice"] == "演示数据，非真实" for gap in result.summary["gaps"])
