"""The case of one tile: a plan put together as for a plain run, of the people of its core."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd

from planner.case import Case
from planner.coverage.groups import GroupPeople
from planner.coverage.people import People
from planner.coverage.questions import Walks
from planner.coverage.walks_beyond import Beyond
from planner.network.under_condition import LaidCondition
from planner.sources.tables import Table


@dataclass(frozen=True, eq=False, kw_only=True)
class TileCase(Case):
    """What all that is asked of a tile rests on.

    The area and its towns, and the facilities, are those of the whole plan, in their order; the
    streets those of the tile's core and halo, the people those of its core.

    placed : the table of facilities and its rows on the map, as `place_facilities` returns them.
    people_here : the demand units of the core; what the reader should know of the files is said
        once, for the whole plan, so that there are no notes.
    groups_here : the people of each group at them.
    beyond : how walks go on beyond the streets at hand.
    laid : the conditions of the plan, laid over these.
    """

    placed: tuple[Table, gpd.GeoDataFrame]
    people_here: People
    groups_here: GroupPeople
    beyond: Beyond
    laid: tuple[LaidCondition, ...]

    def walks_of(self, facilities: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> Walks:
        """Return who walks how long to the facilities of the whole plan that surely serve."""
        area = self.area
        return Walks(
            self.streets,
            facilities,
            units,
            area.data,
            complete=area.complete,
            unsure=self.unsure,
            beyond=self.beyond,
        )

    @property
    def conditions(self) -> tuple[LaidCondition, ...]:
        """The conditions of the plan, each laid over the streets at hand."""
        return self.laid

    @property
    def _placed(self) -> tuple[Table, gpd.GeoDataFrame]:
        return self.placed

    @property
    def _today(self) -> People:
        return self.people_here

    @property
    def _grouped_today(self) -> GroupPeople:
        return self.groups_here
