"""Printed maps, sheets and pictures of a finished run, drawn with matplotlib."""

from planner.reports.printed.fonts import find_font
from planner.reports.printed.layers import PrintedLayers, prepare_layers
from planner.reports.printed.map import draw_map
from planner.reports.printed.sheets import write_sheets

__all__ = ["PrintedLayers", "draw_map", "find_font", "prepare_layers", "write_sheets"]
