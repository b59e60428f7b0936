"""The rows that each part measured last on this machine, kept on disk for results.md."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.table import Row, skipped


@dataclass(frozen=True)
class Measured:
    """The rows of one part, and the day they were measured, such as 2026-11-30; "" if never."""

    rows: list[Row]
    day: str


def keep(folder: Path, part: str, rows: list[Row], setup: str) -> None:
    """Keep the rows of one part, measured just now; what was only skipped replaces nothing.

    setup : the machine and the libraries with which it was measured.
    """
    if rows and all(row.what == "skipped" for row in rows):
        return
    folder.mkdir(parents=True, exist_ok=True)
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    kept = {"day": day, "setup": setup, "rows": [asdict(row) for row in rows]}
    _path_of(folder, part).write_text(json.dumps(kept, indent=1), encoding="utf-8")


def read_kept(folder: Path, parts: Iterable[str], setup: str) -> dict[str, Measured]:
    """Return what each part measured last with a setup; for one without, a row that says so."""
    found = {}
    for part in parts:
        path = _path_of(folder, part)
        kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        if kept.get("setup") == setup:
            found[part] = Measured([Row(**row) for row in kept["rows"]], kept["day"])
        else:
            found[part] = Measured([skipped(part, "not measured on this machine")], "")
    return found


def days_as_text(measured: dict[str, Measured]) -> str:
    """Say on which day each part was measured, such as "2026-11-30: load, page"."""
    days: dict[str, list[str]] = {}
    for part, one in measured.items():
        if one.day:
            days.setdefault(one.day, []).append(part)
    return "; ".join(f"{day}: {', '.join(parts)}" for day, parts in sorted(days.items()))


def _path_of(folder: Path, part: str) -> Path:
    return folder / f"{part.replace(' ', '-')}.json"
