"""From a result to one HTML file that explains itself, with no internet."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import CrsError, PlannerError
from planner.maps._geometry import STEP_DEG
from planner.maps._json import script_json
from planner.maps._payload import page_payload
from planner.maps.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import folium
    import geopandas as gpd

CREDIT = "© OpenStreetMap contributors (ODbL)"


def draw_map(
    layers: Mapping[str, gpd.GeoDataFrame],
    summary: Mapping[str, Any],
    *,
    title: str,
    language: str = "zh",
    synthetic: bool = False,
    date: str | None = None,
    credit: str = CREDIT,
) -> folium.Map:
    """Draw a result as an interactive map with its figures, ranked gaps and legend.

    Streets are drawn from `walk_edges`; nothing is loaded from anywhere. Outlines are simplified by
    at most 3 m and laid on a grid of 1e-5 degree, for drawing only: every number comes from
    `summary` and from the columns.

    Parameters
    ----------
    layers
        Layers of `result.gpkg`, EPSG:4326; any may be missing or empty.
    summary
        Contents of `summary.json`.
    title
        Name of the place, plain text.
    language
        First language of the page, `zh` or `en`; a switch on the page shows the other.
    synthetic
        Whether the data are made up; then the map image, every table and the title say so.
    date
        Date of the result, `YYYY-MM` or `YYYY-MM-DD`.
    credit
        Whose streets are drawn; always visible.

    Returns
    -------
    folium.Map
        Shows itself in Jupyter; `save_map` writes it.

    Raises
    ------
    CrsError
        If a layer is not in EPSG:4326.
    PlannerError
        If the page has no texts in `language`.
    """
    from planner.maps._page import PageMap

    if language not in TEXTS:
        raise PlannerError(f"language {language!r} is unknown; choose one of {', '.join(TEXTS)}")
    for name, layer in layers.items():
        _require_wgs84(layer, name)
    payload = page_payload(layers, summary)
    payload |= {
        "title": title,
        "language": language,
        "synthetic": bool(synthetic),
        "date": date,
        "credit": credit,
        "invented_streets": bool(summary.get("invented_streets")),
        "step": STEP_DEG,
        "texts": TEXTS,
    }
    heading = [_heading(payload["cutoffs"], language), title]
    heading += [TEXTS[language]["synthetic"]] if synthetic else []
    return PageMap(
        script_json(payload),
        title=" · ".join(text for text in heading if text),
        bounds=payload["bounds"],
    )


def save_map(page: folium.Map, path: str | os.PathLike[str]) -> Path:
    """Write the map as one HTML file, whole or not at all.

    Parameters
    ----------
    page
        What `draw_map` returned.
    path
        The file; one that is there already is replaced in one step.

    Returns
    -------
    Path
        The file written.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    figure: Any = page.get_root()
    content = figure.render().encode("utf-8")
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        beside.chmod(0o644)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return target


def _heading(cutoffs_minutes: list[float], language: str) -> str:
    """Return what the page is about; the page itself says the same in the language chosen."""
    words = TEXTS[language]
    longest = cutoffs_minutes[-1] if cutoffs_minutes else 15.0
    if longest == 15:
        return words["heading_15"]
    return words["heading"].format(minutes=f"{longest:g}")


def _require_wgs84(layer: gpd.GeoDataFrame, name: str) -> None:
    """Refuse a layer in other coordinates than longitude and latitude."""
    crs = getattr(layer, "crs", None)
    if crs is None and (len(layer) == 0 or not hasattr(layer, "geometry")):
        return
    if crs is None or crs.to_epsg() != 4326:
        found = "no CRS" if crs is None else crs.to_string()
        raise CrsError(f"layer {name} is in {found}, not in EPSG:4326; use to_wgs84()")
