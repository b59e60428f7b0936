"""Ids for rows that have none: made of what a row says, whatever the order of the rows."""

import hashlib
from collections.abc import Iterator
from functools import reduce
from typing import Final

import pandas as pd

from planner.plan import RESERVED
from planner.sources._raw_table import RawTable
from planner.sources._read_table import to_numbers

#: Signs of a hash. Should two rows of one name share them, what else they say tells them apart.
_SIGNS: Final = 8
_NAMELESS: Final = "unnamed"


def make_ids(raw: RawTable, ids: pd.Series, *, avoid: tuple[str, ...] = ()) -> pd.Series:
    """Return the ids with one for each row that has none.

    It is the name of the row where no other row has that name or id; else the name with a hash of
    its place, and where that is the same too of all that the row says. Rows that say the same in
    every cell are numbered: which is which makes no difference.

    Parameters
    ----------
    raw
        With `name`, if any, and the places of its rows.
    ids
        Of its rows, "" for none.
    avoid
        What no id may begin with.
    """
    made = ids.copy()
    names = raw.rows["name"].str.strip() if "name" in raw.rows else pd.Series("", index=ids.index)
    # A name that may not begin an id is none here.
    unfit = (names == "") | (names.str.startswith(avoid) if avoid else False)
    stems = names.where(~unfit, _NAMELESS)
    alone = names.where(~unfit & ~names.duplicated(keep=False), "")
    for texts in (alone, *_tell_apart(raw, stems)):
        left = texts[made == ""]
        fresh = left[~left.duplicated(keep=False) & ~left.isin({*made, *RESERVED, ""})]
        made[fresh.index] = fresh
    return made


def _tell_apart(raw: RawTable, stems: pd.Series) -> Iterator[pd.Series]:
    """Yield texts that tell rows of one name apart, one better than the other."""
    places = _write_places(raw)
    yield stems + "-" + places.map(_hash)
    # By the names of the columns: their order in a file says nothing.
    cells = [name + "\0" + raw.rows[name] for name in sorted(map(str, raw.rows))]
    alike = stems + "-" + reduce(lambda one, other: one + "\0" + other, cells, places).map(_hash)
    yield alike
    yield alike + "-" + (alike.groupby(alike).cumcount() + 1).astype(str)


def _write_places(raw: RawTable) -> pd.Series:
    """Write where each row lies the same way in every format, to some 10 cm."""
    if raw.geometry is not None:
        points = raw.geometry.where(raw.geometry.geom_type == "Point")
        lon, lat = points.x, points.y
    else:
        lon, lat = (to_numbers(raw.rows[name]) for name in ("lon", "lat"))
    # Plus 0, as -0.0 is written otherwise than 0.0 and is the same place.
    x, y = ((values.round(6) + 0.0).map("{:.6f}".format) for values in (lon, lat))
    both: pd.Series = x + "," + y
    return both


def _hash(text: str) -> str:
    """Return some signs that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:_SIGNS]
