"""Draws of uncertain figures: repeatable, inside their ranges, evenly spread."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.coverage.sampling import Draw, detour_range, limit_range, sample_ranges
from planner.plan import Plan
from planner.plan.profiles import PROFILES

FIGURES = ("speed_factor", "access_limit_m", "access_detour", "delay_factor")
RANGES = ((0.9, 1.1), (80, 120), (1.2, 1.6), (0.5, 1.5))


def plan_with(network: dict | None = None, **keys) -> Plan:
    content = {
        "name": "small",
        "network": {"osm": Path("a.osm"), **(network or {})},
        "facilities": {"table": Path("f.csv")},
        "uncertainty": keys,
    }
    return Plan.model_validate(content)


def test_without_repeats_nothing_is_drawn():
    assert sample_ranges(plan_with()) == []


def test_the_same_seed_draws_the_same():
    first, again = sample_ranges(plan_with(repeats=7)), sample_ranges(plan_with(repeats=7, seed=1))
    assert first == again
    assert first != sample_ranges(plan_with(repeats=7, seed=2))
    # by hand from numpy's generator of seed 1: the first figure of the first draw
    generator = np.random.default_rng(1)
    place = (np.argsort(generator.random(7))[0] + generator.random(7)[0]) / 7
    assert first[0].speed_factor == pytest.approx(0.9 + 0.2 * place, abs=1e-12)


@given(st.integers(1, 60), st.integers(0, 1000))
def test_every_part_of_every_range_is_drawn_once(repeats: int, seed: int):
    draws = sample_ranges(plan_with(repeats=repeats, seed=seed))
    assert len(draws) == repeats
    for name, (low, high) in zip(FIGURES, RANGES, strict=True):
        drawn = np.array([getattr(draw, name) for draw in draws])
        assert drawn.min() >= low
        assert drawn.max() <= high
        part = np.floor((drawn - low) / (high - low) * repeats + 1e-9).clip(0, repeats - 1)
        assert sorted(part.astype(int)) == list(range(repeats))
    counts = np.bincount([("as_tagged", "inferred_open", "inferred_closed").index(d.gates)
                          for d in draws], minlength=3)  # fmt: skip
    assert counts.max() - counts.min() <= 1


def test_ranges_follow_the_plan_unless_given():
    assert (limit_range(plan_with()), detour_range(plan_with())) == ((80, 120), (1.2, 1.6))
    wide = plan_with({"access_limit_m": 200.0, "access_detour": 1.1})
    assert (limit_range(wide), detour_range(wide)) == ((160, 240), (1.0, 1.3))
    own = plan_with(access_limit_m=(50.0, 60.0), access_detour=(1.0, 1.0))
    assert (limit_range(own), detour_range(own)) == ((50, 60), (1, 1))
    own = plan_with(repeats=5, access_detour=(1.0, 1.0))
    assert {draw.access_detour for draw in sample_ranges(own)} == {1.0}


def test_a_draw_changes_speeds_and_crossings_but_no_gates():
    draw = Draw(1.1, 100.0, 1.4, 0.5, "as_tagged")
    rider = draw.walker(PROFILES["ebike"])
    assert (rider.name, rider.vehicle) == ("ebike", "bicycle")
    assert rider.speed_kmh == pytest.approx(16.5)
    assert rider.push_kmh == pytest.approx(4.4)
    assert (rider.signal_s, rider.crossing_s, rider.gate_s) == (10, 2.5, 0)
