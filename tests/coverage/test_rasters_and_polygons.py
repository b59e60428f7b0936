"""Rasters and polygons of a plan put into units of the study area, worked out by hand."""

import json

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Point, box

from planner.coverage.exact import exact_sum
from planner.coverage.people import place_people
from planner.errors import DemandError, SourceError
from planner.network.study_area import find_study_area
from planner.plan.profiles import PROFILES
from planner.run import run_plan
from planner.run.check import check_inputs
from planner.sources.template_text import PlanStart, build_template
from tests.cities.drawing import FRAME, Drawing
from tests.cities.rasters import reading_rasters_here, write_raster
from tests.cities.small_plan import CROSS, inputs_of

__all__ = ["reading_rasters_here"]
pytestmark = pytest.mark.usefixtures("reading_rasters_here")

#: 1 km x 1 km round the crossroads: four cells of 500 m.
INNER = box(-500, -500, 500, 500)
FOUR = [[10, 20], [30, 40]]
#: North-west a zone with a house of 50 x 50 m and 2 storeys and one of 25 x 25 m and 6 storeys;
#: north-east a zone of 100 x 50 m without any; a factory in the south-east.
SQUARES = {
    10: (-300, 100), 11: (-100, 100), 12: (-100, 300), 13: (-300, 300),
    20: (100, 100), 21: (200, 100), 22: (200, 150), 23: (100, 150),
    30: (-250, 150), 31: (-200, 150), 32: (-200, 200), 33: (-250, 200),
    40: (-150, 150), 41: (-125, 150), 42: (-125, 175), 43: (-150, 175),
    50: (100, -300), 51: (200, -300), 52: (200, -200), 53: (100, -200),
    60: (110, -290), 61: (190, -290), 62: (190, -210), 63: (110, -210),
}  # fmt: skip
QUARTER = Drawing(
    CROSS.nodes | SQUARES,
    [
        *CROSS.ways,
        ([10, 11, 12, 13, 10], "landuse=residential name=West", 10),
        ([20, 21, 22, 23, 20], "landuse=residential name=East", 20),
        ([30, 31, 32, 33, 30], "building=yes building:levels=2", 30),
        ([40, 41, 42, 43, 40], "building=yes building:levels=6", 40),
        ([50, 51, 52, 53, 50], "landuse=industrial", 50),
        ([60, 61, 62, 63, 60], "building=industrial", 60),
    ],
)


def raster(folder, values=FOUR, name="people.tif", **options):
    place = {"west": -500, "north": 500, "cell": 500, "crs": FRAME.to_wkt()}
    return write_raster(folder / name, values, **(place | options))


def polygons(folder, shapes, people, name="committees.geojson"):
    """Write polygons drawn in metres with a name and a column of people."""
    rows = {"name": [f"C{n}" for n in range(1, len(shapes) + 1)], "residents": people}
    gpd.GeoDataFrame(rows, geometry=shapes, crs=FRAME).to_crs(4326).to_file(folder / name)


def of_raster(more="", kind="residential", name="people.tif"):
    return f'[[demand]]\nkind = "{kind}"\nraster = "{name}"\n{more}\n'


def of_polygons(more="", kind="residential", name="committees.geojson"):
    return f'[[demand]]\nkind = "{kind}"\npolygons = "{name}"\npeople = "residents"\n{more}\n'


def placed(folder, demand, **options):
    inputs = inputs_of(folder, demand, **({"drawing": QUARTER, "area": INNER} | options))
    area = find_study_area(inputs, PROFILES["adult"])
    return place_people(inputs, area, inputs.osm.zones.to_crs(area.crs))


def people_of(people):
    return dict(zip(people.units["demand_id"], people.units["people"], strict=True))


# -- rasters --------------------------------------------------------------------------------------


