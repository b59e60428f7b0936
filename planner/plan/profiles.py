"""Who walks or rides, and how fast; every figure with what it is."""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from numbers import Real
from typing import ClassVar, Final, Literal, get_args

from planner.errors import PlanError, quote

Vehicle = Literal["foot", "bicycle", "wheelchair", "stroller"]
VEHICLES: Final[tuple[Vehicle, ...]] = get_args(Vehicle)

Slope = Literal["tobler", "irmischer-clarke", "parkin-rotheram", "none"]
"""How slope changes a speed, see `planner.plan.slopes`."""
SLOPES: Final[tuple[Slope, ...]] = get_args(Slope)

MIN_SPEED_KMH: Final = 0.5
"""A slower walker would take more than 12 minutes for 100 m."""
MAX_SPEED_KMH: Final = 30.0
"""A higher speed is a typing error: no bicycle in a city keeps more."""
MIN_GRADE, MAX_GRADE = 0.01, 1.0
"""A limit of grade beyond these is a typing error: 1 % is level to the eye, 100 % a cliff."""
MAX_DELAY_S: Final = 600.0
"""A longer wait at one crossing or gate is a typing error."""


@dataclass(frozen=True)
class Figure:
    """One figure of a profile, and what it is.

    key : name of the field of the profile; value; unit : `km/h`, `s` or "" for a factor.
    source : where the figure comes from; status : law, standard, draft, derived or assumption.
    """

    key: str
    value: float
    unit: str
    source: str
    status: str


_UNITS: Final = {
    "speed_kmh": "km/h",
    "steps_factor": "",
    "signal_s": "s",
    "crossing_s": "s",
    "gate_s": "s",
    "push_kmh": "km/h",
}
#: What the figures are that profiles share, and where they come from.
#: By value as well: with another value a figure is no longer the product's assumption.
_SHARED: Final = {
    ("steps_factor", 0.5): ("assumed: half the speed on steps", "assumption"),
    ("steps_factor", 0.0): ("assumed: wheels take no steps", "assumption"),
    ("signal_s", 20.0): ("assumed: mean wait at a signal", "assumption"),
    ("crossing_s", 5.0): ("assumed: mean wait at a plain crossing", "assumption"),
    ("gate_s", 0.0): ("assumed: gates cause no wait", "assumption"),
    ("push_kmh", 4.0): ("the speed of an adult on foot", "derived"),
}
#: What functions of slope are, and where they come from.
_OF_SLOPES: Final[dict[Slope, tuple[str, str]]] = {
    "tobler": ("Tobler 1993, as a share of its speed on level ground", "derived"),
    "irmischer-clarke": (
        "Irmischer & Clarke 2018, on paths, as a share of its speed on level ground", "derived"
    ),
    "parkin-rotheram": (
        "Parkin & Rotheram 2010, as a share of its speed on level ground; no gain below -5 %",
        "derived",
    ),
    "none": ("assumed: slope changes nothing", "assumption"),
}  # fmt: skip
#: The steepest ramp that a wheelchair is given.
_WHEELCHAIR_GRADE: Final = 1 / 12
_RAMPS: Final = ("GB 55019-2021, 2.3.1: ramps for wheelchairs rise 1 in 12 at most", "standard")


def _is_grade(value: object) -> bool:
    """Tell whether a value is a limit of grade, or inf for none."""
    return isinstance(value, int | float) and (MIN_GRADE <= value <= MAX_GRADE or value == math.inf)


