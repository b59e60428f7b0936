"""Part: tables that are too large for a desk, read or refused without filling the memory."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.measure import peak_memory_mb, run_fresh
from benchmarks.table import Row, at_most

PART = "large tables"
MAX_MB = 1_000.0
CSV_BYTES: Final = 1_000_000_000
#: Rows of the sheet: with the texts below it takes some 55 MB.
EXCEL_ROWS: Final = 800_000
HEADING: Final = ("facility_id", "name", "lon", "lat", "address", "phone", "note")


def measure(*, quick: bool) -> list[Row]:
    """Read a workbook of 55 MB (800,000 rows) and a CSV of 1 GB, each in a process of its own."""
    share = 10 if quick else 1
    with tempfile.TemporaryDirectory() as folder:
        workbook, table = Path(folder) / "stations.xlsx", Path(folder) / "stations.csv"
        write_workbook(workbook, EXCEL_ROWS // share)
        write_csv(table, CSV_BYTES // share)
        return [row for path in (workbook, table) for row in _read(path)]


def _read(path: Path) -> list[Row]:
    """Read one file; say how large it is, what came of it, how long it took and the memory."""
    told = run_fresh("large_tables", path)
    what = f"{path.suffix} of {path.stat().st_size / 1e6:,.0f} MB: {told['outcome']}"
    return [
        at_most(PART, f"{what}; memory with its child", told["peak_mb"], MAX_MB, "{:.0f} MB"),
        Row(PART, "  seconds", f"{told['wall_seconds']:.1f} s"),
    ]


def write_workbook(path: Path, rows: int) -> None:
    """Write a sheet of stations, each with texts of its own, row by row."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
    sheet = book.add_worksheet("stations")
    sheet.write_row(0, 0, HEADING)
    for number in range(rows):
        sheet.write_row(number + 1, 0, _station(number))
    book.close()


def write_csv(path: Path, size: int) -> None:
    """Write stations until the file has about so many bytes."""
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(HEADING) + "\n")
        number = 0
        while file.tell() < size:
            lines = (",".join(map(str, _station(number + k))) for k in range(10_000))
            file.write("\n".join(lines) + "\n")
            number += 10_000


def _station(number: int) -> tuple[str, str, float, float, str, str, str]:
    """Make up a row; the numbers keep it from being compressed to nothing."""
    mixed = number * 2_654_435_761 % 2**32
    return (
        f"F{number}", f"站点 {mixed:08x}", 121.0 + mixed % 9973 / 1e4, 31.0 + mixed % 9967 / 1e4,
        f"水产路 {mixed % 9001} 弄 {number % 89} 号", f"{mixed:011d}", f"{mixed * 7:x}-{number:x}",
    )  # fmt: skip


def main() -> None:
    """Read the table that is named; print what came of it, and the memory of all processes."""
    from planner.errors import PlannerError
    from planner.sources._read_table import read_raw

    try:
        outcome = f"{len(read_raw(Path(sys.argv[1])).rows):,} rows are read"
    except PlannerError as error:
        outcome = f"refused ({str(error).removeprefix(sys.argv[1]).lstrip(': ')})"
    # Of a child that was waited for; together they never held more than both.
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({"outcome": outcome, "peak_mb": peak_memory_mb() + child}))


if __name__ == "__main__":
    main()
