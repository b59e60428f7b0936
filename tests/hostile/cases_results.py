"""Folders that pass for a result: files missing, changed, cut short, or another program's."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from planner.sources.hashes import hash_file
from tests.hostile.case import Case
from tests.hostile.city import Break

#: Whatever reads a finished run, with the option that names it.
READERS = {
    "map": ("map", "out"),
    "site --run": ("site", "plan.toml", "--out", "out2", "--run", "out", "--quiet"),
    "compare --run": (
        "compare", "plan.toml", "scenario.json", "--out", "out2", "--run", "out", "--quiet",
    ),
}  # fmt: skip


def vouched(folder: Path, name: str) -> None:
    """Let run.json vouch for a file as it is now."""
    path = folder / "out" / "run.json"
    run = json.loads(path.read_bytes())
    run["outputs"][name] = hash_file(folder / "out" / name)
    path.write_text(json.dumps(run), encoding="utf-8")


def replaced(name: str, data: bytes, *, vouch: bool = False) -> Break:
    """Give a file of the result another content, which run.json may vouch for."""

    def change(folder: Path) -> None:
        (folder / "out" / name).write_bytes(data)
        if vouch:
            vouched(folder, name)

    return change


def halved(name: str, *, vouch: bool) -> Break:
    def change(folder: Path) -> None:
        data = (folder / "out" / name).read_bytes()
        replaced(name, data[: len(data) // 2], vouch=vouch)(folder)

    return change


def in_json(name: str, edit: Callable[[dict[str, Any]], object]) -> Break:
    """Edit run.json or summary.json, so that the hashes are right."""

    def change(folder: Path) -> None:
        path = folder / "out" / name
        content = json.loads(path.read_bytes())
        edit(content)
        path.write_text(json.dumps(content), encoding="utf-8")
        if name != "run.json":
            vouched(folder, name)

    return change


def in_layers(*statements: str) -> Break:
    """Run statements on result.gpkg without its triggers, and vouch for what it is then."""

    def change(folder: Path) -> None:
        with sqlite3.connect(folder / "out" / "result.gpkg") as database:
            names = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in names.fetchall():
                database.execute(f'DROP TRIGGER "{name}"')
            for statement in statements:
                database.execute(statement)
        database.close()
        vouched(folder, "result.gpkg")

    return change


def with_a_statement_that_is_no_text(folder: Path) -> None:
    """SQLite repeats such a statement in its complaint."""
    data = (folder / "out" / "result.gpkg").read_bytes()
    assert b"CREATE TRIGGER " in data
    spoilt = data.replace(b"CREATE TRIGGER ", b"CREATE TRIGGER\x80", 1)
    replaced("result.gpkg", spoilt, vouch=True)(folder)


def removed(name: str) -> Break:
    return lambda folder: (folder / "out" / name).unlink()


def linked_to_a_device(folder: Path) -> None:
    (folder / "out" / "result.gpkg").unlink()
    (folder / "out" / "result.gpkg").symlink_to("/dev/zero")


def emptied(folder: Path) -> None:
    for path in (folder / "out").iterdir():
        path.unlink()


#: What was done to the folder -> how, and what the message names beside the folder.
FAULTS: dict[str, tuple[Break, tuple[str, ...]]] = {
    "nothing is in it": (emptied, ("run.json", "unfinished")),
    "summary.json is missing": (removed("summary.json"), ("summary.json", "missing")),
    "result.gpkg is a device": (linked_to_a_device, ("result.gpkg",)),
    "summary.json was changed": (replaced("summary.json", b"{}"), ("summary.json",)),
    "run.json is a list": (replaced("run.json", b"[]"), ("run.json",)),
    "run.json is no JSON": (replaced("run.json", b"{\xff"), ("run.json",)),
    "run.json of 20,000 brackets": (replaced("run.json", b"[" * 20_000), ("run.json",)),
    "run.json without outputs": (
        in_json("run.json", lambda run: run.pop("outputs")), ("run.json", "outputs"),
    ),
    "run.json without a title": (
        in_json("run.json", lambda run: run.pop("title")), ("run.json", "title"),
    ),
    "run.json of no date": (
        in_json("run.json", lambda run: run.update(date="soon")), ("run.json", "date"),
    ),
    "a file of another folder": (
        in_json("run.json", lambda run: run["outputs"].update({"../../etc/passwd": "0" * 64})),
        ("run.json", "passwd"),
    ),
    "a file whose name has a NUL": (
        in_json("run.json", lambda run: run["outputs"].update({"a\0b": "0" * 64})), ("a",),
    ),
    "summary.json is a number": (replaced("summary.json", b"7", vouch=True), ("summary.json",)),
    "summary.json without coverage": (
        in_json("summary.json", lambda summary: summary.pop("coverage")),
        ("summary.json", "coverage"),
    ),
    "people of a row are a text": (
        in_json("summary.json", lambda summary: summary["coverage"][0].update(people="ten")),
        ("summary.json", "coverage", "people"),
    ),
    "gaps that are a text": (
        in_json("summary.json", lambda summary: summary.update(gaps="none")),
        ("summary.json", "gaps"),
    ),
    "result.gpkg is cut short": (halved("result.gpkg", vouch=False), ("result.gpkg",)),
    "result.gpkg is cut short and vouched for": (
        halved("result.gpkg", vouch=True), ("result.gpkg",),
    ),
    "result.gpkg is a text": (
        replaced("result.gpkg", b"no layers", vouch=True), ("result.gpkg",),
    ),
    "a statement is no text": (with_a_statement_that_is_no_text, ("result.gpkg",)),
    "a layer is gone": (in_layers("DROP TABLE demand"), ("result.gpkg", "demand")),
    "a layer is a view": (
        in_layers(
            "ALTER TABLE areas RENAME TO hidden", "CREATE VIEW areas AS SELECT * FROM hidden",
        ),
        ("result.gpkg", "areas"),
    ),
    "a column is gone": (
        in_layers("ALTER TABLE facilities RENAME COLUMN facility_id TO station"),
        ("result.gpkg", "facility_id"),
    ),
    "a name is no text": (
        in_layers("UPDATE facilities SET name = CAST(x'fffe80' AS TEXT)"), ("result.gpkg",),
    ),
    "a geometry is cut": (
        in_layers("UPDATE facilities SET geom = substr(geom, 1, 12)"), ("result.gpkg",),
    ),
}  # fmt: skip


def cases() -> dict[str, Case]:
    """Every fault for the map, and every third one for each of the others, in turn."""
    found = {}
    for number, (fault, (spoil, named)) in enumerate(FAULTS.items()):
        for place, (reader, command) in enumerate(READERS.items()):
            if place == 0 or number % 3 == place:
                found[f"{reader}: {fault}"] = Case(spoil, named, command)
    return found


def pack(fault: str) -> Case:
    """A fault for who hands the folder on, which reads no layer of it."""
    spoil, named = FAULTS[fault]
    return Case(spoil, named, PACK)


PACK = ("pack", "out", "--out", "out.zip", "--quiet")
CASES = (
    cases()
    | {
        f"pack: {fault}": pack(fault)
        for fault in (
            "nothing is in it",
            "result.gpkg is a device",
            "summary.json was changed",
            "run.json is a list",
            "run.json without a title",
            "run.json of no date",
            "a file of another folder",
            "a file whose name has a NUL",
        )
    }
    | {
        "pack: a date before all archives, and a name that is a path": Case(
            in_json("run.json", lambda run: run.update(date="0001-01-01", plan="../../x")),
            (),
            PACK,
            works=True,
        ),
        "pack: the plan says something else now": Case(
            in_json("run.json", lambda run: run["settings"].update(title="x")),
            ("--plan",),
            PACK,
        ),
        "pack: onto a file of somebody else": Case(
            lambda _: None,
            ("plan.toml",),
            ("pack", "out", "--out", "plan.toml"),
        ),
        "map: units of a choice in a text": Case(
            replaced("choice_members.parquet", b"PAR1 no table PAR1", vouch=True),
            ("choice_members.parquet",),
            READERS["map"],
        ),
        "map: units of a choice cut short": Case(
            halved("choice_members.parquet", vouch=True),
            ("choice_members.parquet",),
            READERS["map"],
        ),
    }
    | {
        "map of a folder that is not there": Case(lambda _: None, ("out9",), ("map", "out9")),
        "map of a file": Case(lambda _: None, ("plan.toml",), ("map", "plan.toml")),
        "map of no name": Case(lambda _: None, ("folder",), ("map", "")),
        "map of a folder that is no run": Case(lambda _: None, ("run.json",), ("map", ".")),
    }
)
