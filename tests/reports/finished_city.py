"""A small city, run and written once for all tests that hand it on."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from planner.reports import write_result
from planner.run import Result, run_plan
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from tests.cities.small_city import FACILITIES, write_city, write_lines, zones

#: A name that would be markup, a formula and the end of a text, were it not guarded.
HOSTILE = '=<b>"O\'Hara" & ]]> \\ {0} \x07 甲'


@functools.cache
def finished_city() -> tuple[Result, Path]:
    """Return the result, and its folder; the plan and its files lie in `input` there."""
    place = tempfile.mkdtemp(prefix="planner-city-")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    out = Path(place) / "out"
    points = '[[demand]]\nkind = "residential"\ntable = "people.csv"\npeople = "people"\n'
    service = 'synthetic = true\n[service]\ncutoffs_minutes = [1, 2]\nmoments = ["night"]\n'
    plan = write_city(out / "input", "helsinki", demand=points + zones(commercial=80), more=service)
    places = FACILITIES["helsinki"]
    write_lines(
        out / "input" / "facilities.csv",
        ["facility_id,name,lon,lat,status,level,opening_hours"]
        + [
            f'F{n},"{_quoted(HOSTILE)}",{lon},{lat},open,"{_quoted(level)}",Mo-Fr 09:00-17:00'
            for n, ((lon, lat), level) in enumerate(
                zip(places, ("town", HOSTILE, "neighbourhood"), strict=True), start=1
            )
        ],
    )
    lon, lat = places[0]
    write_lines(
        out / "input" / "people.csv",
        ["id,people,lon,lat", f"here,100.5,{lon},{lat}", "far,70,24.9360,60.1655"],
    )
    result = run_plan(load_inputs(load_plan(plan)))
    layers = dict(result.layers)
    layers["gaps"] = layers["gaps"].assign(name=HOSTILE)
    result = replace(result, layers=layers, provenance=result.provenance | {"title": HOSTILE})
    write_result(
        result, out, save_map=lambda path: path.write_text("map", encoding="utf-8") and None
    )
    return result, out


def _quoted(text: str) -> str:
    return text.replace('"', '""').replace("\x07", "")
