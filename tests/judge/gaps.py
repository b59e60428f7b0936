"""Which units make up which gap, by definition, in plain Python."""

from __future__ import annotations

from fractions import Fraction

import networkx as nx

WIDE_M, MIN_PART, MIN_GAP = 1500, 300, 50


def gaps(units, join_m):
    """Return {demand_id: gap_id}, "" for units of no gap.

    Parameters
    ----------
    units
        demand_id, kind, people, town, nearest_facility_id, verdict and Points, metres.
    join_m
        Of each unit.
    """
    rows = units.assign(x=units.geometry.x, y=units.geometry.y, join=join_m).to_dict("records")
    found = {row["demand_id"]: "" for row in rows}
    left = {row["demand_id"]: row for row in rows if row["verdict"] == "gap" and row["people"] > 0}
    near = nx.Graph()
    near.add_nodes_from(left)
    for a in left.values():
        for b in left.values():
            close = _apart(a, b) <= (a["join"] + b["join"]) / 2
            if a["demand_id"] < b["demand_id"] and a["town"] == b["town"] and close:
                near.add_edge(a["demand_id"], b["demand_id"], metres=_apart(a, b))
    for group in nx.connected_components(near):
        for part in _parts(near.subgraph(group), left):
            first, town = min(part), left[min(part)]["town"]
            small = _people(part, left) < MIN_GAP
            found |= dict.fromkeys(part, f"scattered:{town}" if small else f"gap:{first}")
    return found


def _parts(gap, left):
    """Cut a gap along its catchments if it is wide."""
    width = max(_apart(left[a], left[b]) for a in gap for b in gap)
    if width <= WIDE_M:
        return [set(gap)]
    cut = nx.Graph(gap)
    nearest = {unit: left[unit]["nearest_facility_id"] for unit in gap}
    cut.remove_edges_from([(a, b) for a, b in gap.edges if nearest[a] != nearest[b]])
    parts = [set(part) for part in nx.connected_components(cut)]
    while len(parts) > 1:
        smallest = min(parts, key=lambda part: (_people(part, left), min(part)))
        if _people(smallest, left) >= MIN_PART:
            break
        others = [part for part in parts if part is not smallest]
        neighbour = min(
            others,
            key=lambda part: (_bridge(gap, smallest, part), _people(part, left), min(part)),
        )
        parts = [part for part in others if part is not neighbour] + [smallest | neighbour]
    return parts


def _bridge(gap, one, other):
    """Return the metres between the nearest joined units of two parts."""
    metres = [data["metres"] for a, b, data in gap.edges(one, data=True) if {a, b} & other]
    return min(metres, default=float("inf"))


def _people(part, left):
    """Return the people of the largest kind of a part."""
    counts = {}
    for unit in part:
        row = left[unit]
        counts[row["kind"]] = counts.get(row["kind"], 0) + Fraction(repr(float(row["people"])))
    return max(counts.values())


def _apart(a, b):
    """Return the metres between two units."""
    return ((a["x"] - b["x"]) ** 2 + (a["y"] - b["y"]) ** 2) ** 0.5
