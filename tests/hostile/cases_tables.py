"""Tables that are broken in one way each: every table that a plan names, times every way."""

from __future__ import annotations

from collections.abc import Callable

from tests.hostile.case import CHECK, RUN, Case
from tests.hostile.city import TABLES, content

Spoil = Callable[[list[str]], str | bytes]

#: Table -> a column of numbers in it, None where there is none.
NUMBERS = {
    "facilities.csv": "lon",
    "people.csv": "people",
    "gates.csv": "lat",
    "groups.csv": "people",
    "totals.csv": "people",
    "candidates.csv": "lon",
}
#: A needed column of each table.
NEEDED = {
    "facilities.csv": "facility_id",
    "people.csv": "people",
    "gates.csv": "lon",
    "groups.csv": "group",
    "totals.csv": "kind",
    "candidates.csv": "site_id",
}


def joined(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def with_cell(lines: list[str], column: str, text: str, row: int = 1) -> str:
    """Put a text into one cell."""
    place = lines[0].split(",").index(column)
    cells = lines[row].split(",")
    cells[place] = text
    return joined([*lines[:row], ",".join(cells), *lines[row + 1 :]])


def open_quote(lines: list[str]) -> str:
    return joined([lines[0], lines[1].replace(",", ',"', 1), *lines[2:]])


def stray_quote(lines: list[str]) -> str:
    first, *rest = lines[1].split(",")
    return joined([lines[0], ",".join([first, '"a"b', *rest[1:]]), *lines[2:]])


def one_cell_less(lines: list[str]) -> str:
    return joined([lines[0], lines[1].rsplit(",", 1)[0], *lines[2:]])


def one_cell_more(lines: list[str]) -> str:
    return joined([lines[0], lines[1] + ",more", *lines[2:]])


def nul(lines: list[str]) -> bytes:
    return joined(lines).encode().replace(b"\n", b"\n\x00", 1)


def bad_text(lines: list[str]) -> bytes:
    return joined(lines).encode().replace(b"\n", b"\n\xff\xfe", 1)


def heading_twice(lines: list[str]) -> str:
    first = lines[0].split(",")[0]
    return joined([line + "," + (first if n == 0 else "x") for n, line in enumerate(lines)])


def no_rows(lines: list[str]) -> str:
    return joined(lines[:1])


def nothing_at_all(_lines: list[str]) -> str:
    return ""


def half_a_workbook(_lines: list[str]) -> bytes:
    return b"PK\x03\x04" + bytes(500)


#: Way to break a table -> (how, what the line names beside the file).
WAYS: dict[str, tuple[Spoil, tuple[str, ...]]] = {
    "a quote that never closes": (open_quote, ("row 2",)),
    "a quote in the middle of a cell": (stray_quote, ("row 2",)),
    "a cell too few": (one_cell_less, ("row 2",)),
    "a cell too many": (one_cell_more, ("row 2",)),
    "a NUL": (nul, ()),
    "bytes that are no text": (bad_text, ()),
    "a heading twice": (heading_twice, ("twice",)),
    "a heading and no rows": (no_rows, ()),
    "nothing": (nothing_at_all, ()),
    "a workbook by another name": (half_a_workbook, ()),
}


def generated() -> dict[str, Case]:
    """Every table broken in every way."""
    cases = {}
    for table, lines in TABLES.items():
        for way, (spoil, named) in WAYS.items():
            cases[f"{table}: {way}"] = Case(content(table, spoil(lines)), (table, *named))
        needed = NEEDED[table]
        misspelt = needed[:-1] + needed[-1] * 2
        renamed = joined([lines[0].replace(needed, misspelt), *lines[1:]])
        cases[f"{table}: a heading misspelt"] = Case(
            content(table, renamed), (table, repr(needed), misspelt)
        )
        column = NUMBERS[table]
        texts = ("9" * 5000, "1e400", "0x10", "１２", "1_000", "--5", "=1+1")
        for text in texts:
            broken = with_cell(lines, column, text)
            name = f"{table}: {column} {text if len(text) < 20 else '9999...'}"
            # A bad number drops its row and is listed; where every row counts, it stops the run.
            command = RUN if text == texts[0] else CHECK
            cases[name] = Case(content(table, broken), (table, "row 2"), command, works=True)
    return cases


CASES = generated() | {
    "people that are negative": Case(
        content("people.csv", with_cell(TABLES["people.csv"], "people", "-3")),
        ("people.csv", "row 2", "-3"),
    ),
    "an id twice": Case(
        content("facilities.csv", joined([*TABLES["facilities.csv"], TABLES["facilities.csv"][1]])),
        ("facilities.csv", "row 5", "F1"),
    ),
    "an empty id": Case(
        content("facilities.csv", with_cell(TABLES["facilities.csv"], "facility_id", "")),
        ("facilities.csv", "row 2", "facility_id"),
    ),
    "an id that is reserved": Case(
        content("facilities.csv", with_cell(TABLES["facilities.csv"], "facility_id", "all")),
        ("facilities.csv", "row 2", "all"),
    ),
    "a status that is none": Case(
        content("facilities.csv", with_cell(TABLES["facilities.csv"], "status", "maybe")),
        ("facilities.csv", "row 2", "maybe"),
    ),
    "a capacity below nothing": Case(
        content("facilities.csv", with_cell(TABLES["facilities.csv"], "capacity", "-1")),
        ("facilities.csv", "row 2", "capacity"),
    ),
    "an unknown town of a candidate": Case(
        content("candidates.csv", with_cell(TABLES["candidates.csv"], "town", "North")),
        ("candidates.csv", "row 2", "North"),
    ),
    "a kind that is none": Case(
        content("totals.csv", with_cell(TABLES["totals.csv"], "kind", "sleepers")),
        ("totals.csv", "row 2", "sleepers"),
    ),
    "three thousand columns": Case(
        content(
            "facilities.csv",
            joined([
                line + "".join(f",c{n}" for n in range(3000)) for line in TABLES["facilities.csv"]
            ]),
        ),
        ("facilities.csv", "columns"),
        works=True,
    ),
    "a cell of 60 MB": Case(
        content(
            "facilities.csv",
            lambda: with_cell(TABLES["facilities.csv"], "name", "x" * 60_000_000),
        ),
        ("facilities.csv", "row 2"),
        works=True,
    ),
    "a column called fid": Case(
        content(
            "facilities.csv",
            joined([f"{line},{'fid' if n == 0 else n}" for n, line in
                    enumerate(TABLES["facilities.csv"])]),
        ),
        ("facilities.csv", "fid"),
        works=True,
    ),
    "a column called Name beside name": Case(
        content(
            "facilities.csv",
            joined([f"{line},{'Name' if n == 0 else n}" for n, line in
                    enumerate(TABLES["facilities.csv"])]),
        ),
        ("facilities.csv", "Name"),
        works=True,
    ),
    "a column called geometry": Case(
        content(
            "facilities.csv",
            joined([f"{line},{'geometry' if n == 0 else n}" for n, line in
                    enumerate(TABLES["facilities.csv"])]),
        ),
        ("facilities.csv", "geometry"),
        works=True,
    ),
}  # fmt: skip
