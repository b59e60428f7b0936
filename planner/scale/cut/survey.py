"""Finds the study area of streets that lie in many tiles: bit for bit that of the plain run.

Of the whole area it needs the middle (a median) and the bounds of the nodes of streets in area and
ring, which choose the metric CRS, and their convex hull in this CRS: the hull of the tiles' hulls.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner.crs.frame import Bounds, choose_frame
from planner.network.extent import (
    Extent,
    find_nodes,
    is_too_wide,
    keep_boundary,
    list_squares,
    make_extent,
    name_node,
    to_sheet,
)
from planner.network.study_area import (
    StudyArea,
    find_far_bounds,
    find_hull,
    find_ring_m,
    finish_area,
)
from planner.plan.profiles import WalkProfile
from planner.scale.cut.manifest import Manifest
from planner.scale.cut.tile_reading import list_steps, open_tile, put_largest_first
from planner.scale.work.steps import Runner, StepStore, WorkStep
from planner.sources.cache import Arrays
from planner.sources.inputs import Inputs
from planner.sources.osm.extract import refuse_without_streets


def survey_area(
    manifest: Manifest, runner: Runner, store: StepStore, inputs: Inputs, profile: WalkProfile
) -> StudyArea:
    """Work out the study area of a plan whose streets lie in tiles.

    Parameters
    ----------
    manifest
        Of the cut.
    runner, store
        Do the steps, and hold what comes of them.
    inputs
        Of the plan; of `osm` only the extent that the extract claims is looked at.
    profile
        As for `find_study_area`.

    Raises
    ------
    SourceError
        As `find_study_area`, in the same words.
    """
    ring_m = 0.0 if inputs.boundary is None else find_ring_m(inputs.plan, profile)
    file = str(inputs.plan.network.osm)
    boundary: BaseGeometry | None = None
    notes: tuple[str, ...] = ()
    if inputs.boundary is not None:
        boundary = to_sheet(inputs.boundary)
        squares = None
        if is_too_wide(boundary):
            keys = runner.run(list_steps("survey", see_squares, manifest, _repeat(manifest)))
            found = [store.load(key)["squares"] for key in keys]
            squares = np.unique(np.concatenate(found), axis=0)
        boundary, notes = keep_boundary(boundary, squares, ring_m, file)
    asked = {"boundary": _to_text(boundary), "ring_m": ring_m}
    seeing = list_steps("survey", see_places, manifest, _repeat(manifest, asked))
    settings = {
        "source": str(manifest.source), "file": file, "boundary": asked["boundary"],
        "notes": list(notes), "seen": [step.key for step in seeing],
    }  # fmt: skip
    framing = WorkStep("survey", "", choose_whole_frame, settings)
    runner.run([*put_largest_first(manifest, seeing), framing])
    facts = json.loads(store.load(framing.key)["facts"].tobytes())
    bounds: Bounds = tuple(facts["bounds"])
    crs = CRS.from_user_input(facts["crs"])
    asked = {"crs": facts["crs"], "near": list(find_far_bounds(bounds))}
    looking = list_steps("survey", see_hull, manifest, _repeat(manifest, asked))
    keys = runner.run(put_largest_first(manifest, looking))
    corners = np.concatenate([store.load(key)["hull"] for key in keys])
    hull = shapely.convex_hull(shapely.multipoints(corners))
    # Of the places only the middle is looked at from here on.
    middle = np.array([[facts["middle"], 0.0]])
    return finish_area(inputs, ring_m, Extent(middle, bounds, boundary, notes), crs, hull)


def see_squares(store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    """WorkStep: the squares of a tenth of a degree that streets of a tile lie in."""
    return {"squares": list_squares(open_tile(store, settings).extract.ways)}


def see_places(store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    """WorkStep: the nodes of streets in area and ring that lie in the core of a tile.

    Settings: boundary, ring_m. A node is there as often as ways name it.
    """
    here = open_tile(store, settings)
    ways = here.extract.ways
    at = find_nodes(ways, _from_text(settings["boundary"]), settings["ring_m"])
    at = at[here.in_core(ways.lonlat[at])]
    way = np.searchsorted(ways.offsets, at, side="right") - 1
    return {
        "has_streets": np.array([len(ways) > 0]),
        "lonlat": ways.lonlat[at],
        "node_id": ways.node_id[at],
        "way_id": ways.way_id[way],
    }


def choose_whole_frame(store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    """WorkStep: the metric CRS of all places of `see_places`, their bounds and their middle.

    Settings: source (the extract that was cut), file (as the plan names it), boundary, notes, and
    `seen`, the keys of these steps.
    """
    keys = settings["seen"]
    if not any(store.load(key)["has_streets"][0] for key in keys):
        raise refuse_without_streets(Path(settings["source"]))
    parts = [store.load(key)["lonlat"] for key in keys]
    lonlat = np.concatenate(parts)
    begins = np.cumsum([0, *map(len, parts)])
    del parts

    def name(row: int) -> str:
        """Name one of the places."""
        tile = int(np.searchsorted(begins, row, side="right")) - 1
        part, at = store.load(keys[tile]), row - int(begins[tile])
        return name_node(int(part["node_id"][at]), int(part["way_id"][at]), part["lonlat"][at])

    boundary = _from_text(settings["boundary"])
    extent = make_extent(lonlat, name, boundary, tuple(settings["notes"]), settings["file"])
    facts = {
        "crs": choose_frame(extent.lonlat, extent.bounds).srs,
        "bounds": extent.bounds,
        "middle": float(extent.lonlat[:, 0].mean()),
    }
    return {"facts": np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8)}


def see_hull(store: StepStore, settings: Mapping[str, Any]) -> Arrays:
    """WorkStep: the corners of the convex hull of a tile's nodes, shape (k, 2), metres.

    Settings: crs, near (bounds in degrees; nodes beyond do not count).
    """
    ways = open_tile(store, settings).extract.ways
    hull = find_hull(ways.lonlat, tuple(settings["near"]), CRS.from_user_input(settings["crs"]))
    return {"hull": shapely.get_coordinates(hull)}


def _repeat(manifest: Manifest, settings: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Return the same settings for each tile."""
    return [dict(settings or {}) for _ in manifest.tiles]


def _to_text(shape: BaseGeometry | None) -> str:
    return "" if shape is None else str(shapely.to_wkb(shape, hex=True))


def _from_text(text: str) -> BaseGeometry | None:
    return shapely.from_wkb(text) if text else None
