"""A page to print from QGIS: title, map, legend, scale bar, north arrow, credit and notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from planner.reports.styles._symbols import FONT, element, fill, line, rgba, symbol
from planner.reports.styles.colours import COLOURS, split_colour

Place = tuple[float, float, float, float]
"""Where a thing lies on the page: x, y, width, height, millimetres."""


@dataclass(frozen=True)
class _Paper:
    """A page of A4 and where its parts lie.

    name : key of the text that names it. size : width and height, millimetres.
    columns : of the legend.
    """

    name: str
    size: tuple[float, float]
    title: Place
    aside: Place
    map: Place
    legend: Place
    columns: int
    arrow: Place
    scale: Place
    credit: Place
    invented: Place


#: Everything but the map stands beside it, or below it: nothing of the map is covered.
_LANDSCAPE: Final = _Paper(
    "layout_landscape", (297, 210), title=(10, 8, 208, 12), aside=(224, 9, 63, 12),
    map=(10, 26, 208, 166), legend=(224, 26, 63, 120), columns=1, arrow=(224, 158, 14, 14),
    scale=(224, 176, 60, 12), credit=(10, 196, 208, 6), invented=(224, 194, 63, 8),
)  # fmt: skip
_PORTRAIT: Final = _Paper(
    "layout_portrait", (210, 297), title=(10, 8, 190, 12), aside=(137, 262, 63, 12),
    map=(10, 24, 190, 192), legend=(10, 219, 125, 62), columns=2, arrow=(140, 221, 14, 14),
    scale=(140, 239, 60, 12), credit=(10, 283, 125, 6), invented=(137, 281, 63, 8),
)  # fmt: skip
#: How QGIS numbers the kinds of things on a page.
_KINDS: Final = {
    "page": 65638, "map": 65639, "picture": 65640, "label": 65641, "legend": 65642,
    "scale": 65646,
}  # fmt: skip
_ARROW: Final = ":/images/north_arrows/layout_default_north_arrow.svg"
_ALERT: Final = "#8f1d12"
_WHITE: Final = "#ffffff"


@dataclass(frozen=True)
class PageTexts:
    """What stands on the page.

    title : of the map. aside : what stands opposite. credit : whose streets they are. invented :
    the notice of invented data, "" for real ones. words : all texts of its language.
    """

    title: str
    aside: tuple[str, ...]
    credit: str
    invented: str
    words: Mapping[str, str]


def add_layout(
    root: Element,
    texts: PageTexts,
    box: tuple[float, float, float, float],
    crs: Element,
    explained: Sequence[Element],
) -> None:
    """Add the page to a project: upright where the map is larger that way.

    Parameters
    ----------
    root
        Of the project.
    box
        What the map shows: west, south, east, north, in `crs`.
    explained
        Layers that the legend explains.
    """
    words = texts.words
    paper = min(_LANDSCAPE, _PORTRAIT, key=lambda paper: _find_scale(box, paper.map))
    layout = element(
        "Layout", element("Layouts", root), name=words[paper.name], units="mm",
        printResolution=300,
    )  # fmt: skip
    pages = element("PageCollection", layout)
    pages.append(symbol("fill", [fill(_WHITE)], ""))
    page = _item(pages, "page", (0, 0, *paper.size), 0)
    page.append(symbol("fill", [fill(_WHITE)], ""))
    _map(layout, paper.map, box, crs)
    _label(layout, paper.title, texts.title, 20, COLOURS["text"], bold=True)
    _label(layout, paper.aside, "\n".join(texts.aside), 9, COLOURS["secondary"], right=True)
    _legend(layout, paper, words["layout_legend"], explained)
    ink = rgba(COLOURS["text"])
    _item(layout, "picture", paper.arrow, 5, file=_ARROW, mode=2, resizeMode=0, svgFillColor=ink,
          svgBorderColor=ink, svgBorderWidth=0.2, mapUuid=_uuid(1), northMode=0)  # fmt: skip
    _scale(layout, paper.scale)
    _label(layout, paper.credit, texts.credit, 8, COLOURS["secondary"])
    if texts.invented:
        _label(layout, paper.invented, texts.invented, 12, _ALERT, bold=True, right=True)


def _uuid(number: int) -> str:
    """Return how the project calls a thing on the page: the same in every project."""
    return f"{{00000000-0000-4000-8000-{number:012d}}}"


def _find_scale(box: tuple[float, float, float, float], place: Place) -> float:
    """Return how many metres of a box a millimetre of the map has to show."""
    west, south, east, north = box
    return max(max(east - west, 1.0) / place[2], max(north - south, 1.0) / place[3])


def _fit(box: tuple[float, float, float, float], place: Place) -> tuple[float, float, float, float]:
    """Widen a box, metres, to the shape of the map on the page."""
    west, south, east, north = box
    scale = _find_scale(box, place)
    more_x = (scale * place[2] - max(east - west, 1.0)) / 2
    more_y = (scale * place[3] - max(north - south, 1.0)) / 2
    return west - more_x, south - more_y, east + more_x, north + more_y


def _item(
    parent: Element, kind: str, place: Place, number: int, ground: str = _WHITE, **more: object
) -> Element:
    """Add a thing to the page, whose ground is drawn below pages and maps alone."""
    x, y, width, height = place
    item = element(
        "LayoutItem", parent, type=_KINDS[kind], uuid=_uuid(number), templateUuid=_uuid(number),
        position=f"{x:g},{y:g},mm", positionOnPage=f"{x:g},{y:g},mm",
        size=f"{width:g},{height:g},mm", referencePoint=0, zValue=number, visibility=1, opacity=1,
        frame=str(kind == "map").lower(), background=str(kind in ("page", "map")).lower(),
        outlineWidthM="0.2,mm", frameJoinStyle="miter", positionLock="false", excludeFromExports=0,
        **more,
    )  # fmt: skip
    _add_colour(item, "FrameColor", "#8b8577")
    _add_colour(item, "BackgroundColor", ground)
    return item


def _add_colour(parent: Element, tag: str, colour: str) -> None:
    """Add a colour as the parts of a page have it."""
    red, green, blue = split_colour(colour)
    element(tag, parent, red=red, green=green, blue=blue, alpha=255)


def _map(
    layout: Element, place: Place, box: tuple[float, float, float, float], crs: Element
) -> None:
    """Add the map of a box."""
    shown = _item(
        layout, "map", place, 1, COLOURS["paper"], keepLayerSet="false", mapFlags=1,
        drawCanvasItems="true",
    )  # fmt: skip
    west, south, east, north = _fit(box, place)
    element("Extent", shown, xmin=west, ymin=south, xmax=east, ymax=north)
    element("crs", shown).append(crs)
    element("LayerSet", shown)


def _font(size: float, *, bold: bool) -> str:
    """Return a font as Qt writes it."""
    return f"{FONT},{size:g},-1,5,{75 if bold else 50},0,0,0,0,0"


def _label(
    layout: Element,
    place: Place,
    text: str,
    size: float,
    colour: str,
    *,
    bold: bool = False,
    right: bool = False,
) -> None:
    """Add a text."""
    # 2: to the right, 1: to the left; 128: in the middle of its height.
    item = _item(
        layout, "label", place, 10 + len(layout), labelText=text, halign=2 if right else 1,
        valign=128, marginX=0, marginY=0, htmlState=0,
    )  # fmt: skip
    element("LabelFont", item, description=_font(size, bold=bold), style="")
    _add_colour(item, "FontColor", colour)


def _legend(layout: Element, paper: _Paper, title: str, explained: Sequence[Element]) -> None:
    """Add the legend of some layers."""
    legend = _item(
        layout, "legend", paper.legend, 2, title=title, columnCount=paper.columns,
        resizeToContents=1,
        symbolWidth=6, symbolHeight=4, boxSpace=0, columnSpace=2, lineSpacing=1, splitLayer=0,
        legendFilterByAtlas=0, equalColumnWidth=0, wrapChar="", fontColor=COLOURS["text"],
        map_uuid=_uuid(1), symbolAlignment=1, titleAlignment=1, wmsLegendWidth=50,
        wmsLegendHeight=25, rasterBorder=0,
    )  # fmt: skip
    styles = element("styles", legend)
    for name, size, bold, top in (
        ("title", 13, True, 0), ("group", 11, True, 3), ("subgroup", 10.5, True, 3),
        ("symbol", 9.5, False, 1.6), ("symbolLabel", 9.5, False, 1.6),
    ):  # fmt: skip
        style = element("style", styles, name=name, alignment=1, indent=0, marginTop=top,
                        marginLeft=2 if name == "symbolLabel" else 0,
                        marginBottom=2 if name == "title" else 0)  # fmt: skip
        element("styleFont", style, description=_font(size, bold=bold), style="")
    tree = element("layer-tree-group", legend)
    tree.extend(explained)


def _scale(layout: Element, place: Place) -> None:
    """Add the scale bar."""
    bar = _item(
        layout, "scale", place, 6, style="Single Box", mapUuid=_uuid(1),
        unitType="km", unitLabel="km", numMapUnitsPerScaleBarUnit=1, numUnitsPerSegment=2.5,
        numSegments=2, numSegmentsLeft=0, segmentSizeMode=1, minBarWidth=30, maxBarWidth=55,
        segmentMillimeters=20, height=2.5, labelBarSpace=1.5, boxContentSpace=0, outlineWidth=0.2,
        alignment=0, labelVerticalPlacement=0, labelHorizontalPlacement=0, numSubdivisions=1,
        subdivisionsHeight=1.5,
    )  # fmt: skip
    style = element(
        "text-style", bar, fontFamily=FONT, fontSize=8, fontSizeUnit="Point",
        textColor=rgba(COLOURS["text"]), textOpacity=1, fontWeight=50,
    )  # fmt: skip
    element("text-buffer", style, bufferDraw=0)
    for name in ("lineSymbol", "divisionLineSymbol", "subdivisionLineSymbol"):
        element(name, bar).append(symbol("line", [line(COLOURS["text"], 0.2)], ""))
    for name, colour in (("fillSymbol1", COLOURS["text"]), ("fillSymbol2", _WHITE)):
        element(name, bar).append(symbol("fill", [fill(colour)], ""))
