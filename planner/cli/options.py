"""The options and arguments that commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer

from planner.cli.terminal import parse_folder


def out_option(words: str) -> Any:
    """Return the option that names a folder to write into."""
    return typer.Option("--out", "-o", parser=parse_folder, metavar="DIR", help=words)


def folder_option(name: str, words: str) -> Any:
    """Return the option that names a folder to read."""
    return typer.Option(name, parser=parse_folder, metavar="DIR", help=words)


OutOption = Annotated[Path, out_option("Folder for the results; made if it is not there.")]
PlanArgument = Annotated[Path, typer.Argument(help="A plan.toml.", show_default=False)]
RunArgument = Annotated[
    Path,
    typer.Argument(
        metavar="DIR",
        parser=parse_folder,
        help="The --out of a finished run.",
        show_default=False,
    ),
]
FinishedOption = Annotated[
    Path | None,
    folder_option("--run", "The --out of a finished run of this plan; without it the plan is run."),
]
YearOption = Annotated[
    int | None,
    typer.Option("--year", help="Only people who come or go by this year; else all of them."),
]
PeopleOfOption = Annotated[
    Path | None,
    typer.Option("--scenario", help="A scenario file whose people come and go; the plan is run."),
]
#: What `--weights` is where it is not given.
USUAL_WEIGHTS: Final = "residential=1"
ModelOption = Annotated[
    str,
    typer.Option("--model", help="mclp, lscp, p-median, p-center, backup, capacitated, fairness."),
]
SitesOption = Annotated[
    int | None,
    typer.Option(
        "--sites",
        help="Most new sites; without it and a budget 10, or all candidates where fewer.",
    ),
]
BudgetOption = Annotated[
    float | None, typer.Option("--budget", help="Most money, in the plan's cost unit.")
]
ServiceOption = Annotated[
    str | None,
    typer.Option(
        "--service",
        metavar="NAME",
        help="In place of new sites: which stations should gain this service; `open` for longer "
        "hours at --moment.",
    ),
]
MomentOption = Annotated[
    str | None, typer.Option("--moment", help="With --service: when it is to be had.")
]
ConditionOption = Annotated[
    str | None,
    typer.Option(
        "--condition", help="With --service: under which of the plan's conditions it is to be had."
    ),
]
GroupOption = Annotated[
    str | None,
    typer.Option("--group", help="With --service: for whom; a group of the plan, by its name."),
]
ShareOption = Annotated[
    float | None, typer.Option("--share", help="With lscp: the share to be covered, 0 to 1.")
]
ClosuresOption = Annotated[
    int, typer.Option("--closures", help="So many of today's stations may close.")
]
ForceOption = Annotated[
    list[str] | None, typer.Option("--force", help="site_id that has to be chosen; repeatable.")
]
ExcludeOption = Annotated[
    list[str] | None, typer.Option("--exclude", help="site_id not to choose; repeatable.")
]
WeightsOption = Annotated[str, typer.Option("--weights", help="What one person of a kind counts.")]
WhyNotOption = Annotated[
    str | None, typer.Option("--why-not", metavar="LON,LAT", help="Say why not at this place.")
]
TimeOption = Annotated[
    float, typer.Option("--time-limit", help="Seconds for the proof; the best so far is kept.")
]
GapOption = Annotated[
    float, typer.Option("--gap", help="Stop when proved within this share of the best.")
]
DatumOption = Annotated[
    bool,
    typer.Option(
        "--accept-datum", help="Go on though a table is surely not in the datum the plan says."
    ),
]
PbfOption = Annotated[
    str | None,
    typer.Option(
        "--pbf",
        metavar="FILE-OR-URL",
        help="Cut the streets out of this larger extract instead of asking Overpass.",
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
FolderArgument = Annotated[
    Path,
    typer.Argument(
        metavar="DIR", parser=parse_folder, help="Folder for the plan.toml.", show_default=False
    ),
]
OsmOption = Annotated[
    Path | None, typer.Option("--osm", help="OpenStreetMap extract: .osm.pbf, .osm or .osm.gz.")
]
PlaceOption = Annotated[
    str | None, typer.Option("--place", help="In place of --osm: a district to fetch, by its name.")
]
FacilitiesOption = Annotated[
    Path | None,
    typer.Option("--facilities", help="Table of service centres: .xlsx, .csv, .geojson, .shp ..."),
]
PeopleOption = Annotated[
    Path | None,
    typer.Option("--people", help="People: a table of points or towns, polygons, or a GeoTIFF."),
]
BoundaryOption = Annotated[
    Path | None, typer.Option("--boundary", help="Polygons of the study area.")
]
TownsOption = Annotated[Path | None, typer.Option("--towns", help="Polygons of towns with names.")]
LanguageOption = Annotated[
    Literal["zh", "en"] | None,
    typer.Option(
        "--language", help="Of the plan and its pages; else that of the headings, or of the locale."
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers",
        help="Work in tiles, on so many processes of this computer; for a whole city.",
    ),
]
SchedulerOption = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="Work in tiles, on the workers of this scheduler of Dask: tcp://HOST:PORT.",
    ),
]
TilesOption = Annotated[
    int | None,
    typer.Option("--tiles", help="So many tiles; without it as many as their streets ask for."),
]
WorkOption = Annotated[
    Path | None,
    folder_option(
        "--work", "Where tiles keep what is done; all workers see it. Else beside --out."
    ),
]
TownOption = Annotated[
    list[str] | None,
    typer.Option(
        "--town", help="In tiles: write the layers of this town as result.gpkg; repeatable."
    ),
]
