"""The sections of plan.toml: every key with its type, its default, its meaning and its limits."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr, ValidationError, model_validator

from planner.crs import LOCAL
from planner.plan._area_section import Area
from planner.plan._candidates_section import Candidates
from planner.plan._conditions_section import Conditions, check_conditions
from planner.plan._courses_section import Courses
from planner.plan._demand_section import Demand
from planner.plan._fetch_section import Fetch
from planner.plan._given_sections import name_tables
from planner.plan._map_section import MapPage
from planner.plan._moments_section import (
    Country,
    MomentKeys,
    Timezone,
    check_moments,
    find_moment,
    list_asked_names,
)
from planner.plan._network_section import Network
from planner.plan._people_section import (
    Group,
    Profile,
    Uncertainty,
    check_groups,
    check_profiles,
    check_uncertainty,
    collect_profiles,
    list_judged_names,
)
from planner.plan._routes_section import Routes
from planner.plan._section_types import (
    Between,
    Columns,
    Cutoffs,
    Datum,
    Flag,
    InputPath,
    InputTable,
    Kind,
    Listed,
    Minutes,
    Section,
    Share,
    Text,
    Year,
    check_exactly_one,
    find_twice,
)
from planner.plan.moments import COUNTRY, TIMEZONE, Moment
from planner.plan.named_conditions import Condition, find_condition
from planner.plan.profiles import WalkProfile, profile_named
from planner.showing import join_facts, shorten

# A number beyond these is a typing error, and a run with it would only fill the memory.
_GAP_JOIN_M = Between(1, 10_000)
_CUTOFF_M = Between(1, 50_000)
_RULES = Listed(1_000)


class Facilities(Section):
    """`[facilities]`: the service centres that exist."""

    table: InputTable = Field(
        description="a table or layer (docs/tables.md): `facility_id`, `name`, `lon`, `lat`; "
        "optional `level`, `domain`, `opening_hours`, `services`, `capacity`, `room_capacity` "
        "(seats of its room, for sessions of courses), `cost`, `status`, "
        "`open_to_outsiders` (yes or no: of a compound round it), `approximate` (yes: its place is "
        "not confirmed, so whom it may cover is unknown), `radius_m` (it lies within so much of "
        "there), `visits_per_year` (counted there; stands beside its load); usual Chinese and "
        "English headings are understood"
    )
    crs: Datum = Field(
        "EPSG:4326",
        description="of lon, lat: EPSG:4326, GCJ-02, BD-09, CGCS2000, an EPSG code or local, see "
        "`control_points`",
    )
    columns: Columns = Field(
        {}, description='headings that are not understood: our name = theirs, like name = "全称"'
    )
    complete: Flag = Field(
        False,
        description="true: no station is missing in `table`, so nobody is of unknown cover for "
        "want of stations beyond the edge of the data",
    )


class Service(Section):
    """`[service]`: what counts as served."""

    cutoffs_minutes: Cutoffs = Field(
        (5.0, 10.0, 15.0),
        description="increasing minutes of walking, at most 20 of them and none over 600; the "
        "last decides the verdict",
    )
    profile: Text = Field(
        "adult",
        description="who walks: adult, elderly, child, wheelchair, stroller, bicycle, ebike, or "
        "one of `[[profiles]]`",
    )
    profiles: Annotated[tuple[Text, ...], BeforeValidator(Listed())] = Field(
        (), description="more profiles judged in the same run, like `profile`"
    )
    targets: dict[Kind, Share] = Field(
        {}, description="share to be covered by kind, like { residential = 0.85 }"
    )
    gap_join_m: Annotated[float, BeforeValidator(_GAP_JOIN_M)] | None = Field(
        None,
        description="units of one town at most this far apart make one gap, 1 to 10,000 metres; "
        "else by the spacing of units",
    )
    default_rules: Flag = Field(
        True, description="apply the default rules to towns whose tier they name"
    )
    moments: Annotated[tuple[Text, ...], BeforeValidator(Listed())] = Field(
        (),
        description="coverage is also computed at these: weekday_morning, weekday_evening, "
        "saturday, night; those of `[[moments]]` always are",
    )
    timezone: Timezone = Field(TIMEZONE, description="of moments and opening hours")
    country: Country = Field(
        COUNTRY, description="whose public holidays `PH` in opening hours means, as an ISO code"
    )


class Rule(Section):
    """`[[rules]]`: how near a level of facility should be to the people of a tier."""

    id: Text = Field(description="unique; a default rule of the same id is replaced")
    tier: Text = Field(description="tier of the towns it applies to")
    level: Text = Field(description="level of facility that counts, or `any`")
    kind: Kind = Field("residential", description="whose people are counted")
    profile: Text = Field("adult", description="who walks, with `cutoff_minutes`")
    cutoff_minutes: Minutes | None = Field(
        None, description="most minutes door to door; this or `cutoff_m`"
    )
    cutoff_m: Annotated[float, BeforeValidator(_CUTOFF_M)] | None = Field(
        None, description="most metres along the way, door to door; this or `cutoff_minutes`"
    )
    moment: Text | None = Field(
        None, description="only facilities open then count; a usual moment or one of `[[moments]]`"
    )
    domains: Annotated[tuple[Text, ...], BeforeValidator(Listed())] = Field(
        (), description="only facilities of these domains count; empty: of any"
    )
    target: Share | None = Field(None, description="share to reach; none: nothing is judged")
    target_year: Year | None = Field(None, description="year the target is set for")
    analogy: Flag = Field(False, description="true: the figure was set for other facilities")
    source: Text = Field(description="where the figure comes from, printed with it")
    status: Literal["law", "standard", "draft", "assumption"] = Field(
        description="what the figure is, printed with it"
    )

    @model_validator(mode="after")
    def _one_cutoff(self) -> Self:
        check_exactly_one(self, "cutoff_minutes", "cutoff_m")
        return self


class Plan(Section):
    """What to analyse; made by `load_plan`, or in Python.

    In Python a GeoDataFrame may stand for `facilities`, for each `demand` and for `candidates`, or
    for the `table` in one of them; a path may stand for `network`. Rows without an id are called by
    the index of their table.

    Examples
    --------
    >>> import planner
    >>> plan = planner.load_plan(planner.load_example().folder / "plan.toml")
    >>> plan.title, plan.service.profile
    ('Example (not real)', 'adult')

    The same on ice, where everybody walks at four fifths of the speed (docs/conditions.md):

    >>> ice = {"name": "ice", "speeds": [{"factor": 0.8}]}
    >>> icy = planner.Plan(**plan.model_dump(exclude_unset=True), conditions=[ice])
    >>> round(icy.condition_named("ice").slow(icy.profile_named("adult")).speed_kmh, 3)
    3.2
    """

    name: Text = Field(description="short name, written into the results")
    title: Text = Field(
        default_factory=lambda data: data.get("name", "plan"),
        description="printed on maps; else the name",
    )
    language: Literal["zh", "en"] = Field(
        "zh", description="of every text on the page; if set, of the command line too"
    )
    synthetic: Flag = Field(
        False, description="true: invented data; every map, table and title says so"
    )
    control_points: InputPath | None = Field(
        None,
        description="table of three or more points of a city's own grid: `x` (east), `y` (north) "
        'in metres, `lon`, `lat` in WGS-84, optional `name`; tables with crs = "local" are in it',
    )
    area: Area | None = Field(
        None, description="without it the hull of the streets is analysed, with no ring"
    )
    network: Network
    facilities: Facilities
    demand: Annotated[tuple[Demand, ...], BeforeValidator(Listed())] = ()
    service: Service = Field(default_factory=Service)
    profiles: Annotated[tuple[Profile, ...], BeforeValidator(Listed())] = ()
    moments: Annotated[tuple[MomentKeys, ...], BeforeValidator(Listed())] = ()
    conditions: Conditions = ()
    groups: Annotated[tuple[Group, ...], BeforeValidator(Listed())] = ()
    uncertainty: Uncertainty = Field(default_factory=Uncertainty)
    candidates: Candidates = Field(default_factory=Candidates)
    routes: Routes | None = None
    courses: Courses | None = Field(
        None, description="which sessions `planner courses` chooses; without it there are none"
    )
    fetch: Fetch = Field(default_factory=Fetch)
    map: MapPage = Field(default_factory=MapPage)
    rules: Annotated[tuple[Rule, ...], BeforeValidator(_RULES)] = ()

    def __init__(self, **keys: Any) -> None:
        """Check the sections, as `load_plan` checks a file.

        Raises
        ------
        PlanError
            If a key is unknown, missing or wrong; it names each.
        """
        from planner.plan.faults import to_plan_error  # it knows the plan's keys by this class

        try:
            super().__init__(**keys)
        except ValidationError as error:
            raise to_plan_error(error, "plan") from None

    # So pydantic does not take it for a way to read a plan of its own, and keeps the context.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    # No key of the plan: it is where the file lies, not what stands in it.
    _folder: Path = PrivateAttr(default=Path())

    @model_validator(mode="before")
    @classmethod
    def _take_tables(cls, content: Any) -> Any:
        return name_tables(content)

    def model_post_init(self, context: Any, /) -> None:
        """Remember the folder that relative paths were read from."""
        self._folder = Path((context or {}).get("folder", ""))

    @property
    def folder(self) -> Path:
        """Folder of plan.toml."""
        return self._folder

    def __repr__(self) -> str:
        cutoffs = ", ".join(f"{cutoff:g}" for cutoff in self.service.cutoffs_minutes)
        walk = f"within {cutoffs} min as {shorten(self.service.profile)}"
        return join_facts(self, shorten(self.name), f"title {shorten(self.title)}", walk)

    def __str__(self) -> str:
        return repr(self)

    def profile_named(self, name: str) -> WalkProfile:
        """Return a profile of the plan, else the default one of that name.

        Raises
        ------
        PlanError
            If there is none; the message lists the names.
        """
        return profile_named(name, collect_profiles(self.profiles))

    @property
    def judged_profiles(self) -> tuple[WalkProfile, ...]:
        """The profiles that a run judges, each once: service.profile, more, those of groups."""
        names = list_judged_names(self.service.profile, self.service.profiles, self.groups)
        return tuple(self.profile_named(name) for name in names)

    @model_validator(mode="after")
    def _profiles_known(self) -> Self:
        check_profiles(
            collect_profiles(self.profiles),
            self.service.profile,
            self.service.profiles,
            [rule.profile for rule in self.rules],
            self.groups,
            {
                "routes.profile": None if self.routes is None else self.routes.profile,
                "courses.profile": None if self.courses is None else self.courses.profile,
            },
        )
        # Without repeats nobody draws from the ranges, so no profile becomes too fast.
        if self.uncertainty.repeats:
            check_uncertainty(self.uncertainty, self.judged_profiles)
        return self

    def moment_named(self, name: str) -> Moment:
        """Return a moment of the plan, else the usual one of that name.

        Raises
        ------
        PlanError
            If there is none; the message lists the names.
        """
        zone, country = self.service.timezone, self.service.country
        return find_moment(name, self.moments, timezone=zone, country=country)

    @property
    def asked_moments(self) -> tuple[Moment, ...]:
        """The moments that a run computes, each once: service.moments, then the plan's own."""
        names = list_asked_names(self.service.moments, self.moments)
        return tuple(self.moment_named(name) for name in names)

    @model_validator(mode="after")
    def _moments_known(self) -> Self:
        of_rules = [(rule.id, rule.moment) for rule in self.rules]
        check_moments(self.moments, self.service.moments, of_rules)
        return self

    @property
    def asked_conditions(self) -> tuple[Condition, ...]:
        """The named conditions that a run asks for beside the usual one."""
        return tuple(keys.to_condition() for keys in self.conditions)

    def condition_named(self, name: str) -> Condition:
        """Return a condition of the plan.

        Raises
        ------
        PlanError
            If there is none; the message lists the names.
        """
        return find_condition(name, self.asked_conditions)

    @model_validator(mode="after")
    def _conditions_fit(self) -> Self:
        if self.conditions:
            check_conditions(
                self.conditions,
                [moment.name for moment in self.moments],
                collect_profiles(self.profiles),
                self.judged_profiles,
                (self.network.access_detour, self.network.access_limit_m),
            )
        return self

    @model_validator(mode="after")
    def _groups_have_people(self) -> Self:
        # No set: messages list the kinds in the order of the plan.
        kinds = dict.fromkeys(demand.kind for demand in self.demand)
        check_groups(self.groups, kinds, self.area is not None and self.area.towns is not None)
        return self

    @model_validator(mode="after")
    def _local_grid_is_known(self) -> Self:
        area = () if self.area is None else (self.area.crs, self.area.towns_crs)
        datums = [
            self.facilities.crs, self.candidates.crs, self.network.gates_crs,
            *(part.crs for part in self.demand), *(part.crs for part in self.conditions), *area,
            *(() if self.routes is None else (self.routes.crs,)),
        ]  # fmt: skip
        if self.control_points is None and LOCAL in datums:
            raise ValueError('crs = "local" needs control_points; name a table of them')
        if self.control_points is not None and LOCAL not in datums:
            raise ValueError('control_points can only stand with a crs = "local"; remove it')
        return self

    @model_validator(mode="after")
    def _rules_differ(self) -> Self:
        twice = find_twice(rule.id for rule in self.rules)
        if twice is not None:
            raise ValueError(f"rules: the id {twice!r} stands twice; give each its own")
        return self

    @model_validator(mode="after")
    def _totals_have_towns(self) -> Self:
        has_towns = self.area is not None and self.area.towns is not None
        if not has_towns and any(demand.town_totals for demand in self.demand):
            raise ValueError("demand.town_totals needs area.towns; name the polygon file of towns")
        return self


class RuleFile(Section):
    """A file of nothing but `[[rules]]`."""

    rules: Annotated[tuple[Rule, ...], BeforeValidator(_RULES)]

    @model_validator(mode="after")
    def _profiles_known(self) -> Self:
        for rule in self.rules:
            # The file is for any plan, so it may name only what every plan knows.
            profile_named(rule.profile)
        check_moments((), (), [(rule.id, rule.moment) for rule in self.rules])
        return self
