"""What files say of groups of people: figures by town, or a column beside the people."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from planner.errors import PlanError, SourceError, on_one_line, quote
from planner.plan import Demand, Group, Plan
from planner.plan.given_table import TableSource
from planner.showing import Brief
from planner.sources._checks import Faults, check_columns
from planner.sources._our_words import add_remarks, to_our_words
from planner.sources._read_table import is_empty, read_raw, to_numbers
from planner.sources._town_names import match_towns
from planner.sources._written_numbers import clean_numbers
from planner.sources.tables import Table, given_column


@dataclass(frozen=True)
class GroupInput(Brief):
    """One [[groups]] of the plan with what its file says.

    towns : of `table`: town, people, share, row; NaN where the row does not give it.
    figures : of `column`: position of a [[demand]] -> `id` of its points or `town` of its totals,
        people of the group, row.
    files : names of the files that hold them, for messages, by the same positions.
    """

    plan: Group
    towns: pd.DataFrame | None = None
    figures: Mapping[int, pd.DataFrame] = field(default_factory=dict)
    files: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ColumnFigures(Brief):
    """What the file of one [[demand]] says of a group that names a column.

    has_file : whether it has a file with columns at all.
    figures : as of `GroupInput`, None where the file lacks the column.
    notes : a line each.
    """

    has_file: bool
    figures: pd.DataFrame | None
    notes: list[str]


def load_group(
    plan: Plan,
    group: Group,
    demand: Sequence[tuple[Table | None, pd.DataFrame | None]],
    *,
    towns: Collection[str] = (),
) -> tuple[GroupInput, list[str]]:
    """Read what one group of a plan names.

    Parameters
    ----------
    plan
        With `[[groups]]`.
    group
        One of them.
    demand
        For each [[demand]] its points or its totals by town, with the columns that groups name; not
        asked for a group that names a table.
    towns
        As `load_town_totals` takes them.

    Returns
    -------
    GroupInput, list of str
        And notes, a line each.

    Raises
    ------
    SourceError
        If a file cannot be read, or a figure is no figure of a group.
    PlanError
        If a column is asked for and no [[demand]] of the kind has a file.
    """
    columns = None
    if group.table is None and group.column is not None:
        columns = {
            number: read_column(group, number, plan.demand[number], points, totals)
            for number, (points, totals) in enumerate(demand)
            if plan.demand[number].kind == group.kind
        }
    return join_group(plan, group, columns or {}, towns=towns)


def join_group(
    plan: Plan,
    group: Group,
    columns: Mapping[int, ColumnFigures],
    *,
    towns: Collection[str] = (),
) -> tuple[GroupInput, list[str]]:
    """Read the table of a group, or put together what each [[demand]] of its kind says of it.

    Parameters
    ----------
    plan, group, towns
        As of `load_group`.
    columns
        Position of each [[demand]] of the kind -> from `read_column`; not asked for a group that
        names no column.

    Returns
    -------
    GroupInput, list of str
        And notes, a line each.

    Raises
    ------
    SourceError, PlanError
        As `load_group`.
    """
    notes: list[str] = []
    if group.table is not None:
        of_towns = load_group_table(group.table, group.name, towns=towns)
        # A group left out of the plan may be a typing error in the file, so it is told.
        others = _list_unasked(group.table, [other.name for other in plan.groups])
        if others:
            notes.append(
                f"{group.table.name}: groups {', '.join(others)} are not in the plan and not "
                "counted"
            )
        return GroupInput(group, towns=of_towns), notes
    if group.column is None:
        return GroupInput(group), notes
    figures = _join_columns(plan, group, columns, notes)
    parts = {number: plan.demand[number] for number in figures}
    paths = {number: part.table or part.town_totals for number, part in parts.items()}
    files = {number: path.name for number, path in paths.items() if path is not None}
    return GroupInput(group, figures=figures, files=files), notes


def load_group_table(
    path: str | Path,
    group: str,
    *,
    towns: Collection[str] = (),
) -> pd.DataFrame:
    """Read the figures of one group by town.

    Parameters
    ----------
    path
        A table with `town`, `group`, and `people` or `share` or both of them, one in each row.
    group
        Name of the group; rows of others are left out.
    towns
        As `load_town_totals` takes them.

    Returns
    -------
    DataFrame
        town, people, share (NaN where not given), row; in `attrs`, `notes` and `remarks` as a
        `Table` has them.

    Raises
    ------
    SourceError
        If the file cannot be read, a column is missing, a row has neither or both figures or one
        out of its range, a town stands twice, or no row is of the group.
    """
    given = read_raw(Path(path))
    table = to_our_words(given, "groups")
    raw = table.raw
    check_columns(raw, ("town", "group"), table.theirs)
    if not {"people", "share"} & set(raw.rows.columns):
        raise SourceError(f"{path}: no column 'people' or 'share'; add one")
    mine = raw.rows["group"] == group
    if not mine.any():
        has = on_one_line(", ".join(sorted(set(raw.rows["group"]))))
        raise SourceError(f"{path}: no row of group {group!r}; it has {has}; add or rename it")
    # One of the two columns may be absent, which is like empty.
    figures = raw.rows.reindex(columns=["town", "people", "share"], fill_value="")
    figures["town"], said = match_towns(figures["town"], towns)
    raw = add_remarks(raw, said)
    faults = Faults(raw)
    faults.add(mine & (figures["town"] == ""), "town is empty; name a town")
    # Both empty or both given: either way it is not said which of them counts.
    both = (figures["people"] == "") == (figures["share"] == "")
    faults.add(mine & both, "give exactly one of people and share")
    # Rows of other groups are not judged here: a town stands once for each group.
    twice = mine & figures.assign(mine=mine).duplicated(["town", "mine"])
    faults.add_each(
        twice,
        figures["town"],
        lambda town: f"{on_one_line(town)} has group {group!r} twice; keep one of the rows",
    )
    heading = table.theirs.get("share", "share")
    if "%" in unicodedata.normalize("NFKC", heading):
        # 0.9 below 占比(%) may be 0.9 % or 90 %.
        bare = mine & ~is_empty(given.rows[heading]) & ~given.rows[heading].str.contains("[%％]")
        faults.add(bare, "the heading of the share says % and the cell does not; write it like 34%")
    numbers = {
        "people": _read_figures(faults, figures, "people", mine, np.inf, "0 or more"),
        "share": _read_figures(faults, figures, "share", mine, 1.0, "0 to 1"),
    }
    faults.stop()
    found = figures.assign(**numbers, row=raw.numbers)[mine].reset_index(drop=True)
    found.attrs |= {"notes": raw.notes, "remarks": raw.remarks}
    return found


def _read_figures(
    faults: Faults, rows: pd.DataFrame, column: str, mine: pd.Series, most: float, allowed: str
) -> pd.Series:
    """Turn a column into numbers, NaN where it is empty; note what is out of range."""
    values = to_numbers(rows[column])
    wrong = mine & (rows[column] != "")
    wrong &= ~(np.isfinite(values) & (values >= 0) & (values <= most))
    faults.add_each(
        wrong, rows[column], lambda text: f"{column} {quote(text)}; give a number, {allowed}"
    )
    return values


def _list_unasked(path: Path, asked: list[str]) -> list[str]:
    """Return the groups of a file that a plan does not name."""
    rows = to_our_words(read_raw(path), "groups").raw.rows
    return sorted(set(rows["group"]) - {*asked, ""})


def _join_columns(
    plan: Plan, group: Group, columns: Mapping[int, ColumnFigures], notes: list[str]
) -> dict[int, pd.DataFrame]:
    """Take the figures of a group from every [[demand]] of its kind that has its column."""
    notes += [line for part in columns.values() for line in part.notes]
    found = {number: part.figures for number, part in columns.items() if part.figures is not None}
    lacking = [
        plan.demand[number].table or plan.demand[number].town_totals
        for number, part in columns.items()
        if part.has_file and part.figures is None
    ]
    # Only if no file has the column: where one has it, the others are noted below.
    if not found and lacking:
        raise SourceError(
            f"{lacking[0]}: no column {group.column!r}, which group {group.name!r} names; "
            "add it or give the group a share"
        )
    if not found:
        raise PlanError(
            f"groups: {group.name}: no [[demand]] of kind {group.kind} has a table or town_totals "
            "with columns; give the group a share or a table"
        )
    notes += [
        f"{path.name}: no column {group.column}; its people count as none of group {group.name}"
        for path in lacking
        if path is not None
    ]
    return found


def read_column(
    group: Group,
    number: int,
    part: Demand,
    points: Table | None,
    totals: pd.DataFrame | None,
) -> ColumnFigures:
    """Read what the file of one [[demand]] says of a group that names a column.

    Parameters
    ----------
    group
        Its kind is that of the [[demand]]: people of another kind are never members of it.
    number
        Position of the [[demand]].
    part, points, totals
        The [[demand]], and its points or its totals by town.

    Raises
    ------
    SourceError
        If a figure is no figure of a group.
    """
    path, rows = _find_file(part, points, totals)
    if path is None or rows is None:
        note = (
            f"group {group.name}: [[demand]] {number + 1} has no file with a column "
            f"{group.column}; its people count as none of the group"
        )
        return ColumnFigures(has_file=False, figures=None, notes=[note])
    assert group.column is not None
    if given_column(group.column) not in rows:
        return ColumnFigures(has_file=True, figures=None, notes=[])
    notes: list[str] = []
    figures = _check_column(path, rows, group, notes)
    return ColumnFigures(has_file=True, figures=figures, notes=notes)


def _find_file(
    part: Demand, points: Table | None, totals: pd.DataFrame | None
) -> tuple[TableSource | None, pd.DataFrame | None]:
    """Return the file of a [[demand]] and its rows; None where it has none."""
    return (part.table, points.rows) if points is not None else (part.town_totals, totals)


def _check_column(
    path: TableSource, rows: pd.DataFrame, group: Group, notes: list[str]
) -> pd.DataFrame:
    """Check the figures of a column against the people beside them."""
    assert group.column is not None
    column, key = group.column, "id" if "id" in rows else "town"
    # Points of a [[demand]] are of one kind; a file of totals holds all kinds.
    if key == "town":
        rows = rows[rows["kind"] == group.kind]
    texts = rows[given_column(column)]
    texts, said = clean_numbers(texts, "people")
    notes += [f"{path.name}: {column}: {line}" for line in said]
    values, empty = to_numbers(texts), is_empty(texts)
    no_number = ~empty & ~np.isfinite(values)
    if no_number.any():
        notes.append(
            f"{path.name}: row {rows['row'][no_number].iloc[0]}: {column} "
            f"{quote(texts[no_number].iloc[0])} is no number; "
            f"{int(no_number.sum())} such rows count 0"
        )
    if empty.any():
        # An empty cell may mean 0 or unknown; it counts 0, and the reader is told how often.
        notes.append(
            f"{path.name}: {column} is empty in {int(empty.sum())} rows, first in row "
            f"{rows['row'][empty].iloc[0]}; they count 0"
        )
    values = values.where(~no_number & ~empty, 0.0)
    people = rows["people"].astype(float)
    # A figure that cannot be true is a mistake of the file, which counting 0 would hide.
    for bad, why in (
        (values < 0, "is negative; give 0 or more"),
        (values > people, "is more than its {} people; correct one of them"),
    ):
        if bad.any():
            row, text = rows["row"][bad].iloc[0], texts[bad].iloc[0]
            advice = why.format(f"{people[bad].iloc[0]:.10g}")
            raise SourceError(f"{path}: row {row}: {column} {text} {advice}")
    return pd.DataFrame({key: rows[key], "people": values, "row": rows["row"]}).reset_index(
        drop=True
    )
