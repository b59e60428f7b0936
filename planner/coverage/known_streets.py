"""The streets that a question without a plan is asked on, and how far they are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, runtime_checkable

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.errors import ArgumentError, PlanError, quote
from planner.network import WalkNetwork
from planner.network.landmarks import Landmarks, landmarks_of
from planner.network.study_area import StudyArea, area_of_network
from planner.plan import EVERYWHERE
from planner.plan.profiles import WalkProfile
from planner.sources.results import FinishedRun
from planner.travel.points import points_of, profile_of
from planner.travel.streets import AccessRules, Streets, prepare_like, prepare_streets


@runtime_checkable
class OfPlan(Protocol):
    """A plan that is put together: a `Case`."""

    @property
    def streets(self) -> Streets:
        """Of area and ring."""

    @property
    def area(self) -> StudyArea:
        """With its ring and towns."""

    @property
    def landmarks(self) -> Landmarks:
        """Names that residents know."""


#: What a question may be asked on: streets alone, or a run with the area and rules of its plan.
Ground: TypeAlias = Any
#: Polygons of the land where something holds, or "everywhere".
Land: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries | str | None


@dataclass(frozen=True, eq=False)
class KnownStreets:
    """Streets prepared for one profile, the area around them, and what places are called.

    landmarks : called when names are needed. counted_in : polygons outside which nobody is counted
    (metric CRS), None where people are counted wherever they stand.
    """

    streets: Streets
    area: StudyArea
    landmarks: Callable[[str], Landmarks]
    counted_in: BaseGeometry | None = None


def find_known_streets(
    ground: Ground,
    layers: dict[str, gpd.GeoDataFrame | gpd.GeoSeries],
    *,
    profile: WalkProfile | str | None = None,
    access: AccessRules | None = None,
    area: Land = None,
    known: Land = None,
    complete: bool = False,
) -> KnownStreets:
    """Prepare the streets of a question, and say how far they are known.

    Parameters
    ----------
    ground
        A network, or prepared streets; or the result of a run, or one that `load_result` brings:
        then its area, rules, profile and names hold.
    layers
        Name of an argument -> points that lie on these streets.
    profile, access
        Who walks, and how a point meets the streets; None: adults and the usual rules, of a run
        those of its plan.
    area, known
        Polygons: where people are counted, and where all streets are known. By default people are
        counted wherever they stand, and the streets known inside their hull.
    complete
        Whether no facility is missing beyond that land either.

    Raises
    ------
    ArgumentError
        If it is neither a network nor a run, or a run and its own area are named both.
    """
    if isinstance(ground, FinishedRun):
        ground = ground.result
    case = getattr(ground, "case", ground)
    if isinstance(case, OfPlan):
        if area is not None or known is not None or complete:
            raise ArgumentError(
                "area, known and complete are those of the run's plan; leave them out, or give "
                "its network alone"
            )
        return _of_plan(case, profile, access)
    if isinstance(ground, Streets):
        if profile is not None or access is not None:
            raise ArgumentError("prepared streets know profile and access; leave them out")
        streets, network = ground, ground.network
    elif isinstance(ground, WalkNetwork):
        who = profile_of(profile) or "adult"
        streets, network = prepare_streets(ground, who, access), ground
    else:
        raise ArgumentError(
            f"network is a {type(ground).__name__}; give a WalkNetwork of load_network, prepared "
            "streets, or the result of run_plan or load_result"
        )
    points = np.concatenate([points_of(layer, network, name) for name, layer in layers.items()])
    counted_in = _to_land(area, network, "area")
    around = area_of_network(
        network.crs,
        network.coords,
        points,
        polygon=counted_in,
        data=None if known is None or isinstance(known, str) else _to_land(known, network, "known"),
        everywhere=_is_everywhere(known),
        complete=complete,
    )
    return KnownStreets(
        streets, around, lambda language: landmarks_of(network, language=language), counted_in
    )


def _of_plan(
    case: OfPlan, profile: WalkProfile | str | None, access: AccessRules | None
) -> KnownStreets:
    """Take the streets of a plan, prepared anew only for another walker."""
    streets = case.streets
    named = getattr(case, "plan", None)
    try:
        own = isinstance(profile, str) and named is not None
        who = named.profile_named(profile) if own and named is not None else profile_of(profile)
    except PlanError as error:
        raise ArgumentError(f"profile: {error}") from error
    if who is not None or access is not None:
        streets = prepare_like(streets, profile=who, access=access)
    return KnownStreets(streets, case.area, lambda _: case.landmarks, case.area.polygon)


def _is_everywhere(known: Land) -> bool:
    """Tell whether the streets are said to be known on all land."""
    if isinstance(known, str) and known != EVERYWHERE:
        raise ArgumentError(f'known is {quote(known)}; give "{EVERYWHERE}" or a layer of polygons')
    return isinstance(known, str)


def _to_land(land: Land, network: WalkNetwork, name: str) -> BaseGeometry | None:
    """Return polygons as one, in the network's CRS."""
    if land is None:
        return None
    if not isinstance(land, gpd.GeoDataFrame | gpd.GeoSeries):
        raise ArgumentError(f"{name} is a {type(land).__name__}; give a layer of polygons")
    if land.crs is None:
        raise ArgumentError(f"{name} has no CRS; set the one its coordinates are in with set_crs()")
    shapes: NDArray[np.object_] = land.geometry.to_crs(network.crs).to_numpy()
    if len(shapes) == 0 or (shapely.get_dimensions(shapes) != 2).any():
        raise ArgumentError(f"{name} is to hold polygons only; leave out all else")
    return shapely.union_all(shapely.make_valid(shapes))
