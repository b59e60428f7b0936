"""A city's own grid, fitted through control points."""

import numpy as np
import pytest

from planner import crs
from planner.errors import CrsError

# A grid about a place in Shanghai, drawn with pyproj's transverse Mercator: x, y with y = north.
ORIGIN = (121.47, 31.23)
FRAME = "+proj=tmerc +lat_0=31.23 +lon_0=121.47 +k_0=1 +datum=WGS84 +units=m"
GRID = np.array([[0.0, 0.0], [12_000.0, 3_000.0], [-8_000.0, 15_000.0], [5_000.0, -20_000.0]])


def as_lonlat(grid: np.ndarray) -> np.ndarray:
    return crs.unproject(grid, FRAME)


def test_a_grid_is_found_again():
    found = crs.fit_local_grid(GRID, as_lonlat(GRID))
    assert found.residual_m < 0.2  # a grid 0.03 degrees beside the frame bends by some centimetres
    assert found.scale == pytest.approx(1.0, abs=1e-5)
    asked = np.array([[1_000.0, 2_000.0], [-3_000.0, 9_000.0]])
    there = found.to_lonlat(*asked.T)
    assert np.abs(there - as_lonlat(asked)).max() < 5e-6  # half a metre
    assert np.column_stack(crs.to_wgs84_lonlat(*asked.T, found)) == pytest.approx(there)


def test_what_a_grid_brings_to_degrees_it_brings_back():
    turned = GRID @ np.array([[0.6, 0.8], [-0.8, 0.6]])  # by an angle with cosine 0.6, sine 0.8
    found = crs.fit_local_grid(GRID, as_lonlat(turned))
    there = found.to_lonlat(*GRID.T)
    assert found.from_lonlat(*there.T) == pytest.approx(GRID, abs=1e-3)
    assert np.column_stack(crs.from_wgs84_lonlat(*there.T, found)) == pytest.approx(GRID, abs=1e-3)


def test_a_turned_grid_with_its_origin_elsewhere():
    # 2 degrees against the clock, origin moved by (100, 200): x' = 100 + x cos - y sin
    turn = np.exp(1j * np.radians(2.0))
    z = (GRID[:, 0] + 1j * GRID[:, 1]) * turn + (100 + 200j)
    lonlat = as_lonlat(np.column_stack([z.real, z.imag]))
    found = crs.fit_local_grid(GRID, lonlat)
    assert found.turn_deg == pytest.approx(2.0, abs=0.03)
    assert found.residual_m < 0.2


def test_two_points_prove_nothing():
    with pytest.raises(CrsError, match="2 control points do not fix a grid; give 3 or more"):
        crs.fit_local_grid(GRID[:2], as_lonlat(GRID[:2]))


def test_points_in_one_place_are_refused():
    with pytest.raises(CrsError, match="all control points lie in one place"):
        crs.fit_local_grid(np.zeros((3, 2)), as_lonlat(np.zeros((3, 2))))


def test_a_wrong_point_is_refused_with_what_is_left():
    wrong = as_lonlat(GRID)
    wrong[1, 0] += 0.005  # some 480 m
    with pytest.raises(CrsError, match=r"fit no grid: .* m are left where 5 m are allowed"):
        crs.fit_local_grid(GRID, wrong)


def test_swapped_axes_are_named():
    with pytest.raises(CrsError, match="x and y look swapped"):
        crs.fit_local_grid(GRID[:, ::-1], as_lonlat(GRID))


def test_a_grid_in_feet_is_no_grid_in_metres():
    with pytest.raises(CrsError, match=r"its metre is 0\.3048 m"):
        crs.fit_local_grid(GRID / 0.3048, as_lonlat(GRID))


def test_a_local_datum_needs_its_points():
    assert crs.check_datum("Local") == "local"
    with pytest.raises(CrsError, match="fit it to control points"):
        crs.to_wgs84_lonlat([0.0], [0.0], "local")


def test_points_on_one_line_are_refused():
    """Turned over along that line they lie where they lay: swapped columns fit as well."""
    line = np.outer(np.linspace(-9_000, 9_000, 5), [1.0, 0.5])
    with pytest.raises(CrsError, match="lie nearly on one line, so that swapped columns fit as"):
        crs.fit_local_grid(line, as_lonlat(line))


def test_the_wrong_point_is_found_where_there_is_one():
    wrong = GRID.copy()
    wrong[2] += 60.0
    assert crs.find_wrong_point(wrong, as_lonlat(GRID)) == 2
    # Of three points any two fit; where all are off alike, none is the wrong one.
    assert crs.find_wrong_point(wrong[:3], as_lonlat(GRID)[:3]) is None
    shaken = GRID + np.array([[40.0, 0.0], [-40.0, 30.0], [0.0, -50.0], [30.0, 40.0]])
    assert crs.find_wrong_point(shaken, as_lonlat(GRID)) is None


def test_a_grid_gives_back_its_numbers():
    found = crs.fit_local_grid(GRID, as_lonlat(GRID))
    there = found.to_lonlat(*GRID.T)
    assert found.from_lonlat(*there.T) == pytest.approx(GRID, abs=1e-6)
