"""What the benchmarks set beside us: greedy routes and sessions, and all orders tried."""

from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.courses import _fill
from benchmarks.routes import go_greedily, value_exactly
from planner.routes.models.orienteering import RouteProblem


@pytest.fixture
def line() -> RouteProblem:
    """d --9-- c --11-- a --10-- b   (minutes); each visit takes 10, an outing 70."""
    place = np.array([0.0, 10.0, -11.0, -20.0])
    minutes = np.abs(place[:, None] - place[None, :])
    nothing = np.zeros(4)
    return RouteProblem(
        minutes=minutes, walk=minutes, start_minutes=nothing, start_walk=nothing,
        end_minutes=nothing, end_walk=nothing, windows=np.tile([0.0, 70.0], (4, 1, 1)),
        dwell=np.full(4, 10.0), value=np.array([5.0, 1.0, 1.0, 1.0]),
        volunteers=np.ones(4, dtype=np.int64), themes=np.ones((4, 1), dtype=bool), routes=1,
        most_of_theme=1, most_minutes=70.0, most_walk=70.0, most_volunteers=9,
    )  # fmt: skip


def test_the_nearest_next_site_turns_away_from_the_far_one(line: RouteProblem):
    """a to b to c is over at 61; d would take until 80. From b along the line all four take 70."""
    assert go_greedily(line, best_start=False) == (7.0, [[0, 1, 2]])
    assert go_greedily(line, best_start=True) == (8.0, [[1, 0, 2, 3]])
    assert value_exactly(line) == 8.0


def test_an_order_joins_a_session_with_room_and_days_in_common():
    """40 and 30 share the room of 70; 20 would fit the first room but not its days."""
    question = SimpleNamespace(
        people=np.array([20, 40, 30]),
        classes=[SimpleNamespace()],
        costs=lambda: np.array([[1.0, 9.0], [1.0, 9.0], [1.0, 9.0]]),
        windows=lambda: (np.array([90, 0, 10]), np.array([99, 80, 80])),
        seats=lambda _: np.array([70, 50]),
    )
    held = _fill(question, 0, np.arange(3), np.ones((3, 2), dtype=bool))  # type: ignore[arg-type]
    assert [(one.host, one.orders, one.people, one.first) for one in held] == [
        (0, [1, 2], 70, 10), (0, [0], 20, 90)
    ]  # fmt: skip
