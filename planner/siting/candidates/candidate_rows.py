"""Rows of candidate sites from each source, their faults, and what is told of those that stay."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from planner.crs.frame import RIM_M
from planner.errors import SourceError
from planner.network.landmarks import PlaceNames, number_repeats
from planner.network.study_area import StudyArea
from planner.plan import Plan
from planner.siting.candidates.public_uses import CONVERTED_USES, drop_twice_mapped
from planner.sources.tables import Table, keep_inside

#: Where a site comes from.
SOURCES: Final = ("table", "osm", "frontage")
#: Metres that a site keeps from the middle line of a motorway or railway, and from water.
CLEAR_M: Final = {"motorway": 15.0, "railway": 8.0, "water": 3.0}
#: A building within this many metres of an open or planned facility is taken for that facility:
#: there is nothing to convert.
OWN_M: Final = 20.0

_ON_WATER, _ON_MOTORWAY, _ON_RAILWAY = "in water", "on a motorway", "on a railway"
_FRONT_FORMS: Final = {
    "zh": {
        "by": "{street}（{name}{side}侧）",
        "off": "{street}（{name}以{side}）",
        "at": "{street}（{name}）",
        "use": "{use}（{name}）",
    },
    "en": {
        "by": "{street} ({side} of {name})",
        "off": "{street} ({side} of {name})",
        "at": "{street} ({name})",
        "use": "{use} ({name})",
    },
}


def rows_of_table(given: Table, area: StudyArea) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the rows of a plan's table that lie in the area, and the others."""
    table = keep_inside(given, area.polygon, crs=area.crs, rim=RIM_M)
    rows = table.rows.to_crs(area.crs)
    dropped = table.dropped.assign(source="table", row=table.dropped["row"].astype(str))
    return rows.assign(source="table", row=rows["row"].astype(str), use=""), dropped


def rows_of_buildings(
    amenities: gpd.GeoDataFrame, area: StudyArea, landmarks: PlaceNames
) -> gpd.GeoDataFrame:
    """Return the buildings of public use that may be converted."""
    places = amenities[amenities["use"].isin(list(CONVERTED_USES))].to_crs(area.crs)
    inside = shapely.intersects(area.polygon, places.geometry.to_numpy())
    places = drop_twice_mapped(places[np.asarray(inside, dtype=bool)].reset_index(drop=True))
    language = landmarks.language
    names = places["name"].astype(str).to_numpy(dtype=object)
    # A planner looks for a site by its name: one without is named after what it is, and where.
    nameless = np.flatnonzero(names == "")
    known = landmarks.nearest(xy_of(places)[nameless]).name
    for row, where in zip(nameless, known, strict=True):
        use = CONVERTED_USES[places["use"].iloc[row]][language]
        names[row] = _FRONT_FORMS[language]["use"].format(use=use, name=where) if where else use
    return gpd.GeoDataFrame(
        {
            "site_id": "osm/" + places["osm_id"].astype(str),
            "name": number_repeats(names.tolist()),
            "action": "convert",
            "cost": np.nan,
            "capacity": np.nan,
            "domain": "",
            "town": "",
            "row": places["osm_id"].astype(str),
            "source": "osm",
            "use": places["use"].astype(str),
        },
        geometry=places.geometry.to_numpy(),
        crs=area.crs,
    )


def rows_of_frontage(
    table: pd.DataFrame, area: StudyArea, landmarks: PlaceNames
) -> gpd.GeoDataFrame:
    """Return the places of `place_on_frontage` as candidates."""
    xy = table[["x", "y"]].to_numpy(dtype=np.float64)
    way = table["osm_id"].astype(str)
    # From the way and the place along it, so that the same extract gives the same ids.
    ids = "frontage/" + way + "/" + (table["number"] + 1).astype(str)
    return gpd.GeoDataFrame(
        {
            "site_id": ids,
            "name": _frontage_names(landmarks, table["street"].to_numpy(dtype=object), xy),
            "action": "new",
            "cost": np.nan,
            "capacity": np.nan,
            "domain": "",
            "town": "",
            "row": ids,
            "source": "frontage",
            "use": "",
            "highway": table["highway"],
        },
        geometry=shapely.points(xy),
        crs=area.crs,
    )


def _frontage_names(
    landmarks: PlaceNames, street: NDArray[np.object_], xy: NDArray[np.float64]
) -> list[str]:
    """Name places by their street and the estate or village beside, else by the crossing."""
    known = landmarks.nearest(xy)
    forms = _FRONT_FORMS[landmarks.language]
    aside = landmarks.words("aside")
    names = []
    for road, name, kind, side in zip(street, known.name, known.kind, known.side, strict=True):
        if road and name and road not in name:
            form = forms["by" if kind in ("zone", "village") else "off"] if side else forms["at"]
            names.append(form.format(street=road, name=name, side=side))
        else:  # a crossing is named by its streets
            names.append(aside.format(name, side) if name and side else name or road)
    return number_repeats(names)


