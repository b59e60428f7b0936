"""Writing: GeoPackage, tables and provenance."""

from planner.reports._geopackage import rounded_layers
from planner.reports.files import check_out, replace_map, write_result

__all__ = ["check_out", "replace_map", "rounded_layers", "write_result"]
