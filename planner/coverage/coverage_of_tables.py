"""Coverage of any people by any facilities, from two tables of points: verdicts and shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.coverage.asked_question import ANY_LEVEL, Question
from planner.coverage.counting import ALL, count_by_verdict, count_coverage, count_facility_loads
from planner.coverage.coverage_words import say_shares
from planner.coverage.facilities import find_approximate, find_unsure, place_facilities
from planner.coverage.given_layers import (
    PEOPLE,
    GivenFacilities,
    GivenPeople,
    find_people_column,
    refuse_swapped,
    take_facilities,
    take_people,
)
from planner.coverage.judged_units import Judged, judge_units
from planner.coverage.known_streets import Ground, KnownStreets, Land, find_known_streets
from planner.coverage.questions import Walk, Walks
from planner.crs import to_wgs84
from planner.errors import ArgumentError, SourceError, quote
from planner.plan.profiles import WalkProfile
from planner.showing import lead_to, to_html
from planner.travel.checked_numbers import check_cutoffs
from planner.travel.streets import AccessRules

if TYPE_CHECKING:
    import folium
    from matplotlib.axes import Axes

#: The cutoffs of a plan that names none.
CUTOFFS: Final = (5.0, 10.0, 15.0)
#: Beyond the longest walk people may stand this far from the box round the streets.
_NEAR_M: Final = 1_000.0


@dataclass(frozen=True, eq=False)
class AskedTables:
    """What the verdicts of a `Coverage` rest on, for further questions; layers in the metric CRS.

    ground : the streets. facilities, people : as they were read. placed : the facilities on the
    map, from `place_facilities`; counting : those of them that surely serve.
    walks : of these facilities and people. judged : from `judge_units`.
    """

    ground: KnownStreets
    facilities: GivenFacilities
    people: GivenPeople
    placed: gpd.GeoDataFrame
    counting: gpd.GeoDataFrame
    walks: Walks
    judged: Judged
    cutoffs: tuple[float, ...]

    @property
    def profile(self) -> WalkProfile:
        """Who walks."""
        return self.ground.streets.profile

    @property
    def walk(self) -> Walk:
        """The walk of this profile."""
        return self.walks.of(self.profile)

    @property
    def question(self) -> Question:
        """What decides the verdicts: any facility, whatever the hours, within the last cutoff."""
        return Question(ANY_LEVEL, self.profile, None, self.cutoffs[-1])


@dataclass(frozen=True, eq=False, repr=False)
class Coverage:
    """Who is covered, who is not, and what cannot be told; a frozen value of tables.

    Parameters
    ----------
    units : GeoDataFrame, EPSG:4326, index of the people
        people, kind, town, class where the people have one, verdict (covered, gap or unknown, by
        the last cutoff), reason of an unknown, minutes (true ones, inf for no path), nearest (label
        of a facility, None), facilities_in_reach, and verdict_5 ... for shorter cutoffs.
    shares : DataFrame
        area, kind, cutoff_minutes, people, covered, gap, unknown, share, share_low, share_high:
        share is covered / (covered + gap); low and high count the unknown as left out, as covered.
    facilities : GeoDataFrame, EPSG:4326, index of the facilities
        name, joined, reason (why it meets no street), counts (it serves), and the people who
        depend on each, as in facilities.csv.
    notes
        What the reader should know, a line each.
    asked
        What the figures rest on, in the metric CRS.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> found = planner.coverage(
    ...     town.network, town.facilities, town.people, [5, 15], known="everywhere"
    ... )
    >>> found.units.loc[["H1", "H9"], ["people", "verdict", "minutes", "nearest"]].round(1)
        people  verdict  minutes nearest
    id
    H1   120.0  covered      6.0      F1
    H9   100.0      gap     24.0      F2
    """

    units: gpd.GeoDataFrame
    shares: pd.DataFrame
    facilities: gpd.GeoDataFrame
    notes: tuple[str, ...]
    asked: AskedTables

    @property
    def cutoffs_minutes(self) -> tuple[float, ...]:
        """Ascending; the last one decides the verdicts."""
        return self.asked.cutoffs

    @property
    def profile(self) -> WalkProfile:
        """Who walks."""
        return self.asked.profile

    def shares_by(self, column: str) -> pd.DataFrame:
        """Count the people by verdict for each value of a column of `units`, at the last cutoff.

        Parameters
        ----------
        column
            `town`, `class` ...

        Returns
        -------
        DataFrame
            The column, kind, and the counts and shares of `shares`.

        Raises
        ------
        ArgumentError
            If `units` has no such column.
        """
        if not isinstance(column, str) or column not in self.units:
            has = ", ".join(map(str, self.units))
            raise ArgumentError(
                f"units has no column {quote(column)}; it has {has}; name one of them"
            )
        rows = [
            {column: value, "kind": kind, **count_by_verdict(part, part["verdict"])}
            for (value, kind), part in self.units.groupby([column, "kind"], sort=False)
        ]
        return pd.DataFrame(rows)

    def plot(
        self, *, size_cm: tuple[float, float | None] = (20.0, None), language: str = "en"
    ) -> Axes:
        """Draw the map with matplotlib: people by verdict, facilities, key, scale bar and credit.

        Parameters
        ----------
        size_cm
            Width and height; without a height that of what is drawn.
        language
            `zh` or `en`.

        Returns
        -------
        Axes
            In the metres of the streets' CRS.

        Raises
        ------
        PlannerError
            If matplotlib or a font for Chinese is missing.
        """
        axes: Axes = lead_to("plot coverage")(self, size_cm=size_cm, language=language)
        return axes

    def explore(self, **layers: Any) -> folium.Map:
        """Draw the map to look into, small enough for a cell of a notebook.

        Parameters
        ----------
        **layers
            Of `draw_coverage`: gaps, reach, sites, title, language.
        """
        shown: folium.Map = lead_to("explore coverage")(self, **layers)
        return shown

    def __repr__(self) -> str:
        """Say the shares at the last cutoff, a line for each kind of people."""
        lines = [
            f"Coverage({len(self.units):,} places, {len(self.facilities):,} facilities, "
            f"{self.profile.name}, {self.cutoffs_minutes[-1]:g} minutes)"
        ]
        lines += [f"  {line}" for line in say_shares(self.shares, self.cutoffs_minutes[-1])]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Show the shares of the whole area as a table."""
        whole = self.shares[self.shares["area"] == ALL].drop(columns="area")
        return to_html(repr(self).splitlines()[:1], whole)


