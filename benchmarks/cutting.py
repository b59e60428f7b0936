"""Part: a part of a city cut out of its extract, checked and put in place."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import shapely

from benchmarks.cities import City
from benchmarks.measure import race
from benchmarks.table import Row, at_most
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


def _make_folder(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
