"""The section `[routes]` of plan.toml: themed walks over the sites of a table."""

import re
from datetime import datetime, time
from typing import Annotated, Final, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from planner.plan._section_types import (
    Between,
    Columns,
    Datum,
    InputTable,
    Listed,
    Section,
    Text,
    check_only_with,
    check_year,
    find_twice,
    read_local_time,
)
from planner.plan.moments import DAYS, Moment, in_reference_week

RouteEnd = Literal["free", "facilities", "metro"]
ROUTE_ENDS: tuple[RouteEnd, ...] = get_args(RouteEnd)

#: Days as opening hours write them.
_DAYS: Final = dict(zip(("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"), DAYS, strict=True))
_DAY_AND_TIME: Final = re.compile(r"(Mo|Tu|We|Th|Fr|Sa|Su) (([01]\d|2[0-3]):[0-5]\d)", re.ASCII)

# A number beyond these is a typing error, and a question with it would have no answer.
_Minutes = Annotated[float, BeforeValidator(Between(1, 1_440))]
_Whole = Annotated[int, BeforeValidator(Between(1, 100, whole=True))]
_People = Annotated[int, BeforeValidator(Between(1, 1_000_000, whole=True))]
_None_or_more = Annotated[int, BeforeValidator(Between(0, 1_000_000, whole=True))]
_Metres = Annotated[float, BeforeValidator(Between(0, 100_000))]
_Walk = Annotated[float, BeforeValidator(Between(0, 1_440))]
_Speed = Annotated[float, BeforeValidator(Between(1, 120))]


def _check_begin(text: str) -> str:
    """Refuse what is neither a day of the week nor a date, with a time."""
    if not _DAY_AND_TIME.fullmatch(text):
        at = read_local_time(text)
        if at is None:
            raise ValueError(
                'it should be a day and a time like "Sa 09:00", or a date like "2026-10-10T09:00"'
            )
        check_year(at.year)
    return text


class Bus(Section):
    """`bus` of `[routes]`: a coach that rides where a walk is too long."""

    speed_kmh: _Speed = Field(20.0, description="of the coach on the streets; an assumption")
    boarding_minutes: Annotated[float, BeforeValidator(Between(0, 120))] = Field(
        5.0, description="getting on and off, once each ride; an assumption"
    )
    streets: Annotated[tuple[Text, ...], BeforeValidator(Listed())] = Field(
        description="classes of street (`highway` in OSM) on which a coach may stop, like "
        '["primary", "secondary", "tertiary"]'
    )
    most_metres: _Metres = Field(
        150.0, description="a coach stops for a site at most so many straight metres away"
    )

    @model_validator(mode="after")
    def _names_a_class(self) -> Self:
        if not self.streets:
            raise ValueError('streets is empty; name classes like "secondary", or leave out bus')
        return self


class Routes(Section):
    """`[routes]`: themed walks over sites, for `planner routes`."""

    sites: InputTable = Field(
        description="a table or layer (docs/routes.md): `name`, `lon`, `lat`, `theme` (several "
        'with "|" between), `dwell_minutes`; optional `site_id`, `opening_hours`, '
        "`group_capacity`, `value` (1), `volunteers` (1), `template`, `note`"
    )
    crs: Datum = Field("EPSG:4326", description="of lon, lat in `sites`, as facilities.crs")
    columns: Columns = Field(
        {}, description="headings of `sites`, as facilities.columns: our name = theirs"
    )
    templates: InputTable | None = Field(
        None,
        description="table of what a visit is made of: `template_id`, `name`; optional `minutes`, "
        "`text`, `link`; `template` of a site names one",
    )
    templates_columns: Columns = Field(
        {}, description="headings of `templates`, as facilities.columns: our name = theirs"
    )
    starts: RouteEnd = Field(
        "free",
        description="where routes start: free (at any site), facilities (that are open "
        "then), metro (exits)",
    )
    ends: RouteEnd = Field("free", description="where routes end, as `starts`")
    routes: _Whole = Field(6, description="how many routes, 1 to 100")
    themes: Annotated[tuple[Text, ...], BeforeValidator(Listed())] = Field(
        (), description="themes that routes may have; empty: all of the table"
    )
    most_of_theme: _Whole | None = Field(None, description="at most so many routes of one theme")
    begin: Annotated[Text, AfterValidator(_check_begin)] = Field(
        "Sa 09:00",
        description='day and time like "Sa 09:00" (in the week from Monday 2026-03-09, which has '
        'no public holiday), or a local date and time like "2026-10-10T09:00"',
    )
    minutes: _Minutes = Field(240.0, description="a route takes at most so long, waiting included")
    group: _People = Field(
        20, description="people who go; a site whose `group_capacity` is less is left out"
    )
    most_leg_minutes: _Walk = Field(
        20.0,
        description="most minutes of walking in one go; a leg that may be walked is walked, even "
        "where a coach is quicker, so a larger number can lower the value",
    )
    most_walk_minutes: _Walk = Field(90.0, description="most minutes of walking in all, each route")
    profile: Text | None = Field(None, description="who walks; else `service.profile`")
    volunteers: _None_or_more = Field(
        100, description="at most so many at the sites of all routes together"
    )
    long_crossing_m: _Metres = Field(
        25.0, description="a street crossing longer than this is warned of"
    )
    bus: Bus | None = Field(None, description="absent: all on foot")

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.templates is None:
            check_only_with(self, "templates", ("templates_columns",))
        twice = find_twice(self.themes)
        if twice is not None:
            raise ValueError(f"themes: {twice!r} stands twice; keep one")
        if self.most_leg_minutes > self.most_walk_minutes:
            raise ValueError(
                f"most_leg_minutes {self.most_leg_minutes:g} is more than most_walk_minutes "
                f"{self.most_walk_minutes:g}; lower it"
            )
        return self

    def begins(self, timezone: str, country: str) -> Moment:
        """Return the moment at which routes begin, in a time zone and a country."""
        found = _DAY_AND_TIME.fullmatch(self.begin)
        if found:
            at = in_reference_week(_DAYS[found[1]], time.fromisoformat(found[2]))
        else:
            at = datetime.fromisoformat(self.begin)
        return Moment("begin", self.begin, self.begin, at, timezone, country)
