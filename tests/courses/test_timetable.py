"""Days, hours and teachers: by hand, and beside every placement that there is."""

from itertools import product

import numpy as np
import pytest

from planner.courses.models import Placement, TimetableProblem, place_sessions
from tests.samples import first


def problem(hosts, times, suits=None, there=None, *, lengths=(90,), length=None, begins=(570, 840),
            people=None, near=None) -> TimetableProblem:  # fmt: skip
    """Return a problem; times (k, d, s); suits (k, t); there (t, d, s) for all lengths."""
    times = np.array(times, dtype=bool)
    k, d, s = times.shape
    suits = np.zeros((k, 0)) if suits is None else np.array(suits)
    t = suits.shape[1]
    there = np.ones((t, d, s)) if there is None else np.array(there)
    there = np.repeat(there[:, None].astype(bool), len(lengths), axis=1)
    return TimetableProblem(
        host=np.array(hosts),
        length=np.zeros(k, dtype=int) if length is None else np.array(length),
        times=times, suits=suits.astype(bool), there=there,
        near=np.zeros((k, t), dtype=bool) if near is None else np.array(near, dtype=bool),
        begins=np.array(begins), lengths=np.array(lengths),
        people=np.ones(k, dtype=int) if people is None else np.array(people),
        n_hosts=max(hosts) + 1, taught=t > 0,
    )  # fmt: skip


def check(asked: TimetableProblem, found: Placement) -> int:
    """Return how many people are placed; no room and no teacher may be used twice at a time."""
    spans = {}
    for k in np.flatnonzero(found.placed):
        day, slot, teacher = int(found.day[k]), int(found.slot[k]), int(found.teacher[k])
        assert asked.times[k, day, slot]
        begin = int(asked.begins[slot])
        span = (day, begin, begin + int(asked.lengths[asked.length[k]]))
        if asked.taught:
            assert asked.suits[k, teacher]
            assert asked.there[teacher, asked.length[k], day, slot]
            spans.setdefault(("teacher", teacher), []).append(span)
        else:
            assert teacher == -1
        spans.setdefault(("room", int(asked.host[k])), []).append(span)
    for used in spans.values():
        for n, (day, begin, end) in enumerate(used):
            assert all(day != d or end <= b or e <= begin for d, b, e in used[:n])
    return int(asked.people[found.placed].sum())


def test_one_room_holds_one_session_at_a_time():
    """Three sessions in one room on one day of two slots: two find a time."""
    found = place_sessions(problem([0, 0, 0], np.ones((3, 1, 2)), people=[5, 9, 7]))
    assert check(problem([0, 0, 0], np.ones((3, 1, 2)), people=[5, 9, 7]), found) == 16
    assert found.placed.tolist() == [False, True, True]


def test_a_long_session_fills_both_slots():
    """From 09:30 for 300 minutes is until 14:30, so that 14:00 is taken too."""
    times = [[[1, 0]], [[1, 1]]]
    asked = problem([0, 0], times, lengths=(90, 300), length=[1, 0])
    assert check(asked, place_sessions(asked)) == 1
    shorter = problem([0, 0], times, lengths=(90, 270), length=[1, 0])
    assert check(shorter, place_sessions(shorter)) == 2  # until 14:00 sharp


def test_a_teacher_is_at_one_place_at_a_time():
    """Two rooms, one slot, one teacher; with two there are two sessions."""
    alone = problem([0, 1], np.ones((2, 1, 1)), [[1], [1]], begins=(570,))
    assert check(alone, place_sessions(alone)) == 1
    both = problem([0, 1], np.ones((2, 1, 1)), [[1, 0], [1, 1]], begins=(570,))
    found = place_sessions(both)
    assert check(both, found) == 2
    assert found.teacher.tolist() == [0, 1]


def test_a_teacher_of_the_town_goes_first():
    asked = problem([0], np.ones((1, 1, 1)), [[1, 1]], begins=(570,), near=[[0, 1]])
    assert place_sessions(asked).teacher.tolist() == [1]


def test_sessions_make_way_for_one_another():
    """One room and day for all, in two slots; who suits both slots gives way to who suits one."""
    times = [[[1, 1]], [[1, 0]]]
    asked = problem([0, 0], times, people=[9, 1])
    assert check(asked, place_sessions(asked)) == 10


def try_everything(asked: TimetableProblem) -> int:
    """Return the most people over every time and teacher of every session."""
    options = []
    for k in range(len(asked.host)):
        mine = [(-1, -1, -1)]
        for day, slot in np.argwhere(asked.times[k]).tolist():
            teachers = [
                t for t in range(asked.suits.shape[1])
                if asked.suits[k, t] and asked.there[t, asked.length[k], day, slot]
            ]  # fmt: skip
            mine += [(day, slot, t) for t in (teachers if asked.taught else [-1])]
        options.append(mine)
    best = 0
    for choice in product(*options):
        day, slot, teacher = (np.array(part) for part in zip(*choice, strict=True))
        people = int(asked.people[day >= 0].sum())
        if people > best:
            try:
                check(asked, Placement(day, slot, teacher))
            except AssertionError:
                continue
            best = people
    return best


@pytest.mark.parametrize("seed", first(6, range(40)))
def test_as_every_placement_that_there_is(seed: int):
    rng = np.random.default_rng(seed)
    k, t, d = 5, 2, 2
    asked = problem(
        rng.integers(0, 2, k), rng.random((k, d, 2)) < 0.5, rng.random((k, t)) < 0.7,
        rng.random((t, d, 2)) < 0.8, lengths=(90, 300), length=rng.integers(0, 2, k),
        people=rng.integers(1, 9, k),
    )  # fmt: skip
    assert check(asked, place_sessions(asked)) == try_everything(asked)
