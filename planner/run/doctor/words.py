"""What the doctor found, in words with figures."""

from __future__ import annotations

from typing import Final

import numpy as np

from planner.crs.array_types import Ints
from planner.crs.readings import Reading
from planner.errors import quote
from planner.run.doctor.diagnosis import Diagnosis
from planner.run.doctor.likelihoods import Likelihoods
from planner.run.doctor.street_evidence import BESIDE_M
from planner.sources.tables import CoordinateColumns

#: How near a row lies to what it names, metres, to be counted as there.
_THERE_M: Final = {"towns": 60.0, "committees": 60.0, "names": 200.0, "addresses": 60.0}
_WORDS: Final = {
    "towns": "in or at the town they name",
    "committees": "in or at the committee they name",
    "names": "at the thing of their name (200 m)",
    "addresses": "along the street of their address",
    "boundary": "in the study area",
    "data": "where there are data",
}


def list_reasons(found: Diagnosis) -> list[str]:
    """List what speaks for the best reading, against the declared one, a phrase each."""
    best, declared = found.best, found.declared
    reasons = []
    if found.streets is not None:
        reasons.append(_say_streets(found))
    for evidence in found.evidence:
        other = declared if declared not in {-1, best} else _find_rival(found)
        counts = _count_there(evidence)
        if evidence.kind in {"boundary", "data"} and counts[best] == counts[other]:
            continue  # says nothing
        reasons.append(
            f"{counts[best]} of {len(evidence.rows)} rows {_WORDS[evidence.kind]}, "
            f"{counts[other]} as {found.readings[other].name}"
            if other != best
            else f"{counts[best]} of {len(evidence.rows)} rows {_WORDS[evidence.kind]}"
        )
    return reasons


def say_heading(said: str, datum: str) -> str:
    """Say what the heading of a table says."""
    return f"its heading {quote(said)} says {datum}"


def say_remedy(best: Reading | None, key: str, declared: str, columns: CoordinateColumns) -> str:
    """Say what to write into the plan for a reading; None where none fits."""
    ask = "ask for the table as it was made"
    if best is None:
        return ask
    write = f'set {key} = "{best.crs}"' if best.crs else ask
    if not best.swapped:
        return write
    swap = "swap the headings of lon and lat"
    swap += f", or set {columns.swap}" if columns.swap else ""
    return swap if best.crs == declared else f"{write}, and {swap}"


def say_move(moved: tuple[float, float]) -> str:
    """Say by how much a table would have to move."""
    east, north = moved
    return (
        f"{abs(east):.0f} m to the {'east' if east > 0 else 'west'} and "
        f"{abs(north):.0f} m to the {'north' if north > 0 else 'south'}"
    )


def _say_streets(found: Diagnosis) -> str:
    """Say how many rows lie beside a street by the best reading, and by others."""
    assert found.streets is not None
    fit, best, declared = found.streets, found.best, found.declared
    phrase = f"{fit.share[best]:.0%} of places within {BESIDE_M:g} m of a street"
    if declared not in {-1, best}:
        phrase += f", {fit.share[declared]:.0%} as {found.readings[declared].name}"
    return phrase + f", {fit.elsewhere_share:.0%} anywhere nearby"


def _count_there(evidence: Likelihoods) -> Ints:
    """Return how many rows are where they should be, by each reading."""
    there: Ints = (evidence.told <= _THERE_M.get(evidence.kind, 0.0)).sum(axis=1)
    return there


def _find_rival(found: Diagnosis) -> int:
    """Return the reading that fits next best; the best one if there is no other."""
    order = np.argsort(-found.totals, kind="stable")
    return next((int(number) for number in order if number != found.best), found.best)
