"""What a run would find in its files, without computing a minute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd

from planner.case import Case, build_case
from planner.coverage.people import People
from planner.coverage.rules import note_unknown_levels
from planner.network import WalkNetwork
from planner.network.study_area import StudyArea
from planner.showing import Brief
from planner.sources.inputs import Inputs
from planner.sources.twins import find_twins
from planner.travel.streets import Streets


@dataclass(frozen=True)
class Findings(Brief):
    """What the files of a plan hold.

    streets : as a run would walk them; network : the same, whoever walks.
    facilities : columns of the table, counts (open), in_ring, joined, reason; metric CRS.
    dropped : file, row and reason of every row that a run would drop or count as 0.
    understood : how the files were read, a line each.
    warnings : what the data cannot tell, a line each; here also facilities that may be one.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> findings = planner.check_inputs(planner.load_inputs(town.plan))
    >>> len(findings.facilities), len(findings.people.units)
    (2, 9)
    """

    area: StudyArea
    streets: Streets
    facilities: gpd.GeoDataFrame
    people: People
    dropped: list[dict[str, Any]]
    warnings: list[str]
    understood: tuple[str, ...] = ()

    @property
    def network(self) -> WalkNetwork:
        """The streets of area and ring, whoever walks them."""
        return self.streets.network


def check_inputs(inputs: Inputs) -> Findings:
    """Put the files of a plan together as far as a run does before it measures walks.

    Parameters
    ----------
    inputs
        From `load_inputs`.

    Raises
    ------
    PlannerError
        Whatever would stop a run.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> findings = planner.check_inputs(planner.load_inputs(town.plan))
    >>> findings.warnings
    ['stated by the plan: streets known everywhere; stations complete']
    """
    return find_in_case(build_case(inputs))


def find_in_case(case: Case) -> Findings:
    """Return what the files of a plan hold that is put together already.

    Raises
    ------
    PlannerError
        If facilities or people cannot be placed.
    """
    inputs = case.inputs
    # A run says the first only where a rule asks for a level, the second never: here they can be
    # mended before it.
    levels = note_unknown_levels(inputs.plan, case.facilities)
    notes = [note for note in case.notes if note not in inputs.remarks]
    warnings = [*notes, *levels, *find_twins(inputs.facilities.rows, inputs.facilities.file)]
    return Findings(
        case.area,
        case.streets,
        case.facilities,
        case.people,
        case.dropped,
        warnings,
        inputs.remarks,
    )
