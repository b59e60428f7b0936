"""The same tables through every format that is read give the same results."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import geopandas as gpd
import pytest

from planner.run import run_plan
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from planner.sources.tables import load_facilities
from tests.hostile import city
from tests.samples import first
from tests.sources.formats import LAYERS, TABLES, to_layer

#: Ids that look like something else, and names that are Chinese.
STATIONS = [
    "facility_id,name,lon,lat,level,status,opening_hours,capacity",
    "007,第一站,121.402,31.4001,neighbourhood,open,Mo-Fr 08:30-17:00,100",
    "3113-01-02,“二”站,121.418,31.4001,town,open,,50.5",
    "12345678901234567890,=三站,121.41,31.4025,neighbourhood,closed,,",
]
SPOKEN = {"facilities.csv": STATIONS}


def rows_of(name: str) -> list[list[str]]:
    return [line.split(",") for line in SPOKEN.get(name, city.TABLES[name])]


def write_in(folder: Path, name: str) -> Path:
    """Write the city with all its tables, or all its layers, in one format; return the plan."""
    city.write_city(folder)
    plan = (folder / "plan.toml").read_text(encoding="utf-8")
    # What is said of a gate names its row, and features are counted from another number.
    plan = plan.replace('gates = "gates.csv"\n', "")
    for file in city.TABLES:
        if name in TABLES:
            ending, write = TABLES[name]
            rows = rows_of(file)
        elif "lon" in rows_of(file)[0]:
            ending, write = LAYERS[name]
            rows = to_layer(rows_of(file))
        else:
            ending, write = TABLES["CSV"]
            rows = rows_of(file)
        (folder / file).unlink()
        write(folder / Path(file).with_suffix(ending), rows)
        plan = plan.replace(file, str(Path(file).with_suffix(ending)))
    for file in ("area.geojson", "towns.geojson") if name in LAYERS else ():
        ending, write = LAYERS[name]
        layer = gpd.read_file(folder / file)
        (folder / file).unlink()
        write(folder / Path(file).with_suffix(ending), layer)
        plan = plan.replace(file, str(Path(file).with_suffix(ending)))
    (folder / "plan.toml").write_text(plan, encoding="utf-8")
    return folder / "plan.toml"


def summary_bytes(plan: Path) -> str:
    result = run_plan(load_inputs(load_plan(plan)))
    return json.dumps(result.summary, sort_keys=True, ensure_ascii=False)


@pytest.fixture(scope="module")
def of_csv(tmp_path_factory: pytest.TempPathFactory) -> str:
    return summary_bytes(write_in(tmp_path_factory.mktemp("csv") / "city", "CSV"))


#: The others run at night: a run takes its second.
BY_DAY = ("GB 18030", "a report", "xls", "shapefile", "GeoParquet")
FORMATS = sorted([*TABLES, *LAYERS], key=lambda name: name not in BY_DAY)


@pytest.mark.parametrize("name", first(len(BY_DAY), FORMATS))
def test_the_same_tables_give_the_same_summary(tmp_path: Path, name: str, of_csv: str):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of those who write: names longer than ten letters
        plan = write_in(tmp_path / "city", name)
    assert summary_bytes(plan) == of_csv


@pytest.mark.parametrize("name", [*TABLES, *LAYERS])
def test_texts_stay_as_they_are_written(tmp_path: Path, name: str):
    ending, write = (TABLES | LAYERS)[name]
    rows = [line.split(",") for line in STATIONS]
    path = tmp_path / f"stations{ending}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write(path, rows if name in TABLES else to_layer(rows))
    found = load_facilities(path).rows
    assert found["facility_id"].tolist() == ["007", "3113-01-02", "12345678901234567890"]
    assert found["name"].tolist() == ["第一站", "“二”站", "=三站"]
    assert found["capacity"].tolist()[:2] == [100, 50.5]
    assert [(p.x, p.y) for p in found.geometry] == [
        (121.402, 31.4001), (121.418, 31.4001), (121.41, 31.4025),
    ]  # fmt: skip
