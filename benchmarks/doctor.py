"""Part: the coordinate doctor on tables whose datum is known; `python -m benchmarks.doctor`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from benchmarks.cities import DATA
from benchmarks.table import Row, at_least, at_most, skipped, to_text
from planner import crs
from planner.crs.array_types import Floats
from planner.crs.readings import list_readings
from planner.run.doctor import examine_inputs
from planner.run.doctor.diagnosis import Diagnosis, diagnose
from planner.run.doctor.references import References, build_references
from planner.sources.embedded import copy_demo
from planner.sources.inputs import load_inputs
from planner.sources.osm.extract import load_osm
from planner.sources.osm.street_reader import WalkWays
from planner.sources.plan_file import load_plan

PART = "doctor"
MAX_SECONDS = 3.0
STATIONS = 30
#: How far beside the middle of streets stations are, metres.
NEAR_M = (5.0, 20.0)
FAR_M = (6.0, 30.0)
NANJING = (118.78, 32.06)
Shift = Callable[[Floats, Floats], tuple[Floats, Floats]]


def measure(draws: int = 200) -> list[Row]:
    """Ask of copies in known datums what they are in."""
    if not DATA.is_dir():
        return [skipped(PART, "no shared data")]
    rows = [*_ask_sheets(draws)]
    nanjing = "Nanjing (the streets of Porto Alegre there)"
    for city in ("Porto Alegre", nanjing, "central Shanghai"):
        rows += _ask_stations(city, draws, NEAR_M)
    # So far back that their distances are hardly those of places anywhere: told, not asked for.
    rows += [Row(PART, row.what, row.measured) for row in _ask_stations(nanjing, draws, FAR_M)]
    return rows


def time_demo(folder: str) -> Row:
    """Time the doctor on the demo, copied into a folder."""
    inputs = load_inputs(load_plan(copy_demo(Path(folder) / "input")))
    # Processor seconds: other programs share the machine.
    start = time.process_time()
    examine_inputs(inputs)
    seconds = time.process_time() - start
    what = f"the demo's tables, {len(inputs.facilities.rows)} stations, first time, CPU"
    return at_most(PART, what, seconds, MAX_SECONDS, "{:.1f} s")


def _ask_sheets(draws: int) -> Iterator[Row]:
    """Ask of halves and of 20 rows of the real places of Baoshan; towns and metro tell."""
    folder = DATA / "baoshan"
    places = pd.read_csv(
        folder / "poi_wgs84.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig"
    )
    known = build_references(
        named=[gpd.read_file(folder / "metro_stations.geojson")],
        parts={"towns": gpd.read_file(folder / "towns.geojson")},
    )
    lon, lat = (places[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    texts = places[["name", "address", "town"]]
    gcj = crs.wgs84_to_gcj02(lon, lat)
    copies = {"WGS-84": (lon, lat), "GCJ-02": gcj, "BD-09": crs.gcj02_to_bd09(*gcj)}
    rng = np.random.default_rng(1)
    for number, times in ((len(places) // 2, max(draws // 4, 1)), (20, draws)):
        for truth, (x, y) in copies.items():
            found = Counter[str]()
            for _ in range(times):
                rows = rng.choice(len(places), number, replace=False)
                some = texts.iloc[rows].reset_index(drop=True)
                # What the plan says should change no answer: half of the time it is wrong.
                for told in ("WGS-84", "GCJ-02"):
                    answer = _ask(some, x[rows], y[rows], known, told)
                    found[_sort_answer(answer, truth, told)] += 1
            yield from _tell(f"{number} rows in {truth}", found)


def _ask_stations(city: str, draws: int, away_m: tuple[float, float]) -> Iterator[Row]:
    """Ask of stations beside streets, as they are and shifted; only streets tell."""
    ways = _load_ways(city)
    known = build_references(ways=ways)
    rng = np.random.default_rng(2)
    texts = pd.DataFrame({"name": ["a station"] * STATIONS})
    for name, shift in _SHIFTS.items():
        found = Counter[str]()
        for _ in range(draws // 2):
            lonlat = _place_stations(ways, known, rng, away_m)
            answer = _ask(texts, *shift(lonlat[:, 0], lonlat[:, 1]), known, "WGS-84")
            caught = answer.wrong or (
                answer.best != answer.declared and answer.sureness != "undecided"
            )
            found["caught" if caught else "not caught"] += 1
            found["stopped"] += answer.wrong
        share = found["caught"] / (draws // 2)
        what = f"{city}: {STATIONS} stations {away_m[0]:g}-{away_m[1]:g} m beside streets, {name}"
        if name == "as they are":
            yield at_most(PART, f"{what}: called wrong", share, 0.0, "{:.1%}")
        else:
            stopped = f"{found['stopped'] / (draws // 2):.0%} stop a run"
            yield at_least(PART, f"{what}: caught, {stopped}", share, 1.0, "{:.1%}")


def _ask(texts: pd.DataFrame, x: Floats, y: Floats, known: References, told: str) -> Diagnosis:
    """Return the answer on a table that the plan says is in a datum."""
    readings = list_readings(x, y, known.near)
    declared = [reading.name for reading in readings].index(told)
    return diagnose(texts, readings, declared, known)


def _sort_answer(answer: Diagnosis, truth: str, told: str) -> str:
    if answer.wrong and told == truth:
        return "right table called wrong"
    if answer.sureness == "undecided":
        return "undecided"
    return "right" if answer.found.name == truth else "other"


def _tell(what: str, found: Counter[str]) -> Iterator[Row]:
    """Yield how many were named right of those that were named, and how many right ones wrong."""
    named = found["right"] + found["other"] + found["right table called wrong"]
    share = found["right"] / max(named, 1)
    asked = sum(found.values())
    bar = 0.95 if what.startswith("20 ") else 1.0
    words = f"{what}: named right of {named} named, {found['undecided']} of {asked} undecided"
    yield at_least(PART, words, share, bar, "{:.1%}")
    words = f"{what}: right tables called wrong"
    yield at_most(PART, words, found["right table called wrong"], 0, "{}")


@cache
def _load_ways(city: str) -> WalkWays:
    """Return the streets of a city, or those of Porto Alegre laid over Nanjing."""
    name = "shanghai_centre" if "Shanghai" in city else "porto_alegre"
    ways = load_osm(DATA / name / f"{name}.osm.pbf").ways
    if "Nanjing" not in city:
        return ways
    middle = np.median(ways.lonlat, axis=0)
    # A degree of longitude is shorter there.
    scale = np.array([np.cos(np.radians(middle[1])) / np.cos(np.radians(NANJING[1])), 1.0])
    return replace(ways, lonlat=NANJING + (ways.lonlat - middle) * scale)


def _place_stations(
    ways: WalkWays, known: References, rng: np.random.Generator, away_m: tuple[float, float]
) -> Floats:
    """Return stations beside streets, anywhere along them, WGS-84 degrees."""
    xy = crs.project(ways.lonlat[:, 0], ways.lonlat[:, 1], known.frame)
    pieces = np.setdiff1d(np.arange(len(xy) - 1), ways.offsets[1:-1] - 1)
    along = xy[pieces + 1] - xy[pieces]
    length = np.hypot(*along.T)
    chosen = rng.choice(len(pieces), STATIONS, p=length / length.sum())
    across = np.column_stack([-along[:, 1], along[:, 0]]) / np.maximum(length, 1e-9)[:, None]
    away = rng.uniform(*away_m, (STATIONS, 1)) * rng.choice([-1, 1], (STATIONS, 1))
    at = xy[pieces[chosen]] + rng.random((STATIONS, 1)) * along[chosen] + away * across[chosen]
    return crs.unproject(at, known.frame)


def _to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    return crs.wgs84_to_gcj02(lon, lat, anywhere=True)


def _to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    return crs.gcj02_to_bd09(*_to_gcj02(lon, lat), anywhere=True)


def _from_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    return crs.gcj02_to_wgs84(lon, lat, anywhere=True)


_SHIFTS: dict[str, Shift] = {
    "as they are": lambda lon, lat: (lon, lat),
    "shifted to GCJ-02": _to_gcj02,
    "shifted to BD-09": _to_bd09,
    "converted as if they were GCJ-02": _from_gcj02,
}


def main() -> None:
    """Print the table."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        print(to_text([time_demo(folder), *measure()]))


if __name__ == "__main__":
    main()
