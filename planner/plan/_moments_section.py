"""The section of plan.toml about moments, and which moments a plan asks for."""

import re
from collections.abc import Sequence
from datetime import datetime, time
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, model_validator

from planner.errors import PlanError, quote
from planner.plan._section_types import (
    RESERVED,
    Section,
    Text,
    check_exactly_one,
    check_only_with,
    check_year,
    find_twice,
    read_local_time,
)
from planner.plan.moments import USUAL_MOMENTS, Day, Moment, in_reference_week, make_usual_moment

_OF_THE_MACHINE = ("localtime", "posixrules")
"""Zones that each machine takes for another one."""


def _check_name(name: str) -> str:
    """Refuse names that stand for the whole, or that could not stand in a list."""
    if name in RESERVED or ";" in name:
        raise ValueError(f"it is no name for a moment: not {', '.join(RESERVED)}, no semicolon")
    return name


def _check_local_time(text: str) -> str:
    """Refuse what is not a local date and time."""
    at = read_local_time(text)
    if at is None:
        raise ValueError(
            'it should be a local date and time like "2026-03-10T10:00", without a time zone'
        )
    check_year(at.year)
    return text


def _check_time_of_day(text: str) -> str:
    """Refuse what is not hours and minutes."""
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text, re.ASCII):
        raise ValueError('it should be a time of day like "09:30", from "00:00" to "23:59"')
    return text


def _check_zone(name: str) -> str:
    """Refuse a time zone that nobody knows."""
    try:
        if name in _OF_THE_MACHINE:
            raise ValueError
        ZoneInfo(name)
    # Zones are files: `Asia` is a folder (OSError), `../x` leads out of theirs (ValueError).
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError('it should be a time zone like "Asia/Shanghai"') from None
    return name


def _check_country(code: str) -> str:
    """Refuse what is no ISO code; whether its holidays are known is said in the warnings."""
    if not re.fullmatch("[A-Z]{2}", code):
        raise ValueError('it should be an ISO code of two capital letters like "CN"')
    return code


Timezone = Annotated[Text, AfterValidator(_check_zone)]
Country = Annotated[Text, AfterValidator(_check_country)]


class MomentKeys(Section):
    """`[[moments]]`: a point in time at which coverage is asked for."""

    name: Annotated[Text, AfterValidator(_check_name)] = Field(
        description="unique; one of the usual moments of the same name is replaced"
    )
    title: Text | None = Field(None, description="printed on pages; else the name")
    at: Annotated[Text, AfterValidator(_check_local_time)] | None = Field(
        None, description='local date and time like "2026-03-10T10:00"; this or `day`'
    )
    day: Day | None = Field(
        None,
        description="with `time`, in the week from Monday 2026-03-09, which has no public "
        "holiday; this or `at`",
    )
    time: Annotated[Text, AfterValidator(_check_time_of_day)] | None = Field(
        None, description='with `day`: local time like "10:00"'
    )

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        check_exactly_one(self, "at", "day")
        if self.day is None:
            check_only_with(self, "day", ("time",))
        elif self.time is None:
            raise ValueError('a day needs time = "10:00", or the like')
        return self

    def to_moment(self, timezone: str, country: str) -> Moment:
        """Return the moment in a time zone and a country."""
        if self.at is not None:
            at = datetime.fromisoformat(self.at)
        else:
            assert self.day is not None  # a section has one or the other
            assert self.time is not None
            at = in_reference_week(self.day, time.fromisoformat(self.time))
        title = self.title or self.name
        return Moment(self.name, title, title, at, timezone, country)


def find_moment(name: str, own: Sequence[MomentKeys], *, timezone: str, country: str) -> Moment:
    """Return one of the plan's own moments or, if none is called so, of the usual ones.

    Raises
    ------
    PlanError
        If there is none; the message lists the names.
    """
    # The plan's own first: one of them may replace a usual one of the same name.
    for keys in own:
        if keys.name == name:
            return keys.to_moment(timezone, country)
    if name in USUAL_MOMENTS:
        return make_usual_moment(name, timezone=timezone, country=country)
    known = dict.fromkeys((*USUAL_MOMENTS, *(keys.name for keys in own)))
    raise PlanError(f"unknown moment {quote(name)}; known are {', '.join(known)}")


def list_asked_names(chosen: Sequence[str], own: Sequence[MomentKeys]) -> tuple[str, ...]:
    """List the moments that a run computes: the chosen ones, then the plan's own, each once."""
    return tuple(dict.fromkeys((*chosen, *(keys.name for keys in own))))


def check_moments(
    own: Sequence[MomentKeys], chosen: Sequence[str], of_rules: Sequence[tuple[str, str | None]]
) -> None:
    """Refuse names of moments that stand twice or that nobody knows.

    Parameters
    ----------
    own
        `[[moments]]`.
    chosen
        `service.moments`.
    of_rules
        Id of each rule, and the name of its moment if it has one.

    Raises
    ------
    ValueError
        In one line, with the key.
    """
    names = [keys.name for keys in own]
    twice = find_twice(names)
    if twice is not None:
        raise ValueError(f"moments: the name {twice!r} stands twice; give each its own")
    asked = [("service.moments", name) for name in chosen]
    asked += [(f"rules: {rule_id}: moment", name) for rule_id, name in of_rules if name is not None]
    for key, name in asked:
        if name not in (*USUAL_MOMENTS, *names):
            known = ", ".join(dict.fromkeys((*USUAL_MOMENTS, *names)))
            raise ValueError(f"{key}: unknown moment {name!r}; known are {known}")
