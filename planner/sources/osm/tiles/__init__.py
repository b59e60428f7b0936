"""Cutting an extract into tiles with osmium, in a process of its own: a bad file may crash it."""

from planner.sources.osm.tiles.run_cutting import CutReport, CuttingOrder, cut_apart

__all__ = ["CutReport", "CuttingOrder", "cut_apart"]
