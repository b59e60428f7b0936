"""The embedded demo, run once: exact sums, holes of every cause, doubts of every reason."""

import csv
from collections import Counter

import pytest

from planner.coverage import REASONS
from planner.gaps import DETOUR, SCATTERED, TOO_FAR
from planner.plan import load_plan, load_rules
from planner.run import Result, run_plan
from planner.sources.embedded import data_folder
from planner.sources.inputs import load_inputs

DEMO = data_folder() / "baoshan-demo"
DOMAINS = {
    "community", "industrial_park", "mall", "office_tower", "scenic_area", "street_block",
    "waterfront", "talent_apartments", "couriers",
}  # fmt: skip


@pytest.fixture(scope="module")
def result() -> Result:
    return run_plan(load_inputs(load_plan(DEMO / "plan.toml")))


@pytest.fixture(scope="module")
def residents(result: Result) -> dict[str, dict]:
    """Rows of `coverage` of residents at 15 minutes by area."""
    rows = result.summary["coverage"]
    return {
        row["area"]: row
        for row in rows
        if (row["kind"], row["cutoff_minutes"]) == ("residential", 15)
    }


def test_people_per_town_and_kind_are_those_of_the_table_to_the_last_one(result):
    with (DEMO / "population.csv").open(encoding="utf-8", newline="") as file:
        given = {(r["town"], r["kind"]): int(r["people"]) for r in csv.DictReader(file)}
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


def test_every_cause_of_a_gap_and_every_reason_for_doubt_is_there(result):
    gaps, demand = result.layers["gaps"], result.layers["demand"]
    causes = Counter(gaps.loc[gaps["name"] != SCATTERED, "cause"])
    assert set(causes) == {DETOUR, TOO_FAR}
    assert min(causes.values()) >= 10
    reasons = Counter(demand.loc[demand["verdict"] == "unknown", "reason"])
    assert set(reasons) == set(REASONS)
    assert min(reasons.values()) >= 10, reasons


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
    assert Counter(committees["kind"]) == {"village": 103, "residents": 490}
    assert len(committees) == 593
    stations = committees["facility_id"]
    # 577 have a station first; of the other 16 some share one and the rest have none
    assert stations[stations != ""].nunique() == 577
    assert committees.loc[stations == "", "minutes_own"].dropna().eq(float("inf")).all()
    lived_in = committees[committees["people"] > 0]
    assert len(lived_in) > 580
    assert (lived_in["minutes_nearest"] <= lived_in["minutes_own"]).all()
    assert (lived_in["share_own"] <= lived_in["share_any"]).all()


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
    for level in ("district", "town", "neighbourhood"):
        assert f"minutes_{level}" in result.layers["demand"]


def test_every_row_of_every_table_says_that_it_is_not_real(result):
    for name, layer in result.layers.items():
        assert len(layer) > 0, name
        assert (layer["notice"] == "演示数据，非真实").all(), name
    assert all(gap["notice"] == "演示数据，非真实" for gap in result.summary["gaps"])
