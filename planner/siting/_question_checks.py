"""Which amounts a question may ask for, and how the command line writes weights and places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from planner.crs import MAX_LATITUDE
from planner.errors import SitingError, quote
from planner.plan import KINDS
from planner.siting.models.solution import SolveOptions

#: The least and the most of each amount of a question: more is taken for a typing error.
RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "n_sites": (1, 10_000),
    "budget": (0, 1_000_000_000_000),
    "closures": (0, 10_000),
    "spacing_m": (0, 100_000),
    "alternatives": (0, 1_000),
    "curve": (0, 10_000),
}
#: The most sites where neither their number nor a budget is given.
USUAL_MOST: Final = 10
_MAX_WEIGHT: Final = 1_000
_MAX_SECONDS: Final = 86_400


def find_most(asked: int | None, budget: float | None, model: str, candidates: int) -> int | None:
    """Return the most sites that may be chosen; None where a budget, or lscp, finds the number.

    Where nothing is asked it is the usual number, or every candidate where there are fewer.
    """
    if asked is not None or budget is not None or model == "lscp":
        return asked
    return min(USUAL_MOST, candidates)


def check_amounts(amounts: Mapping[str, float | None]) -> None:
    """Refuse amounts outside `RANGES`; None is not asked for.

    Raises
    ------
    SitingError
        With the name and the range.
    """
    for name, value in amounts.items():
        low, high = RANGES[name]
        # Written so that it refuses NaN too, for which every comparison is false.
        if value is not None and not low <= value <= high:
            raise SitingError(
                # The command line calls n_sites --sites.
                f"{name.removeprefix('n_')}: {_shown(value)} will not do; give a number from "
                f"{low} to {high:,}"
            )


def check_search(options: SolveOptions) -> None:
    """Refuse a time limit or a gap with which no search can end well.

    Raises
    ------
    SitingError
        With the range.
    """
    if not 0 < options.time_limit_s <= _MAX_SECONDS:
        raise SitingError(
            f"time limit: {_shown(options.time_limit_s)} will not do; give seconds above 0, at "
            f"most {_MAX_SECONDS:,}"
        )
    if not 0 <= options.gap < 1:
        raise SitingError(
            f"gap: {_shown(options.gap)} will not do; give a share of 0 or more, below 1"
        )


def check_place(lon: float, lat: float) -> None:
    """Refuse what is no place on a map.

    Raises
    ------
    SitingError
        With the range.
    """
    if not (-180 <= lon <= 180 and -MAX_LATITUDE <= lat <= MAX_LATITUDE):
        raise SitingError(
            f"why-not: {lon:g},{lat:g} is no longitude, latitude; give degrees from -180 to 180, "
            f"then from {-MAX_LATITUDE:g} to {MAX_LATITUDE:g}"
        )


def check_weights(weights: Mapping[str, float]) -> None:
    """Refuse weights of kinds that do not exist, and weights that are all 0.

    Raises
    ------
    SitingError
        With the kind and what to do.
    """
    for kind, weight in weights.items():
        if kind not in KINDS:
            raise SitingError(f"weights: there is no kind {_shown(kind)}; give {', '.join(KINDS)}")
        if not 0 <= weight <= _MAX_WEIGHT:
            raise SitingError(
                f"weights: {kind} is {_shown(weight)}; give a number from 0 to {_MAX_WEIGHT:,}"
            )
    if not any(weights.values()):
        raise SitingError("weights: nobody counts; give at least one kind a weight above 0")


def weights_of(text: str) -> dict[str, float]:
    """Read weights as the command line takes them: `residential=1,industrial=0.5`.

    Raises
    ------
    SitingError
        If a part is none, a kind stands twice, or as `check_weights`.
    """
    found: dict[str, float] = {}
    for part in text.split(","):
        kind, _, number = (piece.strip() for piece in part.partition("="))
        # Else the last one would count, and nobody would be told.
        if kind in found:
            raise SitingError(f"weights: {_shown(kind)} stands twice; keep one")
        try:
            found[kind] = float(number)
        except ValueError:
            raise SitingError(
                f"weights: {_shown(part.strip())} will not do; write them as "
                "residential=1,industrial=0.5"
            ) from None
    check_weights(found)
    return found


def place_of(text: str) -> tuple[float, float]:
    """Read a place as the command line takes it: `121.45,31.36`.

    Raises
    ------
    SitingError
        If it is none.
    """
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        raise SitingError(f"why-not: {_shown(text)} is no place; write it as LON,LAT") from None
    check_place(lon, lat)
    return lon, lat


def _shown(value: object) -> str:
    """Quote a value; a number as it is typed on the command line: 1, not 1.0."""
    return f"{value:.15g}" if isinstance(value, float) else quote(value)
