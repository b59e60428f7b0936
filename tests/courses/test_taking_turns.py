"""A session is given up where more people are met without it."""

from datetime import date

from planner.courses.held_sessions import HeldSession
from planner.courses.taking_turns import count_unmet, give_up_one
from tests.courses.questions import host, order, pose

MONDAY = date(2026, 9, 7)


def ask(monday_people: int, *, other_days: bool):
    """One room, one session a day: 5 people sit there on Monday, and an order wants that day.

    other_days : the 5 may come on another day as well.
    """
    latest = {} if other_days else {"latest": MONDAY}
    orders = [order("1", "a", "K", 5, **latest), order("2", "a", "K", monday_people, latest=MONDAY)]
    question = pose([host("N", 12)], {"a": [1]}, orders, slots=("09:30",))
    held = [HeldSession(0, 0, (0,), (5,), day=0, slot=0)]
    return give_up_one(question, held, count_unmet(question, held), 1)


def test_who_may_come_later_makes_way():
    found = ask(10, other_days=True)
    assert found is not None
    assert [(one.orders, one.day) for one in found] == [((1,), 0), ((0,), 1)]


def test_the_larger_order_stays_where_both_want_one_day():
    """10 people and 5 are too many for 12 seats, 4 and 5 are not."""
    larger, smaller = ask(10, other_days=False), ask(4, other_days=False)
    assert larger is not None
    assert smaller is not None
    assert [one.orders for one in larger] == [(1,)]
    assert [sorted(one.orders) for one in smaller] == [[0, 1]]


def test_nobody_makes_way_for_fewer():
    orders = [order("1", "a", "K", 8, latest=MONDAY), order("2", "a", "K", 5, latest=MONDAY)]
    question = pose([host("N", 12)], {"a": [1]}, orders, slots=("09:30",))
    held = [HeldSession(0, 0, (0,), (8,), day=0, slot=0)]
    assert give_up_one(question, held, count_unmet(question, held), 1) is None
