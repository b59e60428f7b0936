"""A run that stands on disk goes on: its streets are built again, and answer as the run did."""

import shutil

import numpy as np
import pytest
from numpy.testing import assert_allclose

import planner
from planner import ArgumentError, isochrones, nearest_facility, travel_time_matrix
from planner.cli.jobs import run_into
from planner.errors import SourceError
from planner.siting import build_question, site_plan
from planner.sources.results import load_result
from tests.cities.small_plan import inputs_of
from tests.siting.street import candidates, street_inputs

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANNER_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def home(made, tmp_path):
    """The plan and its run, to be changed."""
    return shutil.copytree(made, tmp_path / "home")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A plan with rules of its own, and its run in `out` below it.

    Legs are at most 60 m long and cost twice their length, so that with the usual rules all minutes
    would be others.
    """
    tmp_path = tmp_path_factory.mktemp("made")
    inputs_of(
        tmp_path,
        HOMES,
        facilities=[("F", "Station", "open", 0, 0), ("C", "Closed", "closed", 890, 0)],
        heading="facility_id,name,status",
        tables={"homes.csv": [("near", 10, 900, 50), ("far", 20, 900, 80)]},
        known="everywhere",
        complete=True,
    )
    plan = tmp_path / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    text = text.replace("[facilities]", "access_limit_m = 60\naccess_detour = 2\n[facilities]")
    plan.write_text(text, encoding="utf-8")
    run_into(plan, tmp_path / "out", quiet=True)
    return tmp_path


def test_minutes_are_those_of_the_run(home):
    finished = load_result(home / "out")
    homes = finished.layers["demand"].to_crs(finished.network.crs)
    found = nearest_facility(finished.streets, finished.serving_facilities, homes)
    # 900 m along the street, and 50 m off it cost 50 * sqrt(2² - 1) = 86.6 m, at 66.7 m a minute
    expected = (900 + 50 * np.sqrt(3)) / (4000 / 60)
    assert_allclose(found["minutes"], [expected, np.inf], rtol=4e-4)
    assert_allclose(found["minutes"], homes["minutes"].fillna(np.inf), atol=0.0005)
    assert found["nearest"].tolist() == ["F", None]
    assert finished.streets is finished.streets  # built once
    assert finished.streets.access.limit_m == 60
    assert finished.streets_of("elderly").profile.name == "elderly"


def test_further_questions_are_answered(home):
    finished = load_result(home / "out", plan=home / "plan.toml")
    homes = finished.layers["demand"].set_index("demand_id")
    matrix = travel_time_matrix(finished.streets, finished.serving_facilities, homes)
    assert matrix["destination"].tolist() == ["residential:near"]
    assert_allclose(matrix["minutes"], homes["minutes"].dropna(), atol=0.0005)
    drawn = isochrones(finished.streets, finished.serving_facilities, cutoffs_minutes=[15])
    layer = finished.layers["isochrones"].to_crs(finished.network.crs)
    union = layer[(layer["facility_id"] == "all") & (layer["cutoff_minutes"] == 15)]
    assert drawn.area.iloc[0] == pytest.approx(union.area.iloc[0], rel=1e-3)


def test_coverage_and_services_take_it_as_they_take_a_run(home):
    finished = load_result(home / "out", plan=home / "plan.toml")
    homes = finished.layers["demand"].set_index("demand_id")
    found = planner.coverage(finished, finished.serving_facilities, homes)
    assert found.units["verdict"].tolist() == homes["verdict"].tolist()
    assert found.asked.ground.streets.access.limit_m == 60
    gaps = planner.find_gaps(finished, finished.serving_facilities, homes)
    assert len(gaps) == len(finished.layers["gaps"])
    # It gets as far as the run does: no facility of this plan has services.
    with pytest.raises(ArgumentError, match="no facility has the service '政务'"):
        planner.choose_services(finished, "政务")
    with pytest.raises(ArgumentError, match="a run has found its own gaps: take layers"):
        planner.find_gaps(finished)


def test_sites_are_those_of_the_run_in_memory(tmp_path):
    inputs = street_inputs(tmp_path)
    run_into(tmp_path / "plan.toml", tmp_path / "out", quiet=True)
    finished = load_result(tmp_path / "out")
    question = build_question(inputs.plan, n_sites=1, curve=2, alternatives=0)
    proposal = site_plan(finished, question, candidates=candidates({"B": (1700, 3, 0.4)}))
    # B reaches the 300 at 1,500 m and the 60 at 1,900 m
    assert proposal.content["value"] == 360
    assert proposal.result is finished.result


def test_the_plan_is_found_in_and_beside_the_folder_or_named(home):
    shutil.copytree(home / "out", home / "moved" / "away")
    with pytest.raises(
        SourceError, match=r"neither in it nor beside it.*load_result\(folder, plan"
    ):
        _ = load_result(home / "moved" / "away").streets
    named = load_result(home / "moved" / "away", plan=str(home / "plan.toml"))
    assert named.network.n_edges == load_result(home / "out").network.n_edges


def test_what_is_gone_or_changed_is_named(home):
    people = home / "homes.csv"
    text = people.read_text(encoding="utf-8")
    people.write_text(text.replace(",10,", ",11,"), encoding="utf-8")
    with pytest.raises(SourceError, match=r"is not a run of this plan.*homes.csv has changed"):
        _ = load_result(home / "out").streets
    people.unlink()
    with pytest.raises(SourceError, match=r"its streets cannot be built.*homes.csv"):
        _ = load_result(home / "out").network
    # what stands on disk can be read all the same
    assert len(load_result(home / "out").layers["demand"]) == 2
    people.write_text(text, encoding="utf-8")
    plan = home / "plan.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("= 60", "= 70"), encoding="utf-8")
    for named in (None, plan):
        with pytest.raises(SourceError, match=r"network.access_limit_m had another value"):
            _ = load_result(home / "out", plan=named).streets
    # a plan of another name is no plan of this run
    plan.write_text(plan.read_text(encoding="utf-8").replace('"small"', '"other"'))
    with pytest.raises(SourceError, match="neither in it nor beside it"):
        _ = load_result(home / "out").streets


def test_what_is_no_folder_and_no_plan_is_refused():
    for folder in (None, 3, ["out"]):
        with pytest.raises(ArgumentError, match=r"folder is a .*; give the path of the folder"):
            load_result(folder)
    with pytest.raises(ArgumentError, match=r"plan is a int; give the path of its plan\.toml, or"):
        load_result("out", plan=3)
