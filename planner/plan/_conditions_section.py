"""The section `[[conditions]]` of plan.toml: ice, heat, a flood, asked beside the usual walk."""

from collections.abc import Collection, Sequence
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from planner.errors import PlanError
from planner.plan._section_types import (
    MAX_ACCESS_M,
    MAX_DETOUR,
    RESERVED,
    Between,
    Columns,
    Datum,
    Flag,
    InputPath,
    Listed,
    Section,
    Text,
    check_exactly_one,
    check_only_with,
    find_twice,
)
from planner.plan.moments import USUAL_MOMENTS
from planner.plan.named_conditions import Condition, SpeedChange
from planner.plan.profiles import (
    MAX_SPEED_KMH,
    MIN_SPEED_KMH,
    WalkProfile,
    describe_unknown_profile,
)
from planner.walkability import WALKED_HIGHWAYS, WALKED_IF_INVITED

Status = Literal["law", "standard", "draft", "research", "derived", "assumption"]

_HIGHWAYS: Final = tuple(sorted(WALKED_HIGHWAYS | WALKED_IF_INVITED))
_MIN_FACTOR, _MAX_DELAYED = 0.05, 20.0
_MOST_CONDITIONS: Final = Listed(20)
Names = Annotated[tuple[Text, ...], BeforeValidator(Listed())]


def _check_name(name: str) -> str:
    """Refuse names that stand for the whole, or that could not stand in a list."""
    if name in RESERVED or ";" in name:
        raise ValueError(f"it is no name for a condition: not {', '.join(RESERVED)}, no semicolon")
    return name


