"""Reading: the only place that touches disk or network."""

from planner.sources.cache import ArrayCache, user_cache
from planner.sources.embedded import copy_demo, data_folder
from planner.sources.fetch import FetchedStreets, FetchTarget, cut_streets, fetch_streets
from planner.sources.inputs import Inputs, load_inputs
from planner.sources.located_rows import LocatedRows, locate_table
from planner.sources.osm import OsmExtract, load_osm
from planner.sources.plan_file import load_plan, load_rules
from planner.sources.polygon_table import load_polygons
from planner.sources.results import FinishedRun, load_result
from planner.sources.scenario_file import (
    Scenario,
    build_scenario,
    build_sites_scenario,
    load_scenario,
)
from planner.sources.tables import Table, load_demand_units, load_facilities
from planner.sources.template import write_template

__all__ = [
    "ArrayCache",
    "FetchTarget",
    "FetchedStreets",
    "FinishedRun",
    "Inputs",
    "LocatedRows",
    "OsmExtract",
    "Scenario",
    "Table",
    "build_scenario",
    "build_sites_scenario",
    "copy_demo",
    "cut_streets",
    "data_folder",
    "fetch_streets",
    "load_demand_units",
    "load_facilities",
    "load_inputs",
    "load_osm",
    "load_plan",
    "load_polygons",
    "load_result",
    "load_rules",
    "load_scenario",
    "locate_table",
    "user_cache",
    "write_template",
]
