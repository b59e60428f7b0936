"""Loads matplotlib where it is used, without settings of the folder that a command runs in."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import PlannerError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def import_matplotlib() -> None:
    """Load matplotlib.

    Raises
    ------
    PlannerError
        If it is not installed.
    """
    try:
        with chdir(Path(__file__).parent):  # it takes settings from the current folder
            import matplotlib.backends.backend_agg
            import matplotlib.figure  # noqa: F401
    except ImportError:
        raise PlannerError(
            "maps and pictures need matplotlib, which is not installed: "
            "pip install 'planner[report]'"
        ) from None


def start_figure(size_cm: tuple[float, float]) -> Figure:
    """Return an empty white figure."""
    import_matplotlib()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(size_cm[0] / 2.54, size_cm[1] / 2.54), facecolor="white")
    FigureCanvasAgg(figure)
    return figure
