"""Chosen routes as tables and as the content of routes.json."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.crs import to_wgs84
from planner.crs.array_types import Ints
from planner.rounding import to_plain_tree
from planner.routes.models.orienteering import Timetable
from planner.routes.models.route_search import RouteSolution
from planner.routes.on_the_way import find_on_the_way
from planner.routes.opening import write_clock
from planner.routes.outing import Outing
from planner.routes.possible import TOO_FAR, UNFIT_ROW, WhyLeftOut
from planner.routes.proposed_routes import ROUTE_LAYERS
from planner.routes.walks import BY_COACH, LegLines, RouteLeg
from planner.sources.tables import list_dropped_rows

UNIT: Final = "value"
_CUT: Final = (
    "the search was cut off by its time limit before all its work was done, so on a faster machine "
    "the routes may be others; give it more seconds"
)


@dataclass(frozen=True, eq=False)
class ChosenRoutes:
    """What was asked, and what was found.

    rows (m,) : position among the sites of the outing of each site of the solution.
    left_out : position of a site -> why it is in no route.
    """

    outing: Outing
    solution: RouteSolution
    rows: Ints
    left_out: dict[int, WhyLeftOut]

    @property
    def named(self) -> Iterator[tuple[str, str, Timetable, Ints]]:
        """Id, theme, times and sites (by position in the outing) of each route."""
        pairs = zip(self.solution.routes, self.solution.themes, strict=True)
        for number, (table, theme) in enumerate(pairs, start=1):
            yield f"R{number}", self.outing.themes[theme], table, self.rows[table.order]


def build_layers(chosen: ChosenRoutes) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of `ROUTE_LAYERS`, EPSG:4326."""
    outing, draw = chosen.outing, LegLines(chosen.outing)
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in ROUTE_LAYERS}
    amenities = outing.case.inputs.osm.amenities.to_crs(outing.case.area.crs)
    for route_id, theme, table, order in chosen.named:
        legs = _list_legs(outing, draw, order)
        rows["routes"].append(_describe_route(outing, route_id, theme, table, order, legs))
        rows["stops"] += _describe_stops(outing, route_id, theme, table, order)
        rows["legs"] += _describe_legs(outing, route_id, legs)
        walked = [line for *_, leg in legs for line in leg.walked]
        rows["on_the_way"] += [(route_id, *found) for found in find_on_the_way(walked, amenities)]
    rows["sites"] = _describe_sites(chosen)
    return {name: _to_layer(name, found, outing) for name, found in rows.items()}


#: Order of the stop it leads to, names of its two ends, and the leg.
_NamedLeg = tuple[int, str, str, RouteLeg]


def _list_legs(outing: Outing, draw: LegLines, order: Ints) -> list[_NamedLeg]:
    """Return the legs of a route in their order."""
    names = outing.sites["name"].iloc[order].tolist()
    sites = order.tolist()
    legs: list[_NamedLeg] = []
    first = draw.from_start(sites[0])
    if first is not None:
        legs.append((1, _name_end(outing, sites[0], first=True), names[0], first))
    for number, (a, b) in enumerate(pairwise(sites), start=2):
        legs.append((number, names[number - 2], names[number - 1], draw.between(a, b)))
    last = draw.to_end(sites[-1])
    if last is not None:
        name = _name_end(outing, sites[-1], first=False)
        legs.append((len(sites) + 1, names[-1], name, last))
    return legs


def _name_end(outing: Outing, site: int, *, first: bool) -> str:
    """Return what the start or the end of a route is called, "" for any site."""
    legs = outing.legs.start if first else outing.legs.end
    places = outing.starts if first else outing.ends
    if legs is None or places is None:
        return ""
    return str(places["name"].iloc[int(legs.place[site])])


