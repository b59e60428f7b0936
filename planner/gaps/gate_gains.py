"""Open this gate: how many people would come within the cutoff if a wall were opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.coverage.demand import PEOPLE_COLUMNS, locate
from planner.coverage.exact import exact_sums
from planner.network.links import Links
from planner.travel.access import Access
from planner.travel.openings import NewlyReached, find_newly_reached, gates_to_open
from planner.travel.streets import Streets, shut_gates
from planner.travel.wall_places import SPACING_M, WallPlaces, find_wall_places

#: Kinds of openings: a gate that is shut, one for residents only, a street through a wall that is
#: only taken for shut as the gates are mapped elsewhere, and a wall without a gate.
KINDS: Final = ("closed gate", "residents-only gate", "unmapped passage", "new opening")
CLOSED_GATE, RESIDENTS_GATE, UNMAPPED_PASSAGE, NEW_OPENING = KINDS
GAIN_COLUMNS: Final = (
    "rank", "gate_id", "kind", "compound_id", "compound", "town", *PEOPLE_COLUMNS, "units",
    "facility_id", "path_m", "alternatives",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class GateGains:
    """What openings would bring.

    table : a row for each opening that brings people, best first; see `find_gate_gains`.
    paths : those of its new openings, in its order.
    counted : kind, considered, with_gain, listed: how many openings were looked at, how many of
        them bring people, and how many stand in the table.
    """

    table: gpd.GeoDataFrame
    paths: Links
    counted: pd.DataFrame


def find_gate_gains(
    streets: Streets,
    facilities: Access,
    units: Access,
    minutes: NDArray[np.float64],
    *,
    demand: pd.DataFrame,
    facility_ids: NDArray[np.object_],
    towns: gpd.GeoDataFrame | None,
    cutoff_minutes: float,
) -> GateGains:
    """Say for every gate, and every wall that a path could cross, who would be served if it opened.

    Each opening is looked at alone, and as open to everybody: who passes it may also walk through
    the compound and out by its other gates. The people are exactly those whom a full run with the
    opening would count as covered at the cutoff and one without would not.

    A new opening is a footpath of at most 60 m, which belongs to the compound, from the compound's
    street to a public one, with a gate at its public end; it is met at its two ends only. It lies
    50 m along the wall from every gate and from every better opening in the list. Left out are new
    openings that serve only people whom a better opening of the same compound serves as well.

    Parameters
    ----------
    streets
        Prepared for the plan's profile and rules.
    facilities, units
        From `join`: facilities that count, and people.
    minutes : shape (n,)
        Of the units, from `nearest_minutes`.
    demand
        kind, people; in the order of `units`.
    facility_ids : shape (f,)
        In the order of `facilities`.
    towns
        name and polygons in the metric CRS, or None.
    cutoff_minutes
        Covered when minutes <= cutoff_minutes.

    Returns
    -------
    GateGains
        Columns of the table: rank (from 1; most residents first), gate_id, kind, compound_id and
        compound (its name), "" for a gate on a public street, town, people_residential,
        people_industrial, people_commercial and units that would be served, facility_id (the one
        nearest to most of them), path_m (metres of a new path, NaN for a gate), alternatives (new
        openings left out for this one), geometry: points in the metric CRS.
    """
    gates, places = gates_to_open(streets), find_wall_places(streets)
    found = find_newly_reached(
        streets, facilities, units, minutes, cutoff_minutes, gates=gates, places=places
    )
    rows = _list_candidates(streets, gates, places).join(_count_gains(found, demand, facility_ids))
    # Units without people may come within the cutoff, too: that is no gain.
    with_gain = rows[rows["units"].notna() & (rows[list(PEOPLE_COLUMNS)].sum(axis=1) > 0)]
    # Where as many people gain, what is there already comes before a new path, a short path before
    # a long one; the id settles the rest.
    ranked = with_gain.assign(order=with_gain["kind"].map(KINDS.index)).sort_values(
        [*PEOPLE_COLUMNS, "order", "path_m", "gate_id"], ascending=[False] * 3 + [True] * 3
    )
    kept = _drop_alternatives(ranked, found, places, len(gates))
    table = kept.assign(rank=np.arange(1, len(kept) + 1), units=kept["units"].astype(np.int64))
    points = gpd.GeoDataFrame(
        table, geometry=gpd.points_from_xy(table["x"], table["y"]), crs=streets.network.crs
    ).reset_index(drop=True)
    points["town"] = locate(points, towns)
    counted = pd.DataFrame(
        {
            "kind": KINDS,
            "considered": [int((rows["kind"] == kind).sum()) for kind in KINDS],
            "with_gain": [int((with_gain["kind"] == kind).sum()) for kind in KINDS],
            "listed": [int((kept["kind"] == kind).sum()) for kind in KINDS],
        }
    )
    built = kept.index[kept["kind"] == NEW_OPENING].to_numpy(dtype=np.int64) - len(gates)
    return GateGains(points[[*GAIN_COLUMNS, "geometry"]], places.links.take(built), counted)


def _list_candidates(streets: Streets, rows: NDArray[np.int64], places: WallPlaces) -> pd.DataFrame:
    """List the openings, gates first: gate_id, kind, compound_id, compound, path_m, x, y."""
    network = streets.network
    gates, compounds = network.walls.gates, network.walls.compounds
    node, whose = gates.node[rows], np.concatenate([gates.compound[rows], places.compound])
    names = [
        # Gates without an id are called as in the layer of gates, where the page looks them up.
        gates.gate_id[row] or f"{compounds.id[gates.compound[row]]}@{network.node_id[at]}"
        for row, at in zip(rows, node, strict=True)
    ]
    mapped, shut = gates.mapped[rows], shut_gates(streets)[rows]
    kinds = np.select([shut & mapped, shut], [CLOSED_GATE, UNMAPPED_PASSAGE], RESIDENTS_GATE)
    xy = np.vstack([network.xy[node], places.xy])
    return pd.DataFrame(
        {
            "gate_id": np.concatenate([np.array(names, dtype=object), places.links.id]),
            "kind": [*kinds, *[NEW_OPENING] * len(places)],
            "compound_id": np.append(compounds.id, "")[whose],
            "compound": np.append(compounds.name, "")[whose],
            "path_m": np.concatenate([np.full(len(rows), np.nan), places.path_m]),
            "x": xy[:, 0],
            "y": xy[:, 1],
        }
    )


def _count_gains(
    found: NewlyReached, demand: pd.DataFrame, facility_ids: NDArray[np.object_]
) -> pd.DataFrame:
    """Count who comes within the cutoff by each opening: people by kind, units, facility_id."""
    reached = pd.DataFrame(
        {
            "opening": found.opening,
            "kind": demand["kind"].to_numpy(dtype=object)[found.target],
            "people": demand["people"].to_numpy(dtype=np.float64)[found.target],
            "facility": found.origin,
        }
    )
    opening, openings = pd.factorize(found.opening, sort=True)
    people = pd.DataFrame(
        {
            column: exact_sums(opening, reached["people"].where(
                reached["kind"] == column.removeprefix("people_"), 0.0), len(openings))
            for column in PEOPLE_COLUMNS
        },
        index=pd.Index(openings, name="opening"),
    )  # fmt: skip
    pairs = reached.groupby(["opening", "facility"])
    # `first` gives the rows, in the order of `ngroup`; their people are the exact sums below.
    by_facility = pairs["people"].first().reset_index()
    by_facility["people"] = exact_sums(pairs.ngroup().to_numpy(), reached["people"], len(pairs))
    most = by_facility.sort_values(["opening", "people", "facility"], ascending=[True, False, True])
    nearest = most.drop_duplicates("opening").set_index("opening")["facility"]
    return people.assign(
        units=reached.groupby("opening").size(),
        facility_id=pd.Series(facility_ids[nearest.to_numpy()], index=nearest.index, dtype=object),
    )


def _drop_alternatives(
    ranked: pd.DataFrame, found: NewlyReached, places: WallPlaces, n_gates: int
) -> pd.DataFrame:
    """Drop new openings too near a better one, or of no use beside one; count them there."""
    # Those who are reached are sorted by opening, so each opening has one run of rows.
    starts = np.searchsorted(found.opening, np.arange(n_gates + len(places) + 1))
    kept: dict[str, list[tuple[int, frozenset[int]]]] = {}
    alternatives: dict[int, int] = {}
    for opening, kind, compound in zip(
        ranked.index, ranked["kind"], ranked["compound_id"], strict=True
    ):
        served = frozenset(found.target[starts[opening] : starts[opening + 1]].tolist())
        better = kept.setdefault(compound, [])
        instead = None
        # Gates are there already and all listed; only paths yet to be built stand in for others.
        if kind == NEW_OPENING:
            instead = next(
                (
                    other
                    for other, others in better
                    if served <= others or _near(places, opening - n_gates, other - n_gates)
                ),
                None,
            )
        if instead is None:
            better.append((opening, served))
            alternatives[opening] = 0
        else:
            alternatives[instead] += 1
    rows = ranked.loc[list(alternatives)]
    return rows.assign(alternatives=np.array(list(alternatives.values()), dtype=np.int64))


def _near(places: WallPlaces, one: int, other: int) -> bool:
    """Tell whether two new openings lie too near each other along one outline."""
    # Below 0 is a gate: places within 50 m of one were never taken.
    if other < 0 or places.outline[one] != places.outline[other]:
        return False
    apart_m = abs(places.at_m[one] - places.at_m[other])
    # An outline is closed: the other way round it may be shorter.
    return bool(min(apart_m, places.round_m[one] - apart_m) < SPACING_M)
