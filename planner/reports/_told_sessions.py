"""What the files of a choice of sessions tell, worked out once: tables, layers, zones, notes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.errors import quote
from planner.reports._time_zones import find_zones
from planner.reports.session_words import SessionWords, join_values
from planner.reports.street_credit import say_credit
from planner.rounding import (
    SHARE_DIGITS,
    AskedCutoffs,
    format_percent,
    round_table,
    to_plain_rows,
)
from planner.run.summary import NOTICES, with_lonlat
from planner.texts import LANGUAGES

if TYPE_CHECKING:
    from planner.courses import ChosenSessions

#: Tables that are files of their own.
SESSION_TABLES: Final = ("sessions", "attendance", "unmet", "merges", "hosts")
#: Shares and scores, which their names do not tell.
_SHARES: Final = ("fill", "score_2sfca", "load_2sfca")


@dataclass(frozen=True)
class ToldSessions:
    """What the files tell of a choice of sessions, worked out once.

    made : the day, ISO.
    """

    chosen: ChosenSessions
    made: str

    @property
    def language(self) -> str:
        """Return the language of the plan."""
        language = self.chosen.content.get("language")
        return language if language in LANGUAGES else LANGUAGES[0]

    @cached_property
    def words(self) -> SessionWords:
        """Return the texts."""
        return SessionWords(self.language)

    @property
    def notice(self) -> str:
        """Return the notice of invented data, else ""."""
        return NOTICES[self.language] if self.chosen.content.get("synthetic") else ""

    @property
    def title(self) -> str:
        """Return what the place is called."""
        return str(self.chosen.content.get("title") or self.chosen.content["plan"])

    @property
    def limits(self) -> tuple[float, float]:
        """Return the minutes that count as a walk, and as a long one."""
        content = self.chosen.content
        return float(content.get("walk_minutes", 15)), float(content.get("far_minutes", 30))

    @property
    def cutoffs(self) -> AskedCutoffs:
        """Return on whose sides minutes stay."""
        return AskedCutoffs(self.limits)

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables as they are written, points as lon and lat."""
        return {name: self._prepare(getattr(self.chosen, name)) for name in SESSION_TABLES}

    @cached_property
    def layers(self) -> dict[str, gpd.GeoDataFrame]:
        """Return the layers of courses.gpkg."""
        sessions, chosen = self.tables["sessions"], self.chosen
        shapes = gpd.points_from_xy(sessions["lon"], sessions["lat"], crs="EPSG:4326")
        plain = sessions.drop(columns=["lon", "lat"])
        return {
            "sessions": gpd.GeoDataFrame(plain, geometry=shapes, crs="EPSG:4326"),
            "committees": self._prepare_layer(chosen.committees),
            "hosts": self._prepare_layer(chosen.hosts),
            "lines": self._list_lines(),
        }

    @cached_property
    def zones(self) -> list[str | None]:
        """Return the time zone of each session."""
        sessions = self.chosen.sessions
        if given := self.chosen.content.get("timezone"):
            return [str(given)] * len(sessions)
        return self._zones_of_places

    @cached_property
    def _zones_of_places(self) -> list[str | None]:
        sessions = self.chosen.sessions
        return find_zones(zip(sessions["lon"].tolist(), sessions["lat"].tolist(), strict=True))

    @cached_property
    def calendar(self) -> dict[str, Any]:
        """Return which time zones the events have, and why."""
        source = "plan" if self.chosen.content.get("timezone") else "stations"
        known = sorted({zone for zone in self.zones if zone is not None})
        return {
            "timezones": known,
            "timezone_from": source if known else "none",
            "sessions_without_timezone": self.zones.count(None),
        }

    @cached_property
    def notes(self) -> list[str]:
        """Return the notes of the choice, and what the reader has to know of time zones."""
        found = [str(note) for note in self.chosen.content.get("notes") or []]
        given = self.chosen.content.get("timezone")
        places = sorted({zone for zone in self._zones_of_places if zone is not None})
        if given and places and given not in places:
            found.append(
                f"[service] timezone is {quote(given)}, but the stations lie in "
                f"{', '.join(places)}; check it"
            )
        if left := self.zones.count(None):
            found.append(
                f"{left} sessions lie in no known time zone, so their times in sessions.ics have "
                "none; check the coordinates of their stations"
            )
        return found

    @cached_property
    def content(self) -> dict[str, Any]:
        """Return the content of courses.json but for versions and hashes."""
        # How long the choice took differs each time, and equal choices make equal files.
        said = {key: v for key, v in self.chosen.content.items() if key != "seconds"}
        return {
            **said,
            "notes": self.notes,
            "calendar": self.calendar,
            "made": self.made,
            "unmet": to_plain_rows(self.tables["unmet"], self.cutoffs),
            "merges": to_plain_rows(self.tables["merges"], self.cutoffs),
            "dropped": to_plain_rows(self.chosen.dropped),
        }

    @property
    def credit(self) -> str:
        """Return whose streets the walks follow."""
        return say_credit(self.chosen.content, self.words.texts)

    @property
    def zone_line(self) -> str:
        """Return which time zone the calendar is in, and why."""
        texts, zones = self.words.texts, self.calendar["timezones"]
        if not zones:
            return texts["ss_line_zone_none"]
        why = texts[f"ss_zone_{self.calendar['timezone_from']}"]
        return texts["ss_line_zone"].format_map({"zone": texts["rp_list"].join(zones), "from": why})

    def say_notes(self) -> list[str]:
        """Return the lines that explain the workbook."""
        content, words = self.chosen.content, self.words
        walk, far = self.limits
        people = {name: f"{float(count or 0):,.0f}" for name, count in content["people"].items()}
        merged = content.get("merged") or {}
        bound, gap = content.get("bound"), content.get("gap")
        limits = {"walk": f"{walk:g}", "far": f"{far:g}"}
        lines = [
            words.say("ss_line_whole", begin=content.get("begin", ""), end=content.get("end", ""),
                      sessions=f"{len(self.chosen.sessions):,}", ordered=people["ordered"],
                      met=people["met"], unmet=people["unmet"]),
            words.say("ss_line_by", people_walk=people["by_walk"], people_far=people["by_far"],
                      people_coach=people["by_coach"], **limits),
            words.say("ss_line_merged", orders=f"{merged.get('orders', 0):,}",
                      people=f"{merged.get('people_spared', 0):,}"),
            "" if bound is None or gap is None else
            words.say("ss_line_proof", value=f"{content['value']:,g}", bound=f"{bound:,.6g}",
                      gap=format_percent(gap)),
            words.say("ss_line_walk", profile=words.term("profile", content.get("profile")),
                      **limits),
            words.texts["ss_line_spared"], words.texts["ss_line_fill"],
            words.say("ss_line_score", **limits),
            self.zone_line,
            *map(words.message, self.notes),
            self.credit,
        ]  # fmt: skip
        return [line for line in lines if line]

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of a table, rounded as outputs are."""
        told = self.tables.get(name)
        given = self._prepare(getattr(self.chosen, name)) if told is None else told
        table = round_table(given, self.cutoffs)
        columns = [str(column) for column in table.columns if column != "geometry"]
        values = zip(*(table[column].tolist() for column in columns), strict=True)
        return [dict(zip(columns, row, strict=True)) for row in values]

    def _prepare(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a table as it is written: lists joined, shares rounded, the notice last."""
        plain = with_lonlat(table) if isinstance(table, gpd.GeoDataFrame) else table.copy()
        for name in plain.columns:
            if plain[name].dtype == object:
                plain[name] = plain[name].map(join_values)
        for name in _SHARES:
            if name in plain:
                plain[name] = plain[name].astype(float).round(SHARE_DIGITS)
        return plain.assign(notice=self.notice) if self.notice else plain

    def _prepare_layer(self, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return a layer as it is written."""
        plain = self._prepare(pd.DataFrame(layer.drop(columns="geometry")))
        return gpd.GeoDataFrame(plain, geometry=layer.geometry.to_numpy(), crs=layer.crs)

    def _list_lines(self) -> gpd.GeoDataFrame:
        """Return a straight line from the committee of each order to the host of its session."""
        attendance, committees = self.tables["attendance"], self.chosen.committees
        sessions = self.chosen.sessions.set_index("session_id")
        ids = list(zip(committees["committee"], committees["town"], strict=True))
        home = dict(zip(ids, _list_points(committees), strict=True))
        places = zip(sessions["lon"], sessions["lat"], strict=True)
        host = dict(zip(sessions.index, places, strict=True))
        columns = (attendance[name] for name in ("committee", "town", "session_id"))
        shapes = [
            _draw_line(home.get((committee, town)), host.get(id_))
            for committee, town, id_ in zip(*columns, strict=True)
        ]
        plain = attendance.join(sessions[["host_id", "day", "begin", "end"]], on="session_id")
        if self.notice:
            plain = plain.assign(notice=plain.pop("notice"))
        return gpd.GeoDataFrame(plain, geometry=shapes, crs="EPSG:4326")


def _list_points(layer: gpd.GeoDataFrame) -> list[tuple[float, float]]:
    """Return longitude and latitude of each point, NaN where there is none."""
    points = layer.geometry.to_numpy()
    return list(zip(shapely.get_x(points).tolist(), shapely.get_y(points).tolist(), strict=True))


def _draw_line(*ends: tuple[float, float] | None) -> shapely.LineString:
    """Return the line between two places; an empty one where one is not known."""
    known = [end for end in ends if end is not None and np.isfinite(end).all()]
    return shapely.LineString(known if len(known) == len(ends) else [])
