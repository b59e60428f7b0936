"""Streets from a layer of lines: where they meet, what columns mean, how far it is to walk."""

import random

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from planner.crs import unproject
from planner.errors import SourceError
from planner.network import build_network
from planner.network.surroundings import find_surroundings
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from planner.sources.street_lines import join_vertices, load_street_lines
from tests.cities.drawing import FRAME, minutes_between
from tests.cities.small_city import contents, write_city
from tests.cities.tiny_streets import about

COLUMNS = {"highway": "等级", "name": "名称"}
VALUES = {"主干路": "primary", "支路": "residential", "人行道": "footway", "快速路": "motorway"}
#: A street of 1,000 m; a path of 300 m to its north from the middle; a bridge over both its ends.
LINES = [
    ("支路", "长街", [(0, 0), (500, 0), (1000, 0)]),
    ("人行道", "", [(500, 0), (500, 300)]),
    ("主干路", "高架", [(500, 300), (1000, 300), (1000, -300)]),
]


def write(folder, lines=LINES, name="lines.gpkg", crs=FRAME, **more):
    """Write lines drawn in metres as a layer; `more` are columns."""
    table = {"等级": [row[0] for row in lines], "名称": [row[1] for row in lines], **more}
    shapes = [shapely.LineString(row[2]) if isinstance(row[2], list) else row[2] for row in lines]
    path = folder / name
    layer = gpd.GeoDataFrame(table, geometry=shapes, crs=FRAME).to_crs(crs)
    if name.endswith(".parquet"):
        layer.to_parquet(path)
    else:
        layer.to_file(path, encoding="utf-8" if name.endswith(".shp") else None)
    return path


def load(path, columns=COLUMNS, values=VALUES, **options):
    return load_street_lines(path, columns=columns, values=values, **options)


def network_of(path, **options):
    extract, _ = load(path, **options)
    return build_network(extract.ways, FRAME, around=find_surroundings(extract, FRAME))


def walk(path, home, target, **options):
    """Minutes from one place (metres) to another at 100 metres a minute."""
    return minutes_between(network_of(path, **options), home, target)


@pytest.mark.parametrize("name", ["lines.shp", "lines.gpkg", "lines.geojson", "lines.parquet"])
def test_lines_are_walked_where_they_meet(tmp_path, name):
    """From the west end 500 m along the street and 300 m up the path: 8 minutes."""
    path = write(tmp_path, name=name, crs=4326 if name.endswith("json") else FRAME)
    assert walk(path, (0, 0), (500, 300)) == about(8.0)


def test_lines_that_cross_without_a_common_point_do_not_meet(tmp_path):
    """The elevated road crosses the end of the street at (1000, 0), where it has no vertex.

    From there to (1000, 150) it is 500 m back, 300 m up, 500 m east and 150 m down.
    """
    path = write(tmp_path)
    assert walk(path, (1000, -300), (1000, 300)) == about(6.0)
    assert walk(path, (0, 0), (1000, 300)) == about(5.0 + 3.0 + 5.0)


@pytest.mark.parametrize(("gap_m", "meets"), [(0.0, True), (0.009, True), (0.02, False)])
def test_ends_within_a_centimetre_meet(tmp_path, gap_m, meets):
    """Two streets of 500 m whose ends lie a little apart."""
    lines = [("支路", "", [(0, 0), (500, 0)]), ("支路", "", [(500 + gap_m, 0), (1000, 0)])]
    extract, _ = load(write(tmp_path, lines))
    assert len(np.unique(extract.ways.node_id)) == (3 if meets else 4)


def test_a_word_means_what_the_plan_says(tmp_path):
    """Ring roads are motorways here, so nobody walks them."""
    lines = [*LINES, ("快速路", "", [(0, 0), (0, 900)]), ("匝道", "", [(0, 900), (5, 950)])]
    extract, notes = load(write(tmp_path, lines))
    assert sorted(extract.ways.way_id) == [-3, -2, -1]  # the number of its row, below 0
    assert set(extract.ways.highway) == {"residential", "footway", "primary"}
    assert set(extract.ways.name) == {"长街", "", "高架"}
    assert notes == [
        "lines.gpkg: lines that are no street on foot: 1 of 'motorway', 1 of '匝道'; "
        "[network.values] may say what the words mean"
    ]


def test_other_columns_are_tags_too(tmp_path):
    """A path that is private, a bridge, steps: as in an extract."""
    path = write(
        tmp_path, access=["", "private", ""], 桥=["", "", "是"], foot=["yes", "", "no"],
    )  # fmt: skip
    extract, _ = load(path, columns=COLUMNS | {"bridge": "桥"}, values=VALUES | {"是": "yes"})
    by_row = {-way: n for n, way in enumerate(extract.ways.way_id.tolist())}
    assert sorted(by_row) == [1, 2]  # foot=no on the third
    assert extract.ways.residents[by_row[2]]
    extract, _ = load(path, columns=COLUMNS | {"bridge": "桥", "foot": "名称"},
                      values=VALUES | {"是": "yes"})  # fmt: skip
    by_row = {-way: n for n, way in enumerate(extract.ways.way_id.tolist())}
    assert extract.ways.elevated[by_row[3]]
    assert not extract.ways.elevated[by_row[1]]


