"""The sections of plan.toml about people: who walks, groups of them, and how sure figures are."""

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from planner.plan._section_types import (
    KINDS,
    RESERVED,
    AccessLimit,
    Between,
    Detour,
    InputPath,
    Kind,
    Listed,
    Section,
    Share,
    Text,
)
from planner.plan.profiles import (
    MAX_DELAY_S,
    MAX_GRADE,
    MAX_SPEED_KMH,
    MIN_GRADE,
    MIN_SPEED_KMH,
    PROFILES,
    Slope,
    Vehicle,
    WalkProfile,
    derive_profile,
    describe_unknown_profile,
)

GateMode = Literal["as_tagged", "inferred_open", "inferred_closed"]
GATE_MODES: tuple[GateMode, ...] = get_args(GateMode)

WHO_WORDS = ("residents", "everyone", "nobody")
"""Words for who may pass a gate; no profile may be called so."""

# A number beyond these is a typing error, and a run with it would only fill the memory.
_MAX_REPEATS = 1_000
_MIN_FACTOR, _MAX_FACTOR = 0.1, 10.0

_OF_KINDS = tuple(f"{kind}_" for kind in KINDS)
Speed = Annotated[float, BeforeValidator(Between(MIN_SPEED_KMH, MAX_SPEED_KMH))]
Delay = Annotated[float, BeforeValidator(Between(0, MAX_DELAY_S))]
Grade = Annotated[float, BeforeValidator(Between(MIN_GRADE, MAX_GRADE))]
_FIGURES = ("speed_kmh", "steps_factor", "signal_s", "crossing_s", "gate_s", "push_kmh",
            "max_grade")  # fmt: skip


def _check_profile_name(name: str) -> str:
    """Refuse names that mean something else in results or in a table of gates."""
    # `metres` is who walks where a rule has cutoff_m; the semicolon joins names in tables of gates.
    taken = (*RESERVED, "metres", *WHO_WORDS)
    if name in taken or ";" in name:
        raise ValueError(f"it is no name for a profile: not {', '.join(taken)}, and no semicolon")
    return name


def _check_group_name(name: str) -> str:
    """Refuse a name whose column in the results would be that of a kind or of the whole."""
    if name.lower() in (*RESERVED, *KINDS) or name.lower().startswith(_OF_KINDS):
        raise ValueError("it is the name of a kind or of the whole; give another")
    return name


def _check_range(ends: tuple[float, ...]) -> tuple[float, ...]:
    """Refuse what is no pair of numbers, the smaller first."""
    if len(ends) != 2 or ends[0] > ends[1]:
        raise ValueError("it should be two numbers, the smaller first, like [0.9, 1.1]")
    return ends


