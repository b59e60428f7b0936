"""Checks single values of a scenario file; each says where it stands and what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final
from unicodedata import category

from planner.crs import MAX_LATITUDE
from planner.errors import SourceError, quote
from planner.plan import KINDS, RESERVED
from planner.plan.moments import find_hours_fault
from planner.plan.services import parse_services, write_services
from planner.sources._hours_checks import GOOD_EXAMPLE, to_osm

#: Returns a value as it is used, or refuses it; the text says where it stands.
Check = Callable[[Any, str], Any]

MAX_POINTS: Final = 200
MAX_TEXT: Final = 200
#: Reasons and remarks are sentences.
MAX_REMARK: Final = 500
MAX_GROUPS: Final = 50
MAX_UNITS: Final = 5_000
#: In which an edit of people may happen; what a mark may be.
YEARS: Final = (1900, 2200)
MARKS: Final = (1, 5)
#: What a correction may be about.
ABOUT: Final = ("station", "gate", "street", "hours")
_MAX_COST: Final = 1e12
_MAX_PEOPLE: Final = 10_000_000
_MAX_RADIUS_M: Final = 2_000


def _make_text_reader(most: int) -> Check:
    """Make a reader of texts that stand on one line."""

    def check(value: Any, where: str) -> str:
        """Return the value without blanks around it, or say where it stands and what to write."""
        if not isinstance(value, str) or not value.strip():
            raise SourceError(f"{where}: {quote(value)} will not do; write a text in quotes")
        if len(value) > most or not all(map(_is_shown, value)):
            raise SourceError(f"{where}: write one line of at most {most} characters")
        return value.strip()

    return check


def _is_shown(letter: str) -> bool:
    """Tell whether a letter stands on a line; the wide blank of Chinese keyboards does, too."""
    return letter.isprintable() or category(letter) == "Zs"


read_text, read_remark = _make_text_reader(MAX_TEXT), _make_text_reader(MAX_REMARK)


def read_optional_text(value: Any, where: str) -> str:
    """Return a text, or "" for nothing."""
    return "" if value in ("", None) else str(read_text(value, where))


def read_id(value: Any, where: str) -> str:
    """Return an id, which is no word for the whole."""
    text = str(read_text(value, where))
    if text in RESERVED:
        raise SourceError(f"{where}: {text!r} is reserved for the whole; rename it")
    return text


def read_hours(value: Any, where: str) -> str:
    """Return opening hours in the syntax of OSM that open some time; "" for none."""
    text = read_optional_text(value, where)
    text = (to_osm(text) or text) if text else ""
    fault = find_hours_fault(text) if text else ""
    if fault:
        raise SourceError(f"{where} {quote(text)} {fault}; write it like {GOOD_EXAMPLE!r}")
    return text


def read_services(value: Any, where: str) -> str:
    """Return services, each with hours that can be read."""
    text = read_optional_text(value, where)
    try:
        services = parse_services(text)
    except ValueError as error:
        raise SourceError(f"{where} {quote(text)}: {error}") from None
    read = {
        name: read_hours(hours, f"{where}: hours of {name}") for name, hours in services.items()
    }
    return text if read == services else write_services(read)


def read_flag(value: Any, where: str) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise SourceError(f"{where}: {quote(value)} will not do; write true or false")
    return value


def _make_number_reader(
    low: float, high: float, what: str, *, above: bool = False, whole: bool = False
) -> Check:
    """Make a reader that refuses anything but a number within bounds.

    above : the low bound itself will not do; whole : nor will parts of one.
    """

    def check(value: Any, where: str) -> float:
        """Return the value as a number, or say where it stands and what to write."""
        good = isinstance(value, int | float) and not isinstance(value, bool)
        good = good and low <= value <= high  # nor is it NaN
        if not good or (above and value == low) or (whole and value != int(value)):
            raise SourceError(f"{where}: {quote(value)} will not do; write {what}")
        return int(value) if whole else float(value)

    return check


read_lon, read_lat = (
    _make_number_reader(-180, 180, "a longitude in degrees, from -180 to 180"),
    _make_number_reader(
        -MAX_LATITUDE,
        MAX_LATITUDE,
        f"a latitude in degrees, from {-MAX_LATITUDE:g} to {MAX_LATITUDE:g}",
    ),
)
read_amount = _make_number_reader(0, _MAX_COST, "a number, 0 or more")
read_people = _make_number_reader(
    0, _MAX_PEOPLE, f"a number of people above 0, at most {_MAX_PEOPLE:,}", above=True
)
read_share = _make_number_reader(0, 1, "a share above 0, at most 1", above=True)
read_radius = _make_number_reader(
    0, _MAX_RADIUS_M, f"metres above 0, at most {_MAX_RADIUS_M:,}", above=True
)
read_year = _make_number_reader(*YEARS, f"a year, {YEARS[0]} to {YEARS[1]}", whole=True)
read_votes = _make_number_reader(0, _MAX_PEOPLE, "a whole number, 0 or more", whole=True)
read_mark = _make_number_reader(*MARKS, f"a whole number, {MARKS[0]} to {MARKS[1]}", whole=True)


def _make_choice_reader(allowed: Sequence[str]) -> Check:
    """Make a reader that refuses anything but one of some words."""

    def check(value: Any, where: str) -> str:
        """Return the value, or say where it stands and what to write."""
        if value not in allowed:
            raise SourceError(
                f"{where}: {quote(value)} will not do; give one of {', '.join(allowed)}"
            )
        return str(value)

    return check


read_kind, read_about = _make_choice_reader(KINDS), _make_choice_reader(ABOUT)


def read_groups(value: Any, where: str) -> dict[str, float]:
    """Return the people of groups, by their names."""
    if not isinstance(value, dict) or len(value) > MAX_GROUPS:
        raise SourceError(f'{where}: {quote(value)} will not do; write {{"group": people, ...}}')
    return {
        read_text(name, where): read_amount(people, f"{where}: {quote(name)}")
        for name, people in value.items()
    }


def read_demand_ids(value: Any, where: str) -> tuple[str, ...]:
    """Return ids of demand units, each once."""
    if not isinstance(value, list) or not value:
        raise SourceError(f'{where}: {quote(value)} will not do; write ["kind:id", ...]')
    if len(value) > MAX_UNITS:
        raise SourceError(f"{where}: has {len(value)} ids; give at most {MAX_UNITS:,}")
    return tuple(dict.fromkeys(read_text(one, where) for one in value))


def read_path(value: Any, where: str) -> tuple[tuple[float, float], ...]:
    """Return the corners of a path."""
    if not isinstance(value, list) or len(value) < 2:
        raise SourceError(f"{where}: needs two corners at least; write [[lon, lat], [lon, lat]]")
    if len(value) > MAX_POINTS:
        raise SourceError(f"{where}: has {len(value)} corners; give at most {MAX_POINTS}")
    corners = []
    for number, place in enumerate(value, start=1):
        if not isinstance(place, list) or len(place) != 2:
            raise SourceError(f"{where}: corner {number}: {quote(place)}; write [lon, lat]")
        at = f"{where}: corner {number}"
        corners.append((read_lon(place[0], at), read_lat(place[1], at)))
    return tuple(corners)
