"""Candidate sites: those of the plan's table, buildings of public use, and street frontage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from planner.coverage.counting import GAP
from planner.coverage.facilities import OPEN, PLANNED
from planner.crs.array_types import Ints
from planner.crs.frame import RIM_M
from planner.errors import SourceError
from planner.network.landmarks import Landmarks, number_repeats
from planner.network.study_area import StudyArea
from planner.plan import KINDS, Plan
from planner.run import Result
from planner.run.going_on import to_result
from planner.siting.candidates.criteria import (
    Around,
    left_out_column,
    measure_criteria,
    score_sites,
)
from planner.siting.candidates.public_uses import CONVERTED_USES, drop_twice_mapped
from planner.siting.candidates.street_frontage import find_faced_streets, place_on_frontage
from planner.sources.results import FinishedRun
from planner.sources.tables import keep_inside
from planner.travel.access import Access, join, take
from planner.travel.points import points_of
from planner.travel.streets import Streets

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


@dataclass(frozen=True, eq=False)
class CandidateSites:
    """Where new sites may be, and what was left out.

    sites : as `find_candidates` returns them.
    dropped : source, row (of the table, or the OSM id, or the site_id), reason.
    notes : what was left out, in figures, a line each.
    places, units : the sites, and the demand of the run, joined to its streets.
    """

    sites: gpd.GeoDataFrame
    dropped: pd.DataFrame
    notes: list[str]
    places: Access
    units: Access


@dataclass(frozen=True, eq=False)
class _SitingGround:
    """What candidates are sought on, metric CRS.

    staying : facilities that are open or planned; facilities : those of them that count.
    units : demand joined to the streets.
    """

    result: Result
    area: StudyArea
    streets: Streets
    demand: gpd.GeoDataFrame
    units: Access
    staying: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    landmarks: Landmarks

    @property
    def plan(self) -> Plan:
        """The plan of the run."""
        return self.result.inputs.plan


def find_candidates(result: Result | FinishedRun) -> gpd.GeoDataFrame:
    """Find the places where a new site may be.

    Parameters
    ----------
    result
        From `run_plan` or `load_result`; its plan says where candidates come from.

    Returns
    -------
    GeoDataFrame, metric CRS
        site_id, name, source (table, osm, frontage), action, cost, capacity (NaN where not known),
        domain, town, highway (class of the street it faces), Points. Every site joins a street,
        lies in the area, and neither in water nor on a motorway or railway. The table's sites come
        first, frontage last.

    Raises
    ------
    ArgumentError
        If it is no run.
    SourceError
        If no row of the plan's table can be used.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> candidates = planner.find_candidates(planner.run_plan(planner.load_inputs(town.plan)))
    >>> candidates["site_id"].tolist()
    ['C1', 'C2', 'C3', 'C4']
    """
    return gather_candidates(to_result(result)).sites


def gather_candidates(result: Result) -> CandidateSites:
    """Find candidate sites, and say what was left out; see `find_candidates`."""
    ground = _ground_of(result)
    plan = ground.plan
    tables, dropped = [], []
    if result.inputs.candidates is not None:
        rows, gone = _from_table(ground)
        tables.append(rows)
        dropped.append(gone)
    if plan.candidates.uses_osm:
        tables.append(_from_osm(ground))
    if plan.candidates.uses_frontage:
        tables.append(_from_frontage(ground))
    sites = gpd.GeoDataFrame(
        # An empty table would change the types of columns; if all are, one gives the columns.
        pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True),
        geometry="geometry",
        crs=ground.area.crs,
    )
    places = join(ground.streets, _xy(sites))
    # Faults are found before the criteria, which take long to measure for a site.
    reason = _find_faults(ground, sites, places.joined)
    # Frontage was set out here and given by nobody: it is counted in the notes, not listed.
    bad = (reason != "") & (sites["source"] != "frontage").to_numpy()
    dropped.append(sites.loc[bad, ["source", "row"]].assign(reason=reason[bad]))
    _refuse_a_useless_table(result, sites, reason)
    notes = _notes(sites, reason)
    kept = np.flatnonzero(reason == "")
    places = take(places, kept)
    sites, helps = _measure(ground, sites.iloc[kept].reset_index(drop=True), places)
    score, idle = score_sites(sites, plan.candidates.weights, plan.service.cutoffs_minutes)
    notes += [f"candidates: no site has any {name} to be scored by" for name in idle]
    listed = pd.concat(dropped, ignore_index=True)[["source", "row", "reason"]]
    sites = sites.assign(score=score)
    return CandidateSites(sites, listed, notes, take(places, helps), ground.units)


def _measure(
    ground: _SitingGround, rows: gpd.GeoDataFrame, places: Access
) -> tuple[gpd.GeoDataFrame, Ints]:
    """Add details and criteria; frontage from which nobody left out is reached is none.

    Returns the sites, and which of the rows they are.
    """
    plan = ground.plan
    around = Around(
        ground.demand,
        ground.units,
        tuple(group.name for group in plan.groups),
        ground.facilities,
        ground.result.inputs.osm.amenities.to_crs(ground.area.crs),
    )
    # Only buildings of the map stand among the services themselves, under this id.
    own = rows["row"].where(rows["source"] == "osm", "").to_numpy(dtype=object)
    cutoffs = plan.service.cutoffs_minutes
    criteria = measure_criteria(ground.streets, places, around, cutoffs, own)
    left_out = [left_out_column(kind) for kind in KINDS if left_out_column(kind) in criteria]
    helps = (criteria[left_out].sum(axis=1) > 0).to_numpy()
    kept = np.flatnonzero((rows["source"] != "frontage").to_numpy() | helps)
    sites = _add_details(ground, rows).join(criteria)
    return sites.iloc[kept].reset_index(drop=True), kept


def _ground_of(result: Result) -> _SitingGround:
    case = result.case
    facilities = result.layers["facilities"].to_crs(case.area.crs)
    demand = result.layers["demand"].to_crs(case.area.crs)
    return _SitingGround(
        result=result,
        area=case.area,
        streets=case.streets,
        demand=demand,
        units=join(case.streets, points_of(demand, case.network, "demand"), reached=True),
        staying=facilities[facilities["status"].isin([OPEN, PLANNED])],
        facilities=facilities[facilities["status"] == OPEN],
        landmarks=case.landmarks,
    )


def _from_table(ground: _SitingGround) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the rows of the plan's table that lie in the area, and the others."""
    given = ground.result.inputs.candidates
    assert given is not None
    table = keep_inside(given, ground.area.polygon, crs=ground.area.crs, rim=RIM_M)
    rows = table.rows.to_crs(ground.area.crs)
    dropped = table.dropped.assign(source="table", row=table.dropped["row"].astype(str))
    return rows.assign(source="table", row=rows["row"].astype(str), use=""), dropped


