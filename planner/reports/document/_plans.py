"""Chapters on what may be done: the proposal with its proof, and before and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from planner.reports.document._page import Page, cells
from planner.reports.report_figures import KINDS
from planner.reports.report_words import (
    capitalise,
    is_missing,
    say_minutes,
    say_people,
    say_share,
    whole,
)

_MOST_LISTED: Final = 30
_MOST_EDITS: Final = 20


def write_proposal(page: Page) -> None:
    """Write which sites are proposed, how good that is, and why each."""
    page.begin("doc_proposal")
    proposal = page.figures.handover.proposal
    if proposal is None:
        page.paper.add_text(page.say("doc_no_proposal"))
        return
    content = proposal.content
    page.paper.add_list([capitalise(line) for line in page.figures.reasons])
    sites = sorted(content.get("sites") or [], key=lambda site: site["order"])
    if not sites:
        page.paper.add_text(page.say("wb_no_sites"))
        return
    listed = sites[:_MOST_LISTED]
    if len(listed) < len(sites):
        page.paper.add_text(page.say("doc_sites_listed", shown=len(listed), total=len(sites)))
    _write_sites(page, content, listed)
    _write_reasons(page, content, listed)
    page.paper.add_text(page.say("doc_more_reasons"))


def _write_sites(page: Page, content: Mapping[str, Any], sites: list[Mapping[str, Any]]) -> None:
    """Write the table of sites in the order in which they should be built."""
    words = page.words
    lead = page.figures.lead
    gains = [(site.get("gain") or {}).get(lead) or 0 for site in sites]
    totals = [sum(gains[: at + 1]) for at in range(len(gains))]
    columns = [
        cells(words.texts["col_rank"], [site["order"] for site in sites], 1.3, "middle"),
        cells(words.texts["site_proposed"],
              [site["name"] or words.texts["site_unnamed"] for site in sites], 4.4),
        cells(words.texts["town"], [site["town"] or "" for site in sites], 2.2),
        cells(words.texts["action"], [words.term("action", site["action"]) for site in sites], 2.0),
        cells(words.cost_heading(content.get("cost_unit")),
              [_say_cost(site["cost"]) for site in sites], 2.0, "right"),
        cells(page.say("wb_gain", kind=page.people_of()), [say_people(n) for n in gains], 2.6,
              "right"),
        cells(words.texts["doc_together"], [say_people(n) for n in totals], 2.0, "right"),
    ]  # fmt: skip
    page.table("doc_sites_caption", columns, count=len(sites))


def _write_reasons(page: Page, content: Mapping[str, Any], sites: list[Mapping[str, Any]]) -> None:
    """Write why each site was chosen: gaps relieved, walks before and after, other choices."""
    words = page.words
    repeats = (content.get("robustness") or {}).get("runs")
    page.paper.add_text(page.say("doc_why"))
    columns = [
        cells(words.texts["col_rank"], [site["order"] for site in sites], 1.3, "middle"),
        cells(words.texts["doc_why_gaps"],
              [words.texts["rp_list"].join(_list_relieved(page, site["site_id"])) or "—"
               for site in sites], 6.0),
        cells(words.texts["doc_why_minutes"],
              [page.say("doc_from_to", before=say_minutes(site.get("minutes_before")),
                        after=say_minutes(site.get("minutes_after"))) for site in sites], 3.2,
              "middle"),
        cells(words.texts["doc_why_loss"], [say_people(site.get("loss_without")) for site in sites],
              2.4, "right"),
        cells(words.texts["doc_why_frontage"],
              [say_people(site.get("frontage_m")) for site in sites], 2.2, "right"),
    ]  # fmt: skip
    if repeats:
        chosen = [
            "—" if is_missing(site.get("runs_share")) else f"{whole(site['runs_share'] * repeats)}"
            for site in sites
        ]
        columns.append(cells(page.say("doc_why_runs", repeats=repeats), chosen, 2.2, "right"))
    page.table("doc_why_caption", columns)


def _say_cost(cost: Any) -> str:
    """Write a cost in the unit of its column."""
    return "—" if is_missing(cost) else f"{cost:,g}"


def _list_relieved(page: Page, site_id: str) -> list[str]:
    """Return the gaps that a site brings people out of, with their people."""
    names = {gap["gap_id"]: page.words.gap_name(gap) for gap in page.figures.named_gaps}
    found = page.figures.relieved(site_id)[:3]
    return [
        page.say("doc_named_people", name=names[gap_id], people=say_people(people))
        for gap_id, people in found
        if gap_id in names
    ]


def write_comparison(page: Page) -> None:
    """Write what each scenario brings: before and after, and each edit."""
    page.begin("doc_comparison")
    comparison = page.figures.handover.comparison
    if comparison is None:
        page.paper.add_text(page.say("doc_no_comparison"))
        return
    content = comparison.content
    for scenario in content.get("scenarios") or []:
        _write_scenario(page, scenario, content.get("cost_unit"))
        _write_under_conditions(page, scenario, content.get("profile"))


def _write_scenario(page: Page, scenario: Mapping[str, Any], unit: str | None) -> None:
    """Write a sentence on a scenario, the table of its edits, and shares before and after."""
    words = page.words
    name = scenario.get("name") or words.texts["scenario_unnamed"]
    rows = {
        row["kind"]: row
        for row in scenario.get("totals") or []
        if row["area"] == "all" and not row.get("group") and row["kind"] in KINDS
        and (row.get("people") or row.get("people_after"))
    }  # fmt: skip
    lead = rows.get(page.figures.lead)
    if lead is not None:
        key = "doc_scenario" if lead["lost"] else "doc_scenario_no_loss"
        page.paper.add_text(
            page.say(key, name=name, kind=page.people_of(), gained=say_people(lead["gained"]),
                     lost=say_people(lead["lost"]), before=say_share(lead.get("share_before")),
                     after=say_share(lead.get("share_after")))
        )  # fmt: skip
    _write_ledger(page, scenario, unit)
    kinds = [kind for kind in KINDS if kind in rows]
    ends = [
        cells(words.texts[f"doc_{when}"],
              [_say_both(page, rows[kind], when) for kind in kinds], 4.2, "right")
        for when in ("before", "after")
    ]  # fmt: skip
    page.table(
        "doc_both_caption",
        [
            cells(words.texts["col_kind"], [page.people_of(kind) for kind in kinds], 2.4),
            *ends,
            *(
                cells(words.texts[f"doc_{key}"], [say_people(rows[kind][key]) for kind in kinds],
                      2.2, "right")
                for key in ("gained", "lost")
            ),
        ],
        name=name, minutes=words.cutoff(page.figures.cutoff),
    )  # fmt: skip


def _write_under_conditions(page: Page, scenario: Mapping[str, Any], profile: Any) -> None:
    """Write shares under each condition before and after, for the plan's own walkers.

    Nothing is written where the plan names no conditions.
    """
    words = page.words
    rows = [
        row
        for row in scenario.get("conditions") or []
        if row["area"] == "all" and row["profile"] == profile and row["kind"] in KINDS
        and (row.get("people") or row.get("people_after"))
    ]  # fmt: skip
    if not rows:
        return
    page.table(
        "doc_under_caption",
        [
            cells(words.texts["col_condition"], [words.condition(row["condition"]) for row in rows],
                  3.0),
            cells(words.texts["col_kind"], [page.people_of(row["kind"]) for row in rows], 2.2),
            *(
                cells(words.texts[f"doc_{when}"], [_say_both(page, row, when) for row in rows], 3.6,
                      "right")
                for when in ("before", "after")
            ),
            cells(words.texts["doc_lost_then"],
                  [page.say("doc_people_from_to", before=say_people(row["lost_then_before"]),
                            after=say_people(row["lost_then_after"])) for row in rows], 3.8,
                  "right"),
        ],
        name=scenario.get("name") or words.texts["scenario_unnamed"],
        minutes=words.cutoff(page.figures.cutoff),
    )  # fmt: skip
    page.paper.add_text(page.say("doc_under_how"))


def _say_both(page: Page, row: Mapping[str, Any], when: str) -> str:
    """Return a share with its ends, before or after."""
    share, low, high = (
        say_share(row.get(f"{key}_{when}")) for key in ("share", "share_low", "share_high")
    )
    return share if low == high else page.say("doc_share_ends", share=share, low=low, high=high)


def _write_ledger(page: Page, scenario: Mapping[str, Any], unit: str | None) -> None:
    """Write what each edit brings, in the order of the file."""
    words, rows = page.words, list(scenario.get("ledger") or [])
    listed = rows[:_MOST_EDITS]
    if len(listed) < len(rows):
        page.paper.add_text(page.say("doc_edits_listed", shown=len(listed), total=len(rows)))
    if not listed:
        return
    page.table(
        "doc_ledger_caption",
        [
            cells(words.texts["col_rank"], [row["edit"] for row in listed], 1.3, "middle"),
            cells(words.texts["edit"], [words.term("op", row["op"]) for row in listed], 2.6),
            cells(words.texts["col_name"],
                  [row.get("name") or words.texts["edit_unnamed"] for row in listed], 4.2),
            cells(words.cost_heading(unit), [_say_cost(row.get("cost")) for row in listed], 2.0,
                  "right"),
            cells(words.texts["doc_effect"], [_say_effect(page, row) for row in listed], 6.2),
        ],
    )  # fmt: skip


def _say_effect(page: Page, row: Mapping[str, Any]) -> str:
    """Return what an edit brings; of one without effect whether it has any at some time of day."""
    told = []
    for key in ("gained", "lost"):
        if row.get(key):
            told.append(page.say(f"doc_effect_{key}", people=say_people(row[key])))
    for one in row.get("moments") or []:
        kind = str(row.get("kind"))
        gained = (one.get("gained_by_kind") or {}).get(kind, 0)
        lost = (one.get("lost_by_kind") or {}).get(kind, 0)
        told.append(page.words.change(one.get("moment"), gained, lost))
    return page.words.texts["rp_hours_join"].join(told) or page.words.texts["edit_nobody"]