def coverage(
    network: Ground,
    facilities: gpd.GeoDataFrame | gpd.GeoSeries,
    people: gpd.GeoDataFrame | gpd.GeoSeries,
    cutoffs_minutes: float | Sequence[float] | Iterable[float] = CUTOFFS,
    *,
    people_column: str | None = PEOPLE,
    profile: WalkProfile | str | None = None,
    access: AccessRules | None = None,
    area: Land = None,
    known: Land = None,
    complete: bool = False,
) -> Coverage:
    """Say who walks to a facility in time, who does not, and who cannot be judged.

    Verdicts and counts are those of `run_plan`: it calls the same functions.

    Parameters
    ----------
    network
        From `load_network`, or from `prepare_streets`; or the result of `run_plan` or
        `load_result`, whose area and rules then hold.
    facilities : points in any CRS
        Columns as in a plan's table (docs/tables.md), none of them needed: name, status, level,
        domain, opening_hours, services, open_to_outsiders, approximate ...
    people : points in any CRS
        Optional columns: people, kind (residential, industrial or commercial), town, class.
    cutoffs_minutes
        Ascending; the last one decides the verdicts. One number is a list of one.
    people_column
        Of `people`, with their number; where it is missing, a column under a usual heading
        (population, 人口 ...); a layer of points alone counts one person each. None: every row is
        one person, whatever its columns.
    profile, access
        Who walks (by value or name: "elderly"), and how a point meets the streets.
    area
        Polygons in which people are counted; None: all of them.
    known
        Polygons of the land whose streets are known, or "everywhere"; None: the hull of the
        streets, so that people near its edge whom no facility covers are unknown.
    complete
        True: no facility is missing beyond that land either.

    Raises
    ------
    ArgumentError
        If an argument cannot be meant: it names argument, row and remedy.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> planner.coverage(town.network, town.facilities, town.people, known="everywhere")
    Coverage(9 places, 2 facilities, adult, 15 minutes)
      residential: 75.0% of 1,200 people covered (low 75.0%, high 75.0%)
    """
    cutoffs = check_cutoffs(cutoffs_minutes, above_zero=True)
    for name, layer in (("facilities", facilities), ("people", people)):
        if not isinstance(layer, gpd.GeoDataFrame | gpd.GeoSeries):
            raise ArgumentError(
                f"{name} is a {type(layer).__name__}; give a GeoDataFrame or GeoSeries of points"
            )
    refuse_swapped(facilities, people, people_column)
    find_people_column(people, people_column)
    ground = find_known_streets(
        network,
        {"facilities": facilities, "people": people},
        profile=profile,
        access=access,
        area=area,
        known=known,
        complete=complete,
    )
    of_facilities = take_facilities(facilities, ground.streets.network)
    of_people = take_people(
        people, ground.streets.network, ground.area, people_column,
        reach_m=cutoffs[-1] * ground.streets.reach_m_per_min + _NEAR_M,
    )  # fmt: skip
    return _judge(ground, of_facilities, of_people, cutoffs)


