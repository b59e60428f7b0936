"""How complete the data are: streets, gates, hours and services, town by town, and in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.coverage.compound_people import NO_GATE
from planner.coverage.counting import ALL, REASONS, UNKNOWN
from planner.coverage.exact import exact_sum
from planner.coverage.facilities import OPEN
from planner.network.study_area import StudyArea
from planner.network.walk_network import PUBLIC, WalkNetwork
from planner.rounding import format_percent, to_plain_rows

NO_STREET: Final = REASONS[0]
#: A town with less street per km2 than this part of the whole area's is named in the notes.
SPARSE: Final = 0.6
#: What is counted of the people who meet no street; kinds are never added up.
KINDS: Final = ("residential", "industrial", "commercial")

#: What is missing, and what a run makes of it, by the figure that must not be 0.
_NOTES: Final = {
    "units_no_street": "no street nearby: {units_no_street} of {units} units; their people are "
    "unknown, not left out",
    "islands": "streets in the area joined to nothing else: {islands_km:.1f} km in islands "
    "({islands}); people who meet no other street are unknown",
    "compounds_no_gate": "no gate known: {compounds_no_gate} of {compounds} compounds; a table of "
    "gates would settle whether their people are served",
    "gates_inferred": "gates inferred where a street goes through a wall: {gates_inferred}, "
    "mapped: {gates_mapped}; walks through an inferred one are likely, not known",
    "private_groups": "private streets without an outline: {private_groups} groups; each is taken "
    "for a compound of its own",
    "facilities_no_hours": "no opening hours: {facilities_no_hours} of {facilities} facilities in "
    "the area; they count as always open",
    "facilities_no_services": "no services named: {facilities_no_services} of {facilities} "
    "facilities in the area; they count for none",
}


def describe_completeness(
    network: WalkNetwork,
    area: StudyArea,
    demand: pd.DataFrame,
    facilities: gpd.GeoDataFrame,
    compounds: gpd.GeoDataFrame,
) -> dict[str, Any]:
    """Count what the data lack, for the whole area and each town, and say what that means.

    Parameters
    ----------
    network
        Streets of area and ring.
    area
        Study area with its towns.
    demand
        kind, people, town, verdict, reason of the units.
    facilities : Points, metric CRS
        status, and where known in_ring, opening_hours, services. Only open ones inside count.
    compounds : polygons, metric CRS
        The layer `compounds`: town, state; those of the ring do not count.

    Returns
    -------
    dict
        `towns`: rows area (`all` first), km2, street_km, street_km_per_km2, against_area (1 is as
        much street per km2 as in the whole area), units, units_no_street, people_no_street_* by
        kind, islands, islands_km, compounds, compounds_no_gate, gates_mapped, gates_inferred,
        private_groups (of private streets without a polygon), facilities, facilities_no_hours,
        facilities_no_services.
        `unknown`: rows area, kind, reason, people, share (of all people of the kind there).
        `notes`: what the figures mean, one sentence each.
        `stated`, where the plan states anything: where it says the streets are known
        ("everywhere", "polygons" or None), and whether no station is missing.
    """
    shapes = list_shapes(area)
    streets, gates = StreetsByPlace.of(network), GatesByPlace.of(network)
    measured = [measure_streets(streets, gates, shape) for shape in shapes]
    # By the same point that gave each its town: one across the border is on one side only.
    middles = shapely.point_on_surface(compounds.geometry.to_numpy())
    compounds = compounds[np.asarray(shapely.intersects(area.polygon, middles), dtype=bool)]
    return put_figures_together(area, measured, demand, facilities, compounds)


def list_shapes(area: StudyArea) -> list[BaseGeometry]:
    """Return the polygons that figures are told of: the area's, then those of its towns."""
    return [area.polygon, *([] if area.towns is None else area.towns.geometry)]


