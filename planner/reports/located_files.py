"""Writes located rows to confirm: a workbook, a CSV or a GeoJSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from planner.crs import LocalGrid, from_wgs84_lonlat, unproject
from planner.crs.array_types import Floats
from planner.reports._csv import write_csv
from planner.reports._geojson import write_points
from planner.reports._located_words import LOCATED_WORDS
from planner.reports._sheets import write_lines, write_sheet
from planner.reports._whole_file import check_ending, check_new_file, write_whole
from planner.reports.cell_limits import PLAIN_TEXTS
from planner.reports.map_links import link_place
from planner.showing import Brief
from planner.sources.cells import PLAIN_NUMBER
from planner.sources.located_rows import LocatedRows
from planner.sources.locating import CONFIDENCES, Candidate, Located
from planner.sources.unplaced_rows import RowTable

#: Columns that are written, by our names, behind those of the table and its coordinates.
ADDED: Final = ("approximate", "radius_m", "confidence", "why", "confirmed", "map")
SUFFIXES: Final = (".xlsx", ".csv", ".geojson")
#: Of a degree, 0.1 m; metres of a grid have as many.
_DIGITS: Final = 6
#: As near as a map shows houses: whoever confirms a place looks for its door.
_ZOOM: Final = 18


@dataclass(frozen=True)
class LocatedTable(Brief):
    """A table with places: `rows` to be read again, `candidates` of each row to choose from.

    rows : the columns of the table, its coordinates under its own headings, and `ADDED`;
    candidates : row, name, rank, place, coordinates, distance_m from the first, radius_m, why, map;
    datum_name : of all coordinates; headings : theirs; lonlat : of each row as a layer has it, NaN
    where it has no place; names : what each row is called in messages; lacking : which had no
    place; notes : what the reader should know.

    Examples
    --------
    >>> import pandas as pd
    >>> import planner
    >>> town = planner.load_example()
    >>> pd.DataFrame({"name": ["Willow Court"]}).to_csv("stations.csv", index=False)
    >>> table = planner.build_located_table(planner.locate_table(town.plan, "stations.csv"))
    >>> table.names.tolist()
    ['row 2: Willow Court']
    """

    rows: pd.DataFrame
    candidates: pd.DataFrame
    language: str
    datum_name: str
    headings: tuple[str, ...]
    lonlat: Floats
    names: pd.Series
    lacking: pd.Series
    notes: tuple[str, ...] = ()

    def list_nowhere(self) -> list[str]:
        """List the rows without any place, each by its number and its name."""
        return self.names[np.isnan(self.lonlat[:, 0])].tolist()

    def count_by_confidence(self) -> dict[str, int]:
        """Count the rows that had no place by how sure the one found is, the surest first."""
        found = self.rows["confidence"][self.lacking].value_counts()
        return {confidence: int(found.get(confidence, 0)) for confidence in CONFIDENCES}


def check_located_out(out: Path, inputs: Sequence[Path]) -> None:
    """Refuse a file that cannot be written, before anything is computed, see `check_new_file`."""
    check_new_file(out, inputs, SUFFIXES)


def build_located_table(located: LocatedRows) -> LocatedTable:
    """Put places beside the rows of a table, with reasons in the language of the plan.

    Its coordinates are in the datum of the plan and under the headings of the table, so that the
    file can take the place of the table in the plan.

    Examples
    --------
    >>> import pandas as pd
    >>> import planner
    >>> town = planner.load_example()
    >>> pd.DataFrame({"name": ["Willow Court"]}).to_csv("stations.csv", index=False)
    >>> table = planner.build_located_table(planner.locate_table(town.plan, "stations.csv"))
    >>> len(table.rows)
    1
    """
    table, words = located.table, LOCATED_WORDS[located.language]
    places = iter(located.found)
    lonlat = np.column_stack([table.lon, table.lat]).astype(np.float64)
    added: list[tuple[Any, ...]] = []
    listed: list[tuple[Any, ...]] = []
    there: list[Floats] = []
    for at, lacks in enumerate(table.lacking):
        if not lacks:
            added.append(_describe_given(lonlat[at], table.earlier.iloc[at], words))
            continue
        found = next(places)
        around = unproject([(c.x, c.y) for c in found.candidates], located.crs).reshape(-1, 2)
        lonlat[at] = around[0].round(_DIGITS) if len(around) else np.nan
        added.append(_describe_best(found, lonlat[at], words))
        called = int(table.numbers.iloc[at]), table.says["name"].iloc[at]
        listed += [(*called, *one) for one in _list_candidates(found.candidates, around, words)]
        there.append(around)
    rows = _join_columns(table, lonlat, pd.DataFrame(added, columns=list(ADDED)))
    candidates = pd.DataFrame(
        listed, columns=["row", "name", "rank", "place", "distance_m", "radius_m", "why", "map"]
    )
    cells = _to_cells(np.vstack([np.empty((0, 2)), *there]), table)
    for position, (heading, values) in enumerate(cells.items(), start=4):
        candidates.insert(position, heading, values, allow_duplicates=True)
    names = [
        f"row {number}: {name or address}"
        for number, name, address in zip(
            table.numbers, table.says["name"], table.says["address"], strict=True
        )
    ]
    return LocatedTable(
        rows,
        candidates,
        located.language,
        located.datum_name,
        table.headings,
        np.column_stack(_to_datum(lonlat, table.layer_datum)),
        pd.Series(names, dtype=str),
        table.lacking.reset_index(drop=True),
        located.notes,
    )


def write_located(located: LocatedTable, out: str | Path) -> None:
    """Write a table with places; the ending of its name decides how.

    Parameters
    ----------
    located
        From `build_located_table`.
    out
        A .xlsx, .csv or .geojson; what lies there is replaced.

    Raises
    ------
    SourceError
        If its name has another ending.
    OSError
        If it cannot be written; nothing is left then.

    Examples
    --------
    >>> import pandas as pd
    >>> import planner
    >>> town = planner.load_example()
    >>> pd.DataFrame({"name": ["Willow Court"]}).to_csv("stations.csv", index=False)
    >>> table = planner.build_located_table(planner.locate_table(town.plan, "stations.csv"))
    >>> planner.write_located(table, "located.csv")
    """
    out = Path(out)
    check_ending(out, SUFFIXES)
    writers: dict[str, Callable[[LocatedTable, Path], None]] = {
        ".xlsx": _write_workbook,
        ".csv": lambda table, path: write_csv(path, table.rows),
        ".geojson": _write_geojson,
    }
    write_whole(out, lambda path: writers[out.suffix.lower()](located, path))


def _describe_given(lonlat: Floats, earlier: pd.Series, words: Any) -> tuple[Any, ...]:
    """Return what is added to a row that had a place: what an earlier search said stays."""
    confirmed = {"yes": words["yes"], "no": words["no"]}
    return (
        earlier["approximate"] or "no", earlier["radius_m"], earlier["confidence"],
        earlier["why"] or words["given"],
        confirmed.get(earlier["confirmed"].lower(), earlier["confirmed"]),
        link_place(*lonlat.tolist(), zoom=_ZOOM),
    )  # fmt: skip


def _describe_best(located: Located, lonlat: Floats, words: Any) -> tuple[Any, ...]:
    """Return what is added to a row that had no place."""
    if not located.candidates:
        return "", np.nan, located.confidence, words["nothing"], "", ""
    best = located.candidates[0]
    reasons = [_say_ways(best, words), *(words[f"doubt_{doubt}"] for doubt in located.doubts)]
    radius = round(best.radius_m)
    return (
        "yes",
        radius,
        located.confidence,
        "; ".join(reasons),
        words["no"],
        link_place(*lonlat.tolist(), zoom=_ZOOM),
    )


def _list_candidates(
    candidates: Sequence[Candidate], lonlat: Any, words: Any
) -> list[tuple[Any, ...]]:
    """Return the candidates of a row, with their distance from the first."""
    rows = []
    for rank, (one, (lon, lat)) in enumerate(zip(candidates, lonlat, strict=True), start=1):
        away = np.hypot(one.x - candidates[0].x, one.y - candidates[0].y)
        rows.append(
            (
                rank,
                one.label,
                round(away),
                round(one.radius_m),
                _say_ways(one, words),
                link_place(lon, lat, zoom=_ZOOM),
            )
        )
    return rows


def _say_ways(candidate: Candidate, words: Any) -> str:
    """Say how a candidate was found."""
    return "; ".join(words[f"way_{way}"].format(label=candidate.label) for way in candidate.ways)


def _join_columns(table: RowTable, lonlat: Floats, added: pd.DataFrame) -> pd.DataFrame:
    """Fill in the coordinates that a table lacks, and put our columns behind its own."""
    rows = table.rows.drop(columns=[name for name in ADDED if name in table.rows])
    rows = rows.reset_index(drop=True)
    filled = table.lacking.to_numpy() & ~np.isnan(lonlat[:, 0])
    for heading, found in _to_cells(lonlat, table).items():
        # What stood there stays as it is; a number is written as one.
        given = rows[heading].map(_to_value) if heading in rows else found
        pairs = zip(found, given, filled, strict=True)
        rows[heading] = pd.Series([ours if fills else theirs for ours, theirs, fills in pairs])
    return pd.concat([rows, added], axis=1)


def _to_value(text: str) -> str | float:
    """Return the number that a cell holds, else its text."""
    return float(text) if PLAIN_NUMBER.fullmatch(text) else text


def _to_cells(lonlat: Floats, table: RowTable) -> dict[str, list[Any]]:
    """Return coordinates by heading, as the table has them: in its datum, in one cell or two."""
    cells = [np.round(values, _DIGITS).tolist() for values in _to_datum(lonlat, table.datum)]
    if len(table.headings) == 1:
        pairs = zip(*cells, strict=True)
        cells = [["" if np.isnan(lon) else f"{lon:.6f}, {lat:.6f}" for lon, lat in pairs]]
    return dict(zip(table.headings, cells, strict=True))


def _to_datum(lonlat: Floats, datum: str | LocalGrid) -> tuple[Floats, Floats]:
    """Return coordinates in a datum; NaN stays NaN."""
    x, y = from_wgs84_lonlat(lonlat[:, 0], lonlat[:, 1], datum)
    nowhere = np.isnan(lonlat[:, 0])
    return np.where(nowhere, np.nan, x), np.where(nowhere, np.nan, y)


def _write_geojson(located: LocatedTable, path: Path) -> None:
    """Write points; rows without a place have no geometry."""
    # Headings that the plan may name stay, although the point says it.
    ours = [heading for heading in located.headings if heading in ("lon", "lat")]
    rows = located.rows.drop(columns=ours).to_dict("records")
    values = [
        {str(name): None if cell != cell else cell for name, cell in row.items()} for row in rows
    ]
    places = [place if np.isfinite(place[0]) else None for place in located.lonlat.tolist()]
    write_points(path, zip(values, places, strict=True))


def _write_workbook(located: LocatedTable, path: Path) -> None:
    """Write the sheet to confirm, the candidates, and what it all means."""
    import xlsxwriter

    words = LOCATED_WORDS[located.language]
    with xlsxwriter.Workbook(str(path), PLAIN_TEXTS) as book:
        rows = located.rows.rename(columns={"confirmed": words["confirmed"]})
        sheet = write_sheet(book, words["sheet"], rows)
        column = list(rows).index(words["confirmed"])
        choices = {"validate": "list", "source": [words["yes"], words["no"]]}
        sheet.data_validation(1, column, max(len(rows), 1), column, choices)
        write_sheet(book, words["candidates"], located.candidates)
        lines = words["lines"].format(crs=located.datum_name)
        write_lines(book, words["about"], lines.split("\n"))
