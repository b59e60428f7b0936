"""Texts that want to be scripts, in every text of the data, on every kind of page: nothing runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from planner.maps import PagePart, draw_map, write_map
from planner.maps._page_map import asset
from tests.maps import sample_sites, sample_walls
from tests.maps.script_payloads import PAYLOADS
from tests.samples import at_night

if TYPE_CHECKING:
    from collections.abc import Mapping

    import folium
    import geopandas as gpd
    from playwright.sync_api import Dialog

#: Words that the planner itself writes and the page looks rows up by.
KEPT = {"all", "residential", "industrial", "commercial", "covered", "gap", "unknown", "adult"}
KEPT_KEYS = {"kind", "rule_id", "verdict", "result"}
#: Words of a list: every other one is spoilt, so that what each of them shows is shown as well.
LISTED = {"cause", "reason", "level", "status", "domain", "state", "passes", "op", "action", "tier"}
MARKUP = """() => [...document.querySelectorAll('body *')].filter(e =>
    /^(SCRIPT|IFRAME|OBJECT|EMBED|BASE|FORM|META|LINK|VIDEO|AUDIO|MATH|IMG|STYLE|ANIMATE|MARQUEE)$/i
        .test(e.tagName) && !e.matches('body > script, #planner-data')
        && !e.matches('#paper img.paper-picture[src^="data:image/"], #paper img.swatch')
    || [...e.attributes].some(a => /^on/i.test(a.name)
        || /^(href|src|srcdoc|action|formaction)$/i.test(a.name)
            && !/^(#|data:image|blob:)/.test(a.value)))
    .map(e => e.outerHTML.slice(0, 200))"""
# In every view and tab all that can be pressed, one after the other; then every choice of a list.
PRESS_ALL = """async () => {
    window.print = () => {}; window.open = () => null;
    const controls = 'button, summary, [role=button], label, input, a[href^="#"]';
    const ids = places => [...document.querySelectorAll(places)].map(e => e.id), seen = new Set();
    const name = e => [e.id || e.className, ...Object.values(e.dataset),
        (e.textContent || '').slice(0, 40)].join('|');
    const press = id => { const e = document.getElementById(id);
        if (e && e.getClientRects().length) e.click(); };
    const chosen = id => { const e = document.getElementById(id);
        return e && e.getAttribute('aria-selected') === 'true'; };
    const fresh = () => [...document.querySelectorAll(controls)].find(e => e.getClientRects().length
        && e.id !== 'lang' && !e.matches('#tabs *, #views *') && !seen.has(name(e)));
    for (const view of ids('#views button').concat('')) {
        press(view);
        for (const tab of ids('#tabs button')) {
            for (let turn = 0, next; turn < 100; turn++) {
                if (!chosen(tab)) press(tab);
                if (!(next = fresh())) break;
                seen.add(name(next));
                next.click();
            }
            await new Promise(requestAnimationFrame);
        }
    }
    for (const id of ids('select')) {
        for (let at = 7; document.getElementById(id) && at >= 0; at--) { // the first one last
            const list = document.getElementById(id);
            list.selectedIndex = Math.min(at, list.options.length - 1);
            list.dispatchEvent(new Event('change', { bubbles: true }));
        }
    }
    return seen.size; }"""
POINT_EVERYWHERE = """step => { const { map } = planner, size = map.getSize();
    for (const zoom of [13, 16]) {
        map.setZoom(zoom, { animate: false });
        for (let x = 0.05; x < 1; x += step) for (let y = 0.05; y < 1; y += step) {
            const containerPoint = L.point(x * size.x, y * size.y);
            const latlng = map.containerPointToLatLng(containerPoint);
            const told = { latlng, containerPoint, layerPoint: map.latLngToLayerPoint(latlng) };
            for (const type of ['mousemove', 'click']) map.fire(type, told);
        }
    } }"""
TYPE_EACH = """texts => { for (const text of texts) {
    location.hash = '#town=' + encodeURIComponent(text);
    location.hash = text;
    for (const field of document.querySelectorAll('input[type=text], input[type=search]')) {
        field.value = text; field.dispatchEvent(new Event('input', { bubbles: true }));
    } } }"""


class Spoiler:
    """Puts a payload in place of each text, the same for the same text, so that ids still join."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.known: dict[str, str] = {}

    def text(self, text: str) -> str:
        if text in KEPT or not text:
            return text
        count = len(self.known)
        # Each as it stands first; a second time with a number, as two ids must differ.
        again = f" {count}" if count >= len(PAYLOADS) else ""
        return self.known.setdefault(text, PAYLOADS[(self.start + count) % len(PAYLOADS)] + again)

    def tree(self, value: Any, key: str = "", place: int = 0) -> Any:
        """Every text of a tree; of words of a list every other one."""
        if isinstance(value, dict):
            return {name: self.tree(part, name, place) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return [self.tree(part, key, at) for at, part in enumerate(value)]
        if not isinstance(value, str) or key in KEPT_KEYS or (key in LISTED and place % 2):
            return value
        return self.text(value)

    def layers(self, layers: Mapping[str, gpd.GeoDataFrame]) -> dict[str, gpd.GeoDataFrame]:
        """Every text of every column."""
        spoilt = {}
        for name, layer in layers.items():
            spoilt[name] = layer = layer.copy()
            for column in layer.columns.drop("geometry"):
                if pd.api.types.is_string_dtype(layer[column]) or layer[column].dtype == object:
                    layer[column] = [
                        self.tree(value, column, at) for at, value in enumerate(layer[column])
                    ]
        return spoilt


def page_of(kind: str, start: int) -> folium.Map:
    spoil = Spoiler(start)
    layers, summary = spoil.layers(sample_walls.layers()), spoil.tree(sample_walls.summary())
    parts: dict[str, Any] = {}
    if kind in {"proposal", "all"}:
        content = spoil.tree(sample_sites.proposal())
        parts["proposal"] = PagePart(content, spoil.layers(sample_sites.site_layers()))
    if kind in {"comparison", "all"}:
        content = spoil.tree(sample_sites.comparison())
        parts["comparison"] = PagePart(content, spoil.layers(sample_sites.compared_layers()))
    # None is left out by day either: the texts of the sample are more than the payloads.
    assert len(spoil.known) > len(PAYLOADS) >= 100
    title = PAYLOADS[start % len(PAYLOADS)]
    view = kind if kind in parts else "today"
    return draw_map(layers, summary, **parts, view=view, title=title, date=title, credit=title,
                    synthetic=True)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "start", "turns", "step"),
    [
        ("all", 0, 1, 0.3),  # by day one page of all views, with less pointing at its map
        *(
            at_night(kind, start, 2, 0.15)
            for kind in ("run", "proposal", "comparison")
            for start in range(0, len(PAYLOADS), 9)
        ),
    ],
)
def test_nothing_runs_whatever_is_pressed(visit, tmp_path, kind, start, turns, step):
    """`visit` fails on any request and any message, and a breach of the policy is a message."""
    path = write_map(page_of(kind, start), tmp_path / "map.html")
    # What a template is filled in with: the payloads have 7*'7'. The program has 41 / 180 itself.
    assert "7777777" not in path.read_text(encoding="utf-8").replace(asset("page.js"), "")
    with visit(path=path, reduced_motion="reduce") as page:
        dialogs: list[str] = []

        def dismiss(dialog: Dialog) -> None:
            dialogs.append(dialog.message)
            dialog.dismiss()

        page.on("dialog", dismiss)
        own = page.evaluate(MARKUP)
        for _ in range(turns):
            assert page.evaluate(PRESS_ALL) > 20
            page.evaluate(POINT_EVERYWHERE, step)
            page.evaluate("document.getElementById('lang').click()")
        page.evaluate(TYPE_EACH, PAYLOADS)
        page.wait_for_timeout(50)
        assert page.evaluate(MARKUP) == own == []
        assert page.evaluate("window.harmed") is None
        assert page.evaluate("({}).harmed") is None
        assert dialogs == []
        page.remove_listener("dialog", dismiss)
