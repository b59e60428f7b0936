"""People of the cells of a GeoTIFF: what is read, what is said of it, what is refused."""

import os
import subprocess
import sys

import numpy as np
import pyproj
import pytest
import rasterio
from affine import Affine

from planner.crs import project
from planner.errors import SourceError
from planner.sources import raster, raster_window
from planner.sources.raster import load_raster
from tests.cities.rasters import grid, reading_rasters_here, write_raster
from tests.conftest import REPOSITORY

__all__ = ["reading_rasters_here"]

#: A corner of Baoshan.
WEST, NORTH, CELL = 121.4, 31.4, 0.001
AROUND = (WEST, NORTH - 0.002, WEST + 0.002, NORTH)
FOUR = [[10, 20], [30, 40]]


def four(path, values=FOUR, **options):
    """Write a raster of 2 x 2 cells of 0.001 degrees."""
    place = {"west": WEST, "north": NORTH, "cell": CELL, "crs": 4326}
    return write_raster(path / "people.tif", values, **(place | options))


def values_of(found):
    return dict(zip(found.rows["id"], found.rows["value"], strict=True))


def test_cells_become_polygons_with_people(tmp_path):
    found = load_raster(four(tmp_path), AROUND)  # through the process of its own
    assert values_of(found) == {"r0c0": 10, "r0c1": 20, "r1c0": 30, "r1c1": 40}
    assert found.rows.crs.to_epsg() == 4326
    np.testing.assert_allclose(
        found.rows.geometry.bounds.to_numpy()[2], [121.4, 31.398, 121.401, 31.399], atol=1e-12
    )
    np.testing.assert_allclose(found.reach.bounds, [121.4, 31.398, 121.402, 31.4], atol=1e-12)
    assert found.about == (
        "2 x 2 cells of 0.001 x 0.001 degree, EPSG:4326, band 1 of 1, no nodata value"
    )
    assert found.notes == []
    assert found.file == "people.tif"


@pytest.mark.usefixtures("reading_rasters_here")
def test_a_cell_of_mollweide_lies_where_its_corners_lie(tmp_path):
    move = pyproj.Transformer.from_crs("ESRI:54009", 4326, always_xy=True)
    x, y = 11_000_000.0, 3_760_000.0  # 100 m cells near Shanghai
    path = write_raster(
        tmp_path / "ghsl.tif", FOUR, west=x, north=y, cell=100, crs="ESRI:54009", nodata=-200
    )
    lon, lat = move.transform(x + 100, y - 100)
    found = load_raster(path, (lon - 0.001, lat - 0.001, lon + 0.001, lat + 0.001))
    ring = np.array(found.rows.geometry.iloc[3].exterior.coords)[:4]
    corners = [(x + 100, y - 100), (x + 200, y - 100), (x + 200, y - 200), (x + 100, y - 200)]
    np.testing.assert_allclose(ring, [move.transform(*corner) for corner in corners], atol=1e-12)
    assert found.about == (
        "2 x 2 cells of 100 x 100 metre, World_Mollweide, band 1 of 1, nodata -200"
    )


@pytest.mark.usefixtures("reading_rasters_here")
def test_cells_without_people_are_left_out_and_doubtful_ones_counted(tmp_path):
    values = [[10, -99999, np.nan], [0, -5, 7]]
    found = load_raster(four(tmp_path, values, nodata=-99999), AROUND)
    assert values_of(found) == {"r0c0": 10, "r1c2": 7}
    assert found.about.endswith("nodata -99999")
    assert found.notes == [
        "people.tif: 1 cells around the area are no number; they count nobody",
        "people.tif: 1 cells around the area are negative, such as -5; they count nobody",
    ]


@pytest.mark.usefixtures("reading_rasters_here")
def test_nodata_that_is_no_number_is_no_doubt(tmp_path):
    found = load_raster(four(tmp_path, [[1, np.nan]], nodata=np.nan), AROUND)
    assert (values_of(found), found.notes) == ({"r0c0": 1}, [])


@pytest.mark.usefixtures("reading_rasters_here")
def test_a_raster_without_anybody_around_the_area_is_told(tmp_path):
    found = load_raster(four(tmp_path, [[-200, 0]], nodata=-200), AROUND)
    assert found.rows.empty
    assert found.notes == ["people.tif: none of its 2 cells around the area holds people"]


