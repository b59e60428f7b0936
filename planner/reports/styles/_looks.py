"""How each layer of a result looks: its symbols, its names, and at which scales it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

import geopandas as gpd

from planner.gaps.definition import SCATTERED
from planner.reports.styles._symbols import (
    DrawnRule,
    by_rules,
    dots,
    fill,
    hatch,
    labels,
    line,
    marker,
    nothing,
    one_symbol,
)
from planner.reports.styles.colours import BARRIERS, COLOURS, COVERED, WALL, reach_colours

Words = Mapping[str, str]
#: Scale, 1 : so much, from which on streets and names of a town are read; of an estate.
TOWN: Final = 60_000
COMPOUND: Final = 25_000
HOUSES: Final = 15_000
_MAIN: Final = "'motorway', 'trunk', 'primary', 'secondary', 'tertiary'"
#: Gaps with numbers on the map: those of the first list.
_FIRST: Final = 10


@dataclass(frozen=True)
class Look:
    """How a layer is drawn.

    geometry : Point, Line or Polygon.
    renderer : its symbols.
    names : what is written beside them; None for nothing.
    below : drawn where the scale is 1 : `below` or larger; 0 for any.
    opacity : of the whole layer.
    """

    geometry: str
    renderer: Element
    names: Element | None = None
    below: int = 0
    opacity: float = 1.0


def quote_value(text: str) -> str:
    """Return a text as it stands in an expression."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def say_values(column: str, values: Mapping[str, str]) -> str:
    """Return an expression that says the words of a column's values."""
    cases = " ".join(
        f'WHEN "{column}" = {quote_value(value)} THEN {quote_value(said)}'
        for value, said in values.items()
    )
    return f'CASE {cases} ELSE "{column}" END'


#: Level -> shape and size of its sign.
_SIGNS: Final = {
    "district": ("star", 4.8),
    "town": ("diamond", 3.6),
    "neighbourhood": ("circle", 1.9),
}


def _facilities(layer: gpd.GeoDataFrame, words: Words) -> Look:
    """Stations: a star, a diamond, a dot by level; pale where they serve nobody."""
    ink = COLOURS["facility"]
    serves = '"status" = \'open\' AND "joined"'
    rules = [
        DrawnRule(words[f"level_{level}"], f'{serves} AND "level" = {quote_value(level)}',
             [marker(shape, ink, size, width=0.25)])
        for level, (shape, size) in _SIGNS.items()
    ]  # fmt: skip
    others = sorted(set(layer["level"].dropna().astype(str)) - set(_SIGNS))
    rules += [
        DrawnRule(level or words["station"], f"{serves} AND \"level\" = {quote_value(level)}",
             [marker("circle", ink, 2.2, width=0.25)])
        for level in others
    ]  # fmt: skip
    pale = [marker("circle", COLOURS["pale"], 1.7, width=0.25)]
    rules.append(DrawnRule(words["style_serves_nobody"], "ELSE", pale))
    name = labels("name", geometry="Point", size=8, colour=ink, below=COMPOUND)
    order = "CASE WHEN \"level\" = 'district' THEN 0 WHEN \"level\" = 'town' THEN 1 ELSE 2 END"
    return Look("Point", by_rules("marker", rules, order=order), name)


def _gaps(layer: gpd.GeoDataFrame, words: Words) -> Look:
    """Gaps: hatched; the first with their number, all with their name from near."""
    del layer
    edge = COLOURS["gapEdge"]
    rules = [
        DrawnRule(words["style_gaps_first"].format(count=_FIRST), f'"rank" <= {_FIRST}',
         [fill(COLOURS["gap"], 0.35, edge=edge, width=0.6), hatch(edge)]),
        DrawnRule(words["style_gaps_others"], "ELSE",
         [fill(COLOURS["gap"], 0.25, edge=edge, width=0.3), hatch(edge, width=0.18)]),
    ]  # fmt: skip
    said = say_values("name", {"": words["gap_unnamed"], SCATTERED: words["scattered"]})
    named = f"to_string(\"rank\") || ' ' || ({said})"
    text = (
        f'CASE WHEN @map_scale <= {TOWN} THEN {named} WHEN "rank" <= {_FIRST} '
        'THEN to_string("rank") END'
    )
    name = labels(
        text, geometry="Polygon", expression=True, size=9, colour="#9a3412", bold=True, first=True
    )
    return Look("Polygon", by_rules("fill", rules), name)


