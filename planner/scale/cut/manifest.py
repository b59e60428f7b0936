"""The files of a cut: which ground each tile holds, and what the whole says of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from shapely.geometry.base import BaseGeometry

from planner.crs.array_types import Floats, Ints
from planner.crs.frame import Bounds, move_to_sheet
from planner.errors import PlannerError
from planner.sources.osm.extract import join_boxes

MANIFEST: Final = "manifest.json"
_VERSION: Final = 1


@dataclass(frozen=True)
class TileExtract:
    """A file of a cut.

    name : of the file, in the folder of the manifest; sha256 : of its content.
    core : west, south, east, north in degrees on the sheet of the manifest; places on its western
        and southern side are in it, those on the other two are not.
    box : the part of the core that the map reaches.
    reach : the core with its halo.
    n_nodes, n_ways, n_relations : in the file.
    n_street_nodes : nodes of streets in the core; n_held_street_nodes : in the file.
    split : the core holds more nodes of streets than a tile should; cut it again.
    """

    name: str
    sha256: str
    core: Bounds
    box: Bounds
    reach: Bounds
    n_nodes: int
    n_ways: int
    n_relations: int
    n_street_nodes: int
    n_held_street_nodes: int
    split: bool


@dataclass(frozen=True)
class Manifest:
    """The files of a cut, and what the whole extract says of itself.

    folder : where the files are.
    source : the extract that was cut; source_sha256 : of its content.
    sheet_west : where the sheet of longitudes of all boxes begins, degrees.
    tiles : their cores share what was cut, without overlap: the Earth, or the core of a tile.
    areas : name of the file with the areas and places of the whole, "" for none; areas_sha256.
    boxes : extents that the whole claims; date : of its data; generator : the program that made it.
    skipped : what its header holds that was left out: words, number.
    """

    folder: Path
    source: Path
    source_sha256: str
    halo_m: float
    sheet_west: float
    tiles: tuple[TileExtract, ...]
    areas: str
    areas_sha256: str
    boxes: tuple[Bounds, ...]
    date: str
    generator: str
    skipped: Mapping[str, int]

    @cached_property
    def bounds(self) -> BaseGeometry | None:
        """The extent that the whole extract claims, None if it claims none."""
        return join_boxes([list(box) for box in self.boxes])

    @property
    def timestamp(self) -> str | None:
        """Of which time the data are."""
        return self.date or None

    @property
    def invented(self) -> bool:
        """Whether the whole says of itself that it is synthetic."""
        return "synthetic" in self.generator.lower()

    def find_tiles(self, lon: Floats, lat: Floats) -> Ints:
        """Return the number of the tile whose core holds each place (n,), -1 for none.

        Places are in WGS-84 degrees; the tiles of a whole extract hold every place on Earth.
        """
        moved = move_to_sheet(np.asarray(lon, dtype=np.float64), self.sheet_west)
        lat = np.asarray(lat, dtype=np.float64)
        found = np.full(len(moved), -1, dtype=np.int64)
        for number, tile in enumerate(self.tiles):
            west, south, east, north = tile.core
            found[(moved >= west) & (moved < east) & (lat >= south) & (lat < north)] = number
        return found


def read_manifest(folder: Path) -> Manifest:
    """Read what `cut_extract` wrote into a folder.

    Raises
    ------
    PlannerError
        If the cut is not there, or not finished.
    """
    path = folder / MANIFEST
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        if given.pop("version") != _VERSION:
            raise ValueError
        tiles = tuple(TileExtract(**_with_boxes(row)) for row in given.pop("tiles"))
        given |= {"folder": folder, "source": Path(given["source"]), "tiles": tiles}
        return Manifest(**given | {"boxes": tuple(to_box(box) for box in given["boxes"])})
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise PlannerError(f"{path}: no list of the tiles of a map; cut the map again") from error


def write_manifest(manifest: Manifest) -> None:
    """Write a manifest into its folder: last, and at once, as without it a cut is not finished."""
    given = asdict(manifest) | {"version": _VERSION, "source": str(manifest.source)}
    del given["folder"]
    unfinished = manifest.folder / f"{MANIFEST}.part"
    unfinished.write_text(json.dumps(given, indent=1, sort_keys=True), encoding="utf-8")
    unfinished.replace(manifest.folder / MANIFEST)


def _with_boxes(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: to_box(row[name]) for name in ("core", "box", "reach")}


def to_box(sides: Sequence[float]) -> Bounds:
    """Return four sides as a box: west, south, east, north."""
    west, south, east, north = sides
    return west, south, east, north
