"""Streets from a layer of lines, such as an official one: columns become tags, ends nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from planner.crs.array_types import Floats
from planner.errors import SourceError, quote
from planner.rideability import RIDING_TAGS
from planner.sources._raw_table import RawTable
from planner.sources._read_table import is_empty, read_raw, shift_datum
from planner.sources.osm.collected_streets import Street, collect_streets
from planner.sources.osm.extract import OsmExtract
from planner.walkability import USED_TAGS, WALKED_OTHERWISE, street_class

#: Vertices of lines that lie so near to each other, metres, are one node.
TOGETHER_M: Final = 0.01
#: Keys of which columns are read.
KEYS: Final = tuple(dict.fromkeys((*USED_TAGS, *RIDING_TAGS, "surface")))
_DEGREE_M: Final = 111_320.0
_MOST_SHOWN: Final = 5


def load_street_lines(
    path: Path,
    *,
    columns: Mapping[str, str],
    values: Mapping[str, str],
    crs: str = "EPSG:4326",
) -> tuple[OsmExtract, list[str]]:
    """Read lines as streets.

    Lines meet where vertices of theirs lie within TOGETHER_M of each other. Lines that cross
    elsewhere pass over each other, as a bridge does.

    Parameters
    ----------
    path
        Layer of lines: .shp, .zip, .gpkg, .geojson or .parquet.
    columns
        Key of OpenStreetMap -> heading. Columns that are called as a key need no entry.
    values
        Word in such a column -> value of OpenStreetMap.
    crs
        GCJ-02 or BD-09 where the file is in one of them although it says EPSG:4326.

    Returns
    -------
    OsmExtract, list
        Streets with negative ids: way -5 is row 5. And what the reader should know, a line each.

    Raises
    ------
    SourceError
        If the file cannot be read, lacks a column, or holds no line that may be walked.
    """
    raw = read_raw(path)
    if raw.geometry is None:
        raise SourceError(f"{path}: holds no geometry; give a layer of lines")
    tags = _read_tags(raw, columns, values)
    lines, notes = _read_lines(raw, crs)
    if not lines:
        raise SourceError(
            f"{path}: holds no line; {notes[0] if notes else 'give a layer of lines'}"
        )
    extract = collect_streets(_make_streets(raw, lines, tags))
    if len(extract.ways) == 0:
        raise SourceError(
            f"{path}: none of its {len(lines):,} lines may be walked; {_name_words(tags)}"
        )
    return extract, [*raw.notes, *notes, *_note_not_walked(path, tags)]


def _read_tags(
    raw: RawTable, columns: Mapping[str, str], values: Mapping[str, str]
) -> list[dict[str, str]]:
    """Return the tags of each row."""
    for key, heading in columns.items():
        if key not in KEYS:
            raise SourceError(
                f"[network.columns] {key}: no key that is read; give one of {', '.join(KEYS)}"
            )
        if heading not in raw.rows:
            raise SourceError(
                f"{raw.path}: has no column {quote(heading)}, which [network.columns] {key} names; "
                f"it has {', '.join(map(quote, raw.rows.columns))}"
            )
    given = {key: key for key in KEYS if key in raw.rows} | dict(columns)
    if not {"highway", *WALKED_OTHERWISE} & given.keys():
        raise SourceError(
            f"{raw.path}: has no column highway, which says what kind of street a line is; name "
            'it in [network.columns] highway = "..."'
        )
    found: list[dict[str, str]] = [{} for _ in range(len(raw.rows))]
    for key, heading in given.items():
        texts = raw.rows[heading].str.strip()
        for row, text, empty in zip(found, texts, is_empty(texts), strict=True):
            if not empty:
                row[key] = text if key == "name" else values.get(text, text)
    return found


def _read_lines(raw: RawTable, crs: str) -> tuple[list[tuple[int, Floats]], list[str]]:
    """Return the place of each line in the table with its vertices (n, 2), and what is amiss."""
    assert raw.geometry is not None  # the caller has looked
    shapes = shift_datum(raw.geometry, crs)
    found: list[tuple[int, Floats]] = []
    amiss: list[str] = []
    for at, (number, shape, fault) in enumerate(zip(raw.numbers, shapes, raw.faults, strict=True)):
        if fault or shape is None or shape.is_empty:
            amiss.append(f"row {number}: {fault or 'geometry is empty'}")
            continue
        for part in shapely.get_parts(shape):
            if part.geom_type != "LineString":
                amiss.append(f"row {number}: geometry is no line")
                break
            lonlat = shapely.get_coordinates(part)
            if not (np.abs(lonlat) <= (180, 90)).all():
                amiss.append(f"row {number}: lies nowhere on Earth")
                break
            found.append((at, lonlat))
    more = f" and {len(amiss) - _MOST_SHOWN:,} more" if len(amiss) > _MOST_SHOWN else ""
    notes = [f"{raw.path.name}: not used: {'; '.join(amiss[:_MOST_SHOWN])}{more}"] if amiss else []
    return found, notes


def _make_streets(
    raw: RawTable, lines: list[tuple[int, Floats]], tags: list[dict[str, str]]
) -> Iterator[Street]:
    """Give the lines nodes and ids."""
    lonlat = np.vstack([line for _, line in lines])
    node, places = join_vertices(lonlat)
    start = 0
    for at, line in lines:
        own = node[start : start + len(line)]
        start += len(line)
        # Nodes are places, whichever line they came from; ids of extracts are above 0.
        known = [(-1 - int(n), (float(places[n, 0]), float(places[n, 1]))) for n in own]
        yield -int(raw.numbers.iloc[at]), tags[at], known


def join_vertices(lonlat: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Make one node of vertices that lie within TOGETHER_M of each other.

    Parameters
    ----------
    lonlat : shape (n, 2)
        Vertices, WGS-84.

    Returns
    -------
    node : shape (n,)
        Number of each vertex's node. Nodes are numbered by their place, so that the order of the
        vertices changes nothing.
    places : shape (k, 2)
        Lon, lat of the nodes: of its vertices the first from west to east.
    """
    distinct, inverse = np.unique(lonlat, axis=0, return_inverse=True)
    middle = np.radians(np.median(distinct[:, 1]))
    metres = (distinct - distinct[0]) * _DEGREE_M * (np.cos(middle), 1.0)
    pairs = cKDTree(metres).query_pairs(TOGETHER_M, output_type="ndarray")
    links = coo_array((np.ones(len(pairs)), pairs.T), shape=(len(distinct), len(distinct)))
    count, group = connected_components(links, directed=False)
    # Of each group the first: np.unique has sorted the vertices by their place.
    _, first = np.unique(group, return_index=True)
    order = np.argsort(first)
    rank = np.empty(count, dtype=np.int64)
    rank[order] = np.arange(count)
    return rank[group][inverse.reshape(-1)], distinct[first[order]]


def _note_not_walked(path: Path, tags: list[dict[str, str]]) -> list[str]:
    """Say which words for kinds of street mean nothing to the rules of walking."""
    unknown = pd.Series([row.get("highway", "") for row in tags if street_class(row) is None])
    if unknown.empty:
        return []
    counts = unknown.value_counts()
    said = [f"{number:,} of {quote(word)}" for word, number in counts.head(_MOST_SHOWN).items()]
    more = f" and {len(counts) - _MOST_SHOWN} more words" if len(counts) > _MOST_SHOWN else ""
    return [
        f"{path.name}: lines that are no street on foot: {', '.join(said)}{more}; [network.values] "
        "may say what the words mean"
    ]


def _name_words(tags: list[dict[str, str]]) -> str:
    words = list(dict.fromkeys(row.get("highway", "") for row in tags))[:_MOST_SHOWN]
    return (
        f"their highway is {', '.join(map(quote, words))}; say in [network.values] which value of "
        'OpenStreetMap each word means, like 主干路 = "primary"'
    )
