"""The sections of plan.toml about candidate sites: where they come from, what they cost, limits."""

from typing import Annotated, Literal, Self, get_args

from pydantic import BeforeValidator, Field, model_validator

from planner.plan._section_types import (
    Between,
    Columns,
    Cost,
    Datum,
    Flag,
    InputTable,
    Listed,
    Section,
    Text,
    check_exactly_one,
    check_only_with,
    find_twice,
)

Action = Literal["new", "convert", "enlarge", "upgrade"]
ACTIONS: tuple[Action, ...] = get_args(Action)

# A number beyond these is a typing error, and a run with it would only fill the memory.
_MIN_STEP_M, _MAX_STEP_M = 10.0, 5_000.0
_MAX_SPACING_M = 100_000.0
_MAX_SITES = 10_000
_MAX_LIMITS = 1_000

Weight = Annotated[float, BeforeValidator(Between(0, 1_000))]
Count = Annotated[int, BeforeValidator(Between(0, _MAX_SITES, whole=True))]


class Costs(Section):
    """`costs` of `[candidates]`: what a site costs whose table does not say."""

    new: Cost = Field(3.0, description="a new building; an assumption")
    convert: Cost = Field(1.0, description="an existing building converted; an assumption")
    enlarge: Cost = Field(0.6, description="a station enlarged; an assumption")
    upgrade: Cost = Field(0.3, description="a station upgraded; an assumption")
    service: Cost = Field(
        1.0, description="with `site --service`: a service more at a station; an assumption"
    )
    hours: Cost = Field(
        1.0, description="with `site --service`: longer hours of a station; an assumption"
    )


class Weights(Section):
    """`weights` of `[candidates]`: how much each criterion counts in the score."""

    residents: Weight = Field(3.0, description="residents within the last cutoff")
    workers: Weight = Field(0.0, description="workers within the last cutoff")
    visitors: Weight = Field(0.0, description="visitors within the last cutoff")
    street: Weight = Field(2.0, description="class of the street it faces, main streets first")
    metro: Weight = Field(1.0, description="walk to the nearest metro exit")
    bus: Weight = Field(1.0, description="walk to the nearest bus stop")
    services: Weight = Field(1.0, description="other public services within the first cutoff")
    distance: Weight = Field(1.0, description="walk to the next facility, far ones first")
    cost: Weight = Field(0.0, description="its cost, cheap ones first")

    @model_validator(mode="after")
    def _something_counts(self) -> Self:
        if not any(self.model_dump().values()):
            raise ValueError("every weight is 0; give at least one above 0")
        return self


class SiteLimit(Section):
    """`[[candidates.limits]]`: how many sites of a town or a domain, and for how much."""

    town: Text | None = Field(None, description="name of a town; this or `domain`")
    domain: Text | None = Field(None, description="domain of sites; this or `town`")
    least: Count = Field(0, description="at least so many new sites")
    most: Count | None = Field(None, description="at most so many")
    budget: Cost | None = Field(None, description="at most for so much, in `cost_unit`")

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        check_exactly_one(self, "town", "domain")
        # `least` has a default, so 0 cannot be told from a key that is not set, and limits nothing.
        if self.most is None and self.budget is None and self.least == 0:
            raise ValueError("it limits nothing; give least, most or budget")
        if self.most is not None and self.least > self.most:
            raise ValueError(f"least {self.least} is more than most {self.most}; lower least")
        return self


class Candidates(Section):
    """`[candidates]`: where a new site may be."""

    table: InputTable | None = Field(
        None,
        description="a table or layer (docs/tables.md): `site_id`, `name`, `lon`, `lat`; optional "
        "`action` (new, convert, enlarge, upgrade; new where not given), `cost`, `capacity`, "
        "`domain`, `town`",
    )
    crs: Datum = Field("EPSG:4326", description="of lon, lat in `table`, as facilities.crs")
    columns: Columns = Field(
        {}, description="headings of `table`, as facilities.columns: our name = theirs"
    )
    osm: Flag | None = Field(
        None,
        description="buildings of public use in `network.osm`, to be converted: centres of "
        "community, culture, sports and elderly care, libraries, markets, post offices, "
        "government halls, bank and shop corners; by default true where there is no `table`",
    )
    frontage: Flag | None = Field(
        None,
        description="street frontage in and around the gaps; by default true where there is no "
        "`table`",
    )
    frontage_step_m: Annotated[float, BeforeValidator(Between(_MIN_STEP_M, _MAX_STEP_M))] = Field(
        100.0, description="metres of street between two sites of frontage"
    )
    spacing_m: Annotated[float, BeforeValidator(Between(0, _MAX_SPACING_M))] = Field(
        0.0, description="no two new sites stand nearer than this, straight metres"
    )
    cost_unit: Text = Field(
        "conversions", description="unit of every cost, printed with it; for costs.convert = 1"
    )
    costs: Costs = Field(default_factory=Costs)
    weights: Weights = Field(default_factory=Weights)
    limits: Annotated[tuple[SiteLimit, ...], BeforeValidator(Listed(_MAX_LIMITS))] = ()

    @property
    def uses_osm(self) -> bool:
        """Whether buildings of the map are candidates."""
        # Whoever has a table knows the sites: the map adds more only where the plan asks for them.
        return self.table is None if self.osm is None else self.osm

    @property
    def uses_frontage(self) -> bool:
        """Whether street frontage is."""
        return self.table is None if self.frontage is None else self.frontage

    @model_validator(mode="after")
    def _come_from_somewhere(self) -> Self:
        if self.table is None:
            check_only_with(self, "table", ("crs", "columns"))
        if not (self.table or self.uses_osm or self.uses_frontage):
            raise ValueError("no site may come from anywhere; give table, osm or frontage")
        return self

    @model_validator(mode="after")
    def _limits_differ(self) -> Self:
        for what in ("town", "domain"):
            twice = find_twice(getattr(limit, what) for limit in self.limits)
            if twice is not None:
                raise ValueError(f"limits: the {what} {twice!r} stands twice; put both into one")
        return self
