"""Sessions of courses for the page: who goes where and when, who has none, which hosts are full."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from planner.maps._layer_columns import (
    column,
    find_places,
    index_rows,
    lonlat,
    round_known,
    round_minutes,
)
from planner.texts import TEXTS
from planner.texts.messages import translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

    from planner.maps._map_grid import MapGrid

#: Figures of courses.json that the page tells, as they stand there.
_FIGURES: Final = ("begin", "end", "walk_minutes", "far_minutes", "profile", "value", "bound",
                   "gap", "status", "classes", "people", "merged")  # fmt: skip
#: How people come, by number.
_WAYS: Final = ("walk", "far", "coach")
_BETWEEN: Final = " | "
_BRACKETS: Final = re.compile(r"\s?[(（]([^()（）]+)[)）]")
#: Keys of the plan and its tables, as sentences name them -> texts of the page.
_KEYS: Final = {
    "class_least": "courses_key_class_least", "class_most": "courses_key_class_most",
    "host_level": "courses_key_host_level", "far_minutes": "courses_key_far_minutes",
    "split_orders = true": "courses_key_split_orders", "coach = true": "courses_key_coach",
}  # fmt: skip
_WORD: Final = re.compile(r"[^\s,;，；、]+")


class _Names:
    """Texts, each once, by the order in which they are first asked for."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def find(self, text: Any) -> int | None:
        """Return the number of a text; None for none."""
        if text is None or text == "" or text != text:
            return None
        return self._places.setdefault(str(text), len(self._places))

    def find_all(self, texts: Iterable[Any]) -> list[int | None]:
        """Return the number of each text."""
        return [self.find(text) for text in texts]

    def list(self) -> list[str]:
        """Return the texts by their numbers."""
        return [*self._places]


@dataclass(frozen=True)
class _Sentences:
    """Says what the program found as the page says it: by names, without the ids of the data.

    hosts : ids of stations, which stand in brackets behind their names; courses : names by id.
    """

    hosts: frozenset[str]
    courses: Mapping[str, str]

    def in_both(self, text: Any) -> dict[str, str]:
        """Return a sentence of the program in both languages."""
        told = str(text or "")
        return {"en": self._name(told, "en"), "zh": self._name(translate(told), "zh")}

    def _name(self, text: str, language: str) -> str:
        """Return a sentence with names in place of ids, and words in place of keys of the plan."""
        text = _BRACKETS.sub(lambda found: "" if found[1] in self.hosts else found[0], text)
        text = _WORD.sub(lambda found: self.courses.get(found[0], found[0]), text)
        for key, words in _KEYS.items():
            text = text.replace(key, TEXTS[language][words])
        return text


def build_courses_payload(
    content: Mapping[str, Any],
    layers: Mapping[str, gpd.GeoDataFrame],
    facilities: gpd.GeoDataFrame | None,
    grid: MapGrid,
) -> dict[str, Any]:
    """Return what the page shows of `planner courses`, as JSON types without ids of the data.

    Parameters
    ----------
    content
        Contents of courses.json.
    layers
        Of courses.gpkg, EPSG:4326: sessions, committees, hosts, lines.
    facilities
        Of the run: hosts that are among them take name and level from there.

    Returns
    -------
    dict
        Tables by column. `sessions` and `orders` name hosts, committees, courses and the like by
        their numbers in the other lists; days count from `begin`, times are minutes of the day;
        `by` is 0 on foot, 1 a long walk, 2 by coach. Sentences are there in both languages.
    """
    names = {what: _Names() for what in ("course", "field", "teacher", "department", "town")}
    known = {str(id_): str(name) for id_, name in (content.get("courses") or {}).items()}
    committees, hosts = layers["committees"], layers["hosts"]
    homes = {key: at for at, key in enumerate(_key_committees(committees))}
    places = index_rows(hosts, "facility_id")
    cutoffs = [float(content.get(name) or 0) for name in ("walk_minutes", "far_minutes")]
    sessions = _list_sessions(layers["sessions"], content, places, known, names)
    ids = index_rows(layers["sessions"], "session_id")
    orders = _list_orders(layers["lines"], homes, ids, names, cutoffs)
    said = _Sentences(frozenset(places), known)
    unmet = _list_unmet(content.get("unmet") or [], homes, names, said)
    return {
        **{name: content.get(name) for name in _FIGURES},
        "notes": [said.in_both(note) for note in content.get("notes") or []],
        "dropped": len(content.get("dropped") or []),
        "committees": _list_committees(committees, places, names, grid, cutoffs),
        "hosts": _list_hosts(hosts, facilities, names, grid),
        "sessions": sessions,
        "orders": orders,
        "unmet": unmet,
        "merges": _list_merges(content.get("merges") or [], known, names),
        "names": {what: table.list() for what, table in names.items()},
    }


