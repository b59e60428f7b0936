"""What a part says of those who are left out: the units of gaps, and openings that would help."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from planner.case import Case
from planner.coverage.classes import CLASS
from planner.coverage.counting import GAP, UNKNOWN
from planner.coverage.uncertainty import Repeats
from planner.coverage.verdict_table import at_any_hour, find_verdicts
from planner.crs.array_types import Flags, Ints
from planner.gaps.gate_gains import list_candidates, list_reached
from planner.gaps.named_gaps import straight_metres
from planner.run.covered import Judgement
from planner.scale.parts.part_ground import OwnGround
from planner.travel.openings import find_newly_reached, gates_to_open
from planner.travel.wall_places import find_wall_places

#: Columns with a bit for each of 64 repeats, in which it says that a unit is not covered.
BITS: Final = "left_{0}"
_WORD: Final = 64
#: Column: whether a unit is so near the border of its part that it may be joined with another's.
NEAR_BORDER: Final = "near_border"


def list_left_out(
    case: Case, judgement: Judgement, ground: OwnGround, repeats: Repeats | None
) -> dict[str, pd.DataFrame]:
    """List the units that gaps and areas in doubt are made of.

    Returns
    -------
    dict
        gap_units : row (in the table of all units), demand_id, kind, people, town, class (where the
            plan names classes), nearest (position of the facility, -1 for none), minutes,
            straight_m, cause, cause_detail, join_m, x, y, cell, near_border, and `left_0` ..., see
            `BITS`.
        unknown_units : row, demand_id, kind, people, town, reason, join_m, x, y, cell, near_border.
    """
    demand = judgement.judged.demand
    verdict, some = demand["verdict"].to_numpy(), (demand["people"] > 0).to_numpy()
    gaps, unknown = (np.flatnonzero((verdict == name) & some) for name in (GAP, UNKNOWN))
    join_m = case.people.table.map(ground.join_m).to_numpy(dtype=np.float64)
    tables = {}
    for name, rows in (("gap_units", gaps), ("unknown_units", unknown)):
        units = demand.iloc[rows]
        columns = ["demand_id", "kind", "people", "town", *([CLASS] if CLASS in demand else [])]
        table = pd.DataFrame(units[columns]).reset_index(drop=True)
        xy = np.column_stack([units.geometry.x, units.geometry.y]).astype(np.float64)
        # Two units are joined within the mean of their distances, whichever table the other is of.
        within_m = (join_m[rows] + max(ground.join_m.values(), default=0.0)) / 2
        tables[name] = table.assign(
            row=ground.rows[rows],
            join_m=join_m[rows],
            x=xy[:, 0],
            y=xy[:, 1],
            cell=units["cell"].to_numpy(),
            **{NEAR_BORDER: ground.is_near_border(xy, within_m)},
        )
    tables["unknown_units"]["reason"] = demand["reason"].to_numpy()[unknown]
    causes = _find_causes(case, judgement).reindex(gaps)
    tables["gap_units"] = tables["gap_units"].assign(
        nearest=judgement.judged.nearest[gaps],
        minutes=demand["minutes"].to_numpy()[gaps],
        straight_m=straight_metres(demand.iloc[gaps], judgement.walk.places.xy),
        cause=causes["cause"].to_numpy(),
        cause_detail=causes["cause_detail"].to_numpy(),
        **({} if repeats is None else pack_bits(repeats.uncovered[:, gaps])),
    )
    return tables


def _find_causes(case: Case, judgement: Judgement) -> pd.DataFrame:
    """Return cause and cause_detail of the units that are left out, by their positions."""
    # With all moments: that somebody is covered at another one is a cause.
    asked = {
        question: about
        for question, about in judgement.questions.items()
        if at_any_hour(question) == case.question
    }
    found = find_verdicts(judgement.walks, judgement.judged.demand, case.counting, asked)
    return found.causes[case.question]


def pack_bits(flags: Flags) -> dict[str, np.ndarray]:
    """Return flags (r, n) as columns of n numbers, 64 flags in each; see `unpack_bits`."""
    columns = {}
    for number, start in enumerate(range(0, len(flags), _WORD)):
        some = flags[start : start + _WORD].astype(np.uint64)
        places = np.arange(len(some), dtype=np.uint64)[:, None]
        columns[BITS.format(number)] = np.bitwise_or.reduce(some << places, axis=0)
    return columns


def unpack_bits(table: pd.DataFrame, count: int) -> Flags:
    """Return the flags (count, n) that `pack_bits` packed."""
    flags = np.zeros((count, len(table)), dtype=bool)
    for number in range(count):
        bits = table[BITS.format(number // _WORD)].to_numpy().astype(np.uint64)
        flags[number] = (bits >> np.uint64(number % _WORD)) & np.uint64(1)
    return flags


def list_openings(case: Case, judgement: Judgement, ground: OwnGround) -> dict[str, pd.DataFrame]:
    """List what openings of walls bring the part's own people, and count those of its ground.

    Returns
    -------
    dict
        considered : kind, count, of those on its own ground. openings : the candidates, see
        `list_candidates`, that bring anybody of its own, wherever they lie, with the id of the
        node of a gate (-1 of a new opening), and twin: its number among those that are alike.
        gains : opening (row of `openings`), unit (row in the table of all units), kind, people,
        facility (position).
    """
    walk, demand = judgement.walk, judgement.judged.demand
    streets = walk.streets
    gates, places = gates_to_open(streets), find_wall_places(streets)
    found = find_newly_reached(
        streets, walk.places, walk.units, demand["minutes"].to_numpy(dtype=np.float64),
        case.cutoff_minutes, gates=gates, places=places,
    )  # fmt: skip
    candidates = list_candidates(streets, gates, places)
    node = streets.network.node_id[streets.network.walls.gates.node[gates]]
    candidates["node_id"] = np.concatenate([node, np.full(len(places), -1)]).astype(np.int64)
    # Two samples of a wall may find one path: each of the two counts, as in a plain run.
    candidates["twin"] = candidates.groupby(["gate_id", "x", "y"]).cumcount()
    own = ground.holds(candidates[["x", "y"]].to_numpy(dtype=np.float64))
    considered = candidates["kind"][own].value_counts()
    gains = list_reached(found, demand)
    used, number = np.unique(gains["opening"].to_numpy(), return_inverse=True)
    rows: Ints = ground.rows[gains["unit"].to_numpy()]
    return {
        "considered": pd.DataFrame(
            {"kind": considered.index.to_numpy(dtype=object), "count": considered.to_numpy()}
        ),
        "openings": candidates.iloc[used].reset_index(drop=True),
        "gains": gains.assign(opening=number.reshape(-1), unit=rows),
    }
