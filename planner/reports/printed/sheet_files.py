"""Writes the folder of sheets: one page a town and one a proposed site, as PDF and as picture."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from planner.reports.printed.font_files import cut_fonts
from planner.reports.printed.halves import do_in_halves
from planner.reports.printed.map_names import list_texts
from planner.reports.printed.printed_layers import PrintedLayers, prepare_layers
from planner.reports.printed.sheet_frame import Desk, SheetPlace
from planner.reports.printed.sheet_names import name_sheets
from planner.reports.printed.site_sheet import draw_site_sheet
from planner.reports.printed.town_sheet import draw_town_sheet
from planner.reports.report_figures import figures_of
from planner.sources.versions import name_writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

    from planner.reports.handover import Handover

#: Groups of texts that a sheet may take from.
_SAID: Final = (
    "sheet_", "rp_", "people", "kind_", "col_", "level", "status_", "reason_", "cause_", "source_",
    "rule_", "barrier_", "domain_", "check_", "group_", "profile_", "pace_", "action_", "sentence_",
    "scattered", "gap", "met", "missed", "undecided", "synthetic", "notice", "credit", "layer_",
    "site", "place_metro", "in_ring", "not_joined", "kilometres", "north", "facility", "compound",
    "area_all", "in_", "analogy", "tier_", "unit_", "metres",
)  # fmt: skip
_ENDINGS: Final = ("pdf", "png")
#: Of the pictures: fine enough for print, small enough to be sent.
SHEET_DPI: Final = 160


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
        desk = Desk(figures, layers, fonts)

        def write(sheet: _Sheet) -> None:
            place, stem, site = sheet
            figure = (
                draw_town_sheet(desk, place) if site is None else draw_site_sheet(desk, place, site)
            )
            for ending in _ENDINGS:
                save_figure(figure, folder / f"{stem}.{ending}", dpi=SHEET_DPI)

        do_in_halves(places, write)
    return [f"{stem}.{ending}" for _, stem, _ in places for ending in _ENDINGS]


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


def list_said(handover: Handover, layers: PrintedLayers) -> list[str]:
    """Return every text that may stand on a sheet or picture: its signs go into the font."""
    sites = [] if handover.proposal is None else list(handover.proposal.content["sites"])
    return [*list_texts(layers), *_list_words(handover, sites)]


def _list_words(handover: Handover, sites: Sequence[Mapping[str, Any]]) -> list[str]:
    # What is said of the page and of scenarios stands on no sheet.
    said = [text for key, text in handover.words.items() if key.startswith(_SAID)]
    said += [str(handover.run.run.get(key)) for key in ("title", "plan")]
    for site in sites:
        said += [
            str(site["name"]),
            *map(str, (site.get("reasons") or {}).get(handover.language, ())),
        ]
        said += list((site.get("gain_groups") or {}).keys())
    for row in handover.run.summary.get("gaps") or []:
        said += [str(row.get(key)) for key in ("name", "cause", "cause_detail", "town")]
    said += [str(row.get("source")) for row in handover.run.summary.get("checks") or []]
    said += list(map(str, (handover.run.summary.get("titles") or {}).get("groups", {}).values()))
    said += [str(row.get("compound")) for row in handover.run.summary.get("gate_gains") or []]
    if handover.proposal is not None:
        others = handover.proposal.layers.get("alternatives")
        said += [] if others is None else list(map(str, others["name"]))
        said.append(str(handover.proposal.content.get("cost_unit")))
    return said


def save_figure(figure: Figure, path: Path, *, dpi: float) -> None:
    """Save a figure with the program but without the time of writing: same figure, same bytes."""
    import matplotlib

    kind, writer = path.suffix.lower().lstrip("."), name_writer()
    about = _describe(kind, writer)
    settings = {
        "pdf.fonttype": 42, "svg.fonttype": "path", "svg.hashsalt": "planner",
        # Signs moved to whole pixels would make lines longer than they were measured.
        "text.hinting": "none",
    }  # fmt: skip
    with matplotlib.rc_context(settings), _without_warnings():  # type: ignore[arg-type]
        squeezed: dict[str, Any] = {}
        if kind == "png":  # a little less than usual: half the time for a tenth more bytes
            squeezed["pil_kwargs"] = {"compress_level": 3}
        figure.savefig(path, format=kind, dpi=dpi, metadata=about, **squeezed)


def _describe(kind: str, writer: str) -> dict[str, str | None]:
    """Return what a file says of itself: the program, not the time of writing."""
    if kind == "png":
        return {"Software": writer}
    if kind == "svg":
        return {"Date": None, "Creator": writer}
    return {"Creator": writer, "Producer": None, "CreationDate": None}


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Leave out what matplotlib says of signs that no font has: they are drawn as boxes."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from", category=UserWarning)
        yield
