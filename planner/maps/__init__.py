"""The map that town officials open: one HTML file, no internet, figures and reasons in it."""

from planner.maps.draw import (
    PageOptions,
    draw_comparison,
    draw_map,
    draw_proposal,
    write_map,
)
from planner.maps.page_parts import PagePart
from planner.maps.towns import INDEX_FILE, TownPages

__all__ = [
    "INDEX_FILE",
    "PageOptions",
    "PagePart",
    "TownPages",
    "draw_comparison",
    "draw_map",
    "draw_proposal",
    "write_map",
]
