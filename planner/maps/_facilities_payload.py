"""Facilities by column with their hours, and the committees that have one of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.maps._layer_columns import column, index_rows, keep_names, lonlat, round_known
from planner.plan import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd

    from planner.maps._map_grid import MapGrid

_TEXTS = ("name", "level", "domain", "status", "reason")
_COUNTS = ("people_nearest", "people_in_reach", "people_only_here")


def list_facilities(
    facilities: gpd.GeoDataFrame | None, grid: MapGrid, *, by_capacity: bool
) -> dict[str, Any]:
    """Facilities by column; people as one triple (nearest, in reach, only here) per kind.

    `by_capacity` says that loads are people for each place, not for each facility.
    """
    if facilities is None:
        return {"count": 0}
    columns: dict[str, Any] = {name: column(facilities, name) for name in _TEXTS}
    columns["name"] = keep_names(columns["name"], [None] * len(facilities))
    joined, in_ring = column(facilities, "joined"), column(facilities, "in_ring")
    people = {
        kind: [column(facilities, f"{count}_{kind}") for count in _COUNTS]
        for kind in KINDS
        if f"{_COUNTS[0]}_{kind}" in facilities.columns
    }
    for name, digits in (("load_2sfca", 2), ("visits_per_year", 0)):
        if name in facilities.columns:
            columns[name] = [round_known(value, digits) for value in column(facilities, name)]
    if "approximate" in facilities.columns:
        columns["approximate"] = [bool(value) for value in column(facilities, "approximate")]
    return {
        **columns,
        **list_hours(column(facilities, "opening_hours")),
        "count": len(facilities),
        "by_capacity": by_capacity,
        "joined": [value is None or bool(value) for value in joined],
        "in_ring": [bool(value) for value in in_ring],
        "people": people,
        "xy": grid.points(lonlat(facilities.geometry.to_numpy())),
    }


def list_committees(
    committees: gpd.GeoDataFrame | None, facilities: gpd.GeoDataFrame | None
) -> list[dict[str, Any]]:
    """Return each committee with its own station's place in the facilities, not its id."""
    if committees is None:
        return []
    place = index_rows(facilities, "facility_id")
    columns = ("name", "town", "facility_id", "people", "minutes_own", "minutes_nearest")
    rows = zip(*(column(committees, name) for name in columns), strict=True)
    return [
        {
            "name": name,
            "town": town,
            "own": None if own is None else place.get(str(own)),
            "people": round_known(people, 0),
            "minutes_own": round_known(minutes_own, 2),
            "minutes_nearest": round_known(minutes_nearest, 2),
        }
        for name, town, own, people, minutes_own, minutes_nearest in rows
    ]


def list_hours(hours: Iterable[Any]) -> dict[str, Any]:
    """Return opening hours, each text once: `hours`, and which of them each row has."""
    texts = [text if isinstance(text, str) else "" for text in hours]
    known = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    return {"hours": list(known), "hours_at": [known[text] for text in texts]}
