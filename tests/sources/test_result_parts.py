"""What rests on a run is read only where it is whole and of the same run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
from shapely.geometry import Point

from planner.errors import SourceError
from planner.sources.hashes import hash_file
from planner.sources.result_parts import PARTS, load_part
from planner.sources.results import FinishedRun

if TYPE_CHECKING:
    from pathlib import Path

INPUTS = {"streets.osm.pbf": "1" * 64, "stations.csv": "2" * 64}


def finished(folder: Path) -> FinishedRun:
    return FinishedRun(folder / "run", {}, {}, {"plan": "town", "inputs": INPUTS})


def write_comparison(folder: Path, **changes: Any) -> Path:
    """Write the least of what `planner compare` writes."""
    layer = gpd.GeoDataFrame({"scenario": ["s"]}, geometry=[Point(121, 31)], crs="EPSG:4326")
    layer.to_file(folder / "compare.gpkg", layer="changes", driver="GPKG")
    outputs = {"compare.gpkg": hash_file(folder / "compare.gpkg")}
    content = {"plan": "town", "inputs": INPUTS, "scenarios": [], "outputs": outputs} | changes
    (folder / "compare.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_a_whole_comparison_is_read_with_its_layers(tmp_path):
    part = load_part(write_comparison(tmp_path), "comparison", finished(tmp_path))
    assert part.content["plan"] == "town"
    assert part.layers["changes"]["scenario"].tolist() == ["s"]


def test_files_may_have_other_names_but_not_other_content(tmp_path):
    renamed = dict(zip(["a", "b"], INPUTS.values(), strict=True))
    write_comparison(tmp_path, inputs=renamed)
    assert load_part(tmp_path, "comparison", finished(tmp_path)).layers
    write_comparison(tmp_path, inputs=INPUTS | {"stations.csv": "3" * 64})
    with pytest.raises(SourceError, match=r"other files than .*; repeat planner"):
        load_part(tmp_path, "comparison", finished(tmp_path))


@pytest.mark.parametrize("changes", [{"plan": "village"}, {"inputs": None}, {"inputs": {}}])
def test_a_comparison_of_something_else_is_refused(tmp_path, changes):
    write_comparison(tmp_path, **changes)
    with pytest.raises(SourceError, match="of another plan or other files"):
        load_part(tmp_path, "comparison", finished(tmp_path))


@pytest.mark.parametrize("outputs", [None, [], {}, {"compare.gpkg": "0" * 64}])
def test_layers_that_are_not_what_the_content_says_are_refused(tmp_path, outputs):
    write_comparison(tmp_path, outputs=outputs)
    with pytest.raises(SourceError, match=r"compare\.gpkg: is not what compare\.json says"):
        load_part(tmp_path, "comparison", finished(tmp_path))


def test_a_missing_folder_or_file_is_told_with_the_command_that_makes_it(tmp_path):
    with pytest.raises(SourceError, match="no such folder; give the --out of planner site"):
        load_part(tmp_path / "none", "proposal", finished(tmp_path))
    with pytest.raises(
        SourceError, match=r"site\.json: is missing; give the --out of planner site"
    ):
        load_part(tmp_path, "proposal", finished(tmp_path))


@pytest.mark.parametrize("what", PARTS)
def test_a_file_that_is_no_json_names_the_command_that_writes_it(tmp_path, what):
    files = PARTS[what]
    (tmp_path / files.content).write_text("[", encoding="utf-8")
    with pytest.raises(SourceError, match=f"is not JSON, .*; repeat {files.command}$"):
        load_part(tmp_path, what, finished(tmp_path))


def test_a_folder_that_lacks_a_file_is_refused_but_one_that_was_edited_is_read(tmp_path):
    path = write_comparison(tmp_path) / "compare.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["outputs"] |= {"compare.csv": "0" * 64, "map.html": "0" * 64}
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(SourceError, match=r"compare\.csv: is missing, .*; repeat planner compare$"):
        load_part(tmp_path, "comparison", finished(tmp_path))
    (tmp_path / "compare.csv").write_text("edited", encoding="utf-8")
    assert load_part(tmp_path, "comparison", finished(tmp_path)).layers
