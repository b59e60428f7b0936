"""The layers of a result for what one tile owns, each row with its town."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.case import Case
from planner.coverage.breakdowns import count_breakdowns
from planner.coverage.demand import locate, own_zones
from planner.coverage.rules import judge_rules
from planner.coverage.verdict_table import find_verdicts
from planner.crs import to_wgs84
from planner.crs.array_types import Floats
from planner.gaps.way_out import find_ways_out
from planner.run.competition import RESIDENTS, mask_unknown
from planner.run.covered import Judgement, repeat_judgement
from planner.run.demand_layer import build_demand_layer
from planner.run.layers import (
    build_backdrop_layer,
    build_isochrone_layer,
    build_landmark_layer,
)
from planner.run.summary import table_with_notice, with_notice
from planner.run.wall_layers import build_barrier_layer, build_gate_layer
from planner.scale.parts.part_ground import OwnGround
from planner.stages import Stages
from planner.travel.canvas import prepare_canvas
from planner.travel.isochrones import ALL

#: Minutes of one walk, found in two ways, differ by less.
_SAME_MINUTES = 1e-6


def build_tile_layers(
    case: Case,
    judgement: Judgement,
    ground: OwnGround,
    gap_ids: Mapping[int, str],
    scores: Floats,
    ways: pd.DataFrame,
    stages: Stages | None = None,
) -> dict[str, pd.DataFrame]:
    """Return what a tile owns of the layers and tables that need its streets.

    Parameters
    ----------
    case, judgement, ground
        As `take_part` takes them.
    gap_ids
        Row of a unit in the table of all units -> the gap that it is part of.
    scores : shape (r,)
        Supply per 1,000 residents of each resident unit, in the order of their ids.
    ways
        gap_id, town, and demand_id of the unit from which the way out of each gap leads.
    stages
        Told of the stage `isochrones`.

    Returns
    -------
    dict
        verdicts, as a run has that table; gap_routes : of the gaps whose unit is the tile's own
        and whose way stays on its streets; demand, isochrones, gates, barriers, walk_edges, zones,
        backdrop, landmarks. EPSG:4326, each with `town`, "" for none. A shape is that of the tile
        in which a point on its surface lies, a street that of its first node; the reach of all
        facilities together ends with the tile.
    """
    stages = stages or Stages()
    network, area = case.network, case.area
    edges = network.to_edges(case.profile)
    layers = {
        "demand": _build_demand(case, judgement, ground, gap_ids, scores, stages),
        "isochrones": _draw_isochrones(case, ground, stages),
        "gates": _own(build_gate_layer(case.streets, area), ground),
        "barriers": _own(build_barrier_layer(case.streets, area), ground),
        "walk_edges": edges[ground.holds(network.xy[network.u])],
        "zones": _own(_list_zones(case), ground),
        "backdrop": _own(build_backdrop_layer(case.inputs, area), ground),
        "landmarks": _own(build_landmark_layer(case.inputs, area), ground),
    }
    layers["gap_routes"] = _walk_out(case, judgement, ways)
    found: dict[str, pd.DataFrame] = {
        name: with_notice(to_wgs84(with_town(layer, area.towns)), case.plan)
        for name, layer in layers.items()
    }
    demand = judgement.judged.demand
    verdicts = find_verdicts(judgement.walks, demand, case.counting, judgement.questions).table
    town = pd.Series(demand["town"].to_numpy(), index=demand["demand_id"].to_numpy())
    told = table_with_notice(verdicts, case.plan)
    return found | {"verdicts": told.assign(town=told["demand_id"].map(town).fillna(""))}


def _walk_out(case: Case, judgement: Judgement, ways: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the ways out of gaps that stay on the streets at hand, as `find_ways_out` has them."""
    demand = judgement.judged.demand
    mine = ways[ways["demand_id"].isin(demand["demand_id"]).to_numpy()].reset_index(drop=True)
    found = find_ways_out(mine, demand, case.counting, judgement.walk.streets)
    known = demand.set_index("demand_id")["minutes"].loc[found["demand_id"]].to_numpy()
    walked = found["minutes"].to_numpy(dtype=np.float64)
    # Beyond the streets at hand another way is the shortest; a shorter one would be no way there.
    right = np.isfinite(walked) & (np.abs(walked - known) <= _SAME_MINUTES)
    town = found["gap_id"].map(mine.set_index("gap_id")["town"])
    return found.assign(town=town)[right].reset_index(drop=True)


