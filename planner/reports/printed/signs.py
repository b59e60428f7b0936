"""Draws signs of a constant size: facilities by level, proposed sites, numbers of gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from planner.reports.printed import paper_colours

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from planner.reports.printed.fonts import Fonts
    from planner.reports.printed.view import View

_SCALES: Final = (6.0, 20.0, 60.0, 160.0)
#: Radius of a neighbourhood's station, points, by metres to a millimetre.
_RADII: Final = (2.7, 2.1, 1.5, 1.0)
_TIMES: Final = {"district": 2.2, "town": 1.5}


def facility_radius(view: View) -> float:
    """Return the radius of the sign of a neighbourhood's station, points."""
    return float(np.interp(view.m_per_mm, _SCALES, _RADII))


def draw_facility_sign(axes: Axes, x: Any, y: Any, row: Any, radius: float, **place: Any) -> None:
    """Draw facilities of one look: a star for the district, a diamond for a town, a dot for others.

    row : level, status, in_ring and joined of them all.
    """
    level, status = row["level"], row["status"]
    marker = {"district": "*", "town": "D"}.get(level, "o")
    size = (2 * radius * (1.25 if level == "town" else _TIMES.get(level, 1.0))) ** 2
    colour = paper_colours.OUTSIDE if row["in_ring"] else paper_colours.FACILITY
    hollow = status in {"closed", "planned"} or not row["joined"]
    thin = min(0.9, 0.4 * radius)
    if hollow:
        style = (0, (1.6, 1.2)) if status == "planned" else "solid"
        axes.scatter(
            x, y, s=size, marker=marker, facecolors="white", edgecolors=colour,
            linewidths=thin, linestyles=[style], zorder=6, **place,
        )  # fmt: skip
    else:
        axes.scatter(
            x, y, s=size, marker=marker, facecolors=colour, edgecolors="white",
            linewidths=min(0.7, 0.3 * radius), zorder=7 if level in _TIMES else 6, **place,
        )  # fmt: skip
    if status == "closed":
        axes.scatter(
            x, y, s=0.5 * size, marker="x", color=colour, linewidths=thin, zorder=6, **place
        )


def draw_facilities(axes: Axes, facilities: Any, view: View) -> None:
    """Draw all facilities in a view, those of one look together."""
    radius = facility_radius(view)
    table = facilities.assign(
        level=facilities["level"].astype("string").fillna(""),
        status=facilities["status"].astype("string").fillna("open"),
        in_ring=facilities["in_ring"].eq(True), joined=~facilities["joined"].eq(False),
    )  # fmt: skip
    keys = ["level", "status", "in_ring", "joined"]
    for key, rows in table.groupby(keys, sort=True):
        look = dict(zip(keys, key, strict=True))
        draw_facility_sign(axes, rows.geometry.x, rows.geometry.y, look, radius)


def draw_disc(
    axes: Axes, place: tuple[float, float], text: str, fonts: Fonts, *, colour: str, radius: float,
    **where: Any,
) -> None:  # fmt: skip
    """Draw a number in white on a disc: of a stop of a route."""
    axes.scatter(
        *place, s=(2 * radius) ** 2, marker="o", facecolors=colour, edgecolors="white",
        linewidths=1.0, zorder=9, **where,
    )  # fmt: skip
    size = radius * (1.45 if len(text) < 2 else 1.2)
    axes.text(
        *place, text, ha="center", va="center_baseline", zorder=10, color="white",
        parse_math=False, clip_on=True, fontproperties=fonts.of(size, bold=True), **where,
    )  # fmt: skip


def draw_mark(axes: Axes, x: Any, y: Any, colour: str, marker: str) -> None:
    """Draw small places of one look: committees by how their people come."""
    axes.scatter(x, y, s=5.0**2, marker=marker, facecolors=colour, edgecolors="white",
                 linewidths=0.5, zorder=8)  # fmt: skip


def draw_number(
    axes: Axes, place: tuple[float, float], text: str, fonts: Fonts, *, kind: str = "gap",
    radius: float = 4.6, **where: Any,
) -> None:  # fmt: skip
    """Draw a number in a ring: of a gap, or in purple and thick of a proposed site."""
    gap = kind == "gap"
    edge = paper_colours.GAP_EDGE if gap else paper_colours.SITE
    axes.scatter(
        *place, s=(2 * radius) ** 2, marker="o" if gap else "s", facecolors="white",
        edgecolors=edge, linewidths=0.9 if gap else 1.8, zorder=9, **where,
    )  # fmt: skip
    size = radius * (1.45 if len(text) < 2 else 1.25 if len(text) < 3 else 0.95)
    axes.text(
        *place, text, ha="center", va="center_baseline", fontsize=size, zorder=10,
        color=paper_colours.GAP_NUMBER if gap else paper_colours.SITE_TEXT, parse_math=False,
        clip_on=True, fontproperties=fonts.of(size, bold=True), **where,
    )  # fmt: skip