def _unknown_areas(layer: gpd.GeoDataFrame, words: Words) -> Look:
    """Where nobody can say: dotted, with the reason from near."""
    del layer
    grey = COLOURS["unknown"]
    parts = [fill(grey, 0.12, edge=grey, width=0.35, dash="dash"), dots(grey)]
    text = say_values("reason", _said(words, "reason_"))
    name = labels(text, geometry="Polygon", expression=True, size=7.5, colour=grey, below=COMPOUND)
    return Look("Polygon", one_symbol("fill", parts), name)


def _said(words: Words, begin: str) -> dict[str, str]:
    """Return the words of a column's values: the texts whose keys begin with its name."""
    values = ("no street near", "no gate known", "island", "facility not joined",
              "hours not known", "place not confirmed", "edge of data")  # fmt: skip
    return {value: words[f"{begin}{value}"] for value in values}


def _gate_gains(layer: gpd.GeoDataFrame, words: Words) -> Look:
    """Gates worth opening: numbered squares."""
    del layer, words
    sign = marker("square", "#ffffff", 3.4, edge=COLOURS["proposed"], width=0.5)
    name = labels("rank", geometry="Point", size=8, colour=COLOURS["proposed"], bold=True)
    return Look("Point", one_symbol("marker", [sign]), name)


def _gap_routes(layer: gpd.GeoDataFrame, words: Words) -> Look:
    """Ways out of gaps: dashed, with their minutes."""
    del layer
    parts = [line("#ffffff", 1.6), line(COLOURS["facility"], 0.8, "2;1.4")]
    minutes = labels(
        f"to_string(round(\"minutes\")) || {quote_value(words['style_minutes'])}",
        geometry="Line", expression=True, size=8, colour=COLOURS["facility"], below=COMPOUND,
    )  # fmt: skip
    return Look("Line", one_symbol("line", parts), minutes, TOWN)


def _demand(layer: gpd.GeoDataFrame, words: Words) -> Look:
    """Who is asked about: a dot each, by its verdict."""
    del layer
    colours = {"covered": COVERED, "gap": COLOURS["gapEdge"], "unknown": COLOURS["unknown"]}
    rules = [
        DrawnRule(words[f"verdict_{verdict}"], f'"verdict" = {quote_value(verdict)}',
         [marker("circle", colour, 1.6, width=0.2)])
        for verdict, colour in colours.items()
    ]  # fmt: skip
    return Look("Point", by_rules("marker", rules), None, COMPOUND)


def _isochrones(layer: gpd.GeoDataFrame, words: Words) -> Look:
    """Areas reached from any station, by minutes; single stations are in the layer too."""
    cutoffs = sorted(set(layer["cutoff_minutes"].astype(float)))
    rules = [
        DrawnRule(words["style_within"].format(minutes=f"{cutoff:g}"),
         f'"facility_id" = \'all\' AND "cutoff_minutes" = {cutoff:g}', [fill(colour)])
        for cutoff, colour in zip(cutoffs, reach_colours(len(cutoffs)), strict=True)
    ]  # fmt: skip
    renderer = by_rules("fill", rules, order='"cutoff_minutes"')
    return Look("Polygon", renderer, opacity=0.8)


def _committees(layer: gpd.GeoDataFrame, words: Words) -> Look:
    """Committees: an outline with a name."""
    del layer, words
    parts = [fill("#ffffff", 0, edge=COLOURS["secondary"], width=0.2, dash="dot")]
    name = labels("name", geometry="Polygon", size=7.5, colour=COLOURS["secondary"], below=COMPOUND)
    return Look("Polygon", one_symbol("fill", parts), name)


def _gates(layer: gpd.GeoDataFrame, words: Words) -> Look:
    """Gates: filled where mapped, hollow where inferred, crossed where shut."""
    del layer
    ink = COLOURS["text"]
    rules = [
        DrawnRule(words["style_gate_shut"], "\"state\" = 'shut'",
             [marker("cross2", ink, 2.4, edge=ink)]),
        # All rules that hold are drawn, not only the first.
        DrawnRule(words["style_gate_mapped"], "\"mapped\" AND \"state\" <> 'shut'",
             [marker("square", ink, 2.0, width=0.3)]),
        DrawnRule(words["style_gate_inferred"], "ELSE",
         [marker("square", "#ffffff", 2.0, edge=ink, width=0.3)]),
    ]  # fmt: skip
    return Look("Point", by_rules("marker", rules), None, HOUSES)


