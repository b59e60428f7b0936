"""Part: how far off places are that are found by name and address, and how long it takes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from benchmarks.cities import DATA
from benchmarks.table import Row, at_least, at_most, skipped
from planner.crs import metric_crs_at, project
from planner.sources.locating import Asked, Gazetteer, Located, build_gazetteer, locate_rows
from planner.sources.locating.names import read_name

PART = "locate"
#: A place counts as right within so many metres.
RIGHT_M = 500.0
_ROWS = 3_000
#: What is given of a row.
GIVEN = {"name and address": (True, True), "name": (True, False), "address": (False, True)}


def measure(draws: int, folder: Path = DATA / "baoshan") -> list[Row]:
    """Locate a withheld half of real places among the other half, several times over."""
    if not folder.is_dir():
        return [skipped(PART, "the data of Baoshan is not there")]
    places, areas, homes = load_truth(folder)
    named = holds_homes(places["name"], homes, areas)
    rows = []
    for what, (with_name, with_address) in GIVEN.items():
        judged = pd.concat(
            [
                _judge(places, areas, homes, named, seed, (with_name, with_address))
                for seed in range(draws)
            ]
        )
        rows += _to_rows(what, judged, draws)
    return [*rows, _time(places, areas, homes)]


def load_truth(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Return places with known coordinates, towns and metro stations, and names of committees."""
    crs = metric_crs_at(121.45, 31.4)
    places = pd.read_csv(folder / "poi_wgs84.csv", dtype=str, keep_default_na=False)
    # A place that stands twice in the file would find itself.
    places = places.drop_duplicates(["name", "address"], ignore_index=True)
    xy = project(places["lon"].astype(float), places["lat"].astype(float), crs)
    stops = places["type"].str.contains("公交|地铁")
    places = places.assign(
        x=xy[:, 0], y=xy[:, 1], kind=np.where(stops, "stop", "amenity"), radius_m=np.nan
    )
    parts = [
        gpd.read_file(folder / f"{name}.geojson").to_crs(crs).assign(kind=kind)
        for name, kind in (("towns", "town"), ("metro_stations", "stop"))
    ]
    areas = pd.concat([_to_known(part) for part in parts], ignore_index=True)
    committees = pd.read_csv(folder / "committees.csv", dtype=str)
    return places[_to_columns()], areas, committees["village_name"]


def holds_homes(names: pd.Series, homes: pd.Series, areas: pd.DataFrame) -> np.ndarray:
    """Tell which names hold that of a committee or of its homes."""
    towns = areas.loc[areas["kind"] == "town", "name"].tolist()
    stems = {read_name(home, towns).stem for home in homes}
    bares = [read_name(name, towns).bare for name in names]
    return np.array([any(stem in bare for stem in stems) for bare in bares])


def _to_columns() -> list[str]:
    return ["name", "address", "kind", "town", "x", "y", "radius_m"]


def _to_known(layer: gpd.GeoDataFrame) -> pd.DataFrame:
    inside = layer.representative_point()
    town = layer["town"] if "town" in layer else layer["name"]
    values = {"name": layer["name"], "address": "", "kind": layer["kind"], "town": town}
    radius = np.sqrt(layer.area).replace(0.0, np.nan)
    return pd.DataFrame(values | {"x": inside.x, "y": inside.y, "radius_m": radius})


def _build(places: pd.DataFrame, areas: pd.DataFrame, homes: Sequence[str]) -> Gazetteer:
    return build_gazetteer(pd.concat([places, areas], ignore_index=True), homes)


def _judge(
    places: pd.DataFrame,
    areas: pd.DataFrame,
    homes: pd.Series,
    named: np.ndarray,
    seed: int,
    given: tuple[bool, bool],
) -> pd.DataFrame:
    """Return confidence and error of each withheld row whose name holds that of homes."""
    known = np.random.default_rng(seed).permutation(len(places)) < len(places) // 2
    asked = places[~known & named]
    texts = [
        Asked(name if given[0] else "", address if given[1] else "")
        for name, address in zip(asked["name"], asked["address"], strict=True)
    ]
    found = locate_rows(texts, _build(places[known], areas, homes.tolist()))
    errors = [_error(one, x, y) for one, x, y in zip(found, asked["x"], asked["y"], strict=True)]
    return pd.DataFrame({"confidence": [one.confidence for one in found], "error_m": errors})


def _error(located: Located, x: float, y: float) -> float:
    """Return metres between a row's true place and its best candidate; inf without one."""
    if not located.candidates:
        return np.inf
    return float(np.hypot(located.candidates[0].x - x, located.candidates[0].y - y))


def _to_rows(what: str, judged: pd.DataFrame, draws: int) -> list[Row]:
    """Return how many of each confidence are right; `certain` is held to its bar."""
    rows = []
    for confidence, group in judged.groupby("confidence"):
        right = float((group["error_m"] <= RIGHT_M).mean()) * 100.0
        text = f"{what}: {confidence}, {len(group):,} of {len(judged):,} rows in {draws} draws"
        shown = f"{right:.1f} % within {RIGHT_M:.0f} m"
        if confidence == "certain":
            rows.append(at_least(PART, text, right, 90.0, "{:.1f} % within 500 m"))
        elif confidence != "none":
            rows.append(Row(PART, text, shown))
        else:
            rows.append(Row(PART, text, "no place"))
    return rows


def _time(places: pd.DataFrame, areas: pd.DataFrame, homes: pd.Series) -> Row:
    """Time 3,000 rows, the gazetteer of all places included."""
    texts = [
        Asked(f"{name}{number}" if number else name, address)
        for number in range(2)
        for name, address in zip(places["name"], places["address"], strict=True)
    ][:_ROWS]
    start = time.perf_counter()
    locate_rows(texts, _build(places, areas, homes.tolist()))
    seconds = time.perf_counter() - start
    return at_most(PART, f"{_ROWS:,} rows among {len(places):,} places", seconds, 5.0, "{:.2f} s")
