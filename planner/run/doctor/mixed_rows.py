"""Rows of a table that are in another datum than the rest of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from planner.crs.array_types import Floats, Ints
from planner.run.doctor.diagnosis import STRONG, Diagnosis

#: Fewer rows than this may be slips of the pen.
_FEWEST: Final = 5
#: Looked for in every table and among several readings, so more is asked than of a whole table.
_MORE_SURE: Final = 3.0
#: A row is listed if it belongs to the other datum with this probability.
_SURE: Final = 0.9
_SHARES: Final = np.linspace(0.02, 0.98, 49)


@dataclass(frozen=True)
class MixedRows:
    """Rows that fit another reading than the rest: its number, and theirs among the rows."""

    reading: int
    rows: Ints


def find_mixed_rows(found: Diagnosis, n_rows: int) -> MixedRows | None:
    """Find rows that fit another reading, where most fit the one that the table has.

    A share of the rows is thought to be in the other datum; the share that explains the table best
    is compared with none. Only strong evidence counts.
    """
    if found.wrong or found.moved is not None or found.declared < 0:
        return None
    log = _add_up_rows(found, n_rows)
    best: tuple[float, MixedRows] | None = None
    for reading in range(len(found.readings)):
        if reading == found.declared:
            continue
        gain = log[reading] - log[found.declared]
        totals = np.log1p(_SHARES[:, None] * np.expm1(gain)).sum(axis=1)
        share = _SHARES[int(totals.argmax())]
        belongs = share * np.exp(gain) / (share * np.exp(gain) + 1 - share)
        rows = np.flatnonzero((belongs >= _SURE) & (gain > 0))
        clear = totals.max() >= STRONG + _MORE_SURE and len(rows) >= _FEWEST
        if clear and (best is None or totals.max() > best[0]):
            best = float(totals.max()), MixedRows(reading, rows)
    return None if best is None else best[1]


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
