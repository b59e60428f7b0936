"""The map that town officials open: one HTML file, no internet, figures and reasons in it."""

from planner.maps.draw import draw_map, save_map

__all__ = ["draw_map", "save_map"]
