"""Takes a table apart with the library of its format: runs in a limited process of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TextIO

#: Files that this process writes into its folder.
ROWS: Final = "rows.txt"
REPORT: Final = "report.json"


class TableError(Exception):
    """The file cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class TableOrder:
    """What is asked.

    path : of the file. kind : ending that files of its format usually have. sheet : of a workbook,
    "" for the first with rows. folder : where to write. most_cells : more are refused.
    """

    path: str
    kind: str
    sheet: str
    folder: str
    most_cells: int


@dataclass
class RowWriter:
    """Writes a line for each row: its number, its cells as text, its geometry (JSON or WKB)."""

    file: TextIO
    most_cells: int
    cells: int = 0

    def write(self, number: int, texts: Sequence[str], geometry: Any = None) -> None:
        """Write one row."""
        self.cells += len(texts)
        if self.cells > self.most_cells:
            raise TableError(
                f"row {number}: more than the {self.most_cells:,} cells that are read; cut the "
                "file to the study area"
            )
        line = json.dumps([number, texts, geometry], allow_nan=False)
        self.file.write(f"{line}\n")


def main(arguments: Sequence[str]) -> None:
    """Take a file apart as a `TableOrder` in JSON says; write the rows and a report."""
    order = TableOrder(**json.loads(arguments[0]))
    folder = Path(order.folder)
    try:
        with (folder / ROWS).open("w", encoding="ascii") as file:
            report = _take_apart(order, RowWriter(file, order.most_cells))
    except TableError as error:
        report = {"refused": str(error)}
    (folder / REPORT).write_text(json.dumps(report), encoding="ascii")


def _take_apart(order: TableOrder, rows: RowWriter) -> dict[str, Any]:
    """Let the module of a format write the rows; it returns what else there is to say."""
    if order.kind in (".shp", ".zip"):
        from planner.sources.foreign.shapefile_rows import write_shapefile

        return write_shapefile(order, rows)
    if order.kind == ".parquet":
        from planner.sources.foreign.parquet_rows import write_parquet

        return write_parquet(order, rows)
    from planner.sources.foreign.workbook_rows import write_workbook

    return write_workbook(order, rows)


def list_briefly(names: Iterable[str]) -> str:
    """Return the first names of a list for a message."""
    all_names = [*names]
    text = ", ".join(all_names[:10])
    return text if len(all_names) <= 10 else f"{text} and {len(all_names) - 10} more"
