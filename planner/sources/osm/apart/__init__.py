"""Taking OSM files apart: whatever hands their bytes to a library runs in a process of its own."""

from planner.sources.osm.apart.run_child import (
    FORMATS,
    ExtractParts,
    explain_failure,
    reading_source,
    take_apart,
)
from planner.sources.osm.apart.run_making import Box, MadeExtract, make_extract
from planner.sources.osm.apart.tidy_xml import LOWEST_NEW, MAX_WAY_NODES, ExtractError

__all__ = [
    "FORMATS",
    "LOWEST_NEW",
    "MAX_WAY_NODES",
    "Box",
    "ExtractError",
    "ExtractParts",
    "MadeExtract",
    "explain_failure",
    "make_extract",
    "reading_source",
    "take_apart",
]
