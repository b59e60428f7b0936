"""Part: the sessions of the demo's half-year, beside a greedy choice: the biggest order first."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.measure import peak_memory_mb, run_fresh, take_cores
from benchmarks.table import Row, at_most

if TYPE_CHECKING:
    from planner.courses.session_question import SessionQuestion

PART = "courses"
SECONDS, GAP, MAX_MB = 60.0, 0.02, 1000.0
#: Classes of the real half-year with as many people.
REAL = 292


def measure() -> list[Row]:
    """Choose the sessions in a fresh process, and greedily beside."""
    found = run_fresh("courses")
    people, greedy = found["people"], found["greedy"]
    what = f"{people['ordered']:,} people, {found['orders']:,} orders of the demo"
    ways = ", ".join(f"{people[f'by_{way}']:,} by {way}" for way in ("walk", "far", "coach"))
    return [
        at_most(PART, f"{what}, walks included", found["seconds"], SECONDS, "{:.1f} s"),
        at_most(PART, "gap", 100 * found["gap"], 100 * GAP, "{:.2f} %"),
        at_most(PART, "peak memory, the demo's streets included", found["peak_mb"], MAX_MB,
                "{:.0f} MB"),
        Row(PART, f"sessions, beside {REAL} of the real half-year (the demo is invented)",
            f"{found['sessions']}, {found['status']}, for {people['met']:,} people"),
        Row(PART, "how they come", f"{ways}; {people['unmet']:,} not met"),
        Row(PART, "sessions of a greedy choice: the biggest order first, no dates, no teachers",
            f"{greedy['sessions']}, for {greedy['people']:,} people: "
            f"{people['met'] - greedy['people']:,} fewer have a seat"),
    ]  # fmt: skip


@dataclass
class _Session:
    """A session that takes orders as long as it has room and days in common."""

    host: int
    first: int
    last: int
    orders: list[int] = field(default_factory=list)
    people: int = 0


def fill_greedily(question: SessionQuestion) -> tuple[int, int, int]:
    """Put each order, the biggest first, into a session with room, else open one.

    Courses that are the same are merged, and an order goes to the stations that ours may go to: the
    near ones, and farther ones if it found no session there. A session is opened at the largest
    room, of equal ones the nearest. One with too few people is dropped. Days are kept so far that
    all orders of a session share one; dates and teachers are not.

    Returns
    -------
    int, int, int
        Sessions, the people who have a seat, and how many sessions were dropped.
    """
    from planner.courses.host_tiers import TIERS, find_tiers

    sessions = met = dropped = 0
    for number, one in enumerate(question.classes):
        orders = np.flatnonzero(question.class_of == number)
        lowest = np.zeros(len(orders), dtype=np.int64)
        while True:
            allowed, tier = find_tiers(question, one, orders, lowest)
            opened = _fill(question, number, orders, allowed)
            held = [each for each in opened if each.people >= one.least]
            seated = {order for each in held for order in each.orders}
            unmet = np.array([order not in seated for order in orders.tolist()])
            farther = unmet & (tier >= 0) & (tier + 1 < len(TIERS))
            if not farther.any():
                break
            lowest = np.where(farther, tier + 1, lowest)
        sessions += len(held)
        met += sum(each.people for each in held)
        dropped += len(opened) - len(held)
    return sessions, met, dropped


def _fill(
    question: SessionQuestion, number: int, orders: np.ndarray, allowed: np.ndarray
) -> list[_Session]:
    """Return the sessions of one class, those with too few people as well."""
    costs, (firsts, lasts) = question.costs(), question.windows()
    room = question.seats(question.classes[number])
    opened: list[_Session] = []
    for row in np.argsort(-question.people[orders], kind="stable").tolist():
        order = int(orders[row])
        people, first, last = int(question.people[order]), int(firsts[order]), int(lasts[order])
        hosts = np.flatnonzero(allowed[row]).tolist()
        if not hosts:
            continue
        fits = [
            each for each in opened
            if each.host in hosts and each.people + people <= room[each.host]
            and max(each.first, first) <= min(each.last, last)
        ]  # fmt: skip
        if fits:
            into = min(fits, key=lambda each, o=order: float(costs[o, each.host]))
        else:
            host = min(hosts, key=lambda h, o=order: (-int(room[h]), float(costs[o, h])))
            into = _Session(host, first, last)
            opened.append(into)
        into.orders.append(order)
        into.people += people
        into.first, into.last = max(into.first, first), min(into.last, last)
    return opened


def _run() -> None:
    """Ask all of it in a process of its own; print what was found as JSON."""
    take_cores()
    from benchmarks.cities import demo_case
    from planner import choose_sessions
    from planner.courses.session_question import build_session_question

    case = demo_case()
    start = time.perf_counter()
    content = choose_sessions(case, time_limit_s=SECONDS, gap=GAP).content
    seconds = time.perf_counter() - start
    peak = peak_memory_mb()
    sessions, people, dropped = fill_greedily(build_session_question(case))
    found: dict[str, Any] = {
        "sessions": content["value"], "seconds": seconds, "gap": content["gap"],
        "status": content["status"], "orders": content["orders"], "people": content["people"],
        "greedy": {"sessions": sessions, "people": people, "dropped": dropped}, "peak_mb": peak,
    }  # fmt: skip
    print(json.dumps(found))


if __name__ == "__main__":
    _run()
