"""The dataset of a city: read by other programs, town by town, whatever towns are called."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.dataset
import pyarrow.parquet
import pytest
import shapely

from planner.errors import SourceError
from planner.reports.town_dataset import (
    finish_dataset,
    list_dataset_towns,
    read_town_rows,
    write_town_rows,
)
from planner.rounding import AskedCutoffs


def layer(**columns: list[object]) -> gpd.GeoDataFrame:
    count = len(columns["town"])
    places = [shapely.Point(121 + k, 31) for k in range(count)]
    return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=places, crs="EPSG:4326")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two tiles; the second has a town of the first, an empty column and people in no town."""
    first = layer(
        town=["East/West", "北", "East/West"], people=[1, 2, 3], minutes=[14.99996, np.inf, 2.0],
        reason=["", "island", ""], notice=["Demo data, not real"] * 3,
    )  # fmt: skip
    second = layer(
        town=["", "北"], people=[4, 5], minutes=[1.0, 2.0], reason=[None, None],
        notice=["Demo data, not real"] * 2,
    )  # fmt: skip
    write_town_rows(tmp_path, "demand", first, "tile-000", AskedCutoffs((15.0,)))
    write_town_rows(tmp_path, "demand", second, "tile-001")
    finish_dataset(tmp_path)
    return tmp_path


def test_rows_of_a_town_come_from_all_its_tiles(folder: Path):
    assert read_town_rows(folder, "demand", ["北"])["people"].tolist() == [2, 5]
    assert read_town_rows(folder, "demand", ["East/West"])["minutes"].tolist() == [15.0, 2.0]
    both = read_town_rows(folder, "demand", ["", "East/West"])
    assert both["town"].tolist() == ["", "East/West", "East/West"]
    assert both.crs == "EPSG:4326"
    assert both.geometry.x.tolist() == [121, 121, 123]


def test_towns_are_listed_and_an_unknown_one_has_no_rows(folder: Path):
    assert list_dataset_towns(folder, "demand") == ["", "East/West", "北"]
    empty = read_town_rows(folder, "demand", ["South"])
    assert len(empty) == 0
    assert "minutes" in empty


def test_no_name_leads_out_of_the_folder(tmp_path: Path):
    names = ["..", "../../x", "a\x00b", "C:\\x", "."]
    for path in write_town_rows(tmp_path / "d", "demand", layer(town=names), "t"):
        assert path.resolve().parent.parent == tmp_path / "d" / "demand"
        assert path.is_file()
    assert sorted(list_dataset_towns(tmp_path / "d", "demand")) == sorted(names)


def test_a_name_too_long_for_a_folder_is_cut(tmp_path: Path):
    """Each Chinese sign takes nine bytes there, and a name of a folder has 255 at most."""
    names = ["北" * 40 + "东", "北" * 40 + "西", "x" * 300, "北" * 22]
    write_town_rows(tmp_path, "demand", layer(town=names, people=[1, 2, 3, 4]), "t")
    finish_dataset(tmp_path)
    assert list_dataset_towns(tmp_path, "demand") == sorted(names)
    for number, name in enumerate(names, 1):
        assert read_town_rows(tmp_path, "demand", [name])["people"].tolist() == [number]


def test_arrow_reads_all_by_the_list_of_files(folder: Path):
    dataset = pyarrow.dataset.parquet_dataset(folder / "demand" / "_metadata", partitioning="hive")
    table = dataset.to_table().to_pandas()
    assert sorted(table["people"]) == [1, 2, 3, 4, 5]
    assert set(table["town"]) == {"East/West", "北", ""}
    north = dataset.to_table(filter=pyarrow.dataset.field("town") == "北")
    assert north.num_rows == 2


def test_geopandas_reads_a_folder_as_one_layer(folder: Path):
    read = gpd.read_parquet(folder / "demand" / "%E5%8C%97")
    assert sorted(read["people"]) == [2, 5]
    assert read.crs.to_epsg() == 4326
    assert len(gpd.read_parquet(folder / "demand")) == 5


def test_every_file_has_the_same_columns_of_the_same_types(folder: Path):
    files = [*(folder / "demand").glob("*/*.parquet"), folder / "demand" / "_metadata"]
    schemas = [pyarrow.parquet.read_schema(path) for path in files]
    assert len(files) == 5
    assert all(schema.equals(schemas[0]) for schema in schemas)
    assert schemas[0].field("reason").type == "string"


def test_the_same_rows_make_the_same_bytes(tmp_path: Path):
    rows = layer(town=["a", "b", "a"], people=[1, 2, 3])
    for name in ("one", "two"):
        write_town_rows(tmp_path / name, "demand", rows, "t")
        finish_dataset(tmp_path / name)
    for path in (tmp_path / "one").rglob("*"):
        if path.is_file():
            other = tmp_path / "two" / path.relative_to(tmp_path / "one")
            assert path.read_bytes() == other.read_bytes()


def test_a_damaged_file_is_named(folder: Path):
    file = next((folder / "demand").glob("*/tile-001.parquet"))
    file.write_bytes(b"PAR1 nothing PAR1")
    towns = list_dataset_towns(folder, "demand")
    with pytest.raises(SourceError, match=r"tile-001\.parquet: cannot be read"):
        read_town_rows(folder, "demand", towns)
    with pytest.raises(SourceError, match="no such file"):
        read_town_rows(folder, "gaps", towns)
