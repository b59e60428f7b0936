"""The sheet of a site: map with frontage, who gains, alternatives, rules, what is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from planner.reports.printed.plain_text import to_plain
from planner.reports.printed.printed_page import PrintedPage, TextColumn
from planner.reports.printed.rules_table import write_rules
from planner.reports.printed.sheet_frame import (
    BOTTOM,
    FIRST_WIDE,
    LEFT,
    SECOND_LEFT,
    SECOND_WIDE,
    Materials,
    SheetPlace,
    start_sheet,
    write_notes,
)
from planner.reports.report_figures import KINDS
from planner.reports.report_words import is_missing, say_people, say_share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

    from planner.reports.report_figures import Figures

    Row = Mapping[str, Any]

_SIZE: Final = 7.4
_OTHERS: Final = 3
#: Shares that differ by less are told as one.
_SAME: Final = 0.00005


def draw_site_sheet(materials: Materials, place: SheetPlace, site: Row) -> Figure:
    """Draw the sheet of a site of site.json."""
    figures = materials.figures
    words = figures.words
    title = words.texts["sheet_title_site"].format(
        order=site["order"], name=to_plain(site["name"] or words.texts["site_unnamed"])
    )
    paper, top = start_sheet(materials, place, title, _say_gain(figures, site))
    left = _write_gains(paper, figures, site, top)
    left = _write_reasons(paper, figures, site, left + 2.5)
    right = paper.lines(
        words.texts["sheet_site_place"], _say_place(figures, site), SECOND_LEFT, top,
        SECOND_WIDE, size=_SIZE, most=3, apart=0.4,
    )  # fmt: skip
    for heading, lines in (
        (words.texts["sheet_site_others"], _say_others(figures, site)),
        (words.texts["sheet_site_sure"], _say_doubt(figures, site)),
    ):
        if lines:
            right = paper.lines(
                heading, lines, SECOND_LEFT, right + 2.0, SECOND_WIDE, size=_SIZE, most=3,
                apart=0.4,
            )  # fmt: skip
    area = site.get("town") if site.get("town") in figures.towns else "all"
    right = write_rules(paper, figures, str(area), SECOND_LEFT, right + 2.0, SECOND_WIDE, BOTTOM)
    write_notes(materials, paper, max(left, right))
    return paper.figure


def _say_gain(figures: Figures, site: Row) -> str:
    """Return the site's first reasons as one sentence."""
    reasons = _list_reasons(figures, site)
    stop = figures.words.texts["sentence_end"]
    join = figures.words.texts["sheet_clauses"]
    text = join.join(reasons[:2]) + stop if reasons else ""
    return text[:1].upper() + text[1:]


def _list_reasons(figures: Figures, site: Row) -> Sequence[str]:
    told = (site.get("reasons") or {}).get(figures.handover.language) or []
    return [str(one) for one in told]


def _write_gains(paper: PrintedPage, figures: Figures, site: Row, y: float) -> float:
    """Write who gains, by kind and group."""
    words, texts = figures.words, figures.words.texts
    y = paper.heading(texts["sheet_site_who"], LEFT, y, FIRST_WIDE)
    gain = "sheet_site_gain" if is_missing(site.get("served")) else "sheet_site_served"
    columns = [
        TextColumn(texts["col_kind"], 40), TextColumn(texts[gain], 22, "right"),
        TextColumn(texts["sheet_site_doubt"], 22, "right"),
        TextColumn(texts["sheet_site_only"], 22, "right"),
    ]  # fmt: skip
    doubt, only = site.get("gain_unknown_by_kind") or {}, site.get("only_here") or {}
    rows = [
        (words.term("people_of", kind), say_people(site["gain"].get(kind)),
         say_people(doubt.get(kind)), say_people(only.get(kind)))
        for kind in KINDS
        if kind in figures.kinds or site["gain"].get(kind)
    ]  # fmt: skip
    rows += [
        (texts["sheet_group"].format(group=words.group(group)), say_people(people), "", "")
        for group, people in (site.get("gain_groups") or {}).items()
    ]
    return paper.table(columns, rows, LEFT, y, size=_SIZE)


