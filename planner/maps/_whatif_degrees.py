"""Places of what-if data in whole 1e-7 degrees, the grid of OpenStreetMap: a third shorter so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyproj

from planner.crs.metric import project, unproject
from planner.sources.whatif_file import WhatIfData

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from planner.crs.array_types import Flags, Ints

    Columns = dict[str, NDArray[Any]]

#: Whole steps of a degree.
STEPS_A_DEGREE: Final = 10_000_000
#: Tables of which each row is one place.
_POINTS: Final = ("nodes", "compounds", "facilities")
#: So near to the grid a place lies on it, steps of a metre: half of one was rounded away.
_SAME: Final = 0.51
#: Of data of which so much lies beside the grid, nothing is gained by it.
_MOST_OFF: Final = 1 / 8


def to_degrees(data: WhatIfData) -> WhatIfData:
    """Return the data with nodes, bends, barriers, compounds and facilities in whole degrees.

    `head["degrees"]` is the origin; `<table>.off` names the rows that lie beside the grid, whose
    places in steps of a metre are kept. Data that mostly do so come back as they are.
    """
    columns = data.columns
    starts = _pair(columns, "barriers")
    ends = np.concatenate([starts, starts + _pair(columns, "barriers", "d")])
    corners = _pair(columns, "compounds")
    # Corners of compounds mostly stand on their walls: those that do are named by these.
    corner = _find_corners(corners, ends)
    steps = {
        "nodes": _pair(columns, "nodes"),
        "facilities": _pair(columns, "facilities"),
        "compounds": corners[corner < 0],
        "bends": find_bends(columns),
        "barriers": ends,
    }
    places = {table: _measure(xy, data.head) for table, xy in steps.items()}
    off = {table: ~on for table, (_, on) in places.items()}
    if sum(rows.sum() for rows in off.values()) >= _MOST_OFF * sum(map(len, off.values())):
        return data
    origin = np.min([at.min(axis=0) for at, _ in places.values() if len(at)], axis=0)
    degrees = {table: at - origin for table, (at, _) in places.items()}
    return WhatIfData(
        data.head | {"degrees": origin.tolist()},
        {
            **{name: values for name, values in columns.items() if not _is_place(name)},
            **_write_degrees(columns, degrees),
            "compounds.corner": corner,
            **_list_off(steps, off),
        },
    )


def find_bends(columns: Mapping[str, NDArray[Any]]) -> Ints:
    """Return where the bends of all edges lie, steps, shape (n, 2).

    In the columns each stands as what it is beside the vertex before.
    """
    counts = np.asarray(columns["edges.bends"], dtype=np.int64)
    sums = np.cumsum(_pair(columns, "bends"), axis=0)
    before = np.vstack([np.zeros((1, 2), dtype=np.int64), sums])[np.cumsum(counts) - counts]
    starts = _pair(columns, "nodes")[np.asarray(columns["edges.u"], dtype=np.int64)] - before
    return np.asarray(sums + np.repeat(starts, counts, axis=0), dtype=np.int64)


def read_frame(head: Mapping[str, Any]) -> pyproj.CRS:
    """Return the frame that the metres of what-if data are counted in."""
    frame = head["crs"]
    return pyproj.CRS.from_proj4(
        f"+proj=tmerc +lat_0={frame['lat0']} +lon_0={frame['lon0']} +k_0={frame['k0']} "
        f"+x_0={frame['x0']} +y_0={frame['y0']} +a={frame['a']} "
        f"+rf={frame['inverse_flattening']} +units=m +type=crs"
    )


def _pair(columns: Mapping[str, NDArray[Any]], table: str, change: str = "") -> Ints:
    """Return two columns side by side, shape (n, 2)."""
    return np.column_stack([columns[f"{table}.{change}{axis}"] for axis in "xy"]).astype(np.int64)


def _measure(steps: Ints, head: Mapping[str, Any]) -> tuple[Ints, Flags]:
    """Return the nearest places of the grid, and whether each is the place itself."""
    frame, origin, a_metre = read_frame(head), np.array(head["origin"]), head["steps_a_metre"]
    lonlat = unproject(steps / a_metre + origin, frame)
    # By the short way from the middle: a place on either side of 180 degrees is near the other.
    middle = head["crs"]["lon0"]
    lonlat[:, 0] -= 360.0 * np.rint((lonlat[:, 0] - middle) / 360.0)
    whole = np.rint(lonlat * STEPS_A_DEGREE).astype(np.int64)
    degrees = whole / STEPS_A_DEGREE
    there = project(degrees[:, 0], degrees[:, 1], frame)
    on = (np.abs((there - origin) * a_metre - steps) <= _SAME).all(axis=1)
    return whole, np.asarray(on, dtype=bool)


def _is_place(name: str) -> bool:
    table, _, part = name.partition(".")
    return table in {*_POINTS, "bends", "barriers"} and part in {"x", "y", "dx", "dy"}


def _write_degrees(columns: Mapping[str, NDArray[Any]], degrees: Mapping[str, Ints]) -> Columns:
    """Return the columns of places as they are written."""
    changes = degrees["bends"].copy()
    changes[1:] -= degrees["bends"][:-1]
    counts = np.asarray(columns["edges.bends"], dtype=np.int64)
    bent = counts > 0
    first = (np.cumsum(counts) - counts)[bent]
    nodes = degrees["nodes"][np.asarray(columns["edges.u"], dtype=np.int64)[bent]]
    changes[first] = degrees["bends"][first] - nodes
    starts, ends = np.split(degrees["barriers"], 2)
    before = _find_before(columns)
    written = {
        **{table: degrees[table] for table in _POINTS},
        "nodes": degrees["nodes"] - np.where(before[:, None] < 0, 0, degrees["nodes"][before]),
        "bends": changes,
        "barriers": starts,
    }
    found = {
        f"{table}.{axis}": at[:, k]
        for table, at in written.items()
        for k, axis in enumerate(("lon", "lat"))
    }
    for k, axis in enumerate(("dlon", "dlat")):
        found[f"barriers.{axis}"] = (ends - starts)[:, k]
    # Areas are only told apart by which is smaller.
    found["compounds.m2"] = np.unique(columns["compounds.m2"], return_inverse=True)[1]
    return found


def _find_before(columns: Mapping[str, NDArray[Any]]) -> Ints:
    """Return for each node an earlier one that is near: along its first edge, else that before."""
    u = np.asarray(columns["edges.u"], dtype=np.int64)
    v = u + columns["edges.v"]
    before = np.arange(len(columns["nodes.x"])) - 1
    joins = np.flatnonzero(u != v)[::-1]  # the first edge comes last, and stays
    before[np.maximum(u, v)[joins]] = np.minimum(u, v)[joins]
    return before


def _find_corners(corners: Ints, ends: Ints) -> Ints:
    """Return for each corner which end of a barrier's part is the same place, -1 for none.

    After one that was found, the start of the next part is the first that is looked at, so that
    rows mostly follow each other.
    """
    starts = [tuple(place) for place in ends.tolist()]
    known: dict[tuple[int, ...], int] = {}
    for row, place in enumerate(starts):
        known.setdefault(place, row)
    found = np.full(len(corners), -1, dtype=np.int64)
    row = -1
    for k, corner in enumerate(map(tuple, corners.tolist())):
        follows = row >= 0 and row + 1 < len(starts) and starts[row + 1] == corner
        row = row + 1 if follows else known.get(corner, -1)
        found[k] = row
    return found


def _list_off(steps: Mapping[str, Ints], off: Mapping[str, Flags]) -> Columns:
    """Return the rows beside the grid, of barriers their starts and then their ends, in steps."""
    found: Columns = {}
    for table, rows in off.items():
        found[f"{table}.off"] = np.flatnonzero(rows)
        for k, axis in enumerate("xy"):
            found[f"{table}.off_{axis}"] = steps[table][rows, k]
    return found
