"""Part: one facility added, moved or closed, against working everything out again."""

from __future__ import annotations

import statistics

import numpy as np

from benchmarks.cities import City
from benchmarks.measure import race
from benchmarks.table import Row, at_most
from planner.travel.access import join
from planner.travel.streets import prepare_streets
from planner.travel.updates import serve

PART = "updates"
CUTOFFS = (5.0, 10.0, 15.0)
MAX_MS = 10.0


def measure(city: City, turns: int, n_facilities: int = 590) -> list[Row]:
    """Edit some facilities one at a time and check one result against a full run."""
    streets = prepare_streets(city.network, access=city.rules)
    facilities, targets = city.doors(n_facilities), join(streets, city.demand_points())
    served = serve(streets, facilities, targets, CUTOFFS)
    chosen = range(0, len(facilities), max(len(facilities) // 10, 1))
    seconds: dict[str, list[float]] = {"added": [], "moved": [], "closed": []}
    served.move(0, facilities[0] + 100.0)
    for number in chosen:
        place = facilities[number] + np.array([100.0, 50.0])
        edits = {
            "added": lambda place=place: served.add(place),
            "moved": lambda number=number, place=place: served.move(number, place),
            "closed": lambda number=number: served.close(number),
        }
        for name, timing in race(edits, dict.fromkeys(edits, turns)).items():
            seconds[name].append(timing.median)
    rows = [
        at_most(PART, f"one of {len(facilities)} facilities {name}",
                1000 * statistics.median(each), MAX_MS, "{:.1f} ms")
        for name, each in seconds.items()
    ]  # fmt: skip
    again = serve(streets, np.vstack([facilities, [place]]), targets, CUTOFFS)
    edited = served.add(place)
    same = np.array_equal(again.minutes, edited.minutes) and np.array_equal(
        again.counts, edited.counts
    )
    rows.append(Row(PART, "an edit equals a full run, to the last bit", str(same), "True", same))
    return rows
