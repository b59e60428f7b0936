"""Minutes and verdicts: how people of any profile walk to facilities, at any moment."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.coverage.asked_question import Question
from planner.coverage.changed_bars import SLACK_M, find_changed_bars, find_near
from planner.coverage.counting import UNKNOWN
from planner.coverage.edge import EdgeOfData, measure_edge
from planner.coverage.facilities import join_facilities, to_unsure_places
from planner.coverage.grounds import doubt_hours, find_grounds
from planner.coverage.joined_walk import Walk as Walk
from planner.coverage.joined_walk import Yardstick as Yardstick
from planner.coverage.under_conditions import AnswerGround, WalksUnder, prepare_walks
from planner.coverage.unknown_levels import UNKNOWN_LEVEL, doubt_gaps
from planner.coverage.walks_beyond import Beyond
from planner.crs.array_types import Flags, Floats, Ints
from planner.network.under_condition import LaidCondition
from planner.network.walk_network import WalkNetwork
from planner.plan.moments import Moment
from planner.plan.named_conditions import Condition
from planner.plan.profiles import WalkProfile
from planner.plan.slopes import Direction
from planner.travel.access import Access, join, put, take
from planner.travel.both_ways import minutes_of_own
from planner.travel.hours import rules_at
from planner.travel.minutes import cores, nearest_minutes, second_minutes
from planner.travel.points import points_of
from planner.travel.streets import Streets, is_even, prepare_like
from planner.travel.wall_rules import AS_TAGGED, WallRules

Minutes = tuple[NDArray[np.float64], NDArray[np.int64]]
_MinutesKey = tuple[WalkProfile, WallRules, Moment | None, bytes]


class Walks:
    """Answers who walks how long to which facilities; every answer is worked out once.

    Parameters
    ----------
    streets
        Prepared for a profile whatever the hours; for others they are prepared when asked.
    facilities
        Those that count and surely serve, k of them: Points, optional open_to_outsiders.
    demand
        Points of n units.
    data
        The land the streets are known for, metric CRS; None: everywhere.
    complete
        Whether no station is missing, beyond that land either.
    unsure
        More facilities that count, u of them, from `find_unsure`: nobody walks to them, but whoever
        they may cover cannot be judged.
    like
        Walks of the same people to the same facilities on other streets of the same land. Where
        both differ in gates alone, whoever is not beside one of these meets the streets as there.
    beyond
        How walks go on beyond these streets, where they are those of a tile of a larger area; the
        facilities are those of the whole area then.
    """

    def __init__(
        self,
        streets: Streets,
        facilities: gpd.GeoDataFrame,
        demand: gpd.GeoDataFrame,
        data: BaseGeometry | None,
        *,
        complete: bool = False,
        unsure: gpd.GeoDataFrame | None = None,
        like: Walks | None = None,
        beyond: Beyond | None = None,
    ) -> None:
        self._streets, self._facilities, self._like = streets, facilities, like
        self._beyond = beyond
        self._unsure = to_unsure_places(unsure)
        #: All that count, k + u rows: those that surely serve come first.
        self.asked = facilities
        if unsure is not None and len(unsure):
            self.asked = pd.concat([facilities, unsure], ignore_index=True)
        self._xy = points_of(demand, streets.network, "demand")
        # The same people are as far from the edge of the same land.
        self._edge: EdgeOfData = (
            like._edge if like else measure_edge(data, self._xy, complete=complete)
        )
        self._rules: dict[Moment | None, WallRules] = {None: AS_TAGGED}
        self._walks: dict[tuple[WalkProfile, WallRules], Walk] = {}
        #: Condition -> walks under it, from `ask_under`.
        self._under: dict[Condition, WalksUnder] = {}
        # Kept when joins are forgotten: with the minutes known, a verdict needs nothing else.
        self._yardsticks: dict[tuple[WalkProfile, WallRules], Yardstick] = {}
        self._minutes: dict[_MinutesKey, Minutes] = {}

    @property
    def network(self) -> WalkNetwork:
        """The streets that are walked."""
        return self._streets.network

    def of(self, profile: WalkProfile, moment: Moment | None = None) -> Walk:
        """Return the walk of a profile on the streets and through the gates open at a moment.

        None: hours do not matter.
        """
        key = (profile, self._rules_at(moment))
        if key not in self._walks:
            walk = self._joined(*key)
            self._walks[key], self._yardsticks[key] = walk, walk.yardstick
        return self._walks[key]

    def ask_under(self, laid: Sequence[LaidCondition]) -> None:
        """Let questions be asked under conditions, each laid over the same streets."""
        ground = AnswerGround(self._streets, self._facilities, self._xy, self._beyond)
        self._under |= {one.condition: WalksUnder(one, ground) for one in laid}

    def under(self, condition: Condition) -> WalksUnder | None:
        """Return the walks under a condition; None where nobody may ask for them yet."""
        return self._under.get(condition)

    def open_under(self, condition: Condition) -> Flags:
        """Return which facilities are open under a condition, shape (k,)."""
        return self._under[condition].is_open

    def forget_joins(self) -> None:
        """Give back the memory of what is joined; it is joined again if asked for."""
        self._walks.clear()
        for under in self._under.values():
            under.forget_joins()

    def forget_shut_gates(self) -> None:
        """Give back the memory of walks past shut gates, and of how a search finds people.

        What was worked out stays known. A question that was not asked before joins its streets
        again.
        """
        self._walks = {key: walk for key, walk in self._walks.items() if key[1] == AS_TAGGED}
        for walk in self._walks.values():
            walk.units.forget_lookup()

    def forget_others(self, profile: WalkProfile) -> None:
        """Give back the memory of walks of other profiles too; all that is known stays so."""
        kept = profile, AS_TAGGED
        self._walks = {key: walk for key, walk in self._walks.items() if key == kept}

    def nearest(self, profile: WalkProfile, moment: Moment | None, chosen: Flags) -> Minutes:
        """Return minutes to the nearest of the chosen facilities, and its position, shapes (n,).

        `chosen` (k,) says which facilities count; more flags, of those that are not sure, say
        nothing here. The moment is that of streets and gates. The minutes are inf and the position
        -1 where none can be reached; of equals the first counts.
        """
        chosen = chosen[: len(self._facilities)]
        key = self._key_of(profile, moment, chosen)
        if key not in self._minutes:
            streets, places, units = self._asked(profile, moment, chosen)
            rows = np.flatnonzero(chosen)
            places = places if chosen.all() else take(places, rows)
            find = nearest_minutes if self._beyond is None else self._beyond.nearest
            minutes, nearest = find(streets, places, units)
            # The entry at the end keeps -1, for none, what it is.
            self._minutes[key] = minutes, np.append(rows, -1)[nearest]
        return self._minutes[key]

    def second(self, profile: WalkProfile, nearest: NDArray[np.int64]) -> Minutes:
        """Return minutes to the nearest of all facilities but `nearest`, and its position, (n,).

        `nearest` (n,) is from the method of that name, whatever the hours.
        """
        every = np.ones(len(self._facilities), dtype=bool)
        find = second_minutes if self._beyond is None else self._beyond.second
        return find(*self._asked(profile, None, every), nearest)

    def measure_way(
        self, profile: WalkProfile, direction: Direction, minutes: Floats, nearest: Ints
    ) -> Floats:
        """Return the minutes of one direction between units and their nearest facility, (n,).

        minutes, nearest : from the method of that name, whatever the hours.
        """
        walk = self.of(profile)
        if walk.streets.direction == direction or not self._may_differ(walk.streets):
            return minutes
        if self._beyond is None:
            return minutes_of_own(*walk.pointed(direction), nearest, minutes)
        return self._beyond.measure_turned(walk, direction, nearest)

    def _may_differ(self, streets: Streets) -> bool:
        """Tell whether a walk to a facility may take longer than the same from there."""
        if self._beyond is None:
            return not is_even(streets)
        return streets.profile.name in self._beyond.uneven

    def judge(
        self,
        profile: WalkProfile,
        moment: Moment | None,
        chosen: Flags,
        cutoff: float,
        *,
        maybe: Flags | None = None,
    ) -> pd.DataFrame:
        """Return nearest, minutes (as `nearest`), verdict and reason of each unit, n rows.

        `chosen` (k + u,) says which facilities count; `maybe` (k + u,): these, and those that may
        be open as well, so that who reaches one of those alone is no gap.
        """
        maybe = chosen if maybe is None else maybe
        minutes, nearest = self.nearest(profile, moment, chosen)
        judged = self._yardsticks[profile, self._rules_at(moment)].judge(minutes, maybe, cutoff)
        if (maybe & ~chosen).any():
            judged = doubt_hours(judged, self.nearest(profile, moment, maybe)[0] <= cutoff)
        judged.insert(0, "nearest", nearest)
        judged.insert(1, "minutes", minutes)
        return judged

    def answer(self, question: Question) -> pd.DataFrame:
        """Return nearest, minutes, verdict and reason of each unit, n rows.

        Whoever is left out by the facilities that count, but not by those that may count besides,
        cannot be judged.
        """
        if question.condition is not None:
            under = self._under[question.condition]
            return under.judge(question, self._yardstick(question.profile))
        judged, hoped = self._judge_chosen(question), question.hope(self.asked)
        if hoped is None:
            return judged
        best = self._judge_chosen(hoped)
        doubtful = doubt_gaps(judged["verdict"].to_numpy(), best["verdict"].to_numpy())
        reason = best["reason"].where(best["verdict"] == UNKNOWN, UNKNOWN_LEVEL)
        return judged.assign(
            verdict=judged["verdict"].where(~doubtful, UNKNOWN),
            reason=judged["reason"].where(~doubtful, reason),
        )

    def _yardstick(self, profile: WalkProfile) -> Yardstick:
        """Return what judges the usual walk of a profile; known even if joins are forgotten."""
        known = self._yardsticks.get((profile, self._rules_at(None)))
        return known or self.of(profile).yardstick

    def _judge_chosen(self, question: Question) -> pd.DataFrame:
        """Judge by the facilities that a question chooses."""
        chosen = question.chosen(self.asked)
        maybe = question.chosen(self.asked, may_be_open=True)
        return self.judge(question.profile, question.moment, chosen, question.cutoff, maybe=maybe)

    def prepare_answers(self, questions: Sequence[Question]) -> None:
        """Work out the minutes that some questions ask for on all cores."""
        usual = [question for question in questions if question.condition is None]
        hoped = [q for question in usual if (q := question.hope(self.asked))]
        every = [*usual, *hoped]
        self.prepare([(q.profile, q.moment, q.chosen(self.asked)) for q in every])
        prepare_walks(
            [(self._under[q.condition], q.profile) for q in questions if q.condition is not None]
        )

    def prepare(self, asked: Sequence[tuple[WalkProfile, Moment | None, Flags]]) -> None:
        """Work out the answers to some questions to `nearest` on all cores."""
        k = len(self._facilities)
        answers = {
            key: (profile, moment, chosen)
            for profile, moment, chosen in asked
            # What is known needs no joins, which may have been given back.
            if (key := self._key_of(profile, moment, chosen[:k])) not in self._minutes
        }
        # Two threads that need the same join would both work it out: joins come first, each once.
        self.prepare_walks([(profile, moment) for profile, moment, _ in answers.values()])
        with ThreadPoolExecutor(cores()) as pool:
            list(pool.map(lambda question: self.nearest(*question), answers.values()))

    def prepare_walks(self, asked: Sequence[tuple[WalkProfile, Moment | None]]) -> None:
        """Join people and facilities for some profiles and moments on all cores."""
        walks = {(profile, self._rules_at(moment)): moment for profile, moment in asked}
        with ThreadPoolExecutor(cores()) as pool:
            # First the usual walk of each profile, from which walks at an hour take most joins.
            list(pool.map(self.of, dict.fromkeys(profile for profile, _ in walks)))
            list(pool.map(lambda key: self.of(key[0], walks[key]), walks))

    def _key_of(self, profile: WalkProfile, moment: Moment | None, chosen: Flags) -> _MinutesKey:
        """Return what the minutes of a question to `nearest` are kept by."""
        # Beyond these streets a gate may be shut at a moment even if none is here.
        when = None if self._beyond is None else moment
        return profile, self._rules_at(moment), when, chosen.tobytes()

    def minutes_of(self, points: Access) -> Floats:
        """Return the minutes of the usual profile from other points to the nearest facility.

        points : joined to the streets that were given, as walks reach them, r of them; shape (r,).
        """
        every = np.ones(len(self._facilities), dtype=bool)
        streets, places, _ = self._asked(self._streets.profile, None, every)
        find = nearest_minutes if self._beyond is None else self._beyond.nearest
        return find(streets, places, points)[0]

    def _asked(
        self, profile: WalkProfile, moment: Moment | None, chosen: Flags
    ) -> tuple[Streets, Access, Access]:
        """Return streets, facilities (k,) and units, for the minutes to the chosen facilities."""
        walk = self.of(profile, moment)
        if self._beyond is None:
            return walk.streets, walk.places, walk.units
        places = self._beyond.add_to(walk.places, profile, moment, chosen)
        return self._beyond.bound(walk.streets), places, walk.units

    def _join_facilities(self, streets: Streets) -> Access:
        """Join the facilities to some streets, those that are near enough."""
        if self._beyond is None:
            return join_facilities(streets, self._facilities)
        return self._beyond.join(streets, self._facilities, join_facilities)

    def _rules_at(self, moment: Moment | None) -> WallRules:
        """Return what is shut and what is open at a moment, looked up once."""
        if moment not in self._rules:
            self._rules[moment] = rules_at(self.network, moment)
        return self._rules[moment]

    def _joined(self, profile: WalkProfile, rules: WallRules) -> Walk:
        """Join units and facilities; a gate shut for some hours changes only legs beside it."""
        at_hours = rules != AS_TAGGED
        streets = self._streets
        if (profile, rules) != (streets.profile, streets.rules):
            streets = prepare_like(streets, profile=profile, rules=rules)
        if self._beyond is not None:
            streets = self._beyond.hold(streets)
        usual = self.of(profile) if at_hours else None
        known = usual if at_hours or self._like is None else self._like.of(profile)
        spots = None if known is None else find_changed_bars(streets, known.streets)
        if known is None or spots is None:
            units = join(streets, self._xy, reached=True)
            places = self._join_facilities(streets)
        else:
            far_m = streets.access.limit_m + SLACK_M
            rows = find_near(self._xy, spots, far_m)
            units = put(known.units, rows, join(streets, self._xy[rows], reached=True))
            rows = find_near(known.places.xy, spots, far_m)
            if self._beyond is not None:
                rows = rows[self._beyond.local[rows]]
            again = join_facilities(streets, self._facilities.iloc[rows])
            places = put(known.places, rows, again)
        # Doubts do not depend on hours: a gate that is shut at night is still a gate that is known.
        gated = None if self._beyond is None else self._beyond.gated[profile.name]
        grounds = (
            usual.yardstick.grounds if usual else find_grounds(streets, units, self._edge, gated)
        )
        yardstick = Yardstick(streets.reach_m_per_min, places, grounds, self._unsure)
        return Walk(streets, places, units, yardstick)
