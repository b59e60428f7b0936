"""The gaps of every choice that a page offers: other people, hours, conditions, shorter walks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.coverage.asked_question import ANY_LEVEL, Question
from planner.coverage.causes import CLOSED, CONDITION
from planner.coverage.counting import GAP, UNKNOWN
from planner.coverage.demand import PEOPLE_COLUMNS
from planner.coverage.groups import group_column
from planner.coverage.questions import Walks
from planner.coverage.verdict_table import at_any_hour
from planner.crs.array_types import Floats
from planner.gaps.definition import find_gap_members
from planner.gaps.named_gaps import describe_gaps, straight_metres
from planner.network.landmarks import Landmarks
from planner.plan import Group, Plan, WalkProfile
from planner.plan.moments import Moment
from planner.plan.named_conditions import Condition
from planner.plan.services import find_serving

#: In the column of a choice: the unit cannot be judged. Ranks of gaps begin at 1.
NOT_JUDGED: Final = -1
_LABELS: Final = ("choice", "group", "kind", "profile", "moment", "cutoff_minutes")
_GAP_COLUMNS: Final = (
    "choice", "rank", "name", *PEOPLE_COLUMNS, "people_kind", "town", "nearest_facility_id",
    "minutes", "minutes_max", "straight_m", "cause", "cause_detail", "units",
)  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """Whose gaps: of everybody or of a group, who walk as a profile, when, how long at most.

    group : None for everybody; moment : None whatever the hours; condition : None for the usual.
    """

    group: Group | None
    profile: WalkProfile
    moment: Moment | None
    cutoff_minutes: float
    condition: Condition | None = None

    @property
    def question(self) -> Question:
        """What every unit is asked for it."""
        cutoff, condition = self.cutoff_minutes, self.condition
        return Question(ANY_LEVEL, self.profile, self.moment, cutoff, condition=condition)


@dataclass(frozen=True, eq=False)
class GapsByChoice:
    """The gaps of every choice but the plan's own, as tables.

    choices : choice (its number from 1), group with its kind and moment ("" for none), profile,
        cutoff_minutes; of a plan with conditions also condition ("" for none).
    gaps : choice and the columns of `describe_gaps` that are known of it, without outlines. People
        are those of the choice: of a group its own. cause "" where none was looked for.
    members : demand_id, and for each choice a column `choice_1` ...: rank of the gap that a unit is
        in, 0 for none, -1 where it cannot be judged.
    """

    choices: pd.DataFrame
    gaps: pd.DataFrame
    members: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by the names they have in result.gpkg."""
        return {
            "choices": self.choices, "choice_gaps": self.gaps, "choice_members": self.members,
        }  # fmt: skip


def list_choices(plan: Plan) -> list[Choice]:
    """List what a page offers beside the plan's own people at its last cutoff.

    The plan's profile at the other cutoffs; each moment, each group and each condition at the last
    one; at each cutoff the other judged profiles that no group walks as: that group stands for
    them.
    """
    own = plan.profile_named(plan.service.profile)
    *shorter, last = plan.service.cutoffs_minutes
    taken = {own.name, *(group.profile for group in plan.groups)}
    others = [profile for profile in plan.judged_profiles if profile.name not in taken]
    return [
        *(Choice(None, own, None, cutoff) for cutoff in shorter),
        *(Choice(None, other, None, cutoff) for other in others for cutoff in (*shorter, last)),
        *(Choice(None, own, moment, last) for moment in plan.asked_moments),
        *(
            Choice(group, plan.profile_named(group.profile or own.name), None, last)
            for group in plan.groups
        ),
        *(Choice(None, own, None, last, condition) for condition in plan.asked_conditions),
    ]


