"""Up and down differ: tiles tell every walk of a plain run, whichever direction counts."""

import numpy as np
import pytest

from tests.cities.estates_drawing import Estates
from tests.cities.hills import write_hills
from tests.cities.rasters import reading_rasters_here
from tests.cities.small_plan import inputs_of
from tests.cities.walled_city import walled_city
from tests.samples import first
from tests.scale.tiles_beside_plain import assert_same_demand, assert_same_figures, run_both

__all__ = ["reading_rasters_here"]
pytestmark = pytest.mark.usefixtures("reading_rasters_here", "read_and_cut_here")

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
SERVICE = 'cutoffs_minutes = [1, 3]\nprofile = "slow"\nprofiles = ["elderly"]\n'
CASES = [("both", 1, 2), *((way, seed, 4) for way in ("to", "from", "both") for seed in (2, 3, 5))]
SLOW = '[[profiles]]\nname = "slow"\nspeed_kmh = 2\n'


def write_city(folder, seed: int, network: str, more: str = ""):
    """Write a random city on hills of some 20 m; return its plan."""
    rng = np.random.default_rng(seed)
    city: Estates = walled_city(seed)
    homes = [(f"h{n}", n + 1, *rng.uniform(-20, 470, 2).round(2)) for n in range(80)]
    stations = [(f"F{n}", "Station", *rng.uniform(-20, 470, 2).round(2)) for n in range(6)]
    inputs_of(
        folder, HOMES, drawing=city, facilities=stations, tables={"homes.csv": homes},
        service=SERVICE, known="everywhere", more=SLOW + more,
    )  # fmt: skip
    write_hills(
        folder / "dem.tif",
        lambda x, y: 100 + 20 * np.sin(x / 90 + seed) * np.cos(y / 70),
        low=(-300.0, -300.0), high=(800.0, 800.0),
    )  # fmt: skip
    plan = folder / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    keys = f'osm = "streets.osm"\nelevation = "dem.tif"\n{network}\n'
    plan.write_text(text.replace('osm = "streets.osm"\n', keys), encoding="utf-8")
    return plan


@pytest.mark.parametrize(("direction", "seed", "count"), first(0, CASES))
def test_hills_in_tiles(tmp_path, direction, seed, count):
    plan = write_city(tmp_path, seed, f'direction = "{direction}"')
    whole, answer = run_both(plan, tmp_path / "steps", count)
    assert_same_figures(whole, answer)
    assert_same_demand(whole, answer)
    demand = whole.layers["demand"]
    assert (demand["minutes_to"] != demand["minutes_from"]).any()
