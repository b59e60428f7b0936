"""The cities measured on: real extracts, the points used in them, and their raw streets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS

from benchmarks.measure import REPOSITORY
from planner.case import Case, build_case
from planner.crs import metric_crs_at, project
from planner.network import WalkNetwork, build_network
from planner.network.surroundings import find_surroundings
from planner.sources.cache import user_cache
from planner.sources.embedded import data_folder
from planner.sources.inputs import load_inputs
from planner.sources.osm.extract import OsmExtract, load_osm
from planner.sources.plan_file import load_plan
from planner.travel.streets import ADULT, DEFAULT_ACCESS, AccessRules

DATA = REPOSITORY.parent / "shared" / "data"
#: Files made for a run, such as the peers' copies of the streets.
WORK = REPOSITORY / "out" / "bench"


@dataclass(frozen=True)
class RawStreets:
    """Streets as they are drawn, unmerged, for peers that take a plain graph.

    xy (n, 2) metres; a, b (s,) node indexes; length_m, minutes (s,).
    """

    xy: NDArray[np.float64]
    a: NDArray[np.int64]
    b: NDArray[np.int64]
    length_m: NDArray[np.float64]
    minutes: NDArray[np.float64]


@dataclass(frozen=True)
class City:
    """An extract with the points that are asked about in it; parts are read when first used."""

    name: str
    osm: Path
    rules: AccessRules = DEFAULT_ACCESS
    facilities: Path | None = None
    demand: Path | None = None
    work: Path = WORK

    @cached_property
    def extract(self) -> OsmExtract:
        """What the planner reads of the extract."""
        return load_osm(self.osm)

    @cached_property
    def crs(self) -> CRS:
        """Metric CRS of the city."""
        return metric_crs_at(*self.extract.ways.lonlat.mean(axis=0))

    @cached_property
    def network(self) -> WalkNetwork:
        """Streets of the city, merged, with compounds, gates and barriers."""
        around = find_surroundings(self.extract, self.crs)
        return build_network(self.extract.ways, self.crs, around=around)

    @cached_property
    def raw(self) -> RawStreets:
        """Streets of the city, unmerged, with the minutes of an adult."""
        ways = self.extract.ways
        _, first, node = np.unique(ways.node_id, return_index=True, return_inverse=True)
        xy = project(*ways.lonlat[first].T, self.crs)
        way = np.repeat(np.arange(len(ways)), np.diff(ways.offsets))
        inside = way[:-1] == way[1:]
        a, b = node[:-1][inside], node[1:][inside]
        length_m = np.hypot(*(xy[a] - xy[b]).T)
        pace = 1 / ADULT.speed_m_per_min
        slow = np.where(ways.steps[way[:-1][inside]], 1 / ADULT.steps_factor, 1.0)
        return RawStreets(xy, a, b, length_m, length_m * pace * slow)

    def facility_points(self) -> NDArray[np.float64]:
        """Return the facilities in file order, or 60 doors where there is no file."""
        return self._points(self.facilities) if self.facilities else self.doors(60)

    def demand_points(self) -> NDArray[np.float64]:
        """Return the points of the demand table, or doors where there is none."""
        return self._points(self.demand) if self.demand else self.doors(200)

    def doors(self, number: int) -> NDArray[np.float64]:
        """Return points 20 m north of every n-th street node, in the order of their ids."""
        xy = self.raw.xy
        step = max(len(xy) // number, 1)
        return xy[::step][:number] + np.array([0.0, 20.0])

    def _points(self, path: Path) -> NDArray[np.float64]:
        table = pd.read_csv(path)
        return project(table["lon"].to_numpy(), table["lat"].to_numpy(), self.crs)


def porto_alegre() -> City | None:
    """Return Porto Alegre with the access limit of its plan, None where its data is absent."""
    folder = DATA / "porto_alegre"
    if not folder.is_dir():
        return None
    return City(
        name="Porto Alegre",
        osm=folder / "porto_alegre.osm.pbf",
        rules=AccessRules(limit_m=200.0),
        facilities=folder / "facilities.csv",
        demand=folder / "hexgrid.csv",
    )


def shanghai() -> City | None:
    """Return the centre of Shanghai (drive classes only), None where its data is absent."""
    path = DATA / "shanghai_centre" / "shanghai_centre.osm.pbf"
    return City(name="Shanghai centre", osm=path) if path.is_file() else None


def demo_case() -> Case:
    """Prepare the embedded district for questions, as a run does before its own."""
    inputs = load_inputs(load_plan(data_folder() / "baoshan-demo" / "plan.toml"))
    return build_case(inputs, cache=user_cache())