def test_parts_of_a_line_and_lines_with_heights(tmp_path):
    several = shapely.MultiLineString([[(0, 0), (100, 0)], [(100, 0), (200, 50)]])
    high = shapely.LineString([(200, 50, 7.0), (300, 50, 8.0)])
    extract, _ = load(write(tmp_path, [("支路", "", several), ("支路", "", high)]))
    assert len(extract.ways) == 3
    assert len(np.unique(extract.ways.node_id)) == 4


def test_lines_in_gcj02_that_say_wgs84(tmp_path):
    path = write(tmp_path, name="lines.geojson", crs=4326)
    plain, _ = load(path)
    moved, _ = load(path, crs="GCJ-02")
    off_m = np.abs(moved.ways.lonlat - plain.ways.lonlat).max() * 100_000
    assert 100 < off_m < 1000


@pytest.mark.parametrize(
    ("lines", "options", "what"),
    [
        (LINES, {"columns": {"highway": "级别"}}, r"has no column '级别', .* it has '等级', "),
        (LINES, {"columns": {}}, "has no column highway"),
        (LINES, {"columns": {"colour": "名称"}}, r"\[network.columns\] colour: no key that is rea"),
        (LINES, {"values": {}}, "none of its 3 lines may be walked; their highway is '支路', "),
        ([("支路", "", shapely.Point(0, 0))], {}, "holds no line; .*row 1: geometry is no line"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(tmp_path, lines, options, what):
    with pytest.raises(SourceError, match=what) as told:
        load(write(tmp_path, lines), **options)
    assert "\n" not in str(told.value)


def test_a_table_is_no_layer(tmp_path):
    (tmp_path / "lines.csv").write_text("highway\nprimary\n")
    with pytest.raises(SourceError, match="holds no geometry; give a layer of lines"):
        load(tmp_path / "lines.csv", columns={})


def test_rows_that_are_no_lines_are_told(tmp_path):
    lines = [*LINES, ("支路", "", shapely.Point(0, 0))]
    _, notes = load(write(tmp_path, lines))
    assert notes == ["lines.gpkg: not used: row 4: geometry is no line"]


@given(order=st.permutations(range(12)), shift=st.floats(-0.004, 0.004))
def test_the_order_of_vertices_changes_no_node(order, shift):
    """Four places, each met by three lines within 4 mm of each other."""
    corners = np.repeat([(0.0, 0.0), (50.0, 0.0), (50.0, 30.0), (-7.0, 9.0)], 3, axis=0)
    corners[::3, 0] += shift
    lonlat = unproject(corners, FRAME)
    node, places = join_vertices(lonlat)
    assert len(places) == 4
    other, same = join_vertices(lonlat[list(order)])
    assert (same == places).all()
    assert (other == node[list(order)]).all()


def test_shuffled_rows_give_the_same_network(tmp_path):
    first = network_of(write(tmp_path))
    rows = list(LINES)
    random.Random(1).shuffle(rows)
    other = network_of(write(tmp_path, rows, name="other.gpkg"))
    assert (first.xy == other.xy).all()
    assert sorted(first.length_m) == sorted(other.length_m)


PLAN = """
streets = "lines.shp"
columns = { highway = "kind" }
values = { "street" = "residential" }
"""


def test_a_plan_walks_the_lines_and_takes_all_else_from_the_extract(tmp_path):
    plan = write_city(tmp_path)
    text = plan.read_text(encoding="utf-8").replace("[network]", f"[network]{PLAN}")
    plan.write_text(text, encoding="utf-8")
    line = shapely.LineString([(26.94, 60.525), (26.955, 60.532)])
    gpd.GeoDataFrame({"kind": ["street"]}, geometry=[line], crs=4326).to_file(
        tmp_path / "lines.shp", engine="pyogrio"
    )
    inputs = load_inputs(load_plan(plan))
    assert inputs.osm.ways.way_id.tolist() == [-1]
    assert len(inputs.osm.buildings) > 2_000
    assert {"lines.shp", "lines.dbf", "lines.shx"} <= inputs.hashes.keys()
    first = inputs.osm_hash
    plan.write_text(text.replace('"street" = "residential"', '"street" = "path"'), encoding="utf-8")
    assert load_inputs(load_plan(plan)).osm_hash != first


def test_a_plan_needs_no_extract_for_them(tmp_path):
    plan = write_city(tmp_path)
    text = plan.read_text(encoding="utf-8").splitlines(keepends=True)
    lines = [line if not line.startswith("osm =") else 'osm = "lines.geojson"\n' for line in text]
    plan.write_text("".join(lines), encoding="utf-8")
    line = shapely.LineString([(26.94, 60.525), (26.955, 60.532)])
    gpd.GeoDataFrame({"highway": ["path"]}, geometry=[line], crs=4326).to_file(
        tmp_path / "lines.geojson"
    )
    inputs = load_inputs(load_plan(plan))
    assert inputs.osm.ways.highway.tolist() == ["path"]
    assert inputs.osm.bounds is None
    assert contents(tmp_path)
