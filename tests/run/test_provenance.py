"""How a result came about: stages, dropped rows, warnings."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from planner.network.area import study_area
from planner.plan.profiles import PROFILES
from planner.run.provenance import provenance_of, warnings_of
from planner.sources.tables import Table, dropped_rows
from planner.stages import Stages, peak_memory_mb
from tests.cities.drawing import Drawing
from tests.cities.small_plan import CROSS, inputs_of

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
TABLES = {"homes.csv": [("a", 10, 0, 10)]}
ADULT = PROFILES["adult"]


def test_stages_are_timed_and_told():
    told = []
    stages = Stages(lambda name, share: told.append((name, share)))
    with stages("streets"):
        stages.report("streets", 0.5)
    with stages("people"):
        pass
    assert told == [("streets", 0), ("streets", 0.5), ("streets", 1), ("people", 0), ("people", 1)]
    assert list(stages.seconds) == ["streets", "people"]
    assert all(seconds >= 0 for seconds in stages.seconds.values())
    assert 1 < stages.peak_mb["streets"] <= stages.peak_mb["people"] <= peak_memory_mb()
    with Stages()("silent"):
        pass


def test_a_failed_stage_is_not_called_done():
    told = []
    stages = Stages(lambda name, share: told.append((name, share)))
    with pytest.raises(ValueError, match="no"), stages("streets"):
        raise ValueError("no")
    assert told == [("streets", 0)]
    assert stages.seconds == {}


def test_dropped_rows_are_plain():
    dropped = pd.DataFrame({"file": ["a.csv"], "row": [np.int64(7)], "reason": ["lon is empty"]})
    table = Table(gpd.GeoDataFrame(geometry=[], crs=4326), dropped, [])
    assert dropped_rows(table) == [{"file": "a.csv", "row": 7, "reason": "lon is empty"}]
    assert dropped_rows(table, "jobs")[0]["reason"] == "jobs: lon is empty"


def test_nothing_to_warn_of(tmp_path):
    inputs = inputs_of(tmp_path, HOMES, tables=TABLES)
    area = replace(study_area(inputs, ADULT), hull_as_extent=False)
    facilities = pd.DataFrame(
        {"facility_id": ["F"], "reason": [""], "counts": [True], "unreachable": [False]}
    )
    assert warnings_of(inputs, CROSS.network(), facilities, area) == []


def test_everything_to_warn_of(tmp_path):
    drawing = Drawing(
        CROSS.nodes | {8: (900, 900), 9: (900, 1100)},
        [
            ([1, 2], "highway=footway"),
            ([2, 3], "highway=service access=private"),
            ([8, 9], "highway=footway"),
        ],
    )
    inputs = inputs_of(tmp_path, HOMES, tables=TABLES, drawing=drawing)
    inputs = replace(inputs, osm=replace(inputs.osm, skipped={"areas": 2}))
    facilities = pd.DataFrame(
        {
            "facility_id": [f"F{n}" for n in range(15)],
            "reason": ["", *["no street near"] * 12, "island", "island"],
            "counts": [True] * 11 + [False] * 2 + [True] * 2,
            "unreachable": [True] + [False] * 14,
        }
    )
    found = warnings_of(inputs, drawing.network(), facilities, study_area(inputs, ADULT))
    assert found == [
        "12 facilities join no street: F1, F2, F3, F4, F5, F6, F7, F8, F9, F10, ...",
        "2 facilities join islands of streets alone, so that they serve only those who live there: "
        "F13, F14",
        "1 facilities are closed to outsiders but in no compound that is known, so they serve "
        "nobody: F0",
        "2 facilities are planned or closed and serve nobody",
        "0.2 km of street in area and ring are islands: joined to nothing else",
        "streets.osm: 2 areas",
        "the extract does not say how far it reaches; the convex hull of its streets is taken as "
        "the edge of the data",
    ]


def test_what_a_reader_needs_to_do_it_again(tmp_path):
    inputs = inputs_of(tmp_path, HOMES, tables=TABLES, service="cutoffs_minutes = [5, 20]")
    area = study_area(inputs, ADULT)
    found = provenance_of(inputs, area, ADULT, [], ["a warning"], Stages())
    assert found["plan"] == "small"
    assert found["metric_crs"] == "EPSG:32651"
    assert found["output_crs"] == "EPSG:4326"
    assert (found["access_limit_m"], found["access_detour"], found["ring_m"]) == (100, 1.4, 0)
    assert list(found["cutoffs_minutes"]) == [5, 20]
    assert found["profile"]["speed_kmh"] == 4.0
    assert set(found["inputs"]) >= {"streets.osm", "facilities.csv", "homes.csv"}
    assert all(len(digest) == 64 for digest in found["inputs"].values())
    assert found["warnings"] == ["a warning"]
    assert found["dropped_rows"] == []