def _key_committees(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Return committee and town of each row: a name alone may stand in two towns."""
    pairs = zip(column(table, "committee"), column(table, "town"), strict=True)
    return [(str(committee or ""), str(town or "")) for committee, town in pairs]


def _list_committees(
    table: gpd.GeoDataFrame,
    places: Mapping[str, int],
    names: Mapping[str, _Names],
    grid: MapGrid,
    cutoffs: Sequence[float],
) -> dict[str, Any]:
    """Return who ordered: people by how they come, and the nearest host."""
    counts = ("people", "met", "by_walk", "by_far", "by_coach", "unmet")
    return {
        "count": len(table),
        "name": column(table, "committee"),
        "town": names["town"].find_all(column(table, "town")),
        **{name: [round_known(value, 0) for value in column(table, name)] for name in counts},
        "nearest": find_places(column(table, "nearest_host_id"), places),
        "minutes": round_minutes(column(table, "minutes"), 1, cutoffs),
        "score": [round_known(value, 2) for value in column(table, "score_2sfca")],
        "xy": grid.points(lonlat(table.geometry.to_numpy())),
    }


def _list_hosts(
    table: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame | None,
    names: Mapping[str, _Names],
    grid: MapGrid,
) -> dict[str, Any]:
    """Return the stations that may hold sessions, and how full they are."""
    facility = find_places(column(table, "facility_id"), index_rows(facilities, "facility_id"))
    # The page has the names of its facilities already.
    own = [
        name if at is None else None
        for name, at in zip(column(table, "name"), facility, strict=True)
    ]
    return {
        "count": len(table),
        "facility": facility,
        "name": own,
        "level": column(table, "level"),
        "town": names["town"].find_all(column(table, "town")),
        **{name: [round_known(value, 0) for value in column(table, name)]
           for name in ("seats", "sessions", "people")},
        **{name: [round_known(value, digits) for value in column(table, source)]
           for name, source, digits in
           (("hours", "hours", 1), ("fill", "fill", 3), ("load", "load_2sfca", 2))},
        "xy": grid.points(lonlat(table.geometry.to_numpy())),
    }  # fmt: skip


def _list_sessions(
    table: pd.DataFrame,
    content: Mapping[str, Any],
    places: Mapping[str, int],
    known: Mapping[str, str],
    names: Mapping[str, _Names],
) -> dict[str, Any]:
    """Return the sessions: what, where, when, with whom."""
    first = date.fromisoformat(str(content["begin"])[:10])
    days = [date.fromisoformat(str(day)[:10]) for day in column(table, "day")]
    return {
        "count": len(table),
        "course": names["course"].find_all(column(table, "course")),
        "merged": [_find_courses(value, known, names) for value in column(table, "courses")],
        "field": names["field"].find_all(column(table, "field")),
        "host": find_places(column(table, "host_id"), places),
        "day": [(day - first).days for day in days],
        "begin": [_to_minutes(clock) for clock in column(table, "begin")],
        "end": [_to_minutes(clock) for clock in column(table, "end")],
        "teacher": names["teacher"].find_all(column(table, "teacher")),
        "people": [round_known(value, 0) for value in column(table, "people")],
        "seats": [round_known(value, 0) for value in column(table, "seats")],
    }


def _list_orders(
    table: pd.DataFrame,
    homes: Mapping[tuple[str, str], int],
    sessions: Mapping[str, int],
    names: Mapping[str, _Names],
    cutoffs: Sequence[float],
) -> dict[str, Any]:
    """Return the orders that are met, each with its session."""
    return {
        "count": len(table),
        "committee": [homes.get(key) for key in _key_committees(table)],
        "town": names["town"].find_all(column(table, "town")),
        "session": find_places(column(table, "session_id"), sessions),
        "course": names["course"].find_all(column(table, "course")),
        "department": names["department"].find_all(column(table, "department")),
        "people": [round_known(value, 0) for value in column(table, "people")],
        "minutes": round_minutes(column(table, "minutes"), 1, cutoffs),
        "by": [_WAYS.index(way) if way in _WAYS else None for way in column(table, "by")],
    }


def _list_unmet(
    rows: Sequence[Mapping[str, Any]],
    homes: Mapping[tuple[str, str], int],
    names: Mapping[str, _Names],
    said: _Sentences,
) -> list[dict[str, Any]]:
    """Return the orders that are not met, those of most people first."""
    found = [
        {
            "committee": homes.get((str(row.get("committee") or ""), str(row.get("town") or ""))),
            "town": names["town"].find(row.get("town")),
            "name": row.get("committee") or None,
            "course": names["course"].find(row.get("course")),
            "people": row.get("people"),
            "reason": said.in_both(row.get("reason")),
            "change": said.in_both(row.get("smallest_change")),
        }
        for row in rows
    ]
    return sorted(found, key=lambda row: -float(row["people"] or 0))


def _list_merges(
    rows: Sequence[Mapping[str, Any]], known: Mapping[str, str], names: Mapping[str, _Names]
) -> list[dict[str, Any]]:
    """Return the classes that join several orders, those first that spare most people."""
    found = [
        {
            "courses": _find_courses(row.get("courses"), known, names),
            "departments": names["department"].find_all(_split(row.get("departments"))),
            "orders": row.get("orders"),
            "spared": row.get("people_spared"),
        }
        for row in rows
    ]
    return sorted(found, key=lambda row: -float(row["spared"] or 0))


def _find_courses(
    value: Any, known: Mapping[str, str], names: Mapping[str, _Names]
) -> list[int | None]:
    """Return the numbers of the courses whose ids a cell joins, each name once."""
    called = dict.fromkeys(known.get(id_, id_) for id_ in _split(value))
    return names["course"].find_all(called)


def _split(value: Any) -> list[str]:
    """Return the parts of a cell of several."""
    if isinstance(value, list | tuple):
        return [str(part) for part in value]
    return [part for part in str(value or "").split(_BETWEEN) if part]


def _to_minutes(clock: Any) -> int:
    """Return the minutes since midnight of a time like 09:30."""
    hours, minutes = str(clock).split(":")[:2]
    return 60 * int(hours) + int(minutes)
