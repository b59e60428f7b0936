"""Draws what several methods take for 15 minutes on foot round one real centre."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path as Outline

from benchmarks.accuracy import compare, exact_field, peer_shapes, reference_of
from benchmarks.cities import City
from benchmarks.isochrones import CUTOFFS, bands_of, canvas_of
from benchmarks.peers import Recipe, osmnx_graph

INK, STREET, FILL, EXACT = "#1f2933", "#c9ced6", "#2a78d6", "#1f2933"
NAMES = {
    "ours": "This planner",
    "convex hull of the nodes reached": "Convex hull",
    "OSMnx recipe, buffered edges": "Buffered edges (OSMnx recipe)",
    "circle": "Circle of 1,000 m",
}


def draw(city: City, centre: int, path: Path) -> None:
    """Draw the exact set and what each method makes of it, with the IoU under each."""
    facility = city.facility_points()[centre]
    reference, cutoff = reference_of(city), CUTOFFS[-1]
    bands = bands_of(canvas_of(city), city, facility[None])[0]
    shapes = {("ours", cutoff): bands[-1]}
    shapes |= peer_shapes(Recipe(osmnx_graph(city)), facility, cutoff)
    scores = compare(reference, facility, shapes).set_index("shape")
    half = 1.12 * reference.speed * cutoff
    bounds = np.array([*(facility - half), *(facility + half)])
    xs, ys, minutes = exact_field(reference, facility, bounds)
    inside = (minutes <= cutoff).astype(float)
    streets = city.network.lines[shapely.intersects(shapely.box(*bounds), city.network.lines)]
    with mpl.rc_context({"font.family": "sans-serif", "font.size": 10}):
        figure = Figure(figsize=(12.5, 3.3), layout="constrained")
        axes = figure.subplots(1, 1 + len(shapes))
        axes[0].contourf(xs, ys, inside, levels=[0.5, 1.5], colors=[FILL], alpha=0.35)
        titles = [("Exact, sampled every 5 m", "IoU 1")]
        for axis, ((name, _), shape) in zip(axes[1:], shapes.items(), strict=True):
            axis.add_collection(_filled(shape))
            iou, wrong = scores.loc[name, ["iou", "wrongly_inside"]]
            score = f"IoU {iou:.4f}" if iou > 0.99 else f"IoU {iou:.2f}"
            titles.append((NAMES[name], f"{score}, {100 * wrong:.1f} % of it wrong"))
        for axis, (title, score) in zip(axes, titles, strict=True):
            axis.add_collection(
                LineCollection([shapely.get_coordinates(line) for line in streets], colors=STREET,
                               linewidths=0.4, zorder=0)
            )  # fmt: skip
            axis.contour(xs, ys, inside, levels=[0.5], colors=[EXACT], linewidths=0.8)
            axis.plot(*facility, "o", color=INK, markersize=4)
            _frame(axis, bounds, title, score)
        figure.supxlabel(
            "15 minutes on foot from one facility in Porto Alegre; the black outline is the exact "
            "set. © OpenStreetMap contributors, ODbL",
            fontsize=8, color=INK,
        )  # fmt: skip
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=140, facecolor="white", metadata={"Software": None})


def _frame(axis: Axes, bounds: np.ndarray, title: str, score: str) -> None:
    """Fit a panel to the common box and write its title and score."""
    axis.set(xlim=bounds[[0, 2]], ylim=bounds[[1, 3]], xticks=[], yticks=[], aspect="equal")
    axis.set_title(title, fontsize=10, color=INK)
    axis.set_xlabel(score, fontsize=10, color=INK)
    for spine in axis.spines.values():
        spine.set_color(STREET)


def _filled(shape: shapely.Geometry) -> PathCollection:
    """Make a filled area of a polygon with its holes."""
    rings = [
        Outline(shapely.get_coordinates(ring), closed=True)
        for part in shapely.get_parts(shape)
        for ring in (part.exterior, *part.interiors)
    ]
    return PathCollection(
        [Outline.make_compound_path(*rings)], facecolors=FILL, edgecolors="none", alpha=0.35
    )
