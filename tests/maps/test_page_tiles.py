"""The map's drawing: which lines and tiles a view needs, and what stays right while it is moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import folium
import numpy as np
import pytest

from planner.maps import draw_map, write_map
from tests.maps import sample
from tests.maps.drawn import count_dots, read_dots, wait_until_drawn
from tests.maps.in_node import in_node
from tests.samples import at_night

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: A pen that notes what it is told.
PEN = """{ told: [], moveTo(x, y) { this.told.push([x, y]); },
           lineTo(x, y) { this.moveTo(x, y); }, closePath() { this.told.push('close'); } }"""


def trace(lines: list[list[float]], *, name: str = "traceLines", step: float = 0.0) -> Any:
    """Return what a pen is told of lines, each a flat list of x, y, in the box 0 to 10."""
    return in_node(
        f"""((pen) => {{
            const flat = new Float32Array(lines.flat());
            const shape = new Lines(flat, new Uint32Array(ends)).all;
            {name}(pen, shape, {{ box: {{ x0: 0, y0: 0, x1: 10, y1: 10 }}, step }});
            return pen.told; }})({PEN})""",
        lines=lines,
        ends=np.cumsum([len(line) // 2 for line in lines]).tolist(),
        step=step,
    )


# -- what is laid on the pen -----------------------------------------------------------------------


def test_a_line_in_sight_is_laid_point_by_point():
    assert trace([[1, 1, 5, 1, 5, 5]]) == [[1, 1], [5, 1], [5, 5]]


def test_a_line_out_of_sight_is_left_out():
    assert trace([[11, 1, 15, 1], [1, 1, 2, 2]]) == [[1, 1], [2, 2]]


def test_points_that_fall_together_are_left_out_but_not_the_last():
    told = trace([[1, 1, 1.2, 1, 1.4, 1, 3, 1, 3.1, 1]], step=0.5)
    assert told[0] == [1, 1]
    assert told[-1] == pytest.approx([3.1, 1], abs=1e-6)
    assert len(told) == 3


def test_a_run_of_points_on_one_side_of_the_view_is_cut_short():
    # It leaves to the right, wanders there, and comes back: what is inside stays the same.
    told = trace([[5, 5, 12, 5, 13, 8, 14, 3, 12, 6, 5, 6]])
    assert told == [[5, 5], [12, 5], [12, 6], [5, 6]]


def test_a_line_that_passes_by_a_corner_outside_keeps_its_bend():
    # From left of the view to above it: no side has both ends, so the bend may be seen.
    assert trace([[-1, 5, -1, -1, 5, -1, 5, 5]]) == [[-1, 5], [-1, -1], [5, -1], [5, 5]]


def test_rings_are_closed_and_specks_left_out():
    ring, speck = [1, 1, 4, 1, 4, 4], [6, 6, 6.1, 6, 6.1, 6.1]
    assert trace([ring, speck], name="traceRings", step=0.5) == [[1, 1], [4, 1], [4, 4], "close"]


def test_a_point_in_a_hole_is_not_inside():
    rings = [[0, 0, 9, 0, 9, 9, 0, 9], [3, 3, 6, 3, 6, 6, 3, 6]]
    found = in_node(
        """((shape) => [[1, 1], [4, 4], [8, 5], [10, 5], [-1, 4], [NaN, 1]]
            .map(([x, y]) => shape.has(x, y)))(
            new Lines(new Float32Array(rings.flat()), new Uint32Array([4, 8])).all)""",
        rings=rings,
    )
    assert found == [True, False, True, False, False, False]


def test_changes_become_points_and_features_get_their_own_rings():
    """Steps of 0.01 degree: one unit east is 2^24 / 360 x 0.01 = 466.03 units of the plane."""
    shape = {"r": [1, 0, 2], "n": [3, 3, 3],
             "d": [0, 0, 1, 0, 0, 1, 5, 5, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1]}  # fmt: skip
    found = in_node(
        """readShapes(shape, new Plane([121, 31], 0.01)).map((one) => one
            && [one.first, one.last, one.box.x0, one.box.x1])""",
        shape=shape,
    )
    unit = 256 * 2**16 / 360 * 0.01
    assert found[0] == [0, 1, 0, pytest.approx(unit, rel=1e-6)]
    assert found[1] is None
    # the changes run on: 1 + 5 = 6, then 7; 8 and 9
    assert found[2] == [1, 3, pytest.approx(6 * unit, rel=1e-6), pytest.approx(9 * unit, rel=1e-6)]


def test_a_view_needs_the_tiles_that_it_meets_the_middle_ones_first():
    view = {"left": 500, "top": 0, "width": 1000, "height": 512}
    found = in_node("tilesOf(view)", view=view)
    assert found[0] == {"column": 1, "row": 0}  # its middle, 768, is nearest to 1000
    assert sorted(tile["column"] for tile in found) == [0, 1, 2]
    assert {tile["row"] for tile in found} == {0}
    assert len(in_node("tilesOf(view, 256)", view=view)) == 4 * 3
    assert in_node("tilesOf({ left: 0, top: 0, width: 0, height: 500 }, 256)") == []


# -- in a browser ----------------------------------------------------------------------------------


def go(page: Page, lat: float, lon: float, zoom: float) -> None:
    """Show a place at once."""
    page.evaluate(f"void planner.map.setView([{lat}, {lon}], {zoom}, {{ animate: false }})")


def where(page: Page) -> tuple[float, float, float]:
    """Latitude, longitude and zoom in the middle of the map."""
    middle = "[planner.map.getCenter().lat, planner.map.getCenter().lng, planner.map.getZoom()]"
    lat, lon, zoom = page.evaluate(middle)
    return lat, lon, zoom


@pytest.mark.parametrize("dots", [1.5, at_night(1), at_night(3)])
def test_a_map_that_was_zoomed_and_dragged_is_that_of_a_fresh_page(visit, dots):
    with visit(device_scale_factor=dots) as page:
        wait_until_drawn(page)
        page.evaluate("planner.map.options.inertia = false")  # it would glide on for a while
        page.mouse.move(900, 450)
        for turn in (-120, -120, 120):
            page.mouse.wheel(0, turn)
            page.wait_for_timeout(150)
        page.wait_for_timeout(500)  # until the last turn of the wheel counts
        wait_until_drawn(page)
        page.mouse.down()
        for x in range(880, 500, -40):
            page.mouse.move(x, x)
        page.mouse.up()
        page.mouse.move(2, 2)  # on nothing
        wait_until_drawn(page)
        page.evaluate("planner.hover(null)")
        place = where(page)
        moved = read_dots(page)
        assert where(page) == place
    with visit(device_scale_factor=dots) as page:
        go(page, *place)
        assert where(page)[2] == place[2]
        fresh = read_dots(page)
    assert len(np.unique(fresh @ np.array([65536, 256, 1]))) > 50
    off = np.argwhere((moved != fresh).any(axis=2))
    assert off.tolist() == []


def test_while_it_is_zoomed_the_map_is_never_blank(visit):
    """Tiles of the old zoom stay until there are those of the new one."""
    with visit() as page:
        wait_until_drawn(page)
        lat, lon, _ = where(page)
        page.evaluate(f"void planner.map.setView([{lat}, {lon}], 14, {{ animate: true }})")
        least = min(
            page.evaluate("planner.map.getPane('ground').querySelectorAll('canvas').length")
            for _ in range(20)
        )
        assert least >= 6
        wait_until_drawn(page)
        levels = page.evaluate("planner.map.getPane('ground').children.length")
        assert levels <= 2  # that of the zoom, and the farthest below it for when it is zoomed out


def test_while_the_wheel_turns_the_map_is_only_moved_and_scaled(visit):
    count = """window.painted = 0;
        for (const layer of [planner.findings, planner.names]) {
            const paint = layer.paint.bind(layer);
            layer.paint = () => { painted++; paint(); }; }
        { const draw = planner.ground.options.draw;
          planner.ground.options.draw = function* (...all) { painted++; yield* draw(...all); }; }"""
    # Five turns as of a hand, and what was painted 50 ms after the last.
    turn = """(async () => {
        const map = planner.map.getContainer();
        const wait = (ms) => new Promise((done) => setTimeout(done, ms));
        for (let i = 0; i < 5; i++) {
            map.dispatchEvent(new WheelEvent('wheel', { deltaY: -120, clientX: 900, clientY: 450,
                bubbles: true, cancelable: true }));
            await wait(60);
        }
        return [painted, planner.zooming.busy, document.body.dataset.drawn]; })()"""
    with visit() as page:
        wait_until_drawn(page)
        page.evaluate(count)
        zoom = where(page)[2]
        assert page.evaluate(turn) == [0, True, "false"]
        wait_until_drawn(page)
        assert where(page)[2] > zoom
        assert page.evaluate("planner.zooming.busy") is False
        assert page.evaluate("painted") > 2


def test_what_is_chosen_is_drawn_anew_and_what_does_not_matter_is_not(visit):
    with visit() as page:
        before = read_dots(page)
        page.evaluate("""{ const old = planner.ground.options.draw; window.drawn = 0;
            planner.ground.options.draw = function* (...all) { drawn++; yield* old(...all); } }""")
        page.click("#gaps button >> nth=1")
        page.keyboard.press("Escape")
        page.evaluate("void planner.switchLayer('gaps', false)")
        without = read_dots(page)
        drawn = page.evaluate("drawn")
        page.evaluate("planner.hover('f0')")
        wait_until_drawn(page)
        assert page.evaluate("drawn") == drawn > 0
        assert (without != before).any()


def test_a_layer_of_folium_lies_on_the_map_and_tiles_below_show_through(visit, tmp_path):
    page_map = draw_map(sample.layers(), sample.summary(), title="演示区")
    folium.CircleMarker(list(page_map.location), radius=9).add_to(page_map)
    with visit(path=write_map(page_map, tmp_path / "map.html")) as page:
        wait_until_drawn(page)
        assert page.locator(".leaflet-overlay-pane path").is_visible()
        paper = (246, 244, 239)
        assert count_dots(page, paper) > 10_000
        alpha = """(() => { const canvas = planner.map.getPane('ground').querySelector('canvas');
            const { data } = canvas.getContext('2d').getImageData(0, 0, 513, 513);
            let clear = 0; for (let i = 3; i < data.length; i += 4) clear += data[i] === 0;
            return clear; })()"""
        assert page.evaluate(alpha) == 0
        page.evaluate("""{ planner.map.getPane('tilePane').append(document.createElement('div'));
                         planner.ground.repaint(); }""")
        wait_until_drawn(page)
        assert page.evaluate(alpha) > 1000


def test_no_task_is_long_after_loading(visit):
    """Slices take 8 ms, give or take one step: 50 on a machine that others use too is far off."""
    with visit() as page:
        wait_until_drawn(page)
        spent = page.evaluate("""(async () => {
            const slices = planner.ground._slices, slice = slices.slice.bind(slices), spent = [];
            slices.slice = () => { const start = performance.now(); slice();
                                   spent.push(performance.now() - start); };
            planner.map.setView(planner.map.getCenter(), 14, { animate: false });
            await new Promise((done) => setTimeout(done, 1500));
            return spent; })()""")
        assert len(spent) > 3
        assert float(np.median(spent)) < 25
