"""What a small page carries but once: it draws it from the data by which it judges scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from planner.maps._layer_columns import find_layer
from planner.maps._whatif_payload import find_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

    from planner.sources.whatif_file import WhatIfData

#: What `rank_streets` says of each edge.
ROADS: Final = "edges.road"
#: Columns without which nothing is left out.
_NEEDED: Final = {ROADS, "barriers.kind"}


def leave_out_drawn(
    payload: dict[str, Any], whatif: WhatIfData, layers: Mapping[str, gpd.GeoDataFrame]
) -> dict[str, NDArray[np.int64]]:
    """Take out of a page's data what its program finds in the what-if data.

    Parameters
    ----------
    payload
        The page's data, in which streets, barriers, outlines of compounds, places and people of
        units become None.
    whatif
        Units in the order of the page's rows. Without degrees, or without the ranks of streets,
        all stays.
    layers
        Of the result.

    Returns
    -------
    dict
        The columns that the what-if data need more: `page.compounds`, the row of each compound of
        the page.
    """
    if "degrees" not in whatif.head or not set(whatif.columns) >= _NEEDED:
        return {}
    payload |= {"streets": None, "barriers": None}
    payload["demand"] |= {"xy": None, "people": None}
    compounds = find_layer(layers, "compounds")
    rows = find_rows(compounds, "compound_id", whatif.head["compounds"]["id"])
    if (rows < 0).any():
        return {}
    payload["compounds"] |= {"shape": None}
    return {"page.compounds": rows}