def test_cells_over_a_square_are_units(tmp_path):
    raster(tmp_path)
    people = placed(tmp_path, of_raster())
    assert people_of(people) == {
        "residential:r0c0": 10,
        "residential:r0c1": 20,
        "residential:r1c0": 30,
        "residential:r1c1": 40,
    }
    middles = people.units.geometry.to_crs(FRAME).get_coordinates().to_numpy()
    expected = [(-250, 250), (250, 250), (-250, -250), (250, -250)]
    np.testing.assert_allclose(middles, expected, atol=0.01)
    assert people.units["cell"].map(lambda cell: cell.area).to_numpy() == pytest.approx(
        250_000, rel=1e-3
    )
    assert people.notes == []
    [line] = people.rasters
    assert line.startswith("people.tif: 2 x 2 cells of 500 x 500 metre, ")
    assert line.endswith(
        "no nodata value; 100.0 people in 4 cells around the area, 100.0 of them in it"
    )


def test_cells_partly_outside_count_by_their_share(tmp_path):
    # Columns from -750: half of the first and of the last lie in the area.
    raster(tmp_path, [[100, 100, 100], [100, 100, 100]], west=-750)
    people = placed(tmp_path, of_raster())
    found = people.units["people"].to_numpy()
    assert found == pytest.approx([50, 100, 50, 50, 100, 50], rel=1e-4)
    assert people.rasters[0].endswith(
        "600.0 people in 6 cells around the area, 400.0 of them in it"
    )


