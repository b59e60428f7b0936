"""A page to print from QGIS: title, map, legend, scale bar, north arrow, credit and notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from planner.reports.styles._symbols import FONT, element, fill, line, symbol
from planner.reports.styles.colours import COLOURS

#: A4, across, in millimetres.
_PAGE: Final = (297.0, 210.0)
_EDGE: Final = 10.0
_MAP: Final = (_EDGE, 26.0, 208.0, 166.0)
_SIDE: Final = 224.0
#: How QGIS numbers the kinds of things on a page.
_KINDS: Final = {
    "page": 65638, "map": 65639, "picture": 65640, "label": 65641, "legend": 65642,
    "scale": 65646,
}  # fmt: skip
_ARROW: Final = ":/images/north_arrows/layout_default_north_arrow.svg"
_SIGNS: Final = (("red", 1), ("green", 3), ("blue", 5))
_ALERT: Final = "#8f1d12"


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
    """Add the page to a project.

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
    layout = element(
        "Layout", element("Layouts", root), name=words["layout_name"], units="mm",
        printResolution=300,
    )  # fmt: skip
    pages = element("PageCollection", layout)
    pages.append(symbol("fill", [fill("#ffffff")], ""))
    page = _item(pages, "page", (0, 0, *_PAGE), 0)
    page.append(symbol("fill", [fill("#ffffff")], ""))
    shown = _item(layout, "map", _MAP, 1, keepLayerSet="false", mapFlags=1, drawCanvasItems="true")
    shown.set("frame", "true")
    parts = {sign: int(COLOURS["paper"][at : at + 2], 16) for sign, at in _SIGNS}
    for ground in shown.findall("BackgroundColor"):
        shown.remove(ground)
    element("BackgroundColor", shown, **parts, alpha=255)
    west, south, east, north = _fit(box)
    element("Extent", shown, xmin=west, ymin=south, xmax=east, ymax=north)
    element("crs", shown).append(crs)
    element("LayerSet", shown)
    _label(layout, (_EDGE, 8, 208, 12), texts.title, 20, COLOURS["text"], bold=True)
    aside = "\n".join(texts.aside)
    _label(layout, (_SIDE, 9, 63, 12), aside, 9, COLOURS["secondary"], right=True)
    _legend(layout, words["layout_legend"], explained)
    # Nothing of the map lies below these: they stand beside it.
    arrow = _item(layout, "picture", (_SIDE, 158, 14, 14), 5, file=_ARROW, mode=2, resizeMode=0,
                  svgFillColor="28,36,48,255", svgBorderColor="28,36,48,255", svgBorderWidth=0.2,
                  mapUuid=_uuid(1), northMode=0)  # fmt: skip
    arrow.set("background", "false")
    _scale(layout)
    _label(layout, (_EDGE, 196, 208, 6), texts.credit, 8, COLOURS["secondary"])
    if texts.invented:
        _label(layout, (_SIDE, 194, 63, 8), texts.invented, 12, _ALERT, bold=True, right=True)


def _uuid(number: int) -> str:
    """Return how the project calls a thing on the page: the same in every project."""
    return f"{{00000000-0000-4000-8000-{number:012d}}}"


def _fit(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Widen a box to the shape of the map on the page."""
    west, south, east, north = box
    width, height = max(east - west, 1.0), max(north - south, 1.0)
    scale = max(width / _MAP[2], height / _MAP[3])
    more_x, more_y = (scale * _MAP[2] - width) / 2, (scale * _MAP[3] - height) / 2
    return west - more_x, south - more_y, east + more_x, north + more_y


def _item(
    parent: Element, kind: str, place: tuple[float, ...], number: int, **more: object
) -> Element:
    """Add a thing to the page; place : x, y, width and height in millimetres."""
    x, y, width, height = place
    item = element(
        "LayoutItem", parent, type=_KINDS[kind], uuid=_uuid(number), templateUuid=_uuid(number),
        position=f"{x:g},{y:g},mm", positionOnPage=f"{x:g},{y:g},mm",
        size=f"{width:g},{height:g},mm", referencePoint=0, zValue=number, visibility=1, opacity=1,
        frame="false", background="true" if kind in ("page", "map") else "false",
        outlineWidthM="0.2,mm", frameJoinStyle="miter", positionLock="false", excludeFromExports=0,
        **more,
    )  # fmt: skip
    element("FrameColor", item, red=139, green=133, blue=119, alpha=255)
    element("BackgroundColor", item, red=255, green=255, blue=255, alpha=255)
    return item


def _font(size: float, *, bold: bool) -> str:
    """Return a font as Qt writes it."""
    return f"{FONT},{size:g},-1,5,{75 if bold else 50},0,0,0,0,0"


def _label(
    layout: Element,
    place: tuple[float, ...],
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
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    element("FontColor", item, red=red, green=green, blue=blue, alpha=255)


def _legend(layout: Element, title: str, explained: Sequence[Element]) -> None:
    """Add the legend of some layers."""
    legend = _item(
        layout, "legend", (_SIDE, 26, 63, 120), 2, title=title, columnCount=1, resizeToContents=1,
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


def _scale(layout: Element) -> None:
    """Add the scale bar."""
    bar = _item(
        layout, "scale", (_SIDE, 176, 60, 12), 6, style="Single Box", mapUuid=_uuid(1),
        unitType="km", unitLabel="km", numMapUnitsPerScaleBarUnit=1, numUnitsPerSegment=2.5,
        numSegments=2, numSegmentsLeft=0, segmentSizeMode=1, minBarWidth=30, maxBarWidth=55,
        segmentMillimeters=20, height=2.5, labelBarSpace=1.5, boxContentSpace=0, outlineWidth=0.2,
        alignment=0, labelVerticalPlacement=0, labelHorizontalPlacement=0, numSubdivisions=1,
        subdivisionsHeight=1.5,
    )  # fmt: skip
    style = element(
        "text-style", bar, fontFamily=FONT, fontSize=8, fontSizeUnit="Point",
        textColor="28,36,48,255", textOpacity=1, fontWeight=50,
    )  # fmt: skip
    element("text-buffer", style, bufferDraw=0)
    for name in ("lineSymbol", "divisionLineSymbol", "subdivisionLineSymbol"):
        element(name, bar).append(symbol("line", [line(COLOURS["text"], 0.2)], ""))
    for name, colour in (("fillSymbol1", COLOURS["text"]), ("fillSymbol2", "#ffffff")):
        element(name, bar).append(symbol("fill", [fill(colour)], ""))
