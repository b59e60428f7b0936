"""What is told while the files of a plan are read: notes, how they were read, what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pandas as pd

from planner.errors import PlannerError
from planner.sources._checks import UnfitRowsError
from planner.sources._geo_table import Table, list_dropped_rows

_Part = TypeVar("_Part")


@dataclass
class PlanReading:
    """Gathers what is told of one part of a plan after the other; a fault of one hides no other.

    errors : what is wrong. lines : notes. remarks : how files were read. dropped : file, row and
    reason of rows that lie nowhere.
    """

    errors: list[PlannerError] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    dropped: list[dict[str, Any]] = field(default_factory=list)

    def take(self, table: Table | pd.DataFrame | None) -> None:
        """Add what is to be told of one table."""
        if isinstance(table, Table):
            self.lines += table.notes
            self.remarks += table.remarks
            self.dropped += list_dropped_rows(table)
        elif table is not None:
            self.lines += table.attrs["notes"]
            self.remarks += table.attrs["remarks"]

    def try_part(self, load: Callable[..., _Part], *arguments: Any) -> _Part | None:
        """Read a part of the plan; None where it has a fault."""
        try:
            return load(*arguments)
        except PlannerError as error:
            self.errors.append(error)
            return None

    def try_table(
        self, load: Callable[[], Table], check: Callable[[Table], None] = lambda _: None
    ) -> Table | None:
        """Read a table and check it against the plan; None where it has a fault.

        What else is to be told of a table with faults in its rows is told as well.
        """
        try:
            table, whole = load(), True
        except UnfitRowsError as error:
            self.errors.append(error)
            table, whole = error.table, False
        except PlannerError as error:
            self.errors.append(error)
            return None
        self.take(table)
        before = len(self.errors)
        self.try_part(check, table)
        return table if whole and len(self.errors) == before else None

    def stop(self) -> None:
        """Raise the first fault, if there is any, and say how many other files have some."""
        if not self.errors:
            return
        # Two faults of one file, one of its rows and one of the plan, are of one file.
        of_files: dict[str, PlannerError] = {}
        for error in self.errors:
            of_files.setdefault(error.doubts[0].file if error.doubts else str(error), error)
        first, *others = of_files.values()
        if others:
            more = "1 more file" if len(others) == 1 else f"{len(others)} more files"
            text = f"{first} (and {more} with faults, which planner check lists)"
            first.args = (text,)
        raise first
