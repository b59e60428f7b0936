"""Buildings of public use: which may be converted, and those that the map shows twice."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import KDTree

#: Uses of buildings that may be converted, and what they are called where they have no name.
CONVERTED_USES: Final = {
    "community": {"zh": "社区活动场所", "en": "community centre"},
    "culture": {"zh": "文化场馆", "en": "arts centre"},
    "sports": {"zh": "体育场馆", "en": "sports centre"},
    "elderly_care": {"zh": "养老服务场所", "en": "care home"},
    "library": {"zh": "图书馆", "en": "library"},
    "market": {"zh": "集市", "en": "market"},
    "post_office": {"zh": "邮政网点", "en": "post office"},
    "government": {"zh": "政务场所", "en": "government hall"},
    "bank": {"zh": "银行网点", "en": "bank"},
    "shop": {"zh": "便利店", "en": "corner shop"},
    "mall": {"zh": "商场", "en": "mall"},
}
#: Two places of one use within this many metres are one place mapped twice, unless they have
#: different names.
TWICE_M: Final = 30.0


def drop_twice_mapped(places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Leave out places that are mapped twice; one with an outline, then one with a name stays."""
    if len(places) < 2:
        return places
    name, use = (places[key].astype(str).to_numpy(dtype=object) for key in ("name", "use"))
    better = np.lexsort((np.arange(len(places)), name == "", ~places["outline"].to_numpy(bool)))
    rank = np.empty(len(places), dtype=np.int64)
    rank[better] = np.arange(len(places))
    gone = np.zeros(len(places), dtype=bool)
    xy = shapely.get_coordinates(places.geometry.to_numpy())
    near = rank[KDTree(xy).query_pairs(TWICE_M, output_type="ndarray")]
    near.sort(axis=1)
    # Pairs of the best places first, so that a place that goes has not taken others with it.
    for kept, other in better[near[np.lexsort(near.T[::-1])]].tolist():
        same = name[kept] == name[other] or "" in (name[kept], name[other])
        if use[kept] == use[other] and same and not gone[kept]:
            gone[other] = True
    return places[~gone].reset_index(drop=True)
