"""Parts: half of a city cut out of its extract and put in place; a city cut into tiles."""

from __future__ import annotations

import resource
import tempfile
from pathlib import Path

import numpy as np
import shapely

from benchmarks.cities import City
from benchmarks.copies import write_copies
from benchmarks.measure import race
from benchmarks.table import Row, at_most
from planner.scale.cut.cutting import cut_extract
from planner.sources.fetch import FetchedStreets, FetchTarget, cut_streets
from planner.sources.osm.extract import load_osm

PART = "cutting"


def measure(city: City, turns: int) -> list[Row]:
    """Cut the western half of the streets out of the extract of a city."""
    lonlat = load_osm(city.osm).ways.lonlat
    (west, south), (_, north) = lonlat.min(axis=0), lonlat.max(axis=0)
    box = (float(west), float(south), float(np.median(lonlat[:, 0])), float(north))
    with tempfile.TemporaryDirectory(dir=_make_folder(city.work)) as name:
        folder = Path(name)
        target = FetchTarget(folder / "half.osm.pbf", folder, shapely.box(*box), box)

        def cut() -> FetchedStreets:
            return cut_streets(target, str(city.osm))

        cut()
        timing = race({"cut": cut}, {"cut": turns})["cut"]
    nodes, ways, _ = timing.result.counts
    what = f"half of {city.name} out of its PBF ({nodes:,} nodes, {ways:,} ways), checked"
    return [at_most(PART, what, timing.median, 2.0, "{:.2f} s")]


def measure_tiles(city: City, copies: int, tiles: int) -> list[Row]:
    """Cut a square of copies into tiles: seconds of processor, and the memory of the process."""
    plan = write_copies(city, copies)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory(dir=_make_folder(city.work)) as name:
        manifest = cut_extract(plan.with_name(city.osm.name), Path(name), halo_m=1300, tiles=tiles)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    nodes = sum(tile.n_street_nodes for tile in manifest.tiles)
    what = f"{copies} copies ({nodes:,} nodes of streets) into {tiles} tiles"
    return [
        Row("tiles", f"{what}, seconds of processor", f"{seconds:.0f} s"),
        at_most("tiles", f"{what}, memory", after.ru_maxrss / 1000, 2500.0, "{:.0f} MB"),
    ]


def _make_folder(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
