"""A table as people wrote it, put into the words that the planner reads."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from planner.errors import on_one_line
from planner.sources._checks import find_similar
from planner.sources._coordinate_columns import find_coordinate_columns
from planner.sources._coordinate_pairs import split_pairs
from planner.sources._geo_table import given_column
from planner.sources._heading_units import refuse_multiples
from planner.sources._made_ids import make_ids
from planner.sources._raw_table import RawTable
from planner.sources._written_numbers import UNITS, clean_numbers
from planner.sources.heading_words import TABLES
from planner.sources.headings import (
    find_headings,
    is_running_number,
    list_words,
    normalise,
)
from planner.sources.usual_words import are_levels, translate

#: Kind of table -> columns whose words have a meaning for us.
_WORDED: Final[Mapping[str, tuple[str, ...]]] = {
    "facilities": ("level", "status", "open_to_outsiders", "approximate", "confirmed"),
    "candidates": ("action",),
    "gates": ("who",),
    "town totals": ("kind",),
}


@dataclass(frozen=True)
class OurTable:
    """A table in our words.

    raw : its rows, with our names as headings and our words in the cells, numbers written plainly.
        What was made of them is said in its remarks, whatever the order of the rows.
    theirs : our name -> heading of the file, of those that are called otherwise there.
    told : our names of the columns that the plan itself names.
    """

    raw: RawTable
    theirs: Mapping[str, str]
    told: frozenset[str] = frozenset()


def to_our_words(
    raw: RawTable,
    kind: str,
    *,
    columns: Mapping[str, str] | None = None,
    key: str = "",
    keep: Collection[str] = (),
) -> OurTable:
    """Put headings and cells of a table into our words; a table that has them stays as it is.

    Parameters
    ----------
    raw
        As the file has it.
    kind, columns, key
        As `find_headings` takes them.
    keep
        Texts of cells that the plan uses itself.

    Raises
    ------
    PlanError, SourceError
        As `find_headings` does.
    """
    file, places = raw.path.name, raw.geometry is None
    given = list(map(str, raw.rows))
    headings = find_headings(file, given, kind, columns=columns, key=key, places=places)
    heading = _find_levels(raw.rows, headings.theirs) if kind == "facilities" else ""
    if heading:
        told_levels = {**(columns or {}), "level": heading}
        headings = find_headings(file, given, kind, columns=told_levels, key=key, places=places)
    if "people" in TABLES[kind] and "people" in {*headings.theirs, *map(str, raw.rows)}:
        refuse_multiples(file, headings.theirs.get("people", "people"), raw.titles)
    rows = _rename(raw.rows, headings.theirs)
    told: list[tuple[str, list[str]]] = []
    if places and "coordinates" in TABLES[kind] and "coordinates" in rows and "lon" not in rows:
        lon, lat, said = split_pairs(rows["coordinates"])
        rows = rows.drop(columns=["coordinates", "lat"], errors="ignore").assign(lon=lon, lat=lat)
        told.append(("coordinates", said))
    for column in (name for name in TABLES[kind] if name in UNITS and name in rows):
        if places or column not in ("lon", "lat"):
            rows[column], said = clean_numbers(rows[column], column)
            told.append((column, said))
    for column in (name for name in _WORDED.get(kind, ()) if name in rows):
        rows[column], said = translate(rows[column], column, keep)
        told.append((column, said))
    cells = [f"{column}: {', '.join(said)}" for column, said in told if said]
    if places:
        at = find_coordinate_columns(raw.rows, headings.theirs, key, raw.titles)
        raw = replace(raw, columns=at)
    raw = add_remarks(replace(raw, rows=rows), [*headings.notes, *cells])
    return OurTable(raw, headings.theirs, frozenset(columns or ()))


def add_remarks(raw: RawTable, lines: Sequence[str]) -> RawTable:
    """Return a table with more said of how it was read."""
    said = [f"{raw.path.name}: {line}" for line in lines]
    return replace(raw, notes=[*raw.notes, *said], remarks=[*raw.remarks, *said])


def add_missing_ids(
    table: OurTable, column: str, needed: Collection[str], *, avoid: tuple[str, ...] = ()
) -> OurTable:
    """Give an id to each row that has none, see `make_ids`.

    Parameters
    ----------
    table
        From `to_our_words`.
    column
        Of the ids. Where the file itself has it, or one that is almost called so, nothing is made:
        what is wrong with it is told.
    needed
        Columns without which the table cannot be used: then no ids are made.
    avoid
        What no id may begin with.
    """
    raw = table.raw
    ids = raw.rows.get(column)
    if any(name not in raw.rows for name in needed):
        return table
    # Who knows our word for the ids is told which one is empty or misspelt.
    meant = column if ids is not None else find_similar(column, map(str, raw.rows), likeness=0.8)
    if meant and column not in table.theirs:
        return table
    rows, what = raw.rows, f"has no column {column}"
    running = column not in table.told and is_running_number(table.theirs.get(column, ""))
    if ids is not None and running and not names_each(ids):
        # It stays among the other columns, under its own name.
        rows = rows.rename(columns={column: table.theirs[column]})
        ids, what = None, f"{on_one_line(table.theirs[column])} does not tell the rows apart"
    given = pd.Series("", index=rows.index, dtype=str) if ids is None else ids
    lacking = int((given == "").sum())
    if not lacking:
        return table
    made = make_ids(replace(raw, rows=rows), given, avoid=avoid)
    why = what if ids is None else f"{lacking} rows have no {column}"
    text = f"{why}; such rows are called by their name, or by it and a code of their place"
    raw = replace(raw, rows=rows.assign(**{column: made}))
    return replace(table, raw=add_remarks(raw, [text]))


def names_each(ids: pd.Series) -> bool:
    """Tell whether every row has an id of its own."""
    return not ((ids == "").any() or ids.duplicated().any())


def _find_levels(rows: pd.DataFrame, theirs: Mapping[str, str]) -> str:
    """Return the heading of kinds under which levels stand, "" if none or a column has those.

    类型 is what a station is for, unless its cells say 区级, 街镇级 and 居村级.
    """
    if "level" in rows or "level" in theirs:
        return ""
    kinds = list_words("facilities", "domain")
    found = [name for name in map(str, rows) if normalise(name) in kinds and are_levels(rows[name])]
    return found[0] if len(found) == 1 else ""


def _rename(rows: pd.DataFrame, theirs: Mapping[str, str]) -> pd.DataFrame:
    """Return rows under our names; a heading that means two of them stands twice."""
    named: dict[str, pd.Series] = {}
    for heading in map(str, rows):
        ours = [name for name, other in theirs.items() if other == heading]
        if not ours:
            # A column of the file that has our name, although the plan says another one is meant.
            ours = [given_column(heading) if heading in theirs else heading]
        for name in ours:
            named.setdefault(name, rows[heading])
    return pd.DataFrame(named, index=rows.index)
