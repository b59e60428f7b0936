"""The map that town officials open: one HTML file, no internet, figures and reasons in it."""

from planner.maps.draw import (
    PageOptions,
    PagePart,
    draw_comparison,
    draw_map,
    draw_proposal,
    save_map,
)

__all__ = ["PageOptions", "PagePart", "draw_comparison", "draw_map", "draw_proposal", "save_map"]
