"""Writing: GeoPackage, tables and provenance."""

from planner.reports.files import write_result

__all__ = ["write_result"]
