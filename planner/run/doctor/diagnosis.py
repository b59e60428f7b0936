"""In which datum a table really is: every reading weighed, and how sure the answer is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from planner.crs import project
from planner.crs.array_types import Floats
from planner.crs.readings import Reading
from planner.run.doctor.likelihoods import Likelihoods, gather_evidence
from planner.run.doctor.references import References
from planner.run.doctor.street_evidence import StreetFit, fit_streets

#: Logarithms of odds: 20 to 1 names a datum, 1,000 to 1 names it surely.
WEAK: Final = 3.0
STRONG: Final = 7.0
#: Plans are right more often than not: odds of 7 to 1 stand against contradicting one.
_PRIOR: Final = 2.0
#: A heading that names a datum is right 20 times out of 21.
_STATED: Final = 3.0
#: A kind of evidence that speaks for another reading by this much leaves nothing sure.
_CONTRADICTS: Final = 2.0
#: So many rows that come near in one way alone are no accident.
_FEWEST_ROWS: Final = 3
#: A shorter move is no other datum: rows may stand a little off their doors, all to one side.
_LEAST_MOVE_M: Final = 100.0
#: Readings whose places lie this near are one: no evidence tells them apart.
_SAME_M: Final = 15.0

Sureness = Literal["strong", "weak", "undecided"]


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What is found of one table.

    readings : all ways to read it; declared : the number of the one that the plan says, -1 if its
        numbers cannot be read so anywhere near; best : the number of the one that fits best.
    sureness : of `best`. wrong : the declared reading is contradicted by strong evidence.
    totals : array, one per reading : logarithms of likelihoods.
    evidence : by kind; streets : how it fits the streets, None without streets.
    moved : metres east and north by which the table fits, where no reading does; else None.
    """

    readings: list[Reading]
    declared: int
    best: int
    sureness: Sureness
    wrong: bool
    totals: Floats
    evidence: list[Likelihoods]
    streets: StreetFit | None
    moved: tuple[float, float] | None = None

    @property
    def found(self) -> Reading:
        """The reading that fits best."""
        return self.readings[self.best]


def diagnose(
    rows: pd.DataFrame,
    readings: list[Reading],
    declared: int,
    known: References,
    *,
    has_doors: bool = True,
    stated: int = -1,
) -> Diagnosis:
    """Weigh the readings of a table.

    Parameters
    ----------
    rows
        Its columns; texts are searched for towns, names and streets.
    readings
        From `list_readings`, at least one.
    declared
        Number of the reading that the plan says.
    known
        What places are compared with.
    has_doors
        Its rows are places with a door to the street. Only such a table is said to be moved: cells
        in a row and outlines may fit a row of streets better wherever they are moved.
    stated
        Number of the reading that the table's own headings name, -1 for none.
    """
    places = [
        project(reading.lonlat[:, 0], reading.lonlat[:, 1], known.frame) for reading in readings
    ]
    evidence = gather_evidence(rows, places, known)
    streets = None if known.streets is None else fit_streets(places, known.streets)
    totals = np.sum([one.total for one in evidence], axis=0, initial=0.0) + np.zeros(len(places))
    if streets is not None:
        totals = totals + streets.support
    if stated >= 0:
        totals = totals + _STATED * (np.arange(len(totals)) == stated)
    best = int((totals + _PRIOR * (np.arange(len(totals)) == declared)).argmax())
    # Where rows lie outside the area it may be the area that is wrong.
    kinds = [one.total for one in evidence if one.kind != "boundary"]
    kinds += [] if streets is None else [streets.support]
    if best != declared:
        totals = totals - _PRIOR * (np.arange(len(totals)) == best)
    # As the plan says the rows lie nowhere near, but read in this way alone they do.
    alone = declared < 0 and len(rows) >= _FEWEST_ROWS
    sureness = _tell_sureness(totals, places, kinds, best, alone=alone)
    wrong = bool(
        best != declared
        and sureness != "undecided"
        and (
            declared < 0
            or (
                totals[best] - totals[declared] >= STRONG
                and not _agree(places[best], places[declared])
                and not _is_contradicted(kinds, best, declared)
            )
        )
    )
    moved = _find_move(rows, places, known, streets) if has_doors else None
    if moved is not None:
        return Diagnosis(
            readings, declared, best, "undecided", True, totals, evidence, streets, moved
        )
    return Diagnosis(readings, declared, best, sureness, wrong, totals, evidence, streets)


def _tell_sureness(
    totals: Floats, places: list[Floats], kinds: list[Floats], best: int, *, alone: bool
) -> Sureness:
    """Tell how far the best reading stands above all others that lie elsewhere."""
    others = [
        number
        for number, xy in enumerate(places)
        if number != best and not _agree(xy, places[best])
    ]
    if not others:
        return "strong" if alone else "undecided"
    rival = max(others, key=lambda number: totals[number])
    margin = totals[best] - totals[rival]
    if margin < WEAK or _is_contradicted(kinds, best, rival):
        return "undecided"
    return "strong" if margin >= STRONG else "weak"


def _is_contradicted(kinds: list[Floats], best: int, other: int) -> bool:
    """Tell whether some kind of evidence speaks for the other reading."""
    return any(total[other] - total[best] > _CONTRADICTS for total in kinds)


def _agree(one: Floats, other: Floats) -> bool:
    """Tell whether two readings put the rows in the same places."""
    return bool(np.median(np.hypot(*(one - other).T)) <= _SAME_M)


def _find_move(
    rows: pd.DataFrame,
    places: list[Floats],
    known: References,
    streets: StreetFit | None,
) -> tuple[float, float] | None:
    """Return the move that fits far better than every reading, if there is one."""
    if streets is None or streets.moved is None or streets.moved_support < STRONG:
        return None
    if np.hypot(*streets.moved) < _LEAST_MOVE_M:
        return None
    there = [*places, places[0] + np.array(streets.moved)]
    rest = np.sum([one.total for one in gather_evidence(rows, there, known)], axis=0)
    # Likelihoods are told beside each other only, so those of the readings are taken anew.
    support = np.append(streets.support, streets.moved_support)
    anew = rest + support
    return streets.moved if anew[-1] >= anew[:-1].max() + STRONG + _PRIOR else None
