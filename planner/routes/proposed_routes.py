"""What was found: routes with their stops and legs, and why other sites are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd

from planner.showing import Shown, join_facts, shorten, to_html

if TYPE_CHECKING:
    from planner.run import Result
    from planner.sources.results import FinishedRun

#: Columns of each layer, beside the geometry.
ROUTE_LAYERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "routes": (
        "route_id", "theme", "value", "sites", "begin", "end", "minutes", "walk_minutes",
        "ride_minutes", "wait_minutes", "dwell_minutes", "volunteers", "start", "finish",
    ),
    "stops": (
        "route_id", "order", "site_id", "name", "theme", "arrive", "begin", "leave",
        "wait_minutes", "dwell_minutes", "value", "volunteers", "template", "note",
    ),
    "legs": (
        "route_id", "order", "from_name", "to_name", "by", "minutes", "metres", "steps",
        "longest_crossing_m", "warning",
    ),
    "sites": ("site_id", "name", "theme", "value", "route_id", "reason"),
    "on_the_way": ("route_id", "kind", "name", "metres"),
})  # fmt: skip

#: Why a site can be in no route, in the order in which it is asked, and last that none took it.
REASONS: Final = (
    "group too large", "dwell too long", "closed then", "no street near", "too far", "not chosen",
    "row cannot be used",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class ProposedRoutes(Shown):
    """Routes that share no site, and how good they are at least.

    content : what routes.json holds, plain values: plan, synthetic, question, value, bound, gap,
        status (`proved` or `bounded`), unit, routes with their stops, left_out (site_id,
        name, theme, reason, detail), volunteers (used, most), notes.
    layers : EPSG:4326, the columns of `ROUTE_LAYERS`: routes (MultiLineString), stops (Point), legs
        (LineString; order is that of the stop it leads to, the last one ends the route), sites and
        on_the_way (Point).
    result : the run that they were made for, on whose map they are drawn; None where nobody said.
    seconds : that the search took; not in routes.json, which is the same for the same question.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> sites = town.facilities.assign(theme="halls", dwell_minutes=30)
    >>> asked = {"sites": sites, "begin": "Tu 09:00", "most_leg_minutes": 30}
    >>> plan = planner.Plan(**{**dict(town.plan), "routes": asked})
    >>> found = planner.propose_routes(planner.run_plan(planner.load_inputs(plan)))
    >>> found
    ProposedRoutes(plan 'example', invented data, 1 routes, 2 stops, value 2, proved)
    >>> page = found.explore()  # the tab of routes in front
    """

    content: dict[str, Any]
    layers: dict[str, gpd.GeoDataFrame]
    result: Result | FinishedRun | None = None
    seconds: float = 0.0

    @property
    def routes(self) -> gpd.GeoDataFrame:
        """The routes, a row each."""
        return self.layers["routes"]

    @property
    def stops(self) -> gpd.GeoDataFrame:
        """Their stops, a row each."""
        return self.layers["stops"]

    @property
    def left_out(self) -> pd.DataFrame:
        """The sites in no route: site_id, name, theme, reason, detail."""
        columns = ["site_id", "name", "theme", "reason", "detail"]
        return pd.DataFrame(self.content["left_out"], columns=columns)

    def __repr__(self) -> str:
        found = self.content
        gap = found["gap"]
        proof = "proved" if found["status"] == "proved" else f"at most {gap:.1%} from the best"
        return join_facts(
            self,
            f"plan {shorten(str(found['plan']))}",
            *(["invented data"] if found.get("synthetic") else []),
            f"{len(self.routes)} routes",
            f"{len(self.stops)} stops",
            f"value {found['value']:g}",
            proof,
        )

    def _repr_html_(self) -> str:
        """Show the routes as a table, for notebooks."""
        columns = ["route_id", "theme", "value", "sites", "begin", "end", "walk_minutes"]
        return to_html([repr(self)], pd.DataFrame(self.routes[columns]))
