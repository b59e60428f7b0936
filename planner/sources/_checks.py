"""Checks the columns of a table: headings, ids, statuses, numbers, people."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from planner.errors import Doubt, SourceError, on_one_line, quote, split_remedy
from planner.plan import RESERVED, WHO_WORDS
from planner.sources._geo_table import Table
from planner.sources._raw_table import RawTable
from planner.sources._read_table import is_empty, to_numbers
from planner.sources.cells import PLAIN_NUMBER
from planner.sources.yes_no_words import YES_NO

MAX_PEOPLE = 1e9
"""More people at one point are a typing error."""
MOST = {"facilities": 50_000, "places with people": 1_000_000}
"""Rows of one table: a city of 25 million has some 6,500 stations and 300,000 buildings."""
#: What stands in the cell of a formula that went wrong.
SHEET_ERRORS: Final = ("#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#N/A")
#: One line tells at most so many faults of a table, and names so many rows of each.
_MOST_FAULTS: Final = 20
_MOST_ROWS: Final = 4


class FileRows(NamedTuple):
    """The rows of a file: its path, and their numbers."""

    path: Path
    numbers: pd.Series


class UnfitRowsError(SourceError):
    """Rows of a table cannot be used as they are; `table` is what it would be but for them.

    Whoever lists all that is doubtful finds there what else is to be told of the table.
    """

    def __init__(self, message: str, doubts: Iterable[Doubt], table: Table) -> None:
        super().__init__(message, doubts)
        self.table = table


class Faults:
    """The faults of one table: gathered, then told in one line, and one by one beside it."""

    def __init__(self, raw: RawTable | FileRows) -> None:
        self._path, self._numbers = raw.path, raw.numbers
        self._found: list[tuple[list[int], str]] = []

    def add(self, wrong: pd.Series, text: str) -> None:
        """Note that rows are wrong, if any is; `text` says what and what to do."""
        rows = self._numbers[wrong.to_numpy(dtype=bool)].tolist()
        if rows:
            self.add_rows(rows, text)

    def add_each(self, wrong: pd.Series, texts: pd.Series, tell: Callable[[str], str]) -> None:
        """Note that rows are wrong by what stands in them; `tell` says what of each text."""
        chosen = wrong.to_numpy(dtype=bool)
        numbers = self._numbers[chosen]
        for text, rows in numbers.groupby(texts.to_numpy()[chosen], sort=False):
            self.add_rows(rows.tolist(), tell(str(text)))

    def add_rows(self, rows: Iterable[int], text: str) -> None:
        """Note that the rows of these numbers are wrong."""
        self._found.append(([*map(int, rows)], text))

    def numbers_of(self, texts: pd.Series) -> dict[str, int]:
        """Return the number of the first row in which each text stands."""
        first = ~texts.duplicated().to_numpy()
        return dict(zip(texts[first], self._numbers[first].tolist(), strict=True))

    def stop(self) -> None:
        """Raise what was found, if anything was.

        Raises
        ------
        SourceError
            With the faults in one line, and in `doubts` all of them, each row for itself.
        """
        if self._found:
            raise SourceError(self._describe(), self._list_doubts())

    def finish(self, build: Callable[[], Table]) -> Table:
        """Return the table that is built of the rows, or raise what was found.

        Raises
        ------
        UnfitRowsError
            As `stop` does, with the table that the rows make all the same.
        SourceError
            If they make none.
        """
        if not self._found:
            return build()
        try:
            table = build()
        except SourceError as error:
            what, remedy = split_remedy(str(error).removeprefix(f"{self._path}: "))
            no_table = Doubt("error", self._path.name, None, what, remedy)
            raise SourceError(self._describe(), [*self._list_doubts(), no_table]) from None
        raise UnfitRowsError(self._describe(), self._list_doubts(), table)

    def _describe(self) -> str:
        """Tell all that was found in one line."""
        found = self._found
        text = " | ".join(_describe_fault(*fault) for fault in found[:_MOST_FAULTS])
        if len(found) > _MOST_FAULTS:
            text += f" | and {len(found) - _MOST_FAULTS} more faults"
        count = f"{len(found)} faults: " if len(found) > 1 else ""
        return f"{self._path}: {count}{text}"

    def _list_doubts(self) -> Iterator[Doubt]:
        """Yield every fault of every row."""
        for rows, text in self._found:
            what, remedy = split_remedy(text)
            yield from (Doubt("error", self._path.name, row, what, remedy) for row in rows)


def _describe_fault(rows: list[int], text: str) -> str:
    """Tell of one fault, and in which rows it is."""
    first, *others = rows
    named = ", ".join(map(str, others[:_MOST_ROWS]))
    more = f" and {len(others) - _MOST_ROWS} more" if len(others) > _MOST_ROWS else ""
    also = f" (also row{'s' * (len(others) > 1)} {named}{more})" if others else ""
    return f"row {first}: {text}{also}"


def check_size(raw: RawTable, what: str) -> None:
    """Refuse a table of more rows than a run is made for."""
    rows = len(raw.rows)
    if rows > MOST[what]:
        raise SourceError(
            f"{raw.path}: {rows:,} {what} are more than the {MOST[what]:,} that a plan may have; "
            "leave out those outside the study area, or make a plan for each part"
        )


def check_columns(
    raw: RawTable, columns: Collection[str], theirs: Mapping[str, str] | None = None
) -> None:
    """Refuse a file without these columns, and name those that may be meant.

    `theirs`: our name -> heading of the file, of columns that are called by our name now.
    """
    missing = [column for column in columns if column not in raw.rows]
    if not missing:
        return
    names = list(map(str, raw.rows))
    free = [name for name in names if name not in columns]
    near = [found for column in missing if (found := find_similar(column, free))]
    meant = f" did you mean {', '.join(dict.fromkeys(near))}?" if near else ""
    has = ", ".join((theirs or {}).get(name, name) for name in names) or "none"
    # A number is no heading, and where nothing else is one of ours, the headings are missing.
    is_data = not {*columns} & {*names} and any(map(PLAIN_NUMBER.fullmatch, names))
    todo = "write headings above its first row, which is data" if is_data else "add or rename it"
    raise SourceError(
        f"{raw.path}: no column {', '.join(map(quote, missing))};{meant} "
        f"it has {on_one_line(has)}; {todo}{raw.advice}"
    )


def find_similar(name: str, known: Iterable[str], *, likeness: float = 0.6) -> str:
    """Return the name most like another one, in whatever letters; "" if none is."""
    spelled = {other.lower().strip(): other for other in known}
    close = get_close_matches(name.lower().strip(), spelled, n=1, cutoff=likeness)
    return spelled[close[0]] if close else ""


def note_unread_headings(raw: RawTable, known: Collection[str]) -> list[str]:
    """Note the headings that are almost one that is read: what stands below them is not used."""
    free = [name for name in known if name not in raw.rows]
    notes = []
    for name in map(str, raw.rows.columns):
        # Stricter than for a missing column: the user's own headings may be a little alike.
        meant = find_similar(name, free, likeness=0.8) if name not in known else ""
        if meant:
            notes.append(
                f"{raw.path.name}: the column {quote(name)} is not used; did you mean {meant}?"
            )
    return notes


def check_ids(faults: Faults, texts: pd.Series, column: str) -> None:
    """Note ids that are empty, stand twice, or are an error of a spreadsheet."""
    empty, broken = texts == "", texts.isin(SHEET_ERRORS)
    faults.add(empty, f"{column} is empty; give each row its own")
    faults.add_each(
        broken,
        texts,
        lambda error: f"{column} is the error {error}; mend its formula and save again",
    )
    # Empty ids and errors are alike too, but told already.
    again = texts.duplicated() & ~empty & ~broken
    # Only where it is needed: for a large table the numbers take more memory than the table.
    first = faults.numbers_of(texts) if again.any() else {}
    faults.add_each(
        again,
        texts,
        lambda text: (
            f"{column} {quote(text)} already stands in row {first[text]}; give each row its own"
        ),
    )


def refuse_reserved(faults: Faults, texts: pd.Series, column: str) -> None:
    """Note ids or names that stand for the whole in the results."""
    for word in RESERVED:
        faults.add(texts == word, f"the {column} {word!r} is reserved for the whole; rename it")


def read_choices(
    faults: Faults, rows: pd.DataFrame, column: str, *, allowed: Collection[str], default: str
) -> pd.Series:
    """Return a column that may hold only the allowed words; empty or absent is the default."""
    if column not in rows:
        return pd.Series(default, index=rows.index, dtype=str)
    values = rows[column].str.lower().where(~is_empty(rows[column]), default)
    wrong = ~values.isin(list(allowed))
    faults.add_each(
        wrong, rows[column], lambda text: f"{column} {quote(text)}; give {', '.join(allowed)}"
    )
    # Wrong words become the default, so that the checks that follow find the other faults as well.
    return values.where(~wrong, default)


def read_yes_no(faults: Faults, rows: pd.DataFrame, column: str, *, default: bool) -> pd.Series:
    """Return a column of yes and no as bool; empty or absent is the default."""
    texts = read_choices(faults, rows, column, allowed=YES_NO, default="yes" if default else "no")
    return texts.map(YES_NO).astype(bool)


def read_who_may_pass(faults: Faults, raw: RawTable, column: str) -> pd.Series:
    """Return who passes each gate: a word of WHO_WORDS, or names of profiles joined by ";".

    Empty or absent is the first of WHO_WORDS; whether the profiles exist, the plan knows.
    """
    rows = raw.rows
    if column not in rows:
        return pd.Series(WHO_WORDS[0], index=rows.index, dtype=str)
    empty = is_empty(rows[column])
    values = []
    for row, text, nothing in zip(raw.numbers, rows[column], empty, strict=True):
        names = [name.strip() for name in str(text).split(";")]
        words = [name.lower() for name in names if name.lower() in WHO_WORDS]
        # A word stands alone: with a profile beside it, `nobody;elderly` would contradict itself.
        if not nothing and not (len(names) == 1 and words) and (words or "" in names):
            faults.add_rows(
                [row],
                f"{column} {quote(text)}; give {', '.join(WHO_WORDS)}, or profiles "
                'separated by ";"',
            )
        if nothing:
            values.append(WHO_WORDS[0])
        else:
            values.append(words[0] if words else ";".join(dict.fromkeys(names)))
    return pd.Series(values, index=rows.index, dtype=str)


def read_optional_numbers(
    faults: Faults, raw: RawTable, column: str
) -> tuple[pd.Series, list[str]]:
    """Return a column of numbers, NaN where there is none, and a note on what is no number."""
    rows = raw.rows
    if column not in rows:
        return pd.Series(np.nan, index=rows.index, dtype=np.float64), []
    values = to_numbers(rows[column]).replace([np.inf, -np.inf], np.nan)
    faults.add(values < 0, f"{column} is negative; give 0 or more, or nothing")
    wrong = values.isna() & ~is_empty(rows[column])
    notes = [
        f"{raw.path.name}: row {row}: {column} {quote(text)} is no number, taken as not given"
        for row, text in zip(raw.numbers[wrong], rows[column][wrong], strict=True)
    ]
    return values, notes


def read_people(faults: Faults, rows: pd.DataFrame, column: str) -> tuple[pd.Series, pd.Series]:
    """Return the people of each row (empty is 0), and why a row cannot be used, or nothing."""
    values = to_numbers(rows[column])
    empty = is_empty(rows[column])
    negative = values < 0
    faults.add_each(
        negative,
        rows[column],
        lambda text: f"{column} {on_one_line(text)[:60]} is negative; give 0 or more",
    )
    reasons = pd.Series("", index=rows.index, dtype=str)
    no_number = values.isna() & ~empty
    reasons[no_number] = column + " " + rows[column][no_number].map(quote) + " is no number"
    reasons[values > MAX_PEOPLE] = f"{column} is more than a place can hold"
    # Last, because what is infinite is also more than a place can hold.
    reasons[np.isinf(values)] = f"{column} is infinite"
    return values.where(~empty, 0.0), reasons
