"""Writes one picture of a finished run: a map, the curve of a proposal, the long picture."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

from planner.errors import PlannerError, SourceError
from planner.reports._curve import draw_curve_svg, save_curve_png
from planner.reports._whole_file import write_whole
from planner.reports.printed import (
    LONG_DPI,
    Materials,
    choose_fonts,
    cut_fonts,
    draw_long_picture,
    draw_map,
    find_font,
    list_said,
    prepare_layers,
    save_figure,
)
from planner.reports.report_figures import figures_of
from planner.sources.folders import cannot_write
from planner.sources.picture_kinds import is_picture

if TYPE_CHECKING:
    from planner.reports.handover import Handover
    from planner.reports.printed.fonts import Fonts

#: Dots an inch of pictures for slides.
PICTURE_DPI: Final = 200
#: How wide a map is unless another width is asked for, and how wide it may be, cm.
MAP_WIDE_CM: Final = 20.0
_LEAST_CM: Final = 6.0
_MOST_CM: Final = 100.0
#: What is drawn -> the endings that it can have.
ENDINGS: Final = {
    "map": (".png", ".svg", ".pdf"), "curve": (".png", ".svg"), "long": (".png",),
}  # fmt: skip


def check_picture(path: Path, what: str, width_cm: float) -> None:
    """Refuse a picture that cannot be written, before anything is read.

    A picture that is there already is replaced; any other file is not.

    Raises
    ------
    SourceError
        If the ending is none of `what`, the folder is missing, or something else has the name.
    PlannerError
        If the width is none that can be drawn.
    """
    endings = ENDINGS[what]
    if path.suffix.lower() not in endings:
        raise SourceError(f"{path}: not a format that is written; give {', '.join(endings)}")
    if not path.parent.is_dir():
        raise SourceError(f"{path.parent}: no such folder; make it or name another file")
    if os.path.lexists(path) and not is_picture(path):
        raise SourceError(f"{path}: is there already and is no picture; name another file")
    if not _LEAST_CM <= width_cm <= _MOST_CM:
        raise PlannerError(
            f"--width {width_cm:g}: give centimetres from {_LEAST_CM:g} to {_MOST_CM:g}"
        )


def write_picture(
    handover: Handover,
    path: Path,
    *,
    what: str = "map",
    town: str | None = None,
    width_cm: float = MAP_WIDE_CM,
) -> None:
    """Write a picture for slides or for the phone.

    Parameters
    ----------
    handover
        What is drawn; the curve needs its proposal.
    path
        Its ending says the format; a picture of that name is replaced.
    what
        `map`, `curve` or `long`.
    town
        Of the map or the long picture; all of the area if not given.
    width_cm
        Of the map; the long picture is 1,080 pixels wide.

    Raises
    ------
    PlannerError
        As `check_picture` says; if the town is unknown, there is no proposal for a curve, a font
        or matplotlib is missing, or the disk is full: nothing is written then.
    """
    check_picture(path, what, width_cm)
    try:
        write_whole(path, lambda new: _DRAWERS[what](handover, new, town, width_cm))
    except OSError as error:
        raise cannot_write(path.parent, error) from error


def _save_map(handover: Handover, path: Path, town: str | None, width_cm: float) -> None:
    layers = prepare_layers(handover)
    said = list_said(handover, layers)
    lent: AbstractContextManager[Fonts]
    if path.suffix.lower() == ".pdf":
        # A PDF holds its fonts: those for Chinese are large unless they are cut.
        lent = cut_fonts(handover.language, said)
    else:
        lent = nullcontext(choose_fonts(handover.language, said))
    with lent as fonts:
        size = (width_cm, None)
        figure = draw_map(handover, town=town, size_cm=size, layers=layers, fonts=fonts)
        save_figure(figure, path, dpi=PICTURE_DPI)


def _save_curve(handover: Handover, path: Path, town: str | None, _width_cm: float) -> None:
    if handover.proposal is None:
        raise PlannerError(
            "the curve is that of a proposal; give the --out of planner site with --sites"
        )
    if town is not None:
        raise PlannerError("the curve is that of the whole area; leave --town out")
    content = handover.proposal.content
    if path.suffix.lower() == ".svg":
        text = draw_curve_svg(content, handover.language)
        path.write_text(text, encoding="utf-8", newline="\n")
        return
    find_font(handover.language)  # without one the words would be English
    save_curve_png(content, path, handover.language)


def _save_long(handover: Handover, path: Path, town: str | None, _width_cm: float) -> None:
    layers = prepare_layers(handover)
    fonts = choose_fonts(handover.language, list_said(handover, layers))
    materials = Materials(figures_of(handover), layers, fonts)
    save_figure(draw_long_picture(materials, town), path, dpi=LONG_DPI)


_DRAWERS: Final = {"map": _save_map, "curve": _save_curve, "long": _save_long}
