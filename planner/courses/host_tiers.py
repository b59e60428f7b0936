"""Which stations an order may go to: on foot, on a long walk, by coach."""

from __future__ import annotations

from typing import Final

import numpy as np

from planner.courses.chosen_sessions import COACH, FAR, WALK
from planner.courses.merging import CourseClass
from planner.courses.session_question import SessionQuestion
from planner.crs.array_types import Flags, Ints

#: How people may come, in this order.
TIERS: Final = (WALK, FAR, COACH)


def find_tiers(
    question: SessionQuestion, one: CourseClass, orders: Ints, lowest: Ints
) -> tuple[Flags, Ints]:
    """Find which hosts each order of a class may go to, and how its people come.

    Where a suitable host lies within walk_minutes of all its people, one of those; else within
    far_minutes; else, where the plan has coaches, any suitable one. Suitable: level, services, a
    room for the whole order, open at some slot between its days when a teacher is there.

    Parameters
    ----------
    orders : shape (n,)
        Positions of orders of this class.
    lowest : shape (n,)
        Number of the first of `TIERS` that is looked at.

    Returns
    -------
    (n, m) which hosts are allowed, (n,) number of the tier (-1: none has a suitable host)
    """
    fits = find_fitting(question, one, orders)
    minutes = question.longest_walks()[orders]
    within = [minutes <= question.plan.walk_minutes, minutes <= question.plan.far_minutes]
    if question.plan.coach:
        within.append(np.ones(minutes.shape, dtype=bool))
    allowed = np.zeros(fits.shape, dtype=bool)
    tier = np.full(len(orders), -1, dtype=np.int64)
    for number, near in enumerate(within):
        rows = (tier < 0) & (lowest <= number) & (fits & near).any(axis=1)
        allowed[rows] = (fits & near)[rows]
        tier[rows] = number
    return allowed, tier


def list_last_tier(question: SessionQuestion, n: int) -> Ints:
    """Return the number of the farthest of `TIERS` that the plan has, for each of n orders."""
    return np.full(n, len(TIERS) - 1 if question.plan.coach else 1, dtype=np.int64)


def find_fitting(question: SessionQuestion, one: CourseClass, orders: Ints) -> Flags:
    """Tell which hosts could take each order, however far they are, shape (n, m)."""
    people = question.people[orders]
    room, suits = question.seats(one), question.suits_hosts(one)
    suits = suits & (room >= one.least)
    counts = np.cumsum(question.session_times(one).any(axis=2), axis=1)
    counts = np.concatenate([np.zeros((len(counts), 1), dtype=counts.dtype), counts], axis=1)
    first, last = (days[orders] for days in question.windows())
    opens = (counts[:, last + 1] > counts[:, first]).T
    holds = np.ones((len(orders), len(room)), dtype=bool)
    if not question.plan.split_orders:
        holds = people[:, None] <= room[None, :]
    return suits[None, :] & opens & holds
