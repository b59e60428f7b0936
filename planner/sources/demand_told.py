"""What one [[demand]] tells of itself, where its rows are read apart from those of the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.showing import Brief
from planner.sources.group_tables import ColumnFigures


@dataclass(frozen=True)
class DemandTold(Brief):
    """What reading one [[demand]] told.

    lines, remarks : notes, and those of them that say how a file was read.
    columns : name of each group of its kind that names a column -> what its file says of it; of
        points the figures may be left out (a table without rows), as they count where they stand.
    """

    lines: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    columns: Mapping[str, ColumnFigures] = field(default_factory=dict)
