"""What a check tells machines: one JSON object."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from planner.run.check_plan import PlanCheck
from planner.sources.inputs import Inputs


def describe_check(path: Path, check: PlanCheck) -> dict[str, Any]:
    """Return all of a check as JSON has it.

    Parameters
    ----------
    path
        Of the plan, as it was given.
    check
        From `check_plan`.

    Returns
    -------
    dict
        `plan` (path, name; None where it cannot be read), `counts` by severity, `findings` (each
        with severity, file, row, what, remedy), `understood`, `datums`, and where a run can start
        `area`, `streets`, `facilities` and `people`, else None.
    """
    examination = check.examination
    return {
        "plan": {"path": str(path), "name": check.name},
        "counts": check.counts,
        "findings": [asdict(doubt) for doubt in check.doubts],
        "understood": list(check.understood),
        "datums": [] if examination is None else [asdict(one) for one in examination.tables],
        **_describe_figures(check),
    }


def _describe_figures(check: PlanCheck) -> dict[str, Any]:
    """Return what the files hold."""
    found, inputs = check.found, check.inputs
    if found is None or inputs is None:
        return dict.fromkeys(("area", "streets", "facilities", "people", "rasters"))
    network, area, facilities = found.network, found.area, found.facilities
    zones = found.people.zones["kind"].value_counts()
    return {
        "area": {
            "km2": round(area.polygon.area / 1e6, 3),
            "ring_m": round(area.ring_m, 1),
            "crs": area.crs.to_string(),
            "towns": None if area.towns is None else len(area.towns),
        },
        "streets": {
            "km": round(float(network.length_m.sum()) / 1000, 3),
            "edges": len(network.length_m),
            "date": inputs.osm.timestamp,
        },
        "facilities": {
            "total": len(facilities),
            "open": int(facilities["counts"].sum()),
            "in_ring": int(facilities["in_ring"].sum()),
            "not_joined": int((~facilities["joined"]).sum()),
        },
        "people": [
            {
                "kind": kind,
                "people": round(float(units["people"].sum()), 3),
                "units": len(units),
                "zones": int(zones.get(kind, 0)),
            }
            for kind, units in found.people.units.groupby("kind", sort=False)
        ],
        "rasters": [*found.people.rasters, *_describe_heights(inputs)],
    }


def _describe_heights(inputs: Inputs) -> list[str]:
    """Say what the raster of heights is, if the plan names one, and between which they lie."""
    elevation = inputs.elevation
    if elevation is None:
        return []
    low, high = np.nanmin(elevation.height_m), np.nanmax(elevation.height_m)
    return [f"{elevation.file}: {elevation.about}; heights from {low:,.0f} to {high:,.0f} m"]
