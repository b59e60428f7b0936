"""Minutes and verdicts under named conditions: who is still covered on ice, in a flood."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.coverage.counting import GAP
from planner.coverage.facilities import join_facilities
from planner.coverage.walks_beyond import Beyond
from planner.crs.array_types import Flags, Floats, Ints
from planner.crs.frame import holds
from planner.errors import quote
from planner.network.under_condition import CLOSED_GROUND, LaidCondition
from planner.network.walk_network import WalkNetwork
from planner.network.walls import BARRIER_KINDS
from planner.plan.named_conditions import Condition
from planner.plan.profiles import WalkProfile
from planner.travel.access import Access, join, put, take
from planner.travel.minutes import cores, nearest_minutes
from planner.travel.streets import AccessRules, Streets, hold_way_back, prepare_like
from planner.travel.wall_rules import AS_TAGGED, WallRules

if TYPE_CHECKING:
    from planner.coverage.asked_question import Question
    from planner.coverage.joined_walk import Yardstick

#: No leg crosses the border of closed ground, as it crosses no wall.
_FENCED: Final = WallRules(barriers=(*BARRIER_KINDS, CLOSED_GROUND))
#: Ground closes what lies on its border too, metres.
_RIM_M: Final = 1e-6


@dataclass(frozen=True, eq=False)
class AnswerGround:
    """What answers under any condition rest on: k facilities that surely serve, and n units.

    streets : the usual ones; facilities (k rows) : Points, optional open_to_outsiders;
    xy (n, 2) : of the units, metres.
    beyond : how walks go on beyond these streets, where they are those of a tile.
    """

    streets: Streets
    facilities: gpd.GeoDataFrame
    xy: Floats
    beyond: Beyond | None = None


@dataclass(frozen=True, eq=False)
class JoinedUnder:
    """Streets under a condition, with k facilities and n units joined to them."""

    streets: Streets
    places: Access
    units: Access


class WalksUnder:
    """Answers who walks how long under one condition; every answer is worked out once.

    Parameters
    ----------
    laid
        The condition on the streets.
    ground
        Whom and what it is asked for.
    """

    def __init__(self, laid: LaidCondition, ground: AnswerGround) -> None:
        self._laid, self._ground = laid, ground
        places = ground.facilities.geometry
        #: Facilities (k,) and units (n,) on closed ground.
        self.flooded = find_inside(laid.ground, np.column_stack([places.x, places.y]))
        self.stuck = find_inside(laid.ground, ground.xy)
        self._minutes: dict[WalkProfile, tuple[Floats, NDArray[np.int64]]] = {}
        self._reach: dict[WalkProfile, float] = {}
        self._joined: dict[WalkProfile, JoinedUnder] = {}

    @property
    def is_open(self) -> Flags:
        """Whether each facility is open under the condition, shape (k,)."""
        shut = self._laid.condition.close_facilities
        return ~self.flooded if shut else np.ones(len(self.flooded), dtype=bool)

    def prepare(self, profile: WalkProfile) -> None:
        """Work out how long a profile walks to the nearest facility that is open."""
        if profile not in self._minutes:
            every = np.ones(len(self.flooded), dtype=bool)
            self._minutes[profile] = self._nearest(self._join(profile), every)

    def judge(self, question: Question, yardstick: Yardstick) -> pd.DataFrame:
        """Return nearest, minutes, verdict and reason of each unit, n rows.

        Parameters
        ----------
        question
            Of any level and domain, whatever the hours.
        yardstick
            Of the usual walk of its profile, see `judge_minutes`.
        """
        self.prepare(question.profile)
        minutes, nearest = self._minutes[question.profile]
        every = np.ones(len(self.flooded) + len(yardstick.unsure.xy), dtype=bool)
        judged = self.judge_minutes(question, yardstick, minutes, every)
        judged.insert(0, "nearest", nearest)
        judged.insert(1, "minutes", minutes)
        return judged

    def judge_minutes(
        self, question: Question, yardstick: Yardstick, minutes: Floats, chosen: Flags
    ) -> pd.DataFrame:
        """Return verdict and reason of each unit by the minutes of `search`, n rows.

        Parameters
        ----------
        question
            Whose profile was prepared or searched before.
        yardstick
            Of the usual walk of its profile: what is not known of a unit does not depend on the
            condition. A street that is closed is known, so whoever it cuts off is left out.
        minutes, chosen
            Of the n units; which facilities (k + u,) count, those that are not sure come last.
        """
        slower = replace(yardstick, reach_m_per_min=self._reach[question.profile])
        k = len(self.flooded)
        counts = np.concatenate([chosen[:k] & self.is_open, chosen[k:]])
        judged = slower.judge(minutes, counts, question.cutoff)
        # Who lives on closed ground walks nowhere, whatever else is not known of them.
        return judged.assign(
            verdict=np.where(self.stuck, GAP, judged["verdict"]),
            reason=np.where(self.stuck, "", judged["reason"]),
        )

    def joined(self, profile: WalkProfile) -> JoinedUnder:
        """Join people and facilities for a profile, and keep this for `search`."""
        if profile not in self._joined:
            self._joined[profile] = self._join(profile)
        return self._joined[profile]

    def forget_joins(self) -> None:
        """Give back the memory of what is joined; it is joined again if asked for."""
        self._joined.clear()

    def search(
        self, profile: WalkProfile, chosen: Flags, units: Ints | None = None
    ) -> tuple[Floats, Ints]:
        """Return minutes (inf) and position (-1) of the nearest of some facilities that are open.

        chosen (k,) : which of them; units : rows of those who walk, r of them; None for all n.
        """
        return self._nearest(self.joined(profile), chosen, units)

    def _join(self, profile: WalkProfile) -> JoinedUnder:
        """Prepare the streets, and join all facilities and units to them."""
        streets = prepare_under(self._laid, self._ground.streets, profile)
        self._reach[profile] = streets.reach_m_per_min
        beyond, facilities = self._ground.beyond, self._ground.facilities
        if beyond is None:
            places = join_under(self._laid, streets, facilities)
        else:
            streets = beyond.hold(streets)
            near = beyond.join(streets, facilities, partial(join_under, self._laid))
            places = beyond.under[self._laid.condition.name, profile.name].add_to(near)
        units = join(streets, self._ground.xy, reached=True)
        if beyond is not None:
            streets = beyond.lay(self._laid).bound(streets)
        return JoinedUnder(streets, places, units)

    def _nearest(
        self, joined: JoinedUnder, chosen: Flags, units: Ints | None = None
    ) -> tuple[Floats, Ints]:
        """Search as `search` does."""
        some = np.arange(len(self.stuck)) if units is None else units
        stays = self.stuck[some]
        rows, walkers = np.flatnonzero(chosen & self.is_open), some[~stays]
        asked = joined.streets, take(joined.places, rows), take(joined.units, walkers)
        beyond = self._ground.beyond
        found, position = nearest_minutes(*asked) if beyond is None else beyond.nearest(*asked)
        minutes = np.full(len(some), np.inf)
        nearest = np.full(len(some), -1, dtype=np.int64)
        # The entry at the end keeps -1, for none, what it is.
        minutes[~stays], nearest[~stays] = found, np.append(rows, -1)[position]
        return minutes, nearest


def prepare_under(laid: LaidCondition, usual: Streets, profile: WalkProfile) -> Streets:
    """Prepare the streets of a condition for a profile, as slow as it is under it.

    usual : the usual streets, whose rules of access hold where the condition has none.
    """
    condition = laid.condition
    access = AccessRules(
        condition.access_limit_m or usual.access.limit_m,
        condition.access_detour or usual.access.detour,
    )
    return prepare_like(
        usual, network=laid.network, profile=condition.slow(profile), access=access, rules=_FENCED
    )


def join_under(laid: LaidCondition, streets: Streets, facilities: gpd.GeoDataFrame) -> Access:
    """Join facilities to the streets of a condition, from `prepare_under`."""
    places = join_facilities(streets, facilities)
    spots = facilities.geometry
    flooded = find_inside(laid.ground, np.column_stack([spots.x, spots.y]))
    inside = np.flatnonzero(flooded)
    if len(inside) == 0 or laid.condition.close_facilities:
        return places
    # A station that stays open on closed ground is met from the streets beside it.
    free = hold_way_back(prepare_like(streets, rules=AS_TAGGED), like=streets)
    return put(places, inside, join_facilities(free, facilities.iloc[inside]))


def describe_condition(
    laid: LaidCondition, network: WalkNetwork, facilities: gpd.GeoDataFrame
) -> list[str]:
    """Say how much is closed under a condition, in a line; nothing where nothing is.

    Parameters
    ----------
    network
        The usual streets.
    facilities
        Those that count: Points, metric CRS.
    """
    shut_m = [float(one.length_m[one.shut].sum()) for one in (network, laid.network)]
    return describe_closed(laid.condition, laid.ground, shut_m[1] - shut_m[0], facilities)


def describe_closed(
    condition: Condition,
    ground: BaseGeometry | None,
    closed_m: float,
    facilities: gpd.GeoDataFrame,
) -> list[str]:
    """Say what `describe_condition` does; ground : closed, metric CRS; closed_m : of streets."""
    places = facilities.geometry
    flooded = find_inside(ground, np.column_stack([places.x, places.y]))
    closed = int(flooded.sum()) if condition.close_facilities else 0
    closed_km = closed_m / 1000
    if ground is not None and closed_m == 0 and not flooded.any():
        return [
            f"condition {quote(condition.name)}: its closed_area meets no street and no facility "
            "in area and ring; look at its place and crs"
        ]
    if not closed and closed_km < 0.05:
        return []
    return [
        f"condition {quote(condition.name)}: {closed_km:.1f} km of street in area and ring "
        f"are closed, and {closed} facilities"
    ]


def list_open_under(
    conditions: Sequence[LaidCondition], facilities: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Tell which facilities are open under each condition: a table of one row for each pair.

    Parameters
    ----------
    conditions
        Laid over the streets.
    facilities
        facility_id and Points, metric CRS.

    Returns
    -------
    DataFrame
        facility_id, condition, open: `open` or `closed`, which is one on closed ground.
    """
    places, parts = facilities.geometry, []
    ids = facilities["facility_id"].to_numpy(dtype=object)
    for laid in conditions:
        shut = find_inside(laid.ground, np.column_stack([places.x, places.y]))
        state = np.where(shut & laid.condition.close_facilities, "closed", "open")
        parts.append({"facility_id": ids, "condition": laid.condition.name, "open": state})
    tables = [pd.DataFrame(part) for part in parts]
    empty = pd.DataFrame(columns=["facility_id", "condition", "open"])
    return pd.concat(tables, ignore_index=True) if tables else empty


def prepare_walks(asked: Sequence[tuple[WalksUnder, WalkProfile]]) -> None:
    """Work out the minutes of some conditions and profiles on all cores."""
    with ThreadPoolExecutor(cores()) as pool:
        list(pool.map(lambda one: one[0].prepare(one[1]), dict.fromkeys(asked)))


def find_inside(ground: BaseGeometry | None, xy: Floats) -> Flags:
    """Tell which places (n, 2) lie on closed ground, metric CRS; None where nothing is closed."""
    if ground is None:
        return np.zeros(len(xy), dtype=bool)
    return holds(ground, xy, _RIM_M)