def _describe_route(
    outing: Outing, route_id: str, theme: str, table: Timetable, order: Ints,
    legs: list[_NamedLeg],
) -> tuple[Any, ...]:  # fmt: skip
    """Return the row of a route, with its geometry last."""
    sites = outing.sites.iloc[order]
    ridden = sum(leg.minutes - leg.walk_minutes for *_, leg in legs if leg.by == BY_COACH)
    return (
        route_id, theme, float(sites["value"].sum()), len(order),
        write_clock(outing.begin, 0.0), write_clock(outing.begin, table.end), table.end,
        table.walk, float(ridden), float(table.waiting.sum()),
        float(sites["dwell_minutes"].sum()), int(sites["volunteers"].sum()),
        _name_end(outing, int(order[0]), first=True),
        _name_end(outing, int(order[-1]), first=False),
        shapely.MultiLineString([leg.line for *_, leg in legs]),
    )  # fmt: skip


def _describe_stops(
    outing: Outing, route_id: str, theme: str, table: Timetable, order: Ints
) -> list[tuple[Any, ...]]:
    """Return a row for each stop of a route."""
    begin = outing.begin
    return [
        (
            route_id, place + 1, row.site_id, row.name, theme,
            write_clock(begin, table.arrive[place]), write_clock(begin, table.begin[place]),
            write_clock(begin, table.leave[place]), float(table.waiting[place]),
            float(row.dwell_minutes), float(row.value), int(row.volunteers), row.template,
            row.note, row.geometry,
        )
        for place, row in enumerate(outing.sites.iloc[order].itertuples(index=False))
    ]  # fmt: skip


def _describe_legs(outing: Outing, route_id: str, legs: list[_NamedLeg]) -> list[tuple[Any, ...]]:
    """Return a row for each leg of a route."""
    return [
        (
            route_id, order, start, end, leg.by, leg.minutes, leg.metres, leg.steps,
            leg.crossing_m, _warn_of(leg, outing.keys.long_crossing_m), leg.line,
        )
        for order, start, end, leg in legs
    ]  # fmt: skip


def _warn_of(leg: RouteLeg, long_m: float) -> str:
    """Say what is to be looked out for on a leg, "" for nothing."""
    found = ["steps"] if leg.steps else []
    if leg.crossing_m > long_m:
        found.append(f"crossing of {leg.crossing_m:.0f} m")
    return "; ".join(found)


def _describe_sites(chosen: ChosenRoutes) -> list[tuple[Any, ...]]:
    """Return a row for each site of the table that has a place in area and ring."""
    taken = {site: route_id for route_id, _, _, order in chosen.named for site in order.tolist()}
    return [
        (
            row.site_id, row.name, row.theme, float(row.value), taken.get(number, ""),
            chosen.left_out[number].reason if number in chosen.left_out else "", row.geometry,
        )
        for number, row in enumerate(chosen.outing.sites.itertuples(index=False))
    ]  # fmt: skip


def _to_layer(name: str, rows: list[tuple[Any, ...]], outing: Outing) -> gpd.GeoDataFrame:
    """Return a layer of rows that end in their geometry."""
    columns = ROUTE_LAYERS[name]
    values = {column: [row[k] for row in rows] for k, column in enumerate(columns)}
    table = pd.DataFrame(values, columns=list(columns))
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = [row[-1] for row in rows]
    return to_wgs84(gpd.GeoDataFrame(table, geometry=shapes, crs=outing.case.area.crs))


def build_content(chosen: ChosenRoutes, layers: dict[str, gpd.GeoDataFrame]) -> dict[str, Any]:
    """Return the content of routes.json, as plain values."""
    outing, solution = chosen.outing, chosen.solution
    plan, keys = outing.case.plan, outing.keys
    content = {
        "plan": plan.name,
        "title": plan.title,
        "language": plan.language,
        "synthetic": plan.synthetic,
        "invented_streets": outing.case.inputs.osm.invented,
        "question": _describe_question(outing),
        "value": solution.value,
        "bound": solution.bound,
        "gap": solution.gap,
        "status": solution.status,
        "unit": UNIT,
        "routes": _list_routes(layers),
        "left_out": _list_left_out(chosen),
        "templates": _list_templates(outing, layers["stops"]),
        "volunteers": {
            "used": int(layers["routes"]["volunteers"].sum()), "most": keys.volunteers
        },
        "notes": [*outing.notes, *([_CUT] if solution.cut else [])],
    }  # fmt: skip
    plain: dict[str, Any] = to_plain_tree(content)
    return plain


