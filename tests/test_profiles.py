"""Who walks."""

import pytest

from planner.errors import PlanError
from planner.profiles import PROFILES, WalkProfile, profile_named


def test_an_adult_walks_a_kilometre_in_fifteen_minutes():
    assert profile_named("adult").speed_m_per_min * 15 == pytest.approx(1000)


def test_profiles_are_known_by_their_names_and_say_where_they_come_from():
    assert [(p.name, p.speed_kmh) for p in PROFILES.values()] == [
        ("adult", 4.0),
        ("elderly", 2.9),
        ("child", 3.6),
    ]
    assert all(profile.source and profile.status for profile in PROFILES.values())


def test_an_unknown_profile_names_the_known():
    with pytest.raises(PlanError, match="unknown profile 'tall'; known are adult, elderly, child"):
        profile_named("tall")


@pytest.mark.parametrize("speed_kmh", [0, -1, float("nan"), float("inf")])
def test_an_impossible_speed_is_refused(speed_kmh: float):
    with pytest.raises(PlanError, match=r"speed_kmh is .* above 0"):
        WalkProfile("x", speed_kmh)


@pytest.mark.parametrize("factor", [0, 1.5, float("nan")])
def test_an_impossible_factor_is_refused(factor: float):
    with pytest.raises(PlanError, match=r"steps_factor is .* above 0, at most 1"):
        WalkProfile("x", 4.0, factor)
