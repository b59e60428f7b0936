"""The policy of a page: its own scripts by their hash, whoever added them, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import re

import folium
import pytest
from folium import Figure

from planner.maps import draw_map, write_map
from planner.maps._page_policy import build_policy, find_scripts
from tests.maps import sample
from tests.samples import first


def draw(**options) -> folium.Map:
    return draw_map(sample.layers(), sample.summary(), title="演示区", **options)


def policy_of(page: str) -> dict[str, list[str]]:
    """Return the rules of a page: what each allows."""
    (content,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    rules = [rule.split() for rule in content.split("; ")]
    return {name: allowed for name, *allowed in rules}


def hash_of(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def test_each_script_is_named_once_by_its_hash():
    page = "<script>a</script><p title='<script>'><SCRIPT type='text/javascript'>b\r\nc</SCRIPT >"
    policy = build_policy(page + "<script>a</script><script src='x'></script>")
    assert f"script-src {hash_of('a')} {hash_of(chr(98) + chr(10) + 'c')};" in policy


def test_data_are_no_scripts():
    page = '<script type="text/plain">a</script><script type="application/json">{}</script>'
    assert find_scripts(page + "<script>1 < 2 && '&amp;'</script>") == ["1 < 2 && '&amp;'"]
    assert "script-src 'none';" in build_policy(page)


def test_pictures_and_workers_are_allowed_only_where_there_are_some():
    plain = build_policy("")
    assert "img-src data:;" in plain
    assert "worker-src" not in plain
    more = build_policy("", images=["https://tiles.example"], workers=True)
    assert "img-src data: https://tiles.example; worker-src blob:;" in more


def test_a_page_allows_what_it_is_made_of():
    page = str(draw().get_root().render())
    rules = policy_of(page)
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == ["'none'"]
    assert rules["style-src"] == ["'unsafe-inline'"]
    assert rules["img-src"] == ["data:"]
    assert rules["script-src"] == [hash_of(script) for script in find_scripts(page)]
    assert len(rules["script-src"]) == 4  # what decides, Leaflet, the program, what starts it
    assert 0 < page.index("Content-Security-Policy") < page.index("<script")


def test_the_policy_follows_what_is_added_between_two_renders():
    page_map = draw()
    first = str(page_map.get_root().render())
    folium.Marker([31.33, 121.45]).add_to(page_map)
    second = str(page_map.get_root().render())
    assert policy_of(first) != policy_of(second)
    assert policy_of(second)["script-src"] == [hash_of(one) for one in find_scripts(second)]
    assert second.count("Content-Security-Policy") == 1


@pytest.mark.parametrize("beside", ["before", "after"])
def test_in_a_figure_of_ones_own_beside_other_elements(beside):
    page_map, figure, other = draw(), Figure(width=600), folium.Element("")
    other._template = folium.template.Template("")
    other.render = lambda **_: figure.script.add_child(folium.Element("var other = 1;"), name="o")
    for one in (other, page_map) if beside == "before" else (page_map, other):
        figure.add_child(one)
    page = figure.render()
    assert "var other = 1;" in page
    assert policy_of(page)["script-src"] == [hash_of(one) for one in find_scripts(page)]


def decorated() -> folium.Map:
    """A page with what an analyst adds, popups and pins among it."""
    page_map = draw()
    group = folium.FeatureGroup("stations").add_to(page_map)
    folium.Marker([31.33, 121.45], popup="<b>here</b>", tooltip="there").add_to(group)
    folium.Marker([31.34, 121.46], icon=folium.Icon(color="red", icon="home")).add_to(group)
    folium.CircleMarker([31.32, 121.44], popup=folium.Popup("{{x}} `a` \r\n b")).add_to(page_map)
    shape = {"type": "Feature", "properties": {"name": "</script>甲"}, "geometry": {
        "type": "LineString", "coordinates": [[121.44, 31.32], [121.46, 31.34]]}}  # fmt: skip
    shapes = {"type": "FeatureCollection", "features": [shape]}
    folium.GeoJson(shapes, name="line", tooltip=folium.GeoJsonTooltip(["name"])).add_to(page_map)
    folium.LayerControl().add_to(page_map)
    return page_map


def test_what_an_analyst_adds_runs(visit, tmp_path):
    """`visit` fails on any request and any message, a breach of the policy among them."""
    with visit(path=write_map(decorated(), tmp_path / "map.html")) as page:
        assert page.locator(".leaflet-marker-icon").count() == 2
        widths = page.evaluate(
            "[...document.querySelectorAll('.leaflet-marker-icon')].map(e => e.naturalWidth > 0)"
        )
        assert widths == [True, True]
        page.evaluate("document.querySelector('.leaflet-marker-icon').click()")
        assert page.locator(".leaflet-popup b").inner_text() == "here"
        assert page.locator(".leaflet-control-layers-overlays label").count() == 2
        assert page.locator("path.leaflet-interactive").count() == 2
        page.click("#gaps button >> nth=1")
        assert page.locator(".planner-card").count() == 1
        # neither paper nor picture shows what was added, and paper says so
        page.evaluate("planner.printing.makeNow()")
        assert "地图上另加的图层未画出" in page.locator("#paper").text_content()
        page.evaluate("planner.map.eachLayer((one) => { if (planner.isAdded(one)) one.remove(); })")
        page.evaluate("planner.printing.makeNow()")
        assert "未画出" not in page.locator("#paper").text_content()


def test_what_an_analyst_adds_runs_in_a_notebook(visit, tmp_path):
    path = tmp_path / "notebook.html"
    frame = decorated()._repr_html_()
    path.write_text(f"<!DOCTYPE html><meta charset='utf-8'><body data-ready>{frame}", "utf-8")
    with visit(path=path) as page:
        inner = page.frame_locator("iframe")
        inner.locator("body[data-ready]").wait_for()
        assert inner.locator(".leaflet-marker-icon").count() == 2


def test_a_link_out_of_the_page_is_not_followed(browser, tmp_path):
    """folium's own style and script from the internet: the browser refuses them, the page works."""
    page_map = draw()
    page_map.get_root().header.add_child(folium.JavascriptLink("https://example.org/a.js"))
    page_map.get_root().header.add_child(folium.CssLink("https://example.org/a.css"))
    path = write_map(page_map, tmp_path / "map.html")
    page = browser.new_context(offline=True).new_page()
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_selector("body[data-ready]")
    assert asked == [path.as_uri()]
    page.context.close()


@pytest.mark.parametrize("way", first(1, [
    "const s = document.createElement('script'); s.text = 'harmed = 1'; document.body.append(s)",
    "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=harmed=1>')",
    "document.body.insertAdjacentHTML('beforeend', '<a id=a href=javascript:harmed=1>'); a.click()",
    "setTimeout('harmed = 1')",
    "setTimeout(() => new Function('harmed = 1')())",
]))  # fmt: skip
def test_what_comes_into_the_page_later_does_not_run(browser, tmp_path, way):
    page = browser.new_context(offline=True).new_page()
    page.goto(write_map(draw(), tmp_path / "map.html").as_uri())
    page.wait_for_selector("body[data-ready]")
    page.evaluate(f"() => {{ try {{ {way} }} catch (error) {{ }} }}")
    page.wait_for_timeout(100)
    assert page.evaluate("window.harmed") is None
    page.context.close()
