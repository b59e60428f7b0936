"""What every step on the streets of a tile needs: its extract, and the frame of the whole area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from planner.crs.array_types import Flags, Floats
from planner.crs.frame import Bounds, move_to_sheet
from planner.scale.cut.cutting import load_tile
from planner.scale.cut.manifest import Manifest, TileExtract, read_manifest
from planner.scale.work.steps import StepStore, Work, WorkStep
from planner.sources.cache import ArrayCache
from planner.sources.osm.extract import OsmExtract

#: Streets are whole, however long, where they touch the core or so much of its halo: the legs of
#: those who live in the core end there.
ASKED_ROUND_CORE: Final = 1 / 3


@dataclass(frozen=True, eq=False)
class OpenTile:
    """A tile of a cut and what its extract holds.

    cache : where files once read are kept as arrays.
    """

    manifest: Manifest
    tile: TileExtract
    extract: OsmExtract
    cache: ArrayCache | None = None

    def in_core(self, lonlat: Floats) -> Flags:
        """Tell which places (n, 2), degrees, lie in the core; every place is in one of them."""
        lon, lat = move_to_sheet(lonlat[:, 0], self.manifest.sheet_west), lonlat[:, 1]
        west, south, east, north = self.tile.core
        return np.asarray((lon >= west) & (lon < east) & (lat >= south) & (lat < north))

    def within(self, box: Bounds, lonlat: Floats) -> Flags:
        """Tell which places (n, 2), degrees, lie in a box on the sheet of the cut, or on it."""
        lon, lat = move_to_sheet(lonlat[:, 0], self.manifest.sheet_west), lonlat[:, 1]
        west, south, east, north = box
        return np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))


def widen_core(tile: TileExtract, share: float) -> Bounds:
    """Return the core of a tile with a share of its halo."""
    west, south, east, north = (
        core + share * (reach - core) for core, reach in zip(tile.core, tile.reach, strict=True)
    )
    return west, south, east, north


def open_tile(store: StepStore, settings: Mapping[str, Any]) -> OpenTile:
    """Read the extract of the tile that settings name; it is kept in the store as arrays."""
    manifest = read_manifest(Path(settings["cut"]))
    tile = next(one for one in manifest.tiles if one.name == settings["tile"])
    cache = ArrayCache(store.folder, most_files=None)
    return OpenTile(manifest, tile, load_tile(manifest, tile, cache=cache), cache)


def list_steps(
    stage: str, work: Work, manifest: Manifest, settings: Sequence[Mapping[str, Any]]
) -> list[WorkStep]:
    """Return a step for each tile.

    Parameters
    ----------
    settings
        For each tile what it needs besides its extract.
    """
    return [
        WorkStep(stage, tile.name, work, {**name_tile(manifest, tile), **more})
        for tile, more in zip(manifest.tiles, settings, strict=True)
    ]


def put_largest_first(manifest: Manifest, steps: Sequence[WorkStep]) -> list[WorkStep]:
    """Return steps of tiles in the order in which they are best done: the last ones are short."""
    sizes = {tile.name: tile.n_held_street_nodes for tile in manifest.tiles}
    return sorted(steps, key=lambda step: -sizes[step.tile])


def name_tile(manifest: Manifest, tile: TileExtract) -> dict[str, str]:
    """Return the settings by which `open_tile` finds a tile."""
    return {"cut": str(manifest.folder), "tile": tile.name, "sha256": tile.sha256}
