"""Rows of a table that are in another datum than the rest of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.run.doctor.diagnosis import STRONG, WEAK, Diagnosis

#: Fewer rows than this may be slips of the pen.
_FEWEST: Final = 5
#: Looked for in every table and among several readings, so more is asked than of a whole table.
_MORE_SURE: Final = 3.0
#: A row is listed if it belongs to the other datum with this probability.
_SURE: Final = 0.9
_SHARES: Final = np.linspace(0.02, 0.98, 49)


@dataclass(frozen=True)
class MixedRows:
    """Rows that fit another reading than the rest.

    readings : the numbers of those readings that fit them, the best first.
    rows : their numbers; share : of all rows that seem to be among them, also of those that tell
        nothing.
    """

    readings: tuple[int, ...]
    rows: Ints
    share: float


def find_mixed_rows(found: Diagnosis, n_rows: int) -> MixedRows | None:
    """Find rows that fit another reading than the declared one, which the others fit.

    A share of the rows is thought to be in the other datum; the share that explains the table best
    is compared with none and with all. Only strong evidence counts.
    """
    if found.moved is not None or found.declared < 0:
        return None
    log = _add_up_rows(found, n_rows)
    told = {
        reading: _split(log[reading] - log[found.declared])
        for reading in range(len(found.readings))
        if reading != found.declared
    }
    order = sorted(told, key=lambda reading: -told[reading][0])
    if not order:
        return None
    total, alone, share, rows = told[order[0]]
    if total - max(0.0, alone) < STRONG + _MORE_SURE or len(rows) < _FEWEST:
        return None
    # Where rows may be is often told better than by which datum they came to be where they are.
    fitting = tuple(reading for reading in order if told[reading][0] >= total - WEAK)
    return MixedRows(fitting, rows, share)


def _split(gain: Floats) -> tuple[float, float, float, Ints]:
    """Split rows by what each gains in another reading.

    Returns
    -------
    float, float, float, array
        How much better than the declared datum alone both explain all rows, and the other one
        alone; the share of rows in the other one; the rows that surely are.
    """
    totals = np.log1p(_SHARES[:, None] * np.expm1(gain)).sum(axis=1)
    share = float(_SHARES[int(totals.argmax())])
    belongs = share * np.exp(gain) / (share * np.exp(gain) + 1 - share)
    rows = np.flatnonzero((belongs >= _SURE) & (gain > 0))
    return float(totals.max()), float(gain.sum()), share, rows


def _add_up_rows(found: Diagnosis, n_rows: int) -> Floats:
    """Return what is said of every row by each reading, shape (readings, rows)."""
    log: Floats = np.zeros((len(found.readings), n_rows))
    for evidence in found.evidence:
        if evidence.kind != "boundary":  # whoever is outside may well be so
            # A row may stand for several things of its name.
            for said, more in zip(log, evidence.log, strict=True):
                np.add.at(said, evidence.rows, more)
    streets = found.streets
    # Streets say something of a row only where the table as a whole lies along them.
    if streets is not None and streets.support[found.declared] >= STRONG:
        log += streets.row_log
    return log
