"""Printed maps, sheets and pictures of a finished run, drawn with matplotlib."""

from planner.reports.printed.fonts import find_font
from planner.reports.printed.map import draw_map

__all__ = ["draw_map", "find_font"]
