"""Shifted copies of Porto Alegre in a square, joined by streets: a plan of any size."""

from __future__ import annotations

import argparse
import itertools
import math
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import osmium
import pandas as pd

from benchmarks.cities import DATA, WORK, City, porto_alegre

#: Free space between two copies, degrees.
SPACE_DEG = 0.01
#: Ids of one copy start this much above those of the copy before; those of OSM are below 10^10.
ID_STEP = 10**11
#: What stands beside the extract in the plan: tables, and their ids.
TABLES = {"facilities.csv": "facility_id", "hexgrid.csv": "id"}
#: Where people are counted; each of its rows may stand for several, so far apart.
UNITS, APART_DEG = "hexgrid.csv", 0.0002
_NODE, _WAY, _RELATION = osmium.osm.NODE, osmium.osm.WAY, osmium.osm.RELATION


@dataclass(frozen=True)
class Square:
    """Where copies lie: copy k in column k % side and row k // side, degrees apart."""

    copies: int
    side: int
    step_lon: float
    step_lat: float

    def shift(self, k: int) -> tuple[float, float]:
        """Return by how much copy k is moved, lon and lat in degrees."""
        return k % self.side * self.step_lon, k // self.side * self.step_lat


def write_copies(city: City, copies: int, folder: Path | None = None, *, units: int = 1) -> Path:
    """Write a plan with copies of a city's extract, facilities and demand; its path.

    What is there already stays, as writing 100 copies takes minutes.

    Parameters
    ----------
    city
        Porto Alegre.
    copies
        Their number; they lie in rows of about its root.
    folder
        By default one beside what other benchmarks write.
    units
        Points in place of each hexagon, in a row to the east, which share its people.
    """
    folder = WORK / f"square-{copies}-{units}" if folder is None else folder
    plan = folder / "plan.toml"
    if plan.is_file():
        return plan
    folder.mkdir(parents=True, exist_ok=True)
    nodes = list(_list_nodes(city))
    lon, lat = np.array([node.location for node in nodes]).T
    square = Square(
        copies, math.isqrt(copies - 1) + 1, np.ptp(lon) + SPACE_DEG, np.ptp(lat) + SPACE_DEG
    )
    _write_osm(city, nodes, square, folder / city.osm.name)
    for name, ids in TABLES.items():
        table = pd.read_csv(DATA / "porto_alegre" / name)
        if name == UNITS:
            table = _split_units(table, units)
        _write_table(table, ids, square, folder / name)
    shutil.copyfile(DATA / "porto_alegre" / "plan.toml", folder / "unfinished.toml")
    (folder / "unfinished.toml").rename(plan)
    return plan


def _list_nodes(city: City) -> Iterator[osmium.osm.mutable.Node]:
    """Yield the nodes of a city with their tags, places rounded as files keep them."""
    for node in osmium.FileProcessor(str(city.osm), _NODE):
        place = node.location.lon, node.location.lat
        yield osmium.osm.mutable.Node(id=node.id, location=place, tags=dict(node.tags))


def _write_osm(
    city: City, nodes: list[osmium.osm.mutable.Node], square: Square, path: Path
) -> None:
    """Write the copies and the streets between neighbours; all by id."""
    path.unlink(missing_ok=True)
    make = osmium.osm.mutable
    ways = [
        (way.id, [node.ref for node in way.nodes], dict(way.tags))
        for way in osmium.FileProcessor(str(city.osm), _WAY)
    ]
    with osmium.SimpleWriter(str(path)) as writer:
        for k in range(square.copies):
            right, up = square.shift(k)
            for node in nodes:
                lon, lat = node.location
                place = lon + right, lat + up
                writer.add_node(make.Node(id=node.id + k * ID_STEP, location=place, tags=node.tags))
        for k in range(square.copies):
            for way_id, refs, tags in ways:
                moved = [ref + k * ID_STEP for ref in refs]
                writer.add_way(make.Way(id=way_id + k * ID_STEP, nodes=moved, tags=tags))
        numbers = itertools.count(square.copies * ID_STEP)
        for number, ends in zip(numbers, _list_joints(nodes, ways, square), strict=False):
            writer.add_way(make.Way(id=number, nodes=ends, tags={"highway": "residential"}))
        for k in range(square.copies):
            for relation in osmium.FileProcessor(str(city.osm), _RELATION):
                members = [(m.type, m.ref + k * ID_STEP, m.role) for m in relation.members]
                writer.add_relation(relation.replace(id=relation.id + k * ID_STEP, members=members))


def _list_joints(
    nodes: list[osmium.osm.mutable.Node],
    ways: list[tuple[int, list[int], dict[str, str]]],
    square: Square,
) -> Iterator[list[int]]:
    """Yield the ends of a street from each copy to the next in its row, and between rows."""
    streets = {ref for _, refs, tags in ways if "highway" in tags for ref in refs}
    ends = [node for node in nodes if node.id in streets]
    west, east = (end(ends, key=lambda node: node.location[0]).id for end in (min, max))
    south, north = (end(ends, key=lambda node: node.location[1]).id for end in (min, max))
    for k in range(1, square.copies):
        if k % square.side:
            yield [east + (k - 1) * ID_STEP, west + k * ID_STEP]
        else:
            yield [north + (k - square.side) * ID_STEP, south + k * ID_STEP]


def _split_units(table: pd.DataFrame, units: int) -> pd.DataFrame:
    """Return several points for each row, which share its people and jobs."""
    parts = [
        table.assign(
            id=table["id"] + f"-{k}",
            lon=table["lon"] + k * APART_DEG,
            **{count: (table[count] + k) // units for count in ("population", "jobs")},
        )
        for k in range(units)
    ]
    return pd.concat(parts) if units > 1 else table


def _write_table(table: pd.DataFrame, ids: str, square: Square, path: Path) -> None:
    """Write the rows of every copy, their ids with its number."""
    parts = []
    for k in range(square.copies):
        right, up = square.shift(k)
        moved = {"lon": table["lon"] + right, "lat": table["lat"] + up}
        parts.append(table.assign(**moved, **{ids: table[ids] + f"-{k}"}))
    pd.concat(parts).to_csv(path, index=False)


def main() -> None:
    """Write copies from the command line: `python -m benchmarks.copies 100`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.copies", description=__doc__)
    parser.add_argument("copies", type=int)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--units", type=int, default=1, help="points in place of each hexagon")
    options = parser.parse_args()
    city = porto_alegre()
    if city is None:
        parser.error("the data of Porto Alegre is not there")
    print(write_copies(city, options.copies, options.folder, units=options.units))


if __name__ == "__main__":
    main()