def test_mollweide_counts_every_person_once(tmp_path):
    """Cells of 100 m as GHSL has them: what they hold in the area is land times density."""
    frame = gpd.GeoSeries([INNER.buffer(400)], crs=FRAME).to_crs("ESRI:54009")
    west, south, east, north = (round(end, -2) for end in frame.total_bounds)
    values = np.full((int(north - south) // 100, int(east - west) // 100), 50.0)
    raster(tmp_path, values, west=west, north=north, cell=100, crs="ESRI:54009", nodata=-200)
    people = placed(tmp_path, of_raster())
    # 1 km² at 50 people per cell of a hectare. Mollweide is drawn on a sphere as wide as the
    # equator: with e² = 0.00669438 and W² = 1 - e² sin² 31.4° = 0.998183, land is drawn
    # W⁴ / (1 - e²) = 1.00308 times as large. The drawing of the test is true to 0.04 %.
    assert exact_sum(people.units["people"]) == pytest.approx(5_000 * 1.00308, rel=4e-4)
    assert "World_Mollweide, band 1 of 1, nodata -200" in people.rasters[0]


def test_cells_are_spread_over_buildings_else_zones_else_the_middle(tmp_path):
    raster(tmp_path)
    people = placed(tmp_path, of_raster("osm = true"))
    found = people_of(people)
    # floor area 2 x 2,500 and 6 x 625 m²: 4 to 3
    west = {key: found.pop(key) for key in ("residential:way/30", "residential:way/40")}
    assert west["residential:way/30"] == pytest.approx(10 * 4 / 7, rel=1e-3)
    assert exact_sum(list(west.values())) == 10
    middle = {key: found.pop(key) for key in ("residential:r1c0", "residential:r1c1")}
    assert list(middle.values()) == [30, 40]
    assert {key.split("@")[0] for key in found} == {"residential:way/20"}
    assert exact_sum(list(found.values())) == 20
    assert exact_sum(people.units["people"]) == 100
    assert people.notes == [
        "people.tif: 70 people of 2 cells without building or zone of kind residential stand at a "
        "point inside"
    ]
    assert set(people.zones["kind"]) == {"residential"}


def test_storeys_of_a_building_that_does_not_say(tmp_path):
    raster(tmp_path, [[0, 0], [0, 40]])
    people = placed(tmp_path, of_raster("osm = true\nlevels_default = 3", kind="industrial"))
    assert people_of(people) == {"industrial:way/60": 40}
    assert people.units["weight"].iloc[0] == pytest.approx(80 * 80 * 3, rel=1e-3)


def test_people_per_km2_become_people(tmp_path):
    raster(tmp_path, [[4, 8], [0, 0]])
    people = placed(tmp_path, of_raster('raster_unit = "people_per_km2"'))
    assert people.units["people"].to_numpy() == pytest.approx([1, 2], rel=1e-3)  # 0.25 km² each


def test_what_is_doubtful_about_a_raster_is_said(tmp_path):
    raster(tmp_path, [[100_000, 80_000]])
    half, dense = placed(tmp_path, of_raster()).notes
    assert half == "people.tif: 50.0% of the area lie outside the raster; nobody is counted there"
    # 180,000 people on 0.5 km²
    assert dense.startswith("people.tif: its cells hold 360,")
    assert dense.endswith(
        'people per km²; if they are densities, set raster_unit = "people_per_km2"'
    )
    raster(tmp_path, np.array([[100_000, 80_000]] * 2))
    assert placed(tmp_path, of_raster('raster_unit = "people_per_km2"')).notes == []


def test_two_tiles_of_one_kind_are_told_apart(tmp_path):
    raster(tmp_path, [[10], [30]], name="west.tif")
    raster(tmp_path, [[20], [40]], name="east.tif", west=0)
    both = of_raster(name="west.tif") + of_raster(name="east.tif")
    people = placed(tmp_path, both)
    assert people_of(people) == {
        "residential:r0c0": 10,
        "residential:r1c0": 30,
        "residential:2@r0c0": 20,
        "residential:2@r1c0": 40,
    }
    assert [note.split(":")[0] for note in people.notes] == ["west.tif", "east.tif"]
    with pytest.raises(DemandError, match="residential:r0c0 stands in two tables of demand"):
        placed(tmp_path, of_raster(name="west.tif") * 2)


def test_an_empty_raster_is_nobody(tmp_path):
    raster(tmp_path, [[0, 0], [0, -1]])
    with pytest.raises(DemandError, match="or no cell of its raster holds anybody"):
        placed(tmp_path, of_raster())
    raster(tmp_path, name="far.tif", west=900_000)
    with pytest.raises(SourceError, match=r"far\.tif: does not reach the area"):
        placed(tmp_path, of_raster(name="far.tif"))


def test_without_a_boundary_the_streets_tell_which_cells_are_read(tmp_path):
    raster(tmp_path, np.ones((40, 40)), west=-10_000, north=10_000)
    people = placed(tmp_path, of_raster(), area=None)
    # The hull of the cross is a rhombus of 4 x 2 km: 4 km², 16 cells' worth.
    assert exact_sum(people.units["people"]) == pytest.approx(16, rel=1e-3)


# -- polygons -------------------------------------------------------------------------------------


def test_totals_of_committees_are_spread_in_whole_people(tmp_path):
    north, south = box(-500, 0, 500, 500), box(-500, -500, 500, 0)
    polygons(tmp_path, [north, south], [101, 7])
    people = placed(tmp_path, of_polygons())
    units = people.units.set_index("demand_id")["people"]
    # Land of the zone without buildings weighs as much as that of the other on average:
    # (5,000 + 3,750) m² of floor on 40,000 m² of land; its 5,000 m² count as 1,093.75 m² of floor.
    floor = {"residential:way/30": 5_000, "residential:way/40": 3_750}
    for name, floor_m2 in floor.items():
        assert units[name] == pytest.approx(101 * floor_m2 / 9_843.75, abs=1)
    assert units.drop("residential:row2").sum() == 101
    assert (units % 1 == 0).all()
    assert units["residential:row2"] == 7
    assert people.notes == [
        "committees.geojson: 7 people of 1 polygons without building or zone of kind residential "
        "stand at a point inside: row 2 (C2)"
    ]
    point = people.units.set_index("demand_id").to_crs(FRAME).geometry["residential:row2"]
    assert point.distance(Point(0, -250)) < 1
    assert people.units.set_index("demand_id")["cell"]["residential:row2"] is None


def test_workers_and_visitors_likewise(tmp_path):
    polygons(tmp_path, [INNER], [640])
    people = placed(tmp_path, of_polygons(kind="industrial"))
    assert people_of(people) == {"industrial:way/60": 640}
    people = placed(tmp_path, of_polygons(kind="commercial"))
    assert people_of(people) == {"commercial:row1": 640}


def test_people_of_polygons_outside_the_area_are_said(tmp_path):
    # A tenth of the first lies outside, all of the second, and of the third a sliver.
    shapes = [box(-600, 0, 400, 500), box(600, 0, 700, 100), box(-500, -501, 0, -1)]
    polygons(tmp_path, shapes, [1000, 20, 50])
    people = placed(tmp_path, of_polygons())
    assert exact_sum(people.units["people"]) == pytest.approx(950, rel=1e-4)
    assert people_of(people)["residential:row3"] == 50
    assert people.notes[0] == (
        "committees.geojson: 120 people of polygons outside the area, or of their parts there, are "
        "not counted"
    )
    polygons(tmp_path, [box(600, 0, 700, 100)], [20])
    with pytest.raises(SourceError, match="all 1 polygons with people lie outside the study area"):
        placed(tmp_path, of_polygons())


def test_polygons_that_overlap_are_named(tmp_path):
    polygons(tmp_path, [box(-500, 0, 100, 500), box(0, 0, 500, 500)], [10, 20])
    with pytest.raises(SourceError, match=r"row 1 \(C1\) and row 2 \(C2\) overlap by 0\.05 km²"):
        placed(tmp_path, of_polygons())
    polygons(tmp_path, [box(-500, 0, 1, 500), box(0, 0, 500, 500)], [10, 20])  # a sliver
    assert exact_sum(placed(tmp_path, of_polygons()).units["people"]) == 30


def test_empty_people_of_a_polygon_count_0_and_are_listed(tmp_path):
    polygons(tmp_path, [box(-500, 0, 0, 500), box(0, 0, 500, 500)], [10, None])
    people = placed(tmp_path, of_polygons())
    assert exact_sum(people.units["people"]) == 10
    assert people.dropped == [
        {
            "file": "committees.geojson",
            "row": 2,
            "reason": "residents: empty people counted as 0",
        }
    ]


@pytest.mark.parametrize(
    ("people", "message"),
    [
        ([-5, "1"], "row 1: residents -5 is negative; give 0 or more"),
        (["many", "1"], "row 1: residents 'many' is no number; correct it"),
        (["1", "2e9"], "row 2: residents is more than a place can hold; correct it"),
    ],
)
def test_people_that_are_none_are_refused_with_their_row(tmp_path, people, message):
    polygons(tmp_path, [box(-500, 0, 0, 500), box(0, 0, 500, 500)], list(map(str, people)))
    with pytest.raises(SourceError, match=message):
        placed(tmp_path, of_polygons())
    with pytest.raises(SourceError, match=r"no column 'workers'.*it has name, residents"):
        placed(tmp_path, of_polygons().replace("residents", "workers"))


# -- a whole plan ---------------------------------------------------------------------------------


def test_run_and_check_count_the_same_people_of_both_sources(tmp_path):
    raster(tmp_path)
    polygons(tmp_path, [INNER], [640])
    demand = of_raster("osm = true") + of_polygons(kind="industrial")
    inputs = inputs_of(tmp_path, demand, drawing=QUARTER, area=INNER)
    result, found = run_plan(inputs), check_inputs(inputs)
    people = {
        row["kind"]: row["people"]
        for row in result.summary["coverage"]
        if row["area"] == "all" and row["cutoff_minutes"] == 15
    }
    assert people == {"all": 740, "residential": 100, "industrial": 640}
    assert exact_sum(found.people.units["people"]) == 740
    assert found.people.rasters[0].endswith("100.0 of them in it")
    assert set(result.provenance["inputs"]) >= {"people.tif", "committees.geojson"}
    assert found.warnings == result.summary["warnings"]
    json.dumps(result.summary, allow_nan=False)


def test_the_template_offers_both():
    text = build_template(PlanStart("a", "a.osm"))
    assert '#raster = "worldpop.tif"\n' in text
    assert '#polygons = "committees.geojson"\n' in text


def test_people_of_committees_as_people_write_them(tmp_path):
    """Headings in Chinese, a number with a separator and one with its unit."""
    path = tmp_path / "committees.geojson"
    polygons(tmp_path, [box(-500, 0, 0, 500), box(0, 0, 500, 500)], ["1,020", "３00人"])
    text = path.read_text(encoding="utf-8").replace('"residents"', '"常住人口"')
    path.write_text(text.replace('"name": "C', '"居委会": "C'), encoding="utf-8")
    people = placed(tmp_path, of_polygons().replace("residents", "常住人口"))
    assert exact_sum(people.units["people"]) == 1320
