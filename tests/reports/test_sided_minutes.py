"""Whoever filters a file of a run by its minutes finds the verdicts, for every cutoff asked."""

import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from planner.cli.jobs import run_into
from planner.maps._page_payload import build_page_payload
from planner.plan import Rule
from planner.reports import round_layers
from planner.run import run_plan
from planner.sources.results import load_result
from tests.cities.small_plan import inputs_of

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
CUTOFFS = [5, 7.5, 12.3456]
#: An adult walks 200 / 3 metres a minute. A home each centimetre, from half a metre before each
#: cutoff to half a metre behind it: 0.00015 minutes apart, so that some six of each lie within
#: 0.0005 minutes past it. The frame of the plan is not that of the drawing, by 0.01 % at most
#: here: 8 cm.
AT = np.concatenate([cutoff * 200 / 3 + np.arange(-0.5, 0.5, 0.01) for cutoff in CUTOFFS])


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    homes = [(f"h{n}", 1, x, 0) for n, x in enumerate(AT)]
    return inputs_of(
        tmp_path_factory.mktemp("plan"),
        HOMES,
        tables={"homes.csv": homes},
        service=f"cutoffs_minutes = {CUTOFFS}\n",
        known="everywhere",
        complete=True,
    )


@pytest.fixture(scope="module")
def result(inputs):
    return run_plan(inputs)


@pytest.fixture(scope="module")
def exact(result):
    demand = result.layers["demand"].set_index("demand_id")
    past = [(demand["minutes"] > c) & (demand["minutes"] < c + 0.0005) for c in CUTOFFS]
    assert all(these.sum() >= 2 for these in past), "homes that rounding would bring to the cutoff"
    return demand


@pytest.fixture(scope="module")
def run(inputs, tmp_path_factory):
    out = tmp_path_factory.mktemp("run") / "out"
    run_into(inputs.plan.folder / "plan.toml", out, quiet=True)
    return load_result(out)


def test_demand_filtered_by_its_minutes_has_its_verdicts(run, exact):
    written = run.layers["demand"].set_index("demand_id").loc[exact.index]
    for cutoff in CUTOFFS:
        assert ((written["minutes"] <= cutoff) == (exact["minutes"] <= cutoff)).all()
    covered = written["verdict"] == "covered"
    assert ((written["minutes"] <= CUTOFFS[-1]) == covered).all()
    assert (written["minutes"] - exact["minutes"]).abs().max() <= 0.001
    thousandths = written["minutes"] * 1000
    assert np.allclose(thousandths, thousandths.round(), rtol=0, atol=1e-9)


def test_the_table_of_verdicts_says_the_same(run):
    verdicts = run.table("verdicts")
    within = verdicts["minutes"] <= verdicts["cutoff_minutes"]
    assert (within == (verdicts["verdict"] == "covered")).all()
    assert verdicts["cutoff_minutes"].unique().tolist() == [12.3456]


def test_no_gap_lies_within_the_cutoff(run):
    gaps = pd.read_csv(run.folder / "gaps.csv", encoding="utf-8-sig")
    summary = json.loads((run.folder / "summary.json").read_text(encoding="utf-8"))
    for rows in (gaps.to_dict("records"), run.layers["gaps"].to_dict("records"), summary["gaps"]):
        assert rows
        assert all(12.3456 < row["minutes"] <= row["minutes_max"] for row in rows)
    asked = sorted({row["cutoff_minutes"] for row in summary["coverage"]})
    assert asked == CUTOFFS


def test_the_page_shows_a_tenth_on_the_side_of_the_verdict(result, exact):
    layers = round_layers(result.layers, result.inputs.cutoffs)
    demand = build_page_payload(layers, result.summary)["demand"]
    covered = [word == 0 for word in demand["verdict"]]
    assert [minutes <= 12.3456 for minutes in demand["minutes"]] == covered
    assert set(demand["minutes"]) <= {5.0, 5.1, 7.5, 7.6, 12.3, 12.4}
    assert sum(covered) == (exact["verdict"] == "covered").sum()


def test_cutoffs_of_rules_count_too(inputs):
    rules = [
        Rule(id="a", tier="t", level="any", cutoff_minutes=6.25, source="-", status="assumption"),
        Rule(id="b", tier="t", level="any", cutoff_m=300, source="-", status="assumption"),
    ]
    plan = inputs.plan.model_copy(update={"rules": tuple(rules[:1])})
    asked = replace(inputs, plan=plan, default_rules=tuple(rules[1:])).cutoffs
    assert asked.minutes == (5, 7.5, 12.3456, 6.25)
    assert asked.metres == (300,)


def test_layers_written_by_somebody_else_keep_their_rounding(exact):
    plain = round_layers({"demand": gpd.GeoDataFrame(exact)})["demand"]["minutes"]
    assert plain.tolist() == exact["minutes"].round(3).tolist()
