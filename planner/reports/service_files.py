"""Writes which facilities should gain a service as a folder of files: complete, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import geopandas as gpd

from planner.plan import Plan
from planner.reports._csv import write_csv
from planner.reports._folder import vouch_with, write_folder
from planner.reports._geojson import write_points
from planner.rounding import to_plain_rows, to_plain_tree
from planner.run.summary import with_lonlat, with_notice
from planner.siting import ChosenServices, say_proof
from planner.texts import LANGUAGES

SERVICES_FILE: Final = "services.json"
#: Every file; the last vouches for the others.
SERVICE_OUTPUTS: Final = ("services.csv", "services.geojson", SERVICES_FILE)


def write_services(
    chosen: ChosenServices,
    plan: Plan,
    out: str | Path,
    *,
    provenance: dict[str, Any] | None = None,
) -> dict[str, Path]:
    """Write the facilities that gain a service into a folder, services.json last.

    Parameters
    ----------
    chosen
        From `choose_services`.
    plan
        Whose facilities they are.
    out
        Folder; made if it is not there.
    provenance
        What the choice rests on, kept in services.json as `run`.

    Returns
    -------
    dict
        File name -> path: services.csv (a row for each facility that gains, with lon, lat and its
        services as they are then), services.geojson (the same as a layer), services.json (proof,
        and who has the service before and after).

    Raises
    ------
    SourceError
        If the folder cannot be written, or holds a run.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> result = planner.run_plan(planner.load_inputs(town.plan))
    >>> chosen = planner.choose_services(result, "政务", p=1)
    >>> sorted(planner.write_services(chosen, town.plan, "services"))
    ['services.csv', 'services.geojson', 'services.json']
    """
    facilities = with_notice(chosen.facilities, plan)
    return write_folder(
        Path(out),
        lambda folder: _write_files(facilities, folder),
        vouch_with(build_service_content(chosen, plan), provenance),
        outputs=SERVICE_OUTPUTS,
    )


def build_service_content(chosen: ChosenServices, plan: Plan) -> dict[str, Any]:
    """Return the content of services.json but for versions and hashes, as plain values."""
    names = ("service", "moment", "group", "profile", "cutoff_minutes", "model", "value", "unit",
             "bound", "gap", "status", "before", "after", "cost", "seconds")  # fmt: skip
    content = {
        "plan": plan.name,
        "synthetic": plan.synthetic,
        **{name: getattr(chosen, name) for name in names},
        # Only where it was asked: the files of other plans stay as they are.
        **({} if chosen.condition is None else {"condition": chosen.condition}),
        "cost_unit": plan.candidates.cost_unit,
        "proof": {
            language: say_proof(chosen.status, chosen.gap, language) for language in LANGUAGES
        },
        "notes": list(chosen.notes),
        "facilities": to_plain_rows(with_lonlat(chosen.facilities)),
    }
    plain: dict[str, Any] = to_plain_tree(content)
    return plain


def _write_files(facilities: gpd.GeoDataFrame, folder: Path) -> list[str]:
    """Write what stands beside services.json; return the names."""
    table = with_lonlat(facilities)
    write_csv(folder / "services.csv", table)
    rows = to_plain_rows(table)
    places = [(row.pop("lon"), row.pop("lat")) for row in rows]
    write_points(folder / "services.geojson", zip(rows, places, strict=True))
    return ["services.csv", "services.geojson"]