@pytest.mark.usefixtures("reading_rasters_here")
def test_scale_and_offset_of_the_file_count(tmp_path):
    path = four(tmp_path, [[10, 255]], dtype="uint8", nodata=255)
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = [0.5], [2.0]
    assert values_of(load_raster(path, AROUND)) == {"r0c0": 7}


@pytest.mark.usefixtures("reading_rasters_here")
def test_the_band_that_the_plan_names(tmp_path):
    path = four(tmp_path, bands=3)
    assert values_of(load_raster(path, AROUND, band=2))["r0c0"] == 20
    assert load_raster(path, AROUND).notes == [
        "people.tif: has 3 bands, of which band 1 is read; raster_band names another"
    ]
    with pytest.raises(SourceError, match="has no band 4; give raster_band from 1 to 3"):
        load_raster(path, AROUND, band=4)


@pytest.mark.usefixtures("reading_rasters_here")
def test_a_turned_raster_lies_where_its_corners_lie(tmp_path):
    # A quarter turn: columns run north, rows run east.
    turned = Affine(0, CELL, WEST, CELL, 0, NORTH - 0.002)
    found = load_raster(four(tmp_path, transform=turned), AROUND)
    rows = found.rows.set_index("id").geometry
    np.testing.assert_allclose(rows["r0c1"].bounds, [121.4, 31.399, 121.401, 31.4], atol=1e-12)
    np.testing.assert_allclose(rows["r1c0"].bounds, [121.401, 31.398, 121.402, 31.399], atol=1e-12)


@pytest.mark.usefixtures("reading_rasters_here")
def test_longitudes_may_run_from_0_to_360(tmp_path):
    path = four(tmp_path, west=360 - 51.2, north=-30)
    found = load_raster(path, (-51.2, -30.002, -51.198, -30))
    assert values_of(found)["r1c1"] == 40
    # Of the same place in metres, however its longitude is written.
    metric = found.rows.to_crs(32722).geometry.iloc[0].centroid
    assert project(-51.1995, -30.0005, pyproj.CRS(32722))[0] == pytest.approx(
        [metric.x, metric.y], abs=0.1
    )


@pytest.mark.usefixtures("reading_rasters_here")
def test_only_the_cells_around_the_area_are_read(tmp_path):
    values = np.arange(10_000).reshape(100, 100)
    place = {"west": WEST - 0.05, "north": NORTH + 0.05}
    found = load_raster(four(tmp_path, values, **place), AROUND)
    # Cells 50 and 51 each way, and one more on every side.
    assert set(found.rows["id"]) <= {f"r{r}c{c}" for r in range(48, 54) for c in range(48, 54)}
    assert values_of(found)["r50c51"] == 5051


@pytest.mark.usefixtures("reading_rasters_here")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"crs": None}, "says no CRS, so nobody knows where its cells lie; write it into"),
        ({"west": 10}, r"does not reach the area, which lies around lon 121\.401, lat 31\.399"),
        ({"transform": Affine.identity()}, "does not say where its first cell lies"),
        ({"values": [[1, np.inf]]}, r"row 0, column 1: inf is more than a cell can hold"),
        ({"values": [[3.4e38, 1]]}, r"row 0, column 0: 3.4e\+38 is more than a cell can hold"),
        ({"cell": 0.6}, r"its cells are wider than 0\.5 degree, too coarse to tell who lives"),
        ({"north": 90.4, "cell": 0.4, "bounds": (121.5, 89.8, 121.6, 89.9)}, "nowhere on Earth"),
        ({"dtype": "complex64"}, "band 1 holds complex numbers, not people"),
    ],
)
@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_what_cannot_be_used_is_refused(tmp_path, options, message):
    options, bounds = dict(options), options.get("bounds", AROUND)
    options.pop("bounds", None)
    with pytest.raises(SourceError, match=message) as caught:
        load_raster(four(tmp_path, **options), bounds)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no TIFF; export it again as a GeoTIFF"),
        (b"ncols 4\n", "is no TIFF"),
        (b"<VRTDataset>", "is no TIFF"),
        (b"PK\3\4", "is a zip archive; unpack it and name the .tif in it"),
        (b"II*\0" + b"\xff" * 200, "cannot be read .*; export it again as a GeoTIFF"),
    ],
)
def test_what_is_no_geotiff_is_refused(tmp_path, content, message):
    path = tmp_path / "people.tif"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=message) as caught:
        load_raster(path, AROUND)
    assert "\n" not in str(caught.value)
    path.unlink()
    with pytest.raises(SourceError, match="no such file; name a GeoTIFF"):
        load_raster(path, AROUND)