def _check_each_once(words: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse a list without a word, or with one twice."""
    if not words or len(set(words)) < len(words):
        raise ValueError("it should be a list of at least one word, each once")
    return words


Factor = Annotated[float, BeforeValidator(Between(_MIN_FACTOR, _MAX_FACTOR))]
DelayFactor = Annotated[float, BeforeValidator(Between(0, _MAX_FACTOR))]
FactorRange = Annotated[tuple[Factor, ...], BeforeValidator(Listed()), AfterValidator(_check_range)]
DelayRange = Annotated[
    tuple[DelayFactor, ...], BeforeValidator(Listed()), AfterValidator(_check_range)
]
LimitRange = Annotated[
    tuple[AccessLimit, ...], BeforeValidator(Listed()), AfterValidator(_check_range)
]
DetourRange = Annotated[tuple[Detour, ...], BeforeValidator(Listed()), AfterValidator(_check_range)]


class Profile(Section):
    """`[[profiles]]`: a kind of walker of the plan's own, or another in place of a default."""

    name: Annotated[Text, AfterValidator(_check_profile_name)] = Field(
        description="as rules and results name it; the name of a default profile replaces it"
    )
    like: Text | None = Field(
        None,
        description="profile that gives what is not set here: a default one or one further up; "
        'else the default of the same name, `bicycle` with `vehicle = "bicycle"`, or `adult`',
    )
    speed_kmh: Speed | None = Field(
        None, description="speed on a plain street, km/h, 0.5 to 30; adult 4 by default"
    )
    steps_factor: Share | None = Field(
        None, description="share of the speed on steps; 0: steps cannot be passed; 0.5 is assumed"
    )
    signal_s: Delay | None = Field(
        None, description="delay across a carriageway at a signal, seconds; 20 is assumed"
    )
    crossing_s: Delay | None = Field(
        None, description="delay across a carriageway at a plain crossing, seconds; 5 is assumed"
    )
    gate_s: Delay | None = Field(None, description="delay at a gate, seconds; 0 is assumed")
    vehicle: Vehicle | None = Field(
        None,
        description="a bicycle obeys one-way rules and is pushed where it may not be ridden; a "
        "wheelchair and a stroller pass no stile, a wheelchair nothing tagged `wheelchair=no`",
    )
    push_kmh: Speed | None = Field(
        None, description="speed of a bicycle where it is pushed, km/h, 0.5 to 30; 4 by default"
    )
    slope: Slope | None = Field(
        None,
        description="how slope changes the speed, with `network.elevation`: of Tobler 1993, "
        "Irmischer & Clarke 2018, Parkin & Rotheram 2010 (riding), or not at all; on foot tobler, "
        "a bicycle parkin-rotheram, an ebike none by default",
    )
    max_grade: Grade | None = Field(
        None,
        description="with `network.elevation`: streets that rise or fall by more, metres per "
        "metre, are not passed; a wheelchair 1/12 by default, others any",
    )
    source: Text = Field(
        "the plan", description="where the figures set here come from, printed with them"
    )
    status: Literal["law", "standard", "draft", "derived", "assumption"] = Field(
        "assumption", description="what the figures set here are, printed with them"
    )

    def to_profile(self, known: dict[str, WalkProfile]) -> WalkProfile:
        """Return the profile; `known` holds those it may be like."""
        # A bicycle that is like an adult on foot would climb steps, and ride at 4 km/h.
        fallback = "adult" if self.vehicle in (None, "foot") else self.vehicle
        base = self.like or (self.name if self.name in known else fallback)
        figures = {key: getattr(self, key) for key in _FIGURES}
        return derive_profile(
            known[base],
            self.name,
            source=self.source,
            status=self.status,
            figures={key: value for key, value in figures.items() if value is not None},
            vehicle=self.vehicle,
            slope=self.slope,
        )


class Group(Section):
    """`[[groups]]`: a part of the people of a kind, counted beside them, never on top of them."""

    name: Annotated[Text, AfterValidator(_check_group_name)] = Field(
        description="short name, like elderly or couriers; the results have `people_<name>`"
    )
    title: Text | None = Field(None, description="printed on maps; else the name")
    kind: Kind = Field("residential", description="the people they are a part of")
    profile: Text | None = Field(
        None, description="the profile they walk as; else that of `[service]`"
    )
    share: Share | None = Field(
        None, description="their share of the people of every unit; this, `table` or `column`"
    )
    table: InputPath | None = Field(
        None,
        description="CSV of `town`, `group` and `people` or `share`: shared over the people of "
        "the town; this, `share` or `column`",
    )
    column: Text | None = Field(
        None,
        description="column with their number in the `table` or the `town_totals` of "
        "[[demand]]; this, `share` or `table`",
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        sources = (self.share, self.table, self.column)
        if sum(source is not None for source in sources) != 1:
            raise ValueError("give exactly one of share, table and column")
        return self


class Uncertainty(Section):
    """`[uncertainty]`: how often, and over which ranges, the verdicts are repeated."""

    repeats: Annotated[int, BeforeValidator(Between(0, _MAX_REPEATS, whole=True))] = Field(
        0, description="repeats over the ranges below, such as 30; 0: none"
    )
    seed: Annotated[int, BeforeValidator(Between(0, 2**31 - 1, whole=True))] = Field(
        1, description="the same seed draws the same figures"
    )
    speed: FactorRange = Field(
        (0.9, 1.1), description="range of the factor on every speed; an assumption by default"
    )
    access_limit_m: LimitRange | None = Field(
        None,
        description="range of `network.access_limit_m`; by default 0.8 to 1.2 times it, so "
        "[80, 120] for 100: an assumption",
    )
    access_detour: DetourRange | None = Field(
        None,
        description="range of `network.access_detour`; by default 0.2 less to 0.2 more, at "
        "least 1, so [1.2, 1.6] for 1.4: an assumption",
    )
    crossing_delay: DelayRange = Field(
        (0.5, 1.5),
        description="range of the factor on the delays at crossings; an assumption by default",
    )
    gates: Annotated[
        tuple[GateMode, ...], BeforeValidator(Listed()), AfterValidator(_check_each_once)
    ] = Field(
        GATE_MODES,
        description="what is taken of gates that nobody mapped, as equally likely: an assumption",
    )


def collect_profiles(own: Sequence[Profile]) -> dict[str, WalkProfile]:
    """Return the default profiles with those of a plan, which replace them by name.

    Raises
    ------
    ValueError
        If a name stands twice, or `like` names a profile that is not known above it.
    """
    # A copy, as the defaults are those of every plan.
    known, seen = dict(PROFILES), set()
    for number, profile in enumerate(own, start=1):
        if profile.name in seen:
            raise ValueError(
                f"profiles[{number}].name: {profile.name!r} stands twice; give each its own"
            )
        # Only profiles further up are known yet, so no two can be like each other.
        if profile.like is not None:
            _refuse_unknown(profile.like, known, f"profiles[{number}].like")
        seen.add(profile.name)
        known[profile.name] = profile.to_profile(known)
    return known


def list_judged_names(first: str, more: Sequence[str], groups: Sequence[Group]) -> tuple[str, ...]:
    """Return the names of all profiles that a run judges, each once, the plan's own first."""
    of_groups = [group.profile for group in groups if group.profile is not None]
    return tuple(dict.fromkeys([first, *more, *of_groups]))


def check_profiles(
    known: Collection[str],
    first: str,
    more: Sequence[str],
    rules: Sequence[str],
    groups: Sequence[Group],
    others: Mapping[str, str | None],
) -> None:
    """Refuse names of profiles that are not known, and one judged twice.

    Parameters
    ----------
    known
        Names of the profiles.
    first, more, rules
        `[service]` profile and profiles, and the profile of each of `[[rules]]`.
    groups
        Of the plan.
    others
        Key -> profile that it names, None for none.

    Raises
    ------
    ValueError
        With the key and the nearest name.
    """
    _refuse_unknown(first, known, "service.profile")
    for number, name in enumerate(more):
        _refuse_unknown(name, known, "service.profiles")
        if name == first:
            raise ValueError(f"service.profiles: {name!r} is service.profile already; remove it")
        if name in more[:number]:
            raise ValueError(f"service.profiles: {name!r} stands twice; remove one")
    for number, name in enumerate(rules, start=1):
        _refuse_unknown(name, known, f"rules[{number}].profile")
    for number, group in enumerate(groups, start=1):
        if group.profile is not None:
            _refuse_unknown(group.profile, known, f"groups[{number}].profile")
    for key, other in others.items():
        if other is not None:
            _refuse_unknown(other, known, key)


def check_groups(groups: Sequence[Group], kinds: Collection[str], has_towns: bool) -> None:
    """Refuse groups of one name, of a kind that nobody is of, or by towns that are not named.

    Raises
    ------
    ValueError
        With the key and what to do.
    """
    seen: set[str] = set()
    for number, group in enumerate(groups, start=1):
        if group.name.lower() in seen:  # a GeoPackage does not tell their columns apart
            raise ValueError(
                f"groups[{number}].name: {group.name!r} stands twice; give each its own"
            )
        seen.add(group.name.lower())
        if group.kind not in kinds:
            raise ValueError(
                f"groups[{number}].kind: no [[demand]] is of kind {group.kind}; "
                + (f"give {' or '.join(kinds)}" if kinds else "add one")
            )
        if group.table is not None and not has_towns:
            raise ValueError(
                f"groups[{number}].table needs area.towns; name the polygon file of towns"
            )


def check_uncertainty(uncertainty: Uncertainty, judged: Sequence[WalkProfile]) -> None:
    """Refuse ranges that make a profile faster or slower, or its waits longer, than may be.

    Raises
    ------
    ValueError
        With the profile and what to do.
    """
    for profile in judged:
        # A drawn factor changes the speed of pushing as well.
        fastest = max(profile.speed_kmh, profile.push_kmh) * uncertainty.speed[1]
        if fastest > MAX_SPEED_KMH:
            raise ValueError(
                f"uncertainty.speed: {uncertainty.speed[1]:g} times the speed of profile "
                f"{profile.name!r} is {fastest:g} km/h; give a range that ends lower, at most "
                f"{MAX_SPEED_KMH:g} km/h"
            )
        slowest = min(profile.speed_kmh, profile.push_kmh) * uncertainty.speed[0]
        if slowest < MIN_SPEED_KMH:
            raise ValueError(
                f"uncertainty.speed: {uncertainty.speed[0]:g} times the speed of profile "
                f"{profile.name!r} is {slowest:g} km/h; give a range that begins higher, at least "
                f"{MIN_SPEED_KMH:g} km/h"
            )
        # The delay at gates is not drawn: crossing_delay is about crossings alone.
        longest = max(profile.signal_s, profile.crossing_s) * uncertainty.crossing_delay[1]
        if longest > MAX_DELAY_S:
            raise ValueError(
                f"uncertainty.crossing_delay: {uncertainty.crossing_delay[1]:g} times the delay of "
                f"profile {profile.name!r} is {longest:g} s; give a range that ends lower, at most "
                f"{MAX_DELAY_S:g} s"
            )


def _refuse_unknown(name: str, known: Collection[str], key: str) -> None:
    """Refuse a profile that is not known, by the key that names it."""
    if name not in known:
        raise ValueError(f"{key}: {describe_unknown_profile(name, known)}")
