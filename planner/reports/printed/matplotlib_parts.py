"""Starts and saves figures of matplotlib, which is loaded where it is used."""

from __future__ import annotations

import warnings
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import PlannerError
from planner.reports.printed import paper_colours
from planner.sources.versions import name_writer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
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


def add_axes(
    figure: Figure, box_mm: tuple[float, float, float, float], *, frame: bool = True
) -> Axes:
    """Add axes at a place of millimetres; without a frame their units are millimetres too."""
    wide, high = (25.4 * float(inches) for inches in figure.get_size_inches())
    x, y, w, h = box_mm
    axes = figure.add_axes((x / wide, y / high, w / wide, h / high))
    dress_axes(axes)
    if not frame:
        axes.set_axis_off()
        axes.set_xlim(0, w)
        axes.set_ylim(0, h)
    return axes


def dress_axes(axes: Axes) -> None:
    """Make axes those of a map: a thin frame, no ticks."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_autoscale_on(False)
    for spine in axes.spines.values():
        spine.set(edgecolor=paper_colours.SECOND, linewidth=0.8, zorder=20)


def save_figure(figure: Figure, path: Path, *, dpi: float) -> None:
    """Save a figure with the program but without the time of writing: same figure, same bytes."""
    import matplotlib

    kind, writer = path.suffix.lower().lstrip("."), name_writer()
    about = _describe(kind, writer)
    settings = {
        "pdf.fonttype": 42, "svg.fonttype": "path", "svg.hashsalt": "planner",
        # Signs moved to whole pixels would make lines longer than they were measured.
        "text.hinting": "none",
    }  # fmt: skip
    with matplotlib.rc_context(settings), _without_warnings():  # type: ignore[arg-type]
        squeezed: dict[str, Any] = {}
        if kind == "png":  # a little less than usual: half the time for a tenth more bytes
            squeezed["pil_kwargs"] = {"compress_level": 3}
        figure.savefig(path, format=kind, dpi=dpi, metadata=about, **squeezed)


def _describe(kind: str, writer: str) -> dict[str, str | None]:
    """Return what a file says of itself: the program, not the time of writing."""
    if kind == "png":
        return {"Software": writer}
    if kind == "svg":
        return {"Date": None, "Creator": writer}
    return {"Creator": writer, "Producer": None, "CreationDate": None}


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Leave out what matplotlib says of signs that no font has: they are drawn as boxes."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from", category=UserWarning)
        yield
