"""Streets of real and of large cities in tiles beside those of the plain run."""

from pathlib import Path

import pytest

import planner
from planner.network.facts import StreetFacts
from tests.scale.streets.same_streets import check_tiles

pytestmark = pytest.mark.nightly

DEMO = Path(__file__).resolve().parents[3] / "data" / "baoshan-demo"


@pytest.mark.parametrize("tiles", [1, 4, 16])
def test_porto_alegre(shared_data, tmp_path, tiles):
    folder = shared_data / "porto_alegre"
    plan = planner.load_plan(folder / "plan.toml")
    # As wide as the longest walk of the plan with both its legs.
    check_tiles(planner.load_inputs(plan), tmp_path, tiles=tiles, halo_m=1_300.0)


def test_porto_alegre_with_its_hills(shared_data, tmp_path):
    folder = shared_data / "porto_alegre"
    plan = planner.load_plan(folder / "plan.toml")
    network = plan.network.model_copy(update={"elevation": folder / "elevation.tif"})
    inputs = planner.load_inputs(plan.model_copy(update={"network": network}))
    assert inputs.elevation is not None
    check_tiles(inputs, tmp_path, tiles=9, halo_m=1_300.0)


@pytest.mark.parametrize("tiles", [4, 16])
def test_the_demo(tmp_path, tiles):
    inputs = planner.load_inputs(planner.load_plan(DEMO / "plan.toml"))
    _, facts = check_tiles(inputs, tmp_path, tiles=tiles, halo_m=4_000.0)
    # Estates, their gates, and those of the plan's own table are there.
    found = StreetFacts.from_arrays(facts)
    assert len(found.private_zone) > 1_000
    assert len(found.gated) > 1_000
    assert len(found.own_row) > 0
