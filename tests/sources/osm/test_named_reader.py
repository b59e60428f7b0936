"""What an extract calls by a name or an address, drawn by hand."""

from pathlib import Path

import pytest

from planner.errors import SourceError
from planner.sources.osm.named_reader import load_named_places

OSM = """<osm version="0.6" generator="hand">
<node id="1" lat="31.40" lon="121.40"><tag k="name" v="宝钢图书馆"/><tag k="amenity" v="library"/>
 <tag k="alt_name" v="宝图;老图书馆"/>
 <tag k="addr:street" v="友谊路"/><tag k="addr:housenumber" v="88"/></node>
<node id="2" lat="31.40" lon="121.41"><tag k="addr:street" v="友谊路"/>
 <tag k="addr:housenumber" v="90弄"/></node>
<node id="3" lat="31.41" lon="121.40"><tag k="name" v="沈宅村"/><tag k="place" v="village"/></node>
<node id="4" lat="31.42" lon="121.40"><tag k="name" v="友谊路站"/>
 <tag k="highway" v="bus_stop"/></node>
<node id="5" lat="31.43" lon="121.40"><tag k="addr:street" v="Rua Bom Jesus"/>
 <tag k="addr:housenumber" v="12"/></node>
<node id="6" lat="31.44" lon="121.40"><tag k="name" v="一条线路"/></node>
<node id="11" lat="31.500" lon="121.500"/><node id="12" lat="31.500" lon="121.502"/>
<node id="13" lat="31.502" lon="121.502"/><node id="14" lat="31.502" lon="121.500"/>
<way id="21"><nd ref="11"/><nd ref="12"/><nd ref="13"/><nd ref="14"/><nd ref="11"/>
 <tag k="landuse" v="residential"/><tag k="name" v="宝钢一村"/></way>
<way id="22"><nd ref="11"/><nd ref="12"/><tag k="highway" v="residential"/>
 <tag k="name" v="友谊路"/></way>
<way id="23"><nd ref="12"/><nd ref="13"/><tag k="highway" v="residential"/>
 <tag k="name" v="友谊路"/></way>
<way id="24"><nd ref="13"/><nd ref="14"/><tag k="highway" v="service"/>
 <tag k="name" v="水产路"/></way>
</osm>"""


@pytest.fixture
def rows(tmp_path: Path):
    path = tmp_path / "hand.osm"
    path.write_text(OSM, encoding="utf-8")
    return load_named_places(path)


def test_all_names_and_addresses_are_there(rows):
    listed = sorted(zip(rows["name"], rows["address"], rows["kind"], strict=True))
    assert listed == sorted(
        [
            ("宝钢图书馆", "友谊路88号", "amenity"),
            ("宝图", "友谊路88号", "amenity"),
            ("老图书馆", "友谊路88号", "amenity"),
            ("", "友谊路90弄", "address"),
            ("沈宅村", "", "place"),
            ("友谊路站", "", "stop"),
            ("", "Rua Bom Jesus, 12", "address"),
            ("宝钢一村", "", "compound"),
            ("友谊路", "", "street"),
            ("水产路", "", "street"),
            ("友谊路/水产路", "", "crossing"),
        ]
    )


def test_an_area_reaches_as_far_as_its_corners(rows):
    area = rows[rows["kind"] == "compound"].iloc[0]
    assert (area["lon"], area["lat"]) == pytest.approx((121.501, 31.501))
    # 0.001 degrees are 111.3 m to the north and 94.9 m to the east.
    assert area["radius_m"] == pytest.approx((111.32**2 + 94.92**2) ** 0.5, rel=1e-3)


def test_a_street_reaches_from_its_middle_to_its_ends(rows):
    street = rows[(rows["kind"] == "street") & (rows["name"] == "友谊路")].iloc[0]
    assert (street["lon"], street["lat"]) == (121.502, 31.5)
    assert street["radius_m"] == pytest.approx(0.002 * 111_320, rel=1e-3)


def test_a_broken_file_is_told(tmp_path: Path):
    path = tmp_path / "broken.osm.pbf"
    path.write_bytes(b"no map")
    with pytest.raises(SourceError, match="not a readable OSM file"):
        load_named_places(path)


def test_streets_cross_where_they_share_a_point(rows):
    crossing = rows[rows["kind"] == "crossing"].iloc[0]
    assert (crossing["lon"], crossing["lat"]) == (121.502, 31.502)


def test_two_names_of_one_street_do_not_cross(tmp_path: Path):
    two = '<tag k="name" v="友谊路"/><tag k="name:zh" v="友谊大道"/>'
    path = tmp_path / "hand.osm"
    path.write_text(OSM.replace('<tag k="name" v="友谊路"/></way>', f"{two}</way>"), "utf-8")
    rows = load_named_places(path)
    crossings = rows.loc[rows["kind"] == "crossing", "name"]
    assert sorted(crossings) == ["友谊大道/水产路", "友谊路/水产路"]
