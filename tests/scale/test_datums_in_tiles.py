"""A table in another datum stops a run in tiles with the line of a plain run."""

import pytest

from planner.errors import CrsError
from planner.run.doctor import examine_inputs, refuse_wrong_datums
from planner.scale.cut.cutting import cut_extract
from planner.scale.cut.tile_reading import name_tile
from planner.scale.datum_steps import check_tables, see_streets
from planner.scale.work.steps import StepStore
from tests.run.test_doctor import beside, inputs_with, lanes, shifted

__all__ = ["beside", "lanes"]


@pytest.mark.usefixtures("read_and_cut_here")
@pytest.mark.parametrize(
    "datum", ["GCJ-02", pytest.param("", marks=pytest.mark.nightly)], ids=["moved", "right"]
)
def test_streets_of_all_tiles_tell(tmp_path, lanes, beside, datum):
    inputs = inputs_with(tmp_path, lanes, shifted(beside, datum) if datum else beside)
    manifest = cut_extract(tmp_path / "streets.osm", tmp_path / "cut", halo_m=300.0, tiles=4)
    (tmp_path / "steps").mkdir(mode=0o700)
    store = StepStore(tmp_path / "steps")
    keys = [f"streets-{tile.name}" for tile in manifest.tiles]
    for key, tile in zip(keys, manifest.tiles, strict=True):
        store.save(key, see_streets(store, name_tile(manifest, tile)))
    ways = sum(len(store.load(key)["way_id"]) for key in keys)
    assert ways == len(inputs.osm.ways)
    settings = {
        "plan": str(tmp_path / "plan.toml"), "cut": str(manifest.folder), "streets": keys,
    }  # fmt: skip
    if not datum:
        check_tables(store, settings)
        return
    with pytest.raises(CrsError) as plain:
        refuse_wrong_datums(examine_inputs(inputs))
    with pytest.raises(CrsError) as tiled:
        check_tables(store, settings)
    assert str(tiled.value) == str(plain.value)
