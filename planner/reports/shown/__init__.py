"""How results show themselves in a notebook: a small table, and a map drawn by matplotlib."""

from planner.reports.shown.figure_tables import write_html
from planner.reports.shown.plots import draw_plot

__all__ = ["draw_plot", "write_html"]