def put_rows_together(tables: list[gpd.GeoDataFrame], area: StudyArea) -> gpd.GeoDataFrame:
    """Put the rows of all sources one below the other."""
    return gpd.GeoDataFrame(
        # An empty table would change the types of columns; if all are, one gives the columns.
        pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True),
        geometry="geometry",
        crs=area.crs,
    )


def find_faults(
    points: NDArray[np.object_], joined: NDArray[np.bool_], barriers: gpd.GeoDataFrame
) -> NDArray[np.object_]:
    """Say why a place cannot be used for a site, "" if it can, shape (n,).

    points (n,) : in the CRS of the barriers: kind, geometry; joined (n,) : to a street.
    """
    barriers = barriers[barriers["kind"].isin(list(CLEAR_M))]
    shapes, kinds = barriers.geometry.to_numpy(), barriers["kind"].astype(str).to_numpy()
    reason = np.full(len(points), "", dtype=object)
    reason[~joined] = "no street near"
    # Later reasons replace earlier ones: a site gets one.
    for kind, words in (
        ("railway", _ON_RAILWAY),
        ("motorway", _ON_MOTORWAY),
        ("water", _ON_WATER),
    ):
        tree = shapely.STRtree(shapes[kinds == kind])
        rows, _ = tree.query(points, predicate="dwithin", distance=CLEAR_M[kind])
        reason[rows] = words
    return reason


def mark_own_buildings(
    sites: gpd.GeoDataFrame, reason: NDArray[np.object_], staying: gpd.GeoDataFrame
) -> NDArray[np.object_]:
    """Add to the reasons of `find_faults` that a building is a facility already.

    staying : facilities that are open or planned, same CRS.
    """
    own = (sites["source"] == "osm").to_numpy() & (reason == "")
    if len(staying) and own.any():
        near = KDTree(xy_of(staying)).query(xy_of(sites))[0] <= OWN_M
        return np.where(own & near, "a station is open or planned there", reason)
    return reason


def refuse_a_useless_table(file: str, sites: gpd.GeoDataFrame, reason: NDArray[np.object_]) -> None:
    """Stop where the plan's table, a file of this name, has no row that can be used.

    Raises
    ------
    SourceError
        With the first of its rows.
    """
    own = (sites["source"] == "table").to_numpy()
    if not own.any() or (reason[own] == "").any():
        return
    first = sites[own].iloc[0]
    raise SourceError(
        f"{file}: none of its {own.sum()} sites can be used; row "
        f"{first['row']} ({first['name']}) is dropped: {reason[own][0]}; move it to a street"
    )


def note_faults(sites: gpd.GeoDataFrame, reason: NDArray[np.object_]) -> list[str]:
    """Say how many sites of each source were left out, and why."""
    source = sites["source"].to_numpy(dtype=object)
    return [
        f"candidates: {count} of {np.sum(source == name)} of {name} left out: {why}"
        for name in SOURCES
        for why in sorted(set(reason[source == name]) - {""})
        if (count := int(np.sum((source == name) & (reason == why))))
    ]


def add_details(
    plan: Plan, towns: gpd.GeoDataFrame | None, sites: gpd.GeoDataFrame, faced: NDArray[np.object_]
) -> gpd.GeoDataFrame:
    """Add towns, costs and the street faced, in the order of the fixed columns.

    faced (n,) : class of the street that each faces, looked at where the site does not say.
    """
    town = sites["town"].to_numpy(dtype=object)
    if towns is not None:
        located = _towns(towns, sites.geometry.to_numpy())
        # What the table says of a town comes first; the place fills in only what is empty.
        town = np.where(town == "", located, town)
    costs = plan.candidates.costs.model_dump()
    # Noted before the gaps are filled: an assumed cost is marked as one in the results.
    assumed = sites["cost"].isna().to_numpy()
    highway = sites.get("highway", pd.Series(np.nan, index=sites.index)).to_numpy(dtype=object)
    unknown = pd.isna(highway)
    highway[unknown] = faced[unknown]
    return gpd.GeoDataFrame(
        {
            "site_id": sites["site_id"].astype(str),
            "name": sites["name"].astype(str),
            "source": sites["source"].astype(str),
            "action": sites["action"].astype(str),
            "cost": sites["cost"].fillna(sites["action"].map(costs)).astype(np.float64),
            "capacity": sites["capacity"].astype(np.float64),
            "domain": sites["domain"].astype(str),
            "town": town.astype(str),
            "highway": highway.astype(str),
            "use": sites["use"].astype(str),
            "cost_assumed": assumed,
        },
        geometry=sites.geometry.to_numpy(),
        crs=sites.crs,
    )


def _towns(towns: gpd.GeoDataFrame, points: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the town each point lies in, the first of several, "" for none."""
    found = np.full(len(points), "", dtype=object)
    row, town = shapely.STRtree(towns.geometry.to_numpy()).query(points, predicate="intersects")
    order = np.lexsort((town, row))[::-1]  # the first one is written last
    found[row[order]] = towns["name"].to_numpy(dtype=object)[town[order]]
    return found


def xy_of(layer: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the places of points, shape (n, 2)."""
    points = layer.geometry.to_numpy()
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)]).reshape(-1, 2)
