"""Cuts the extract of a plan into tiles, and a tile further that is too large for a worker."""

from __future__ import annotations

from contextlib import suppress

from planner.errors import PlannerError
from planner.plan import Plan
from planner.scale.cut.cutting import MOST_NODES, cut_extract, is_whole, split_tile
from planner.scale.cut.manifest import MANIFEST, Manifest, read_manifest
from planner.scale.cut.reach import find_halo_m, list_rules_here
from planner.scale.work.steps import StepDiedError, StepStore
from planner.sources.cache import make_key
from planner.sources.hashes import hash_file
from planner.sources.inputs import Inputs
from planner.sources.load_map import find_street_file


def refuse_other_streets(plan: Plan) -> None:
    """Refuse streets that are no extract of OpenStreetMap.

    Raises
    ------
    PlannerError
        If the plan names a file of them.
    """
    if find_street_file(plan) is not None:
        raise PlannerError("[network] streets are no extract that can be cut; run it without tiles")


def cut_plan(
    plan: Plan, inputs: Inputs, store: StepStore, tiles: int | None, most_nodes: int | None
) -> Manifest:
    """Cut the extract of a plan, unless it was cut so before and all of that is whole.

    Parameters
    ----------
    inputs
        Of the plan; only its rules are looked at.
    store
        In whose folder the tiles are put.
    tiles, most_nodes
        As of `run_in_tiles`.

    Raises
    ------
    PlannerError
        As `cut_extract`.
    """
    halo_m = find_halo_m(plan, list_rules_here(inputs))
    most = MOST_NODES if most_nodes is None else most_nodes
    key = make_key("cut", hash_file(plan.network.osm), halo_m, tiles, most)
    folder = store.folder / f"cut-{key[:16]}"
    if (folder / MANIFEST).is_file():
        with suppress(PlannerError):  # a list that is damaged is made again
            done = read_manifest(folder)
            if is_whole(done):
                return done
    return cut_extract(plan.network.osm, folder, halo_m=halo_m, tiles=tiles, most_nodes=most)


def cut_further(manifest: Manifest, died: StepDiedError) -> Manifest:
    """Cut the tile that ended its workers in four; what the others have done stays done.

    Whoever runs the same plan again meets the new tiles: they stand in the folder of the manifest.

    Raises
    ------
    PlannerError
        If the step is about no tile, or about one that is small already.
    """
    if died.step.tile not in {tile.name for tile in manifest.tiles}:
        raise PlannerError(
            f"the step {died.step.stage}, which is about all tiles, ends the process that does it; "
            "give each worker more memory"
        ) from died
    return split_tile(manifest, died.step.tile)
