"""The colours of a map, each for one thing: those of the page, for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: As in `drawing/colours.js` of the page; a test compares them.
COLOURS: Final[Mapping[str, str]] = {
    "paper": "#f6f4ef", "water": "#cfe3ef", "green": "#e3ecd8", "street": "#ffffff",
    "casing": "#b9b3a7", "gap": "#fb923c", "gapEdge": "#c2410c", "unknown": "#6b7280",
    "facility": "#12355b", "pale": "#8fa3ba", "proposed": "#7b3fa0", "text": "#1c2430",
    "secondary": "#5b6472",
}  # fmt: skip
#: The bands of the walk, the shortest first.
REACH: Final = ("#3fa08c", "#8fcdbd", "#cfe9e2")
COVERED: Final = "#1f6f60"
WALL: Final = "#8a7f6d"
BARRIERS: Final[Mapping[str, str]] = {
    "water": "#8fb4cc", "railway": "#8b8f98", "motorway": "#b99f7a", "wall": "#a3937c",
}  # fmt: skip


def reach_colours(count: int) -> list[str]:
    """Return the colours of so many bands, the shortest first; between the page's for many."""
    if count <= len(REACH):
        return list(REACH[len(REACH) - count :])
    return [_mix(k * (len(REACH) - 1) / (count - 1)) for k in range(count)]


def _mix(place: float) -> str:
    """Return the colour between two of the bands."""
    low = min(int(place), len(REACH) - 2)
    parts = [
        round(a + (b - a) * (place - low))
        for a, b in zip(split_colour(REACH[low]), split_colour(REACH[low + 1]), strict=True)
    ]
    return "#" + "".join(f"{part:02x}" for part in parts)


def split_colour(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue, 0 to 255, of a colour such as #12355b."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue
