"""Who walks, and how fast."""

from dataclasses import dataclass

from planner.errors import PlanError


@dataclass(frozen=True)
class WalkProfile:
    """A kind of walker.

    Parameters
    ----------
    name
        As plan.toml and the results name it.
    speed_kmh
        Walking speed on a plain street, km/h, more than 0.
    steps_factor
        Share of that speed on steps, in (0, 1].
    source
        Where the speed comes from.
    status
        `law`, `standard`, `derived` or `assumption`.

    Raises
    ------
    PlanError
        If a speed or factor is outside its range.
    """

    name: str
    speed_kmh: float
    steps_factor: float = 0.5
    source: str = ""
    status: str = "assumption"

    def __post_init__(self) -> None:
        if not 0 < self.speed_kmh < 30:
            raise PlanError(
                f"profile {self.name!r}: speed_kmh is {self.speed_kmh!r}; "
                "give a walking speed above 0 and below 30"
            )
        if not 0 < self.steps_factor <= 1:
            raise PlanError(
                f"profile {self.name!r}: steps_factor is {self.steps_factor!r}; "
                "give a factor above 0, at most 1"
            )

    @property
    def speed_m_per_min(self) -> float:
        """Speed on a plain street, metres a minute."""
        return self.speed_kmh * 1000 / 60


PROFILES: dict[str, WalkProfile] = {
    profile.name: profile
    for profile in (
        WalkProfile("adult", 4.0, source="GB 50180-2018: 1,000 m in 15 minutes", status="derived"),
        WalkProfile("elderly", 2.9, source="assumed"),
        WalkProfile("child", 3.6, source="assumed"),
    )
}


def profile_named(name: str) -> WalkProfile:
    """Return the profile of that name.

    Raises
    ------
    PlanError
        If there is none; the message lists the names.
    """
    if name not in PROFILES:
        raise PlanError(f"unknown profile {name!r}; known are {', '.join(PROFILES)}")
    return PROFILES[name]
