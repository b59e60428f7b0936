"""Which facilities should gain a service or hours: by hand, and beside the verdicts of a run."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

import planner
from planner import InfeasibleError, choose_services, run_plan
from planner.cli import app
from planner.errors import ArgumentError, SitingError
from tests.siting.street import STREETS, street_inputs

# Three stations on the street of 4 km; an adult walks 1,000 m in 15 minutes, an elder 725 m.
#
#     a 100   b 200     F1       c 1000   F2     d 300    F3  e 60
#   -1900   -1500     -1000       500     880    1500    1800 1900
FACILITIES = [
    ("F1", "West", "文体 | 为老", "", -1000, 0),
    ("F2", "Middle", "文体", "Mo-Fr 09:00-17:00", 880, 0),
    ("F3", "East", "", "Mo-Fr 09:00-17:00", 1800, 0),
]
MORE = """
[[groups]]
name = "old"
profile = "elderly"
share = 0.5
[[moments]]
name = "evening"
day = "tuesday"
time = "20:00"
[candidates.costs]
service = 2
hours = 0.5
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("services")
    heading = "facility_id,name,services,opening_hours"
    return run_plan(
        street_inputs(
            folder, drawing=STREETS, facilities=FACILITIES, heading=heading, more=MORE,
            service="default_rules = false", towns=None,
        )
    )  # fmt: skip


def test_most_people_by_hand(result):
    # 文体: F1 reaches a (900 m) and b (500 m), F2 reaches c (380 m) and d (620 m). F3 lacks it and
    # would reach e (100 m), whom F2 does not (1,020 m).
    assert choose_services(result, "文体", p=1).value == 60
    # 为老 for the elderly, half of the residents, who walk 725 m: F1 reaches b alone. F2 would
    # reach c and d: 500 + 150; F3 d (300 m) and e (100 m): 150 + 30.
    chosen = choose_services(result, "为老", p=1)
    assert chosen.facilities["facility_id"].tolist() == ["F2"]
    assert (chosen.group, chosen.profile) == ("old", "elderly")
    assert (chosen.value, chosen.bound, chosen.status) == (650, 650, "proved")
    assert (chosen.before["covered"], chosen.after["covered"]) == (100, 750)
    both = choose_services(result, "为老", p=2)
    assert both.facilities["people"].tolist() == [650, 30]
    assert both.facilities["services"].tolist() == ["文体 | 为老", "为老"]
    assert both.cost == 4


def test_a_group_is_known_by_its_walk_or_named(result):
    assert choose_services(result, "为老", p=1, group="old").value == 650
    # 文体 is for everybody: adults, all of them.
    everybody = choose_services(result, "文体", p=1)
    assert (everybody.group, everybody.profile) == (None, "adult")
    assert choose_services(result, "文体", p=1, group="old").value == 30
    with pytest.raises(ArgumentError, match="the plan has no group 'young'; it has old"):
        choose_services(result, "为老", group="young")


def test_longer_hours_in_place_of_a_service(result):
    # In the evening F1 alone is open, which has no hours: F2 would reach c and d, 1,300.
    chosen = choose_services(result, None, p=1, moment="evening")
    assert chosen.facilities[["facility_id", "gains", "cost"]].iloc[0].tolist() == [
        "F2",
        "hours",
        0.5,
    ]
    assert chosen.value == 1300
    # 文体 in the evening: F2 has it at other hours, F3 never.
    culture = choose_services(result, "文体", p=2, moment="evening")
    gains = culture.facilities.set_index("facility_id")["gains"].to_dict()
    assert gains["F2"] == "hours"
    assert set(gains) <= {"F2", "F3"}


def test_a_budget_counts_the_costs_of_the_plan(result):
    assert choose_services(result, "为老", p=None, budget=3).value == 650
    with pytest.raises(InfeasibleError, match="the budget of 1 is below the cheapest"):
        choose_services(result, "为老", p=None, budget=1)


def test_forced_and_excluded(result):
    assert choose_services(result, "为老", p=1, forced=["F3"]).value == 180
    assert choose_services(result, "为老", p=1, excluded=["F2"]).value == 180
    with pytest.raises(ArgumentError, match="forced: 'F1' is no facility that lacks it"):
        choose_services(result, "为老", p=1, forced=["F1"])