def _judge(
    ground: KnownStreets,
    facilities: GivenFacilities,
    people: GivenPeople,
    cutoffs: tuple[float, ...],
) -> Coverage:
    """Judge everybody as a run does."""
    streets, area = ground.streets, ground.area
    try:
        table, placed = place_facilities(facilities.table, streets, area)
    except SourceError as error:
        raise ArgumentError(str(error)) from error
    counting = placed[placed["counts"] & ~find_approximate(placed)]
    unsure = find_unsure(facilities.table, placed, area)
    walks = Walks(streets, counting, people.units, area.data, complete=area.complete, unsure=unsure)
    judged = judge_units(walks, streets.profile, counting, people.units, cutoffs)
    towns = area.town_names or [name for name in dict.fromkeys(people.units["town"]) if name]
    shares = count_coverage(judged.demand, judged.verdicts, towns)
    loads = count_facility_loads(
        judged.demand, judged.nearest, judged.demand["verdict"], judged.pairs, len(counting)
    )
    asked = AskedTables(ground, facilities, people, placed, counting, walks, judged, cutoffs)
    return Coverage(
        units=_unit_table(asked),
        shares=shares,
        facilities=_facility_table(asked, loads),
        notes=_notes(asked, len(facilities.index) - len(table.rows)),
        asked=asked,
    )


def _unit_table(asked: AskedTables) -> gpd.GeoDataFrame:
    """Return what is told of every unit, by the labels of the people."""
    demand, labels = asked.judged.demand, asked.facilities.labels_of(asked.counting)
    names = np.array([*labels, None], dtype=object)
    extra = ["class"] if "class" in demand else []
    table = demand[["people", "kind", "town", *extra, "verdict", "reason", "minutes"]].assign(
        nearest=names[asked.judged.nearest],
        facilities_in_reach=demand["facilities_in_reach"],
        **{f"verdict_{c:g}": asked.judged.verdicts[c] for c in asked.cutoffs[:-1]},
    )
    layer = gpd.GeoDataFrame(table, geometry=demand.geometry, crs=asked.ground.area.crs)
    return to_wgs84(layer.set_index(asked.people.labels))


def _facility_table(asked: AskedTables, loads: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return what is told of every facility, by the labels of the facilities."""
    placed = asked.placed
    table = placed[["name", "joined", "reason", "counts"]].copy()
    for name, column in loads.items():
        values = pd.Series(column.to_numpy(), index=asked.counting.index)
        table[str(name)] = values.reindex(placed.index, fill_value=0.0)
    layer = gpd.GeoDataFrame(table, geometry=placed.geometry, crs=placed.crs)
    return to_wgs84(layer.set_index(asked.facilities.labels_of(placed)))


def _notes(asked: AskedTables, facilities_outside: int) -> tuple[str, ...]:
    """Say what the tables cannot tell, a line each."""
    placed, said = asked.placed, []
    for reason, what in (
        (
            "no street near",
            "join no street, as none can be reached within "
            f"{asked.ground.streets.access.limit_m:g} m without crossing a wall, rail or water",
        ),
        ("island", "join islands of streets alone, so that they serve only those who live there"),
    ):
        labels = asked.facilities.labels_of(placed[placed["reason"] == reason])
        if len(labels):
            named = ", ".join(map(str, labels[:10])) + ", ..." * (len(labels) > 10)
            said.append(f"{len(labels)} facilities {what}: {named}")
    if facilities_outside:
        said.append(f"{facilities_outside} facilities lie outside area and ring and serve nobody")
    if not asked.people.counted:
        said.append("each row of people counts as one person, as no column tells their number")
    if asked.people.away:
        said.append(
            f"{asked.people.away} rows of people are farther than the longest walk from all "
            "streets; check their CRS, or load the streets there"
        )
    if asked.people.dropped:
        said.append(
            f"{asked.people.dropped} rows of people lie outside the area, where nobody is counted"
        )
    if asked.ground.area.hull_as_extent:
        said.append(
            "the streets are taken to be known inside their hull; say known= for more or less"
        )
    return tuple(said)
