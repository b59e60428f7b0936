"""Numbers as people write them in sheets: full-width digits, separators, units after them."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import pandas as pd

from planner.errors import on_one_line
from planner.sources._read_table import is_empty, list_runs, to_numbers
from planner.sources.cells import PLAIN_NUMBER

#: Column -> units that say nothing new behind its numbers. Others, such as 万 or 户, change what is
#: counted: a cell with one is no number.
UNITS: Final[Mapping[str, tuple[str, ...]]] = {
    "lon": (),
    "lat": (),
    "capacity": ("人", "名", "位", "个", "座", "席", "人次", "people", "persons", "seats"),
    "room_capacity": ("人", "名", "位", "个", "座", "席", "people", "persons", "seats"),
    "class_least": ("人", "名", "位", "people", "persons"),
    "class_most": ("人", "名", "位", "people", "persons"),
    "minutes": ("分钟", "分", "min", "minutes"),
    "visits_per_year": ("人次", "人", "次", "visits", "people"),
    "cost": (),
    "people": ("人", "名", "位", "口", "people", "persons"),
    "share": ("%",),
    "radius_m": ("m", "米", "metres", "meters"),
    "dwell_minutes": ("分钟", "分", "min", "minutes"),
    "group_capacity": ("人", "名", "位", "people", "persons"),
    "value": ("分",),
    "volunteers": ("人", "名", "位", "people", "persons"),
}
#: Columns whose numbers may have a comma at the thousands: in no coordinate does one stand there.
_WITH_THOUSANDS: Final = ("capacity", "room_capacity", "visits_per_year", "cost", "people")
_THOUSANDS: Final = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
#: What may stand before a number, and behind it, and is none of it.
_BEFORE: Final = " \t\r\n'\u2019`\u200b\ufeff"
_BEHIND: Final = f"{_BEFORE},;、"
_NOT_PLAIN: Final = re.compile(r"[^0-9.eE+\-\n]")
_MINUS: Final = str.maketrans("\u2212\u2013\u3002", "--.")


def clean_numbers(texts: pd.Series, column: str) -> tuple[pd.Series, list[str]]:
    """Write the numbers of a column plainly; what is none stays as it is.

    Parameters
    ----------
    texts
        Of one column.
    column
        What they are, a key of `UNITS`.

    Returns
    -------
    Series, list of str
        The texts, and a line that says how many were read so, with the first in their alphabet.
    """
    # One search for many cells: most columns hold nothing but plain numbers.
    if not any(_NOT_PLAIN.search("\n".join(run)) for run in list_runs(texts)):
        return texts, []
    odd = to_numbers(texts).isna() & ~is_empty(texts)
    read = {text: plain for text in texts[odd].unique() if (plain := to_plain(text, column))}
    if not read:
        return texts, []
    count, first = int(texts.isin(list(read)).sum()), min(read)
    # One look at each cell: `replace` would search the column for each of perhaps many texts.
    return texts.map(lambda text: read.get(text, text)), [
        f"{count} read as plain numbers, like '{on_one_line(first)[:40]}' as {read[first][:20]}"
    ]


def to_plain(text: str, column: str) -> str:
    """Return a number as `to_numbers` reads it, "" where a text is none."""
    bare = (
        unicodedata.normalize("NFKC", text)
        .translate(_MINUS)
        .lstrip(_BEFORE)
        .rstrip(_BEHIND)
        .casefold()
    )
    for unit in sorted(UNITS[column], key=len, reverse=True):
        if bare.endswith(unit) and bare != unit:
            bare = bare.removesuffix(unit).rstrip(_BEHIND)
            if unit == "%" and PLAIN_NUMBER.fullmatch(bare):
                # As decimals: 29 % is 0.29 and not 0.29000000000000004.
                return str(Decimal(bare) / 100) if len(bare) < 40 else ""
            break
    if column in _WITH_THOUSANDS and _THOUSANDS.fullmatch(bare):
        bare = bare.replace(",", "")
    return bare if PLAIN_NUMBER.fullmatch(bare) else ""
