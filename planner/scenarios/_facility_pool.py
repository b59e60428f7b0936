"""Facilities before and after each edit: one table of all versions, and which count when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.coverage.facilities import OPEN, PLANNED, find_approximate
from planner.coverage.grounds import NOT_CONFIRMED
from planner.crs import WGS84
from planner.crs.array_types import Flags
from planner.errors import SourceError
from planner.network.study_area import StudyArea
from planner.sources.scenario_edits import Edit
from planner.sources.scenario_file import Scenario

#: Edits that are about facilities.
FACILITY_OPS = frozenset({"add", "move", "close", "hours", "level"})
_COLUMNS = (
    "facility_id", "name", "level", "domain", "opening_hours", "services", "open_to_outsiders",
    "radius_m", "unsure",
)  # fmt: skip
_BLANK = {
    "name": "", "level": "", "domain": "", "opening_hours": "", "services": "",
    "open_to_outsiders": True, "radius_m": np.nan, "unsure": "",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class FacilityPool:
    """Every facility that counts today or after any edit, each version a row of its own; k rows.

    table : facility_id, name, level, domain, opening_hours, services, open_to_outsiders, radius_m,
        unsure (why it may cover people though not surely, "" for the others, which come first),
        Points in the metric CRS. Versions of one facility stand where it stands today, so that of
        facilities equally near the same one comes first as in an edited plan.
    today (k,) : those that count today.
    after : for each scenario, for each of its edits, those that count then, shape (k,).
    touched : for each scenario, for each edit, the row that it made or took away; -1 for none.
    left : the same for the row that was there before it; -1 for none.
    planned : ids of those that are decided on but not open today.
    """

    table: gpd.GeoDataFrame
    today: Flags
    after: list[list[Flags]]
    touched: list[list[int]]
    left: list[list[int]]
    planned: frozenset[str]


@dataclass
class _PoolRows:
    """The table while it grows: rows, where each belongs, and how often it was begun."""

    rows: list[dict[str, Any]]
    slots: list[int]
    slots_taken: int = 0
    first: dict[str, int] = field(default_factory=dict)

    def put(self, row: dict[str, Any], slot: int) -> int:
        """Add a row; return its number."""
        self.rows.append(row)
        self.slots.append(slot)
        return len(self.rows) - 1

    def next_slot(self) -> int:
        """Return a place after all others."""
        self.slots_taken += 1
        return self.slots_taken - 1


def build_pool(
    facilities: gpd.GeoDataFrame,
    scenarios: Sequence[Scenario],
    area: StudyArea,
    unsure: gpd.GeoDataFrame | None = None,
) -> FacilityPool:
    """Follow the edits of every scenario through the facilities.

    Parameters
    ----------
    facilities
        From `place_facilities`: of area and ring, with `status` and `counts`.
    scenarios
        Their edits of facilities are followed, the others leave facilities as they are.
    area
        Where facilities may be put.
    unsure
        From `find_unsure`; those beyond area and ring count in every state.

    Raises
    ------
    SourceError
        If an edit names a facility that is not there, or one that is already, or a place outside,
        or leaves no facility open.
    """
    table = _PoolRows([], [])
    facilities = facilities.assign(unsure=np.where(find_approximate(facilities), NOT_CONFIRMED, ""))
    for row in _list_rows(facilities):
        table.first[str(row["facility_id"])] = table.put(row, table.next_slot())
    inside = {*facilities["facility_id"]}
    beyond = {
        table.put(row, table.next_slot())
        for row in ([] if unsure is None else _list_rows(unsure))
        if row["facility_id"] not in inside
    }
    counting = np.flatnonzero(facilities["counts"].to_numpy(dtype=bool)).tolist()
    steps = [_follow_rows(scenario, table, set(counting), area) for scenario in scenarios]
    # Nobody walks to those that are not sure: they stand behind all others.
    order = np.lexsort((table.slots, [row["unsure"] != "" for row in table.rows]))
    place = np.empty(len(order) + 1, dtype=np.int64)
    # One place more than rows, so that -1, for none, stays -1.
    place[order], place[-1] = np.arange(len(order)), -1

    def flags(numbers: set[int]) -> Flags:
        """Tell which rows of the sorted table are among some rows."""
        chosen = np.zeros(len(order), dtype=bool)
        chosen[place[list(numbers | beyond)]] = True
        return chosen

    rows = pd.DataFrame(table.rows).iloc[order].reset_index(drop=True)
    return FacilityPool(
        # Without the status, which messages alone ask for: which rows count is said by the flags.
        table=gpd.GeoDataFrame(rows[[*_COLUMNS]], geometry=list(rows["geometry"]), crs=area.crs),
        today=flags(set(counting)),
        after=[[flags(open_rows) for open_rows, _, _ in step] for step in steps],
        touched=[[int(place[row]) for _, row, _ in step] for step in steps],
        left=[[int(place[row]) for _, _, row in step] for step in steps],
        planned=frozenset(facilities["facility_id"][facilities["status"] == PLANNED].astype(str)),
    )


def _list_rows(facilities: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return facilities as rows of the table, with their status and place."""
    return [
        {name: row.get(name, _BLANK.get(name)) for name in _COLUMNS}
        | {"status": row["status"], "geometry": point}
        for row, point in zip(
            facilities.drop(columns="geometry").to_dict("records"), facilities.geometry, strict=True
        )
    ]


