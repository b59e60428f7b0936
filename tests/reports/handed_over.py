"""A street worked out by hand, run, sited and compared: what reports of it have to say.

Adults walk 1,000 m in 15 minutes. The street runs from -2,000 to 2,000 m; its station stands at 0.
West live 4,000 at -900 m, who are covered, and 3,000 at -1,200 m, who are not; east 1,000 at 900 m,
who are, 2,000 at 1,300 m and 500 at 1,900 m, who are not. So 5,000 of 10,500 are covered, 47.6 %:
57.1 % in the west and 28.6 % in the east. A station at -1,200 m covers 3,000 more: 8,000 of 10,500,
76.2 %.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from shapely.geometry import box

from planner.reports import (
    Handover,
    load_handover,
    write_comparison,
    write_proposal,
    write_result,
)
from planner.run import Result, run_plan
from planner.scenarios import compare_scenarios
from planner.siting import build_question, site_plan
from planner.sources.scenario_file import load_scenario
from tests.cities.reading import reading_here
from tests.cities.small_plan import inputs_of, lonlat, write_table

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
WIDE = box(-9000, -9000, 9000, 9000)
PEOPLE = [("w", 4000, -900, 0), ("ww", 3000, -1200, 0), ("e", 1000, 900, 0),
          ("ee", 2000, 1300, 0), ("eee", 500, 1900, 0)]  # fmt: skip
SHAPES = {"=West&": box(-2000, -2000, 0, 2000), "East": box(0, -2000, 2000, 2000)}


class Folders(NamedTuple):
    """Of a run, a proposal and a comparison."""

    run: Path
    sites: Path
    compared: Path

    def load(self, language: str = "en", *, parts: bool = True) -> Handover:
        """Read what is told of."""
        return load_handover(
            self.run, sites=self.sites if parts else None, language=language,
            compared=self.compared if parts else None,
        )  # fmt: skip


def write_run(folder: Path, *, more: str = "", **options) -> Result:
    """Run the street, or another one of its kind, into the folder `out`."""
    options = {
        "tables": {"homes.csv": PEOPLE}, "bounds": WIDE, "area": WIDE.buffer(-7000),
        "towns": SHAPES, "service": "targets = { residential = 0.85 }",
    } | options  # fmt: skip
    with reading_here():
        result = run_plan(inputs_of(folder, options.pop("demand", HOMES), more=more, **options))
    write_result(result, folder / "out")
    return result


def write_all(folder: Path) -> Folders:
    """Run the street, propose one site at -1,200 m, and compare moving the station there."""
    write_table(folder / "sites.csv", "site_id,name,cost",
                [("s1", "@corner", 3, -1200, 0), ("s2", "far corner", 2, 1900, 0)])  # fmt: skip
    result = write_run(folder, more='[candidates]\ntable = "sites.csv"\ncost_unit = "million"\n')
    plan = result.inputs.plan
    proposal = site_plan(result, build_question(plan, n_sites=1))
    write_proposal(proposal, folder / "sites", provenance=result.provenance, language="en")
    lon, lat = lonlat(-1200, 0)
    edits = [{"op": "move", "id": "F", "lon": lon, "lat": lat}]
    content = {"version": 1, "plan": plan.name, "name": "+moved", "edits": edits}
    (folder / "moved.json").write_text(json.dumps(content), encoding="utf-8")
    comparison = compare_scenarios(result.inputs, [load_scenario(folder / "moved.json")])
    write_comparison(comparison, folder / "compared")
    return Folders(folder / "out", folder / "sites", folder / "compared")
