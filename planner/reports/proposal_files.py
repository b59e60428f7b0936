"""Writes a proposal as a folder of files: complete, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from planner.reports._csv import write_csv
from planner.reports._curve import draw_curve_svg, save_curve_png
from planner.reports._folder import SaveMap, add_map, vouch_with, write_folder, write_json
from planner.reports._geojson import write_points
from planner.reports._geopackage import write_layers
from planner.rounding import to_plain
from planner.run.summary import NOTICES, with_lonlat
from planner.siting.propose import Proposal
from planner.sources.results import MAP_FILE

SITE_FILE: Final = "site.json"
#: Every file of a proposal; the last vouches for the others.
SITE_OUTPUTS: Final = (
    MAP_FILE, "sites.gpkg", "sites.csv", "sites.geojson", "curve.svg", "curve.png",
    "scenario.json", SITE_FILE,
)  # fmt: skip
#: Layers of sites.gpkg; those that only a map shows follow from them and the run.
_LAYERS: Final = ("sites", "candidates", "frontages", "alternatives", "changes")
#: Columns of a table of facilities that the planner reads; the status of a proposal is `planned`.
_FACILITY: Final = ("facility_id", "name", "level", "domain", "opening_hours", "services",
                    "capacity", "cost", "status")  # fmt: skip


def write_proposal(
    proposal: Proposal,
    out: str | Path,
    *,
    save_map: SaveMap | None = None,
    provenance: dict[str, Any] | None = None,
    language: str = "zh",
) -> dict[str, Path]:
    """Write the files of a proposal into a folder, site.json last.

    Parameters
    ----------
    proposal
        From `propose`.
    out, save_map
        As of `write_result`.
    provenance
        What the proposal rests on, kept in site.json as `run`.
    language
        zh or en: of the picture of the curve.

    Returns
    -------
    dict
        File name -> path. `curve.png` is there where matplotlib is installed (`planner[report]`).

    Raises
    ------
    SourceError
        If the folder cannot be written, or holds a run.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> result = planner.run_plan(planner.load_inputs(town.plan))
    >>> proposal = planner.site_plan(result, planner.build_question(town.plan, n_sites=1))
    >>> files = planner.write_proposal(proposal, "sites", language="en")
    >>> planner.load_scenario("sites/scenario.json").edits[0].id
    'C2'
    """
    return write_folder(
        Path(out),
        lambda folder: [*_write_files(proposal, folder, language), *add_map(folder, save_map)],
        vouch_with(proposal.content, provenance),
        outputs=SITE_OUTPUTS,
    )


def _write_files(proposal: Proposal, folder: Path, language: str) -> list[str]:
    """Write what stands beside site.json and the map; return the names."""
    content = proposal.content
    notice = NOTICES[language] if content["synthetic"] else ""
    # Of a city in tiles there are sites and candidates alone.
    layers = {str(name): proposal.layers[name] for name in _LAYERS if name in proposal.layers}
    cutoffs = proposal.cutoffs
    write_layers(folder / "sites.gpkg", layers, description=notice, cutoffs=cutoffs)
    sites = proposal.layers["sites"]
    write_csv(folder / "sites.csv", with_lonlat(sites), cutoffs)
    write_points(folder / "sites.geojson", _list_facilities(sites))
    curve = draw_curve_svg(content, language)
    (folder / "curve.svg").write_text(curve, encoding="utf-8", newline="\n")
    write_json(folder / "scenario.json", proposal.scenario)
    names = ["sites.gpkg", "sites.csv", "sites.geojson", "curve.svg", "scenario.json"]
    # matplotlib is an optional dependency, so the picture may be missing.
    if save_curve_png(content, folder / "curve.png", language):
        names.append("curve.png")
    return names


def _list_facilities(sites: gpd.GeoDataFrame) -> Iterator[tuple[dict[str, Any], list[float]]]:
    """Yield the sites as rows of a table of facilities, each planned, with lon, lat."""
    for row, point in zip(sites.to_dict("records"), sites.geometry, strict=True):
        values = row | {"facility_id": row["site_id"], "status": "planned"}
        properties = {name: _value(values.get(name, ""), name) for name in _FACILITY}
        if "notice" in row:
            properties["notice"] = row["notice"]
        # Seven decimals are a centimetre, as fine as OSM keeps places.
        yield properties, [round(point.x, 7), round(point.y, 7)]


def _value(value: Any, name: str) -> Any:
    """Return a value for JSON: no number is null."""
    return None if not isinstance(value, str) and pd.isna(value) else to_plain(value, name)
