"""What each step of the facts of streets begins with: the pieces of a tile in the whole's frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner.crs.array_types import Floats
from planner.network.gates import SNAP_M
from planner.network.study_area import StudyArea
from planner.network.surroundings import NEAR_M, Surroundings, find_surroundings, keep_near
from planner.scale.cut.tile_reading import OpenTile, open_tile, widen_core
from planner.scale.streets.tile_pieces import TilePieces, keep_ends_in, take_pieces
from planner.scale.work.steps import StepStore
from planner.sources.cache import Arrays, make_key, pack_texts, unpack_texts
from planner.sources.inputs import Inputs

#: TilePieces are taken so far round the core, metres: a gate of the plan looks for a passage, other
#: gates for the same one, and these for passages of their own.
ROUND_CORE_M: Final = 4 * SNAP_M


@dataclass(frozen=True, eq=False)
class FactsGround:
    """A tile in the frame of the whole.

    crs, within : the metric CRS, and the area with its ring in it.
    own_gates : gates of the plan: row, points in the metric CRS, lon, lat; None for none.
    """

    here: OpenTile
    crs: CRS
    within: BaseGeometry
    own_gates: gpd.GeoDataFrame | None

    @cached_property
    def pieces(self) -> TilePieces:
        """The segments that begin or end in the core or near it."""
        share = min(ROUND_CORE_M / self.here.manifest.halo_m, 1.0)
        keep = keep_ends_in(self.here, widen_core(self.here.tile, share))
        return take_pieces(self.here, self.crs, self.within, keep)

    @cached_property
    def core_pieces(self) -> TilePieces:
        """The segments that begin or end in the core."""
        pieces = self.pieces
        a, b = pieces.segments.a, pieces.segments.b
        return pieces.take(pieces.core[a] | pieces.core[b])

    @cached_property
    def around(self) -> Surroundings:
        """All that the extract knows beside the streets."""
        return find_surroundings(self.here.extract, self.crs, self.own_gates)

    def keep_near(self, leaving: Floats) -> Surroundings:
        """Return what of it is near the area or a street that leaves it, see `StreetFacts`."""
        return keep_near_all(self.around, self.within, leaving)


def keep_near_all(around: Surroundings, within: BaseGeometry, leaving: Floats) -> Surroundings:
    """Keep what is near an area or a street that leaves it anywhere, shape (l, 4), see facts."""
    layers = [around.zones.geometry.to_numpy(), around.barriers.geometry.to_numpy()]
    shapes = np.concatenate(layers)
    if len(shapes) == 0:
        return around
    west, south, east, north = shapely.total_bounds(shapes)
    x, y = leaving[:, ::2], leaving[:, 1::2]
    near = (x.max(axis=1) >= west - NEAR_M) & (x.min(axis=1) <= east + NEAR_M)
    near &= (y.max(axis=1) >= south - NEAR_M) & (y.min(axis=1) <= north + NEAR_M)
    lines = shapely.linestrings(leaving[near].reshape(-1, 2, 2))
    return keep_near(around, within, np.asarray(lines, dtype=object))


def save_ground(store: StepStore, area: StudyArea, inputs: Inputs) -> str:
    """Keep the frame of the whole and the plan's gates for the steps; return the key."""
    arrays: Arrays = {
        "crs": np.frombuffer(area.crs.srs.encode(), dtype=np.uint8),
        "within": np.frombuffer(shapely.to_wkb(area.with_ring), dtype=np.uint8),
    }
    if inputs.gates is not None:
        rows = inputs.gates.rows
        lonlat = rows.geometry.to_crs(4326).get_coordinates().to_numpy()
        xy = rows.geometry.to_crs(area.crs).get_coordinates().to_numpy()
        arrays |= {"gates_lonlat": lonlat, "gates_xy": xy}
        arrays |= pack_texts(rows["row"].astype(str).to_numpy(dtype=object), "gates_row")
    key = make_key("ground of streets", *(arrays[name].tobytes() for name in sorted(arrays)))
    if not store.holds(key):
        store.save(key, arrays)
    return key


def open_ground(store: StepStore, settings: Mapping[str, Any]) -> FactsGround:
    """Read the tile that settings name, and what `save_ground` kept under `ground`."""
    arrays = store.load(settings["ground"])
    crs = CRS.from_user_input(arrays["crs"].tobytes().decode())
    own = None
    if "gates_xy" in arrays:
        lonlat, xy = arrays["gates_lonlat"], arrays["gates_xy"]
        columns = {"row": unpack_texts(arrays, "gates_row"), "lon": lonlat[:, 0]}
        columns["lat"] = lonlat[:, 1]
        own = gpd.GeoDataFrame(columns, geometry=shapely.points(xy), crs=crs)
    within = shapely.from_wkb(arrays["within"].tobytes())
    return FactsGround(open_tile(store, settings), crs, within, own)
