"""Colours of printed maps by what they are for: those of the page, and some for paper alone."""

from __future__ import annotations

from typing import Final

from planner.reports.styles.colours import BARRIERS, COLOURS, COVERED
from planner.reports.styles.colours import WALL as WALL_OF_PAGE

PAPER: Final = COLOURS["paper"]
WATER: Final = COLOURS["water"]
GREEN: Final = COLOURS["green"]
STREET: Final = COLOURS["street"]
CASING: Final = COLOURS["casing"]
REACH_EDGE: Final = COVERED
GAP: Final = COLOURS["gap"]
GAP_EDGE: Final = COLOURS["gapEdge"]
UNKNOWN: Final = COLOURS["unknown"]
FACILITY: Final = COLOURS["facility"]
OUTSIDE: Final = COLOURS["pale"]
SITE: Final = COLOURS["proposed"]
INK: Final = COLOURS["text"]
SECOND: Final = COLOURS["secondary"]
MOTORWAY: Final = BARRIERS["motorway"]
WALL: Final = WALL_OF_PAGE
MET: Final = COVERED

#: For paper alone: darker than on the screen, so that grey print shows them.
SHORE: Final = "#7fa8c4"
RAILWAY: Final = "#5d616b"
GAP_NUMBER: Final = "#9a3412"
SITE_TEXT: Final = "#5c2a7d"
GAINED: Final = "#0b4f49"
RULE: Final = "#d5d9df"
MISSED: Final = "#a3341a"