@dataclass(frozen=True)
class WalkProfile:
    """A kind of walker or rider.

    Parameters
    ----------
    name
        As plan.toml and the results name it.
    speed_kmh
        Speed on a plain street, km/h, 0.5 to 30.
    steps_factor
        Share of the speed on steps, 0 to 1; 0: steps cannot be passed.
    signal_s, crossing_s
        Delay of a path across a carriageway at a signalled and at a plain crossing, seconds.
    gate_s
        Delay at a gate, seconds.
    vehicle
        `foot`; `bicycle`: ridden where it may be, obeying one-way rules, else pushed; `wheelchair`
        and `stroller`: as on foot, but not where the map says that these do not pass.
    push_kmh
        Speed of a bicycle where it is pushed, km/h.
    slope
        How slope changes the speed where heights are known: `tobler`, `irmischer-clarke`,
        `parkin-rotheram` (riding) or `none`.
    max_grade
        Streets that rise or fall by more, metres per metre, are not passed; inf: any is.
    source, status
        Where the speed comes from; `law`, `standard`, `draft`, `derived` or `assumption`.
    sources
        (key, source, status) of figures that have another source than the product's defaults.

    Raises
    ------
    PlanError
        If a figure is outside its range.

    Examples
    --------
    >>> import planner
    >>> brisk = planner.WalkProfile("brisk", 5.0)
    >>> round(brisk.speed_m_per_min, 1)
    83.3
    """

    name: str
    speed_kmh: float
    steps_factor: float = 0.5
    signal_s: float = 20.0
    crossing_s: float = 5.0
    gate_s: float = 0.0
    vehicle: Vehicle = "foot"
    push_kmh: float = 4.0
    source: str = ""
    status: str = "assumption"
    sources: tuple[tuple[str, str, str], ...] = ()
    slope: Slope = "tobler"
    max_grade: float = math.inf

    # Overridden where metres are asked for: a profile that walks 1 m a minute counts them.
    slowest_kmh: ClassVar[float] = MIN_SPEED_KMH

    def __post_init__(self) -> None:
        for key in ("speed_kmh", "push_kmh", "steps_factor", "signal_s", "crossing_s", "gate_s"):
            self._check(key, isinstance(getattr(self, key), Real), "give a number")
        for key in ("speed_kmh", "push_kmh"):
            self._check(
                key,
                self.slowest_kmh <= getattr(self, key) <= MAX_SPEED_KMH,
                f"give a speed from {MIN_SPEED_KMH:g} to {MAX_SPEED_KMH:g} km/h",
            )
        self._check(
            "steps_factor",
            0 <= self.steps_factor <= 1,
            "give a factor from 0 (steps cannot be passed) to 1",
        )
        for key in ("signal_s", "crossing_s", "gate_s"):
            self._check(
                key,
                0 <= getattr(self, key) <= MAX_DELAY_S,
                f"give seconds from 0 to {MAX_DELAY_S:g}",
            )
        self._check("vehicle", self.vehicle in VEHICLES, f"give {' or '.join(VEHICLES)}")
        self._check("slope", self.slope in SLOPES, f"give {' or '.join(SLOPES)}")
        self._check(
            "max_grade",
            _is_grade(self.max_grade),
            f"give metres per metre from {MIN_GRADE:g} to {MAX_GRADE:g}",
        )

    def _check(self, key: str, is_good: bool, advice: str) -> None:
        """Refuse a figure, by its key."""
        if not is_good:
            value = getattr(self, key)
            raise PlanError(f"profile {quote(self.name)}: {key} is {quote(value)}; {advice}")

    @property
    def speed_m_per_min(self) -> float:
        """Speed on a plain street, metres a minute."""
        return self.speed_kmh * 1000 / 60

    @property
    def push_m_per_min(self) -> float:
        """Speed where a bicycle is pushed, metres a minute."""
        return self.push_kmh * 1000 / 60

    @property
    def rides(self) -> bool:
        """Whether one-way rules bind, and walking is pushing."""
        return self.vehicle == "bicycle"

    @property
    def takes_steps(self) -> bool:
        """Whether steps can be passed at all."""
        return self.steps_factor > 0

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure that counts for this profile, each with its source and what it is."""
        own = {key: (source, status) for key, source, status in self.sources}
        # Only figures that change a time are told, and nobody but riders pushes.
        keys = [key for key in _UNITS if key != "push_kmh" or self.rides]
        found = []
        for key in keys:
            value = float(getattr(self, key))
            shared = (self.source, self.status)
            if key != "speed_kmh":
                shared = _SHARED.get((key, value), shared)
            found.append(Figure(key, value, _UNITS[key], *own.get(key, shared)))
        return tuple(found)

    @property
    def slope_told(self) -> dict[str, str]:
        """Where the function of slope and the limit of grade come from, and what they are."""
        own = {key: (source, status) for key, source, status in self.sources}
        source, status = own.get("slope", _OF_SLOPES[self.slope])
        told = {"slope": self.slope, "slope_source": source, "slope_status": status}
        if self.max_grade == math.inf:
            return told
        standard = _RAMPS if self.max_grade == _WHEELCHAIR_GRADE else (self.source, self.status)
        source, status = own.get("max_grade", standard)
        limit = f"{self.max_grade:.4g}"
        return told | {
            "max_grade": limit, "max_grade_source": source, "max_grade_status": status
        }  # fmt: skip


def derive_profile(
    base: WalkProfile,
    name: str,
    *,
    source: str,
    status: str,
    figures: dict[str, float] | None = None,
    vehicle: Vehicle | None = None,
    slope: Slope | None = None,
) -> WalkProfile:
    """Return a profile that differs from another in some figures, which keep their own source.

    Parameters
    ----------
    base
        Gives what is not named.
    name
        Of the new profile.
    source, status
        Where the figures named here come from, and what they are.
    figures
        Field of WalkProfile -> value.
    vehicle, slope
        Another vehicle, another function of slope than that of the base.

    Raises
    ------
    PlanError
        If a figure is outside its range.
    """
    figures = figures or {}
    kept = tuple(entry for entry in base.sources if entry[0] not in figures)
    # The source of the speed is that of the profile itself.
    own = tuple((key, source, status) for key in figures if key != "speed_kmh")
    made = replace(base, name=name, sources=kept + own, **figures)  # type: ignore[arg-type]
    if "speed_kmh" in figures:
        made = replace(made, source=source, status=status)
    made = made if slope is None else replace(made, slope=slope)
    return made if vehicle is None else replace(made, vehicle=vehicle)


PROFILES: dict[str, WalkProfile] = {
    profile.name: profile
    for profile in (
        WalkProfile("adult", 4.0, source="GB 50180-2018: 1,000 m in 15 minutes", status="derived"),
        WalkProfile("elderly", 2.9, source="assumed"),
        WalkProfile("child", 3.6, source="assumed"),
        WalkProfile(
            "wheelchair", 3.2, steps_factor=0.0, vehicle="wheelchair", source="assumed",
            max_grade=_WHEELCHAIR_GRADE,
        ),
        WalkProfile("stroller", 3.6, steps_factor=0.0, vehicle="stroller", source="assumed"),
        WalkProfile(
            "bicycle", 12.0, steps_factor=0.0, vehicle="bicycle", source="assumed",
            slope="parkin-rotheram",
        ),
        WalkProfile(
            "ebike", 15.0, steps_factor=0.0, vehicle="bicycle", source="assumed", slope="none"
        ),
    )
}  # fmt: skip


def find_fastest(profiles: Iterable[WalkProfile]) -> WalkProfile:
    """Return the profile that goes farthest in a minute; of equals the first."""
    return max(profiles, key=lambda profile: profile.speed_kmh)


def profile_named(name: str, known: dict[str, WalkProfile] = PROFILES) -> WalkProfile:
    """Return the profile of that name.

    Parameters
    ----------
    name
        Of a profile.
    known
        Name -> profile; the default profiles unless given.

    Raises
    ------
    PlanError
        If there is none; the message lists the names, the likeliest first.
    """
    if name not in known:
        raise PlanError(describe_unknown_profile(name, known))
    return known[name]


def describe_unknown_profile(name: str, known: Collection[str]) -> str:
    """Say that no profile has a name, which one may be meant, and which there are."""
    near = get_close_matches(name.lower(), list(known), n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    return f"unknown profile {quote(name)}; {hint}known are {', '.join(known)}"