def _follow_rows(
    scenario: Scenario, table: _PoolRows, counting: set[int], area: StudyArea
) -> list[tuple[set[int], int, int]]:
    """Return for each edit the rows that count after it, the row it made, and the one it left."""
    # A copy: each scenario begins with today's facilities, not with what another one made of them.
    current = dict(table.first)
    steps = []
    for edit in scenario.edits:
        made = left = -1
        if edit.op in FACILITY_OPS:
            where = f"{scenario.file}: {edit.called}"
            if edit.op == "add":
                made = _add_facility(edit, table, current, counting, where, area)
            else:
                left = _counting_row(edit.id, table, current, counting, where)
                made = -1 if edit.op == "close" else _changed(edit, table, left, where, area)
            # A new set each time, for the steps before keep theirs.
            counting = (counting - {left}) | ({made} if made >= 0 else set())
            # A closed facility keeps its entry: `add` may open it again, and messages name it.
            if made >= 0:
                current[edit.id] = made
            if not counting:
                raise SourceError(
                    f"{where}: leaves no facility open; keep one, or open another one before it"
                )
        steps.append((counting, made, left))
    return steps


def _add_facility(
    edit: Edit,
    table: _PoolRows,
    current: dict[str, int],
    counting: set[int],
    where: str,
    area: StudyArea,
) -> int:
    """Put a new facility into the table, or one that is planned or closed today."""
    given = {key: value for key, value in edit.values.items() if key in _COLUMNS}
    if edit.id in current:
        number = current[edit.id]
        if number in counting:
            raise SourceError(f"{where}: is there already; give the new one an id of its own")
        if edit.lonlat is not None:
            status = table.rows[number]["status"]
            was = status if status != OPEN else "closed by an edit before"
            raise SourceError(
                f"{where}: this facility is {was}; leave out lon and lat to open it where it "
                "is, or give the new one an id of its own"
            )
        return table.put(table.rows[number] | given | {"status": OPEN}, table.slots[number])
    if edit.lonlat is None:
        raise SourceError(f"{where}: no facility has this id; add lon and lat for a new one")
    row = {"facility_id": edit.id, "status": OPEN} | _BLANK
    row |= {"name": edit.id} | given | {"geometry": _point(edit, where, area)}
    return table.put(row, table.next_slot())


def _counting_row(
    facility: str, table: _PoolRows, current: dict[str, int], counting: set[int], where: str
) -> int:
    """Return the row of a facility that counts."""
    if facility not in current:
        near = get_close_matches(facility, current, 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else "look at the ids in the plan's table"
        raise SourceError(f"{where}: no facility of the area has this id; {hint}")
    number = current[facility]
    if number not in counting:
        status = table.rows[number]["status"]
        was = status if status != OPEN else "closed by an edit before"
        raise SourceError(f"{where}: this facility is {was} and serves nobody; add opens it")
    return number


def _changed(edit: Edit, table: _PoolRows, left: int, where: str, area: StudyArea) -> int:
    """Put another version of a facility into the table."""
    changes = dict(edit.values)
    if edit.op == "move":
        # Where it goes is known, wherever it was before.
        changes |= {"geometry": _point(edit, where, area), "unsure": "", "radius_m": np.nan}
    return table.put(table.rows[left] | changes, table.slots[left])


def _point(edit: Edit, where: str, area: StudyArea) -> shapely.Point:
    """Return the place of an edit in the metric CRS."""
    assert edit.lonlat is not None  # checked when the edit was read, or just before
    lon, lat = edit.lonlat
    if not area.reaches(lon, lat):
        raise SourceError(
            f"{where}: {lon:.6f}, {lat:.6f} lies outside {area.called}; "
            "give lon and lat in WGS-84 within"
        )
    return gpd.GeoSeries([shapely.Point(lon, lat)], crs=WGS84).to_crs(area.crs).iloc[0]
