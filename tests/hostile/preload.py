"""Imported once by the process that every child is a copy of: libraries, and compiled kernels.

A child then starts with all of them in memory: a whole run loads every kernel that one needs, which
takes half a second. No thread outlives this import.
"""

import tempfile
from pathlib import Path

import folium
import opening_hours

import planner.cli
import planner.maps._page_map
import planner.reports
import planner.run
import planner.run.check
import planner.scenarios
import planner.siting
import planner.sources.inputs
import planner.sources.results
from planner.cli.jobs import run_into
from tests.hostile.city import write_city

__all__ = ["folium", "opening_hours", "planner"]

with tempfile.TemporaryDirectory() as _folder:
    _city = Path(_folder) / "city"
    write_city(_city)
    run_into(_city / "plan.toml", _city / "out", quiet=True)
