"""The section `[network]` of plan.toml: the streets, and how points meet them."""

from typing import Final, Self

from pydantic import Field, model_validator

from planner.plan._section_types import (
    AccessLimit,
    Columns,
    Datum,
    Detour,
    InputPath,
    Section,
    check_only_with,
)
from planner.plan.slopes import Direction

#: Endings of extracts, which name their tags themselves.
_EXTRACTS: Final = (".pbf", ".osm", ".osm.gz", ".osm.bz2")


class Network(Section):
    """`[network]`: the streets, and how points meet them."""

    osm: InputPath = Field(
        description="OpenStreetMap extract: .osm.pbf, .osm, .osm.gz or .osm.bz2; files that JOSM "
        "or Overpass saved are read as they stand: new objects are used, deleted ones are gone; "
        "without an extract a file of streets as in `streets`"
    )
    streets: InputPath | None = Field(
        None,
        description="file of streets to walk in place of those of `osm`, of which all else is "
        "taken: lines (.shp, .zip, .gpkg, .geojson, .parquet) that meet at common points, or a "
        "graph of OSMnx (.graphml); see docs/streets.md",
    )
    streets_crs: Datum = Field(
        "EPSG:4326",
        description="GCJ-02 or BD-09 where the lines are in one of them, though their file says "
        "EPSG:4326",
    )
    columns: Columns = Field(
        {},
        description="columns of the lines: key of OpenStreetMap = heading, like highway = "
        '"道路等级"; else those that are called as a key',
    )
    values: Columns = Field(
        {},
        description='words of the lines: word = value of OpenStreetMap, like 主干路 = "primary"',
    )
    access_limit_m: AccessLimit = Field(
        100.0, description="longest straight line between a point and its street, metres"
    )
    access_detour: Detour = Field(
        1.4, description="metres walked per metre of that line, at least 1"
    )
    gates: InputPath | None = Field(
        None,
        description="a table or layer (docs/tables.md) of gates that the extract lacks: `lon`, "
        "`lat`; optional `gate_id`, `name`, `hours`, `who` (residents; everyone: others may walk "
        'through the estate too; nobody; or profiles separated by ";")',
    )
    gates_crs: Datum = Field("EPSG:4326", description="of lon, lat in `gates`, as facilities.crs")
    gates_columns: Columns = Field(
        {}, description="headings of `gates`, as facilities.columns: our name = theirs"
    )

    elevation: InputPath | None = Field(
        None,
        description="GeoTIFF of heights above the sea, metres: speeds follow the slope of each "
        "street, up and down; needs the extra `raster`; see docs/slope.md",
    )
    direction: Direction = Field(
        "to",
        description="whose minutes decide where up and down, or one-way streets of riders, "
        "differ: of the walk `to` a facility, of that `from` it, or of the longer of the two "
        "for the same facility (`both`)",
    )

    @model_validator(mode="after")
    def _gates_have_a_table(self) -> Self:
        if self.gates is None:
            check_only_with(self, "gates", ("gates_crs", "gates_columns"))
        return self

    @model_validator(mode="after")
    def _columns_have_streets(self) -> Self:
        if self.streets is None and self.osm.name.endswith(_EXTRACTS):
            check_only_with(self, "streets", ("streets_crs", "columns", "values"))
        return self
