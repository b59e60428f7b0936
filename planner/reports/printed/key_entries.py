"""What the key to a printed map lists: only what the map shows, in words of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from planner.reports.printed.map_names import METRO_UNTIL
from planner.reports.printed.shape_drawing import pick_seen
from planner.reports.styles.colours import reach_colours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.reports.handover import Handover
    from planner.reports.printed.printed_layers import PrintedLayers
    from planner.reports.printed.view import View

#: Down to this scale, metres to a millimetre, maps of several sites show where each may stand.
FRONTAGE_UNTIL: Final = 30.0
_LEVELS: Final = ("district", "town", "neighbourhood")


def list_entries(
    layers: PrintedLayers, handover: Handover, view: View, *, site: str | None, gaps: int,
) -> Sequence[tuple[str, str]]:  # fmt: skip
    """Return sign and words of each thing that a map of this view shows."""
    words = handover.words
    tones = reach_colours(len(layers.bands))
    entries = [
        (tone, words["sheet_within"].format(minutes=f"{band.minutes:g}"))
        for tone, band in zip(tones, reversed(layers.bands), strict=True)
        if len(pick_seen(band.shapes, view))
    ]
    seen = pick_seen(layers.gaps.geometry.to_numpy(), view)
    if len(seen):
        numbered = site is None and gaps > 0
        entries.append(("gap", words["sheet_gap_numbered" if numbered else "gap"]))
        if numbered and len(seen) > gaps:
            entries.append(("pale", words["sheet_gap_other"]))
    if len(pick_seen(layers.unknown.geometry.to_numpy(), view)):
        entries.append(("unknown", words["layer_unknown"]))
    entries += _list_facilities(layers, handover, view)
    if _count_inside(layers.sites, view):
        entries.append(("site", words["site_proposed"]))
        if site is None and view.m_per_mm < FRONTAGE_UNTIL and len(layers.frontages):
            entries.append(("frontage", words["sheet_frontage"]))
    if site is not None:
        if (layers.gained["nearest_after"] == site).any():
            entries.append(("gained", words["sheet_gained"]))
        if (layers.frontages["site_id"] == site).any():
            entries.append(("frontage", words["sheet_frontage"]))
    if len(layers.areas) > 1:
        entries.append(("town", words["layer_areas"]))
    for kind in ("railway", "motorway"):
        lines = layers.barriers.geometry[(layers.barriers["kind"] == kind).to_numpy()]
        if len(pick_seen(lines.to_numpy(), view)):
            entries.append((kind, words[f"sheet_{kind}"]))
    metro = layers.names[(layers.names["kind"] == "metro").to_numpy()]
    if view.m_per_mm <= METRO_UNTIL and _count_inside(metro, view):
        entries.append(("metro", words["place_metro"]))
    return [(sign, text[:1].upper() + text[1:]) for sign, text in entries]


def _list_facilities(
    layers: PrintedLayers, handover: Handover, view: View
) -> list[tuple[str, str]]:
    """Return the signs of stations: their levels, and what is not plainly open."""
    words = handover.words
    here = layers.facilities[_is_inside(layers.facilities, view)]
    inside = here[~here["in_ring"].eq(True).to_numpy()]
    status = inside["status"].astype("string").fillna("open")
    plain = inside[((status == "open") & ~inside["joined"].eq(False)).to_numpy()]
    levels = {str(level) for level in plain["level"].dropna()}
    order = [*_LEVELS, *sorted(levels - set(_LEVELS))]
    found = [
        # A plan without levels has stations all the same.
        (f"level_{level}", words.get(f"level_{level}", level) or words["facility"])
        for level in order
        if level in levels
    ]
    if (status == "planned").any():
        found.append(("planned", words["sheet_planned"]))
    if (status == "closed").any():
        found.append(("closed", words["status_closed"]))
    if ((status == "open") & inside["joined"].eq(False)).any():
        found.append(("not_joined", words["not_joined"]))
    if here["in_ring"].eq(True).any():
        found.append(("outside", words["in_ring"]))
    return found


def _is_inside(table: Any, view: View) -> Any:
    west, south, east, north = view.box
    places = shapely.get_coordinates(table.geometry.to_numpy()).reshape(-1, 2)
    x, y = places[:, 0], places[:, 1]
    return np.asarray((x > west) & (x < east) & (y > south) & (y < north))


def _count_inside(table: Any, view: View) -> int:
    return int(_is_inside(table, view).sum())
