"""Who walks or rides."""

import pytest

from planner.errors import PlanError
from planner.plan.profiles import PROFILES, WalkProfile, derive_profile, profile_named


def test_an_adult_walks_a_kilometre_in_fifteen_minutes():
    assert profile_named("adult").speed_m_per_min * 15 == pytest.approx(1000)


def test_profiles_are_known_by_their_names_and_say_where_they_come_from():
    assert [(p.name, p.speed_kmh) for p in PROFILES.values()] == [
        ("adult", 4.0),
        ("elderly", 2.9),
        ("child", 3.6),
        ("wheelchair", 3.2),
        ("stroller", 3.6),
        ("bicycle", 12.0),
        ("ebike", 15.0),
    ]
    for profile in PROFILES.values():
        assert (profile.signal_s, profile.crossing_s, profile.gate_s) == (20, 5, 0)
        assert all(figure.source and figure.status for figure in profile.figures)
    assert {p.name for p in PROFILES.values() if not p.takes_steps} == {
        "wheelchair",
        "stroller",
        "bicycle",
        "ebike",
    }
    assert {p.name for p in PROFILES.values() if p.vehicle == "bicycle"} == {"bicycle", "ebike"}


def test_a_speed_that_is_no_number_is_refused():
    with pytest.raises(PlanError, match=r"profile 'x': speed_kmh is 'fast'; give a number"):
        WalkProfile("x", "fast")  # type: ignore[arg-type]


def test_every_figure_says_what_it_is():
    figures = {figure.key: figure for figure in PROFILES["adult"].figures}
    assert list(figures) == ["speed_kmh", "steps_factor", "signal_s", "crossing_s", "gate_s"]
    assert (figures["speed_kmh"].unit, figures["speed_kmh"].status) == ("km/h", "derived")
    assert (figures["signal_s"].value, figures["signal_s"].unit) == (20.0, "s")
    assert {figures[key].status for key in list(figures)[1:]} == {"assumption"}
    pushed = PROFILES["bicycle"].figures[-1]
    assert (pushed.key, pushed.value, pushed.status) == ("push_kmh", 4.0, "derived")


def test_a_profile_like_another_changes_only_what_is_named():
    made = derive_profile(
        PROFILES["adult"], "ours", source="survey", status="standard", figures={"signal_s": 30}
    )
    assert (made.name, made.speed_kmh, made.signal_s) == ("ours", 4.0, 30)
    figures = {figure.key: figure for figure in made.figures}
    assert figures["speed_kmh"].status == "derived"
    assert (figures["signal_s"].source, figures["signal_s"].status) == ("survey", "standard")
    assert figures["crossing_s"].status == "assumption"
    slower = derive_profile(
        made, "slower", source="guess", status="assumption", figures={"speed_kmh": 2.0}
    )
    figures = {figure.key: figure for figure in slower.figures}
    assert (figures["speed_kmh"].source, figures["signal_s"].source) == ("guess", "survey")


def test_a_profile_can_be_a_key():
    assert PROFILES["adult"] == WalkProfile(
        "adult", 4.0, source=PROFILES["adult"].source, status="derived"
    )
    assert len({hash(profile) for profile in PROFILES.values()}) == len(PROFILES)


def test_an_unknown_profile_names_the_nearest_and_the_known():
    with pytest.raises(PlanError, match="unknown profile 'tall'; known are adult, elderly, child"):
        profile_named("tall")
    with pytest.raises(PlanError, match=r"'Eldery'; did you mean elderly\? known are adult"):
        profile_named("Eldery")


@pytest.mark.parametrize("key", ["speed_kmh", "push_kmh"])
@pytest.mark.parametrize("speed_kmh", [0, -1, 0.49, 30.1, float("nan"), float("inf")])
def test_an_impossible_speed_is_refused(key: str, speed_kmh: float):
    with pytest.raises(PlanError, match=rf"profile 'x': {key} is .* speed from 0.5 to 30 km/h"):
        WalkProfile("x", **({"speed_kmh": 4.0} | {key: speed_kmh}))
    assert WalkProfile("x", **({"speed_kmh": 4.0} | {key: 30}))
    assert WalkProfile("x", **({"speed_kmh": 4.0} | {key: 0.5}))


@pytest.mark.parametrize("factor", [-0.1, 1.5, float("nan")])
def test_an_impossible_factor_is_refused(factor: float):
    with pytest.raises(PlanError, match=r"steps_factor is .* from 0 .* to 1"):
        WalkProfile("x", 4.0, factor)


@pytest.mark.parametrize("key", ["signal_s", "crossing_s", "gate_s"])
@pytest.mark.parametrize("delay_s", [-1, 601, float("nan"), float("inf")])
def test_an_impossible_delay_is_refused(key: str, delay_s: float):
    with pytest.raises(PlanError, match=rf"{key} is .* seconds from 0 to 600"):
        WalkProfile("x", 4.0, **{key: delay_s})


def test_an_unknown_vehicle_is_refused():
    with pytest.raises(PlanError, match="vehicle is 'horse'; give foot or bicycle"):
        WalkProfile("x", 4.0, vehicle="horse")  # type: ignore[arg-type]
