"""Writes the folder of sheets: one page a town and one a proposed site, as PDF and as picture."""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from planner.reports.printed.matplotlib_parts import save_figure
from planner.reports.printed.printed_layers import PrintedLayers, prepare_layers
from planner.reports.printed.printed_texts import list_said
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

#: Which sheet, the name of its files, and the site of site.json that it tells of.
_Sheet = tuple[SheetPlace, str, "Mapping[str, Any] | None"]


def write_sheets(
    handover: Handover, folder: Path, *, layers: PrintedLayers | None = None
) -> list[str]:
    """Write a sheet for each town and each proposed site into a folder.

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
        Names of the files: `town-01-NAME.pdf` and `.png`, `site-01-NAME.pdf` and `.png`.

    Raises
    ------
    PlannerError
        If matplotlib or a font for Chinese is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    layers, figures = layers or prepare_layers(handover), figures_of(handover)
    sites = [] if handover.proposal is None else list(handover.proposal.content["sites"])
    stems = name_sheets(figures.towns, [str(one["name"] or "") for one in sites])
    said = list_said(handover, layers)
    places = list(_list_places(figures.towns, sites, stems))
    with cut_fonts(handover.language, said) as fonts:
        materials = Materials(figures, layers, fonts)
        do_in_two_processes(places, partial(_write_sheet, materials, folder))
    return [f"{stem}.{ending}" for _, stem, _ in places for ending in _ENDINGS]


def _write_sheet(materials: Materials, folder: Path, sheet: _Sheet) -> None:
    """Draw one sheet and write its files."""
    place, stem, site = sheet
    figure = (
        draw_town_sheet(materials, place)
        if site is None
        else draw_site_sheet(materials, place, site)
    )
    for ending in _ENDINGS:
        save_figure(figure, folder / f"{stem}.{ending}", dpi=_DPI)


def _list_places(
    towns: Sequence[str], sites: Sequence[Mapping[str, Any]], stems: Sequence[str]
) -> Iterator[_Sheet]:
    """Yield each sheet: what it shows, its name, its site."""
    pages = len(stems)
    shown: list[tuple[str | None, Any]] = [(town, None) for town in towns] or [(None, None)]
    shown += [(None, site) for site in sites]
    for number, ((town, site), stem) in enumerate(zip(shown, stems, strict=True), start=1):
        site_id = None if site is None else str(site["site_id"])
        yield SheetPlace(number, pages, town, site_id), stem, site


def name_sheets(towns: Sequence[str], sites: Sequence[str]) -> list[str]:
    """Return a name without an ending for each sheet: of towns, or of the whole area, then sites.

    The number in it makes it one of its own, and no name that Windows keeps for devices.
    """
    of_towns = [f"town-{number:02d}{_clean(town)}" for number, town in enumerate(towns, start=1)]
    of_sites = [f"site-{number:02d}{_clean(name)}" for number, name in enumerate(sites, start=1)]
    return [*(of_towns or ["area"]), *of_sites]


def _clean(name: str) -> str:
    """Return what may stand in the name of a file, with a dash before it; "" if nothing may."""
    plain = unicodedata.normalize("NFKC", name)
    stem = re.sub(r"[\W_]+", "-", plain).strip("-")[:_LONGEST].strip("-")
    return f"-{stem}" if stem else ""
