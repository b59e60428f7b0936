"""The ground of a tile: its core, what is its own, and which of its streets are whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner.crs import project, unproject
from planner.crs.array_types import Flags, Floats, Ints
from planner.crs.frame import move_to_sheet
from planner.network.study_area import StudyArea
from planner.network.walk_network import WalkNetwork

#: West, south, east, north, degrees.
Box = tuple[float, float, float, float]
#: Sides of a box are cut so often, so that they stay true in the metric frame.
_PIECES = 32
#: Two cores overlap by this where what must not be lost is looked for, metres.
_SLACK_M = 1.0
#: Straight sides of metres are curved in degrees: a box of degrees is taken so much wider.
_AROUND_M = 2_000.0


@dataclass(frozen=True, eq=False)
class TileGround:
    """What a tile may call its own.

    core : half-open box: its west and south sides belong to it. The cores of all tiles cover the
        Earth, so that every place is in one of them.
    box : the part of the core in the box round area and ring, see `cut_core`.
    west : of the sheet on which longitudes are counted.
    rows (n,) : of each unit of the core in the table of all units.
    island (m,) : number of the island that each edge belongs to in the whole area, -1 for none;
        None: as the tile's own network counts them.
    join_m : number of a [[demand]] -> metres between neighbours in a gap, see
        `choose_join_distances`.
    """

    crs: CRS
    core: Box
    box: Box
    west: float
    rows: Ints
    islands: Ints | None = None
    join_m: dict[int, float] = field(default_factory=dict)

    def holds(self, xy: Floats) -> Flags:
        """Tell which places (n, 2), metres, are the tile's own; each is one tile's."""
        return holds_in(self.core, self.crs, self.west, xy)

    def is_near_border(self, xy: Floats, within_m: Floats) -> Flags:
        """Tell which places (n, 2) have a corner of the square around them in another core."""
        aside = within_m[:, None] + _SLACK_M
        inside = np.ones(len(xy), dtype=bool)
        for corner in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
            inside &= self.holds(xy + aside * np.array(corner))
        return ~inside


def holds_in(core: Box, crs: CRS, west: float, xy: Floats) -> Flags:
    """Tell which places (n, 2), metric CRS, lie in a half-open box of degrees."""
    return np.asarray(find_holders([core], crs, west, xy) == 0, dtype=bool)


def find_holders(cores: Sequence[Box], crs: CRS, west: float, xy: Floats) -> Ints:
    """Return the position of the core that holds each place (n, 2), metric CRS; -1 for none.

    Parameters
    ----------
    cores
        Half-open boxes of degrees that do not overlap.
    west
        Of the sheet on which longitudes are counted.
    """
    lonlat = unproject(np.asarray(xy, dtype=np.float64).reshape(-1, 2), crs)
    lon, lat = move_to_sheet(lonlat[:, 0], west), lonlat[:, 1]
    holder = np.full(len(lonlat), -1, dtype=np.int64)
    for number, (x0, y0, x1, y1) in enumerate(cores):
        holder[(lon >= x0) & (lon < x1) & (lat >= y0) & (lat < y1)] = number
    return holder


def find_shape(box: Box, crs: CRS, around_m: float) -> BaseGeometry:
    """Return a box of degrees and what lies around it, metric CRS."""
    x0, y0, x1, y1 = box
    lon, lat = np.linspace(x0, x1, _PIECES + 1), np.linspace(y0, y1, _PIECES + 1)
    lon_of = np.concatenate([lon, np.full(len(lat), x1), lon[::-1], np.full(len(lat), x0)])
    lat_of = np.concatenate([np.full(len(lon), y0), lat, np.full(len(lon), y1), lat[::-1]])
    shape = shapely.polygons(project(lon_of, lat_of, crs))
    return shapely.buffer(shape, around_m + _SLACK_M, join_style="mitre")


def find_whole(network: WalkNetwork, box: Box, limit_m: float) -> tuple[Flags, Flags]:
    """Tell which edges a leg from a core may meet, and which nodes lie where it may end.

    Returns
    -------
    arrays of shapes (m,), (n,)
        See `Beyond`: the rest of the streets may be cut, and their compounds unknown.
    """
    shape = find_shape(box, network.crs, limit_m)
    shapely.prepare(shape)
    nodes = np.asarray(shapely.intersects_xy(shape, network.xy), dtype=bool)
    edges = nodes[network.u] | nodes[network.v]
    others = np.flatnonzero(~edges)
    edges[others] = shapely.intersects(shape, network.lines[others])
    return edges, nodes


def cut_core(core: Box, area: StudyArea, west: float) -> Box | None:
    """Return the part of a core in the box round area and ring, None if there is none.

    west : of the sheet on which longitudes are counted.
    """
    x0, y0, x1, y1 = shapely.bounds(shapely.buffer(area.with_ring, _AROUND_M))
    corners = unproject(np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)]), area.crs)
    lon, lat = move_to_sheet(corners[:, 0], west), corners[:, 1]
    box = (
        max(core[0], float(lon.min())),
        max(core[1], float(lat.min())),
        min(core[2], float(lon.max())),
        min(core[3], float(lat.max())),
    )
    return box if box[0] < box[2] and box[1] < box[3] else None
