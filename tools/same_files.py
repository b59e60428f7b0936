"""Finds what differs between two folders of results, and what of it is allowed.

A difference stands at a place: `coverage.3.share` in a JSON file, `payload.gaps.2.people`,
`payload.texts.en.heading` or `program` in a map, `layer.column.row` in a GeoPackage, `column.row`
in a CSV, `line` in another text.
"""

from __future__ import annotations

import csv
import difflib
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import shapely

from planner.maps._packed_payload import unpack_payload

ABSENT = "(not there)"
#: Keys of JSON files that change from run to run: they are not compared.
_CHANGING = {"seconds", "first_seconds", "seconds_by_stage", "peak_memory_mb"}
_OF_A_RUN = {"outputs", "date"}
#: Packed, or as JSON in pages of before that.
_DATA = re.compile(r'<script type="[a-z/]+" id="planner-data">(.*?)</script>', re.S)
#: What is made of the data or of the program is not compared once more.
_MADE = re.compile(r'<section id="poster".*?</section>|script-src [^;]*;', re.S)
#: Bytes of the envelope in a geometry of a GeoPackage, by its code.
_ENVELOPE = (0, 32, 48, 48, 64)

Found = Iterator[tuple[str, str, str]]


@dataclass(frozen=True)
class Difference:
    """What stands in one place of a file, before and after, as text."""

    file: str
    place: str
    old: str
    new: str


@dataclass(frozen=True)
class Allowed:
    """A line of same_allowed.txt: patterns of file and place, what may change into what, why."""

    number: int
    file: str
    place: str
    old: str
    new: str
    reason: str

    def concerns(self, one: Difference) -> bool:
        """Say whether this line is about a difference."""
        named = fnmatchcase(one.file, self.file) and fnmatchcase(one.place, self.place)
        return named and (self.old == "*" or self.old in one.old)


def load_allowed(path: Path) -> list[Allowed]:
    """Read the allowed differences; the head of tools/same_allowed.txt describes the format.

    Raises
    ------
    ValueError
        If a line has not four fields, or its third is neither `*` nor `old -> new`.
    """
    allowed = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("\t") if field.strip()]
        if len(fields) != 4 or (fields[2] != "*" and " -> " not in fields[2]):
            raise ValueError(f"{path}:{number}: write file, place, `old -> new` or *, reason")
        file, place, change, reason = fields
        old, _, new = change.partition(" -> ")
        allowed.append(Allowed(number, file, place, old, new, reason))
    return allowed


def which_allow(one: Difference, allowed: Iterable[Allowed]) -> list[Allowed]:
    """Return the lines that together allow a difference; none if it is not allowed."""
    lines = [line for line in allowed if line.concerns(one)]
    free = [line for line in lines if line.old == "*"]
    if free:
        return free
    expected = one.old
    for line in lines:
        expected = expected.replace(line.old, line.new)
    return lines if expected == one.new else []


def compare_folders(old: Path, new: Path, name: str) -> list[Difference]:
    """Compare every file below two folders, but for the folder `input` in them.

    Parameters
    ----------
    name
        Of the plan: files are called `name/run/summary.json`.
    """
    differences = []
    for file in sorted(list_files(old) | list_files(new)):
        paths = old / file, new / file
        if not all(path.exists() for path in paths):
            there = ["there" if path.exists() else ABSENT for path in paths]
            differences.append(Difference(f"{name}/{file}", "", *there))
        elif paths[0].read_bytes() != paths[1].read_bytes():
            found = compare_files(*paths)
            differences += [Difference(f"{name}/{file}", *one) for one in found]
    return differences


def list_files(folder: Path) -> set[str]:
    """Return the files that are compared, relative to their folder."""
    files = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {file.as_posix() for file in files if file.parts[0] != "input"}


def compare_files(old: Path, new: Path) -> Found:
    """Compare two files whose bytes differ: place, old and new of each difference."""
    kind = old.suffix
    if kind == ".json":
        trees = (json.loads(path.read_text(encoding="utf-8")) for path in (old, new))
        yield from compare_trees(*(_without_changing(tree, _OF_A_RUN) for tree in trees))
        return
    compare: dict[str, Any] = {".html": compare_pages, ".gpkg": compare_layers,
                               ".csv": compare_tables, ".txt": compare_lines,
                               ".svg": compare_lines}  # fmt: skip
    found = list(compare[kind](old, new)) if kind in compare else [("bytes", "", "others")]
    # A page may differ in what changes from run to run alone.
    if not found and kind != ".html":
        found = [("bytes", "the same content", "in other bytes")]
    yield from found


def _without_changing(tree: Any, more: set[str]) -> Any:
    """Return a tree without what changes from run to run."""
    if isinstance(tree, list):
        return [_without_changing(part, more) for part in tree]
    if not isinstance(tree, dict):
        return tree
    kept = {k: v for k, v in tree.items() if k not in _CHANGING and k not in more}
    if isinstance(kept.get("versions"), dict):  # those of libraries explain other differences
        kept["versions"] = {k: v for k, v in kept["versions"].items() if k != "planner"}
    return {key: _without_changing(part, more) for key, part in kept.items()}


