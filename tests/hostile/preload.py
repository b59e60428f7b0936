"""Imported once by the process that every child is a copy of: libraries, and compiled kernels.

A child then starts with all of them in memory. No thread outlives this import.
"""

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
from planner.cli.warmup import compile_late_kernels

__all__ = ["folium", "opening_hours", "planner"]

compile_late_kernels()
