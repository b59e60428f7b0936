"""OpenStreetMap extracts: streets, squares, zones, amenities and barriers."""

from planner.sources.osm.extract import OsmExtract, load_osm

__all__ = ["OsmExtract", "load_osm"]