def with_town(layer: gpd.GeoDataFrame, towns: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """Let each row name the town of a point on its surface, unless it names one already."""
    if "town" in layer:
        return layer.assign(town=layer["town"].fillna(""))
    points = shapely.point_on_surface(layer.geometry.to_numpy())
    town = locate(gpd.GeoDataFrame(geometry=points, index=layer.index, crs=layer.crs), towns)
    return layer.assign(town=town)


def _build_demand(
    case: Case,
    judgement: Judgement,
    ground: OwnGround,
    gap_ids: Mapping[int, str],
    scores: Floats,
    stages: Stages,
) -> gpd.GeoDataFrame:
    """Return the layer of the tile's units."""
    demand, plan, towns = judgement.judged.demand, case.plan, case.area.town_names
    figures = count_breakdowns(plan, judgement.walks, demand, case.groups, towns)
    ruled = judge_rules(judgement.rules, judgement.walks, plan, case.counting, demand, towns)
    residents = np.flatnonzero((demand["kind"] == RESIDENTS).to_numpy())
    ids = demand["demand_id"].to_numpy(dtype=object)
    score = np.full(len(demand), np.nan)
    score[residents[np.argsort(ids[residents], kind="stable")]] = scores
    members = pd.DataFrame(
        {
            "gap_id": [gap_ids.get(row, "") for row in ground.rows.tolist()],
            "gap_join_m": case.people.table.map(ground.join_m).to_numpy(dtype=np.float64),
        },
        index=demand.index,
    )
    return build_demand_layer(
        case,
        judgement,
        members,
        only_at=figures.only_at,
        score=mask_unknown(pd.Series(score, demand.index), demand["verdict"]),
        level_minutes=ruled.minutes,
        repeats=repeat_judgement(case, judgement.walk, stages),
    )


def _draw_isochrones(case: Case, ground: OwnGround, stages: Stages) -> gpd.GeoDataFrame:
    """Draw the reach of each facility of the tile, and of all of them together, town by town."""
    counting, towns = case.counting, case.area.towns
    places = np.column_stack([counting.geometry.x, counting.geometry.y])
    own = counting[ground.holds(places)]
    with stages("isochrones"):
        canvas = prepare_canvas(case.streets)
        drawn = build_isochrone_layer(canvas, own, case.plan.service.cutoffs_minutes, stages)
    if towns is None:
        return drawn
    # The reach of one facility is a row of the town that it stands in.
    town_of = dict(zip(own["facility_id"], locate(own, towns), strict=True))
    single = drawn[(drawn["facility_id"] != ALL).to_numpy()]
    together = drawn[(drawn["facility_id"] == ALL).to_numpy()]
    parts = [single.assign(town=single["facility_id"].map(town_of))]
    shapes = [*zip(towns["name"], towns.geometry, strict=True)]
    rest = together.geometry.difference(shapely.union_all(towns.geometry.to_numpy()))
    parts += [together.set_geometry(together.intersection(shape)).assign(town=name)
              for name, shape in shapes]  # fmt: skip
    parts.append(together.set_geometry(rest).assign(town=""))
    layer = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=drawn.crs)
    return layer[~layer.geometry.is_empty].reset_index(drop=True)


def _list_zones(case: Case) -> gpd.GeoDataFrame:
    """Return the zones of the kinds that people are taken from, as the layer `zones`."""
    asked = [part.plan.kind for part in case.inputs.demand if part.plan.uses_map]
    zones = own_zones(case.inputs.osm.zones.to_crs(case.area.crs), case.area.polygon)
    return zones[zones["kind"].isin(asked).to_numpy()]


def _own(layer: gpd.GeoDataFrame, ground: OwnGround) -> gpd.GeoDataFrame:
    """Return the rows whose point on the surface is the tile's own."""
    points = shapely.point_on_surface(layer.geometry.to_numpy())
    xy = shapely.get_coordinates(points).reshape(-1, 2)
    return layer[ground.holds(xy)] if len(layer) else layer
