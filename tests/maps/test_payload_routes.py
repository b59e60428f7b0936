"""What the page is told of routes."""

from __future__ import annotations

import pytest

from planner.maps._map_grid import MapGrid
from planner.maps._routes_payload import build_routes_payload
from planner.routes.theme_colours import choose_theme_colours
from tests import sample_routes

GRID = MapGrid(lon=121.40, lat=31.30)


def build(**content):
    return build_routes_payload(sample_routes.content() | content, sample_routes.layers(), GRID)


def test_stops_and_legs_stand_in_the_order_of_the_routes():
    found = build()
    assert found["routes"]["theme"] == ["红色", "低碳"]
    assert found["stops"]["route"] == [0, 0, 0, 1, 1]
    assert found["stops"]["order"] == [1, 2, 3, 1, 2]
    assert found["stops"]["arrive"] == ["09:10", "09:48", "10:50", "09:00", "10:11"]
    # 0.04 and 0.03 of a degree from the origin, in steps of 1e-5; then by how much each moves.
    assert found["stops"]["xy"][:4] == [4000, 3000, 600, 0]
    assert found["legs"]["order"] == [1, 2, 3, 2]
    assert found["legs"]["by"] == ["walk", "walk", "walk", "coach"]
    assert found["legs"]["line"]["n"] == [2, 3, 2, 3]


def test_rows_of_layers_in_any_order_give_the_same():
    layers = sample_routes.layers()
    turned = {name: layer.iloc[::-1] for name, layer in layers.items()}
    assert build_routes_payload(sample_routes.content(), turned, GRID) == build()


def test_without_a_route_the_page_still_says_why():
    layers = {name: layer.iloc[:0] for name, layer in sample_routes.layers().items()}
    layers["sites"] = sample_routes.layers()["sites"]
    note = "routes.bus.streets: no street of the map is of class 'secondry'"
    content = sample_routes.content() | {"routes": [], "notes": [note]}
    found = build_routes_payload(content, layers, GRID)
    assert found["routes"]["count"] == found["legs"]["count"] == 0
    assert found["left"]["count"] == len(content["left_out"])
    zh = "routes.bus.streets：地图中没有 'secondry' 等级的道路"
    assert found["notes"] == [{"en": note, "zh": zh}]


def test_no_id_of_the_data_is_among_it():
    content, layers = sample_routes.content(), sample_routes.layers()
    for row in (*content["left_out"], *content["templates"]):
        row.update({key: f"SECRET{value}" for key, value in row.items() if key.endswith("_id")})
    for name in ("stops", "sites"):
        layers[name]["site_id"] = "SECRET" + layers[name]["site_id"]
    layers["stops"]["template"] = "SECRET" + layers["stops"]["template"]
    found = build_routes_payload(content, layers, GRID)
    assert "SECRET" not in repr(found)
    assert found["stops"]["template"] == [0, None, None, 1, None]


def test_sites_left_out_have_their_reason_and_their_place():
    left = build()["left"]
    assert left["name"] == ["夜校旧址", "太阳能示范楼", "纺织博物馆"]
    assert left["reason"] == ["closed then", "group too large", "not chosen"]
    assert left["xy"] == [2000, 2000, 4000, -1000, -5000, 5000]


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://example.org/a?b=1#c", "https://example.org/a?b=1#c"),
        ("javascript:alert(1)", None), ("//example.org", None), ("data:text/html,x", None),
        ("https://exa mple.org", None), ('https://e.org/"onclick="x', None), ("", None),
    ],
)  # fmt: skip
def test_only_an_address_of_the_web_is_a_link(link, shown):
    found = build(templates=[{"template_id": "M1", "name": "a", "link": link}])
    assert found["templates"] == [{"name": "a", "minutes": None, "text": None, "link": shown}]


def test_themes_have_colours_of_their_own():
    assert choose_theme_colours(["红色", "低碳", "红色"]) == {"红色": "#b3202c", "低碳": "#2c7a3f"}
    many = choose_theme_colours([f"t{number}" for number in range(9)])
    assert len(set(many.values())) == 9
    assert len(choose_theme_colours(map(str, range(30)))) == 30
