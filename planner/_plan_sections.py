"""The sections of plan.toml: every key with its type, its default, its meaning and its limits."""

import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationInfo,
    model_validator,
)

from planner.crs import check_datum
from planner.profiles import profile_named

Kind = Literal["residential", "industrial", "commercial"]
KINDS: tuple[Kind, ...] = get_args(Kind)
RESERVED = ("all",)
"""Words that stand for the whole in the results; no town and no kind may be called so."""

# Beyond these a number is a slip of the pen, and would only fill the memory.
_MAX_MINUTES = 600.0
_MAX_ACCESS_M = 5_000.0
_MAX_DETOUR = 100.0
_MAX_PEOPLE_PER_HECTARE = 1e6
_MAX_LEVELS = 200.0


def _one_line(text: str) -> str:
    """Refuse text that is empty or has control characters."""
    if not text.strip():
        raise ValueError("it should not be empty")
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise ValueError("it should be one line without control characters")
    return text


def _from_folder(path: Path, info: ValidationInfo) -> Path:
    """Read a relative path from the folder of the plan."""
    _one_line(str(path))
    return Path((info.context or {}).get("folder", "")) / path


def _path(value: object) -> object:
    """Turn text into a path; leave what is not text to be refused."""
    return Path(_one_line(value)) if isinstance(value, str) else value


def _tuple(value: object) -> object:
    """Turn a list of TOML into a tuple."""
    return tuple(value) if isinstance(value, list) else value


def _increasing(minutes: tuple[float, ...]) -> tuple[float, ...]:
    """Refuse cutoffs that are not positive and strictly increasing."""
    if not minutes or minutes[0] <= 0 or any(a >= b for a, b in pairwise(minutes)):
        raise ValueError("it should be a list of positive, increasing minutes like [5, 10, 15]")
    if minutes[-1] > _MAX_MINUTES:
        raise ValueError(f"no walk longer than {_MAX_MINUTES:g} minutes is asked for; give less")
    return minutes


def _known_profile(name: str) -> str:
    """Refuse a profile that is not in the table of profiles."""
    return profile_named(name).name


