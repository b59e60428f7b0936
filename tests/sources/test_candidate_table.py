"""The table of candidate sites: what is read, what is dropped, what stops the run."""

from pathlib import Path

import numpy as np
import pytest

from planner.errors import SourceError
from planner.sources.candidate_table import load_candidates


def written(folder: Path, *lines: str) -> Path:
    path = folder / "candidates.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_candidates_are_read_as_they_stand(tmp_path: Path):
    path = written(
        tmp_path,
        "site_id,name,lon,lat,action,cost,capacity,domain,town,owner",
        "S1,旧厂房,121.4,31.3,Convert,1.5,200,mall,北镇,A",
        "007,,121.5,31.4,,,many,,,B",
    )
    table = load_candidates(path)
    rows = table.rows
    assert rows["site_id"].tolist() == ["S1", "007"]
    assert rows["name"].tolist() == ["旧厂房", "007"]
    assert rows["action"].tolist() == ["convert", "new"]
    assert rows["cost"].tolist() == pytest.approx([1.5, np.nan], nan_ok=True)
    assert rows["capacity"].tolist() == pytest.approx([200, np.nan], nan_ok=True)
    assert rows["domain"].tolist() == ["mall", ""]
    assert rows["town"].tolist() == ["北镇", ""]
    assert rows["row"].tolist() == [2, 3]
    assert rows.crs.to_epsg() == 4326
    assert table.notes == [
        "candidates.csv: row 3: capacity 'many' is no number, taken as not given",
        "candidates.csv: 1 rows without a name are called by their id",
    ]


def test_a_table_of_the_least_columns(tmp_path: Path):
    rows = load_candidates(written(tmp_path, "site_id,name,lon,lat", "a,Corner,121.4,31.3")).rows
    assert rows[["action", "domain", "town"]].values.tolist() == [["new", "", ""]]
    assert rows[["cost", "capacity"]].isna().all(axis=None)


def test_a_bad_row_is_dropped_and_listed(tmp_path: Path):
    path = written(tmp_path, "site_id,name,lon,lat", "a,A,121.4,31.3", "b,B,,31.3")
    table = load_candidates(path)
    assert table.rows["site_id"].tolist() == ["a"]
    assert table.dropped.values.tolist() == [["candidates.csv", 3, "lon is empty"]]


def test_the_coordinates_may_be_of_another_datum(tmp_path: Path):
    path = written(tmp_path, "site_id,name,lon,lat", "a,A,121.4,31.3")
    point = load_candidates(path, crs="GCJ-02").rows.geometry.iloc[0]
    assert 0.003 < 121.4 - point.x < 0.006


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["site_id,lon,lat", "a,1,1"], "no column 'name'; it has site_id"),
        (["site_id,name,lat", "a,A,1"], "no column 'lon'"),
        (["site_id,name,lon,lat", ",A,1,1"], "row 2: site_id is empty"),
        (["site_id,name,lon,lat", "a,A,1,1", "a,B,1,1"], "row 3: site_id 'a' already stands in"),
        (["site_id,name,lon,lat", "all,A,1,1"], "the site_id 'all' is reserved"),
        (["site_id,name,lon,lat", "osm/node/1,A,1,1"], "begins like those of sites from the map"),
        (
            ["site_id,name,lon,lat,action", "a,A,1,1,close"],
            "row 2: action 'close'; give new, convert, enlarge, upgrade",
        ),
        (["site_id,name,lon,lat,cost", "a,A,1,1,-2"], "row 2: cost is negative"),
        (["site_id,name,lon,lat", "a,A,x,1"], "none of its 1 rows can be used"),
    ],
)
def test_faults_of_candidates_stop_the_run(tmp_path: Path, lines: list[str], message: str):
    with pytest.raises(SourceError, match=message) as fault:
        load_candidates(written(tmp_path, *lines))
    assert "\n" not in str(fault.value)
    assert "candidates.csv" in str(fault.value)
