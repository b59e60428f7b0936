"""Refuses figures of towns that the plan does not have."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from planner.errors import DemandError, Doubt, quote, split_remedy

#: One line tells at most so many of them.
_MOST_FAULTS = 20


def refuse_unknown_towns(figures: pd.DataFrame, towns: Collection[str], file: Path | str) -> None:
    """Refuse a table of towns in which one is not a town of the plan.

    Parameters
    ----------
    figures
        `town` and `row`, the number of its row in the file.
    towns
        Names of those of the plan.
    file
        Path or name of the table, for messages.

    Raises
    ------
    DemandError
        With all such rows in one line, and in `doubts` each for itself.
    """
    unknown = figures[~figures["town"].isin([*towns])]
    if unknown.empty:
        return
    faults = {
        int(row): f"town {quote(town)} is not among the {len(towns)} of area.towns; "
        "write it as there"
        for town, row in zip(unknown["town"], unknown["row"], strict=True)
    }
    told = [f"row {row}: {fault}" for row, fault in faults.items()]
    count = f"{len(told)} faults: " if len(told) > 1 else ""
    more = [f"and {len(told) - _MOST_FAULTS} more faults"] * (len(told) > _MOST_FAULTS)
    doubts = [
        Doubt("error", Path(file).name, row, *split_remedy(fault)) for row, fault in faults.items()
    ]
    raise DemandError(f"{file}: {count}{' | '.join([*told[:_MOST_FAULTS], *more])}", doubts)
