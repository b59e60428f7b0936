"""`[[demand]]` of plan.toml: where the people of one kind come from."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from planner.plan._section_types import (
    Between,
    Columns,
    Datum,
    Flag,
    InputPath,
    InputTable,
    Kind,
    Section,
    Text,
    check_exactly_one,
    check_only_with,
)
from planner.plan.given_table import TableSource

# A number beyond these is a typing error, and a run with it would only fill the memory.
_PEOPLE_PER_HECTARE = Between(0.001, 1e6)
_LEVELS = Between(0.1, 200)
_BAND = Between(1, 1_000, whole=True)

#: What the cells of a raster hold.
RasterUnit = Literal["people", "people_per_km2"]
#: Keys that name a file of people; `osm = true` alone is the source without one.
_FILES = ("table", "raster", "polygons")


class Demand(Section):
    """`[[demand]]`: people of one kind, from a table, a raster, polygons or zones of the map."""

    kind: Kind = Field(description="who they are: residents, workers or visitors")
    table: InputTable | None = Field(
        None, description="a table or layer (docs/tables.md) of points; this or another source"
    )
    people: Text | None = Field(
        None, description="column of `table` or `polygons` with the number of people"
    )
    id: Text | None = Field(
        None, description="column of `table` with unique ids; else `id` where it exists, else rows"
    )
    crs: Datum = Field(
        "EPSG:4326",
        description="of lon, lat in `table`: EPSG:4326, GCJ-02, BD-09, CGCS2000, an EPSG code "
        "or local, see `control_points`; for `polygons` only GCJ-02 and BD-09 matter",
    )
    columns: Columns = Field(
        {}, description="headings of `table`, as facilities.columns: `lon`, `lat`, `coordinates`"
    )
    raster: InputPath | None = Field(
        None,
        description="GeoTIFF whose cells hold people, such as WorldPop or GHSL; this or another "
        "source; needs the extra `raster`",
    )
    raster_unit: RasterUnit = Field(
        "people", description="what a cell of `raster` holds: its people, or people per km²"
    )
    raster_band: Annotated[int, BeforeValidator(_BAND)] = Field(
        1, description="band of `raster` that holds them"
    )
    polygons: InputPath | None = Field(
        None,
        description="layer of polygons (docs/tables.md) with a column of `people`, such as "
        "committees with their totals; spread over buildings and zones; this or another source",
    )
    osm: Flag = Field(
        False,
        description="take the zones of this kind from `network.osm`; with `raster`: spread the "
        "people of its cells over their buildings",
    )
    people_per_hectare: Annotated[float, BeforeValidator(_PEOPLE_PER_HECTARE)] | None = Field(
        None, description="with `osm`: people by area of zone; this or `town_totals`"
    )
    town_totals: InputPath | None = Field(
        None,
        description="with `osm`: CSV of `town`, `kind`, `people`, shared over the town's zones",
    )
    levels_default: Annotated[float, BeforeValidator(_LEVELS)] = Field(
        2.0,
        description="with `osm` or `polygons`: storeys of a building that has no `building:levels`",
    )
    # `class` is a word of Python.
    class_: Text | None = Field(
        None,
        alias="class",
        description="column of `table` with the class of housing or settlement of each place, such "
        "as 商品房, 动迁房 or 村宅, by which coverage and gaps are told too; this or `class_zones`",
    )
    class_zones: InputPath | None = Field(
        None,
        description="layer of polygons (docs/tables.md) with a class each, of which people have "
        "that of the polygon they are in: of two the smaller one's; with any source",
    )
    class_column: Text | None = Field(
        None, description="column of `class_zones` with the class; `class` where not given"
    )

    @property
    def file(self) -> TableSource | None:
        """The table, raster or polygon file that holds the people; None where the map does."""
        return self.table or self.raster or self.polygons

    @property
    def uses_map(self) -> bool:
        """Whether people are put into zones and buildings of the map."""
        return self.osm or self.polygons is not None

    @property
    def has_classes(self) -> bool:
        """Whether the class of its people is told."""
        return self.class_ is not None or self.class_zones is not None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        named = [key for key in _FILES if getattr(self, key) is not None]
        alone = self.osm and named in ([], ["table"])  # with other files it only says how to spread
        if len(named) + alone != 1:
            raise ValueError(
                'give exactly one of table = "...", raster = "...", polygons = "..." and '
                "osm = true, which may also stand with raster and polygons"
            )
        if "table" not in named:
            check_only_with(self, "table", ("id", "columns", "class_"))
        if "raster" not in named:
            check_only_with(self, "raster", ("raster_unit", "raster_band"))
        if not self.uses_map:
            check_only_with(self, "osm = true", ("levels_default",))
        if named:
            partner = "osm = true" if named == ["table"] else "osm = true and no other source"
            check_only_with(self, partner, ("people_per_hectare", "town_totals"))
        else:
            check_exactly_one(self, "people_per_hectare", "town_totals")
        self._check_column(named)
        self._check_class()
        return self

    def _check_column(self, named: list[str]) -> None:
        """Refuse a column of people where there is no table, and a table without one."""
        if named not in (["table"], ["polygons"]):
            partner = "table" if not named else "table or polygons"
            check_only_with(self, partner, ("people", "crs"))
        elif self.people is None:
            what = "a table needs" if named == ["table"] else "polygons need"
            raise ValueError(f'{what} people = "<column with the number of people>"')

    def _check_class(self) -> None:
        """Refuse two sources of classes, and a column of polygons that are not named."""
        if self.class_ is not None and self.class_zones is not None:
            raise ValueError("give class or class_zones, not both")
        if self.class_zones is None:
            check_only_with(self, "class_zones", ("class_column",))
