"""The section of plan.toml about the study area: its outline and its parts."""

from typing import Self

from pydantic import Field, model_validator

from planner.plan._section_types import (
    Datum,
    InputPath,
    KnownLand,
    Section,
    Text,
    check_exactly_one,
    check_only_with,
)


class Area(Section):
    """`[area]`: what is analysed, and its parts."""

    boundary: InputPath | None = Field(
        None, description="layer of polygons (docs/tables.md); this or `place`"
    )
    crs: Datum = Field(
        "EPSG:4326",
        description="of `boundary`, where the file is in GCJ-02 or BD-09 although it does not say "
        "so",
    )
    place: Text | None = Field(
        None, description="name to look up on the internet; this or `boundary`"
    )
    towns: InputPath | None = Field(
        None, description="polygon file with the parts: `name`, optional `tier`"
    )
    towns_crs: Datum = Field("EPSG:4326", description="of `towns`, as `crs` is of `boundary`")

    tiers: InputPath | None = Field(
        None, description="polygon file with `tier`; it cuts towns that have more than one"
    )
    committees: InputPath | None = Field(
        None,
        description="polygon file of committees: `name`, optional `kind`, `facility_id` of its own",
    )
    known: KnownLand | None = Field(
        None,
        description='where all streets are in the data: "everywhere", or a polygon file; without '
        "it the data end at the edge of the extract, and people who could walk across that edge "
        "are of unknown cover",
    )

    @model_validator(mode="after")
    def _one_area(self) -> Self:
        # What is known may be said of streets without a boundary as well.
        if self.known is None or self.boundary is not None or self.place is not None:
            check_exactly_one(self, "boundary", "place")
        if self.boundary is None:
            check_only_with(self, "boundary", ("crs",))
        if self.towns is None:
            check_only_with(self, "towns", ("towns_crs",))
        return self
