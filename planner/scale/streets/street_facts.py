"""Finds the facts of streets that only the whole area can tell, from tiles: see `network.facts`.

In each of four rounds every tile answers for the segments that have an end in its core, and one
step joins what they say: islands and streets behind gates, private zones, groups of private
streets, and at last gates and long chains. Lengths are added as whole numbers by the tile that owns
a segment, so that the order of the tiles changes nothing.
"""

from __future__ import annotations

from typing import Any, Final

from planner.network.study_area import StudyArea
from planner.scale.cut.manifest import Manifest
from planner.scale.cut.tile_reading import list_steps, put_largest_first
from planner.scale.streets.aloft_facts import add_height_facts
from planner.scale.streets.connected_facts import join_connections, see_connections
from planner.scale.streets.end_facts import join_ends, see_ends
from planner.scale.streets.facts_ground import save_ground
from planner.scale.streets.zone_facts import join_groups, join_zones, see_groups, see_zones
from planner.scale.work.steps import Runner, StepStore, Work, WorkStep
from planner.sources.inputs import Inputs

_ROUNDS: Final[tuple[tuple[Work, Work], ...]] = (
    (see_connections, join_connections),
    (see_zones, join_zones),
    (see_groups, join_groups),
    (see_ends, join_ends),
)


def find_facts(
    manifest: Manifest, runner: Runner, store: StepStore, area: StudyArea, inputs: Inputs
) -> str:
    """Find what only the whole can tell of the streets of area and ring.

    Parameters
    ----------
    manifest
        Of the cut.
    runner, store
        Do the steps, and hold what comes of them.
    area
        From `survey_area`.
    inputs
        Of the plan; only its boundary, its gates and the name of its raster of heights are looked
        at.

    Returns
    -------
    str
        Key of the facts in the store: `StreetFacts`, streets beyond the reach of tiles, heights.
    """
    steps, facts = list_fact_steps(manifest, store, area, inputs)
    runner.run(steps)
    if inputs.plan.network.elevation is not None:
        ground = save_ground(store, area, inputs)
        facts = add_height_facts(manifest, runner, store, area, inputs, ground, facts)
    return facts


def list_fact_steps(
    manifest: Manifest, store: StepStore, area: StudyArea, inputs: Inputs
) -> tuple[list[WorkStep], str]:
    """Return the steps that find the facts without heights, and the key of these; see `find_facts`.

    Each round waits for the one before.
    """
    ground, facts = save_ground(store, area, inputs), ""
    steps: list[WorkStep] = []
    for see, join in _ROUNDS:
        asked: dict[str, Any] = {"ground": ground, "facts": facts}
        seeing = list_steps("facts", see, manifest, [asked] * len(manifest.tiles))
        joining = {
            "cut": str(manifest.folder), "facts": facts, "seen": [step.key for step in seeing],
        }  # fmt: skip
        join_step = WorkStep("facts", "", join, joining)
        steps += [*put_largest_first(manifest, seeing), join_step]
        facts = join_step.key
    return steps, facts
