"""Printed maps: what stands where, in which colour, in which words."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest
from matplotlib import font_manager
from PIL import Image

from planner.errors import PlannerError
from planner.reports.printed import choose_fonts, draw_map, find_font, prepare_layers, save_figure
from planner.reports.printed.free_room import FreeRoom, box_around
from planner.reports.printed.view import fit_view
from tests.reports.drawn_city import SITE, STATION, X, Y, draw_city

HATCHED, REACHED, NEAR, PAPER = (251, 146, 60), (207, 233, 226), (143, 205, 189), (246, 244, 239)


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    """The whole map, 16 cm wide without a key, and how a place in metres is found on it."""
    handover = draw_city(tmp_path_factory.mktemp("city"))
    figure = draw_map(handover, size_cm=(16.0, 9.0), legend=False)
    path = tmp_path_factory.mktemp("map") / "map.png"
    save_figure(figure, path, dpi=200)
    pixels = np.asarray(Image.open(path).convert("RGB")).astype(int)
    axes = figure.axes[0]
    box = axes.get_position()
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()

    def look(x: float, y: float) -> np.ndarray:
        across = box.x0 + (X + x - west) / (east - west) * box.width
        up = box.y0 + (Y + y - south) / (north - south) * box.height
        return pixels[round((1 - up) * pixels.shape[0]), round(across * pixels.shape[1])]

    return look, figure


def is_near(colour, wanted, most=6):
    return np.abs(np.asarray(colour) - np.asarray(wanted)).max() <= most


def count_tones(look, x0, x1, y0, y1, wanted):
    """How much of a rectangle has a tone: patterns and names lie on it."""
    seen = [
        is_near(look(x, y), wanted, 14)
        for x in np.linspace(x0, x1, 25) for y in np.linspace(y0, y1, 25)
    ]  # fmt: skip
    return np.mean(seen)


def test_the_colours_are_those_of_the_page_at_their_places(picture):
    look, _ = picture
    assert is_near(look(-600, 300), REACHED)  # within 15 minutes, not within 5
    assert is_near(look(-600, 120), NEAR)
    assert is_near(look(1500, 600), PAPER)
    # Gaps are paper under 30 % of orange, and hatched: their lines are darker.
    pale = np.array(PAPER) + (np.array(HATCHED) - np.array(PAPER)) * 0.3
    share = count_tones(look, 520, 880, -190, -60, pale)
    assert 0.3 < share < 0.95
    assert count_tones(look, 1200, 1600, 300, 600, PAPER) > 0.95


def test_a_metre_is_a_metre_in_both_directions(picture):
    _, figure = picture
    axes = figure.axes[0]
    size = figure.get_size_inches() * axes.get_position().size
    across = (axes.get_xlim()[1] - axes.get_xlim()[0]) / size[0]
    up = (axes.get_ylim()[1] - axes.get_ylim()[0]) / size[1]
    assert across == pytest.approx(up, rel=1e-6)


def texts_of(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_names_numbers_and_furniture_are_written(picture):
    _, figure = picture
    texts = texts_of(figure)
    assert {"Westtown", "Easttown", "1", "2", "N"} <= set(texts)
    assert any(re.fullmatch(r"[125]0*( m|\.?\d* km)", text) for text in texts)


def test_no_name_lies_on_another(picture):
    _, figure = picture
    renderer = figure.canvas.get_renderer()
    axes = figure.axes[0]
    names = [t for t in axes.texts if len(t.get_text()) > 2 and not t.get_text().endswith("m")]
    boxes = [text.get_window_extent(renderer) for text in names if not text.get_rotation()]
    assert len(boxes) >= 3
    for number, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:number])


def test_the_key_lists_what_is_shown_and_the_credit_stands_below(tmp_path):
    figure = draw_map(draw_city(tmp_path), size_cm=(16.0, None))
    key = " ".join(texts_of(figure))
    assert "5-minute walk" in key
    assert "Service gap (numbered)" in key
    assert "Railway" in key
    assert "motorway" not in key.lower()
    assert "© OpenStreetMap contributors" in key
    assert "Demo data, not real" in key
    assert "2026-03-01" in key


def test_a_map_of_a_town_counts_its_own_gaps(tmp_path):
    handover = draw_city(tmp_path)
    texts = texts_of(draw_map(handover, town="Westtown", size_cm=(12.0, 9.0), legend=False))
    # Mill Lane is the second gap of the area, and the first of its town.
    assert "1" in texts
    assert "2" not in texts


def test_a_map_of_a_site_names_what_is_near(tmp_path):
    figure = draw_map(draw_city(tmp_path), site="s1", size_cm=(16.0, 12.0))
    texts = texts_of(figure)
    assert "Newly served once built" in texts
    assert "Street it may stand on" in texts


def test_an_unknown_town_or_site_is_refused_with_near_names(tmp_path):
    handover = draw_city(tmp_path)
    with pytest.raises(PlannerError, match=r"^town 'Westown' is unknown; the nearest names are 'W"):
        draw_map(handover, town="Westown")
    with pytest.raises(PlannerError, match=r"^site 's9' is unknown"):
        draw_map(handover, site="s9")


def test_a_plan_with_streets_alone_has_a_map(tmp_path):
    handover = draw_city(tmp_path)
    handover.run.layers.update({name: None for name in handover.run.layers if name != "walk_edges"})
    for name in [name for name, one in handover.run.layers.items() if one is None]:
        del handover.run.layers[name]
    handover.proposal.layers.clear()
    figure = draw_map(handover, size_cm=(10.0, None))
    assert "Long Road" in texts_of(figure)
    with pytest.raises(PlannerError, match="this run counts no towns"):
        draw_map(handover, town="Westtown")


def test_a_view_is_centred_and_never_too_near():
    view = fit_view((0, 0, 100, 50), (100, 100), margin=0.0, least_m=10)
    assert view.box == (0, -25, 100, 75)
    assert view.m_per_mm == 1
    assert fit_view((0, 0, 0, 0), (100, 50), least_m=200).m_per_mm == 2


def test_room_is_given_once():
    room = FreeRoom(100, 50)
    assert room.take(box_around(50, 25, 20, 5))
    assert not room.take(box_around(55, 25, 20, 5))
    assert room.take(box_around(50, 35, 20, 5))
    assert not room.take(box_around(98, 25, 20, 5))  # over the edge
    room.reserve(0, 0, 10, 10)
    assert not room.take(box_around(8, 8, 6, 4))


def forget_fonts(monkeypatch, kept=("DejaVu Sans",)):
    fonts = [font for font in font_manager.fontManager.ttflist if font.name in kept]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", fonts)
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda *_, **__: [])


def test_a_missing_font_is_told_with_the_package_that_brings_one(monkeypatch, tmp_path):
    forget_fonts(monkeypatch)
    assert find_font("en", ["Westtown"]) == "DejaVu Sans"
    with pytest.raises(PlannerError, match="fonts-noto-cjk"):
        find_font("zh")
    # A page in English may have Chinese names.
    with pytest.raises(PlannerError, match="Microsoft YaHei"):
        draw_map(draw_city(tmp_path, west="大场镇"))
    draw_map(draw_city(tmp_path), size_cm=(8.0, None))


def test_a_font_installed_since_is_found(monkeypatch):
    font = find_font("zh")
    paths = [one.fname for one in font_manager.fontManager.ttflist if one.name == font]
    forget_fonts(monkeypatch)
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda *_, **__: [str(paths[0])])
    assert find_font("zh")


def test_what_is_prepared_once_is_drawn_the_same(tmp_path):
    handover = draw_city(tmp_path)
    layers = prepare_layers(handover)
    fonts = choose_fonts("en")
    for name, kept in (("a", {}), ("b", {"layers": layers, "fonts": fonts})):
        save_figure(
            draw_map(handover, size_cm=(8.0, None), **kept), tmp_path / f"{name}.png", dpi=80
        )
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_places_are_where_they_were_drawn(tmp_path):
    layers = prepare_layers(draw_city(tmp_path))
    station, site = layers.facilities.geometry[0], layers.sites.geometry[0]
    assert (station.x - X, station.y - Y) == pytest.approx((STATION.x, STATION.y), abs=0.01)
    assert (site.x - X, site.y - Y) == pytest.approx((SITE.x, SITE.y), abs=0.01)


def test_without_matplotlib_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib.backends.backend_agg", None)
    with pytest.raises(PlannerError, match=r"pip install 'planner\[report\]'$"):
        draw_map(draw_city(tmp_path))
