"""The sheet of a route: map, stops with times, what to look out for, toilets and rest, people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from planner.reports.printed import paper_colours
from planner.reports.printed.key_drawing import write_key
from planner.reports.printed.key_entries import list_entries
from planner.reports.printed.matplotlib_parts import add_axes
from planner.reports.printed.plain_text import to_plain
from planner.reports.printed.printed_page import PrintedPage, TextColumn, line_high
from planner.reports.printed.route_map import (
    DrawnRoute,
    make_quiet,
    paint_route_map,
    take_drawn,
)
from planner.reports.printed.sheet_frame import (
    BOTTOM,
    FIRST_WIDE,
    LEFT,
    MAP_HIGH,
    MAP_TOP,
    SECOND_LEFT,
    SECOND_WIDE,
    WIDE,
    Materials,
    SheetPlace,
    start_sheet,
    write_notes,
)
from planner.reports.printed.view import fit_view
from planner.reports.report_words import is_missing
from planner.reports.route_words import RouteWords, tell_by_clock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

    from planner.reports.handover import Handover

    Row = Mapping[str, Any]

_SIZE: Final = 7.6
#: Of the stops: it is read on the way.
_LARGE: Final = 8.0
_REST_SHOWN: Final = 5


def draw_route_sheet(materials: Materials, place: SheetPlace, route: Row) -> Figure:
    """Draw the sheet of a route of routes.json."""
    handover = materials.figures.handover
    part = handover.routes
    assert part is not None, "a sheet of a route has routes"
    words = RouteWords(part.content, handover.language)
    metric = str(handover.run.run["metric_crs"])
    drawn = take_drawn(part.content["routes"], part.layers, route, metric)
    route, stops, legs = tell_by_clock(
        route, drawn.stops.to_dict("records"), drawn.legs.to_dict("records")
    )
    paper, top = start_sheet(
        materials, place, _title(route, words), _sentence(route, words),
        draw=lambda paper: _draw_map(materials, drawn, words, paper),
        way=words.say("sheet_route_way", pace=_pace(materials, words)),
    )  # fmt: skip
    left = _write_stops(paper, route, stops, legs, words, top)
    right = top
    for heading, lines in (
        (words.texts["sheet_route_warnings"], _say_warnings(legs, words)),
        (words.say("sheet_route_rest", count=len(drawn.beside)), _say_rest(drawn.beside, words)),
        (words.texts["sheet_route_people"], _say_people(route, stops, words)),
    ):
        room = int((BOTTOM - right - 8) / line_high(_SIZE))
        if room < 1:
            break
        shown = lines if len(lines) <= room else lines[: room - 1]
        right = paper.lines(heading, shown, SECOND_LEFT, right, SECOND_WIDE, size=_SIZE, most=3,
                            apart=0.3) + 2.0  # fmt: skip
        if len(shown) < len(lines):
            more = words.say("sheet_route_more", count=len(lines) - len(shown))
            right = paper.paragraph(more, SECOND_LEFT, right - 1.8, SECOND_WIDE, size=_SIZE,
                                    colour=paper_colours.SECOND) + 2.0  # fmt: skip
    write_notes(materials, paper, max(left, right))
    return paper.figure


def list_route_texts(handover: Handover) -> list[str]:
    """Return every text of the data that a sheet of a route may write."""
    part = handover.routes
    if part is None:
        return []
    columns = {"stops": ("name", "note", "theme"), "legs": ("from_name", "to_name"),
               "on_the_way": ("name",), "routes": ("theme", "start", "finish")}  # fmt: skip
    found = [
        str(value)
        for name, names in columns.items()
        for column in names
        for value in part.layers[name][column].dropna()
    ]
    templates = part.content.get("templates") or []
    found += [str(row.get(key) or "") for row in templates for key in ("name", "text")]
    return [*found, "→"]


def _title(route: Row, words: RouteWords) -> str:
    theme = to_plain(route.get("theme") or "", 40)
    return words.say("sheet_route_title", route=words.number(route), theme=theme).strip(" ·")


def _sentence(route: Row, words: RouteWords) -> str:
    question = words.content.get("question") or {}
    day = str(question.get("begin") or "").replace("T", " ").partition(" ")[0]
    return words.say(
        "sheet_route_sentence", day=words.term("day", day), begin=route["begin"], end=route["end"],
        count=int(route["sites"]), walk=words.say_walk(route), group=question.get("group") or "",
    )  # fmt: skip


def _pace(materials: Materials, words: RouteWords) -> str:
    profile = (words.content.get("question") or {}).get("profile")
    return materials.figures.words.term("pace", profile or materials.figures.run["profile"]["name"])


def _draw_map(
    materials: Materials, drawn: DrawnRoute, words: RouteWords, paper: PrintedPage
) -> float:
    """Draw the map and its key; return where the key ends."""
    low = paper.high - MAP_TOP - MAP_HIGH
    axes = add_axes(paper.figure, (LEFT, low, WIDE, MAP_HIGH))
    view = fit_view(drawn.bounds, (WIDE, MAP_HIGH))
    quiet = make_quiet(materials.layers)
    paint_route_map(axes, quiet, drawn, view, words.texts, materials.fonts)
    key = add_axes(paper.figure, (LEFT, low - 20, WIDE, 20), frame=False)
    handover = materials.figures.handover
    by = set(drawn.legs["by"])
    kinds = set(drawn.beside["kind"])
    entries = [(f"stop:{drawn.colour}", words.texts["sheet_route_stop_sign"])]
    if "walk" in by:
        entries.append((f"way:{drawn.colour}", words.texts["sheet_route_on_foot"]))
    if "coach" in by:
        entries.append((f"ride:{drawn.colour}", words.texts["sheet_route_by_coach"]))
    entries += [
        (f"rest:{kind}", words.texts[f"rest_{kind}"])
        for kind in ("toilets", "bench", "shelter", "drinking_water")
        if kind in kinds
    ]
    entries = [(sign, text[:1].upper() + text[1:]) for sign, text in entries]
    entries += list_entries(quiet, handover, view, site=None, gaps=0)
    end = write_key(key, entries, materials.fonts, 19.2, size=6.8)
    return MAP_TOP + MAP_HIGH + 20 - end + 1.2


def _write_stops(
    paper: PrintedPage, route: Row, stops: Sequence[Row], legs: Sequence[Row], words: RouteWords,
    y: float,
) -> float:  # fmt: skip
    """Write the stops with their times and how to get to each."""
    texts = words.texts
    y = paper.heading(texts["sheet_route_stops"], LEFT, y, FIRST_WIDE)
    columns = [
        TextColumn("", 5), TextColumn(texts["sheet_route_stop"], 29),
        TextColumn(texts["sheet_route_arrive"], 11, "right"),
        TextColumn(texts["sheet_route_leave"], 11, "right"),
        TextColumn(texts["sheet_route_dwell"], 13, "right"), TextColumn("", 2),
        TextColumn(texts["sheet_route_from"], 35),
    ]  # fmt: skip
    of_stop = {int(leg["order"]): leg for leg in legs}
    rows = []
    for stop in stops:
        leg = of_stop.get(int(stop["order"]))
        way = texts["sheet_route_first"] if leg is None else words.say_leg(leg)
        if leg is not None and int(stop["order"]) == 1 and route.get("start"):
            start = words.say("sheet_route_start", name=to_plain(route["start"]))
            way = texts["sheet_between"].join((start, way))
        dwell = stop.get("dwell_minutes")
        rows.append((
            f"{int(stop['order'])}", to_plain(stop["name"] or texts["stop_unnamed"]),
            str(stop["arrive"]), str(stop["leave"]),
            "" if is_missing(dwell) else texts["minutes_value"].format(minutes=f"{dwell:.0f}"),
            "", way,
        ))  # fmt: skip
    y = paper.table(columns, rows, LEFT, y, size=_LARGE, most_lines=3)
    last = of_stop.get(len(stops) + 1)
    if last is not None:
        name = to_plain(route.get("finish") or last["to_name"] or "")
        finish = words.say("sheet_route_finish", name=name, way=words.say_leg(last))
        y = paper.paragraph(f"{route['end']} {finish}", LEFT, y + 0.6, FIRST_WIDE, size=_LARGE)
    return y


def _say_warnings(legs: Sequence[Row], words: RouteWords) -> list[str]:
    question = words.content.get("question") or {}
    most = f"{float(question.get('long_crossing_m') or 25):g}"
    return words.list_warnings(legs) or [words.say("sheet_route_safe", metres=most)]


def _say_rest(beside: pd.DataFrame, words: RouteWords) -> list[str]:
    """Return toilets first, then the nearest places to rest."""
    if not len(beside):
        return [words.texts["sheet_route_rest_none"]]
    order = beside.assign(first=(beside["kind"] != "toilets"))
    rows = order.sort_values(["first", "metres"], kind="stable").to_dict("records")
    lines = []
    for row in rows[:_REST_SHOWN]:
        kind = words.term("rest", row["kind"])
        named = "" if is_missing(row["name"]) else to_plain(row["name"])
        name = words.say("rest_named", kind=kind, name=named) if named else kind
        lines.append(words.say("sheet_route_rest_row", name=name, metres=f"{row['metres']:.0f}"))
    if len(rows) > _REST_SHOWN:
        lines.append(words.say("sheet_route_more", count=len(rows) - _REST_SHOWN))
    return lines


def _say_people(route: Row, stops: Sequence[Row], words: RouteWords) -> list[str]:
    """Return volunteers, templates and notes."""
    used = words.content.get("volunteers") or {}
    lines = []
    if not is_missing(route.get("volunteers")):
        lines.append(words.say(
            "sheet_route_volunteers", count=int(route["volunteers"]), used=used.get("used", "–"),
            most=used.get("most", "–"),
        ))  # fmt: skip
    for stop in stops:
        name = words.name_stop(stop)
        lines += [
            words.say("sheet_route_template", stop=name, template=text)
            for text in words.say_template(stop)
        ]
        note = "" if is_missing(stop.get("note")) else to_plain(stop["note"], 120)
        if note:
            lines.append(words.say("sheet_route_note", stop=name, note=note))
    return lines
