"""From nothing to the files of the demo district."""

from __future__ import annotations

from pathlib import Path

from . import (
    comfort,
    committees,
    facilities,
    gates,
    housing,
    lessons,
    outings,
    premises,
    tables,
    write_osm,
)
from .district import draw_district, frame_lines


def build(folder: Path) -> None:
    """Draw the district and write all its files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = draw_district()
    frame_lines(drawn.canvas)
    sites = outings.sites(drawn)
    comfort.draw_comfort(drawn, sites)
    book = write_osm.number(drawn.canvas)
    write_osm.write(book, folder / "baoshan-demo.osm.pbf")
    groups = committees.form(drawn.places)
    stations, station_of = facilities.place(drawn, groups)
    tables.write_district(folder)
    tables.write_towns(folder)
    tables.write_committees(folder, groups, station_of, housing.classes(groups))
    tables.write_population(folder)
    tables.write_facilities(folder, stations, lessons.rooms(stations))
    tables.write_gates(folder, gates.listed(drawn))
    tables.write_groups(folder)
    tables.write_candidates(folder, premises.offered(drawn, stations))
    tables.write_outings(folder, sites)
    offered = lessons.courses()
    tables.write_lessons(folder, offered, lessons.teachers(), lessons.orders(groups, offered))
    tables.write_plan(folder)
