"""Colours of printed maps: those of the page, each for one thing."""

from typing import Final

PAPER: Final = "#f6f4ef"
WATER: Final = "#cfe3ef"
SHORE: Final = "#7fa8c4"
GREEN: Final = "#e3ecd8"
STREET: Final = "#ffffff"
CASING: Final = "#b9b3a7"
#: From the shortest walk to the longest.
REACH: Final = ("#3fa08c", "#8fcdbd", "#cfe9e2")
REACH_EDGE: Final = "#1f6f60"
GAP: Final = "#fb923c"
GAP_EDGE: Final = "#c2410c"
GAP_NUMBER: Final = "#9a3412"
UNKNOWN: Final = "#6b7280"
FACILITY: Final = "#12355b"
OUTSIDE: Final = "#8fa3ba"
SITE: Final = "#7b3fa0"
SITE_TEXT: Final = "#5c2a7d"
GAINED: Final = "#0b4f49"
RAILWAY: Final = "#5d616b"
MOTORWAY: Final = "#b99f7a"
WALL: Final = "#8a7f6d"
INK: Final = "#1c2430"
SECOND: Final = "#5b6472"
RULE: Final = "#d5d9df"
MET: Final = "#1f6f60"
MISSED: Final = "#a3341a"


def reach_colours(count: int) -> list[str]:
    """Return a colour for each of so many walks, the shortest first."""
    if count <= len(REACH):
        return list(REACH[len(REACH) - count :])
    steps = [i * (len(REACH) - 1) / (count - 1) for i in range(count)]
    return [_mix(REACH, step) for step in steps]


def _mix(colours: tuple[str, ...], place: float) -> str:
    low = min(int(place), len(colours) - 2)
    part = place - low
    mixed = []
    for at in (1, 3, 5):
        start, end = (int(colour[at : at + 2], 16) for colour in colours[low : low + 2])
        mixed.append(f"{round(start + (end - start) * part):02x}")
    return "#" + "".join(mixed)