def put_figures_together(
    area: StudyArea,
    measured: Sequence[StreetSums],
    demand: pd.DataFrame,
    facilities: gpd.GeoDataFrame,
    compounds: pd.DataFrame,
) -> dict[str, Any]:
    """Return what `describe_completeness` does, once the streets of each polygon are measured.

    Parameters
    ----------
    area, demand, facilities
        As there; a row of `demand` stands for so many units as its `units` says, if it has them.
    measured
        Of the polygons of `list_shapes`.
    compounds
        Those in the area: town, state.
    """
    rows = []
    names, shapes = area.town_names, list_shapes(area)
    for name, shape, streets in zip((ALL, *names), shapes, measured, strict=True):
        units = demand if name == ALL else demand[demand["town"] == name]
        inside = compounds if name == ALL else compounds[compounds["town"] == name]
        rows.append(
            {
                "area": name,
                **_street_figures(streets, shape),
                **_unit_figures(units),
                **_compound_figures(inside),
                "gates_mapped": streets.gates_mapped,
                "gates_inferred": streets.gates_inferred,
                **_facility_figures(facilities, shape),
            }
        )
    table = pd.DataFrame(rows)
    density = table["street_km_per_km2"]
    whole = float(density.iloc[0])
    table.insert(4, "against_area", density / whole if whole > 0 else np.nan)
    unknown = _unknown(demand, names)
    found = {
        "towns": to_plain_rows(table),
        "unknown": to_plain_rows(unknown),
        "notes": _notes(table, unknown),
    }
    if area.stated:
        found["stated"] = {"known": area.known, "complete": area.complete}
    return found


@dataclass(frozen=True, eq=False)
class StreetSums:
    """What is measured of the streets and gates in one polygon.

    metres, island_metres : of streets, and of those on islands; add them up exactly.
    islands, groups : which islands reach into it, and which groups of private streets.
    gates_mapped, gates_inferred : of compounds.
    """

    metres: NDArray[np.float64]
    island_metres: NDArray[np.float64]
    islands: frozenset[int]
    groups: frozenset[str]
    gates_mapped: int
    gates_inferred: int


@dataclass(frozen=True)
class StreetsByPlace:
    """Edges as lines with a tree, island of each (-1 for none), private group of each ("")."""

    lines: NDArray[np.object_]
    length_m: NDArray[np.float64]
    tree: shapely.STRtree
    island: NDArray[np.int64]
    group: NDArray[np.object_]

    @classmethod
    def of(
        cls,
        network: WalkNetwork,
        edges: NDArray[np.int64] | None = None,
        islands: NDArray[np.int64] | None = None,
    ) -> StreetsByPlace:
        """Put the edges of a network by their places, or some of them.

        edges : rows of those that count, None for all; islands : the number of the island of every
        edge, None for those of the network.
        """
        some = slice(None) if edges is None else edges
        compounds, lines = network.walls.compounds, network.lines[some]
        # Groups of private streets without a polygon are compounds without an outline.
        groups = pd.Index(compounds.id[shapely.is_empty(compounds.shape)], dtype=object)
        nameless = groups.get_indexer(pd.Index(network.access[some], dtype=object)) >= 0
        return cls(
            lines=lines,
            length_m=network.length_m[some],
            tree=shapely.STRtree(lines),
            island=(network.island_number if islands is None else islands)[some],
            group=np.where(nameless, network.access[some], PUBLIC),
        )


@dataclass(frozen=True)
class GatesByPlace:
    """The gates of compounds: places (g, 2), and whether each is mapped or inferred."""

    xy: NDArray[np.float64]
    mapped: NDArray[np.bool_]
    inferred: NDArray[np.bool_]

    @classmethod
    def of(cls, network: WalkNetwork) -> GatesByPlace:
        """List the gates; groups of private streets have gates too."""
        # By place: groups of private streets have gates as well, but neither outline nor town.
        gates = network.walls.gates
        rows = np.flatnonzero(gates.compound >= 0)
        return cls(network.xy[gates.node[rows]], gates.mapped[rows], gates.inferred[rows])


def measure_streets(
    streets: StreetsByPlace, gates: GatesByPlace, shape: BaseGeometry
) -> StreetSums:
    """Measure the streets inside a polygon, those that cross its border up to there."""
    touching = np.sort(streets.tree.query(shape, predicate="intersects"))
    whole = np.zeros(len(streets.lines), dtype=bool)
    whole[streets.tree.query(shape, predicate="contains")] = True
    cut = touching[~whole[touching]]
    metres = np.where(whole, streets.length_m, 0.0)
    # Only streets that cross the border are cut; the length of the others is known.
    metres[cut] = shapely.length(shapely.intersection(streets.lines[cut], shape))
    here = np.flatnonzero(metres > 0)
    metres, island, group = metres[here], streets.island[here], streets.group[here]
    inside = np.asarray(shapely.intersects_xy(shape, *gates.xy.T), dtype=bool)
    return StreetSums(
        metres=metres,
        island_metres=metres[island >= 0],
        islands=frozenset(island[island >= 0].tolist()),
        groups=frozenset(group[group != PUBLIC].tolist()),
        gates_mapped=int((inside & gates.mapped).sum()),
        gates_inferred=int((inside & gates.inferred).sum()),
    )