def _describe_question(outing: Outing) -> dict[str, Any]:
    """Return what was asked."""
    keys = outing.keys
    names = ("starts", "ends", "routes", "begin", "minutes", "group", "most_leg_minutes",
             "most_walk_minutes", "volunteers", "long_crossing_m")  # fmt: skip
    bus = None
    if keys.bus is not None:
        bus = keys.bus.model_dump() | {"streets": list(keys.bus.streets)}
    return {
        **{name: getattr(keys, name) for name in names},
        "themes": list(outing.themes),
        "most_of_theme": keys.most_of_theme,
        "profile": outing.streets.profile.name,
        "speed_kmh": outing.streets.profile.speed_kmh,
        "bus": bus,
        "sites": len(outing.sites),
    }


def _list_routes(layers: dict[str, gpd.GeoDataFrame]) -> list[dict[str, Any]]:
    """Return each route with its stops."""
    stops, legs = layers["stops"], layers["legs"]
    kept = ["order", "site_id", "name", "arrive", "begin", "leave", "wait_minutes",
            "dwell_minutes", "volunteers", "template"]  # fmt: skip
    found = []
    for row in layers["routes"].drop(columns="geometry").to_dict("records"):
        own = stops[stops["route_id"] == row["route_id"]][kept].to_dict("records")
        warned = legs[(legs["route_id"] == row["route_id"]) & (legs["warning"] != "")]
        warnings = [
            f"{leg.from_name} - {leg.to_name}: {leg.warning}" for leg in warned.itertuples()
        ]
        listed = [{**stop, "template": stop["template"] or None} for stop in own]
        found.append({**row, "warnings": warnings, "stops": listed})
    return found


def _list_left_out(chosen: ChosenRoutes) -> list[dict[str, Any]]:
    """Return each site that is in no route, with the reason.

    Last come those beyond area and ring, then rows of the table that are no sites.
    """
    outing = chosen.outing
    rows = [(outing.sites.iloc[number], why) for number, why in sorted(chosen.left_out.items())]
    rows += [
        (row, WhyLeftOut(TOO_FAR, f"lies outside {outing.case.area.called}"))
        for _, row in outing.outside.iterrows()
    ]
    listed = [
        {
            "site_id": row["site_id"], "name": row["name"], "theme": row["theme"],
            "reason": why.reason, "detail": why.detail,
        }
        for row, why in rows
    ]  # fmt: skip
    tables = outing.case.inputs.routes
    assert tables is not None  # it was asked for
    called = tables.sites.rows.attrs["called"]
    return listed + [
        {
            "site_id": called[row["row"]][0], "name": called[row["row"]][1], "theme": "",
            "reason": UNFIT_ROW,
            "detail": f"{row['file']}: row {row['row']}: {row['reason']}",
        }
        for row in list_dropped_rows(tables.sites)
    ]  # fmt: skip


def _list_templates(outing: Outing, stops: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return the templates that stops use."""
    tables = outing.case.inputs.routes
    assert tables is not None  # it was asked for
    if tables.templates is None:
        return []
    used = tables.templates[tables.templates["template_id"].isin(stops["template"])]
    return [
        {
            "template_id": row.template_id, "name": row.name, "text": row.text, "link": row.link,
            "minutes": None if unknown else row.minutes,
        }
        for row, unknown in zip(
            used[["template_id", "name", "minutes", "text", "link"]].itertuples(index=False),
            used["minutes"].isna().tolist(),
            strict=True,
        )
    ]  # fmt: skip
