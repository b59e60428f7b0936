"""What a page of a run is drawn from, whether it was just worked out or read from its folder."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd

from planner.maps.draw import PageOptions
from planner.rounding import AskedCutoffs, round_table
from planner.sources.results import SHOWN_TABLES, FinishedRun

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from planner.run import Result
    from planner.sources.whatif_file import WhatIfData


class ForMap(NamedTuple):
    """What a page of a result is drawn from: as its files hold it.

    layers, tables : of result.gpkg, EPSG:4326; summary, run : contents of summary.json, run.json.
    whatif : by which the page judges scenarios itself; None without it.
    """

    layers: dict[str, gpd.GeoDataFrame]
    summary: dict[str, Any]
    run: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    whatif: WhatIfData | None


def take_for_map(shown: Result | FinishedRun) -> ForMap:
    """Return what is drawn of a run, rounded so that `planner map` draws the same map again."""
    if isinstance(shown, FinishedRun):
        return ForMap(shown.layers, shown.summary, shown.run, shown.page_tables(), shown.whatif())
    cutoffs = shown.inputs.cutoffs
    # Of the others some have a row for each unit and question.
    tables = {
        name: round_table(table, cutoffs)
        for name, table in shown.tables.items()
        if name in SHOWN_TABLES
    }
    layers = round_for_map(shown.layers, cutoffs)
    whatif = shown.whatif
    if whatif is not None:
        whatif = replace(whatif, head=_sort_keys(whatif.head))
    return ForMap(layers, _sort_keys(shown.summary), shown.provenance, tables, whatif)


def _sort_keys(content: dict[str, Any]) -> dict[str, Any]:
    """Return what is written as JSON with its keys in the order of the file, deep down too."""
    plain: dict[str, Any] = json.loads(json.dumps(content, sort_keys=True))
    return plain


def list_page_options(run: Mapping[str, Any]) -> PageOptions:
    """Return what a page says of itself, from the content of run.json."""
    return {
        "title": run["title"],
        "language": run["language"],
        "synthetic": run["synthetic"],
        "date": run["date"][: len("2026-11")],
        # A run of an older version knows of no maps from the internet.
        "basemap": (run.get("settings") or {}).get("map"),
    }


def round_for_map(
    layers: Mapping[str, gpd.GeoDataFrame], cutoffs: AskedCutoffs
) -> dict[str, gpd.GeoDataFrame]:
    """Return layers with the numbers that their files hold."""
    return {
        name: gpd.GeoDataFrame(round_table(layer, cutoffs), crs=layer.crs)
        for name, layer in layers.items()
    }
