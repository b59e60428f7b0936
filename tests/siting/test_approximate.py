"""Sites where a station has no confirmed place: nobody near it is a sure gap, nor surely served."""

import numpy as np
import pytest

from planner.siting.propose import propose
from planner.siting.question import SiteQuestion
from planner.siting.siting_case import build_siting_case
from tests.siting.street import candidates, street_run

#: At 1,700 m east one is said to stand: d and e (360 residents) may be served by it.
STATIONS = [("F", "Station", "", "open", 0, 0), ("M", "Around", "yes", "open", 1700, 0)]
HEADING = "facility_id,name,approximate,status"


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    run = street_run(tmp_path_factory.mktemp("street"), facilities=STATIONS, heading=HEADING)
    return build_siting_case(run, candidates(crs=run.network.crs))


def test_sites_go_where_people_are_surely_left_out(case):
    found = propose(case, SiteQuestion(n_sites=1, curve=2)).content
    # a and b in the west: 300; the 360 in the east would be more, if nothing stood there
    assert found["gain"]["residential"] == 300
    assert [site["site_id"] for site in found["sites"]] == ["A"]


def test_a_site_beside_it_covers_them_from_doubt(case):
    found = propose(case, SiteQuestion(n_sites=1, forced=("C",), curve=2)).content
    assert found["gain"]["residential"] == 0
    assert found["gain_unknown"]["residential"] == 360


def test_when_others_close_it_stays_in_doubt(case):
    demand = case.demand["demand_id"].tolist()
    nobody = np.full(len(demand), np.inf)
    verdicts = dict(zip(demand, case.judged_anew(nobody, np.array([False])), strict=True))
    assert verdicts["residential:d"] == verdicts["residential:e"] == "unknown"
    assert verdicts["residential:a"] == "gap"


def test_a_planned_one_is_not_counted(tmp_path):
    planned = [STATIONS[0], (*STATIONS[1][:3], "planned", *STATIONS[1][4:])]
    run = street_run(tmp_path, facilities=planned, heading=HEADING)
    case = build_siting_case(run, candidates(crs=run.network.crs).drop(index=0))
    assert len(case.planned) == 0
    assert not case.covered_by_planned.any()
