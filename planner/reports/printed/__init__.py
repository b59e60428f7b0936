"""Printed maps, sheets and pictures of a finished run, drawn with matplotlib.

A module is loaded once a name of it is used: the picture of a curve needs the fonts alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.reports.names_on_first_use import load_name

if TYPE_CHECKING:
    from planner.reports.printed.fonts import choose_fonts, find_font
    from planner.reports.printed.long_page import LONG_DPI
    from planner.reports.printed.long_picture import draw_long_picture
    from planner.reports.printed.map import Overlay, draw_into, draw_map
    from planner.reports.printed.matplotlib_parts import save_figure
    from planner.reports.printed.printed_layers import PrintedLayers, prepare_layers
    from planner.reports.printed.printed_texts import list_said
    from planner.reports.printed.sheet_files import write_sheets
    from planner.reports.printed.sheet_frame import Materials
    from planner.reports.printed.small_fonts import cut_fonts

__all__ = [
    "LONG_DPI",
    "Materials",
    "Overlay",
    "PrintedLayers",
    "choose_fonts",
    "cut_fonts",
    "draw_into",
    "draw_long_picture",
    "draw_map",
    "find_font",
    "list_said",
    "prepare_layers",
    "save_figure",
    "write_sheets",
]

#: Module -> its names that others use.
_HOMES = {
    "fonts": ("choose_fonts", "find_font"),
    "long_page": ("LONG_DPI",),
    "long_picture": ("draw_long_picture",),
    "map": ("Overlay", "draw_into", "draw_map"),
    "matplotlib_parts": ("save_figure",),
    "printed_layers": ("PrintedLayers", "prepare_layers"),
    "printed_texts": ("list_said",),
    "sheet_files": ("write_sheets",),
    "sheet_frame": ("Materials",),
    "small_fonts": ("cut_fonts",),
}


def __getattr__(name: str) -> Any:
    """Load the module of a name when it is first used."""
    return load_name(__name__, _HOMES, name)
