"""The tiny example that ships with the planner: streets and tables for trying things out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from planner.network import WalkNetwork, load_network
from planner.plan import Plan
from planner.showing import Brief
from planner.sources import load_plan
from planner.sources.embedded import EXAMPLE, data_folder, read_example_table


@dataclass(frozen=True)
class Example(Brief):
    """The tiny example, loaded.

    Streets lie 400 m apart, which an adult walks in 6 minutes; all of it is invented. It is drawn
    in `data/generator/example.py` of the project.

    Parameters
    ----------
    folder
        Where its files lie: plan.toml, streets.osm, the tables, scenario.json.
    plan
        The checked plan.toml.
    network
        The streets, EPSG:32651.
    facilities : GeoDataFrame of points, EPSG:4326
        Two of them, labelled F1 and F2: name, level, opening_hours, services, capacity,
        visits_per_year.
    people : GeoDataFrame of points, EPSG:4326
        Nine homes, labelled H1 to H9: name, people, class (of housing).
    candidates : GeoDataFrame of points, EPSG:4326
        Four candidate sites, labelled C1 to C4: name, action, cost, capacity.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> town.people[["name", "people", "class"]].head(3)
              name  people      class
    id
    H1     Elm Row     120    village
    H2   Mill Lane      80    village
    H3  South Yard     200  commodity
    """

    folder: Path
    plan: Plan
    network: WalkNetwork
    facilities: gpd.GeoDataFrame
    people: gpd.GeoDataFrame
    candidates: gpd.GeoDataFrame


def load_example() -> Example:
    """Load the tiny example: a grid of streets, two facilities, nine homes, four candidate sites.

    Returns
    -------
    Example
        Nothing of it is real.

    Raises
    ------
    SourceError
        If the installation is incomplete.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> town.network
    WalkNetwork(27 nodes, 44 edges, 18.2 km, EPSG:32651)
    >>> len(town.facilities), int(town.people["people"].sum())
    (2, 1200)
    """
    folder = data_folder() / EXAMPLE
    return Example(
        folder=folder,
        plan=load_plan(folder / "plan.toml"),
        network=load_network(folder / "streets.osm"),
        facilities=read_example_table("facilities"),
        people=read_example_table("people"),
        candidates=read_example_table("candidates"),
    )
