"""What the headings of a table say of its datum, and whether they are contradicted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.crs import project, to_wgs84_lonlat
from planner.crs.array_types import Floats
from planner.crs.readings import look_like_degrees
from planner.errors import Doubt
from planner.run.doctor.references import References
from planner.run.doctor.words import say_heading
from planner.sources.tables import CoordinateColumns

if TYPE_CHECKING:
    from planner.run.doctor.examine import Examined

#: Datums that put places this near to each other are one.
_SAME_M: Final = 15.0


def tell_stated(
    columns: CoordinateColumns, x: Floats, y: Floats, lonlat: Floats, known: References
) -> tuple[str, bool]:
    """Return the datum that the headings name, and whether it puts the rows elsewhere.

    Parameters
    ----------
    columns
        Of the table.
    x, y : array of n, n > 0
        Its numbers.
    lonlat : shape (n, 2)
        Where the plan puts its rows, WGS-84 degrees.
    """
    if not columns.datum or not look_like_degrees(x, y):  # metres have a zone as well
        return "", False
    there = project(*to_wgs84_lonlat(x, y, columns.datum), known.frame)
    here = project(lonlat[:, 0], lonlat[:, 1], known.frame)
    apart = np.hypot(*(there - here).T)
    apart = apart[np.isfinite(apart)]
    elsewhere = bool(len(apart) and np.median(apart) > _SAME_M)
    return ("EPSG:4326" if columns.datum == "CGCS2000" else columns.datum), elsewhere


def list_contradictions(one: Examined) -> Iterator[Doubt]:
    """Yield what to say of a table whose headings name another datum than the plan."""
    if not one.disputed or (one.differs and one.sureness != "undecided"):
        return  # that is said with all other evidence
    heading = say_heading(one.said, one.stated)
    if one.sureness != "undecided":
        what = f"{heading}, but its places fit {one.found}"
        yield Doubt("warning", one.file, None, what, "correct the heading, or ask who made it")
    else:
        what = f"{heading}, and the plan that it is in {one.declared}"
        remedy = f'set {one.key} = "{one.stated}", or correct the heading'
        yield Doubt("warning", one.file, None, what, remedy)
