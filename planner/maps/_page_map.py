"""The page as a folium map: one HTML file with everything in it and no link out of it."""

from __future__ import annotations

import base64
import html
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
from folium.template import Template

if TYPE_CHECKING:
    from collections.abc import Sequence

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)


class PageMap(folium.Map):
    """A folium map that carries its own Leaflet, styles, engine and data.

    Other folium layers that need no link of their own can be added to it as usual.

    Parameters
    ----------
    data_json
        The page's data, safe inside a script element.
    title
        Title of the document, plain text.
    bounds
        [west, south, east, north] in degrees, shown at first.
    image_hosts
        Where pictures may be loaded from; by default nowhere.
    """

    # In place of folium's own lists, which link to files on the internet.
    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium declares them as instance variables
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    # The empty icon in it keeps browsers from asking a server for one.
    _template = Template(
        """
        {% macro header(this, kwargs) %}
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <link rel="icon" href="data:,">
            <style>{{ this.styles }}</style>
            <script>{{ this.leaflet }}</script>
            <script>{{ this.engine }}</script>
        {% endmacro %}
        {% macro html(this, kwargs) %}
            {{ this.skeleton }}
            <script type="application/json" id="planner-data">{{ this.data_json }}</script>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
            var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
                center: {{ this.location|tojson }}, zoom: 12, minZoom: 8, maxZoom: 19,
                zoomSnap: 0.25, zoomDelta: 0.5, wheelPxPerZoomLevel: 90,
                zoomControl: false, attributionControl: false,
                zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still,
                inertia: !still
            });
            window.planner = plannerPage({{ this.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(
        self,
        data_json: str,
        *,
        title: str,
        bounds: Sequence[float],
        image_hosts: Sequence[str] = (),
    ) -> None:
        west, south, east, north = bounds
        # No tiles: they would be loaded from the internet.
        super().__init__(location=[(south + north) / 2, (west + east) / 2], tiles=None)
        self._name = "PlannerMap"
        self._id = "page"  # folium draws one at random; the same input shall give the same bytes
        self.data_json = data_json
        self.styles = leaflet_css() + asset("page.css")
        self.leaflet = leaflet_js()
        self.engine = asset("page.js")
        place = f'<div class="folium-map" id="{self.get_name()}" role="application"></div>'
        self.skeleton = asset("page.html").replace("__MAP__", place)
        figure: Any = self.get_root()
        # folium writes a title into the page as it is.
        figure.title = html.escape(title)
        images = " ".join(("img-src data:", *image_hosts))
        policy = CONTENT_SECURITY_POLICY.replace("img-src data:", images)
        # First in the head: a policy binds only what comes after it.
        figure.header.add_child(
            folium.Element(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
            name="content_security_policy",
            index=0,
        )


@cache
def asset(name: str) -> str:
    """Return the text of one of the page's own files, as `make page` puts them together."""
    return (resources.files("planner.maps") / "assets" / name).read_text(encoding="utf-8")


@cache
def leaflet_js() -> str:
    """Leaflet without the reference to its source map."""
    script = _leaflet("leaflet.js").decode("utf-8")
    # Developer tools would ask for that file.
    return re.sub(r"//# sourceMappingURL=\S*", "", script).strip()


@cache
def leaflet_css() -> str:
    """Leaflet's styles, each image in them as a data URI."""
    styles = _leaflet("leaflet.css").decode("utf-8")
    # Drawing in old Internet Explorer, by a url() that is no picture and cannot be put in.
    styles = re.sub(r"[^;{}]*url\(#default#VML\);?", "", styles)
    return re.sub(r"url\((images/[\w.-]+)\)", lambda match: _data_uri(match[1]), styles)


def _data_uri(name: str) -> str:
    """Return a picture of Leaflet's as a CSS url() that asks for nothing."""
    content = base64.b64encode(_leaflet(name)).decode("ascii")
    return f"url(data:image/png;base64,{content})"


def _leaflet(name: str) -> bytes:
    """Return a file of the package xstatic-leaflet."""
    from xstatic.pkg import leaflet

    return (Path(leaflet.BASE_DIR) / name).read_bytes()
