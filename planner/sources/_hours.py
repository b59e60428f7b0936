"""Opening hours as OSM writes them: whether a text can be read at all."""

from pathlib import Path

import pandas as pd

from planner.errors import SourceError
from planner.sources._files import is_empty

GOOD_EXAMPLE = "Mo-Fr 08:30-17:00; Sa,Su 09:00-16:00"


def check_hours(path: Path, rows: pd.DataFrame, column: str = "opening_hours") -> None:
    """Refuse opening hours that do not parse; an empty text is no hours, and that is fine.

    Parameters
    ----------
    path
        File of the table, for the message.
    rows
        `row` and the column of texts.

    Raises
    ------
    SourceError
        If a text is not in the syntax of OSM's opening_hours.
    """
    given = rows[~is_empty(rows[column])].drop_duplicates(column)
    if given.empty:
        return
    from opening_hours import validate  # takes long; most tables have no hours

    for row, text in zip(given["row"], given[column], strict=True):
        if not validate(text):
            raise SourceError(
                f"{path}: row {row}: {column} {text!r} cannot be read; "
                f"write it like {GOOD_EXAMPLE!r}, or leave it empty"
            )
