"""Sites chosen from the joined matrix of parts are those that are chosen for the whole plan."""

import numpy as np
import pytest
from shapely.geometry import box

import planner
from planner.case import build_case
from planner.errors import SitingError
from planner.run.main_job import run_case
from planner.scale.sites.joined_sites import site_in_parts
from planner.siting.plan_sites import build_question, site_plan
from planner.sources.inputs import load_inputs
from planner.stages import Stages
from tests.cities.small_plan import inputs_of
from tests.cities.walled_city import walled_city
from tests.scale.split import PartsAsked, by_chance, take_parts, whole_of

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
WORKS = '[[demand]]\nkind = "industrial"\ntable = "works.csv"\npeople = "people"\n'
SLOW = '[[profiles]]\nname = "slow"\nspeed_kmh = 2\n'


def check_sites(inputs, count, **options):
    """Compare the sites of a plan with those of its parts; return the latter."""
    case = build_case(inputs)
    question = build_question(inputs.plan, alternatives=0, **options)
    plain = site_plan(run_case(case, Stages()), question)
    owner = by_chance(count)
    parts, whole = list(take_parts(case, owner, count)), whole_of(case)
    asker = PartsAsked(case, owner, count)
    units = [part.tables["gap_units"] for part in parts]
    found = site_in_parts(whole, units, question, asker, case.landmarks)
    told = plain.content
    assert found.sites["site_id"].tolist() == [row["site_id"] for row in told["sites"]]
    assert found.status == told["status"]
    assert [found.value, found.bound] == pytest.approx([told["value"], told["bound"]])
    ours, theirs = found.candidates, plain.layers["candidates"]
    assert ours["site_id"].tolist() == theirs["site_id"].tolist()
    assert ours["name"].tolist() == theirs["name"].tolist()
    for name in ours.select_dtypes("number"):
        # People and facilities of a run went through degrees and back: 1e-9 m.
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-8, err_msg=name)
    assert (ours.geometry.to_wkb() == theirs.geometry.to_wkb()).all()
    curve = [[row["sites"], row["value"], row["bound"]] for row in told["curve"]]
    np.testing.assert_allclose(found.curve.to_numpy(), np.array(curve, dtype=float))
    return found


@pytest.mark.nightly  # by day test_tile_sites.py asks the same of tiles
def test_the_table_of_the_example_in_parts():
    found = check_sites(load_inputs(planner.load_example().plan), 3, n_sites=2)
    assert "proved to be the best" in repr(found)


def test_buildings_and_frontage_in_parts(tmp_path):
    rng = np.random.default_rng(7)
    xy = rng.uniform(0, 450, (60, 2)).round(1)
    rows = [(f"u{k}", int(rng.integers(1, 60)), x, y) for k, (x, y) in enumerate(xy)]
    corners = dict(
        zip(range(501, 505), [(200, 210), (230, 210), (230, 240), (200, 240)], strict=True)
    )
    drawing = walled_city(4).having(
        nodes=corners, ways={9001: ([501, 502, 503, 504, 501], "building=yes amenity=library")}
    )
    inputs = inputs_of(
        tmp_path, HOMES + WORKS, drawing=drawing, facilities=[("F", "One", 10, 10)],
        tables={"homes.csv": rows[:45], "works.csv": rows[45:]}, area=box(-60, -60, 520, 520),
        service='cutoffs_minutes = [2, 4]\nprofile = "slow"', known="everywhere",
        more=f"{SLOW}[candidates]\nosm = true\nfrontage = true\nfrontage_step_m = 40\n",
    )  # fmt: skip
    found = check_sites(inputs, 3, n_sites=3, weights={"residential": 1.0, "industrial": 0.5})
    assert set(found.candidates["source"]) == {"osm", "frontage"}
    # Nobody is covered by two sites that bring nothing.
    assert (found.sites["gain"] > 0).all()


def test_what_parts_cannot_be_asked_is_said_in_one_line():
    plan = planner.load_example().plan
    with pytest.raises(SitingError, match="in tiles only mclp and capacitated"):
        site_in_parts(None, None, build_question(plan, model="p-median"), None, None)