def _check_highways(values: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse classes of street that nobody walks, so that a misspelt one is no condition."""
    for value in values:
        if value not in _HIGHWAYS:
            raise ValueError(
                f"no street on foot has highway={value}; known are {', '.join(_HIGHWAYS)}"
            )
    return values


Highways = Annotated[Names, AfterValidator(_check_highways)]


class SpeedKeys(Section):
    """`[[conditions.speeds]]`: how much slower who walks where; those that apply multiply."""

    profiles: Names = Field((), description="names of profiles that it holds for; empty: all")
    highways: Highways = Field(
        (),
        description='values of `highway` that it holds on, like ["steps"]; without these and '
        "`surfaces` it holds everywhere, off the streets as well",
    )
    surfaces: Names = Field(
        (),
        description='values of `surface` in OSM that it holds on, like ["sett", "dirt"]; streets '
        "of which none is mapped keep their speed",
    )
    factor: Annotated[float, BeforeValidator(Between(_MIN_FACTOR, 1))] | None = Field(
        None, description="share of the usual speed, 0.05 to 1; this or `speed_kmh`"
    )
    speed_kmh: Annotated[float, BeforeValidator(Between(MIN_SPEED_KMH, MAX_SPEED_KMH))] | None = (
        Field(
            None,
            description="speed on a plain street in place of the profile's, km/h, no faster than "
            "it; this or `factor`",
        )
    )
    source: Text = Field("the plan", description="where the figure comes from, printed with it")
    status: Status = Field("assumption", description="what the figure is, printed with it")

    @model_validator(mode="after")
    def _one_figure(self) -> Self:
        check_exactly_one(self, "factor", "speed_kmh")
        if self.speed_kmh is not None and (self.highways or self.surfaces):
            raise ValueError(
                "speed_kmh holds everywhere; give a factor for some highways or surfaces"
            )
        return self

    def to_change(self) -> SpeedChange:
        """Return the change of speed."""
        return SpeedChange(**{name: getattr(self, name) for name in SpeedKeys.model_fields})


class ConditionKeys(Section):
    """`[[conditions]]`: assumptions asked beside the usual ones, such as ice, heat or a flood."""

    name: Annotated[Text, AfterValidator(_check_name)] = Field(
        description="unique, and no name of a moment"
    )
    title: Text | None = Field(None, description="printed on pages; else the name")
    closed_highways: Highways = Field(
        (), description='values of `highway` of streets that nobody walks then, like ["steps"]'
    )
    closed_streets: InputPath | None = Field(
        None,
        description="streets that nobody walks then (docs/conditions.md): a table of `way_id`, or "
        "a table or layer of points or lines, which close what lies within `radius_m` of them (10 "
        "unless it says otherwise); optional `condition`, the names it holds for",
    )
    closed_area: InputPath | None = Field(
        None,
        description="polygon file of ground that nobody walks then: streets are cut at its "
        "border, and no other walk crosses it",
    )
    crs: Datum = Field(
        "EPSG:4326", description="of `closed_streets` and `closed_area`, as facilities.crs"
    )
    columns: Columns = Field(
        {}, description="headings of `closed_streets`, as facilities.columns: our name = theirs"
    )
    close_facilities: Flag = Field(
        True, description="stations in `closed_area` are closed; false: they stay open"
    )
    close_elevated: Flag = Field(
        True,
        description="bridges, tunnels and other levels in `closed_area` are closed too; false: "
        "they stay open, as over a flood",
    )
    crossing_delay: Annotated[float, BeforeValidator(Between(1, _MAX_DELAYED))] = Field(
        1.0, description="factor on the waits at crossings, 1 to 20"
    )
    access_detour: Annotated[float, BeforeValidator(Between(1, MAX_DETOUR))] | None = Field(
        None, description="in place of `network.access_detour`, no less than it"
    )
    access_limit_m: Annotated[float, BeforeValidator(Between(1, MAX_ACCESS_M))] | None = Field(
        None, description="in place of `network.access_limit_m`, no more than it"
    )
    source: Text = Field(
        "the plan", description="where all but the speeds comes from, printed with it"
    )
    status: Status = Field("assumption", description="what all but the speeds is, printed with it")
    speeds: Annotated[tuple[SpeedKeys, ...], BeforeValidator(Listed())] = ()

    @model_validator(mode="after")
    def _partners(self) -> Self:
        if self.closed_area is None:
            check_only_with(self, "closed_area", ("close_facilities", "close_elevated"))
        if self.closed_streets is None:
            check_only_with(self, "closed_streets", ("columns",))
        if self.closed_area is None and self.closed_streets is None:
            check_only_with(self, "closed_area or closed_streets", ("crs",))
        return self

    @model_validator(mode="after")
    def _assumes_something(self) -> Self:
        assumed = (
            self.speeds, self.closed_highways, self.closed_streets, self.closed_area,
            self.access_detour, self.access_limit_m, self.crossing_delay > 1,
        )  # fmt: skip
        if not any(assumed):
            raise ValueError("it changes nothing; give speeds, closed_area or another assumption")
        return self

    def to_condition(self) -> Condition:
        """Return the condition, without what its files say."""
        same = (
            "name", "closed_highways", "crossing_delay", "access_detour", "access_limit_m",
            "close_facilities", "close_elevated", "source", "status",
        )  # fmt: skip
        return Condition(
            title=self.title or self.name,
            speeds=tuple(keys.to_change() for keys in self.speeds),
            **{name: getattr(self, name) for name in same},
        )


Conditions = Annotated[tuple[ConditionKeys, ...], BeforeValidator(_MOST_CONDITIONS)]


def check_conditions(
    own: Sequence[ConditionKeys],
    moments: Collection[str],
    known: dict[str, WalkProfile],
    judged: Sequence[WalkProfile],
    access: tuple[float, float],
) -> None:
    """Refuse conditions of one name, of profiles that nobody is, or that make a walk shorter.

    Parameters
    ----------
    own
        `[[conditions]]`.
    moments
        Names of those of the plan.
    known
        Name -> profile.
    judged
        Those that a run judges.
    access
        `network.access_detour` and `network.access_limit_m`.

    Raises
    ------
    ValueError
        In one line, with the key.
    """
    twice = find_twice(keys.name for keys in own)
    if twice is not None:
        raise ValueError(f"conditions: the name {twice!r} stands twice; give each its own")
    detour, limit_m = access
    for keys in own:
        name = keys.name
        if name in (*USUAL_MOMENTS, *moments):
            raise ValueError(f"conditions: {name!r} is the name of a moment; give another")
        for unknown in (one for part in keys.speeds for one in part.profiles if one not in known):
            raise ValueError(
                f"conditions: {name!r}: speeds: {describe_unknown_profile(unknown, known)}"
            )
        if keys.access_detour is not None and keys.access_detour < detour:
            raise ValueError(
                f"conditions: {name!r}: access_detour {keys.access_detour:g} is less than the "
                f"usual {detour:g}; a condition makes no walk shorter, so give at least that"
            )
        if keys.access_limit_m is not None and keys.access_limit_m > limit_m:
            raise ValueError(
                f"conditions: {name!r}: access_limit_m {keys.access_limit_m:g} is more than the "
                f"usual {limit_m:g}; a condition makes no walk shorter, so give at most that"
            )
        for profile in judged:
            _check_speeds(keys, profile)


def _check_speeds(keys: ConditionKeys, profile: WalkProfile) -> None:
    """Refuse a condition that makes somebody faster, or slower than people may be."""
    condition = keys.to_condition()
    for change in condition.speeds:
        # A named profile that is not judged is slowed as little as any other.
        if change.factor_of(profile) > 1:
            raise ValueError(
                f"conditions: {keys.name!r}: speed_kmh {change.speed_kmh:g} is faster than "
                f"profile {profile.name!r} usually walks, {profile.speed_kmh:g} km/h; name the "
                "profiles that it holds for, or give a factor"
            )
    try:
        condition.slow(profile)
    except PlanError as error:
        raise ValueError(f"conditions: {keys.name!r}: {error}") from None
