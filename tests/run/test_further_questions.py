"""Further questions to a result are answered by the rules of its plan, not by the usual ones."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from planner import PROFILES, isochrones, nearest, nearest_facility
from planner.errors import ArgumentError, PlanError
from planner.run import run_plan
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from tests.cities.small_plan import inputs_of

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
#: A leg of h metres off a straight street costs as much as h * sqrt(detour² - 1) metres along it,
#: as the best one meets the street aslant: with 2 in place of 1.4, 50 m cost 86.6 m.
OFF_STREET_M = 50 * np.sqrt(3)
#: The drawing is in one frame, the plan measures in its own: 0.04 % apart at most.
SCALE = 4e-4
ADULT_M_PER_MIN, ELDERLY_M_PER_MIN = 4000 / 60, 2900 / 60


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """A street of 4 km, a station in its middle; homes 900 m on, 50 m and 80 m off the street.

    Another station, nearer to the homes, is closed; legs are at most 60 m long and cost twice
    their length.
    """
    tmp_path = tmp_path_factory.mktemp("plan")
    inputs_of(
        tmp_path,
        HOMES,
        facilities=[("F", "Station", "open", 0, 0), ("C", "Closed", "closed", 890, 0)],
        heading="facility_id,name,status",
        tables={"homes.csv": [("near", 10, 900, 50), ("far", 20, 900, 80)]},
        service="cutoffs_minutes = [5, 14.5]\nmoments = ['night']\n",
        known="everywhere",
        complete=True,
    )
    plan = tmp_path / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    text = text.replace("[facilities]", "access_limit_m = 60\naccess_detour = 2\n[facilities]")
    plan.write_text(text, encoding="utf-8")
    return run_plan(load_inputs(load_plan(plan)))


def test_its_streets_give_the_minutes_of_its_layers(result):
    homes = result.layers["demand"].to_crs(result.network.crs)
    found = nearest_facility(result.streets, result.serving_facilities, homes)
    assert_allclose(found["minutes"], [(900 + OFF_STREET_M) / ADULT_M_PER_MIN, np.inf], rtol=SCALE)
    assert found["nearest"].tolist() == ["F", None]
    assert_allclose(found["minutes"], homes["minutes"])
    # The usual rules would have covered the first home, in 14.2 minutes, and reached the second.
    usual = nearest_facility(result.network, result.serving_facilities, homes)
    assert homes["verdict"].tolist() == ["gap", "unknown"]
    assert (usual["minutes"] <= 14.5).tolist() == [True, False]
    assert np.isfinite(usual["minutes"]).all()


def test_other_people_walk_by_the_same_rules(result):
    homes = result.layers["demand"].to_crs(result.network.crs)
    slower = [(900 + OFF_STREET_M) / ELDERLY_M_PER_MIN, np.inf]
    for elderly in ("elderly", PROFILES["elderly"]):
        streets = result.streets_of(elderly)
        assert streets.profile.name == "elderly"
        assert streets.access == result.streets.access
        found = nearest_facility(streets, result.serving_facilities, homes)
        assert_allclose(found["minutes"], slower, rtol=SCALE)
    assert result.streets_of() is result.streets
    assert result.streets_of("adult") is result.streets


def test_a_moment_has_rules_of_its_own(result):
    assert result.streets_of(moment="night").access == result.streets.access
    with pytest.raises(PlanError, match=r"moment 'noon'.*weekday_morning"):
        result.streets_of(moment="noon")
    with pytest.raises(PlanError, match=r"profile 'nobody'.*adult"):
        result.streets_of("nobody")
    with pytest.raises(ArgumentError, match="profile is 5; give the name of one"):
        result.streets_of(5)
    with pytest.raises(ArgumentError, match="moment is 22; give the name of one"):
        result.streets_of(moment=22)


def test_its_isochrones_are_those_of_its_layers(result):
    drawn = isochrones(result.streets, result.serving_facilities, cutoffs_minutes=[14.5])
    layer = result.layers["isochrones"].to_crs(result.network.crs)
    union = layer[(layer["facility_id"] == "all") & (layer["cutoff_minutes"] == 14.5)]
    assert drawn.area.iloc[0] == pytest.approx(union.area.iloc[0], rel=1e-4)


def test_the_stations_are_those_that_count(result):
    assert result.serving_facilities.index.tolist() == ["F"]
    assert result.serving_facilities.crs == result.network.crs


@pytest.mark.nightly
def test_porto_alegre_answers_as_it_was_judged(shared_data):
    """Its legs may be 200 m long; by the usual 100 m some cells are judged otherwise."""
    result = run_plan(load_inputs(load_plan(shared_data / "porto_alegre" / "plan.toml")))
    cells = result.layers["demand"].set_index("demand_id")
    covered = cells["verdict"] == "covered"
    cutoff = result.case.cutoff_minutes
    for found in (
        nearest_facility(result.streets, result.serving_facilities, cells)["minutes"],
        nearest(result.streets, cells, result.serving_facilities)
        .set_index("origin")["minutes"]
        .reindex(cells.index),
    ):
        assert ((found <= cutoff) == covered).all()
