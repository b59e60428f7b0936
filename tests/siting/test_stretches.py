"""Along a stretch a site keeps what it adds: checked with walks from places between the samples."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from planner.siting.models.solution import SolveOptions
from planner.siting.outcome import find_outcome, find_reach
from planner.siting.propose import propose
from planner.siting.question import SiteQuestion
from planner.siting.siting_case import build_siting_case
from planner.travel.access import join
from tests.cities.drawing import FRAME, Drawing
from tests.siting.street import FAR, candidates, street_run

SIDE, STEP_M = 7, 250
NODES = {
    100 + SIDE * row + col: (-1900 + STEP_M * col, -750 + STEP_M * row)
    for row in range(SIDE) for col in range(SIDE)
}  # fmt: skip


def grid(rng: np.random.Generator) -> Drawing:
    """A grid of streets 250 m apart in the west, some pieces missing, and the far paths."""
    ways = [([k, k + 1], "highway=footway") for k in range(10, 18, 2)]
    for row in range(SIDE):
        for col in range(SIDE):
            here = 100 + SIDE * row + col
            ends = [here + 1] * (col + 1 < SIDE) + [here + SIDE] * (row + 1 < SIDE)
            ways += [([here, end], "highway=residential") for end in ends if rng.random() < 0.85]
    return Drawing({1: (500, 0), 2: (2000, 0)} | FAR | NODES,
                   [*ways, ([1, 2], "highway=residential")])  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_every_place_along_a_stretch_keeps_nearly_all_of_the_gain(tmp_path, seed: int):
    rng = np.random.default_rng(seed)
    spots = np.array(list(NODES.values())) + rng.uniform(-60, 60, (len(NODES), 2))
    people = [(f"p{k}", int(rng.integers(1, 90)), *spot) for k, spot in enumerate(spots)]
    tables = {"people.csv": people, "workers.csv": [("w", 1, 600, 0)]}
    run = street_run(
        tmp_path, drawing=grid(rng), tables=tables,
        facilities=(("F", "Station", 1900, 0),),
    )  # fmt: skip
    sites = gpd.GeoDataFrame(
        candidates({"A": (-1500, 1, 0), "B": (-600, 1, 0), "C": (-1100, 1, 0)}).drop(
            columns="geometry"
        ),
        geometry=gpd.points_from_xy([-1650, -650, -1150], [-250, 250, 500]),
        crs=FRAME,
    ).to_crs(run.network.crs)
    case = build_siting_case(run, sites)
    found = propose(case, SiteQuestion(n_sites=2, options=SolveOptions(time_limit_s=5)))
    ids = [site["site_id"] for site in found.content["sites"]]
    order = [sites["site_id"].tolist().index(name) for name in ids]
    outcome = find_outcome(case, find_reach(case), order)
    residents = np.where(case.of_kind("residential") & case.left_out, case.people, 0.0)
    assert residents @ outcome.gained == found.content["value"]
    lines = found.layers["frontages"].to_crs(run.network.crs)
    assert len(lines)
    for place, name in zip(order, ids, strict=True):
        others = find_outcome(case, find_reach(case), [k for k in order if k != place])
        adds = found.content["value"] - residents @ others.gained
        own = lines[lines["site_id"] == name].geometry.to_numpy()
        for line in own:
            spots = shapely.line_interpolate_point(line, rng.uniform(0, line.length, 6))
            xy = np.column_stack([shapely.get_x(spots), shapely.get_y(spots)])
            pairs = case.pairs_to(join(case.streets, xy), case.cutoff_minutes, others.gained == 0)
            gain = np.bincount(pairs.origin, weights=residents[pairs.target], minlength=len(xy))
            # Between two places ten metres apart one household more or less may be reached.
            assert (gain >= 0.95 * adds - residents.max()).all()
            assert (gain >= 0.95 * adds).mean() >= 0.8
        assert shapely.length(own).sum() == pytest.approx(
            found.content["sites"][ids.index(name)]["frontage_m"], abs=0.2
        )
