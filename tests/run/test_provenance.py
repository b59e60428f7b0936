"""How a result came about: stages and dropped rows."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from planner.network.study_area import find_study_area
from planner.plan.profiles import PROFILES
from planner.run.provenance import build_provenance
from planner.sources.tables import Table, list_dropped_rows
from planner.stages import Stages, peak_memory_mb
from tests.cities.small_plan import inputs_of

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
    assert list_dropped_rows(table) == [{"file": "a.csv", "row": 7, "reason": "lon is empty"}]
    assert list_dropped_rows(table, "jobs")[0]["reason"] == "jobs: lon is empty"


def test_what_a_reader_needs_to_do_it_again(tmp_path):
    inputs = inputs_of(tmp_path, HOMES, tables=TABLES, service="cutoffs_minutes = [5, 20]")
    area = find_study_area(inputs, ADULT)
    found = build_provenance(inputs, area, ADULT, [], ["a warning"], Stages())
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
