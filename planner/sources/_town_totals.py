"""Reads how many people of each kind a town has."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from planner.errors import on_one_line, quote
from planner.plan import KINDS
from planner.sources._checks import Faults, check_columns
from planner.sources._geo_table import keep_columns
from planner.sources._heading_units import refuse_multiples
from planner.sources._our_words import add_remarks, to_our_words
from planner.sources._raw_table import RawTable
from planner.sources._read_table import read_raw, to_numbers
from planner.sources._town_names import match_towns
from planner.sources.headings import imply_kind, normalise

#: No town has more people.
MAX_TOTAL: Final = 10**10


def load_town_totals(
    path: str | Path,
    *,
    keep: Collection[str] = (),
    towns: Collection[str] = (),
) -> pd.DataFrame:
    """Read how many people of each kind live or work in each town.

    Parameters
    ----------
    path
        A table with `town`, `kind`, `people`: whole numbers, one row for each town and kind; or
        one row for each town with a column for each kind, such as 常住人口 and 从业人数.
    keep
        More columns whose text is kept, where the file has them, as `given_column(column)`.
    towns
        Those of the plan, to which names with province, city and district before them are matched.

    Returns
    -------
    DataFrame
        `town`, `kind` (text), `people` (int), `row`, and what is kept; in `attrs`, `notes` and
        `remarks` as a `Table` has them.

    Raises
    ------
    SourceError
        If the file cannot be read, a column is missing, a kind is unknown, a number is not a whole
        one of at least 0, or a town and kind stand twice.
    """
    given = _stack_kinds(read_raw(Path(path)))
    table = to_our_words(given, "town totals")
    raw, kind = table.raw, imply_kind(table.theirs.get("people", ""))
    if "kind" not in raw.rows and kind is not None:
        raw = replace(raw, rows=raw.rows.assign(kind=kind))
        raw = add_remarks(raw, [f"{on_one_line(table.theirs['people'])} are people of kind {kind}"])
    check_columns(raw, ("town", "kind", "people"), table.theirs)
    rows, faults = raw.rows[["town", "kind", "people"]].copy(), Faults(raw)
    rows["town"], said = match_towns(rows["town"], towns)
    raw = add_remarks(raw, said)
    faults.add(rows["town"] == "", "town is empty; name a town")
    unknown = ~rows["kind"].isin(KINDS)
    # Not \d, which may take the digits of other scripts for numbers.
    whole = rows["people"].str.fullmatch(r"[0-9]+(\.0+)?")
    much = whole & (to_numbers(rows["people"]) > MAX_TOTAL)
    twice = rows.duplicated(["town", "kind"])
    for wrong, column, advice in (
        (unknown, "kind", f"give {', '.join(KINDS)}"),
        (~whole, "people", "give a whole number, 0 or more"),
        (much, "people", f"no town has more than {MAX_TOTAL:,}"),
    ):
        faults.add_each(wrong, rows[column], partial(_say_wrong, column, advice))
    pairs = rows["town"].map(on_one_line) + " has " + rows["kind"]
    faults.add_each(twice, pairs, lambda pair: f"{pair} twice; keep one of the rows")
    faults.stop()
    people = to_numbers(rows["people"]).astype(np.int64)  # below 2**53: exact
    found = rows.assign(people=people, row=raw.numbers, **keep_columns(given.rows, keep))
    found.attrs |= {"notes": raw.notes, "remarks": raw.remarks}
    return found


def _say_wrong(column: str, advice: str, text: str) -> str:
    return f"{column} {quote(text)}; {advice}"


def _stack_kinds(raw: RawTable) -> RawTable:
    """Put columns of people of several kinds below each other: 常住人口 and 从业人数."""
    rows = raw.rows
    kinds = {heading: kind for heading in map(str, rows) if (kind := imply_kind(heading))}
    if len({*kinds.values()}) < len(kinds):  # who is registered counts where nobody else is told
        kinds = {heading: kind for heading, kind in kinds.items() if "户籍" not in heading}
    alone = len({*kinds.values()}) == len(kinds) > 1
    if not alone or any(normalise(heading) in ("kind", "people") for heading in map(str, rows)):
        return raw
    parts = [rows.assign(kind=kind, people=rows[heading]) for heading, kind in kinds.items()]
    stacked = replace(
        raw,
        rows=pd.concat(parts, ignore_index=True),
        numbers=pd.concat([raw.numbers] * len(parts), ignore_index=True),
        faults=pd.concat([raw.faults] * len(parts), ignore_index=True),
    )
    for heading in kinds:
        refuse_multiples(raw.path.name, heading, raw.titles)
    said = [f"{on_one_line(heading)} are people of kind {kind}" for heading, kind in kinds.items()]
    return add_remarks(stacked, said)
