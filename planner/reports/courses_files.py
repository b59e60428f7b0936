"""Writes the sessions of a term as a folder of files: complete, or not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planner.reports._csv import write_csv
from planner.reports._folder import vouch_with, write_folder
from planner.reports._geopackage import write_layers
from planner.reports._ics import write_calendar
from planner.reports._told_sessions import SESSION_TABLES, ToldSessions
from planner.reports.workbook.sessions_book import SessionSheets, write_sessions_book

if TYPE_CHECKING:
    from planner.courses import ChosenSessions

COURSES_FILE: Final = "courses.json"
#: Every file; the last vouches for the others.
COURSE_OUTPUTS: Final = (
    "sessions.csv", "attendance.csv", "unmet.csv", "merges.csv", "hosts.csv", "sessions.xlsx",
    "sessions.ics", "courses.gpkg", COURSES_FILE,
)  # fmt: skip
_KINDS: Final = {
    "sessions": "Point", "committees": "Point", "hosts": "Point", "lines": "LineString",
}  # fmt: skip


def write_sessions(
    chosen: ChosenSessions,
    out: str | Path,
    *,
    provenance: dict[str, Any] | None = None,
    day: str | None = None,
) -> dict[str, Path]:
    """Write sessions, who goes to them and whose order is not met into a folder, courses.json last.

    Parameters
    ----------
    chosen
        From `choose_sessions`.
    out
        Folder; made if it is not there.
    provenance
        What the choice rests on, kept in courses.json as `run`.
    day
        On which the files were made, YYYY-MM-DD; today if not given.

    Returns
    -------
    dict
        File name -> path: sessions.csv, attendance.csv, unmet.csv, merges.csv and hosts.csv with
        the machine headings, sessions.xlsx for people, sessions.ics for calendars, courses.gpkg
        (layers sessions, committees, hosts and lines from committee to host, EPSG:4326),
        courses.json (proof, figures, rows of unmet, merges and dropped).

    Raises
    ------
    SourceError
        If the folder cannot be written, or holds a run.

    Notes
    -----
    Events are in the time zone that the plan names in `[service] timezone`; if it names none, in
    that of the coordinates of each station. courses.json says which as `calendar`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import pandas as pd
    >>> import planner
    >>> from shapely.geometry import box
    >>> town = planner.load_example()
    >>> east = gpd.GeoDataFrame({"name": ["East"]}, geometry=[box(123, 31.2, 123.03, 31.22)])
    >>> east.set_crs(4326).to_file("east.geojson")
    >>> orders = {"town": ["East"], "course": ["Choir"], "people": [20]}
    >>> pd.DataFrame(orders).to_csv("orders.csv", index=False)
    >>> courses = {"course_id": ["Choir"], "minutes": [90]}
    >>> pd.DataFrame(courses).to_csv("courses.csv", index=False)
    >>> asked = {"orders": "orders.csv", "courses": "courses.csv"}
    >>> changes = {
    ...     "area": {"boundary": "east.geojson", "towns": "east.geojson", "known": "everywhere"},
    ...     "facilities": {"table": town.facilities.assign(room_capacity=30), "complete": True},
    ...     "courses": {**asked, "begin": "2026-09-01", "end": "2026-12-31"},
    ... }
    >>> plan = planner.Plan(**{**dict(town.plan), **changes})
    >>> chosen = planner.choose_sessions(planner.run_plan(planner.load_inputs(plan)))
    >>> files = planner.write_sessions(chosen, "sessions")
    >>> pd.read_csv(files["sessions.csv"])[["host", "day", "begin", "people", "seats"]]
             host         day  begin  people  seats
    0  North Hall  2026-09-01  09:30      20     30
    """
    made = day or datetime.now(UTC).date().isoformat()
    told = ToldSessions(chosen, made)
    return write_folder(
        Path(out),
        lambda folder: _write_files(told, folder),
        vouch_with(told.content, provenance),
        outputs=COURSE_OUTPUTS,
    )


def _write_files(told: ToldSessions, folder: Path) -> list[str]:
    """Write what stands beside courses.json; return the names."""
    for name, table in told.tables.items():
        write_csv(folder / f"{name}.csv", table, told.cutoffs)
    _write_book(told, folder / "sessions.xlsx")
    sessions = told.rows("sessions")
    write_calendar(
        folder / "sessions.ics", sessions, told.rows("attendance"), told.zones,
        plan=str(told.chosen.content["plan"]),
        title=told.words.say("ss_title", title=told.title),
        about=[line for line in (told.notice, told.zone_line, told.credit) if line],
        notice=told.notice, words=told.words,
        stamp=date.fromisoformat(told.made),
    )  # fmt: skip
    write_layers(
        folder / "courses.gpkg", told.layers, description=told.notice, kinds=_KINDS,
        cutoffs=told.cutoffs,
    )  # fmt: skip
    return [name for name in COURSE_OUTPUTS if name != COURSES_FILE]


def _write_book(told: ToldSessions, path: Path) -> None:
    """Write sessions.xlsx."""
    rounded = {name: told.rows(name) for name in (*SESSION_TABLES, "committees", "dropped")}
    courses = told.chosen.content.get("courses") or {}
    names = {str(id_): str(name) for id_, name in courses.items()}
    sheets = SessionSheets(**rounded, notes=told.say_notes(), courses=names)
    write_sessions_book(
        path, sheets, told.words, title=told.title, day=told.made, notice=told.notice,
        credit=told.credit, cutoff=told.limits[0],
    )  # fmt: skip
