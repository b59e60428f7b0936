"""A project of QGIS that opens the layers of a result, in groups, with a page to print."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element, indent

import geopandas as gpd
import pyproj

from planner.crs import WGS84
from planner.reports.street_credit import say_credit
from planner.reports.styles._layout import PageTexts, add_layout
from planner.reports.styles._symbols import element, to_document
from planner.reports.styles.colours import COLOURS, split_colour
from planner.reports.styles.layer_styles import QGIS_VERSION, add_look, build_look
from planner.reports.xml_text import clean
from planner.texts.report_texts import REPORT_TEXTS

#: Groups of layers, the one on top first, and in each its layers.
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "findings": ("facilities", "gate_gains", "gap_routes", "gaps", "unknown_areas"),
    "names": ("areas", "landmarks"),
    "people": ("demand", "committees"),
    "streets": ("gates", "barriers", "compounds", "walk_edges"),
    "reach": ("isochrones",),
    "ground": ("zones", "backdrop"),
}
#: Layers that are there for those who look for them.
_HIDDEN: Final = {"gate_gains", "committees", "zones"}
#: Layers that the page to print explains, in this order.
_EXPLAINED: Final = ("facilities", "gaps", "unknown_areas", "isochrones", "areas")
#: Around the area, as a share of its size.
_MARGIN: Final = 0.04


def write_project(
    path: Path,
    layers: Mapping[str, gpd.GeoDataFrame],
    summary: Mapping[str, Any],
    run: Mapping[str, Any],
    *,
    geopackage: str,
) -> None:
    """Write the project of a result; it names the GeoPackage as the file beside it.

    Parameters
    ----------
    path
        File, not there yet.
    layers
        Of the GeoPackage, EPSG:4326.
    summary, run
        Contents of summary.json and run.json.
    geopackage
        Name of the file with the layers.
    """
    language, crs = run["language"], pyproj.CRS(run["metric_crs"])
    words = REPORT_TEXTS[language]
    there = [name for names in GROUPS.values() for name in names if name in layers]
    minutes = f"{run['cutoffs_minutes'][-1]:g}"
    title = words["project_title"].format(title=run["title"], minutes=minutes)
    root = element("qgis", version=QGIS_VERSION, projectname=title)
    element("title", root).text = clean(title)
    _add_crs(element("projectCrs", root), crs)
    _add_tree(root, there, words, geopackage)
    canvas = element("mapcanvas", root, name="theMapCanvas", annotationsVisible=1)
    element("units", canvas).text = "meters"
    box = _box(layers["areas"].to_crs(crs).total_bounds)
    _add_box(element("extent", canvas), box)
    element("rotation", canvas).text = "0"
    _add_crs(element("destinationsrs", canvas), crs)
    placed = element("projectlayers", root)
    for name in there:
        _add_layer(placed, name, layers[name], language, geopackage)
    order = element("layerorder", root)
    for name in there:
        element("layer", order, id=_id(name))
    _add_properties(root)
    invented = words["synthetic"] if summary["synthetic"] else ""
    # The date of the run is not told: the same input gives the same bytes, whenever it is run.
    date = str(run.get("osm_date") or "")[: len("2026-11-29")]
    dated = (words["layout_date"].format(date=date),) if date else ()
    texts = PageTexts(title, (*dated, words["notice"]), say_credit(summary, words), invented, words)
    explained = [name for name in _EXPLAINED if name in there]
    leaves = [_leaf(name, words, geopackage) for name in explained]
    add_layout(root, texts, box, _crs(crs), leaves)
    indent(root, " ")
    path.write_text(to_document(root) + "\n", "utf-8", newline="\n")


def _id(name: str) -> str:
    """Return how the project calls a layer."""
    return f"planner_{name}"


def _source(name: str, geopackage: str) -> str:
    """Return where a layer is, as seen from the project."""
    return f"./{geopackage}|layername={name}"


def _crs(crs: pyproj.CRS) -> Element:
    """Return a CRS as QGIS writes it: by its name, else by its text."""
    found = element("spatialrefsys")
    authority = crs.to_authority()
    element("wkt", found).text = crs.to_wkt("WKT2_2019")
    if authority is not None:
        element("srid", found).text = authority[1]
        element("authid", found).text = ":".join(authority)
    element("description", found).text = clean(crs.name)
    element("geographicflag", found).text = str(crs.is_geographic).lower()
    return found


def _add_crs(parent: Element, crs: pyproj.CRS) -> None:
    parent.append(_crs(crs))


def _box(bounds: Any) -> tuple[float, float, float, float]:
    """Return a box with a margin around it, to the metre."""
    x0, y0, x1, y1 = map(float, bounds)
    margin = _MARGIN * max(x1 - x0, y1 - y0)
    return round(x0 - margin), round(y0 - margin), round(x1 + margin), round(y1 + margin)


def _add_box(parent: Element, box: tuple[float, ...]) -> None:
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), box, strict=True):
        element(name, parent).text = f"{value:.9g}"


def _add_tree(root: Element, there: list[str], words: Mapping[str, str], geopackage: str) -> None:
    """Add the list of layers, in groups."""
    tree = element("layer-tree-group", root)
    for group, names in GROUPS.items():
        inside = [name for name in names if name in there]
        if not inside:
            continue
        branch = element(
            "layer-tree-group", tree, name=words[f"layers_{group}"], checked="Qt::Checked",
            expanded=int(group == "findings"),
        )  # fmt: skip
        branch.extend(_leaf(name, words, geopackage) for name in inside)


def _leaf(name: str, words: Mapping[str, str], geopackage: str) -> Element:
    """Return a layer in the list."""
    return element(
        "layer-tree-layer", id=_id(name), name=words[f"layer_title_{name}"], providerKey="ogr",
        source=_source(name, geopackage), expanded=0,
        checked="Qt::Unchecked" if name in _HIDDEN else "Qt::Checked",
    )  # fmt: skip


def _add_layer(
    parent: Element, name: str, layer: gpd.GeoDataFrame, language: str, geopackage: str
) -> None:
    """Add a layer with its look."""
    words, look = REPORT_TEXTS[language], build_look(name, layer, language)
    found = element("maplayer", parent, type="vector", geometry=look.geometry)
    element("id", found).text = _id(name)
    element("datasource", found).text = _source(name, geopackage)
    element("layername", found).text = words[f"layer_title_{name}"]
    _add_crs(element("srs", found), pyproj.CRS(WGS84))
    element("provider", found, encoding="UTF-8").text = "ogr"
    add_look(found, look)


def _add_properties(root: Element) -> None:
    """Add what holds for the whole project: the paper below it, paths as seen from it."""
    properties = element("properties", root)
    paths = element("Paths", properties)
    element("Absolute", paths, type="bool").text = "false"
    # Without this QGIS takes no notice of the CRS of a project.
    reference = element("SpatialRefSys", properties)
    element("ProjectionsEnabled", reference, type="int").text = "1"
    gui = element("Gui", properties)
    parts = split_colour(COLOURS["paper"])
    for sign, value in zip(("Red", "Green", "Blue"), parts, strict=True):
        element(f"CanvasColor{sign}Part", gui, type="int").text = str(value)
