"""A plain run's streets cut into tiles in memory: what the extracts of tiles should give."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import shapely

from planner.coverage.facilities import join_facilities
from planner.coverage.walks_beyond import Beyond
from planner.crs import unproject
from planner.network.walk_network import WalkNetwork
from planner.scale.cut.ground import find_shape, find_whole, holds_in
from planner.scale.walks.own_walks import list_wanted, search_own
from planner.scale.walks.skeleton import find_gated, join_skeletons, search_beyond, take_skeleton
from planner.travel.access import join
from planner.travel.hours import rules_at
from planner.travel.streets import Streets, hold_way_back, prepare_like

WEST = -180.0
PER_EDGE = (
    "length_m", "steps", "elevated", "island", "access", "highway", "name", "osm_id", "ride",
    "oneway", "crossing", "rolling", "shut", "conditions",
)  # fmt: skip


def cut_network(network: WalkNetwork, shape) -> WalkNetwork:
    """Keep the edges that touch a shape, and the gates between edges that are kept."""
    shapely.prepare(shape)
    kept = np.asarray(shapely.intersects(shape, network.lines), dtype=bool)
    nodes = np.union1d(network.u[kept], network.v[kept])
    ids = network.walls.compounds.id
    ends = pd.MultiIndex.from_arrays(
        [
            np.concatenate([network.u[kept], network.v[kept]]),
            np.tile(network.access[kept], 2),
        ]
    )
    gates = network.walls.gates
    own = [
        whose < 0 or (node, ids[whose]) in ends
        for node, whose in zip(gates.node, gates.compound, strict=True)
    ]
    chosen = np.isin(gates.node, nodes) & np.array(own, dtype=bool)
    fewer = type(gates)(**{one.name: getattr(gates, one.name)[chosen] for one in fields(gates)})
    fewer = replace(fewer, node=np.searchsorted(nodes, fewer.node))
    heights = {}
    if network.has_heights:
        heights = {"height_m": network.height_m[nodes], "flat": network.flat[kept]}
    sizes = np.diff(network.offsets)
    return replace(
        network,
        node_id=network.node_id[nodes],
        xy=network.xy[nodes],
        u=np.searchsorted(nodes, network.u[kept]),
        v=np.searchsorted(nodes, network.v[kept]),
        coords=network.coords[np.repeat(kept, sizes)],
        offsets=np.concatenate([[0], np.cumsum(sizes[kept])]),
        walls=replace(network.walls, gates=fewer),
        **{name: getattr(network, name)[kept] for name in PER_EDGE},
        **heights,
    )


def list_cores(network: WalkNetwork, lon, lat):
    """Return the cores and their boxes between some meridians and parallels, degrees."""
    degrees = unproject(network.xy, network.crs)
    (west, south), (east, north) = degrees.min(axis=0) - 0.001, degrees.max(axis=0) + 0.001
    cores = []
    for x0, x1 in zip([-np.inf, *lon], [*lon, np.inf], strict=True):
        for y0, y1 in zip([-np.inf, *lat], [*lat, np.inf], strict=True):
            core = (x0, y0, x1, y1)
            box = (max(x0, west), max(y0, south), min(x1, east), min(y1, north))
            cores.append((core, box))
    return cores


def list_middle_cores(network: WalkNetwork, columns: int, rows: int):
    """Return the cores that hold as many nodes each, cut exactly through nodes."""
    degrees = unproject(network.xy, network.crs)
    lon, lat = (
        np.sort(degrees[:, axis])[np.arange(1, parts) * len(degrees) // parts]
        for axis, parts in ((0, columns), (1, rows))
    )
    return list_cores(network, lon, lat)


def cut_streets(
    streets: Streets,
    facilities,
    cores,
    asked,
    walkers,
    *,
    halo_m,
    second=(),
    residents=None,
    most=None,
):
    """Return for each core the streets of its tile, and what lies beyond them.

    most : where the longer of both ways counts, so many of the nearest are known each way.

    facilities : those that count, metric CRS. asked, walkers : as from `list_asked` and
    `list_walkers`; second : keys of the questions whose second nearest is asked as well.
    residents : places of people, metres, and the facility that each of them asks for.
    """
    network, limit_m = streets.network, streets.access.limit_m
    xy = np.column_stack([facilities.geometry.x, facilities.geometry.y])
    closed = (~facilities["open_to_outsiders"]).to_numpy(dtype=bool)
    tiles = []
    for core, box in cores:
        shape = find_shape(box, network.crs, halo_m)
        own = prepare_like(streets, network=cut_network(network, shape))
        whole = find_whole(own.network, box, limit_m)
        rows = np.flatnonzero(holds_in(core, network.crs, WEST, xy))
        skeletons = {}
        for profile, moment in walkers:
            like = prepare_like(own, profile=profile, rules=rules_at(own.network, moment))
            like = hold_way_back(like) if most else like
            places = join_facilities(like, facilities.iloc[rows])
            called = profile.name, "" if moment is None else moment.name
            ways = [(like, places), *([(like.back, places.back)] if like.back else [])]
            skeletons[called] = [take_skeleton(one, met, rows, *whole) for one, met in ways]
        near = find_shape(box, network.crs, halo_m - limit_m - 2)
        local = np.asarray(shapely.intersects_xy(near, xy), dtype=bool)
        lines = shapely.STRtree(own.network.lines[whole[0]])
        local[lines.query(shapely.points(xy), predicate="dwithin", distance=limit_m)[0]] = True
        tiles.append((own, whole, local, skeletons))
    seeds, gated, owned = [{} for _ in tiles], [{} for _ in tiles], []
    for profile, moment in walkers:
        called = profile.name, "" if moment is None else moment.name
        mine = [key for key in asked if key[:2] == called]
        ways = []
        for way in range(len(tiles[0][-1][called])):
            parts = [skeletons[called][way] for *_, skeletons in tiles]
            joined = join_skeletons(parts)
            ways.append(
                search_beyond(
                    joined,
                    parts,
                    [(asked[key][2], most or 1 + (key in second)) for key in mine],
                    np.arange(len(facilities)),
                    closed,
                )
            )
            if way:
                continue
            if residents is not None and not owned:
                wanted = []
                for (core, _), (like, *_), part in zip(cores, tiles, parts, strict=True):
                    here = holds_in(core, network.crs, WEST, residents[0])
                    met = join(like, residents[0][here], reached=True)
                    wanted.append(list_wanted(residents[1][here], met, part))
                owned = search_own(joined, parts, wanted, np.arange(len(facilities)))
            if moment is None:
                for number, nodes in enumerate(find_gated(joined, parts)):
                    gated[number][profile.name] = nodes
        for at, key in enumerate(mine):
            for number in range(len(tiles)):
                to, *back = (way[at][number] for way in ways)
                seeds[number][key] = replace(to, back=back[0] if back else None)
    return [
        (
            like,
            Beyond(
                local,
                *whole,
                seeds[number],
                gated[number],
                owned[number] if owned else None,
                uneven=frozenset(profile.name for profile, _ in walkers if most),
                most=most,
            ),
        )
        for number, (like, whole, local, _) in enumerate(tiles)
    ]