Text = Annotated[str, Field(strict=True), AfterValidator(_one_line)]
Flag = Annotated[bool, Field(strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[Number, Field(gt=0)]
Share = Annotated[Number, Field(ge=0, le=1)]
Year = Annotated[int, Field(strict=True, ge=1900, le=2200)]
InputPath = Annotated[
    Path, BeforeValidator(_path), Field(strict=True), AfterValidator(_from_folder)
]
Datum = Annotated[Text, AfterValidator(check_datum)]
Cutoffs = Annotated[tuple[Number, ...], BeforeValidator(_tuple), AfterValidator(_increasing)]


class Section(BaseModel):
    """A table of plan.toml: a frozen value that knows no other keys than its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class Area(Section):
    """`[area]`: what is analysed, and its parts."""

    boundary: InputPath | None = Field(
        None, description="polygon file (GeoJSON, GeoPackage); this or `place`"
    )
    place: Text | None = Field(
        None, description="name to look up on the internet; this or `boundary`"
    )
    towns: InputPath | None = Field(
        None, description="polygon file with the parts: `name`, optional `tier`"
    )

    tiers: InputPath | None = Field(
        None, description="polygon file with `tier`; it cuts towns that have more than one"
    )
    committees: InputPath | None = Field(
        None,
        description="polygon file of committees: `name`, optional `kind`, `facility_id` of its own",
    )

    @model_validator(mode="after")
    def _one_area(self) -> Self:
        _exactly_one(self, "boundary", "place")
        return self


class Network(Section):
    """`[network]`: the streets, and how points meet them."""

    osm: InputPath = Field(description="OpenStreetMap extract: .osm.pbf, .osm or .osm.gz")
    access_limit_m: Annotated[Positive, Field(ge=1, le=_MAX_ACCESS_M)] = Field(
        100.0, description="longest straight line between a point and its street, metres"
    )
    access_detour: Annotated[Number, Field(ge=1, le=_MAX_DETOUR)] = Field(
        1.4, description="metres walked per metre of that line, at least 1"
    )


class Facilities(Section):
    """`[facilities]`: the service centres that exist."""

    table: InputPath = Field(
        description="CSV, GeoJSON or GeoPackage: `facility_id`, `name`, `lon`, `lat`; optional "
        "`level`, `domain`, `opening_hours`, `capacity`, `cost`, `status`"
    )
    crs: Datum = Field(
        "EPSG:4326", description="of lon, lat: EPSG:4326, GCJ-02, BD-09, CGCS2000 or an EPSG code"
    )


class Demand(Section):
    """`[[demand]]`: people of one kind, at points of a table or in zones of the map."""

    kind: Kind = Field(description="who they are: residents, workers or visitors")
    table: InputPath | None = Field(
        None, description="CSV, GeoJSON or GeoPackage of points; this or `osm = true`"
    )
    people: Text | None = Field(None, description="column of `table` with the number of people")
    id: Text | None = Field(
        None, description="column of `table` with unique ids; else `id` where it exists, else rows"
    )
    crs: Datum = Field(
        "EPSG:4326", description="of lon, lat: EPSG:4326, GCJ-02, BD-09, CGCS2000 or an EPSG code"
    )
    osm: Flag = Field(False, description="take the zones of this kind from `network.osm`")
    people_per_hectare: Annotated[Positive, Field(le=_MAX_PEOPLE_PER_HECTARE)] | None = Field(
        None, description="with `osm`: people by area of zone; this or `town_totals`"
    )
    town_totals: InputPath | None = Field(
        None,
        description="with `osm`: CSV of `town`, `kind`, `people`, shared over the town's zones",
    )
    levels_default: Annotated[Positive, Field(le=_MAX_LEVELS)] = Field(
        2.0, description="with `osm`: storeys of a building that has no `building:levels`"
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.osm == (self.table is not None):
            raise ValueError('give exactly one of table = "..." and osm = true')
        if self.osm:
            _only_with(self, "table", ("people", "id", "crs"))
            _exactly_one(self, "people_per_hectare", "town_totals")
        else:
            _only_with(self, "osm = true", ("people_per_hectare", "town_totals", "levels_default"))
            if self.people is None:
                raise ValueError('a table needs people = "<column with the number of people>"')
        return self


class Service(Section):
    """`[service]`: what counts as served."""

    cutoffs_minutes: Cutoffs = Field(
        (5.0, 10.0, 15.0), description="increasing minutes of walking; the last decides the verdict"
    )
    profile: Annotated[Text, AfterValidator(_known_profile)] = Field(
        "adult", description="who walks: adult, elderly or child"
    )
    targets: dict[Kind, Share] = Field(
        {}, description="share to be covered by kind, like { residential = 0.85 }"
    )
    gap_join_m: Positive | None = Field(
        None,
        description="units of one gap are at most this far apart; else by the spacing of units",
    )
    default_rules: Flag = Field(
        True, description="apply the default rules to towns whose tier they name"
    )


class Rule(Section):
    """`[[rules]]`: how near a level of facility should be to the people of a tier."""

    id: Text = Field(description="unique; a default rule of the same id is replaced")
    tier: Text = Field(description="tier of the towns it applies to")
    level: Text = Field(description="level of facility that counts, or `any`")
    kind: Kind = Field("residential", description="whose people are counted")
    profile: Annotated[Text, AfterValidator(_known_profile)] = Field(
        "adult", description="who walks, with `cutoff_minutes`"
    )
    cutoff_minutes: Positive | None = Field(
        None, description="most minutes door to door; this or `cutoff_m`"
    )
    cutoff_m: Positive | None = Field(
        None, description="most metres along the way, door to door; this or `cutoff_minutes`"
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
        _exactly_one(self, "cutoff_minutes", "cutoff_m")
        return self


class Plan(Section):
    """What to analyse; made by `load_plan`."""

    name: Text = Field(description="short name, written into the results")
    title: Text = Field(
        default_factory=lambda data: data.get("name", "plan"),
        description="printed on maps; else the name",
    )
    language: Literal["zh", "en"] = Field("zh", description="of every text on the page")
    synthetic: Flag = Field(
        False, description="true: invented data; every map, table and title says so"
    )
    area: Area | None = Field(
        None, description="without it the hull of the streets is analysed, with no ring"
    )
    network: Network
    facilities: Facilities
    demand: Annotated[tuple[Demand, ...], BeforeValidator(_tuple)] = ()
    service: Service = Field(default_factory=Service)
    rules: Annotated[tuple[Rule, ...], BeforeValidator(_tuple)] = ()

    _folder: Path = PrivateAttr(default=Path())

    def model_post_init(self, context: Any, /) -> None:
        """Remember the folder that relative paths were read from."""
        self._folder = Path((context or {}).get("folder", ""))

    @property
    def folder(self) -> Path:
        """Folder of plan.toml."""
        return self._folder

    @model_validator(mode="after")
    def _rules_differ(self) -> Self:
        ids = [rule.id for rule in self.rules]
        for rule_id in ids:
            if ids.count(rule_id) > 1:
                raise ValueError(f"rules: the id {rule_id!r} stands twice; give each its own")
        return self

    @model_validator(mode="after")
    def _totals_have_towns(self) -> Self:
        has_towns = self.area is not None and self.area.towns is not None
        if not has_towns and any(demand.town_totals for demand in self.demand):
            raise ValueError("demand.town_totals needs area.towns; name the polygon file of towns")
        return self


class RuleFile(Section):
    """A file of nothing but `[[rules]]`."""

    rules: Annotated[tuple[Rule, ...], BeforeValidator(_tuple)]


def _exactly_one(section: Section, first: str, second: str) -> None:
    """Refuse a section with both of two keys, or neither."""
    if (getattr(section, first) is None) == (getattr(section, second) is None):
        raise ValueError(f"give exactly one of {first} and {second}")


def _only_with(section: Section, partner: str, keys: tuple[str, ...]) -> None:
    """Refuse keys that mean nothing without their partner."""
    idle = [key for key in keys if key in section.model_fields_set]
    if idle:
        raise ValueError(f"{', '.join(idle)} can only stand with {partner}; remove it")
