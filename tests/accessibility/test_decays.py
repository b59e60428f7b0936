import math

import numpy as np
import pytest
from access import weights
from hypothesis import given
from hypothesis import strategies as st

from planner.accessibility import (
    Bands,
    Decay,
    Exponential,
    Gaussian,
    GaussianToCutoff,
    InversePower,
    Linear,
    Logistic,
    WithinCutoff,
)
from planner.accessibility.decays import weigh
from planner.errors import ArgumentError

KINDS = [
    WithinCutoff(15), Gaussian(5), GaussianToCutoff(15), Exponential(0.1), InversePower(2),
    Linear(15), Logistic(15, 3), Bands({5: 1, 10: 0.68, 15: 0.22}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("decay", "minutes", "weight"),
    [
        (WithinCutoff(15), 15, 1),
        (WithinCutoff(15), 15.001, 0),
        (Gaussian(5), 5, math.exp(-1 / 2)),
        (GaussianToCutoff(10), 5, (math.exp(-1 / 8) - math.exp(-1 / 2)) / (1 - math.exp(-1 / 2))),
        (GaussianToCutoff(10), 10, 0),
        (GaussianToCutoff(10), 11, 0),
        (Exponential(0.1), 20, math.exp(-2)),
        (InversePower(2, least_minutes=2), 1, 1 / 4),
        (InversePower(2, least_minutes=2), 4, 1 / 16),
        (Linear(15), 3, 0.8),
        (Linear(15), 16, 0),
        # k = pi / (3 sqrt(3)); at the middle (1 + exp(-15 k)) / 2
        (Logistic(15, 3), 15, (1 + math.exp(-15 * math.pi / (3 * math.sqrt(3)))) / 2),
        (Bands({5: 1, 15: 0.5}), 5, 1),
        (Bands({5: 1, 15: 0.5}), 5.001, 0.5),
        (Bands(((5, 1), (15, 0.5))), 15.001, 0),
    ],
)
def test_a_weight_is_what_the_formula_says(decay, minutes, weight):
    assert decay([minutes]) == pytest.approx([weight], abs=1e-15)


@pytest.mark.parametrize("decay", KINDS)
@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_a_weight_never_rises_with_the_minutes(decay, minutes):
    found = decay(np.sort(minutes))
    assert (np.diff(found) <= 0).all()
    assert ((found >= 0) & (found <= 1)).all()


@pytest.mark.parametrize("decay", KINDS)
def test_the_door_weighs_one_and_no_path_nothing(decay):
    assert decay([0.0, np.inf]).tolist() == pytest.approx([1.0, 0.0])
    assert decay([]).shape == (0,)
    assert isinstance(decay, Decay)
    assert decay.formula
    assert decay.source


def test_weights_are_those_of_access():
    minutes = np.arange(0, 40, 0.5)
    for ours, theirs in (
        (Gaussian(7), weights.gaussian(7)),
        (Bands({10: 1, 20: 0.68, 30: 0.22}), weights.step_fn({10: 1, 20: 0.68, 30: 0.22})),
        (InversePower(1.5), weights.gravity(1, -1.5, min_dist=1)),
    ):
        assert ours(minutes) == pytest.approx([theirs(value) for value in minutes])


def test_a_decay_is_a_value():
    assert Gaussian(5) == Gaussian(5.0)
    assert hash(Bands({5: 1})) == hash(Bands(((5.0, 1.0),)))
    with pytest.raises(AttributeError):
        Gaussian(5).sigma_minutes = 6


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Gaussian(0), "Gaussian: sigma_minutes is 0; give a number above 0"),
        (lambda: Gaussian("5"), "Gaussian: sigma_minutes is '5'; give a number"),
        (lambda: Linear(math.nan), "Linear: cutoff_minutes is nan; give a number above 0"),
        (lambda: Exponential(-1), "beta_per_minute is -1; give a number of at least 0"),
        (lambda: WithinCutoff(True), "cutoff_minutes is True; give a number"),
        (lambda: Bands({}), "bands are empty"),
        (lambda: Bands(5), "bands are 5; give minutes and weights"),
        (lambda: Bands({10: 1, 5: 1}), "do not ascend; sort them"),
        (lambda: Bands({5: 0.5, 10: 1}), "a weight rises with the minutes"),
        (lambda: Bands({5: -1}), "negative or no number"),
    ],
)
def test_a_decay_that_cannot_be_meant_is_refused(make, message):
    with pytest.raises(ArgumentError) as told:
        make()
    assert message in str(told.value)


@pytest.mark.parametrize(
    ("decay", "message"),
    [
        (5, "decay is a int; give a decay"),
        (Gaussian, "decay is the class Gaussian; give it numbers"),
        (lambda _: 1.0, "returns the shape () for 2 walks"),
        (lambda minutes: -minutes, "returns -1 for 1 minutes"),
        (lambda minutes: minutes / 0.0, "returns inf for 1 minutes"),
        (lambda minutes: 1 if minutes < 5 else 0, "cannot weigh an array of minutes"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_what_is_no_decay_is_refused(decay, message):
    with pytest.raises(ArgumentError) as told:
        weigh(decay, np.array([1.0, 2.0]))
    assert message in str(told.value)


def test_any_function_may_weigh():
    assert weigh(lambda minutes: 1 / (1 + minutes), np.array([0.0, 1.0])).tolist() == [1.0, 0.5]
