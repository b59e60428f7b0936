"""Services of a facility, each with its own hours if given; which facilities serve when."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.plan.moments import Moment, are_open_at, list_hours_notes

#: The usual services and what pages call them in English; others may be named as well.
SERVICES_EN: Final = {
    "政务": "government services",
    "文体": "culture and sports",
    "为老": "care for the elderly",
    "托幼": "childcare",
    "议事": "residents' meetings",
    "培训": "training",
    "骑手驿站": "couriers' stop",
}

# A single bar separates services. Hours may hold `||` (a fallback) and bars inside quotes.
_PIECE: Final = re.compile(r'"[^"]*"?|\|+|[^"|]+')


def parse_services(text: str) -> dict[str, str]:
    """Read the services of a facility: `政务=Mo-Fr 09:00-17:00 | 文体 | 为老`.

    Parameters
    ----------
    text
        Names separated by `|`, each with `=` and opening hours if it has its own; the full-width
        signs ｜ and ＝ will do as well. Empty: none are known.

    Returns
    -------
    dict
        Service -> its own hours (not yet checked), "" for those of the facility.

    Raises
    ------
    ValueError
        If a name is empty, reserved or stands twice, or nothing follows a `=`.
    """
    services: dict[str, str] = {}
    if not text.strip():
        return services
    # Chinese keyboards type the full-width signs.
    for part in _split(text.replace("｜", "|").replace("＝", "=")):
        name, equals, hours = (piece.strip() for piece in part.partition("="))
        if not name:
            raise ValueError("a service has no name; write names separated by |")
        if name == "all":
            raise ValueError("the name 'all' is reserved for the whole; rename it")
        if name in services:
            raise ValueError(f"{name} stands twice; keep one")
        if equals and not hours:
            raise ValueError(f"no hours follow {name}=; give them, or leave out the =")
        services[name] = hours
    return services


def write_services(services: Mapping[str, str]) -> str:
    """Write services with their hours, "" for none, as `parse_services` reads them."""
    return " | ".join(f"{name}={hours}" if hours else name for name, hours in services.items())


def _split(text: str) -> list[str]:
    """Split at the bars that separate services."""
    parts = [""]
    for piece in _PIECE.findall(text):
        if piece == "|":
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def list_services(facilities: pd.DataFrame) -> list[str]:
    """List the services that a table names: the usual ones first, then the others by name."""
    named = {name for services in _parse_all(facilities) for name in services}
    # Sorted, as a set has no order and every run should list them alike.
    return [*(name for name in SERVICES_EN if name in named), *sorted(named - set(SERVICES_EN))]


def find_services_at(
    facilities: pd.DataFrame, moment: Moment | None, *, may_be_open: bool = False
) -> dict[str, NDArray[np.bool_]]:
    """Tell for each service which facilities offer it at a moment.

    Parameters
    ----------
    facilities : n rows
        services, opening_hours (text, checked); either column may be absent.
    moment
        None: at any hour.
    may_be_open
        True: also where nobody knows whether it is offered then.

    Returns
    -------
    dict
        Service -> array of shape (n,), in the order of `list_services`. A service without hours of
        its own has those of its facility; one with its own does not need the facility to be open.
    """
    parsed = _parse_all(facilities)
    usual = _texts(facilities, "opening_hours")
    result = {}
    for name in list_services(facilities):
        offers = np.array([name in services for services in parsed], dtype=bool)
        hours = [services.get(name) or of_facility
                 for services, of_facility in zip(parsed, usual, strict=True)]  # fmt: skip
        result[name] = offers & are_open_at(hours, moment, maybe=may_be_open)
    return result


def find_serving(
    facilities: pd.DataFrame,
    *,
    domains: Sequence[str] = (),
    moment: Moment | None = None,
    may_be_open: bool = False,
) -> NDArray[np.bool_]:
    """Tell which facilities are open at a moment and of one of some domains, shape (n,).

    Parameters
    ----------
    facilities : n rows
        opening_hours, domain (text); without hours always open.
    domains
        Those that count; none: any.
    moment
        None: at any hour.
    may_be_open
        True: those as well of which nobody knows whether they are open then.
    """
    is_open = are_open_at(_texts(facilities, "opening_hours"), moment, maybe=may_be_open)
    if not domains:
        return is_open
    return is_open & np.isin(np.array(_texts(facilities, "domain"), dtype=object), list(domains))


def list_moment_notes(facilities: pd.DataFrame, moments: Sequence[Moment]) -> list[str]:
    """Return the warnings about hours, a line each; none where no moment is computed.

    Parameters
    ----------
    facilities
        Those that count, with opening_hours and services.
    moments
        Those that are computed.
    """
    if not moments or facilities.empty:
        return []
    hours = _texts(facilities, "opening_hours")
    notes = []
    without = count_without_hours(facilities)
    if without:
        notes.append(
            f"{without} of {len(hours)} facilities in area and ring have no opening hours; they "
            "count as always open"
        )
    own = [text for services in _parse_all(facilities) for text in services.values()]
    return [*notes, *list_hours_notes([*hours, *own], moments)]


def count_without_hours(facilities: pd.DataFrame) -> int:
    """Count the facilities that have no opening hours of their own."""
    return sum(not text for text in _texts(facilities, "opening_hours"))


def _parse_all(facilities: pd.DataFrame) -> list[dict[str, str]]:
    """Return the services of each facility."""
    texts = _texts(facilities, "services")
    # Most stations share a text with others: each text is read once.
    known = {text: parse_services(text) for text in dict.fromkeys(texts)}
    return [known[text] for text in texts]


def _texts(facilities: pd.DataFrame, column: str) -> list[str]:
    """Return a column of text; empty where the table has none."""
    if column not in facilities:
        return [""] * len(facilities)
    return [str(text) for text in facilities[column].tolist()]
