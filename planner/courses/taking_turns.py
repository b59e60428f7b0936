"""Sessions that make way: one is given up where its people and others find seats elsewhere."""

from __future__ import annotations

from typing import Final

import numpy as np

from planner.courses.held_sessions import HeldSession
from planner.courses.host_tiers import find_tiers, list_last_tier
from planner.courses.session_question import SessionQuestion
from planner.courses.spare_seats import meet_further
from planner.crs.array_types import Ints

#: So many sessions are tried in turn, those of the fewest people first.
_MOST_TRIED: Final = 12


def count_unmet(question: SessionQuestion, sessions: list[HeldSession]) -> Ints:
    """Return how many people of each order no session takes, shape (o,)."""
    unmet = question.people.copy()
    for one in sessions:
        np.subtract.at(unmet, list(one.orders), list(one.people))
    return unmet


def give_up_one(
    question: SessionQuestion, sessions: list[HeldSession], unmet: Ints, order: int
) -> list[HeldSession] | None:
    """Return sessions that meet more people, with this order among them; None where none are found.

    A session at a station where the order could go, or of a teacher who could hold it, is taken
    away. The order comes first then, and after it whoever lost a seat or had none, the largest
    orders first.
    """
    for place in _list_in_the_way(question, sessions, order):
        given_up = sessions[place]
        others = [*sessions[:place], *sessions[place + 1 :]]
        left = count_unmet(question, others)
        found = meet_further(question, others, left, order)
        if found is None:
            continue
        lost = sorted(given_up.orders, key=lambda one: -int(question.people[one]))
        waiting = [one for one in np.argsort(-unmet, kind="stable").tolist() if unmet[one] > 0]
        for one in dict.fromkeys((*lost, *waiting)):
            left = count_unmet(question, found)
            if left[one] == question.people[one]:
                found = meet_further(question, found, left, one) or found
        if count_unmet(question, found).sum() < unmet.sum():
            return found
    return None


def _list_in_the_way(
    question: SessionQuestion, sessions: list[HeldSession], order: int
) -> list[int]:
    """Return the places of sessions whose room, teacher or seats the order could use."""
    one = question.classes[int(question.class_of[order])]
    allowed, _ = find_tiers(question, one, np.array([order]), list_last_tier(question, 1))
    able = question.suits_teachers(one)
    near = [
        (sum(held.people), place)
        for place, held in enumerate(sessions)
        if allowed[0].any()
        and (allowed[0, held.host] or (held.teacher >= 0 and able[held.teacher]))
    ]
    return [place for _, place in sorted(near)[:_MOST_TRIED]]
