"""Answers about minutes: the same as asked one by one, whatever they share."""

from dataclasses import fields, replace
from datetime import datetime

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box

from planner.coverage.asked_question import METRES, Question
from planner.coverage.questions import Walks
from planner.plan.moments import Moment
from planner.plan.profiles import PROFILES
from planner.travel.access import Access, join, put, take
from planner.travel.minutes import nearest_minutes
from planner.travel.streets import AccessRules, prepare_streets
from planner.travel.wall_rules import WallRules
from tests.cities.drawing import FRAME, WALKER, estates_network, own_gates
from tests.cities.estates_drawing import TWINS

DAY = Moment("day", "", "", datetime(2026, 3, 10, 10))
NIGHT = Moment("night", "", "", datetime(2026, 3, 10, 23))
RULES = AccessRules(30.0, 1.4)
DATA = box(-5000, -5000, 5000, 5000)
#: On the street, in the west estate, in the east one.
STATIONS = [(20.0, 0.0), (105.0, 60.0), (290.0, 70.0)]
RNG = np.random.default_rng(11)
UNITS = np.vstack([RNG.uniform((0, -20), (400, 200), (200, 2)), [(101.0, 15.0), (100.0, 12.0)]])


def layer(places, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*np.array(places).T), crs=FRAME)


@pytest.fixture(scope="module")
def network():
    """The twins; the west gate is shut at night."""
    gates = own_gates(((100, 10), "residents", "W")).assign(hours="Mo-Su 06:00-22:00")
    return estates_network(TWINS, own_gates=gates)


@pytest.fixture
def facilities():
    return layer(
        STATIONS, level=["town", "", "town"], opening_hours=["", "", "Mo-Fr 09:00-17:00"],
        domain=["mall", "", "park"], open_to_outsiders=[True, True, False],
    )  # fmt: skip


@pytest.fixture
def walks(network, facilities):
    return Walks(prepare_streets(network, access=RULES), facilities, layer(UNITS), DATA)


def by_hand(network, shut, chosen):
    """Ask without anything shared."""
    streets = prepare_streets(network, WALKER, RULES, WallRules(shut=shut))
    closed = np.array([False, False, True])[chosen]
    origins = join(streets, np.array(STATIONS)[chosen], closed=closed)
    minutes, nearest = nearest_minutes(streets, origins, join(streets, UNITS, reached=True))
    return minutes, np.append(np.flatnonzero(chosen), -1)[nearest]


@pytest.mark.parametrize("chosen", [[1, 1, 1], [1, 0, 1], [0, 1, 0], [0, 0, 0]])
@pytest.mark.parametrize(("moment", "shut"), [(None, ()), (DAY, ()), (NIGHT, (0,))])
def test_what_is_shared_changes_no_answer(network, walks, moment, shut, chosen):
    chosen = np.array(chosen, dtype=bool)
    minutes, nearest = walks.nearest(WALKER, moment, chosen)
    expected, which = by_hand(network, shut, chosen)
    np.testing.assert_array_equal(minutes, expected)
    np.testing.assert_array_equal(nearest, which)


def test_the_gate_matters_at_night(walks):
    every = np.ones(3, dtype=bool)
    day, night = (walks.nearest(WALKER, moment, every)[0] for moment in (DAY, NIGHT))
    assert (night >= day - 1e-9).all()
    assert (night > day).any()


def test_nights_share_the_joins_of_the_day(walks):
    day, night = walks.of(WALKER, DAY), walks.of(WALKER, NIGHT)
    assert walks.of(WALKER) is day
    assert night is walks.of(WALKER, NIGHT)
    assert night.yardstick.grounds is day.yardstick.grounds
    far = np.hypot(*(UNITS - (100, 10)).T) > 60
    for name in ("entry_minutes", "seed_minutes"):
        columns = [getattr(take(w.units, np.flatnonzero(far)), name) for w in (day, night)]
        np.testing.assert_array_equal(*columns)


def test_streets_that_differ_in_gates_share_the_joins(network, facilities, walks):
    gates = network.walls.gates
    shut = replace(gates, shut_as_tagged=np.ones(len(gates), dtype=bool))
    other = replace(network, walls=replace(network.walls, gates=shut))
    streets = prepare_streets(other, access=RULES)
    alone = Walks(streets, facilities, layer(UNITS), DATA)
    shared = Walks(streets, facilities, layer(UNITS), DATA, like=walks)
    for profile in (WALKER, PROFILES["wheelchair"], PROFILES["ebike"], METRES):
        for moment in (None, NIGHT):
            one, own = (part.of(profile, moment) for part in (shared, alone))
            assert same(one.units, own.units)
            assert same(one.places, own.places)
            np.testing.assert_array_equal(one.yardstick.grounds.first, own.yardstick.grounds.first)
    assert not same(walks.of(WALKER).units, alone.of(WALKER).units)


def test_all_cores_find_what_one_does(network, facilities, walks):
    questions = [
        Question(level, profile, moment, 15.0)
        for level in ("any", "town")
        for profile in (WALKER, PROFILES["elderly"], METRES)
        for moment in (None, DAY, NIGHT)
    ]
    walks.prepare_answers(questions)
    alone = Walks(prepare_streets(network, access=RULES), facilities, layer(UNITS), DATA)
    for question in questions:
        assert walks.answer(question).equals(alone.answer(question))


def test_a_question_chooses_by_level_domain_and_hours(facilities):
    def chosen(level="any", moment=None, domains=()):
        question = Question(level, WALKER, moment, 15.0, domains)
        return question.chosen(facilities).tolist()

    assert chosen() == [True, True, True]
    assert chosen("town") == [True, False, True]
    assert chosen("town", NIGHT) == [True, False, False]
    assert chosen(domains=("park", "mall")) == [True, False, True]
    assert chosen(domains=("park",), moment=NIGHT) == [False, False, False]
    assert chosen("metro") == [False, False, False]


def same(one: Access, other: Access) -> bool:
    return all(
        np.array_equal(getattr(one, entry.name), getattr(other, entry.name))
        for entry in fields(Access)
    )


@pytest.mark.parametrize("rows", [[], [0], [3, 1, 2], [5, 5, 201], list(range(202))])
def test_points_taken_are_as_if_joined_alone(network, rows):
    streets = prepare_streets(network, WALKER, RULES)
    whole = join(streets, UNITS, reached=True)
    rows = np.array(rows, dtype=np.int64)
    assert same(take(whole, rows), join(streets, UNITS[rows], reached=True))


def test_points_put_replace_those_that_were(network):
    streets = prepare_streets(network, WALKER, RULES)
    other = UNITS.copy()
    rows = np.array([7, 2, 100])
    other[rows] += (13.0, -4.0)
    mixed = put(join(streets, UNITS), rows, join(streets, other[rows]))
    assert same(mixed, join(streets, other))
    nothing = np.empty(0, dtype=np.int64)
    assert same(put(mixed, nothing, take(mixed, nothing)), mixed)
