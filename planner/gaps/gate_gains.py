"""Open this gate: how many people would come within the cutoff if a wall were opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

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
    candidates = list_candidates(streets, gates, places)
    ranked = rank_openings(candidates, list_reached(found, demand), facility_ids)
    new = (ranked["kind"] == NEW_OPENING) & (ranked["alternatives"] >= 0)
    return GateGains(
        to_gains_layer(ranked, streets.network.crs, towns),
        places.links.take(ranked.index[new].to_numpy(dtype=np.int64) - len(gates)),
        count_openings(candidates["kind"].value_counts(), ranked),
    )


def rank_openings(
    candidates: pd.DataFrame, reached: pd.DataFrame, facility_ids: NDArray[np.object_]
) -> pd.DataFrame:
    """Rank the openings that bring people, the best first; see `find_gate_gains`.

    Parameters
    ----------
    candidates
        From `list_candidates`, or those of them that bring anybody.
    reached
        From `list_reached`: opening (of the index of `candidates`), unit, kind, people, facility.
    facility_ids
        By the numbers of `facility`.

    Returns
    -------
    DataFrame
        The columns of `candidates`, people by kind, units, facility_id, and alternatives: -1 for
        one that is left out for a better one.
    """
    rows = candidates.join(_count_gains(reached, facility_ids))
    # Units without people may come within the cutoff, too: that is no gain.
    with_gain = rows[rows["units"].notna() & (rows[list(PEOPLE_COLUMNS)].sum(axis=1) > 0)]
    ranked = sort_openings(with_gain)
    return ranked.assign(alternatives=_find_alternatives(ranked, reached))


def sort_openings(rows: pd.DataFrame) -> pd.DataFrame:
    """Put openings in order, the best first; equal ones stay in theirs.

    rows : kind, path_m, gate_id, people by kind.
    """
    # Where as many people gain, what is there already comes before a new path, a short path before
    # a long one; the id settles the rest.
    return rows.assign(order=rows["kind"].map(KINDS.index)).sort_values(
        [*PEOPLE_COLUMNS, "order", "path_m", "gate_id"], ascending=[False] * 3 + [True] * 3
    )


def to_gains_layer(
    ranked: pd.DataFrame, crs: CRS, towns: gpd.GeoDataFrame | None
) -> gpd.GeoDataFrame:
    """Return the layer of the openings that stay."""
    kept = ranked[ranked["alternatives"] >= 0]
    table = kept.assign(rank=np.arange(1, len(kept) + 1), units=kept["units"].astype(np.int64))
    points = gpd.GeoDataFrame(
        table, geometry=gpd.points_from_xy(table["x"], table["y"]), crs=crs
    ).reset_index(drop=True)
    points["town"] = locate(points, towns)
    return points[[*GAIN_COLUMNS, "geometry"]]


def count_openings(considered: pd.Series, ranked: pd.DataFrame) -> pd.DataFrame:
    """Count the openings of each kind that were looked at, that bring people, that are listed.

    considered : by kind; ranked : from `rank_openings`.
    """
    kept = ranked[ranked["alternatives"] >= 0]
    return pd.DataFrame(
        {
            "kind": KINDS,
            "considered": [int(considered.get(kind, 0)) for kind in KINDS],
            "with_gain": [int((ranked["kind"] == kind).sum()) for kind in KINDS],
            "listed": [int((kept["kind"] == kind).sum()) for kind in KINDS],
        }
    )


def list_candidates(streets: Streets, rows: NDArray[np.int64], places: WallPlaces) -> pd.DataFrame:
    """List the openings, gates first.

    Columns: gate_id, kind, compound_id, compound, path_m, x, y; of a new opening outline (its
    number among those of the compound), at_m (along it) and round_m (its length), -1 and NaN of
    gates.
    """
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
    # Numbered by compound: those of one compound are compared with each other alone.
    shapes, owner = shapely.get_parts(compounds.shape, return_index=True)
    begins = np.searchsorted(owner[~shapely.is_empty(shapes)], places.compound)
    return pd.DataFrame(
        {
            "gate_id": np.concatenate([np.array(names, dtype=object), places.links.id]),
            "kind": [*kinds, *[NEW_OPENING] * len(places)],
            "compound_id": np.append(compounds.id, "")[whose],
            "compound": np.append(compounds.name, "")[whose],
            "path_m": np.concatenate([np.full(len(rows), np.nan), places.path_m]),
            "x": xy[:, 0],
            "y": xy[:, 1],
            "outline": np.concatenate([np.full(len(rows), -1), places.outline - begins]),
            "at_m": np.concatenate([np.full(len(rows), np.nan), places.at_m]),
            "round_m": np.concatenate([np.full(len(rows), np.nan), places.round_m]),
        }
    )


def list_reached(found: NewlyReached, demand: pd.DataFrame) -> pd.DataFrame:
    """List who comes within the cutoff by each opening: opening, unit, kind, people, facility.

    Sorted by opening. unit : its position in `demand`; facility : its position.
    """
    return pd.DataFrame(
        {
            "opening": found.opening,
            "unit": found.target,
            "kind": demand["kind"].to_numpy(dtype=object)[found.target],
            "people": demand["people"].to_numpy(dtype=np.float64)[found.target],
            "facility": found.origin,
        }
    )


def _count_gains(reached: pd.DataFrame, facility_ids: NDArray[np.object_]) -> pd.DataFrame:
    """Count who comes within the cutoff by each opening: people by kind, units, facility_id."""
    opening, openings = pd.factorize(reached["opening"].to_numpy(), sort=True)
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


def _find_alternatives(ranked: pd.DataFrame, reached: pd.DataFrame) -> NDArray[np.int64]:
    """Count for each opening those left out for it; -1 for one that is left out itself.

    Left out are new openings too near a better one, or of no use beside one.
    """
    # Those who are reached are sorted by opening, so each opening has one run of rows.
    opening, unit = reached["opening"].to_numpy(), reached["unit"].to_numpy()
    starts = np.searchsorted(opening, ranked.index.to_numpy())
    ends = np.searchsorted(opening, ranked.index.to_numpy(), side="right")
    kinds, compounds = ranked["kind"].to_numpy(), ranked["compound_id"].to_numpy()
    along = _Along.of(ranked)
    kept: dict[str, list[tuple[int, frozenset[int]]]] = {}
    alternatives = np.zeros(len(ranked), dtype=np.int64)
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        served = frozenset(unit[start:end].tolist())
        better = kept.setdefault(compounds[number], [])
        instead = None
        # Gates are there already and all listed; only paths yet to be built stand in for others.
        if kinds[number] == NEW_OPENING:
            instead = next(
                (
                    other
                    for other, others in better
                    if served <= others or along.near(number, other)
                ),
                None,
            )
        if instead is None:
            better.append((number, served))
        else:
            alternatives[instead] += 1
            alternatives[number] = -1
    return alternatives


@dataclass(frozen=True, eq=False)
class _Along:
    """Where openings lie along the outlines of compounds."""

    outline: NDArray[np.int64]
    at_m: NDArray[np.float64]
    round_m: NDArray[np.float64]

    @classmethod
    def of(cls, candidates: pd.DataFrame) -> _Along:
        """Take it from the table of candidates."""
        return cls(*(candidates[name].to_numpy() for name in ("outline", "at_m", "round_m")))

    def near(self, one: int, other: int) -> bool:
        """Tell whether two new openings lie too near each other along one outline."""
        # Below 0 is a gate: places within 50 m of one were never taken.
        if self.outline[other] < 0 or self.outline[one] != self.outline[other]:
            return False
        apart_m = abs(self.at_m[one] - self.at_m[other])
        # An outline is closed: the other way round it may be shorter.
        return bool(min(apart_m, self.round_m[one] - apart_m) < SPACING_M)
