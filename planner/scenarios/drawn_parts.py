"""What a map shows of a proposal or a comparison that was worked out before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd

from planner.crs import to_wgs84
from planner.gaps.changed_gaps import change_gaps
from planner.scenarios.compare import Comparison
from planner.sources.result_parts import FinishedPart
from planner.sources.results import FinishedRun

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROPOSAL = ("frontages", "alternatives", "candidates", "changes")


def find_drawn(part: FinishedPart, run: FinishedRun) -> Mapping[str, gpd.GeoDataFrame]:
    """Return the layers that a map of a run shows of a proposal or a comparison, EPSG:4326.

    What is left of the run's gaps is worked out anew: it is not written into files.

    Parameters
    ----------
    part, run
        From `load_part` and `load_result`.

    Returns
    -------
    Mapping
        Name of a layer -> layer: those of the part, `gaps_after` and `change_areas`; see
        `change_gaps`.
    """
    if part.what == "comparison":
        comparison = Comparison(part.content, part.layers, tables={}, units={})
        return comparison.drawn_on(run.layers)
    crs = run.run["metric_crs"]
    gaps, demand = (run.layers[name].to_crs(crs) for name in ("gaps", "demand"))
    left = change_gaps(gaps, demand, part.layers["changes"].to_crs(crs))
    shown = {name: part.layers[name] for name in _PROPOSAL if name in part.layers}
    return shown | {name: to_wgs84(layer) for name, layer in left.items()}
