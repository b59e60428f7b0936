"""One facility more, less or elsewhere: the result of a full run, to the last bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import NetworkError
from planner.travel.access import join
from planner.travel.minutes import nearest_minutes, reached_pairs
from planner.travel.streets import prepare_streets
from planner.travel.updates import Served, serve
from tests.cities.drawing import ACCESS, WALKER, Drawing
from tests.samples import examples
from tests.travel.test_properties import drawings, rules, spots, walkers

CUTOFFS = (1.0, 2.5, 5.0)
places = st.tuples(st.integers(-150, 550), st.integers(-150, 550))
edits = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.just(0), places),
        st.tuples(st.just("move"), st.integers(0, 20), places),
        st.tuples(st.just("close"), st.integers(0, 20), places),
    ),
    max_size=8,
)


def edit(served: Served, number_of: dict[int, tuple], op: str, choice: int, place: tuple) -> Served:
    """Apply one edit to the value and to the plain list of open places beside it."""
    if op == "add":
        number_of[len(served.places)] = place
        return served.add(place)
    if not number_of:
        return served
    number = sorted(number_of)[choice % len(number_of)]
    if op == "move":
        number_of[number] = place
        return served.move(number, place)
    del number_of[number]
    return served.close(number)


def assert_is_a_full_run(served: Served, number_of: dict[int, tuple]) -> None:
    """Compare with the engine's own answers for the places that are open now."""
    numbers = np.array([*sorted(number_of), -1])
    xy = np.array([number_of[number] for number in numbers[:-1]], dtype=float).reshape(-1, 2)
    origins = join(served.streets, xy)
    minutes, nearest = nearest_minutes(served.streets, origins, served.targets)
    np.testing.assert_array_equal(served.minutes, minutes)
    np.testing.assert_array_equal(served.nearest, numbers[nearest])
    pairs = reached_pairs(served.streets, origins, served.targets, CUTOFFS[-1])
    for column, cutoff in enumerate(CUTOFFS):
        within = pairs.target[pairs.minutes <= cutoff]
        expected = np.bincount(within, minlength=len(served.targets))
        np.testing.assert_array_equal(served.counts[:, column], expected)


@examples(25, whole=60)
@given(drawings(), st.lists(places, max_size=5), spots, edits, rules, walkers)
def test_any_edits_equal_a_full_run(drawing, facilities, units, changes, access, walker):
    streets = prepare_streets(drawing.network(), walker, access)
    targets = join(streets, np.array(units, dtype=float))
    served = serve(streets, np.array(facilities, dtype=float).reshape(-1, 2), targets, CUTOFFS)
    number_of = dict(enumerate(facilities))
    assert_is_a_full_run(served, number_of)
    for change in changes:
        served = edit(served, number_of, *change)
        assert_is_a_full_run(served, number_of)


@pytest.fixture
def line() -> Served:
    """0 --5-- 1 --5-- 2 --5-- 3 (minutes), facilities at both ends, a unit at each node."""
    nodes = {k: (500.0 * k, 0.0) for k in range(4)}
    streets = prepare_streets(
        Drawing(nodes, [([0, 1, 2, 3], "highway=footway")]).network(), WALKER, ACCESS
    )
    units = join(streets, np.array(list(nodes.values())))
    return serve(streets, np.array([nodes[0], nodes[3]]), units, (5.0, 10.0))


def test_add_move_and_close_by_hand(line):
    assert line.minutes.tolist() == [0, 5, 5, 0]
    assert line.nearest.tolist() == [0, 0, 1, 1]
    added = line.add((500.0, 0.0))
    assert added.minutes.tolist() == [0, 0, 5, 0]
    assert added.nearest.tolist() == [0, 2, 1, 1]  # unit 2 is as near to 2: the first counts
    closed = added.close(1)
    assert closed.minutes.tolist() == [0, 0, 5, 10]
    assert closed.nearest.tolist() == [0, 2, 2, 2]
    assert closed.counts.tolist() == [[2, 2], [2, 2], [1, 2], [0, 1]]
    moved = closed.move(2, (1500.0, 0.0))
    assert moved.minutes.tolist() == [0, 5, 5, 0]
    assert moved.nearest.tolist() == [0, 0, 2, 2]
    assert line.minutes.tolist() == [0, 5, 5, 0]  # every value stays what it was
    assert line.counts.tolist() == [[1, 1], [1, 2], [1, 2], [1, 1]]


def test_the_last_facility_may_close_and_another_open(line):
    none = line.close(0).close(1)
    assert np.isinf(none.minutes).all()
    assert none.nearest.tolist() == [-1] * 4
    assert none.counts.sum() == 0
    assert none.add((0.0, 0.0)).minutes.tolist() == [0, 5, 10, 15]


@pytest.mark.parametrize("number", [-1, 2, 99])
def test_a_number_that_is_not_open_is_refused(line, number):
    for change in (lambda: line.close(number), lambda: line.move(number, (0.0, 0.0))):
        with pytest.raises(NetworkError, match=f"no open facility with the number {number}"):
            change()


def test_a_closed_number_is_not_used_again(line):
    closed = line.close(1)
    with pytest.raises(NetworkError, match="no open facility with the number 1"):
        closed.close(1)
    assert closed.add((1000.0, 0.0)).nearest.tolist() == [0, 0, 2, 2]