def test_the_fewest_that_serve_all(result):
    # Of 830 elders b has it and a, 50, can have it nowhere; c, d make 750, e the 780 of 830.
    chosen = choose_services(result, "为老", model="lscp", share=0.9)
    assert chosen.value == 1
    assert choose_services(result, "为老", model="lscp", share=0.92).value == 2
    with pytest.raises(InfeasibleError, match="no candidate reaches 50 people"):
        choose_services(result, "为老", model="lscp")


def test_without_a_number_all_that_lack_it_may_gain_up_to_ten(result):
    # F2 and F3 lack 为老: ten asked for are two; a number that is asked for stands.
    assert choose_services(result, "为老").facilities["facility_id"].tolist() == ["F2", "F3"]
    assert len(choose_services(result, "为老", excluded=["F3"]).facilities) == 1
    with pytest.raises(InfeasibleError, match="10 sites are asked for but there are 2"):
        choose_services(result, "为老", p=10)


def test_where_nobody_lacks_it_there_is_nothing_to_choose(result):
    # The 40 workers at -1600 walk 600 m to F1, which has 文体.
    with pytest.raises(SitingError, match="nobody of these people who can be judged lacks"):
        choose_services(result, "文体", kind="industrial")


def test_one_more_never_lowers_the_value(result):
    values = [choose_services(result, "为老", p=p).value for p in (1, 2)]
    assert values == sorted(values)


def test_the_same_from_tables_of_points():
    town = planner.load_example()
    tables = planner.coverage(town.network, town.facilities, town.people, known="everywhere")
    of_plan = run_plan(planner.load_inputs(town.plan))
    one, other = (choose_services(of, "政务", p=1) for of in (tables, of_plan))
    # F1 has 政务 and reaches 660; F2 reaches H5 90 and H6 150 more.
    assert one.value == other.value == 240
    assert (
        one.facilities["facility_id"].tolist() == other.facilities["facility_id"].tolist() == ["F2"]
    )
    assert "55.0% -> 75.0% reach it" in repr(one)
    assert "Market Hall" in one._repr_html_()


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (("茶",), {}, "no facility has the service '茶'; they have 文体, 为老; give one of them"),
        ((), {}, "say which service, or at which moment"),
        (("为老",), {"model": "fairness"}, "for services give one of mclp"),
        (("为老",), {"kind": "pets"}, "kind is 'pets'; give one of residential"),
    ],
)
def test_what_cannot_be_meant_is_refused(result, arguments, options, message):
    with pytest.raises(ArgumentError, match=message):
        choose_services(result, *arguments, **options)


def test_something_else_than_a_run_is_refused():
    with pytest.raises(ArgumentError, match="for the result of run_plan or a Coverage, not a str"):
        choose_services("plan.toml", "为老")


def test_the_command_writes_the_table_and_the_proof(result, tmp_path):
    plan = result.inputs.plan.folder / "plan.toml"
    out = tmp_path / "out"
    arguments = ["site", str(plan), "--service", "为老", "--sites", "1", "--out", str(out)]
    ended = CliRunner().invoke(app, arguments)
    assert ended.exit_code == 0, ended.output
    assert "station 1: Middle (F2) gains 为老, 650 people more" in ended.output
    assert "proved to be the best" in ended.output
    table = pd.read_csv(out / "services.csv")
    assert table[["facility_id", "gains", "services"]].iloc[0].tolist() == [
        "F2", "为老", "文体 | 为老"
    ]  # fmt: skip
    content = json.loads((out / "services.json").read_text(encoding="utf-8"))
    assert (content["value"], content["group"], content["cost"]) == (650, "old", 2)
    assert set(content["outputs"]) == {"services.csv", "services.geojson"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--moment", "night"], "--moment can only stand with --service"),
        (["--service", "为老", "--closures", "1"], "--closures cannot stand with --service"),
        (["--service", "为老", "--why-not", "1,2"], "--why-not cannot stand with --service"),
    ],
)
def test_options_that_do_not_go_together_are_refused(tmp_path, options, message):
    ended = CliRunner().invoke(app, ["site", "plan.toml", *options, "--out", str(tmp_path / "o")])
    assert ended.exit_code == 2
    assert message in " ".join(ended.output.replace("│", " ").split())


@pytest.mark.parametrize("moment", [None, "evening"])
def test_who_has_it_today_is_counted_as_a_run_counts_it(result, moment):
    rows = [
        row
        for row in result.summary["services"]
        if (row["service"], row["moment"], row["kind"]) == ("文体", moment, "residential")
    ]
    chosen = choose_services(result, "文体", p=1, moment=moment)
    for name in ("people", "covered", "gap", "unknown"):
        assert chosen.before[name] == rows[0][name], name