@pytest.mark.usefixtures("reading_rasters_here")
def test_a_file_cut_short_is_refused(tmp_path):
    path = four(tmp_path, np.ones((400, 400)))
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(SourceError, match="cannot be read"):
        load_raster(path, AROUND)


def test_a_missing_extra_is_one_line_with_the_command(tmp_path, monkeypatch):
    monkeypatch.setattr(raster_window, "find_spec", lambda _: None)
    with pytest.raises(SourceError, match=r"not installed; pip install 'planner\[raster\]'$"):
        load_raster(four(tmp_path), AROUND)


def test_files_beside_it_are_not_opened(tmp_path):
    path = four(tmp_path, [[10, 20]])
    # These would move the cells, hide one and add a nodata value.
    (tmp_path / "people.tfw").write_text("1\n0\n0\n-1\n0\n0\n")
    (tmp_path / "people.tif.aux.xml").write_text(
        '<PAMDataset><GeoTransform>0,1,0,0,0,-1</GeoTransform><PAMRasterBand band="1">'
        "<NoDataValue>10</NoDataValue></PAMRasterBand></PAMDataset>"
    )
    write_raster(
        tmp_path / "people.tif.msk", [[0, 255]], west=WEST, north=NORTH, cell=CELL, crs=4326,
        dtype="uint8",
    )  # fmt: skip
    assert values_of(load_raster(path, AROUND)) == {"r0c0": 10, "r0c1": 20}


@pytest.mark.parametrize("name", ["a!b.tif", "zip:x.tif", "人口 2025.TIFF", "people"])
@pytest.mark.usefixtures("reading_rasters_here")
def test_a_name_is_a_name_whatever_it_looks_like(tmp_path, name):
    path = four(tmp_path).rename(tmp_path / name)
    assert len(load_raster(path, AROUND).rows) == 4


@pytest.mark.usefixtures("reading_rasters_here")
def test_too_many_cells_and_too_large_blocks_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(raster, "MAX_CELLS", 3)
    with pytest.raises(SourceError, match="4 cells with people lie around the area, more than the"):
        load_raster(four(tmp_path), AROUND)
    monkeypatch.setattr(raster_window, "MAX_WINDOW_CELLS", 3)
    with pytest.raises(SourceError, match="4 cells lie around the area, more than the 3"):
        load_raster(four(tmp_path), AROUND)
    monkeypatch.setattr(raster_window, "MAX_BLOCK_BYTES", 31)
    with pytest.raises(SourceError, match=r"one block of it holds 2 x 2 cells.*TILED=YES"):
        load_raster(four(tmp_path), AROUND)


def test_a_raster_of_a_country_takes_little_memory(tmp_path):
    """40,000 x 40,000 cells of 100 m are 6.4 GB; a sparse file holds those around the area."""
    path = tmp_path / "country.tif"
    corner = grid(WEST - 20, NORTH + 20, CELL)
    with rasterio.open(
        path, "w", driver="GTiff", width=40_000, height=40_000, count=1, dtype="float32", crs=4326,
        transform=corner, tiled=True, sparse_ok=True, compress="deflate",
    ) as file:  # fmt: skip
        window = rasterio.windows.Window(20_000, 20_000, 2, 2)
        file.write(np.array([FOUR], dtype="float32"), window=window)
    code = (
        "import sys, resource\nfrom pathlib import Path\n"
        "from planner.sources.raster import load_raster\n"
        f"found = load_raster(Path(sys.argv[1]), {AROUND!r})\n"
        "assert found.rows['value'].tolist() == [10, 20, 30, 40]\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(done.stdout) * unit < 1e9