def compare_trees(old: Any, new: Any, place: str = "") -> Found:
    """Compare what JSON files hold, to the type of a number and the order of keys."""
    found = list(_compare_parts(old, new, place))
    if not found and json.dumps(old) != json.dumps(new):
        found = [(place, "keys in one order", "in another")]
    yield from found


def _compare_parts(old: Any, new: Any, place: str) -> Found:
    """Compare two trees key by key; lists of other lengths as a whole."""
    inside = f"{place}." if place else ""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            if key not in old or key not in new:
                pair = (_to_text(tree[key]) if key in tree else ABSENT for tree in (old, new))
                yield inside + key, *pair
            else:
                yield from _compare_parts(old[key], new[key], inside + key)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, pair in enumerate(zip(old, new, strict=True)):
            yield from _compare_parts(*pair, f"{inside}{index}")
    elif isinstance(old, list) and isinstance(new, list):
        yield place, f"{len(old)} entries", f"{len(new)} entries"
    elif (texts := (_to_text(old), _to_text(new)))[0] != texts[1]:
        yield place, *texts


def _to_text(value: Any) -> str:
    """Write a value as it is shown, and as lines of the allowed name it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def compare_pages(old: Path, new: Path) -> Found:
    """Compare two maps: the data that they carry, and the program around them."""
    pages = [path.read_text(encoding="utf-8") for path in (old, new)]
    data = [match[1] if (match := _DATA.search(page)) else "null" for page in pages]
    if data[0] != data[1]:
        trees = [_without_changing(_read_data(text), set()) for text in data]
        yield from compare_trees(*trees, "payload")
    programs = [_MADE.sub("", _DATA.sub("", page)).splitlines() for page in pages]
    for _, before, after in _changed_lines(*programs):
        yield "program", before, after


def _read_data(text: str) -> Any:
    """Return the data that a page carries, packed or as JSON."""
    return json.loads(text) if text.startswith(("{", "null")) else unpack_payload(text)


def compare_lines(old: Path, new: Path) -> Found:
    """Compare two texts line by line."""
    texts = [path.read_text(encoding="utf-8").splitlines() for path in (old, new)]
    for number, before, after in _changed_lines(*texts):
        yield f"line.{number}", before, after


def _changed_lines(old: list[str], new: list[str]) -> Iterator[tuple[int, str, str]]:
    """Return number in the old text, old and new text of each run of lines that differ."""
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if kind != "equal":
            yield a + 1, "\n".join(old[a:b]) or ABSENT, "\n".join(new[c:d]) or ABSENT


def compare_tables(old: Path, new: Path) -> Found:
    """Compare two CSV files cell by cell."""
    tables = []
    for path in (old, new):
        with path.open(encoding="utf-8-sig", newline="") as file:
            tables.append(list(csv.reader(file)))
    heads = [table[0] if table else [] for table in tables]
    yield from compare_rows(*(table[1:] for table in tables), *heads, "")


def compare_rows(
    old: list[Any], new: list[Any], old_names: list[str], new_names: list[str], table: str
) -> Found:
    """Compare two tables cell by cell, if they have as many rows; columns by their names."""
    inside = f"{table}." if table else ""
    if old_names != new_names:
        yield f"{inside}columns", ",".join(old_names), ",".join(new_names)
    if len(old) != len(new):
        yield f"{inside}rows", f"{len(old)} rows", f"{len(new)} rows"
        return
    for name in (name for name in old_names if name in new_names):
        a, b = old_names.index(name), new_names.index(name)
        for number, (before, after) in enumerate(zip(old, new, strict=True), start=1):
            if type(before[a]) is not type(after[b]) or before[a] != after[b]:
                yield f"{inside}{name}.{number}", _to_cell(before[a]), _to_cell(after[b])


def _to_cell(value: Any) -> str:
    """Write a cell of a GeoPackage; a geometry as text."""
    if isinstance(value, bytes) and value[:2] == b"GP":
        return str(shapely.from_wkb(value[8 + _ENVELOPE[(value[3] >> 1) & 7] :]).wkt)
    return str(value)


def compare_layers(old: Path, new: Path) -> Found:
    """Compare two GeoPackages: their tables, and what describes them, but for the indexes."""
    with closing(sqlite3.connect(old)) as before, closing(sqlite3.connect(new)) as after:
        names = [_table_names(base) for base in (before, after)]
        if names[0] != names[1]:
            yield "layers", ",".join(names[0]), ",".join(names[1])
        for name in (name for name in names[0] if name in names[1]):
            (rows, head), (new_rows, new_head) = (_read_table(b, name) for b in (before, after))
            yield from compare_rows(rows, new_rows, head, new_head, name)


def _table_names(base: sqlite3.Connection) -> list[str]:
    """Return the tables of a GeoPackage but for indexes, in the order they were made."""
    found = base.execute("select name from sqlite_master where type = 'table'")
    return [name for (name,) in found if not name.startswith(("rtree_", "sqlite_"))]


def _read_table(base: sqlite3.Connection, name: str) -> tuple[list[Any], list[str]]:
    """Return rows and names of the columns of a table."""
    cursor = base.execute(f'select * from "{name}"')
    return cursor.fetchall(), [column[0] for column in cursor.description]
