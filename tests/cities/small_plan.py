"""Small plans on a drawn street, written as files and read back as a run reads them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import shapely

from planner.crs import unproject
from planner.sources.inputs import Inputs, load_inputs
from planner.sources.plan_file import load_plan
from tests.cities.drawing import FRAME, Drawing

#: A street of 4 km from west to east with a crossroads of 2 km in its middle.
CROSS = Drawing(
    {1: (-2000, 0), 2: (0, 0), 3: (2000, 0), 4: (0, 1000), 5: (0, -1000)},
    [
        ([1, 2, 3], "highway=footway name=Long"),
        ([4, 2, 5], "highway=footway name=Short"),
    ],
)


def lonlat(x, y):
    """Return lon, lat of a place drawn in metres."""
    return unproject([(x, y)], FRAME)[0].tolist()


def write_table(path: Path, heading: str, rows) -> None:
    """Write rows that end in x, y (metres) as a CSV that ends in lon, lat."""
    lines = [f"{heading},lon,lat"]
    for *values, x, y in rows:
        lines.append(",".join(map(str, [*values, *lonlat(x, y)])))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_polygons(path: Path, shapes: dict) -> None:
    """Write named polygons drawn in metres."""
    layer = gpd.GeoDataFrame({"name": list(shapes)}, geometry=list(shapes.values()), crs=FRAME)
    layer.to_crs(4326).to_file(path)


def inputs_of(
    folder: Path,
    demand: str,
    *,
    drawing=CROSS,
    facilities=(("F", "Station", 0, 0),),
    tables=None,
    area=None,
    towns=None,
    totals=(),
    service="",
    bounds=None,
    heading="facility_id,name",
    gates=(),
    more="",
    known=None,
    complete=False,
) -> Inputs:
    """Write a plan and what it names, and read it.

    `demand` is the text of all [[demand]]; tables : file -> rows (id, people, x, y); area, towns :
    polygons in metres; bounds : extent in metres that the extract claims; heading : of the
    facilities, whose rows end in x, y; gates : rows gate_id, hours, who, x, y; more : end of the
    plan; known : "everywhere" or a polygon in metres; complete : of the facilities.
    """
    (folder / "streets.osm").unlink(missing_ok=True)
    drawing.write(folder / "streets.osm")
    write_table(folder / "facilities.csv", heading, facilities)
    if gates:
        write_table(folder / "gates.csv", "gate_id,hours,who", gates)
    for name, rows in (tables or {}).items():
        write_table(folder / name, "id,people", rows)
    text = 'name = "small"\nlanguage = "en"\n'
    if area is not None:
        write_polygons(folder / "area.geojson", {"area": area})
        text += '[area]\nboundary = "area.geojson"\n'
    if known is not None:
        text += "" if area is not None else "[area]\n"
        text += f'known = "{known if isinstance(known, str) else "known.geojson"}"\n'
        if not isinstance(known, str):
            write_polygons(folder / "known.geojson", {"known": known})
    if towns is not None:
        write_polygons(folder / "towns.geojson", towns)
        text += 'towns = "towns.geojson"\n'
    lines = [",".join(map(str, row)) for row in (("town", "kind", "people"), *totals)]
    (folder / "totals.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text += '[network]\nosm = "streets.osm"\n' + ('gates = "gates.csv"\n' if gates else "")
    text += '[facilities]\ntable = "facilities.csv"\n' + ("complete = true\n" if complete else "")
    text += f"{demand}\n[service]\n{service}\n{more}\n"
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    inputs = load_inputs(load_plan(folder / "plan.toml"))
    if bounds is None:
        return inputs
    box = gpd.GeoSeries([bounds], crs=FRAME).to_crs(4326).iloc[0]
    return replace(inputs, osm=replace(inputs.osm, bounds=shapely.box(*box.bounds)))
