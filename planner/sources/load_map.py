"""Reads the map of a plan: an extract, and streets from another file in place of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from planner.plan import Plan
from planner.sources import graph_file, graph_streets, merged_tags, street_lines
from planner.sources.cache import ArrayCache, make_key, source_of
from planner.sources.graph_file import load_graph_file
from planner.sources.osm import collected_streets
from planner.sources.osm.collected_streets import put_streets
from planner.sources.osm.extract import OsmExtract, load_osm
from planner.sources.street_lines import load_street_lines
from planner.sources.table_paths import list_parts, split_sheet

GRAPH: Final = ".graphml"
#: Endings of files of streets that are no extract.
STREET_SUFFIXES: Final = (GRAPH, ".shp", ".zip", ".gpkg", ".geojson", ".parquet")


def load_map(plan: Plan, *, cache: ArrayCache | None = None) -> tuple[OsmExtract, list[str]]:
    """Read the extract of a plan, with the streets of [network] streets if it names some.

    Returns
    -------
    OsmExtract, list
        And what the reader should know of the file of streets, a line each.

    Raises
    ------
    SourceError
        If a file cannot be used.
    """
    network = plan.network
    path = find_street_file(plan)
    if path is None:
        return load_osm(network.osm, cache=cache), []
    if path.suffix.lower() == GRAPH:
        streets, notes = load_graph_file(path)
    else:
        streets, notes = load_street_lines(
            path, columns=network.columns, values=network.values, crs=network.streets_crs
        )
    if path == network.osm:
        return streets, notes
    return put_streets(load_osm(network.osm, cache=cache), streets), notes


def find_street_file(plan: Plan) -> Path | None:
    """Return the file of streets that is no extract, None where the extract has them."""
    network = plan.network
    if network.streets is not None:
        return network.streets
    ending = split_sheet(network.osm)[0].suffix.lower()
    return network.osm if ending in STREET_SUFFIXES else None


def has_map(plan: Plan) -> bool:
    """Tell whether the files are there that `load_map` reads."""
    return plan.network.osm.is_file() and (find_street_file(plan) or plan.network.osm).is_file()


def hash_map(plan: Plan, hashes: Mapping[Path, str]) -> str:
    """Return what names the map of a plan by its content.

    Parameters
    ----------
    hashes
        SHA-256 of each file of the plan.

    Returns
    -------
    The SHA-256 of the extract, or where streets come from another file a hash of both, of what the
    plan says of its columns, and of the source of what reads it.
    """
    network, streets = plan.network, find_street_file(plan)
    if streets is None:
        return hashes[network.osm]
    files = sorted({network.osm, *list_parts(streets)} & hashes.keys())
    words = sorted(network.columns.items()), sorted(network.values.items())
    rules = source_of(graph_file, graph_streets, merged_tags, street_lines, collected_streets)
    layer = split_sheet(streets)[1]
    return make_key(
        "streets",
        rules,
        *map(hashes.get, files),
        network.streets_crs,
        words,
        *filter(None, [layer]),
    )
