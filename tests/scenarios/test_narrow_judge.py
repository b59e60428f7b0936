"""Only whom an edit can touch is asked again: the answers are those of asking everybody."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from planner.case import build_case
from planner.errors import PlannerError
from planner.scenarios import compare as module
from planner.scenarios import compare_case
from planner.sources.cache import ArrayCache
from planner.sources.scenario_file import Edit, build_scenario
from planner.stages import Stages
from tests.cities.small_plan import lonlat
from tests.cities.walled_city import walled_city
from tests.maps.random_edits import EditDrawer
from tests.samples import examples
from tests.scenarios.test_as_full_runs import GROUP, OFFICE, SERVICE, read

OPS = ("add", "move", "close", "hours", "gate", "gate", "wall", "path", "people")


class Drawer(EditDrawer):
    """Draws changes of hours too, and people who leave."""

    def edit(self, op, number, taken):
        if op == "people":
            values = {"radius_m": 60.0, "share": 0.5}
            return Edit(number, "remove_people", f"away {number}", self.place(), (), None, values)
        if op == "hours":
            found = super().edit("close", number, taken)
            hours = str(self.rng.choice([OFFICE, "24/7", "unknown", ""]))
            return found and Edit(
                number, "hours", found.id, None, (), None, {"opening_hours": hours}
            )
        return super().edit(op, number, taken)


def assert_same(one, other):
    """Compare all that two comparisons say, to the last bit."""
    assert one.content == other.content
    for name, units in one.units.items():
        pd.testing.assert_frame_equal(units, other.units[name], check_exact=True)
    for name, layer in one.layers.items():
        assert layer.equals(other.layers[name]), name
    assert one.tables["verdicts"].equals(other.tables["verdicts"])


@pytest.fixture
def asked(monkeypatch):
    """How many units each narrow judge asks, of each profile; None: all were asked."""
    found = []

    def noted(*given):
        judge = narrow(*given)
        found.append(judge and {p.name: len(part.rows) for p, part in judge._parts.items()})
        return judge

    narrow = module.narrow
    monkeypatch.setattr(module, "narrow", noted)
    return found


def compare_twice(case, scenarios, folder):
    """Compare by asking everybody, then by the answers that were kept; return what is the same."""
    whole = compare_case(case, scenarios, Stages())
    cache = ArrayCache(Path(folder))
    for _ in range(2):
        assert_same(whole, compare_case(case, scenarios, Stages(), cache=cache))
    return whole


SEEDS = st.integers(0, 10_000)


@examples(2, whole=60)
@given(SEEDS)
def test_random_edits_of_random_cities(seed):
    rng = np.random.default_rng(seed)
    homes = rng.uniform(-20, 470, (40, 2)).tolist()
    spots = rng.uniform(0, 450, (6, 2)).tolist()
    hours = [str(rng.choice([OFFICE, "", "24/7"])) for _ in spots]
    stations = [(f"F{n}", hours[n], "open", *p) for n, p in enumerate(spots)]
    with tempfile.TemporaryDirectory() as folder:
        inputs = read(folder, stations, homes, drawing=walled_city(seed), more=GROUP,
                      service=SERVICE.replace("[5, 10]", "[2, 4]"))  # fmt: skip
        case = build_case(inputs)
        drawer = Drawer(case, rng)
        known = OPS[: rng.choice([5, 6, len(OPS)])]  # with fewer of them nobody else is asked
        scenario = drawer.scenario("try", [str(op) for op in rng.choice(known, rng.integers(1, 5))])
        try:
            compare_twice(case, [scenario], f"{folder}/kept")
        except PlannerError:
            assume(False)  # such as a place without a street


def test_a_station_far_from_most_asks_few(tmp_path, asked):
    """On the long street, 3.6 km, a station stands at each end; one more beside the east end.

    A home in the west has its station at 150 m at most: nobody there can be nearer to the new one,
    nor can the last one in the east, 50 m from its station and 80 m from the new one.
    """
    homes = [(x, -5.0) for x in (-1700, -1650, -1600, 1600, 1650, 1700)]
    stations = [("W", "", "open", -1750, 5), ("E", "", "open", 1750, 5)]
    inputs = read(tmp_path, stations, homes)
    lon, lat = lonlat(1620, 5)
    content = {"version": 1, "plan": "small", "name": "try", "edits": [
        {"op": "add", "id": "N", "lon": lon, "lat": lat}]}  # fmt: skip
    found = compare_twice(build_case(inputs), [build_scenario(content, file="t")], tmp_path / "k")
    assert found.units["try"]["nearest_after"].tolist() == ["W"] * 3 + ["N"] * 2 + ["E"]
    assert asked == [{"adult": 2}]