def _write_reasons(paper: PrintedPage, figures: Figures, site: Row, y: float) -> float:
    y = paper.heading(figures.words.texts["sheet_site_why"], LEFT, y, FIRST_WIDE) + 0.3
    for reason in _list_reasons(figures, site):
        if y > BOTTOM - 8:
            break
        paper.write("•", LEFT + 0.3, y + 1.75, size=_SIZE)
        y = paper.paragraph(reason, LEFT + 3.2, y, FIRST_WIDE - 3.2, size=_SIZE, most=3) + 0.5
    return y


def _say_place(figures: Figures, site: Row) -> list[str]:
    """Return where the site is: in words, by coordinates, what is near."""
    words = figures.words
    name = to_plain(site["name"] or words.texts["site_unnamed"])
    town = to_plain(site.get("town") or "")
    lines = [words.say("sheet_site_near", name=name, town=town) if town else name]
    lines.append(words.say("sheet_site_lonlat", lon=f"{site['lon']:.6f}", lat=f"{site['lat']:.6f}"))
    way = words.say("sheet_site_way", action=words.term("action", site.get("action")))
    if not is_missing(site.get("cost")):
        unit = to_plain((figures.handover.proposal.content.get("cost_unit")) or "")  # type: ignore[union-attr]
        cost = words.say("sheet_site_cost", cost=f"{site['cost']:,g}", unit=unit).strip()
        way = words.texts["rp_list"].join((way, cost))
    lines.append(way)
    if not is_missing(site.get("frontage_m")) and site["frontage_m"]:
        lines.append(words.say("sheet_site_frontage", metres=f"{site['frontage_m']:,.0f}"))
    for key, column in (
        ("metro", "metro_minutes"), ("bus", "bus_minutes"), ("other", "facility_minutes"),
    ):  # fmt: skip
        if not is_missing(site.get(column)):
            lines.append(words.say(f"sheet_site_{key}", count=f"{site[column]:.0f}"))
    if not is_missing(site.get("services_in_reach")):
        lines.append(words.say("sheet_site_services", count=f"{site['services_in_reach']:,.0f}"))
    return lines


def _say_others(figures: Figures, site: Row) -> list[str]:
    """Return the choices that do without this site."""
    proposal, words = figures.handover.proposal, figures.words
    if proposal is None:
        return []
    content = proposal.content
    chosen = {one["site_id"] for one in content["sites"]}
    names = _name_others(proposal.layers.get("alternatives"))
    lines: list[str] = []
    for row in content.get("alternatives") or []:
        if row.get("without") != site["site_id"] or len(lines) == _OTHERS:
            continue
        others = [one for one in row["site_ids"] if one not in chosen]
        told = words.texts["rp_list"].join(
            names.get(one, words.texts["site_unnamed"]) for one in others
        )
        if row["loss"] < 0.5:
            lines.append(words.say("sheet_site_other_equal", names=told))
        elif content.get("unit") == "residents":
            lines.append(
                words.say(
                    "sheet_site_other_best", names=told, count=str(len(row["site_ids"])),
                    loss=say_people(row["loss"]),
                )
            )  # fmt: skip
    return lines


def _name_others(layer: Any) -> Mapping[str, str]:
    if layer is None or not len(layer):
        return {}
    return {
        str(one): to_plain(name)
        for one, name in zip(layer["site_id"], layer["name"], strict=True)
        if not pd.isna(name) and str(name).strip()
    }


def _say_doubt(figures: Figures, site: Row) -> list[str]:
    """Return what is unknown, the town's shares before and after, and what to look at."""
    words, content = figures.words, figures.handover.proposal.content  # type: ignore[union-attr]
    lines = []
    for row in content.get("towns") or []:
        if row.get("town") != site.get("town") or is_missing(row.get("share_after")):
            continue
        # Of today, without what is already planned: the figures of the rules beside it.
        then = "today" if not is_missing(row.get("share_today")) else "before"
        values = {
            f"{end}{when}": say_share(row[f"share_{end}{of}"])
            for end in ("", "low_", "high_")
            for when, of in (("before", then), ("after", "after"))
        }
        same = abs(row[f"share_{then}"] - row["share_after"]) < _SAME
        lines.append(
            words.say(
                "sheet_site_town_same" if same else "sheet_site_town", town=to_plain(row["town"]),
                count=str(len(content["sites"])), **values,
            )
        )  # fmt: skip
    people = (content.get("cannot_be_judged") or {}).get("residential")
    if people:
        lines.append(words.say("sheet_site_unknown", people=say_people(people)))
    lines.append(words.texts["sheet_site_check"])
    return lines
