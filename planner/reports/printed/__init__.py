"""Printed maps, sheets and pictures of a finished run, drawn with matplotlib."""

from planner.reports.printed.fonts import find_font
from planner.reports.printed.map import draw_map
from planner.reports.printed.sheets import write_sheets

__all__ = ["draw_map", "find_font", "write_sheets"]
