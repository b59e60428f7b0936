"""The page as a folium map: one HTML file with everything in it and no link out of it."""

from __future__ import annotations

import base64
import html
import json
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
from folium.template import Template

from planner.maps._inline_page import show_inline
from planner.maps._page_policy import build_policy
from planner.sources.versions import name_writer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_POLICY = "content_security_policy"
#: Runs before all else: what goes wrong from here on leaves the picture in sight. In words that the
#: oldest browsers know; what they cannot read of the scripts after it is an error here.
STARTING = (
    "document.documentElement.className='starting';"
    "window.onerror=function(){window.plannerFailed=true;document.documentElement.className=''};"
    "window.onload=function(){if(window.plannerStarted)return;"
    "document.documentElement.className='';"
    # Nothing failed, and yet the end of the file was not met: it was cut short on its way.
    "var broken=document.getElementById('poster-broken');"
    "if(broken&&!window.plannerFailed)broken.removeAttribute('hidden')};"
)


class OfflineMap(folium.Map):
    """A folium map without links to the internet; its own Leaflet has to be added."""

    # In place of folium's own lists, which link to files on the internet.
    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium declares them as instance variables
    default_css: list[tuple[str, str]] = []  # noqa: RUF012


class _Plain(folium.Element):
    """Text that stands in a page as it is; folium's own elements read theirs as a template first.

    A page is megabytes long, so that takes a third of a second.
    """

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        # As a template ends its lines: browsers hash scripts so, whatever stands in the file.
        self.text = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")


class PageMap(OfflineMap):
    """A folium map that carries its own Leaflet, styles, engine and data.

    Other folium layers that need no link of their own can be added to it as usual.

    Parameters
    ----------
    data
        The page's data, as `pack_payload` writes them.
    title
        Title of the document, plain text.
    bounds
        [west, south, east, north] in degrees, shown at first.
    poster
        What is shown where the page cannot run, as markup.
    inline_note
        Said below the page in a notebook: what is shown there, and how to write the whole.
    policy
        What else the page may do than run its own scripts: see `build_policy`.
    """

    #: Folium finds no parts here to read as templates: `render` puts ours in.
    _template = Template("")
    # The empty icon in it keeps browsers from asking a server for one.
    _parts = Template(
        """
        {% macro header(this, kwargs) %}
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="generator" content="{{ this.generator }}">
            <link rel="icon" href="data:,">
            <style>{{ this.styles }}</style>
            <script>{{ this.starting }}</script>
            <script>{{ this.leaflet }}</script>
            {% if this.stock %}<script>{{ this.stock }}</script>{% endif %}
            <script>{{ this.engine }}</script>
            {% if this.whatif %}<script id="planner-engine">{{ this.judge }}</script>{% endif %}
        {% endmacro %}
        {% macro html(this, kwargs) %}
            {{ this.poster }}
            {{ this.skeleton }}
            <script type="text/plain" id="planner-data">{{ this.data }}</script>
            {% if this.whatif %}
            <script type="text/plain" id="planner-whatif">{{ this.whatif }}</script>
            {% endif %}
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
            plannerPage({{ this.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(
        self,
        data: str,
        *,
        title: str,
        bounds: Sequence[float],
        poster: str,
        inline_note: str = "",
        policy: Mapping[str, Any] | None = None,
        whatif: str | None = None,
    ) -> None:
        west, south, east, north = bounds
        # No tiles: they would be loaded from the internet.
        super().__init__(location=[(south + north) / 2, (west + east) / 2], tiles=None)
        self._name = "PlannerMap"
        self._id = "page"  # folium draws one at random; the same input shall give the same bytes
        self.data = data
        self.poster = poster
        self.inline_note = inline_note
        self.starting = STARTING
        self.generator = name_writer()
        self.leaflet = leaflet_js()
        self.engine = asset("page.js")
        # In a worker where the browser starts one, which reads the script's own text; else here.
        self.judge = asset("engine.js")
        self.policy = dict(policy or {}) | ({"workers": True} if whatif else {})
        self.whatif = whatif
        place = f'<div class="folium-map" id="{self.get_name()}" role="application"></div>'
        self.skeleton = asset("page.html").replace("__MAP__", place)
        figure: Any = self.get_root()
        # folium writes a title into the page as it is.
        figure.title = html.escape(title)

    def _repr_html_(self, **kwargs: Any) -> str:
        """Return what a notebook shows: at most half a megabyte, see `show_inline`."""
        if self._is_alone:
            return show_inline(self, STARTING, asset("opener.js"), asset("page.css"))
        whole: Any = super()._repr_html_
        return str(whole(**kwargs))

    @property
    def _is_alone(self) -> bool:
        """Whether nobody added layers of folium to the page."""
        figure: Any = self.get_root()
        return not self._children and list(figure._children.values()) == [self]

    def render(self, **kwargs: Any) -> Any:
        """Put the map and all that was added to it into its figure, and the policy before it."""
        figure: Any = self.get_root()
        # What stands beside the map has scripts too, which the policy has to name.
        for beside in list(figure._children.values()):
            if beside is not self:
                beside.render(**kwargs)
        # What the page draws itself needs none of Leaflet's pictures, which do not compress.
        alone = self._is_alone
        self.stock = "" if alone else stock_js()
        self.styles = leaflet_css(pictures=not alone) + asset("page.css")
        for part in ("header", "html", "script"):
            text = getattr(self._parts.module, part)(self, kwargs)
            getattr(figure, part).add_child(_Plain(text), name=self.get_name())
        rendered: Any = super().render
        rendered(**kwargs)
        figure.header._children.pop(_POLICY, None)
        policy = build_policy(figure._template.render(this=figure, kwargs=kwargs), **self.policy)
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        # First in the head: a policy binds only what comes after it.
        figure.header.add_child(folium.Element(meta), name=_POLICY, index=0)


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
def stock_js() -> str:
    """Return what layers of folium else take from files of the internet."""
    icons = {
        key: _read_image(f"images/{name}.png")
        for key, name in (
            ("iconUrl", "marker-icon"),
            ("iconRetinaUrl", "marker-icon-2x"),
            ("shadowUrl", "marker-shadow"),
        )
    }
    return asset("stock.js").replace("__ICONS__", json.dumps(icons))


@cache
def leaflet_css(*, pictures: bool = True) -> str:
    """Leaflet's styles, each image in them as a data URI, or without them."""
    styles = _leaflet("leaflet.css").decode("utf-8")
    # Drawing in old Internet Explorer, by a url() that is no picture and cannot be put in.
    styles = re.sub(r"[^;{}]*url\(#default#VML\);?", "", styles)
    if not pictures:
        return re.sub(r"background-image:\s*url\(images/[^)]*\);?", "", styles)
    return re.sub(r"url\((images/[\w.-]+)\)", lambda match: _data_uri(match[1]), styles)


def _data_uri(name: str) -> str:
    """Return a picture of Leaflet's as a CSS url() that asks for nothing."""
    return f"url({_read_image(name)})"


def _read_image(name: str) -> str:
    """Return a picture of Leaflet's as an address that holds it."""
    content = base64.b64encode(_leaflet(name)).decode("ascii")
    return f"data:image/png;base64,{content}"


def _leaflet(name: str) -> bytes:
    """Return a file of the package xstatic-leaflet."""
    from xstatic.pkg import leaflet

    return (Path(leaflet.BASE_DIR) / name).read_bytes()
