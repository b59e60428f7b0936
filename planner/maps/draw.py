"""From a result to one HTML file that explains itself, with no internet."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import CrsError, PlannerError
from planner.maps._geometry import STEP_DEG, Grid
from planner.maps._json import script_json
from planner.maps._payload import page_payload
from planner.sources.cells import isolate_text
from planner.texts import TEXTS

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
    payload = _payload(layers, summary, language)
    return _page(payload, title=title, language=language, synthetic=synthetic, date=date,
                 credit=credit)  # fmt: skip


def draw_proposal(
    layers: Mapping[str, gpd.GeoDataFrame],
    summary: Mapping[str, Any],
    proposal: Mapping[str, Any],
    *,
    title: str,
    language: str = "zh",
    synthetic: bool = False,
    date: str | None = None,
    credit: str = CREDIT,
) -> folium.Map:
    """Draw where to build next: the result's map with proposed sites, their proof and reasons.

    Parameters
    ----------
    layers
        Layers of `result.gpkg` and of `sites.gpkg` (`frontages`, `alternatives`, `candidates`,
        `changes`: the units newly covered), EPSG:4326; any may be missing or empty.
    summary
        Contents of `summary.json`.
    proposal
        Contents of `site.json`.
    title, language, synthetic, date, credit
        As of `draw_map`.

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
    from planner.maps._proposal import proposal_payload

    payload = _payload(layers, summary, language)
    payload["proposal"] = proposal_payload(proposal, layers, _last_rows(payload), _grid_of(payload))
    return _page(payload, title=title, language=language, synthetic=synthetic, date=date,
                 credit=credit, heading="heading_sites")  # fmt: skip


def draw_comparison(
    layers: Mapping[str, gpd.GeoDataFrame],
    summary: Mapping[str, Any],
    comparison: Mapping[str, Any],
    *,
    title: str,
    language: str = "zh",
    synthetic: bool = False,
    date: str | None = None,
    credit: str = CREDIT,
) -> folium.Map:
    """Draw before and after: the result's map with who gains and who loses by each scenario.

    Parameters
    ----------
    layers
        Layers of `result.gpkg` and of `compare.gpkg` (`changes`, `edits`), EPSG:4326; any may be
        missing or empty.
    summary
        Contents of `summary.json`: how it is before.
    comparison
        Contents of `compare.json`.
    title, language, synthetic, date, credit
        As of `draw_map`.

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
    from planner.maps._comparison import comparison_payload

    payload = _payload(layers, summary, language)
    payload["comparison"] = comparison_payload(
        comparison, layers, _last_rows(payload), _grid_of(payload)
    )
    return _page(payload, title=title, language=language, synthetic=synthetic, date=date,
                 credit=credit, heading="heading_compare")  # fmt: skip


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


def _payload(
    layers: Mapping[str, gpd.GeoDataFrame], summary: Mapping[str, Any], language: str
) -> dict[str, Any]:
    """Check what is given and gather what every page shows."""
    if language not in TEXTS:
        raise PlannerError(f"language {language!r} is unknown; choose one of {', '.join(TEXTS)}")
    for name, layer in layers.items():
        _require_wgs84(layer, name)
    return page_payload(layers, summary) | {
        "invented_streets": bool(summary.get("invented_streets")),
        "step": STEP_DEG,
    }


def _page(
    payload: dict[str, Any],
    *,
    title: str,
    language: str,
    synthetic: bool,
    date: str | None,
    credit: str,
    heading: str | None = None,
) -> folium.Map:
    """Return the page of a payload; `heading`: key of the text that says what it is about."""
    from planner.maps._page import PageMap

    payload |= {
        "title": title,
        "language": language,
        "synthetic": bool(synthetic),
        "date": date,
        "credit": credit,
        "texts": TEXTS,
    }
    words = TEXTS[language]
    parts = [
        words[heading] if heading else _heading(payload["cutoffs"], language),
        isolate_text(title),
    ]
    parts += [words["synthetic"]] if synthetic else []
    return PageMap(
        script_json(payload),
        title=" · ".join(text for text in parts if text),
        bounds=payload["bounds"],
    )


def _last_rows(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of coverage at the last cutoff, by which gaps are drawn."""
    last = payload["cutoffs"][-1] if payload["cutoffs"] else None
    return [row for row in payload["coverage"] if row["cutoff_minutes"] == last]


def _grid_of(payload: Mapping[str, Any]) -> Grid:
    """Return the grid that the payload's shapes are laid on."""
    lon, lat = payload["origin"]
    return Grid(lon=lon, lat=lat)


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
