"""Polygons with people in them, such as committees with their totals."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from planner.crs import LocalGrid
from planner.errors import on_one_line
from planner.sources._checks import Faults, check_columns, check_size, read_people
from planner.sources._geo_table import add_dropped_rows
from planner.sources._heading_units import refuse_multiples
from planner.sources._our_words import add_remarks
from planner.sources._raw_table import RawTable
from planner.sources._read_table import is_empty
from planner.sources._written_numbers import clean_numbers
from planner.sources.headings import find_exact
from planner.sources.polygon_table import load_polygons
from planner.sources.tables import EMPTY_PEOPLE, Table


def load_people_polygons(path: Path, *, people: str, crs: str | LocalGrid = "EPSG:4326") -> Table:
    """Read polygons with a number of people.

    Parameters
    ----------
    path, crs
        As of `load_polygons`.
    people
        Column with the number of people; fractions are kept, empty counts 0 and is listed.

    Returns
    -------
    Table
        Rows with `id` ("row7"), `called` (how messages name it), `people` (float), `row` and
        Polygon or MultiPolygon.

    Raises
    ------
    SourceError
        If the file cannot be read, the column is missing, people are negative, or a row has no
        usable polygon.
    """
    table = load_polygons(path, name=None, crs=crs, kind="committees")
    rows = table.rows
    nothing = pd.Series("", index=rows.index, dtype=str)
    texts = pd.DataFrame(rows.drop(columns="geometry"))
    raw = RawTable(path, texts, rows["row"], None, nothing, table.notes, table.remarks)
    check_size(raw, "places with people")
    people = find_exact(list(map(str, texts)), people)
    check_columns(raw, (people,))
    refuse_multiples(path.name, people)
    cleaned, said = clean_numbers(texts[people], "people")
    raw = add_remarks(raw, [f"{on_one_line(people)}: {line}" for line in said])
    faults = Faults(raw)
    counts, reasons = read_people(faults, pd.DataFrame({people: cleaned}), people)
    # A table drops such rows; who lives in a polygon cannot be left out without a hole in the sums.
    faults.add_each(reasons != "", reasons, lambda reason: f"{reason}; correct it")
    faults.stop()
    called = [
        f"row {row} ({on_one_line(name, 40)})" if name else f"row {row}"
        for row, name in zip(rows["row"], rows.get("name", nothing), strict=True)
    ]
    kept = {"id": "row" + rows["row"].astype(str), "called": called, "people": counts}
    layer = gpd.GeoDataFrame({**kept, "row": rows["row"]}, geometry=rows.geometry, crs=rows.crs)
    empty = rows["row"][is_empty(cleaned)]
    dropped = add_dropped_rows(table.dropped, table.file, empty, EMPTY_PEOPLE)
    return replace(table, rows=layer, dropped=dropped, notes=raw.notes, remarks=raw.remarks)
