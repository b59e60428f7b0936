"""Gaps of any people and facilities, from tables of points or from their coverage."""

from __future__ import annotations

import inspect
from typing import Any, Final

import geopandas as gpd
import numpy as np

from planner.coverage.coverage_of_tables import Coverage, coverage
from planner.coverage.verdict_table import find_verdicts
from planner.crs import to_wgs84
from planner.errors import ArgumentError, quote
from planner.gaps.gap_ranges import with_ranges
from planner.gaps.left_out import find_named_gaps
from planner.travel.checked_numbers import check_number

#: What `coverage` takes that find_gaps has of its own.
_BY_PLACE: Final = ("network", "facilities", "people")


def find_gaps(
    network: Any,
    facilities: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    people: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    *,
    gap_join_m: float | None = None,
    language: str = "en",
    **options: Any,
) -> gpd.GeoDataFrame:
    """Find where people are left out, why, and which facility is nearest.

    Gaps, names and causes are those of `run_plan`: it calls the same functions.

    Parameters
    ----------
    network
        A `Coverage`; or what `coverage` takes first, and then facilities and people.
    facilities, people
        As `coverage` takes them.
    gap_join_m
        People of one town at most this far apart make one gap; None: by their spacing.
    language
        `en` or `zh`: of the words round names. With a run, its plan's language holds.
    options
        Of `coverage`: cutoffs_minutes, profile, known ...

    Returns
    -------
    GeoDataFrame, EPSG:4326
        The columns of the layer `gaps` of a result, most residents first: gap_id, rank, name (of a
        place that residents know; where none is known, its latitude and longitude), people by kind,
        town, nearest_facility_id, minutes (of the middle person), minutes_max, straight_m, cause,
        cause_detail, units, demand_id, outline. Gaps under 50 people are one row `scattered` for
        each town.

    Raises
    ------
    ArgumentError
        If an argument cannot be meant.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> gaps = planner.find_gaps(town.network, town.facilities, town.people, known="everywhere")
    >>> gaps[["people_residential", "cause", "nearest_facility_id", "minutes"]].round(1)
       people_residential    cause nearest_facility_id  minutes
    0               160.0  too far                  F2     24.0
    1               140.0  too far                  F2     18.0
    """
    if language not in ("en", "zh"):
        raise ArgumentError(f"language is {quote(language)}; give en or zh")
    if gap_join_m is not None and not 0 < check_number(gap_join_m, "gap_join_m") < np.inf:
        raise ArgumentError(f"gap_join_m is {gap_join_m}; give metres above 0")
    found = _to_coverage(network, facilities, people, options)
    asked = found.asked
    everybody = {asked.question: np.ones(len(found.units), dtype=bool)}
    verdicts = find_verdicts(asked.walks, asked.judged.demand, asked.counting, everybody)
    area = asked.ground.area
    named = find_named_gaps(
        asked.judged.demand,
        asked.people.table,
        verdicts.causes[asked.question],
        asked.walk.places.xy,
        asked.ground.landmarks(language),
        towns=area.town_names or [str(name) for name in found.units["town"].unique() if name],
        gap_join_m=gap_join_m,
    )
    gaps = to_wgs84(with_ranges(named.gaps, asked.judged.demand, named.members["gap_id"], None))
    return _name_by_place(gaps)


def _to_coverage(network: Any, facilities: Any, people: Any, options: dict[str, Any]) -> Coverage:
    """Return the coverage that is given, or that of the tables."""
    if isinstance(network, Coverage):
        given = [name for name, value in (("facilities", facilities), ("people", people))
                 if value is not None]  # fmt: skip
        if given or options:
            raise ArgumentError(
                f"a Coverage has its own {', '.join([*given, *options])}; leave them out"
            )
        return network
    if facilities is None or people is None:
        if hasattr(network, "layers"):
            raise ArgumentError(
                'a run has found its own gaps: take layers["gaps"], or give facilities and people'
            )
        raise ArgumentError("give a Coverage, or a network with facilities and people")
    known = [name for name in inspect.signature(coverage).parameters if name not in _BY_PLACE]
    for name in options:
        if name not in known:
            raise ArgumentError(
                f"find_gaps has no option {quote(name)}; give gap_join_m, language or one of "
                f"coverage: {', '.join(known)}"
            )
    return coverage(network, facilities, people, **options)


def _name_by_place(gaps: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Call gaps that no landmark is near by latitude and longitude."""
    inside = gaps.geometry.representative_point()
    places = [f"{point.y:.4f}, {point.x:.4f}" for point in inside]
    return gaps.assign(name=np.where(gaps["name"] == "", places, gaps["name"]))
