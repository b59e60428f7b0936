"""The command that draws one picture: a map or a curve for slides, a long picture for the phone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from planner.cli.options import QuietOption
from planner.cli.terminal import parse_folder, say, show_progress

# Anything that takes long to import is imported where it is used: `planner --help` answers at once.


def picture_command(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            parser=parse_folder,
            help="The --out of a finished run.",
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="A .png, .svg or .pdf.")],
    what: Annotated[
        Literal["map", "curve", "long"],
        typer.Option(
            "--what",
            help="A map, the curve of a proposal, or a long picture for the phone (.png).",
        ),
    ] = "map",
    town: Annotated[
        str | None, typer.Option("--town", metavar="NAME", help="Only this town.")
    ] = None,
    sites: Annotated[
        Path | None,
        typer.Option(
            "--sites",
            metavar="DIR",
            parser=parse_folder,
            help="The --out of planner site: its sites are drawn too.",
        ),
    ] = None,
    width: Annotated[
        float, typer.Option("--width", help="Of the map, cm; names get larger as it gets less.")
    ] = 20.0,
    language: Annotated[
        Literal["zh", "en"] | None,
        typer.Option("--language", help="Of the picture; else that of the plan."),
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Draw a picture of a finished run: for slides, or for a chat on the phone.

    Pictures have 200 dots an inch; the long one is 1,080 pixels wide and has the sentence, the map,
    ten gaps, what can be done and the sources. A picture of the same name is replaced.

    Example: planner picture out --town 大场镇 --out map.png
    """
    from planner.reports import check_picture, load_handover, write_picture

    check_picture(out, what, width)
    with show_progress(quiet=quiet) as told:
        told("reading", 0.0)
        handover = load_handover(folder, sites=sites, language=language)
        told("reading", 1.0)
        told("picture", 0.0)
        write_picture(handover, out, what=what, town=town, width_cm=width)
        told("picture", 1.0)
    if not quiet:
        say(f"picture: {out}")
