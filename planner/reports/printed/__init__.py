"""Printed maps, sheets and pictures of a finished run, drawn with matplotlib."""

from planner.reports.printed.font_files import cut_fonts
from planner.reports.printed.fonts import choose_fonts, find_font
from planner.reports.printed.long_picture import LONG_DPI, draw_long_picture
from planner.reports.printed.map import draw_map
from planner.reports.printed.printed_layers import PrintedLayers, prepare_layers
from planner.reports.printed.sheet_files import list_said, save_figure, write_sheets
from planner.reports.printed.sheet_frame import Desk

__all__ = [
    "LONG_DPI",
    "Desk",
    "PrintedLayers",
    "choose_fonts",
    "cut_fonts",
    "draw_long_picture",
    "draw_map",
    "find_font",
    "list_said",
    "prepare_layers",
    "save_figure",
    "write_sheets",
]
