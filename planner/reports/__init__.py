"""Writing: GeoPackage, tables and provenance."""

from planner.reports._geopackage import rounded_layers
from planner.reports.comparison import COMPARISON_OUTPUTS, write_comparison
from planner.reports.files import check_out, replace_map, write_result
from planner.reports.site_files import SITE_OUTPUTS, write_proposal

__all__ = [
    "COMPARISON_OUTPUTS",
    "SITE_OUTPUTS",
    "check_out",
    "replace_map",
    "rounded_layers",
    "write_comparison",
    "write_proposal",
    "write_result",
]
