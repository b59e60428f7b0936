"""Sheets of what rests on a run: the proposal, and before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planner.reports.report_figures import KINDS, Figures
from planner.reports.workbook._book import Book, Sheet
from planner.reports.workbook._columns import Field, keep_filled
from planner.reports.workbook._places import place_columns

#: Of a comparison: key of the counts, before and after.
_BOTH = ("share", "share_low", "share_high")


def write_proposal(book: Book) -> Sheet | None:
    """Write what was proposed: how good it is, and a row for each site; None without one."""
    proposal = book.figures.handover.proposal
    if proposal is None:
        return None
    figures, words, texts = book.figures, book.words, book.words.texts
    content = proposal.content
    sites = sorted(content.get("sites") or [], key=lambda site: site["order"])
    sheet = book.add_sheet("wb_sites")
    for line in figures.reasons:
        sheet.write_line(f"· {line}")
    sheet.skip()
    layer = proposal.layers["sites"]
    reasons = dict(
        zip(layer["site_id"], layer[f"reasons_{figures.handover.language}"], strict=True)
    )
    columns = [
        Field(texts["wb_order"], [site["order"] for site in sites], "number",
               texts["wb_note_order"]),
        Field(texts["site_proposed"],
               [site["name"] or texts["site_unnamed"] for site in sites], wide=24),
        Field(texts["town"], [site["town"] or "" for site in sites]),
        Field(texts["action"], [words.term("action", site["action"]) for site in sites], wide=14),
        Field(words.cost_heading(content.get("cost_unit")), [site["cost"] for site in sites],
               "number"),
        *_gain_columns(figures, sites),
        Field(words.say("wb_loss_without", kind=texts["people_of_residential"]),
               [site["loss_without"] for site in sites], "people", texts["wb_note_loss"]),
        Field(texts["wb_minutes_before"], [site["minutes_before"] for site in sites], "minutes",
               texts["wb_note_minutes_before"]),
        Field(texts["wb_minutes_after"], [site["minutes_after"] for site in sites], "minutes",
               texts["wb_note_minutes_before"]),
        Field(texts["wb_frontage"], [site.get("frontage_m") for site in sites], "metres",
               texts["wb_note_frontage"]),
        Field(texts["wb_chosen"], [site.get("runs_share") for site in sites], "share",
               texts["wb_note_chosen"]),
        Field(texts["reasons"], [reasons.get(site["site_id"]) for site in sites], wide=80),
        *place_columns(book, [site["lon"] for site in sites], [site["lat"] for site in sites]),
    ]  # fmt: skip
    if not sites:
        sheet.write_line(texts["wb_no_sites"])
        return sheet
    sheet.write_table(keep_filled(columns), frozen=2)
    return sheet


def _gain_columns(figures: Figures, sites: Sequence[Mapping[str, Any]]) -> list[Field]:
    """Return whom each site newly covers, and who could not be judged before."""
    words, columns = figures.words, []
    for key, heading in (("gain", "wb_gain"), ("gain_unknown_by_kind", "wb_gain_unknown")):
        for kind in KINDS:
            values = [(site.get(key) or {}).get(kind, 0) for site in sites]
            if any(values) or (key == "gain" and kind == figures.lead):
                heading_of = words.say(heading, kind=words.term("people_of", kind))
                columns.append(Field(heading_of, values, "people", words.texts[f"{heading}_note"]))
    return columns


def write_comparison(book: Book) -> Sheet | None:
    """Write what each edit brings, and shares before and after; None without a comparison."""
    comparison = book.figures.handover.comparison
    if comparison is None:
        return None
    words, texts = book.words, book.words.texts
    content = comparison.content
    scenarios = list(content.get("scenarios") or [])
    sheet = book.add_sheet("wb_compare", words.say("wb_within", minutes=words.cutoff(
        float(content.get("cutoff_minutes") or book.figures.cutoff))))  # fmt: skip
    sheet.write_line(texts["ledger_how"])
    sheet.write_table(_ledger_columns(book, scenarios))
    sheet.skip()
    sheet.write_line(texts["wb_before_after_how"])
    sheet.write_table(_area_columns(book, scenarios), frozen=0)
    return sheet


def _name_of(book: Book, scenario: Mapping[str, Any]) -> str:
    return str(scenario.get("name") or book.words.texts["scenario_unnamed"])


def _ledger_columns(book: Book, scenarios: Sequence[Mapping[str, Any]]) -> list[Field]:
    """Return a row for each edit, in the order of the file."""
    words, texts = book.words, book.words.texts
    rows = [(_name_of(book, one), row) for one in scenarios for row in one.get("ledger") or []]
    kind = words.term("people_of", str(rows[0][1].get("kind")) if rows else "residential")
    comparison = book.figures.handover.comparison
    unit = comparison.content.get("cost_unit") if comparison else None
    counted = ("gained", "newly_covered", "gained_unknown", "lost", "came", "went")
    columns = [
        Field(texts["scenario"], [name for name, _ in rows], wide=30),
        Field(texts["edit"], [words.term("op", row["op"]) for _, row in rows]),
        Field(texts["wb_name"], [row.get("name") or texts["edit_unnamed"] for _, row in rows],
               wide=26),
        Field(words.cost_heading(unit), [row.get("cost") for _, row in rows], "number"),
        *(
            Field(words.say(f"wb_{key}", kind=kind), [row.get(key) for _, row in rows], "people",
                   texts.get(f"wb_note_{key}", ""))
            for key in counted
            if key in counted[:2] or any(row.get(key) for _, row in rows)
        ),
        Field(texts["wb_only_then"], [_say_moments(book, row) for _, row in rows], spills=True),
    ]  # fmt: skip
    return keep_filled(columns) if rows else columns


def _say_moments(book: Book, row: Mapping[str, Any]) -> str:
    """Return what an edit brings at moments alone, such as longer hours."""
    words, kind = book.words, str(row.get("kind"))
    told = []
    for one in row.get("moments") or []:
        gained = (one.get("gained_by_kind") or {}).get(kind, 0)
        lost = (one.get("lost_by_kind") or {}).get(kind, 0)
        told.append(words.change(one.get("moment"), gained, lost))
    return words.texts["rp_hours_join"].join(told)


def _area_columns(book: Book, scenarios: Sequence[Mapping[str, Any]]) -> list[Field]:
    """Return a row for each area and kind, before and after."""
    words, texts = book.words, book.words.texts
    order = {area: at for at, area in enumerate(["all", *book.figures.towns])}
    rows = [
        (_name_of(book, one), row)
        for one in scenarios
        for row in sorted(
            (
                row
                for part in ("totals", "conditions")
                for row in one.get(part) or []
                if row.get("kind") in KINDS
            ),
            key=lambda row: (order.get(row["area"], len(order)), KINDS.index(row["kind"])),
        )
        if row.get("people") or row.get("people_after")
    ]
    return [
        Field(texts["scenario"], [name for name, _ in rows], wide=30),
        Field(texts["wb_area"], [words.area(row["area"]) for _, row in rows]),
        Field(texts["col_kind"], [_say_who(book, row) for _, row in rows], wide=26),
        *(
            Field(texts[f"wb_{key}_{when}"],
                   [row.get(f"{key}_{when}") for _, row in rows], "share", texts[f"wb_note_{key}"])
            for key in _BOTH
            for when in ("before", "after")
        ),
        *(
            Field(words.say(f"wb_{key}", kind=texts["people"]), [row.get(key) for _, row in rows],
                   "people", texts.get(f"wb_note_{key}", ""))
            for key in ("gained", "newly_covered", "gained_unknown", "lost")
        ),
        *(
            Field(texts[f"wb_{key}_{when}"], [row.get(f"{key}_{when}") for _, row in rows],
                   "people")
            for key in ("gap", "unknown")
            for when in ("before", "after")
        ),
        *(
            Field(texts[f"wb_lost_then_{when}"],
                   [row.get(f"lost_then_{when}") for _, row in rows], "people",
                   texts["wb_note_lost_then"])
            for when in ("before", "after")
            if any("lost_then_after" in row for _, row in rows)
        ),
    ]  # fmt: skip


def _say_who(book: Book, row: Mapping[str, Any]) -> str:
    """Return whose figures a row has: a group, or all people of a kind; under which condition."""
    words, group = book.words, row.get("group")
    who = words.group(group) if group else words.term("people_of", row["kind"])
    if not row.get("condition"):
        return who
    own = (book.figures.run.get("profile") or {}).get("name")
    walker = [] if row.get("profile") == own else [words.term("profile", row.get("profile"))]
    return " · ".join([who, words.condition(row["condition"]), *walker])