@dataclass(frozen=True, eq=False)
class _ChoiceFinder:
    """What the gaps of all choices rest on; see `find_gaps_by_choice`."""

    walks: Walks
    demand: gpd.GeoDataFrame
    groups: pd.DataFrame
    causes: Mapping[Question, pd.DataFrame]
    facilities: gpd.GeoDataFrame
    join_m: Floats
    landmarks: Landmarks
    towns: list[str]

    def people_of(self, group: Group | None) -> Any:
        """Return the people of a group at each unit, or everybody."""
        if group is None:
            return self.demand["people"]
        its = (self.demand["kind"] == group.kind).to_numpy()
        # People of other kinds do not belong to a group.
        return np.where(its, self.groups[group_column(group)], 0.0)

    def causes_of(self, choice: Choice, gap: pd.Series) -> pd.DataFrame:
        """Return cause and cause_detail of units in gaps, "" where they were not looked for."""
        rows = np.flatnonzero((gap == GAP).to_numpy())
        known = self.causes.get(at_any_hour(choice.question))
        if known is None:
            return pd.DataFrame("", index=rows, columns=["cause", "cause_detail"])
        found = known[["cause", "cause_detail"]].reindex(rows)
        # Who is left out at a moment and has no cause of another kind is covered at another one.
        instead = CLOSED if choice.moment is not None else ""
        instead = CONDITION if choice.condition is not None else instead
        return found.assign(
            cause=found["cause"].fillna(instead), cause_detail=found["cause_detail"].fillna("")
        )

    def find(self, choice: Choice) -> tuple[pd.DataFrame, pd.Series]:
        """Return the gaps of one choice, and for each unit its entry in `members`."""
        answer = self.walks.answer(choice.question).set_index(self.demand.index)
        # The entry at -1 is for units that reach no facility.
        labels = np.array([*self.facilities["facility_id"], None], dtype=object)
        demand = self.demand.assign(
            people=self.people_of(choice.group),
            verdict=answer["verdict"],
            minutes=answer["minutes"],
            nearest_facility_id=labels[answer["nearest"]],
        )
        counting = self.facilities
        if choice.moment is not None:
            counting = counting[find_serving(counting, moment=choice.moment)]
        if choice.condition is not None:
            counting = counting[self.walks.open_under(choice.condition)]
        xy = np.column_stack([counting.geometry.x, counting.geometry.y])
        members = find_gap_members(demand, self.join_m)
        gaps = describe_gaps(
            demand,
            members,
            self.join_m,
            straight_metres(demand, xy),
            self.causes_of(choice, demand["verdict"]),
            self.landmarks,
            towns=self.towns,
            outlined=False,
        )
        ranks = members["gap_id"].map(gaps.set_index("gap_id")["rank"]).fillna(0).astype(np.int32)
        in_doubt = (demand["verdict"] == UNKNOWN) & (demand["people"] > 0)
        return pd.DataFrame(gaps.drop(columns="geometry")), ranks.mask(in_doubt, NOT_JUDGED)


def find_gaps_by_choice(
    plan: Plan,
    walks: Walks,
    demand: gpd.GeoDataFrame,
    groups: pd.DataFrame,
    causes: Mapping[Question, pd.DataFrame],
    facilities: gpd.GeoDataFrame,
    join_m: Floats,
    landmarks: Landmarks,
    *,
    towns: list[str],
) -> GapsByChoice:
    """Find the gaps of every choice by the definition of the plan's own.

    Parameters
    ----------
    plan
        With its profiles, moments, groups and conditions.
    walks
        Of these units and facilities; what they were asked already is not worked out again.
    demand : n rows
        demand_id, kind, people, town, cell and Points, metric CRS.
    groups : n rows
        People of each group, see `group_people`.
    causes
        From `find_verdicts`: question whatever the hours -> cause and cause_detail by position.
    facilities
        Those that count: facility_id, opening_hours and Points, metric CRS.
    join_m : shape (n,)
        From `choose_join_distances`, metres.
    landmarks
        Names that residents know.
    towns
        Order of the rows `scattered`.

    Returns
    -------
    GapsByChoice
        In the order of `list_choices`.
    """
    finder = _ChoiceFinder(
        walks=walks,
        demand=demand,
        groups=groups,
        causes=causes,
        facilities=facilities,
        join_m=join_m,
        landmarks=landmarks,
        towns=towns,
    )
    choices, labels, tables = list_choices(plan), [], []
    columns: dict[str, Any] = {"demand_id": demand["demand_id"].to_numpy()}
    for number, choice in enumerate(choices, start=1):
        gaps, ranks = finder.find(choice)
        tables.append(gaps.assign(choice=number)[list(_GAP_COLUMNS)])
        columns[f"choice_{number}"] = ranks.to_numpy()
        group = "" if choice.group is None else choice.group.name
        moment = "" if choice.moment is None else choice.moment.name
        kind = "" if choice.group is None else str(choice.group.kind)
        labels.append((number, group, kind, choice.profile.name, moment, choice.cutoff_minutes))
    known = [table for table in tables if len(table)]
    listed = pd.DataFrame(labels, columns=list(_LABELS))
    if plan.conditions:
        names = ["" if one.condition is None else one.condition.name for one in choices]
        listed.insert(_LABELS.index("moment") + 1, "condition", names)
    return GapsByChoice(
        listed,
        pd.concat(known, ignore_index=True) if known else pd.DataFrame(columns=list(_GAP_COLUMNS)),
        pd.DataFrame(columns),
    )


def list_open_facilities(plan: Plan, facilities: pd.DataFrame) -> pd.DataFrame:
    """Tell which facilities are open at each moment of the plan: a table of one row for each pair.

    Parameters
    ----------
    plan
        With its moments.
    facilities
        facility_id, opening_hours.

    Returns
    -------
    DataFrame
        facility_id, moment, open: `open`, `closed`, or `unknown` where the hours do not say.
    """
    parts = []
    for moment in plan.asked_moments:
        surely = find_serving(facilities, moment=moment)
        maybe = find_serving(facilities, moment=moment, may_be_open=True)
        state = np.select([surely, maybe], ["open", "unknown"], "closed")
        ids = facilities["facility_id"].to_numpy(dtype=object)
        parts.append(pd.DataFrame({"facility_id": ids, "moment": moment.name, "open": state}))
    empty = pd.DataFrame(columns=["facility_id", "moment", "open"])
    return pd.concat(parts, ignore_index=True) if parts else empty
