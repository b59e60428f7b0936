"""Part: growth, on shifted copies of Porto Alegre joined by streets."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import osmium
import pandas as pd

from benchmarks.cities import DATA, WORK, City
from benchmarks.table import Row, at_most
from benchmarks.whole_run import PLAN, timed_runs

PART = "growth"
#: Free space between two copies, degrees of longitude.
SPACE_DEG = 0.01
#: Ids of one copy start this much above those of the copy before.
ID_STEP = 10**11
#: On n copies a stage may take this many times n times as long as on one.
SLACK = 1.2


def measure(city: City, copies: int, turns: int) -> list[Row]:
    """Compare the shortest time of every stage on the copies with that on one."""
    large = make_copies(city, copies)
    runs = timed_runs(PLAN, turns), timed_runs(large, 2, warm_up=False)
    rows = []
    for stage in runs[1][0]["stages"]:
        if stage == "imports":
            continue
        one, many = (min(run["stages"][stage] for run in some) for some in runs)
        what = f"{stage}, {copies} copies: {one:.2f} s -> {many:.2f} s"
        rows.append(at_most(PART, what, many / one, SLACK * copies, "{:.1f} x"))
    memory = max(run["peak_mb"] for run in runs[1])
    rows.append(Row(PART, f"peak memory, {copies} copies", f"{memory:.0f} MB"))
    return rows


def make_copies(city: City, copies: int) -> Path:
    """Write a plan with shifted copies of a city's extract, facilities and demand; its path."""
    folder = WORK / f"copies-{copies}"
    folder.mkdir(parents=True, exist_ok=True)
    lon = city.extract.ways.lonlat[:, 0]
    shift = float(np.ptp(lon)) + SPACE_DEG
    _write_osm(city, folder / city.osm.name, copies, shift)
    for name, ids in (("facilities.csv", "facility_id"), ("hexgrid.csv", "id")):
        table = pd.read_csv(DATA / "porto_alegre" / name)
        parts = [
            table.assign(lon=table["lon"] + k * shift, **{ids: table[ids] + f"-{k}"})
            for k in range(copies)
        ]
        pd.concat(parts).to_csv(folder / name, index=False)
    shutil.copyfile(PLAN, folder / PLAN.name)
    return folder / PLAN.name


def _write_osm(city: City, path: Path, copies: int, shift: float) -> None:
    """Write the copies and, between two of them, one street from the east end to the west end."""
    ways = city.extract.ways
    west, east = (int(ways.node_id[k(ways.lonlat[:, 0])]) for k in (np.argmin, np.argmax))
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path)) as writer:
        for k in range(copies):
            for node in osmium.FileProcessor(str(city.osm), osmium.osm.NODE):
                at = (node.location.lon + k * shift, node.location.lat)
                writer.add_node(node.replace(id=node.id + k * ID_STEP, location=at))
        for k in range(copies):
            for way in osmium.FileProcessor(str(city.osm), osmium.osm.WAY):
                nodes = [node.ref + k * ID_STEP for node in way.nodes]
                writer.add_way(way.replace(id=way.id + k * ID_STEP, nodes=nodes))
        for k in range(1, copies):
            ends = [east + (k - 1) * ID_STEP, west + k * ID_STEP]
            writer.add_way(
                osmium.osm.mutable.Way(
                    id=(copies + k) * ID_STEP, nodes=ends, tags={"highway": "residential"}
                )
            )
        for k in range(copies):
            for relation in osmium.FileProcessor(str(city.osm), osmium.osm.RELATION):
                members = [(m.type, m.ref + k * ID_STEP, m.role) for m in relation.members]
                writer.add_relation(relation.replace(id=relation.id + k * ID_STEP, members=members))
