"""People of a city: each [[demand]] is placed and dealt out to the tiles by a step of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from planner.coverage.classes import CLASS
from planner.coverage.groups import count_at_points
from planner.coverage.people import add_number, is_named_by_place
from planner.coverage.placed_demand import PlacedDemand, find_owned, place_in_runs
from planner.crs.array_types import Floats
from planner.gaps.definition import choose_table_distance
from planner.network.study_area import StudyArea
from planner.plan import Plan
from planner.scale.cut.area_arrays import area_from_arrays, array_to_json, json_to_array
from planner.scale.cut.cutting import load_areas
from planner.scale.cut.ground import Box, find_holders
from planner.scale.cut.manifest import read_manifest
from planner.scale.parts.folding import PEOPLE, fold
from planner.scale.people.told_arrays import told_to_json
from planner.scale.people.twice import hash_ids
from planner.scale.people.unit_arrays import people_to_arrays, take_people
from planner.scale.streets.opened import Settings, make_map
from planner.scale.work.content import keep
from planner.scale.work.steps import StepStore
from planner.sources import load_plan
from planner.sources.cache import Arrays, pack_texts
from planner.sources.inputs import Inputs
from planner.sources.one_demand import load_one_demand, refuse_faulty_tables

#: What is told of people and of the files of the plan.
TOLD = "told"
#: Where the units lie that were dealt out.
PIECES = "pieces"
#: Hashes of the ids of a run, and of the ids with the number of their [[demand]].
_HASHES: Final = ("hashes", "numbered")
#: So many units of a [[demand]] are placed and dealt out at once, about.
MOST_UNITS: Final = 50_000
#: People of each town, in few rows.
SUMS = "sum."


def place_demand(store: StepStore, settings: Settings) -> Arrays:
    """Place the people of one [[demand]], and deal its units out to tiles: a step.

    Each piece is kept under a key of its content; units are numbered from 0.

    settings : plan, cut (folder), area (key), number (position of the [[demand]]), cores: pairs of
    a tile's name and its core; seen : keys of `see_lonlat`, where a raster is cut by the streets
    alone.

    Returns
    -------
    Arrays
        What `gather_people` asks: TOLD, sums of people by town; and PIECES : `none` (key of no
        units), and for each run of units `tiles` (name -> key) and `hashes`, `numbered` (keys).
    """
    manifest = read_manifest(Path(settings["cut"]))
    plan, number = load_plan(Path(settings["plan"])), settings["number"]
    uses_map = plan.demand[number].uses_map
    osm = load_areas(manifest) if uses_map else make_map(manifest)
    seen = _load_seen(store, settings)
    inputs, told = load_one_demand(plan, number, osm, seen=seen)
    area = area_from_arrays(store.load(settings["area"]), inputs)
    (part,) = inputs.demand
    owned = find_owned(osm.zones.to_crs(area.crs), area, needed=uses_map)
    cores = [(name, tuple(core)) for name, core in settings["cores"]]
    dealt = _DemandDealer(store, inputs, area, number, cores, manifest.sheet_west)
    for placed in place_in_runs(part, inputs, area, owned, most=MOST_UNITS):
        dealt.deal(placed)
    summed = dealt.fold()
    of_demand = {
        "kind": part.plan.kind,
        "count": dealt.count,
        "anybody": bool((summed[PEOPLE] > 0).any()),
        "classes": sorted(dealt.classes),
        "by_place": is_named_by_place(part),
        "join_m": dealt.choose_distance(plan.service.gap_join_m),
        "of_people": dealt.notes,
        "rasters": dealt.rasters,
        "dropped": dealt.dropped,
        "files": told_to_json(told),
    }
    return {
        TOLD: json_to_array(of_demand),
        PIECES: json_to_array({"none": dealt.none, "runs": dealt.runs}),
        f"{SUMS}people": summed[PEOPLE].to_numpy(dtype=np.float64),
        **pack_texts(summed["town"].to_numpy(dtype=object), f"{SUMS}town"),
    }


def refuse_faults(store: StepStore, settings: Settings) -> Arrays:
    """Refuse the tables of people and of further questions that have faults: a step.

    A step that places one [[demand]] knows its own fault alone, and which one fails first depends
    on how busy the workers are. This one tells the first of the plan and counts the others.

    settings : plan, cut, seen : as of `place_demand`.

    Raises
    ------
    PlannerError
        As a plain run.
    """
    osm = make_map(read_manifest(Path(settings["cut"])))
    plan = load_plan(Path(settings["plan"]))
    refuse_faulty_tables(plan, osm, seen=_load_seen(store, settings))
    return {"refused": np.zeros(1, dtype=np.int64)}


def _load_seen(store: StepStore, settings: Settings) -> Floats | None:
    """Return the places of all streets where a raster is cut by these, see `load_one_demand`."""
    if "seen" not in settings:
        return None
    return np.concatenate([store.load(key)["lonlat"] for key in settings["seen"]])


class _DemandDealer:
    """Deals the units of one [[demand]] out to tiles, a run of them at a time.

    count : of the units dealt out. none : key of no units, which tells the kinds of columns.
    runs : where they lie. notes, dropped, rasters : what is to be told.
    """

    def __init__(
        self,
        store: StepStore,
        inputs: Inputs,
        area: StudyArea,
        number: int,
        cores: list[tuple[str, Box]],
        west: float,
    ) -> None:
        self._store, self._inputs, self._area = store, inputs, area
        self._number, self._cores, self._west = number, cores, west
        self._sums: list[pd.DataFrame] = []
        self._places: list[Any] = []
        self.count, self.none, self.runs = 0, "", list[dict[str, Any]]()
        self.classes: set[str] = set()
        self.notes: list[str] = []
        self.rasters: list[str] = []
        self.dropped: list[dict[str, Any]] = []

    def deal(self, placed: PlacedDemand) -> None:
        """Deal the next units out."""
        units = placed.units
        table = pd.Series(self._number, index=units.index)
        at_points = count_at_points(units, table, self._inputs.groups)
        whole = people_to_arrays(units, at_points, self.count + np.arange(len(units)))
        holder = find_holders(
            [core for _, core in self._cores], self._area.crs, self._west, whole["xy"]
        )
        order = np.argsort(holder, kind="stable")
        ends = np.searchsorted(holder[order], np.arange(len(self._cores) + 1))
        self.none = self.none or keep(self._store, take_people(whole, order[:0]))
        tiles = {
            name: keep(self._store, take_people(whole, order[start:end]))
            for (name, _), start, end in zip(self._cores, ends[:-1], ends[1:], strict=True)
            if start < end
        }
        ids = units["demand_id"]
        run: dict[str, Any] = {"tiles": tiles, "hashes": self._keep_hashes(ids)}
        if _may_be_numbered(self._inputs.plan, self._number):
            kind = self._inputs.plan.demand[self._number].kind
            run["numbered"] = self._keep_hashes(add_number(ids, kind, self._number + 1))
        self.runs.append(run)
        self._sums.append(fold(units[["town", PEOPLE]]))
        self._places.append(whole["xy"])
        self.classes |= set(units[CLASS]) if CLASS in units else set()
        self.count += len(units)
        self.notes += placed.notes
        self.rasters += placed.rasters
        self.dropped += placed.dropped

    def fold(self) -> pd.DataFrame:
        """Return the people by town: few rows with the same sums."""
        return fold(pd.concat(self._sums, ignore_index=True))

    def choose_distance(self, gap_join_m: float | None) -> float:
        """Choose the distance between neighbours in a gap, see `choose_join_distances`."""
        return choose_table_distance(np.concatenate(self._places), gap_join_m)

    def _keep_hashes(self, ids: pd.Series) -> str:
        """Keep the hashes of ids; return their key."""
        return keep(self._store, {"hashes": hash_ids(ids)})


def list_pieces(arrays: Arrays) -> Iterator[str]:
    """List the keys of all that `place_demand` kept beside what it returned."""
    pieces = array_to_json(arrays[PIECES])
    yield pieces["none"]
    for run in pieces["runs"]:
        yield from run["tiles"].values()
        yield from (run[name] for name in _HASHES if name in run)


def _may_be_numbered(plan: Plan, number: int) -> bool:
    """Tell whether ids may carry the number of their [[demand]], see `list_numbered`."""
    own = plan.demand[number]
    return own.file is not None and any(
        one.file is not None
        and (one.kind, one.table is None) == (own.kind, own.table is None)
        and one.file.name != own.file.name
        for one in plan.demand[:number]
    )
