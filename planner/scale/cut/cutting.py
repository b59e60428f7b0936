"""Cuts an extract into tiles: one file for each, with its halo, and what the whole says of itself.

The extract of a tile holds all that a run of its core needs: every way that touches core or halo
with all its nodes, every area there with all its members, nodes there with tags that are used, and
whatever touches the box of a zone that touches them, so that a zone is judged as in the whole. A
file of its own holds the areas and places of the whole.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from planner.crs.array_types import Floats
from planner.crs.frame import Bounds
from planner.errors import PlannerError, SourceError
from planner.scale.cut.manifest import Manifest, TileExtract, to_box, write_manifest
from planner.sources.cache import ArrayCache
from planner.sources.hashes import hash_file
from planner.sources.osm.amenity_reader import AMENITY_KEYS
from planner.sources.osm.area_reader import AREA_KEYS, ZONE_KINDS
from planner.sources.osm.extract import (
    USED_KEYS,
    OsmExtract,
    check_extract_file,
    load_part,
    refuse_without_streets,
)
from planner.sources.osm.street_reader import WAY_KEYS
from planner.sources.osm.tiles import CutReport, CuttingOrder, cut_apart

#: A tile holds at most so many nodes of streets in its core, unless a number of tiles is asked for.
MOST_NODES: Final = 400_000
_NAMES, _AREAS = "tile-{:03d}.osm.pbf", "areas.osm.pbf"
_UNITS_PER_DEG: Final = 10_000_000
#: A tile with fewer nodes of streets is not cut again: it is not its size that it fails by.
_FEWEST_NODES: Final = 2_000


def cut_extract(
    path: str | Path,
    folder: Path,
    *,
    halo_m: float,
    tiles: int | None = None,
    most_nodes: int = MOST_NODES,
    cores: Sequence[Bounds] = (),
    sheet_west: float | None = None,
) -> Manifest:
    """Cut an extract into tiles, in a process of its own.

    Parameters
    ----------
    path
        .osm.pbf, .osm or .osm.gz, as for `load_osm`.
    folder
        For the files; it is made. Files of the same names are replaced.
    halo_m
        A tile holds at least so much ground round its core, metres.
    tiles
        So many tiles, in rows and columns of one size; None: a quadtree whose tiles have at most
        `most_nodes` nodes of streets.
    cores
        Boxes to cut out instead, of a manifest whose `sheet_west` is given as well.

    Raises
    ------
    SourceError
        If the extract cannot be read, in the words of `load_osm`, or there is no room.
    """
    path = Path(path)
    check_extract_file(path)
    order = _make_order(halo_m, tiles, most_nodes)
    if cores:
        assert sheet_west is not None, "cores lie on a sheet"
        order = replace(order, areas="", cores=tuple(_to_units(core) for core in cores))
    if sheet_west is not None:
        order = replace(order, sheet=_to_unit(sheet_west))
    folder.mkdir(parents=True, exist_ok=True)
    report = cut_apart(path, folder, order)
    if report["n_street_nodes"] == 0:
        raise refuse_without_streets(path)
    whole = Manifest(
        folder=folder, source=path, source_sha256=hash_file(path), halo_m=halo_m, sheet_west=0.0,
        tiles=(), areas="", areas_sha256="", boxes=tuple(to_box(box) for box in report["boxes"]),
        date=report["date"][:40], generator=report["generator"], skipped=report["skipped"],
    )  # fmt: skip
    return _finish(whole, report)


def cut_again(
    manifest: Manifest,
    tile: TileExtract,
    folder: Path,
    *,
    tiles: int | None = None,
    most_nodes: int = MOST_NODES,
) -> Manifest:
    """Cut a tile from its own extract; the cores of the new tiles share its core, halos stay.

    Parameters
    ----------
    manifest
        Of the tile.
    folder
        Another one than that of the manifest.
    tiles, most_nodes
        As in `cut_extract`.

    Raises
    ------
    SourceError
        As `cut_extract`, and if the file of the tile is not as it was cut.
    """
    path = manifest.folder / tile.name
    _refuse_damaged(path, tile.sha256)
    order = replace(
        _make_order(manifest.halo_m, tiles, most_nodes),
        areas="", within=_to_units(tile.core), sheet=_to_unit(manifest.sheet_west),
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    with _blaming(manifest, path):
        report = cut_apart(path, folder, order)
    return _finish(replace(manifest, folder=folder, areas="", areas_sha256=""), report)


def split_tile(manifest: Manifest, name: str) -> Manifest:
    """Cut a tile in four, in the folder of its manifest, where the others stay as they are.

    Parameters
    ----------
    manifest
        Of the tile.
    name
        Of the tile: `tile-007.osm.pbf` becomes `tile-007-0.osm.pbf` to `tile-007-3.osm.pbf`.

    Returns
    -------
    Manifest
        Written in place of the one before, as the last thing.

    Raises
    ------
    PlannerError
        If the tile has too few streets to be cut again.
    SourceError
        As `cut_extract`.
    """
    tile = next(one for one in manifest.tiles if one.name == name)
    if tile.n_street_nodes < _FEWEST_NODES:
        raise PlannerError(
            f"{manifest.source}: the work on {name} ends the process that does it, though it has "
            f"only {tile.n_street_nodes} nodes of streets; give each worker more memory"
        )
    stem = name.removesuffix(".osm.pbf")
    beside = manifest.folder / f"{stem}-again"
    again = cut_again(manifest, tile, beside, tiles=4)
    parts = []
    for number, part in enumerate(again.tiles):
        new = f"{stem}-{number}.osm.pbf"
        (beside / part.name).replace(manifest.folder / new)
        parts.append(replace(part, name=new))
    shutil.rmtree(beside, ignore_errors=True)
    at = manifest.tiles.index(tile)
    done = replace(manifest, tiles=(*manifest.tiles[:at], *parts, *manifest.tiles[at + 1 :]))
    write_manifest(done)
    return done


def load_tile(
    manifest: Manifest, tile: TileExtract, *, cache: ArrayCache | None = None
) -> OsmExtract:
    """Read the extract of a tile; extent, date and source are those of the whole.

    It may hold no street at all.

    Raises
    ------
    SourceError
        If the whole extract is broken here, or the file of the tile is not as it was cut.
    """
    return _load(manifest, tile.name, tile.sha256, cache=cache, streets=None)


def load_areas(
    manifest: Manifest, *, cache: ArrayCache | None = None, streets: Floats | None = None
) -> OsmExtract:
    """Read the areas and places of the whole extract.

    Parameters
    ----------
    manifest
        Of a whole extract.
    cache
        As in `load_osm`.
    streets
        Places of all streets of the whole, shape (n, 2), degrees: where the extract cuts water
        they tell land from it. None: it is left out, which only a map shows.

    Returns
    -------
    OsmExtract
        Its zones, buildings, places, backdrop and amenities are those of the whole, as is what it
        skipped (of water that is cut only with `streets`). Its ways, gates and barriers are not.
    """
    none = np.empty((0, 2), dtype=np.float64)
    found = _load(
        manifest, manifest.areas, manifest.areas_sha256,
        cache=cache, streets=none if streets is None else streets,
    )  # fmt: skip
    return replace(found, skipped={**manifest.skipped, **found.skipped})


def is_whole(manifest: Manifest) -> bool:
    """Tell whether all files of a cut are there, each as it was cut."""
    files = {tile.name: tile.sha256 for tile in manifest.tiles}
    if manifest.areas:
        files[manifest.areas] = manifest.areas_sha256
    return all(_holds(manifest.folder / name, sha256) for name, sha256 in files.items())


def _holds(path: Path, sha256: str) -> bool:
    """Tell whether a file has this content."""
    try:
        return hash_file(path) == sha256
    except OSError:
        return False


def _refuse_damaged(path: Path, sha256: str) -> None:
    """Refuse a file of a cut that changed since; cut short it might be read without a fault."""
    if not _holds(path, sha256):
        raise SourceError(
            f"{path}: this piece of the map is missing or damaged; start the same command again, "
            "which cuts the map anew"
        )


def _load(
    manifest: Manifest, name: str, sha256: str, *, cache: ArrayCache | None, streets: Floats | None
) -> OsmExtract:
    """Read a file of a cut."""
    path = manifest.folder / name
    _refuse_damaged(path, sha256)
    with _blaming(manifest, path):
        check_extract_file(path)
        found = load_part(path, cache=cache, streets=streets)
    return replace(
        found, bounds=manifest.bounds, timestamp=manifest.timestamp, invented=manifest.invented
    )


@contextmanager
def _blaming(manifest: Manifest, path: Path) -> Iterator[None]:
    """Let a fault name the file that was cut: that is the one to mend."""
    try:
        yield
    except SourceError as error:
        words = str(error).removeprefix(f"{path}: ")
        raise SourceError(f"{manifest.source}: {words}") from error


def _make_order(halo_m: float, tiles: int | None, most_nodes: int) -> CuttingOrder:
    places = tuple(key for key in AMENITY_KEYS if key not in WAY_KEYS)
    keys = {
        "used": USED_KEYS,
        "streets": sorted(WAY_KEYS),
        "areas": AREA_KEYS,
        "places": places,
        "node_places": (*AMENITY_KEYS, "place"),
        "zones": tuple(ZONE_KINDS),
    }
    return CuttingOrder(
        halo_m=halo_m, names=_NAMES, areas=_AREAS, keys=keys, tiles=tiles, most_nodes=most_nodes
    )


def _finish(manifest: Manifest, report: CutReport) -> Manifest:
    """Complete a manifest with what the other process says, and write it."""
    folder = manifest.folder
    tiles = tuple(
        TileExtract(
            sha256=hash_file(folder / row["name"]),
            **row | {name: _to_degrees(row[name]) for name in ("core", "box", "reach")},
        )
        for row in report["tiles"]
    )
    areas = "" if report["areas"] is None else report["areas"]["name"]
    done = replace(
        manifest,
        tiles=tiles,
        sheet_west=report["sheet"] / _UNITS_PER_DEG,
        areas=areas,
        areas_sha256=hash_file(folder / areas) if areas else "",
    )
    write_manifest(done)
    return done


def _to_degrees(units: Sequence[int]) -> Bounds:
    # As OSM's readers do it, so that a place on a line is that number to the last bit.
    return to_box([unit / _UNITS_PER_DEG for unit in units])


def _to_unit(degrees: float) -> int:
    return round(degrees * _UNITS_PER_DEG)


def _to_units(box: Bounds) -> tuple[int, int, int, int]:
    west, south, east, north = (_to_unit(side) for side in box)
    return west, south, east, north
