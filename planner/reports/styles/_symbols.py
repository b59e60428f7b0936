"""Symbols, labels and rules as QGIS writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from planner.reports.styles.colours import COLOURS, split_colour
from planner.reports.xml_text import clean

#: Of the PC that opens the file; QGIS takes another that has the signs if this one is missing.
FONT: Final = "Noto Sans CJK SC"
_DOCTYPE: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


def element(tag: str, parent: Element | None = None, /, **attributes: object) -> Element:
    """Return an element; in its values stands only what XML may hold."""
    values = {name: clean(str(value)) for name, value in attributes.items()}
    return Element(tag, values) if parent is None else SubElement(parent, tag, values)


def rgba(colour: str, alpha: float = 1.0) -> str:
    """Return a colour as QGIS writes it."""
    return ",".join(map(str, (*split_colour(colour), round(255 * alpha))))


def to_document(root: Element) -> str:
    """Return a style or a project as the text of a file."""
    return _DOCTYPE + tostring(root, encoding="unicode")


def part(kind: str, within: Element | None = None, **values: object) -> Element:
    """Return one layer of a symbol; `within` is drawn along or inside it."""
    layer = element("layer", enabled=1, locked=0)
    # Two words that Python keeps for itself.
    layer.attrib |= {"class": kind, "pass": "0"}
    options = element("Option", layer, type="Map")
    for name, value in values.items():
        element("Option", options, name=name, type="QString", value=value)
    for name, value in values.items():  # as versions before 3.18 read them
        element("prop", layer, k=name, v=value)
    if within is not None:
        layer.append(within)
    return layer


def symbol(kind: str, parts: Iterable[Element], name: str = "0") -> Element:
    """Return a symbol of `marker`, `line` or `fill` from its layers, the lowest first."""
    found = element("symbol", type=kind, name=name, alpha=1, clip_to_extent=1, force_rhr=0)
    for k, layer in enumerate(parts):
        for inner in layer.findall("symbol"):
            inner.set("name", f"@{name}@{k}")
        found.append(layer)
    return found


def fill(
    colour: str, alpha: float = 1.0, *, edge: str = "", width: float = 0.26, dash: str = "solid"
) -> Element:
    """Return a plain area."""
    return part(
        "SimpleFill",
        color=rgba(colour, alpha),
        style="solid" if alpha else "no",
        outline_color=rgba(edge or colour),
        outline_style=dash if edge else "no",
        outline_width=width,
        outline_width_unit="MM",
        joinstyle="round",
    )


def hatch(colour: str, *, distance: float = 1.8, width: float = 0.3) -> Element:
    """Return slanting lines over an area."""
    lines = symbol("line", [line(colour, width)])
    return part("LinePatternFill", lines, angle=45, distance=distance, distance_unit="MM")


def dots(colour: str, *, distance: float = 1.8, size: float = 0.6) -> Element:
    """Return dots over an area."""
    dot = symbol("marker", [marker("circle", colour, size, edge="")])
    return part(
        "PointPatternFill", dot, distance_x=distance, distance_y=distance,
        displacement_x=distance / 2, distance_x_unit="MM", distance_y_unit="MM",
        displacement_x_unit="MM",
    )  # fmt: skip


def line(colour: str, width: float, dash: str = "") -> Element:
    """Return a line; `dash` such as `2;1` in millimetres."""
    return part(
        "SimpleLine", line_color=rgba(colour), line_width=width, line_width_unit="MM",
        line_style="solid", capstyle="flat" if dash else "round", joinstyle="round",
        use_custom_dash=int(bool(dash)), customdash=dash or "5;2", customdash_unit="MM",
    )  # fmt: skip


def marker(
    shape: str, colour: str, size: float, *, edge: str = "#ffffff", width: float = 0.4
) -> Element:
    """Return a mark of a point."""
    return part(
        "SimpleMarker", name=shape, color=rgba(colour), size=size, size_unit="MM",
        outline_color=rgba(edge or colour), outline_style="solid" if edge else "no",
        outline_width=width, outline_width_unit="MM", joinstyle="round",
    )  # fmt: skip


def nothing() -> Element:
    """Return a renderer that draws nothing, for layers of names."""
    return element("renderer-v2", type="nullSymbol")


def one_symbol(kind: str, parts: Iterable[Element]) -> Element:
    """Return a renderer that draws all features alike."""
    renderer = element("renderer-v2", type="singleSymbol", enableorderby=0, symbollevels=0)
    element("symbols", renderer).append(symbol(kind, parts))
    return renderer


class DrawnRule(NamedTuple):
    """What is drawn of the features that a condition holds for.

    condition : an expression; `ELSE` for all others, "" for all.
    parts : layers of the symbol, the lowest first.
    below : drawn where the scale is 1 : `below` or larger; 0 for any.
    """

    label: str
    condition: str
    parts: Sequence[Element]
    below: int = 0


def by_rules(kind: str, rules: Iterable[DrawnRule], *, order: str = "") -> Element:
    """Return a renderer of rules.

    order
        Features are drawn by this expression, the largest value first.
    """
    renderer = element(
        "renderer-v2", type="RuleRenderer", enableorderby=int(bool(order)), symbollevels=0
    )
    tree = element("rules", renderer, key="all")
    symbols = element("symbols", renderer)
    for k, rule in enumerate(rules):
        limits = {"filter": rule.condition} if rule.condition else {}
        if rule.below:
            limits |= {"scalemaxdenom": str(rule.below), "scalemindenom": "0"}
        element("rule", tree, key=f"rule-{k}", symbol=k, label=rule.label, **limits)
        symbols.append(symbol(kind, rule.parts, str(k)))
    if order:
        clause = element("orderByClause", element("orderby", renderer), asc=0, nullsFirst=0)
        clause.text = order
    return renderer


def labels(
    text: str,
    *,
    geometry: str,
    expression: bool = False,
    size: float = 9,
    colour: str = COLOURS["text"],
    bold: bool = False,
    below: int = 0,
    above: int = 0,
    first: bool = False,
) -> Element:
    """Return the names on a layer: a field or an expression, with a white halo.

    geometry
        Point, Line or Polygon.
    below, above
        Written where the scale is 1 : `below` or larger, and 1 : `above` or smaller; 0: at any.
    first
        They have their place before the names of other layers.
    """
    labelling = element("labeling", type="simple")
    settings = element("settings", labelling)
    style = element(
        "text-style", settings, fieldName=text, isExpression=int(expression), fontFamily=FONT,
        fontSize=size, fontSizeUnit="Point", textColor=rgba(colour), textOpacity=1,
        fontWeight=75 if bold else 50, fontItalic=0, multilineHeight=1,
    )  # fmt: skip
    element(
        "text-buffer", style, bufferDraw=1, bufferSize=0.8, bufferSizeUnits="MM",
        bufferColor=rgba("#ffffff", 0.9), bufferNoFill=1, bufferOpacity=1, bufferJoinStyle=128,
    )  # fmt: skip
    element("text-format", settings, multilineAlign=1, wrapChar="\\n")
    # 6: round a point as a map maker would; 2: along a line; 1: over an area.
    placement = {"Point": 6, "Line": 2, "Polygon": 1}[geometry]
    element(
        "placement", settings, placement=placement, placementFlags=10, centroidInside=1,
        dist=1.2 if geometry == "Point" else 0, distUnits="MM",
        priority=10 if first else 5,
        predefinedPositionOrder="TR,R,BR,TL,L,BL,TSR,BSR", offsetType=1, repeatDistance=0,
    )  # fmt: skip
    element(
        "rendering", settings, drawLabels=1, scaleVisibility=int(bool(below or above)),
        scaleMin=above, scaleMax=below or 100_000_000, obstacle=1, displayAll=0, limitNumLabels=0,
        fontLimitPixelSize=0, upsidedownLabels=0, mergeLines=int(geometry == "Line"),
    )  # fmt: skip
    return labelling
