"""Tables of which no row lies anywhere as the plan says: how they can be read."""

from __future__ import annotations

from typing import Final

from planner.crs.readings import Reading, list_readings, look_like_degrees
from planner.errors import PlannerError, SourceError
from planner.plan import Plan
from planner.run.doctor.diagnosis import diagnose
from planner.run.doctor.references import References, references_of
from planner.run.doctor.words import list_reasons, say_remedy
from planner.sources.cache import ArrayCache
from planner.sources.inputs import Inputs, load_inputs, try_inputs
from planner.sources.tables import UnreadPlacesError
from planner.sources.template_text import FoundDatum

#: Key of the plan that names columns -> that of the datum, of tables that a new plan names.
_KEYS: Final = {"facilities.columns": "facilities.crs", "demand.columns": "demand.crs"}


def load_explained(plan: Plan, *, cache: ArrayCache | None = None, further: bool = True) -> Inputs:
    """Read the files of a plan as `load_inputs` does; of a table in another datum it says which.

    Raises
    ------
    PlannerError
        As `load_inputs` does.
    """
    try:
        return load_inputs(plan, cache=cache, further=further)
    except UnreadPlacesError as error:
        # Tables are read before the streets, which tell what they are in.
        readable = try_inputs(plan, cache=cache).readable
        if readable is None:
            raise
        raise explain_unread(error, references_of(readable)) from None


def explain_unread(error: PlannerError, known: References) -> PlannerError:
    """Return the same fault with the reading that brings the rows to the data, if there is one.

    Parameters
    ----------
    error
        What a reader raised; others than `UnreadPlacesError` stay as they are.
    known
        What the table is compared with.
    """
    if not isinstance(error, UnreadPlacesError):
        return error
    readings = list_readings(error.x, error.y, known.near)
    if not readings:
        return error
    best, reasons = _choose_reading(error, readings, known)
    told = f"its numbers fit {best.name}" + (" with lon and lat swapped" if best.swapped else "")
    said = "".join(f"; {reason}" for reason in reasons)
    remedy = say_remedy(best, error.columns.crs_key, error.datum, error.columns)
    return SourceError(
        f"{error.file}: none of its {len(error.x)} rows lies anywhere as {error.datum}, but "
        f"{told}{said}; {remedy}"
    )


def find_unread_crs(error: PlannerError, known: References) -> tuple[str, FoundDatum] | None:
    """Return the key of a new plan that makes a table readable, and its datum; None for none."""
    if not isinstance(error, UnreadPlacesError) or error.columns.key not in _KEYS:
        return None
    readings = list_readings(error.x, error.y, known.near)
    if not readings:
        return None
    best, reasons = _choose_reading(error, readings, known)
    name = f"{best.name} with lon and lat swapped" if best.swapped else best.name
    crs = "" if best.crs == error.datum else best.crs
    found = FoundDatum(crs, name, "weak", "", tuple(reasons), swapped=best.swapped)
    return _KEYS[error.columns.key], found


def _choose_reading(
    error: UnreadPlacesError, readings: list[Reading], known: References
) -> tuple[Reading, list[str]]:
    """Return the reading that fits best, and the evidence; the declared datum goes first."""
    names = [reading.crs for reading in readings]
    wanted = error.datum if error.datum in names else error.columns.datum
    first = names.index(wanted) if wanted in names else 0
    found = diagnose(error.rows.reset_index(drop=True), readings, -1, known)
    if found.sureness == "undecided" and len(readings) > 1:
        others = [one for one in readings if one.crs and one is not readings[first]]
        if look_like_degrees(error.x, error.y):  # once they are read the others are weighed
            return readings[first], []
        return readings[first], [f"or {one.name} ({one.crs})" for one in others]
    return found.found, list_reasons(found) if found.streets is not None else []
