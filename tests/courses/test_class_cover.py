"""Sessions of one class: by hand, beside every division that there is, and as properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.courses.models import (
    ClassCover,
    ClassProblem,
    Effort,
    choose_class_sessions,
    class_cover,
    effort,
)
from planner.courses.models._column_search import fill_knapsack
from tests.samples import examples, first


def problem(people, minutes, room, *, least=1, windows=None, open_days=None, split=False):
    """Return a problem; minutes of each order to each station, inf where it may not go."""
    cost = np.array(minutes, dtype=float).reshape(len(people), len(room))
    first, last = zip(*(windows or [(0, 4)] * len(people)), strict=True)
    days = np.ones((len(room), 5), dtype=bool) if open_days is None else np.array(open_days, bool)
    return ClassProblem(
        np.array(people), np.isfinite(cost), np.where(np.isfinite(cost), cost, 0.0),
        np.array(room), least, np.array(first), np.array(last), days, split,
    )  # fmt: skip


def figures(asked: ClassProblem, found: ClassCover) -> tuple[int, int, float]:
    """Return people unmet, sessions, minutes walked; and check that the sessions may be."""
    seen = np.zeros(len(asked.people), dtype=int)
    walked = 0.0
    for session in found.sessions:
        assert asked.least <= sum(session.people) <= asked.room[session.host]
        assert asked.allowed[list(session.orders), session.host].all()
        days = range(
            max(asked.first[o] for o in session.orders),
            min(asked.last[o] for o in session.orders) + 1,
        )
        assert any(asked.open_days[session.host, day] for day in days)
        np.add.at(seen, list(session.orders), list(session.people))
        walked += sum(
            asked.cost[o, session.host] * p
            for o, p in zip(session.orders, session.people, strict=True)
        )
    assert (seen + found.unmet == asked.people).all()
    if not asked.split:
        assert ((seen == 0) | (seen == asked.people)).all()
    return int(found.unmet.sum()), len(found.sessions), round(walked, 6)


def try_everything(asked: ClassProblem) -> tuple[int, int, float]:
    """Return the best figures over every station for every order and every division there."""
    n, m = asked.allowed.shape
    best = (10**9, 0, 0.0)

    def rooms(orders: list[int], host: int):
        """Yield the divisions of orders at a station as numbers of sessions that may be."""
        if not orders:
            yield 0
            return
        head, *rest = orders
        for bits in range(1 << len(rest)):
            here = [head, *(o for k, o in enumerate(rest) if bits >> k & 1)]
            total = sum(asked.people[o] for o in here)
            days = [
                day for day in range(asked.open_days.shape[1])
                if asked.open_days[host, day]
                and all(asked.first[o] <= day <= asked.last[o] for o in here)
            ]  # fmt: skip
            if asked.least <= total <= asked.room[host] and days:
                yield from (1 + more for more in rooms([o for o in rest if o not in here], host))

    for choice in np.ndindex(*([m + 1] * n)):
        if any(h < m and not asked.allowed[o, h] for o, h in enumerate(choice)):
            continue
        unmet = sum(int(asked.people[o]) for o, h in enumerate(choice) if h == m)
        if unmet > best[0]:
            continue
        walked = sum(asked.people[o] * asked.cost[o, h] for o, h in enumerate(choice) if h < m)
        counts = [min(rooms([o for o, c in enumerate(choice) if c == h], h), default=None)
                  for h in range(m)]  # fmt: skip
        if None not in counts:
            best = min(best, (unmet, sum(counts), round(float(walked), 6)))
    return best


def test_two_orders_share_a_room_that_holds_both():
    """Together at station 1, although each is nearer to a station of its own."""
    asked = problem([12, 20], [[2, 5, np.inf], [np.inf, 6, 3]], [20, 32, 20])
    assert figures(asked, choose_class_sessions(asked)) == (0, 1, 12 * 5 + 20 * 6)


def test_a_room_one_seat_too_small_makes_two_sessions():
    asked = problem([12, 20], [[2, 5, np.inf], [np.inf, 6, 3]], [20, 31, 20])
    assert figures(asked, choose_class_sessions(asked)) == (0, 2, 12 * 2 + 20 * 3)


def test_days_that_do_not_meet_make_two_sessions():
    apart = problem([5, 5], [[1], [1]], [20], windows=[(0, 1), (2, 4)])
    assert figures(apart, choose_class_sessions(apart)) == (0, 2, 10)
    # One day in common is enough, unless the station is closed on it.
    met = problem([5, 5], [[1], [1]], [20], windows=[(0, 2), (2, 4)])
    assert figures(met, choose_class_sessions(met)) == (0, 1, 10)
    closed = problem(
        [5, 5], [[1], [1]], [20], windows=[(0, 2), (2, 4)], open_days=[[1, 1, 0, 1, 1]]
    )
    assert figures(closed, choose_class_sessions(closed)) == (0, 2, 10)


def test_too_few_people_are_unmet_rather_than_others():
    """Of 8, 5 and 4 with at least 9 and at most 12: 8 and 4 are most people; 5 stays."""
    asked = problem([8, 5, 4], [[1], [1], [1]], [12], least=9)
    found = choose_class_sessions(asked)
    assert figures(asked, found) == (5, 1, 12)
    assert found.unmet.tolist() == [0, 5, 0]
    assert found.proved


def test_most_people_come_before_fewest_sessions():
    """One session could take 10 people; two take all 14."""
    asked = problem([10, 4], [[9], [9]], [10])
    assert figures(asked, choose_class_sessions(asked)) == (0, 2, 126)


def test_an_order_that_may_be_split():
    """35 people in rooms of 20: never whole, in two halves if they may part."""
    whole = problem([35], [[1]], [20])
    assert figures(whole, choose_class_sessions(whole)) == (35, 0, 0)
    parted = problem([35], [[1]], [20], split=True)
    found = choose_class_sessions(parted)
    assert figures(parted, found) == (0, 2, 35)
    assert sorted(session.people for session in found.sessions) == [(17,), (18,)]
    assert (found.sessions_bound, found.proved) == (2, True)


def test_nobody_and_nowhere():
    nobody = problem([3], [[1]], [9]).of_orders(np.empty(0, dtype=int))
    assert choose_class_sessions(nobody).sessions == ()
    nowhere = problem([3, 4], [[np.inf], [np.inf]], [9])
    assert figures(nowhere, choose_class_sessions(nowhere)) == (7, 0, 0)


def test_a_knapsack_by_hand():
    people = np.array([5, 4, 3])
    # 8 seats: 5 and 3 are worth 5.5, 4 and 3 are 4.5, 5 and 4 do not fit.
    chosen, worth = fill_knapsack(people, np.array([5.0, 4.0, 0.5]), 8, 1)
    assert (chosen.tolist(), worth) == ([0, 2], 5.5)
    # What is worth less than nothing stays away, unless there have to be 8 people.
    chosen, worth = fill_knapsack(people, np.array([5.0, 4.0, -1.0]), 8, 1)
    assert (chosen.tolist(), worth) == ([0], 5.0)
    chosen, worth = fill_knapsack(people, np.array([5.0, 4.0, -1.0]), 8, 8)
    assert (chosen.tolist(), worth) == ([0, 2], 4.0)
    assert fill_knapsack(np.array([5]), np.array([1.0]), 4, 1)[0].tolist() == []


def draw(seed: int, n: int, m: int, *, split: bool = False) -> ClassProblem:
    """Return a random problem."""
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 4, n)
    minutes = np.where(rng.random((n, m)) < 0.75, rng.integers(1, 30, (n, m)), np.inf)
    last = np.minimum(first + rng.integers(0, 4, n), 4)
    return problem(
        rng.integers(1, 9, n), minutes, rng.integers(5, 20, m), least=int(rng.integers(1, 7)),
        windows=list(zip(first, last, strict=True)), open_days=rng.random((m, 5)) < 0.6,
        split=split,
    )  # fmt: skip


@pytest.mark.parametrize("seed", first(4, range(24)))
def test_as_every_division_that_there_is(seed: int):
    asked = draw(seed, 5, 2)
    found = choose_class_sessions(asked)
    assert figures(asked, found) == try_everything(asked)
    assert found.proved


@pytest.mark.parametrize("seed", first(2, range(12)))
def test_made_sets_are_as_good_as_all_sets(seed: int, monkeypatch: pytest.MonkeyPatch):
    """Column generation beside the exact recursion: people and sessions, and honest bounds."""
    asked = draw(seed, 8, 3)
    exact = figures(asked, choose_class_sessions(asked))
    monkeypatch.setattr(class_cover, "EXACT_ORDERS", 0)
    found = choose_class_sessions(asked)
    made = figures(asked, found)
    assert made[:2] >= exact[:2]
    assert found.unmet_bound <= exact[0]
    if made[0] == exact[0]:
        assert found.sessions_bound <= exact[1]
    assert made[:2] == exact[:2]  # of these drawings; larger ones state their gap


@pytest.mark.parametrize("split", [False, True])
def test_a_slow_machine_finds_the_same_sessions(split: bool, monkeypatch: pytest.MonkeyPatch):
    """Of 16 orders: with a clock on which a minute passes at each look, until the time is over."""
    asked = draw(3, 16, 4, split=split)
    found = choose_class_sessions(asked, gap=0.02)
    ticks = iter(range(0, 10**6, 60))
    monkeypatch.setattr(effort.time, "perf_counter", lambda: float(next(ticks)))
    slow = choose_class_sessions(asked, effort=Effort(end=86_400.0), gap=0.02)
    assert (slow.sessions, slow.sessions_bound) == (found.sessions, found.sessions_bound)
    assert not slow.cut_short


def test_a_search_that_the_clock_cuts_says_so():
    """Without any time left there are sessions all the same, and a bound that holds."""
    asked = draw(3, 16, 4)
    cut = choose_class_sessions(asked, effort=Effort(end=0.0))
    whole = choose_class_sessions(asked)
    assert cut.cut_short
    assert not whole.cut_short
    assert figures(asked, cut) >= figures(asked, whole)
    assert cut.unmet_bound <= whole.unmet.sum()


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("count", [11, 12, 14])
@pytest.mark.parametrize(
    ("size", "minutes", "least"),
    [
        (60, 5.0, 1),  # no room holds one order
        (2, np.inf, 1),  # no station may hold the class
        (2, 5.0, 29),  # all of them together are too few
    ],
)
def test_a_class_that_no_station_can_hold_leaves_all_unmet(size, minutes, least, count, split):
    asked = problem([size] * count, [[minutes]] * count, [50], least=least, split=split)
    if split and size == 60:
        assert figures(asked, choose_class_sessions(asked))[0] == 0  # their people sit apart
        return
    found = choose_class_sessions(asked)
    assert figures(asked, found) == (size * count, 0, 0.0)
    assert (found.sessions_bound, found.unmet_bound) == (0, size * count)


@given(st.integers(0, 10_000))
@examples(6, whole=40)
def test_split_orders_never_meet_fewer(seed: int):
    whole, parted = draw(seed, 4, 2), draw(seed, 4, 2, split=True)
    assert (
        figures(parted, choose_class_sessions(parted))[0]
        <= figures(whole, choose_class_sessions(whole))[0]
    )


@given(st.integers(0, 10_000), st.integers(0, 4))
@examples(15, whole=100)
def test_merging_equal_orders_never_adds_a_session(seed: int, number: int):
    """Two courses that are the same, each ordered alike: one class beside two classes."""
    asked = draw(seed, 5, 2)
    again = asked.of_orders(np.array([*range(5), number]))
    alone = [choose_class_sessions(asked.of_orders(np.array(part)))
             for part in (range(5), [number])]  # fmt: skip
    merged = choose_class_sessions(again)
    unmet = sum(int(one.unmet.sum()) for one in alone)
    assert merged.unmet.sum() <= unmet
    if merged.unmet.sum() == unmet:
        assert len(merged.sessions) <= sum(len(one.sessions) for one in alone)


@given(st.integers(0, 10_000), st.integers(0, 1), st.integers(1, 10))
@examples(15, whole=100)
def test_a_bigger_room_never_adds_a_session(seed: int, host: int, seats: int):
    asked = draw(seed, 5, 2)
    room = asked.room.copy()
    room[host] += seats
    bigger = problem(
        asked.people, np.where(asked.allowed, asked.cost, np.inf), room, least=asked.least,
        windows=list(zip(asked.first, asked.last, strict=True)), open_days=asked.open_days,
    )  # fmt: skip
    before = figures(asked, choose_class_sessions(asked))
    after = figures(bigger, choose_class_sessions(bigger))
    assert after[0] <= before[0]
    if after[0] == before[0]:
        assert after[1] <= before[1]
