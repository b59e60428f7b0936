"""Writes the folder of sheets: a page a town, a proposed site, a route, as PDF and as picture."""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from planner.reports.printed.matplotlib_parts import save_figure
from planner.reports.printed.printed_layers import PrintedLayers, prepare_layers
from planner.reports.printed.printed_texts import list_said
from planner.reports.printed.route_sheet import draw_route_sheet
from planner.reports.printed.sheet_frame import Materials, SheetPlace
from planner.reports.printed.site_sheet import draw_site_sheet
from planner.reports.printed.small_fonts import cut_fonts
from planner.reports.printed.town_sheet import draw_town_sheet
from planner.reports.printed.two_processes import do_in_two_processes
from planner.reports.report_figures import figures_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from planner.reports.handover import Handover

_ENDINGS: Final = ("pdf", "png")
#: Dots an inch of the pictures: fine enough for print, small enough to be sent.
_DPI: Final = 160
#: A name of a file has at most 255 bytes, and a letter at most four.
_LONGEST: Final = 50

#: Which sheet, the name of its files, and the site of site.json or the route of routes.json.
_Sheet = tuple[SheetPlace, str, "Mapping[str, Any] | None"]


def write_sheets(
    handover: Handover, folder: Path, *, layers: PrintedLayers | None = None
) -> list[str]:
    """Write a sheet for each town, each proposed site and each route into a folder.

    Parameters
    ----------
    handover
        What is told. Without towns the whole area has one sheet.
    folder
        An empty folder; made if it does not exist.
    layers
        From `prepare_layers`, if they are at hand.

    Returns
    -------
    list of str
        Names of the files: `town-01-NAME.pdf` and `.png`, `site-01-NAME.pdf` and `.png`,
        `route-01-THEME.pdf` and `.png`.

    Raises
    ------
    PlannerError
        If matplotlib or a font for Chinese is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    layers, figures = layers or prepare_layers(handover), figures_of(handover)
    sites = [] if handover.proposal is None else list(handover.proposal.content["sites"])
    routes = [] if handover.routes is None else list(handover.routes.content["routes"])
    stems = name_sheets(
        figures.towns,
        [str(one["name"] or "") for one in sites],
        [str(one.get("theme") or "") for one in routes],
    )
    said = list_said(handover, layers)
    places = list(_list_places(figures.towns, sites, routes, stems))
    with cut_fonts(handover.language, said) as fonts:
        materials = Materials(figures, layers, fonts)
        do_in_two_processes(places, partial(_write_sheet, materials, folder))
    return [f"{stem}.{ending}" for _, stem, _ in places for ending in _ENDINGS]


def _write_sheet(materials: Materials, folder: Path, sheet: _Sheet) -> None:
    """Draw one sheet and write its files."""
    place, stem, told = sheet
    if told is None:
        figure = draw_town_sheet(materials, place)
    elif place.route is not None:
        figure = draw_route_sheet(materials, place, told)
    else:
        figure = draw_site_sheet(materials, place, told)
    for ending in _ENDINGS:
        save_figure(figure, folder / f"{stem}.{ending}", dpi=_DPI)


def _list_places(
    towns: Sequence[str],
    sites: Sequence[Mapping[str, Any]],
    routes: Sequence[Mapping[str, Any]],
    stems: Sequence[str],
) -> Iterator[_Sheet]:
    """Yield each sheet: what it shows, its name, its site or its route."""
    shown: list[tuple[dict[str, str], Any]] = [({"town": town}, None) for town in towns]
    shown = shown or [({}, None)]
    shown += [({"site": str(site["site_id"])}, site) for site in sites]
    shown += [({"route": str(route["route_id"])}, route) for route in routes]
    for number, ((what, told), stem) in enumerate(zip(shown, stems, strict=True), start=1):
        yield SheetPlace(number, len(stems), **what), stem, told


def name_sheets(
    towns: Sequence[str], sites: Sequence[str], routes: Sequence[str] = ()
) -> list[str]:
    """Return a name without an ending for each sheet: towns, or the whole area, sites, routes.

    The number in it makes it one of its own, and no name that Windows keeps for devices.
    """
    of_towns = [f"town-{number:02d}{_clean(town)}" for number, town in enumerate(towns, start=1)]
    of_sites = [f"site-{number:02d}{_clean(name)}" for number, name in enumerate(sites, start=1)]
    of_routes = [f"route-{number:02d}{_clean(name)}" for number, name in enumerate(routes, start=1)]
    return [*(of_towns or ["area"]), *of_sites, *of_routes]


def _clean(name: str) -> str:
    """Return what may stand in the name of a file, with a dash before it; "" if nothing may."""
    plain = unicodedata.normalize("NFKC", name)
    stem = re.sub(r"[\W_]+", "-", plain).strip("-")[:_LONGEST].strip("-")
    return f"-{stem}" if stem else ""
