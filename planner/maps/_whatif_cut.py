"""What-if data of one town and its ring, cut from those of a whole district."""

from __future__ import annotations

import math
import re
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from planner.crs.metric import project
from planner.maps._whatif_degrees import find_bends, read_frame
from planner.sources.whatif_file import WhatIfData

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from planner.crs.array_types import Flags, Ints

    Columns = dict[str, NDArray[Any]]

#: Places are rounded to a step, and outlines of towns are straight in degrees: metres to spare.
_SPARE_M: Final = 2.0
#: Who rides reaches most of a district: the page of a town is about those who walk.
RIDDEN: Final = "bicycle"
_OF_PROFILE: Final = re.compile(r"gates\.(passed|barred)(\d+)")
#: Columns of a moment that name gates, and those that name edges.
_OF_GATES: Final = ("shut", "closed", "opened", "unlocked")


class WhatIfCutter:
    """Cuts the data of towns from those of a district.

    What may lie on a walk between a place in the town and any other within the longest time asked
    stays, and what decides how places there join the streets: minutes up to that time are those of
    the whole data, today and after edits there. People are those of the town alone; who rides is
    left out.
    """

    def __init__(self, data: WhatIfData) -> None:
        self._data, self._head = data, data.head
        self._steps = int(data.head["steps_a_metre"])
        profiles = data.head["profiles"]
        asked = data.head["profile"]
        walked = [one["name"] == asked or one["vehicle"] != RIDDEN for one in profiles]
        self._profiles = np.flatnonzero(walked)
        walkers = [profiles[row] for row in self._profiles]
        # Downhill some are faster than on level ground.
        fastest = max(float(one.get("reach_kmh", one["speed_kmh"])) for one in walkers)
        #: How far a straight walk of the longest time leads, metres.
        self.reach_m = fastest * 1000 / 60 * max(data.head["cutoffs"])

    def cut(self, town: str, outline: shapely.Geometry) -> WhatIfData:
        """Return the data of a town.

        Parameters
        ----------
        town
            As the data name it.
        outline
            Of the town, EPSG:4326.
        """
        ring = self._widen(self._to_steps(outline), self.reach_m + _SPARE_M)
        region = self._widen(ring, float(self._head["access"]["limit_m"]))
        kept = self._find_kept(town, ring, region)
        columns = {
            **self._cut_streets(kept),
            **self._cut_walls(kept),
            **self._take("barriers", shapely.intersects(region, self._barriers)),
            # No place in the ring is nearer to this frame than what any walk reaches.
            **self._clip("land", shapely.box(*self._widen(region, 2 * self.reach_m).bounds)),
            **self._clip("area", ring),
            **self._cut_counted(town),
            **self._take("facilities", kept["facilities"]),
            **self._take("units", kept["units"]),
            **self._cut_moments(kept),
        }
        compounds = _number(kept["compounds"])
        for table in ("gates", "openings", "facilities", "units"):
            columns[f"{table}.compound"] = _rename(columns[f"{table}.compound"], compounds)
        columns["edges.owner"] = _rename(columns["edges.owner"], compounds)
        columns["units.town"] = np.zeros_like(columns["units.town"])
        columns["units.edge"] = np.minimum(
            columns["units.edge"], (math.ceil(self.reach_m) + 1) * self._steps
        )
        return WhatIfData(self._cut_head(town, kept), self._leave_riders(columns))

    # ---- what stays

    def _find_kept(
        self, town: str, ring: shapely.Geometry, region: shapely.Geometry
    ) -> dict[str, Flags]:
        """Return for each table which rows stay."""
        columns, towns = self._data.columns, list(self._head["units"]["towns"])
        edges = shapely.intersects(region, self._lines)
        nodes = np.zeros(len(columns["nodes.x"]), dtype=bool)
        nodes[self._ends[edges]] = True
        units = columns["units.town"] == (towns.index(town) if town in towns else -2)
        # One whose place is not sure may cover people from as far off as it may be.
        places = shapely.points(columns["facilities.x"], columns["facilities.y"])
        facilities = shapely.distance(ring, places) <= columns["facilities.spread"]
        gates = nodes[columns["gates.node"]]
        compounds = shapely.intersects(region, self._outlines)
        owners = (
            columns["edges.owner"][edges], columns["gates.compound"][gates],
            columns["facilities.compound"][facilities], columns["units.compound"][units],
        )  # fmt: skip
        for owner in owners:
            compounds[owner[owner >= 0]] = True
        openings = (
            edges[columns["openings.within"]]
            & edges[columns["openings.without"]]
            & (columns["openings.compound"] >= 0)
        )
        return {
            "nodes": nodes, "edges": edges, "gates": gates, "compounds": compounds,
            "openings": openings, "facilities": facilities, "units": units,
        }  # fmt: skip

    # ---- the tables

    def _cut_streets(self, kept: Mapping[str, Flags]) -> Columns:
        columns, edges = self._data.columns, kept["edges"]
        bends = np.repeat(edges, columns["edges.bends"])
        ends = _number(kept["nodes"])[self._ends[edges]]
        return {
            **self._take("nodes", kept["nodes"]),
            **self._take("edges", edges),
            **self._take("bends", bends),
            "edges.u": ends[:, 0],
            "edges.v": ends[:, 1] - ends[:, 0],
        }

    def _cut_walls(self, kept: Mapping[str, Flags]) -> Columns:
        nodes, edges = _number(kept["nodes"]), _number(kept["edges"])
        gates, openings = (
            self._take("gates", kept["gates"]),
            self._take("openings", kept["openings"]),
        )
        gates["gates.node"] = nodes[gates["gates.node"]]
        for end in ("within", "without"):
            openings[f"openings.{end}"] = edges[openings[f"openings.{end}"]]
        return {**gates, **self._take_rings("compounds", kept["compounds"]), **openings}

    def _cut_counted(self, town: str) -> Columns:
        """Return where people may come and go: in the town; nothing for data of older runs."""
        columns, towns = self._data.columns, self._head["units"]["towns"]
        if "towns.rings" not in columns or town not in towns:
            return {}
        own = np.arange(len(columns["towns.rings"])) == towns.index(town)
        return {
            **self._take_rings("towns", own),
            **self._clip("counted", self._read_shapes("towns")[own][0]),
        }

    def _cut_moments(self, kept: Mapping[str, Flags]) -> Columns:
        gates, edges = _number(kept["gates"]), _number(kept["edges"])
        found: Columns = {}
        for number in range(len(self._head["moments"])):
            name = f"moment{number}"
            for what in _OF_GATES:
                found[f"{name}.{what}"] = _keep(self._data.columns[f"{name}.{what}"], gates)
            found[f"{name}.switched"] = _keep(self._data.columns[f"{name}.switched"], edges)
            found[f"{name}.open"] = self._data.columns[f"{name}.open"][kept["facilities"]]
        return found

    def _take(self, table: str, rows: Flags) -> Columns:
        """Return the rows of a table that stay."""
        return {
            name: values[rows]
            for name, values in self._data.columns.items()
            if name.startswith(f"{table}.")
        }

    def _take_rings(self, table: str, rows: Flags) -> Columns:
        """Return the rings of the shapes that stay."""
        columns = self._data.columns
        rings = np.repeat(rows, columns[f"{table}.rings"])
        corners = np.repeat(rings, columns[f"{table}.corners"])
        masks = {"rings": rows, "m2": rows, "corners": rings, "x": corners, "y": corners}
        return {f"{table}.{part}": columns[f"{table}.{part}"][m] for part, m in masks.items()}

    def _clip(self, table: str, frame: shapely.Geometry) -> Columns:
        """Return the part of a table's one shape that lies in a frame; without a shape as it is."""
        shapes = self._read_shapes(table)
        if not len(shapes):
            return self._take_rings(table, np.zeros(0, dtype=bool))
        part = shapely.intersection(shapely.make_valid(shapes[0]), frame)
        pieces = [one for one in shapely.get_parts(part) if one.geom_type == "Polygon"]
        rings = shapely.get_rings(pieces)
        coords, of = shapely.get_coordinates(rings, return_index=True)
        # The first point of a ring is not repeated.
        last = np.append(np.diff(of) != 0, True)[: len(of)]
        steps = np.rint(coords[~last]).astype(np.int64)
        return {
            f"{table}.rings": np.array([len(rings)]),
            f"{table}.corners": np.bincount(of[~last], minlength=len(rings)),
            f"{table}.x": steps[:, 0],
            f"{table}.y": steps[:, 1],
            f"{table}.m2": np.array([part.area / self._steps**2]),
        }

    def _leave_riders(self, columns: Columns) -> Columns:
        """Return the columns without those of profiles and groups that are left out."""
        groups = {f"units.people_{one['name']}" for one in self._head["groups"]}
        groups -= {f"units.people_{one['name']}" for one in self._list_groups()}
        found: Columns = {}
        for name, values in columns.items():
            match = _OF_PROFILE.fullmatch(name)
            if match:
                rows = np.flatnonzero(self._profiles == int(match[2]))
                found |= {f"gates.{match[1]}{row}": values for row in rows}
            elif name not in groups:
                found[name] = values
        return found

    # ---- the head

    def _list_groups(self) -> list[dict[str, Any]]:
        """Return the groups who walk."""
        names = {self._head["profiles"][row]["name"] for row in self._profiles}
        return [one for one in self._head["groups"] if one["profile"] in {None, *names}]

    def _cut_head(self, town: str, kept: Mapping[str, Flags]) -> dict[str, Any]:
        head = dict(self._head)
        for table in ("compounds", "gates", "openings", "facilities"):
            rows = np.flatnonzero(kept[table])
            head[table] = {key: [texts[row] for row in rows] for key, texts in head[table].items()}
        ids = head["units"]["id"]
        units = [ids[row] for row in np.flatnonzero(kept["units"])]
        head["units"] = head["units"] | {"id": units, "towns": [town]}
        head["profiles"] = [head["profiles"][row] for row in self._profiles]
        head["groups"] = self._list_groups()
        head["ring_m"] = min(float(head["ring_m"]), self.reach_m)
        return head

    # ---- geometry, in steps from the origin

    def _to_steps(self, outline: shapely.Geometry) -> shapely.Geometry:
        """Return an outline, EPSG:4326, in steps."""
        crs, origin = read_frame(self._head), np.array(self._head["origin"])
        moved = shapely.transform(
            outline,
            lambda at: (project(at[:, 0], at[:, 1], crs) - origin) * self._steps,
        )
        return shapely.make_valid(moved)

    def _widen(self, shape: shapely.Geometry, metres: float) -> shapely.Geometry:
        """Return what lies within so many metres of a shape, and at some places a little more."""
        # Of eight pieces a quarter, so that a chord is nowhere nearer than it should be.
        wide = shapely.buffer(shape, metres * self._steps / math.cos(math.pi / 32), quad_segs=8)
        shapely.prepare(wide)
        return wide

    @cached_property
    def _ends(self) -> Ints:
        """Nodes of each edge, shape (n, 2)."""
        u = np.asarray(self._data.columns["edges.u"], dtype=np.int64)
        return np.column_stack([u, u + self._data.columns["edges.v"]])

    @cached_property
    def _lines(self) -> NDArray[np.object_]:
        """Each edge with its bends."""
        columns, ends = self._data.columns, self._ends
        counts = np.asarray(columns["edges.bends"], dtype=np.int64)
        nodes = np.column_stack([columns["nodes.x"], columns["nodes.y"]])
        starts = np.cumsum(counts + 2) - (counts + 2)
        xy = np.zeros((int((counts + 2).sum()), 2))
        inner = np.ones(len(xy), dtype=bool)
        inner[starts] = inner[starts + counts + 1] = False
        xy[inner] = find_bends(columns)
        xy[starts], xy[starts + counts + 1] = nodes[ends[:, 0]], nodes[ends[:, 1]]
        edge = np.repeat(np.arange(len(counts)), counts + 2)
        return np.asarray(shapely.linestrings(xy, indices=edge))

    @cached_property
    def _barriers(self) -> NDArray[np.object_]:
        """Each straight part of a barrier."""
        columns = self._data.columns
        start = np.column_stack([columns["barriers.x"], columns["barriers.y"]])
        end = start + np.column_stack([columns["barriers.dx"], columns["barriers.dy"]])
        return np.asarray(shapely.linestrings(np.stack([start, end], axis=1).astype(np.float64)))

    @cached_property
    def _outlines(self) -> NDArray[np.object_]:
        """The outline of each compound; one without any touches nothing."""
        return self._read_shapes("compounds")

    def _read_shapes(self, table: str) -> NDArray[np.object_]:
        """Return the shapes of a table: what lies inside an odd number of their rings."""
        columns = self._data.columns
        counts, rings = columns[f"{table}.corners"], columns[f"{table}.rings"]
        xy = np.column_stack([columns[f"{table}.x"], columns[f"{table}.y"]]).astype(np.float64)
        of = np.repeat(np.arange(len(counts)), counts)
        parts = [shapely.Polygon(one) for one in np.split(xy, np.cumsum(counts)[:-1]) if len(of)]
        found = np.full(len(rings), None, dtype=object)
        ends = np.cumsum(rings).tolist()
        for row, (end, count) in enumerate(zip(ends, rings.tolist(), strict=True)):
            found[row] = _unite_rings(parts[end - count : end])
        return found


def _unite_rings(rings: Sequence[shapely.Polygon]) -> shapely.Geometry:
    """Return what lies inside an odd number of rings."""
    valid = [shapely.make_valid(ring) for ring in rings]
    return reduce(shapely.symmetric_difference, valid, shapely.Polygon())


def _number(kept: Flags) -> Ints:
    """Return the new number of each row that stays, -1 for the others."""
    return np.where(kept, np.cumsum(kept) - 1, -1)


def _rename(rows: NDArray[Any], numbers: Ints) -> Ints:
    """Return the new numbers of rows; -1 stays."""
    return np.where(rows < 0, -1, np.append(numbers, -1)[rows])


def _keep(rows: NDArray[Any], numbers: Ints) -> Ints:
    """Return the new numbers of the rows that stay."""
    renamed = numbers[np.asarray(rows, dtype=np.int64)]
    return np.asarray(renamed[renamed >= 0])
