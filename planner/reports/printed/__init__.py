"""Printed maps, sheets and pictures of a finished run, drawn with matplotlib."""

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
