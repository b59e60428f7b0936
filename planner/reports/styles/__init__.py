"""How the layers of a result look in QGIS: their styles, and a project that opens them all."""

from planner.reports.styles.layer_styles import build_styles, write_layer_styles
from planner.reports.styles.project import write_project

__all__ = ["build_styles", "write_layer_styles", "write_project"]
