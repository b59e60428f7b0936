"""Part: catchments of the demo's residents from a table of minutes, beside PySAL's access."""

from __future__ import annotations

import numpy as np
import pandas as pd
from access import fca

from benchmarks.cities import demo_case
from benchmarks.measure import race
from benchmarks.table import Row, at_most, duration
from planner.accessibility import inverted_two_stage_fca, two_stage_fca
from planner.travel.matrix import travel_time_matrix

PART = "catchments"
SECONDS = 1.0


def measure(turns: int) -> list[Row]:
    """Time 2SFCA of the demo: scores of its residents, and the loads of its facilities."""
    case = demo_case()
    units, facilities = case.units, case.counting
    homes = units[units["kind"] == "residential"].set_index("demand_id")
    facilities = facilities.set_index("facility_id")
    minutes = travel_time_matrix(
        case.streets, homes, facilities, cutoff_minutes=case.cutoff_minutes
    )
    return compare(
        minutes, facilities["capacity"], homes["people"], case.cutoff_minutes, turns
    )  # fmt: skip


def compare(
    minutes: pd.DataFrame, supply: pd.Series, people: pd.Series, cutoff: float, turns: int
) -> list[Row]:
    """Time scores and loads, and `access` with the same walks; they have to agree."""
    demand, offered = people.to_frame("demand"), supply.to_frame("supply")
    plain = pd.DataFrame(minutes)
    contestants = {
        "ours": lambda: two_stage_fca(minutes, supply, people, cutoff_minutes=cutoff),
        "loads": lambda: inverted_two_stage_fca(minutes, supply, people, cutoff_minutes=cutoff),
        "access": lambda: fca.two_stage_fca(
            demand, offered, plain, cutoff, demand_index=True, cost_dest="destination",
            cost_name="minutes",
        ),
    }  # fmt: skip
    timings = race(contestants, dict.fromkeys(contestants, turns))
    scores, theirs = timings["ours"].result, timings["access"].result
    apart = float(np.abs(scores.reindex(theirs.index) - theirs).max())
    both = timings["ours"].median + timings["loads"].median
    what = f"2SFCA of the demo, scores and loads: {len(people)} units, {len(minutes)} walks"
    peer = f"access alone, scores, unchecked; apart by {apart:.0e} at most"
    return [
        at_most(PART, what, both, SECONDS, "{:.2f} s"),
        Row(PART, "scores", duration(timings["ours"].median)),
        Row(PART, peer, duration(timings["access"].median)),
    ]
