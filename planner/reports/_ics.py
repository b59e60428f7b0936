"""Writes sessions as a calendar file, RFC 5545: every event in the time zone of its place."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from planner.reports.report_words import is_missing, to_line
from planner.reports.session_words import SessionWords, read_moment
from planner.reports.xml_text import clean

if TYPE_CHECKING:
    from icalendar import Calendar, Event

#: Committees that an event names; it counts the others.
_MOST_NAMES: Final = 12
_PRODUCT: Final = "-//planner//sessions of courses//EN"
#: Of the ids of events: the same session has the same id in every calendar.
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "planner/sessions")
_Row = Mapping[str, Any]


def write_calendar(
    path: Path,
    sessions: Sequence[_Row],
    attendance: Iterable[_Row],
    zones: Sequence[str | None],
    *,
    plan: str,
    title: str,
    about: Sequence[str],
    notice: str,
    words: SessionWords,
    stamp: date,
) -> None:
    """Write a calendar with an event a session.

    Parameters
    ----------
    path
        The .ics.
    sessions, attendance
        Rows of the tables of a choice of sessions.
    zones
        IANA name of the time zone of each session. None leaves the time without a zone, as local
        time wherever it is read.
    plan
        Name of the plan: a part of every id.
    title
        Of the calendar.
    about
        Lines that say what it is.
    notice
        Of invented data, else "": it stands in every event, as events are copied one by one.
    stamp
        Day on which the calendar was made.
    """
    from icalendar import Calendar, vText

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    name = vText(_line(" · ".join(part for part in (title, notice) if part)))
    told = vText("\n".join(map(_line, about)))
    # The latter are what calendars read that do not know those of RFC 7986 yet. As texts, since
    # the library escapes nothing in properties that it does not know.
    for key, value in (("name", name), ("x-wr-calname", name), ("description", told),
                       ("x-wr-caldesc", told)):  # fmt: skip
        calendar.add(key, value)
    known = sorted({zone for zone in zones if zone is not None})
    if len(known) == 1:
        calendar.add("x-wr-timezone", known[0])
    _add_zones(calendar, known, sessions)
    goes = defaultdict[str, list[_Row]](list)
    for row in attendance:
        goes[str(row["session_id"])].append(row)
    for session, zone, uid in zip(sessions, zones, _list_uids(sessions, plan), strict=True):
        event = _build_event(session, goes[str(session["session_id"])], zone, notice, words)
        event.add("uid", uid)
        event.add("dtstamp", datetime.combine(stamp, time(), UTC))
        calendar.add_component(event)
    path.write_bytes(calendar.to_ical())


def _build_event(
    session: _Row, goes: Sequence[_Row], zone: str | None, notice: str, words: SessionWords
) -> Event:
    """Return one session as an event, but for its id."""
    from icalendar import Event

    event = Event()
    info = None if zone is None else ZoneInfo(zone)
    event.add("dtstart", read_moment(session["day"], session["begin"]).replace(tzinfo=info))
    event.add("dtend", read_moment(session["day"], session["end"]).replace(tzinfo=info))
    event.add("summary", _line(session["course"]))
    event.add("location", _line(words.place(session["host"], session.get("town"))))
    lon, lat = session.get("lon"), session.get("lat")
    if not is_missing(lon) and not is_missing(lat):
        event.add("geo", (round(float(str(lat)), 6), round(float(str(lon)), 6)))
    if not is_missing(field := session.get("field")) and field:
        event.add("categories", [_line(field)])
    lines = [_line(line) for line in _describe(session, goes, words)]
    event.add("description", "\n".join([*lines, *([notice] if notice else [])]))
    return event


def _describe(session: _Row, goes: Sequence[_Row], words: SessionWords) -> Iterable[str]:
    """Yield what else is known of a session: who teaches, how many come, and from where."""
    if not is_missing(teacher := session.get("teacher")) and teacher:
        yield words.say("ss_ics_teacher", teacher=to_line(teacher))
    people = f"{float(session['people']):,.0f}"
    if is_missing(seats := session.get("seats")):
        yield words.say("ss_ics_people_only", people=people)
    else:
        yield words.say("ss_ics_people", people=people, seats=f"{float(str(seats)):,.0f}")
    names = list(dict.fromkeys(words.name_committee(row) for row in goes))
    if names:
        told = words.texts["rp_list"].join(names[:_MOST_NAMES])
        more = len(names) - _MOST_NAMES
        told += words.say("ss_ics_more", count=f"{len(names)}") if more > 0 else ""
        yield words.say("ss_ics_from", names=told)
    if coach := sum(float(row["people"]) for row in goes if row["by"] == "coach"):
        yield words.say("ss_ics_coach", people=f"{coach:,.0f}")


def _list_uids(sessions: Sequence[_Row], plan: str) -> list[str]:
    """Return an id of each session that stays when its day, hour or teacher changes.

    The n-th session of a course at a station is the same event in every calendar of a plan, so
    reading a newer calendar moves it instead of adding another.
    """
    moments = [(str(row["day"]), str(row["begin"]), str(row["session_id"])) for row in sessions]
    seen = defaultdict[tuple[str, str], int](int)
    uids = [""] * len(sessions)
    for at in sorted(range(len(sessions)), key=moments.__getitem__):
        what = (str(sessions[at]["course"]), str(sessions[at]["host_id"]))
        seen[what] += 1
        uids[at] = str(uuid.uuid5(_NAMESPACE, repr((plan, *what, seen[what]))))
    return uids


def _add_zones(calendar: Calendar, zones: Sequence[str], sessions: Sequence[_Row]) -> None:
    """Say what the time zones mean, for as long as there are sessions."""
    from icalendar import Timezone

    days = [read_moment(row["day"], row["begin"]).date() for row in sessions]
    year = timedelta(days=366)
    for zone in zones:
        first, last = min(days) - year, max(days) + year
        calendar.add_component(Timezone.from_tzid(zone, first_date=first, last_date=last))


def _line(text: Any) -> str:
    """Return a text from outside as one line, without signs that control a program."""
    return clean(to_line(text))