def _street_figures(streets: StreetSums, shape: BaseGeometry) -> dict[str, float]:
    """Round what was measured."""
    km2 = shapely.area(shape) / 1e6
    # To the last bit the same, in whatever order the streets are added.
    street_km = math.fsum(streets.metres) / 1e3
    return {
        "km2": round(km2, 3),
        "street_km": round(street_km, 1),
        "street_km_per_km2": round(street_km / km2, 2) if km2 > 0 else 0.0,
        "islands": len(streets.islands),
        "islands_km": round(math.fsum(streets.island_metres) / 1e3, 1),
        "private_groups": len(streets.groups),
    }


def _unit_figures(units: pd.DataFrame) -> dict[str, float]:
    """Count units and people without a street nearby."""
    without = units[units["reason"] == NO_STREET]
    return {
        "units": _count_units(units),
        "units_no_street": _count_units(without),
        **{
            f"people_no_street_{kind}": exact_sum(without["people"][without["kind"] == kind])
            for kind in KINDS
        },
    }


def _count_units(table: pd.DataFrame) -> int:
    """Count units, of which a row may stand for several."""
    return int(table["units"].sum()) if "units" in table else len(table)


def _compound_figures(compounds: pd.DataFrame) -> dict[str, int]:
    """Count compounds, and those that nobody is known to leave."""
    return {
        "compounds": len(compounds),
        "compounds_no_gate": int((compounds["state"] == NO_GATE).sum()),
    }


def _facility_figures(facilities: gpd.GeoDataFrame, shape: BaseGeometry) -> dict[str, int]:
    """Count open facilities inside a polygon, those without hours, those without services."""
    counts = (facilities["status"] == OPEN).to_numpy(dtype=bool)
    if "in_ring" in facilities:
        counts = counts & ~facilities["in_ring"].to_numpy(dtype=bool)
    counts = counts & np.asarray(
        shapely.intersects(shape, facilities.geometry.to_numpy()), dtype=bool
    )
    inside = facilities[counts]
    return {
        "facilities": len(inside),
        "facilities_no_hours": _empty(inside, "opening_hours"),
        "facilities_no_services": _empty(inside, "services"),
    }


def _empty(table: pd.DataFrame, column: str) -> int:
    """Count the rows that have no text in a column; all where there is no such column."""
    if column not in table:
        return len(table)
    return int((table[column].fillna("").astype(str).str.strip() == "").sum())


def _unknown(demand: pd.DataFrame, towns: Sequence[str]) -> pd.DataFrame:
    """Share of the people of each kind that cannot be judged, by area and reason."""
    rows = []
    kinds = demand["kind"].unique()
    for name in (ALL, *towns):
        here = demand if name == ALL else demand[demand["town"] == name]
        for kind in kinds:
            of_kind = here[here["kind"] == kind]
            total = exact_sum(of_kind["people"])
            lost = of_kind[of_kind["verdict"] == UNKNOWN]
            for reason in REASONS:
                count = exact_sum(lost["people"][lost["reason"] == reason])
                if count > 0:
                    rows.append({"area": name, "kind": kind, "reason": reason, "people": count,
                                 "share": count / total})  # fmt: skip
    return pd.DataFrame(rows, columns=["area", "kind", "reason", "people", "share"])


def _notes(table: pd.DataFrame, unknown: pd.DataFrame) -> list[str]:
    """Say in words what is missing and what a run makes of it; nothing about what is complete."""
    whole = table.iloc[0].to_dict()
    # The first row is the whole area, which the towns are compared with.
    notes = [_sparse_note(table.iloc[1:])]
    notes += [text.format_map(whole) for key, text in _NOTES.items() if whole[key]]
    for row in unknown[unknown["area"] == ALL].to_dict("records"):
        share, kind, reason = format_percent(row["share"]), row["kind"], row["reason"]
        notes.append(f"unknown: {share} of the people of kind {kind} ({reason})")
    return [note for note in notes if note]


def _sparse_note(towns: pd.DataFrame) -> str:
    """Name the towns with far less street than the whole area."""
    sparse = towns[towns["against_area"] < SPARSE]
    if sparse.empty:
        return ""
    named = ", ".join(
        f"{name} ({ratio:.2f})"
        for name, ratio in zip(sparse["area"], sparse["against_area"], strict=True)
    )
    return "less street per km2 than in the whole area (1), for want of streets or data: " + named
