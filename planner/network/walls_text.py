"""Walls as one text of JSON, for the attributes of a graph; read back as strictly as a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, Final, NoReturn

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from planner.crs.array_types import Floats
from planner.crs.metric import transform
from planner.errors import NetworkError, on_one_line
from planner.network.walls import Barriers, Compounds, Gates, Walls

_REMEDY: Final = "make the graph anew with to_networkx()"
_LARGEST: Final = 2**63
#: Types of the values of a column, by the type a field is declared with.
_TYPES: Final = {"object_": str, "bool_": bool, "int64": int}


def walls_to_text(walls: Walls, node_id: NDArray[np.int64]) -> str:
    """Write walls as JSON; gates name the ids of their nodes, numbers keep every digit.

    Parameters
    ----------
    walls
        Of a network; coordinates stay in its metric CRS.
    node_id : shape (n,)
        OSM ids of its nodes.
    """
    gates = replace(walls.gates, node=node_id[walls.gates.node])
    tables = {
        type(table).__name__: {
            entry.name: _list_values(entry.name, getattr(table, entry.name))
            for entry in fields(table)
        }
        for table in (walls.compounds, gates, walls.barriers)
    }
    return json.dumps({**tables, "notes": walls.notes.tolist()}, separators=(",", ":"))


def _list_values(name: str, values: NDArray[Any]) -> list[Any]:
    listed = shapely.to_wkb(values, hex=True) if name == "shape" else values
    return list(np.asarray(listed).tolist())


def walls_from_text(text: object, node_id: NDArray[np.int64]) -> tuple[Walls, int]:
    """Read what `walls_to_text` wrote.

    Parameters
    ----------
    text
        Of an attribute, so anything may stand there.
    node_id : shape (n,)
        OSM ids of the nodes of the network the walls are for, ascending.

    Returns
    -------
    Walls, int
        And how many gates are left out, because their node is not there.

    Raises
    ------
    NetworkError
        If the text is damaged.
    """
    try:
        if not isinstance(text, str):
            raise _fault("it is no text")
        read = json.loads(text, parse_constant=_refuse_constant)
        if not isinstance(read, dict):
            raise _fault("it holds no tables")
        compounds, gates, barriers = (
            _read_table(read, kind) for kind in (Compounds, Gates, Barriers)
        )
        notes = _read_column("notes", read.get("notes"), "object_")
        _check(compounds, gates, barriers)
    except RecursionError:
        raise _tell_fault("its brackets are nested too deeply") from None
    except (ValueError, shapely.errors.ShapelyError) as error:
        raise _tell_fault(on_one_line(str(error))) from None
    at = np.searchsorted(node_id, gates.node)
    here = at < len(node_id)
    here[here] = node_id[at[here]] == gates.node[here]
    kept = {entry.name: getattr(gates, entry.name)[here] for entry in fields(Gates)}
    gates = Gates(**{**kept, "node": at[here].astype(np.int64)})
    return Walls(compounds, gates, barriers, notes), int((~here).sum())


def move_walls(walls: Walls, source: CRS, target: CRS) -> Walls:
    """Bring walls from one metric CRS into another."""
    if source == target or not (len(walls.compounds) or len(walls.barriers.feature)):
        return walls

    def move(xy: Floats) -> Floats:
        """Bring places (n, 2) into the other CRS."""
        return transform(source, target, xy[:, 0], xy[:, 1])

    shapes = np.asarray(shapely.transform(walls.compounds.shape, move), dtype=object)
    ends = move(walls.barriers.ends.reshape(-1, 2)).reshape(-1, 4)
    return replace(
        walls,
        compounds=replace(walls.compounds, shape=shapes),
        barriers=replace(walls.barriers, ends=ends),
    )


def _fault(what: str) -> ValueError:
    """Return the error that says what is wrong with the text."""
    return ValueError(what)


def _tell_fault(why: str) -> NetworkError:
    return NetworkError(
        f"the walls in the attributes of the graph cannot be read: {why}; {_REMEDY}"
    )


def _refuse_constant(text: str) -> NoReturn:
    raise _fault(f"{text} is no number")


def _read_table(read: dict[str, Any], kind: type[Any]) -> Any:
    """Read one table, each column of the type it is declared with."""
    found = read.get(kind.__name__)
    wanted = {entry.name: str(entry.type) for entry in fields(kind)}
    if not isinstance(found, dict) or found.keys() != wanted.keys():
        raise _fault(f"{kind.__name__} has not the columns {', '.join(wanted)}")
    columns: dict[str, NDArray[Any]] = {}
    for name, declared in wanted.items():
        if name == "ends":
            columns[name] = _read_ends(found[name])
            continue
        kept = next(one for one in _TYPES if one in declared)
        columns[name] = _read_column(f"{kind.__name__}.{name}", found[name], kept)
    if "shape" in columns:
        columns["shape"] = _read_shapes(columns["shape"])
    return kind(**columns)


def _read_column(name: str, values: object, kind: str) -> NDArray[Any]:
    wanted = _TYPES[kind]
    # True is a whole number to Python, but not here.
    if not isinstance(values, list) or not all(type(value) is wanted for value in values):
        raise _fault(f"{name} is no list of {wanted.__name__}")
    if wanted is int and not all(-_LARGEST <= value < _LARGEST for value in values):
        raise _fault(f"{name} has a number of too many digits")
    column = np.empty(len(values), dtype=getattr(np, kind))
    column[:] = values
    return column


def _read_ends(rows: object) -> Floats:
    if not isinstance(rows, list) or not all(_is_part(row) for row in rows):
        raise _fault("Barriers.ends is no list of four numbers each")
    ends = np.array(rows, dtype=np.float64).reshape(-1, 4)
    if not np.isfinite(ends).all():
        raise _fault("Barriers.ends has a number beyond all others")
    return ends


def _is_part(row: object) -> bool:
    """Tell whether a row is x, y of both ends."""
    if not isinstance(row, list) or len(row) != 4:
        return False
    return all(type(x) is float or (type(x) is int and abs(x) < _LARGEST) for x in row)


def _read_shapes(texts: NDArray[np.object_]) -> NDArray[np.object_]:
    shapes = np.empty(len(texts), dtype=object)
    shapes[:] = shapely.from_wkb(texts)
    kinds = {"Polygon", "MultiPolygon"}
    if not all(shape is not None and shape.geom_type in kinds for shape in shapes):
        raise _fault("Compounds.shape holds what is no polygon")
    if not np.isfinite(shapely.get_coordinates(shapes)).all() or not shapely.is_valid(shapes).all():
        raise _fault("Compounds.shape holds a polygon that is not valid")
    return shapes


def _check(compounds: Compounds, gates: Gates, barriers: Barriers) -> None:
    """Refuse columns of different length, and numbers of rows that are not there."""
    for table in (compounds, gates):
        if len({len(getattr(table, entry.name)) for entry in fields(table)}) > 1:
            raise _fault(f"the columns of {type(table).__name__} differ in length")
    features = {len(barriers.kind), len(barriers.name), len(barriers.osm_id)}
    if len(features) > 1 or len(barriers.ends) != len(barriers.feature):
        raise _fault("the columns of Barriers differ in length")
    if len(set(compounds.id.tolist())) < len(compounds):
        raise _fault("two compounds have the same id")
    _check_rows("Gates.compound", gates.compound, -1, len(compounds))
    _check_rows("Barriers.feature", barriers.feature, 0, len(barriers.kind))


def _check_rows(name: str, rows: Sequence[int] | NDArray[np.int64], least: int, n: int) -> None:
    if not all(least <= row < n for row in rows):
        raise _fault(f"{name} names a row that is not there")