def _barriers(layer: gpd.GeoDataFrame, words: Words) -> Look:
    """Water, railways, motorways and walls that nobody walks across."""
    del layer
    dashes = {"railway": "1.8;0.8", "wall": "0.6;0.6"}
    rules = [
        DrawnRule(words[f"style_barrier_{kind}"], f'"kind" = {quote_value(kind)}',
         [line(colour, 0.45, dashes.get(kind, ""))])
        for kind, colour in BARRIERS.items()
    ]  # fmt: skip
    return Look("Line", by_rules("line", rules), None, TOWN)


def _compounds(layer: gpd.GeoDataFrame, words: Words) -> Look:
    """Estates with a wall; dashed where no gate is known."""
    del layer
    lost = "\"state\" = 'no gate known'"
    rules = [
        DrawnRule(words["style_no_gate"], lost,
         [fill(WALL, 0.1, edge=COLOURS["unknown"], width=0.35, dash="dash")]),
        DrawnRule(words["layer_title_compounds"], "ELSE", [fill(WALL, 0.1, edge=WALL, width=0.3)]),
    ]  # fmt: skip
    name = labels("name", geometry="Polygon", size=8, colour="#333a45", below=HOUSES)
    return Look("Polygon", by_rules("fill", rules), name, COMPOUND)


def _walk_edges(layer: gpd.GeoDataFrame, words: Words) -> Look:
    """Streets: main ones from afar, all from near, those of residents and islands marked."""
    del layer
    main, casing = f'"highway" IN ({_MAIN})', COLOURS["casing"]
    public = 'NOT "island" AND "access" = \'public\''
    rules = [
        DrawnRule(words["style_street_island"], '"island"',
             [line(COLOURS["unknown"], 0.3, "1;0.8")], COMPOUND),
        DrawnRule(words["style_street_residents"], "NOT \"island\" AND \"access\" <> 'public'",
         [line(WALL, 0.25, "1.2;0.6")], COMPOUND),
        DrawnRule(words["style_street"], f"{public} AND NOT {main}",
         [line(casing, 0.4), line(COLOURS["street"], 0.25)], TOWN),
        DrawnRule(words["style_street_main"], f"{public} AND {main}",
         [line(casing, 0.7), line(COLOURS["street"], 0.5)]),
    ]  # fmt: skip
    name = labels("name", geometry="Line", size=7.5, colour="#4a453c", below=HOUSES)
    return Look("Line", by_rules("line", rules), name)


def _areas(layer: gpd.GeoDataFrame, words: Words) -> Look:
    """Towns: their borders and names."""
    del layer, words
    parts = [fill("#ffffff", 0, edge=COLOURS["secondary"], width=0.45, dash="dash dot")]
    name = labels("name", geometry="Polygon", size=11, bold=True, above=COMPOUND)
    return Look("Polygon", one_symbol("fill", parts), name)


def _landmarks(layer: gpd.GeoDataFrame, words: Words) -> Look:
    """Names by which people find their way."""
    del layer, words
    name = labels("name", geometry="Point", size=7.5, colour="#2f3a55", below=TOWN)
    return Look("Point", nothing(), name, TOWN)


def _zones(layer: gpd.GeoDataFrame, words: Words) -> Look:
    """Areas of homes, of industry, of shops."""
    del layer
    colours = {"residential": "#efe6d8", "industrial": "#e2dfe6", "commercial": "#f3dfe0"}
    rules = [
        DrawnRule(words[f"kind_{kind}"], f'"kind" = {quote_value(kind)}',
         [fill(colour, edge=COLOURS["casing"], width=0.15)])
        for kind, colour in colours.items()
    ]  # fmt: skip
    return Look("Polygon", by_rules("fill", rules), None, TOWN)


def _backdrop(layer: gpd.GeoDataFrame, words: Words) -> Look:
    """Water and green."""
    del layer
    rules = [
        DrawnRule(words[f"style_{kind}"], f'"kind" = {quote_value(kind)}', [fill(COLOURS[kind])])
        for kind in ("green", "water")
    ]
    return Look("Polygon", by_rules("fill", rules))


#: Layer of result.gpkg -> what makes its look.
LOOKS: Final[Mapping[str, Callable[[gpd.GeoDataFrame, Words], Look]]] = {
    "facilities": _facilities, "gaps": _gaps, "unknown_areas": _unknown_areas,
    "gate_gains": _gate_gains, "gap_routes": _gap_routes, "demand": _demand,
    "isochrones": _isochrones, "committees": _committees, "gates": _gates,
    "barriers": _barriers, "compounds": _compounds, "walk_edges": _walk_edges, "areas": _areas,
    "landmarks": _landmarks, "zones": _zones, "backdrop": _backdrop,
}  # fmt: skip