def _from_osm(ground: _SitingGround) -> gpd.GeoDataFrame:
    """Return the buildings of public use that may be converted."""
    places = ground.result.inputs.osm.amenities
    places = places[places["use"].isin(list(CONVERTED_USES))].to_crs(ground.area.crs)
    inside = shapely.intersects(ground.area.polygon, places.geometry.to_numpy())
    places = drop_twice_mapped(places[np.asarray(inside, dtype=bool)].reset_index(drop=True))
    language = ground.plan.language
    names = places["name"].astype(str).to_numpy(dtype=object)
    # A planner looks for a site by its name: one without is named after what it is, and where.
    nameless = np.flatnonzero(names == "")
    known = ground.landmarks.nearest(_xy(places)[nameless]).name
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
        crs=ground.area.crs,
    )


def _from_frontage(ground: _SitingGround) -> gpd.GeoDataFrame:
    """Return the street frontage in and around the gaps."""
    plan, streets = ground.plan, ground.streets
    # Frontage lies along every street; a site there helps only where somebody is left out.
    left_out = (ground.demand["verdict"] == GAP) & (ground.demand["people"] > 0)
    table = place_on_frontage(
        streets.network,
        ground.area.polygon,
        _xy(ground.demand[left_out.to_numpy()]),
        reach_m=streets.reach_m_per_min * plan.service.cutoffs_minutes[-1],
        step_m=plan.candidates.frontage_step_m,
    )
    xy = table[["x", "y"]].to_numpy(dtype=np.float64)
    way = table["osm_id"].astype(str)
    # From the way and the place along it, so that the same extract gives the same ids.
    ids = "frontage/" + way + "/" + (table["number"] + 1).astype(str)
    return gpd.GeoDataFrame(
        {
            "site_id": ids,
            "name": _frontage_names(ground, table["street"].to_numpy(dtype=object), xy),
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
        crs=ground.area.crs,
    )


def _frontage_names(
    ground: _SitingGround, street: NDArray[np.object_], xy: NDArray[np.float64]
) -> list[str]:
    """Name places by their street and the estate or village beside, else by the crossing."""
    known = ground.landmarks.nearest(xy)
    forms = _FRONT_FORMS[ground.plan.language]
    aside = ground.landmarks.words("aside")
    names = []
    for road, name, kind, side in zip(street, known.name, known.kind, known.side, strict=True):
        if road and name and road not in name:
            form = forms["by" if kind in ("zone", "village") else "off"] if side else forms["at"]
            names.append(form.format(street=road, name=name, side=side))
        else:  # a crossing is named by its streets
            names.append(aside.format(name, side) if name and side else name or road)
    return number_repeats(names)


def _find_faults(
    ground: _SitingGround, sites: gpd.GeoDataFrame, joined: NDArray[np.bool_]
) -> NDArray[np.object_]:
    """Say why a site cannot be used, "" if it can, shape (n,)."""
    points, xy = sites.geometry.to_numpy(), _xy(sites)
    barriers = ground.result.inputs.osm.barriers
    barriers = barriers[barriers["kind"].isin(list(CLEAR_M))].to_crs(ground.area.crs)
    shapes, kinds = barriers.geometry.to_numpy(), barriers["kind"].astype(str).to_numpy()
    reason = np.full(len(sites), "", dtype=object)
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
    own = (sites["source"] == "osm").to_numpy() & (reason == "")
    if len(ground.staying) and own.any():
        near = KDTree(_xy(ground.staying)).query(xy)[0] <= OWN_M
        reason[own & near] = "a station is open or planned there"
    return reason


def _refuse_a_useless_table(
    result: Result, sites: gpd.GeoDataFrame, reason: NDArray[np.object_]
) -> None:
    """Stop where the plan's table has no row that can be used."""
    own = (sites["source"] == "table").to_numpy()
    if not own.any() or (reason[own] == "").any():
        return
    assert result.inputs.candidates is not None
    first = sites[own].iloc[0]
    raise SourceError(
        f"{result.inputs.candidates.file}: none of its {own.sum()} sites can be used; row "
        f"{first['row']} ({first['name']}) is dropped: {reason[own][0]}; move it to a street"
    )


def _notes(sites: gpd.GeoDataFrame, reason: NDArray[np.object_]) -> list[str]:
    """Say how many sites of each source were left out, and why."""
    source = sites["source"].to_numpy(dtype=object)
    return [
        f"candidates: {count} of {np.sum(source == name)} of {name} left out: {why}"
        for name in SOURCES
        for why in sorted(set(reason[source == name]) - {""})
        if (count := int(np.sum((source == name) & (reason == why))))
    ]


def _add_details(ground: _SitingGround, sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add towns, costs and the street faced, in the order of the fixed columns."""
    plan, xy = ground.plan, _xy(sites)
    towns = ground.area.towns
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
    limit_m = plan.network.access_limit_m
    highway[unknown] = find_faced_streets(ground.streets.network, xy[unknown], limit_m)
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


def _xy(layer: gpd.GeoDataFrame) -> NDArray[np.float64]:
    points = layer.geometry.to_numpy()
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)]).reshape(-1, 2)
