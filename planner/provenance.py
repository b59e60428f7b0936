"""How a result came about: stages with their time and memory, warnings, what was dropped."""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import geopandas as gpd

from planner.area import StudyArea
from planner.crs import WGS84
from planner.network import WalkNetwork
from planner.profiles import WalkProfile
from planner.sources.inputs import Inputs
from planner.sources.tables import Table

#: Called with the name of the stage and how much of it is done, 0 to 1.
Progress = Callable[[str, float], None]


@dataclass
class Stages:
    """Times the stages of a run and passes their progress on.

    start_mb : the most memory used before the first stage, which is that of reading.
    """

    progress: Progress | None = None
    start_mb: float = field(default_factory=lambda: peak_memory_mb())
    seconds: dict[str, float] = field(default_factory=dict)
    peak_mb: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Measure one stage."""
        start = time.perf_counter()
        self.report(name, 0.0)
        yield
        self.seconds[name] = time.perf_counter() - start
        self.peak_mb[name] = peak_memory_mb()
        self.report(name, 1.0)

    def report(self, name: str, share: float) -> None:
        """Tell how much of a stage is done."""
        if self.progress is not None:
            self.progress(name, share)


def give_back_memory() -> None:
    """Hand freed memory to the system: what one thread freed no other one would use again.

    It takes time itself: for after stages of many threads that free much.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, others need not
        if trim is not None:
            trim(0)


def peak_memory_mb() -> float:
    """Return the most memory this process has used so far, MB; NaN where the system cannot say."""
    try:
        import resource
    except ImportError:  # Windows
        return float("nan")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def dropped_rows(table: Table | None, column: str = "") -> list[dict[str, Any]]:
    """List the dropped rows of a table for run.json; `column` tells its numbers apart."""
    if table is None:
        return []
    prefix = f"{column}: " if column else ""
    listed = table.dropped[["file", "row", "reason"]].itertuples(index=False)
    return [
        {"file": str(file), "row": int(row), "reason": f"{prefix}{reason}"}
        for file, row, reason in listed
    ]


def warnings_of(
    inputs: Inputs, network: WalkNetwork, facilities: gpd.GeoDataFrame, area: StudyArea
) -> list[str]:
    """Say what the data cannot tell, in one line each.

    Parameters
    ----------
    facilities
        facility_id, reason (why it is not joined), counts, unreachable.
    """
    found = []
    for chosen, what in (
        (facilities["reason"] == "no street near", "join no street"),
        (facilities["reason"] == "island", "join islands of streets alone, so that they serve "
         "only those who live there"),
        (facilities["unreachable"], "are closed to outsiders but in no compound that is known, so "
         "they serve nobody"),
    ):  # fmt: skip
        ids = facilities.loc[chosen, "facility_id"].tolist()
        if ids:
            more = ", ..." if len(ids) > 10 else ""
            found.append(f"{len(ids)} facilities {what}: {', '.join(ids[:10])}{more}")
    idle = int((~facilities["counts"]).sum())
    if idle:
        found.append(f"{idle} facilities are planned or closed and serve nobody")
    islands_m = float(network.length_m[network.island].sum())
    if islands_m:
        found.append(
            f"{islands_m / 1000:.1f} km of street in area and ring are islands: joined to nothing "
            "else"
        )
    for what, number in sorted(inputs.osm.skipped.items()):
        found.append(f"{inputs.plan.network.osm.name}: {number} {what}")
    if area.hull_as_extent:
        found.append(
            "the extract does not say how far it reaches; the convex hull of its streets is "
            "taken as the edge of the data"
        )
    return [*found, *network.walls.notes]


def provenance_of(
    inputs: Inputs,
    area: StudyArea,
    profile: WalkProfile,
    dropped: list[dict[str, Any]],
    warnings: list[str],
    stages: Stages,
) -> dict[str, Any]:
    """Return the content of run.json but for versions and the hashes of the outputs."""
    plan = inputs.plan
    return {
        "plan": plan.name,
        "settings": plan.model_dump(mode="json"),
        "title": plan.title,
        "language": plan.language,
        "synthetic": plan.synthetic,
        "date": date.today().isoformat(),
        "inputs": inputs.hashes,
        "metric_crs": area.crs.to_string(),
        "output_crs": WGS84.to_string(),
        "ring_m": area.ring_m,
        "access_limit_m": plan.network.access_limit_m,
        "access_detour": plan.network.access_detour,
        "cutoffs_minutes": plan.service.cutoffs_minutes,
        "profile": _profile_row(profile),
        "profiles": [_profile_row(one) for one in plan.judged_profiles],
        "moments": [
            {"name": one.name, "at": one.at.isoformat(timespec="minutes"), "timezone": one.timezone}
            for one in plan.asked_moments
        ],
        "osm_date": inputs.osm.timestamp,
        "seconds": {"reading": inputs.seconds} | stages.seconds,
        "peak_memory_mb": {"reading": stages.start_mb} | stages.peak_mb,
        "dropped_rows": dropped,
        "warnings": warnings,
    }


def _profile_row(profile: WalkProfile) -> dict[str, Any]:
    """Return a profile with where each of its figures comes from, and what it is."""
    return {
        "name": profile.name,
        "vehicle": profile.vehicle,
        **{figure.key: figure.value for figure in profile.figures},
        "source": profile.source,
        "status": profile.status,
        "figures": [vars(figure) for figure in profile.figures],
    }
