"""Minutes from one point to every street node."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from planner.network.walk_network import WalkNetwork
from planner.plan.profiles import WalkProfile
from planner.travel.access import join
from planner.travel.given_streets import to_streets
from planner.travel.points import Places, point_of
from planner.travel.streets import AccessRules, Streets, point_streets


def minutes_from(
    network: WalkNetwork | Streets,
    point: Places,
    *,
    crs: Any = None,
    profile: WalkProfile | str | None = None,
    access: AccessRules | None = None,
) -> pd.Series:
    """Return the minutes from a point to every street node.

    A walk goes over an access leg to the streets and along them to the node, where it ends: there
    is no second leg. So a point of a travel time matrix that lies on a node takes these minutes, or
    fewer where one steps off the street before and goes straight to it.

    Parameters
    ----------
    network
        Streets, prepared or not.
    point, crs
        A Point in the CRS `crs`, or a GeoSeries or GeoDataFrame of one row.
    profile, access
        As for `travel_time_matrix`.

    Returns
    -------
    Series, index `node_id`
        Named "minutes"; inf where no path leads. A node that lies on a compound's streets alone
        is one for those who may go there.

    Raises
    ------
    ArgumentError
        If the point or the profile cannot be meant, see `planner.travel.points`.
    """
    from planner.travel.compiled.search import search_nearest

    streets = to_streets(network, profile, access)
    # Asked where walks go to, not where they come from: searched the other way than verdicts are.
    turned = point_streets(streets, "from")
    start = join(turned, point_of(point, streets.network, "point", crs=crs)[None])
    nobody = np.zeros(len(start.seed_node), dtype=np.int64)
    rows = turned.graph.rows
    of_graph, _ = search_nearest(rows, start.seed_node, start.seed_minutes, nobody)
    n_nodes = streets.network.n_nodes
    minutes = of_graph[:n_nodes].copy()
    # Where no public street comes, a node stands in the search graph for its compounds alone, once
    # to leave and once to enter by: the soonest counts.
    public = np.zeros(n_nodes, dtype=bool)
    for ends in (streets.network.u, streets.network.v):
        public[ends[streets.owner < 0]] = True
    node = turned.graph.network_node
    inner = np.flatnonzero(~public[node])
    np.minimum.at(minutes, node[inner], of_graph[inner])
    index = pd.Index(streets.network.node_id, name="node_id")
    return pd.Series(minutes, index=index, name="minutes")
