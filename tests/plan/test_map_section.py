"""`[map]`: which maps from the internet a page may load, and which are refused with the reason."""

import pytest

from planner.errors import PlannerError
from planner.maps import draw_map
from planner.maps._basemap import find_basemap
from planner.plan._map_section import MapPage

KEY = "0123456789abcdef"


def test_without_the_section_there_is_none():
    assert MapPage().basemap is None
    assert find_basemap(None) is None
    assert find_basemap({"basemap": None, "key": None}) is None


@pytest.mark.parametrize(
    ("name", "datum"),
    [
        ("amap", "GCJ-02"), ("Gaode", "GCJ-02"), ("高德", "GCJ-02"), ("腾讯地图", "GCJ-02"),
        ("https://webrd01.is.autonavi.com/appmaptile?x={x}", "GCJ-02"),
        ("https://rt0.map.gtimg.com/tile", "GCJ-02"), ("google.cn", "GCJ-02"), ("baidu", "BD-09"),
    ],
)  # fmt: skip
def test_maps_in_another_datum_are_refused_with_the_reason(name, datum):
    with pytest.raises(ValueError, match=f"its tiles are in {datum}, hundreds of metres off"):
        MapPage(basemap=name)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"basemap": "tianditu"}, "needs its key"),
        ({"basemap": "osm", "key": KEY}, "can only stand with basemap tianditu"),
        ({"key": KEY}, "can only stand with basemap tianditu"),
        ({"basemap": "tianditu", "key": "';alert(1)//"}, "8 to 64 letters and digits"),
        ({"basemap": "stamen"}, "'osm' or 'tianditu'"),
    ],
)
def test_what_does_not_fit_is_refused(keys, said):
    with pytest.raises(ValueError, match=said):
        MapPage(**keys)


def test_only_the_host_of_the_map_is_allowed_by_the_page():
    plain = draw_map({}, {}, title="x").get_root().render()
    assert "img-src data:;" in plain
    assert "openstreetmap.org/{z}" not in plain
    osm = draw_map({}, {}, title="x", basemap={"basemap": "osm"}).get_root().render()
    assert "img-src data: https://tile.openstreetmap.org;" in osm
    asked = {"basemap": "tianditu", "key": KEY}
    page = draw_map({}, {}, title="x", basemap=asked).get_root().render()
    assert "img-src data: https://t0.tianditu.gov.cn;" in page
    assert f"tk={KEY}" in str(find_basemap(asked))


@pytest.mark.parametrize(
    "asked", [{"basemap": "http://evil"}, {"basemap": "tianditu", "key": '"><script>'},
              {"basemap": "tianditu", "key": None}, {"basemap": 5}],
)  # fmt: skip
def test_a_spoilt_run_names_no_other_host(asked):
    with pytest.raises(PlannerError):
        find_basemap(asked)
