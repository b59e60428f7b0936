"""The coordinate doctor: in which datum each table of a plan really is, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.crs import (
    LOCAL,
    WGS84,
    LocalGrid,
    check_datum,
    from_wgs84_lonlat,
    is_shift_known,
    project,
    unproject,
)
from planner.crs.array_types import Floats, Ints
from planner.crs.readings import (
    Reading,
    is_near,
    list_local_readings,
    list_readings,
)
from planner.errors import CrsError, Doubt
from planner.run.doctor.diagnosis import Diagnosis, diagnose
from planner.run.doctor.mixed_rows import MixedRows, find_mixed_rows
from planner.run.doctor.references import References, references_of
from planner.run.doctor.row_checks import ZERO, find_far_rows
from planner.run.doctor.stated import list_contradictions, tell_stated
from planner.run.doctor.words import list_reasons, say_heading, say_move, say_remedy
from planner.sources.control_points import find_datum
from planner.sources.inputs import Inputs
from planner.sources.tables import NO_COLUMNS, CoordinateColumns, Table

#: Of larger tables so many rows are looked at, spread over the file.
_MOST_ROWS: Final = 2_000
#: Where so many rows are in another datum, it is that of the table.
_MOST_SHARE: Final = 0.6
#: Tables of places with a door to the street.
_WITH_DOORS: Final = ("facilities", "candidates", "gates")
#: Rows are named up to this many.
_MOST_NAMED: Final = 20
#: Outlines are looked at in points so far apart, metres.
_OUTLINE_STEP_M: Final = 100.0


@dataclass(frozen=True)
class Examined:
    """What is found of one table.

    role : facilities, candidates, gates, demand, boundary or towns.
    file : its name; key : the key of the plan that says its datum; declared : what it says.
    found : how the table is called to be read best, "" where nothing is known of it.
    crs : what to write into the plan, "" where no key can say it or nothing is to be changed.
    sureness : strong, weak or undecided. differs : what was found is not what the plan says.
    wrong : what the plan says is surely wrong. remedy : what to do where it differs, else "".
    reasons : the evidence in words, a phrase each.
    stated : the datum that its own headings name, "" for none; said : the text that names it.
    disputed : that is another one than the plan says.
    """

    role: str
    file: str
    key: str
    declared: str
    found: str
    crs: str
    sureness: str
    differs: bool = False
    wrong: bool = False
    remedy: str = ""
    reasons: tuple[str, ...] = ()
    stated: str = ""
    said: str = ""
    disputed: bool = False


@dataclass(frozen=True)
class Examination:
    """What the doctor says: of every table, and of what is doubtful."""

    tables: tuple[Examined, ...]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True)
class _Patient:
    """A table to be looked at: where the plan puts its rows, and by which datum."""

    role: str
    file: str
    key: str
    datum: str | LocalGrid
    rows: pd.DataFrame
    lonlat: Floats
    columns: CoordinateColumns = NO_COLUMNS


def examine_inputs(inputs: Inputs, known: References | None = None) -> Examination:
    """Look at every table of a plan, and at its boundary and towns.

    Parameters
    ----------
    inputs
        From `load_inputs`.
    known
        From `references_of`, where it is asked for more than once.
    """
    known = known or references_of(inputs)
    examined: list[Examined] = []
    doubts: list[Doubt] = []
    for patient in _list_patients(inputs, known):
        one, more = _examine(patient, known)
        examined.append(one)
        doubts += [*_list_doubts(one), *more]
        if not isinstance(patient.datum, LocalGrid) and not one.wrong:
            doubts += _list_unknown_shifts(one, patient.datum, known)
    for _, _, datum, table in _list_tables(inputs):
        doubts += find_far_rows(table, datum, known)
    return Examination(tuple(examined), tuple(doubts))


def examine_demand(inputs: Inputs, known: References) -> tuple[Examined, ...]:
    """Look at the tables of people of a plan alone, as `examine_inputs` does.

    known : from `references_of`.
    """
    return tuple(
        _examine(patient, known)[0] for patient in _list_points(_list_demand_tables(inputs))
    )


def refuse_wrong_datums(examination: Examination) -> None:
    """Refuse a table whose declared datum is contradicted by strong evidence.

    Raises
    ------
    CrsError
        In one line: which table, what speaks against its datum, what to write into the plan.
    """
    wrong = [one for one in examination.tables if one.wrong]
    if wrong:
        first = next(doubt for one in wrong for doubt in _list_doubts(one))
        more = f" (and {len(wrong) - 1} more, see planner check)" if len(wrong) > 1 else ""
        raise CrsError(f"{first.file}: {first.what}; {first.remedy}, or go on as it stands with "
                       f"--accept-datum{more}")  # fmt: skip


def _list_tables(inputs: Inputs) -> Iterator[tuple[str, str, str | LocalGrid, Table]]:
    """Yield the tables of points: role, key of the plan that says their datum, it, and they."""
    plan = inputs.plan
    tables = [
        ("facilities", "[facilities] crs", plan.facilities.crs, inputs.facilities),
        ("candidates", "[candidates] crs", plan.candidates.crs, inputs.candidates),
        ("gates", "[network] gates_crs", plan.network.gates_crs, inputs.gates),
    ]
    for role, key, crs, table in tables:
        if table is not None and len(table.rows):
            yield role, key, find_datum(plan, crs), table
    yield from _list_demand_tables(inputs)


def _list_demand_tables(inputs: Inputs) -> Iterator[tuple[str, str, str | LocalGrid, Table]]:
    """Yield the tables of people, as `_list_tables`."""
    for part in inputs.demand:
        if part.points is not None and len(part.points.rows):
            datum = find_datum(inputs.plan, part.plan.crs)
            yield f"demand {part.plan.kind}", "[[demand]] crs", datum, part.points


def _list_patients(inputs: Inputs, known: References) -> Iterator[_Patient]:
    """Yield all that has a datum, the outlines first."""
    yield from _list_outlines(inputs, known)
    yield from _list_points(_list_tables(inputs))


def _list_points(tables: Iterable[tuple[str, str, str | LocalGrid, Table]]) -> Iterator[_Patient]:
    """Yield tables of points as what is looked at."""
    for role, key, datum, table in tables:
        rows = pd.DataFrame(table.rows)
        if table.is_narrow:
            lonlat = rows[["lon", "lat"]].to_numpy(dtype=np.float64)
            rows = rows.drop(columns=["lon", "lat"])
        else:
            lonlat = np.column_stack([table.rows.geometry.x, table.rows.geometry.y])
        yield _Patient(role, table.file, key, datum, rows, lonlat, table.columns)


def _list_outlines(inputs: Inputs, known: References) -> Iterator[_Patient]:
    """Yield boundary and towns as points along their outlines."""
    area = inputs.plan.area
    if area is None:
        return
    if area.boundary is not None and inputs.boundary is not None:
        lonlat = _walk_outlines(gpd.GeoSeries([inputs.boundary], crs=WGS84), known)
        datum = find_datum(inputs.plan, area.crs)
        yield _Patient("boundary", area.boundary.name, "[area] crs", datum, pd.DataFrame(), lonlat)
    if area.towns is not None and inputs.towns is not None:
        lonlat = _walk_outlines(inputs.towns.geometry, known)
        datum = find_datum(inputs.plan, area.towns_crs)
        yield _Patient("towns", area.towns.name, "[area] towns_crs", datum, pd.DataFrame(), lonlat)


def _walk_outlines(shapes: gpd.GeoSeries, known: References) -> Floats:
    """Return points along outlines, WGS-84 degrees, shape (n, 2)."""
    lines = shapely.boundary(shapes.to_crs(known.frame).to_numpy())
    lines = shapely.get_parts(shapely.union_all(lines))  # what two towns share once
    at = [
        shapely.line_interpolate_point(line, np.arange(0, line.length, _OUTLINE_STEP_M))
        for line in lines
    ]
    return unproject(shapely.get_coordinates(np.concatenate(at)), known.frame)


def _examine(patient: _Patient, known: References) -> tuple[Examined, list[Doubt]]:
    """Diagnose one table."""
    grid = patient.datum if isinstance(patient.datum, LocalGrid) else None
    datum = LOCAL if isinstance(patient.datum, LocalGrid) else check_datum(patient.datum)
    nothing = Examined(patient.role, patient.file, patient.key, datum, "", "", "undecided")
    x, y = from_wgs84_lonlat(patient.lonlat[:, 0], patient.lonlat[:, 1], patient.datum)
    chosen = _choose_rows(patient, x, y)
    if not len(chosen):
        return nothing, []
    lonlat, x, y = patient.lonlat[chosen], x[chosen], y[chosen]
    if grid is not None:
        readings, declared = list_local_readings(x, y, known.near, grid), 0
    else:
        readings = list_readings(x, y, known.near)
        declared = _find_declared(readings, datum, lonlat, known)
        if declared < 0 and is_near(lonlat, known.near):
            # One that nobody else would think of, such as the grid of another country.
            readings, declared = [Reading(datum, datum, lonlat), *readings], 0
        if not readings:
            return _examine_far(nothing, x, y), []
    stated, elsewhere = tell_stated(patient.columns, x, y, lonlat, known)
    if stated:
        said = patient.columns.said
        nothing = replace(nothing, stated=stated, said=said, disputed=elsewhere)
    outline = patient.rows.empty
    seen = replace(known, boundary=None, parts=(), places=None) if outline else known
    rows = patient.rows.iloc[chosen] if not outline else pd.DataFrame(index=range(len(chosen)))
    rows = rows.reset_index(drop=True)
    names = [reading.crs for reading in readings]
    found = diagnose(
        rows, readings, declared, seen, has_doors=patient.role in _WITH_DOORS,
        stated=names.index(stated) if stated and stated in names else -1,
    )  # fmt: skip
    if outline or len(chosen) != len(patient.lonlat):
        return _tell(nothing, found, patient.columns), []
    mixed = find_mixed_rows(found, len(chosen))
    if mixed is None:
        return _tell(nothing, found, patient.columns), []
    if mixed.share < _MOST_SHARE:
        # The plan is right of most rows, whatever the others make of the table as a whole.
        found = replace(found, best=found.declared, sureness="undecided", wrong=False)
    return _tell(nothing, found, patient.columns), [_say_mixed(patient, found, mixed)]


def _choose_rows(patient: _Patient, x: Floats, y: Floats) -> Ints:
    """Return the numbers of the rows to look at: those with a place, spread over the file."""
    filled = (np.abs(x) > ZERO) | (np.abs(y) > ZERO)
    fine = np.flatnonzero(np.isfinite(patient.lonlat).all(axis=1) & filled)
    if len(fine) <= _MOST_ROWS:
        return fine
    chosen: Ints = fine[np.linspace(0, len(fine) - 1, _MOST_ROWS).astype(int)]
    return chosen


def _find_declared(readings: list[Reading], datum: str, lonlat: Floats, known: References) -> int:
    """Return the number of the reading that the plan says, -1 if it is none of them."""
    for number, reading in enumerate(readings):
        if reading.crs == datum and not reading.swapped:
            return number
    # A datum of another name may say the same: CGCS2000, another code of a zone, a city's code.
    here = project(lonlat[:, 0], lonlat[:, 1], known.frame)
    for number, reading in enumerate(readings):
        there = project(reading.lonlat[:, 0], reading.lonlat[:, 1], known.frame)
        apart = np.hypot(*(there - here).T)
        if np.isfinite(apart).all() and np.median(apart) < 1.0:
            return number
    return -1


def _examine_far(nothing: Examined, x: Floats, y: Floats) -> Examined:
    """Say of a table that comes near in no datum what its numbers look like."""
    return replace(
        nothing,
        reasons=(
            f"its numbers, around {np.median(x):,.3f} and {np.median(y):,.3f}, lie near the "
            "streets in no datum that is known here",
        ),
    )


def _tell(nothing: Examined, found: Diagnosis, columns: CoordinateColumns) -> Examined:
    """Put a diagnosis into words."""
    if found.moved is not None:
        reason = f"it fits the streets far better moved {say_move(found.moved)}"
        return replace(
            nothing, found="no datum known here", differs=True, wrong=True,
            remedy=say_remedy(None, nothing.key, nothing.declared, columns), reasons=(reason,),
        )  # fmt: skip
    best = found.found
    named = found.sureness != "undecided"
    reasons = list_reasons(found)
    if nothing.stated and found.best != found.declared:
        reasons.append(say_heading(nothing.said, nothing.stated))
    told = replace(nothing, sureness=found.sureness, reasons=tuple(reasons))
    if found.best == found.declared:
        return replace(told, found=best.name if named else "")
    return replace(
        told,
        found=f"{best.name} with lon and lat swapped" if best.swapped else best.name,
        crs=best.crs,
        differs=True,
        wrong=found.wrong,
        remedy=say_remedy(best, nothing.key, nothing.declared, columns),
    )


def _list_doubts(one: Examined) -> Iterator[Doubt]:
    """Yield what is doubtful of the datum of a table."""
    reasons = "; ".join(one.reasons)
    if one.wrong:
        what = f"its places fit {one.found} and not {one.declared}: {reasons}"
        yield Doubt("error", one.file, None, what, one.remedy)
    elif one.differs and one.sureness != "undecided":
        what = f"its places may be in {one.found}, not in {one.declared}: {reasons}"
        yield Doubt("warning", one.file, None, what, f"if so, {one.remedy}")
    yield from list_contradictions(one)


def _list_unknown_shifts(one: Examined, datum: str, known: References) -> Iterator[Doubt]:
    """Yield that nobody knows exactly where a datum puts its places."""
    if not is_shift_known(datum, *known.near):
        what = f"{one.declared} is read without its shift to WGS-84, as none is known here: its "
        what += "places may be off by some 100 m"
        remedy = 'name control_points and set crs = "local"'
        yield Doubt("warning", one.file, None, what, remedy)


def _say_mixed(patient: _Patient, found: Diagnosis, mixed: MixedRows) -> Doubt:
    """Say which rows fit another datum than the rest."""
    numbers = patient.rows["row"].to_numpy()[mixed.rows].tolist()
    listed = ", ".join(map(str, numbers[:_MOST_NAMED]))
    more = f" and {len(numbers) - _MOST_NAMED} more" if len(numbers) > _MOST_NAMED else ""
    name = " or ".join(found.readings[reading].name for reading in mixed.readings)
    what = f"at least {len(numbers)} rows fit {name} while others do not: rows {listed}{more}"
    remedy = f"give the rows in {name} a file of their own, or convert them"
    return Doubt("warning", patient.file, int(numbers[0]), what, remedy)
