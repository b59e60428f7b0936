"""The edits of a scenario file: which there are, their keys, and how they are read and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from planner.errors import SourceError, quote
from planner.sources import _scenario_values as values_of
from planner.sources._scenario_values import Check

#: What an edit may do.
OPS: Final = (
    "add", "move", "close", "hours", "level", "open_gate", "add_path", "add_people",
    "remove_people",
)  # fmt: skip
#: Edits that take nothing away from anybody.
ADDITIONS: Final = frozenset({"add", "open_gate", "add_path", "add_people"})
#: Edits that are about who lives and works where.
PEOPLE_OPS: Final = frozenset({"add_people", "remove_people"})


@dataclass(frozen=True)
class Edit:
    """One change of a scenario, checked as far as it can be without the plan.

    number : from 1, in the order of the file. op : one of OPS.
    id : of the facility, gate, path or people. lonlat : where it is or goes, None where nothing is
        said.
    path : lon, lat of each corner of a path. cost : None where it is not given.
    values : what else is set: name, level, domain, opening_hours, services, open_to_outsiders,
        capacity, action, access; of people kind, people, groups, year, radius_m, demand_ids, share;
        of any edit proposer, reason, votes.
    """

    number: int
    op: str
    id: str
    lonlat: tuple[float, float] | None
    path: tuple[tuple[float, float], ...]
    cost: float | None
    values: Mapping[str, Any]

    @property
    def called(self) -> str:
        """What the edit is called in messages."""
        return f"edit {self.number}: {self.op} {self.id}"

    def to_dict(self) -> dict[str, Any]:
        """Return the edit as a scenario file has it."""
        row: dict[str, Any] = {"op": self.op, "id": self.id}
        if self.lonlat is not None:
            row |= dict(zip(("lon", "lat"), self.lonlat, strict=True))
        if self.path:
            row["path"] = [list(corner) for corner in self.path]
        if self.cost is not None:
            row["cost"] = self.cost
        return row | {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in self.values.items()
        }


def read_edit(row: Any, number: int, file: str) -> Edit:
    """Check one edit.

    Raises
    ------
    SourceError
        One line with file, edit, key and what to do.
    """
    where = f"{file}: edit {number}"
    if not isinstance(row, dict):
        raise SourceError(f'{where}: {quote(row)} is no edit; write {{"op": ..., "id": ...}}')
    op = row.get("op")
    if op not in OPS:
        said = "has no op" if op is None else f"unknown op {quote(op)}"
        raise SourceError(f"{where}: {said}; give one of {', '.join(OPS)}")
    check_keys(row, ("op", *_KEYS[op]), f"{where}: {op}")
    if "id" not in row:
        raise SourceError(f"{where}: {op}: id is missing; add it")
    values = read_values(row, _KEYS[op], f"{where}: {op}")
    name = values.pop("id")
    where = f"{where}: {op} {name}"
    lonlat = take_lonlat(values, where)
    path, cost = values.pop("path", ()), values.pop("cost", None)
    for needed in _NEEDED.get(op, ()):
        if not any(key in row for key in needed):
            raise SourceError(f"{where}: {' or '.join(needed)} is missing; add it")
    if op == "remove_people":
        _check_whom(row, where)
    return Edit(number, str(op), name, lonlat, path, cost, values)


def check_keys(row: Mapping[str, Any], allowed: Sequence[str], where: str) -> None:
    """Refuse a key that means nothing, and name the nearest valid one."""
    for key in row:
        if key not in allowed:
            # However unlike: there are few keys, and the message always names one.
            near = get_close_matches(key, allowed, 1, 0.0)
            raise SourceError(f"{where}: unknown key {quote(key)}; did you mean {near[0]}?")


def read_values(row: Mapping[str, Any], checks: Mapping[str, Check], where: str) -> dict[str, Any]:
    """Return the values of a row that have a check, each as its check returns it."""
    return {key: checks[key](row[key], f"{where}: {key}") for key in checks if key in row}


def take_lonlat(values: dict[str, Any], where: str) -> tuple[float, float] | None:
    """Take lon and lat out of the values of an edit; one needs the other."""
    if ("lon" in values) != ("lat" in values):
        missing = "lat" if "lon" in values else "lon"
        raise SourceError(f"{where}: {missing} is missing; give lon and lat, in WGS-84")
    return (values.pop("lon"), values.pop("lat")) if "lon" in values else None


def _check_whom(row: Mapping[str, Any], where: str) -> None:
    """Refuse to take people away by place and by ids at once, or without saying how far."""
    if "demand_ids" in row and ("lon" in row or "radius_m" in row):
        raise SourceError(
            f"{where}: says whom by demand_ids and by a place; give demand_ids, or lon, lat and "
            "radius_m"
        )
    if "demand_ids" not in row and "radius_m" not in row:
        raise SourceError(f"{where}: radius_m is missing; add it")
    if "demand_ids" not in row and "lon" not in row:
        raise SourceError(f"{where}: lon is missing; add it")


_AT: Final[dict[str, Check]] = {"lon": values_of.read_lon, "lat": values_of.read_lat}
_OFFER: Final[dict[str, Check]] = {
    "opening_hours": values_of.read_hours, "services": values_of.read_services,
}  # fmt: skip
_ALWAYS: Final[dict[str, Check]] = {
    "id": values_of.read_id, "cost": values_of.read_amount, "proposer": values_of.read_text,
    "reason": values_of.read_remark, "votes": values_of.read_votes,
}  # fmt: skip
_NAMED: Final[dict[str, Check]] = {"name": values_of.read_text}
_OF_PEOPLE: Final[dict[str, Check]] = _AT | _NAMED | {
    "kind": values_of.read_kind, "year": values_of.read_year,
}  # fmt: skip
#: Keys of each op, and what checks them.
_KEYS: Final[dict[str, dict[str, Check]]] = {
    "add": _ALWAYS | _AT | _OFFER | _NAMED | {
        "level": values_of.read_optional_text, "domain": values_of.read_optional_text,
        "action": values_of.read_optional_text, "capacity": values_of.read_amount,
        "open_to_outsiders": values_of.read_flag,
    },
    "move": _ALWAYS | _AT,
    "close": _ALWAYS,
    "hours": _ALWAYS | _OFFER,
    "level": _ALWAYS | {"level": values_of.read_optional_text},
    "open_gate": _ALWAYS | _AT | _NAMED,
    "add_path": _ALWAYS | _NAMED | {
        "path": values_of.read_path, "access": values_of.read_text,
    },
    "add_people": _ALWAYS | _OF_PEOPLE | {
        "people": values_of.read_people, "groups": values_of.read_groups,
    },
    "remove_people": _ALWAYS | _OF_PEOPLE | {
        "radius_m": values_of.read_radius, "demand_ids": values_of.read_demand_ids,
        "share": values_of.read_share,
    },
}  # fmt: skip
#: An op needs one key of each of these.
_NEEDED: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "move": (("lon",),), "hours": (("opening_hours", "services"),), "level": (("level",),),
    "add_path": (("path",),), "add_people": (("lon",), ("kind",), ("people",)),
}  # fmt: skip
