"""What can be done for each gap: a proposed site, an opening, or what helps against its cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from planner.reports.report_words import say_people

if TYPE_CHECKING:
    from planner.reports.report_figures import Figures

#: A site or an opening that covers a smaller share of a gap's people is no measure for it.
_LEAST_HELP: Final = 0.1


@dataclass(frozen=True)
class GapMeasure:
    """What can be done for a gap.

    text : in words; people : whom it would cover, None where nobody has worked it out.
    """

    text: str
    people: float | None


def find_measures(figures: Figures) -> Mapping[str, GapMeasure]:
    """Find the measure that covers most people of each gap.

    Parameters
    ----------
    figures
        Of the report; people are those of the kind told first.

    Returns
    -------
    mapping
        `gap_id` -> measure, for every gap: a proposed site or an opening if one of them covers
        a tenth of its people or more; else what helps against its cause, without a number.
    """
    openings, sites = _find_openings(figures), _find_sites(figures)
    people = f"people_{figures.lead}"
    measures = {}
    for gap in figures.gaps:
        id_, whole = gap["gap_id"], gap.get(people) or 0
        # Where both cover as many, the site is told: max takes the first of equals.
        held = [found[id_] for found in (sites, openings) if id_ in found]
        best = max(held, key=lambda one: one.people or 0, default=None)
        helps = best is not None and whole and (best.people or 0) >= _LEAST_HELP * whole
        measures[id_] = best if best is not None and helps else _answer_cause(figures, gap)
    return measures


def _answer_cause(figures: Figures, gap: Mapping[str, Any]) -> GapMeasure:
    """Return what helps against the cause of a gap; nobody has worked out how much."""
    words, cause, detail = figures.words, str(gap.get("cause") or ""), gap.get("cause_detail")
    key = f"rp_measure_{cause}"
    if cause in ("wall", "barrier") and not detail:
        key += "_some"
    told = words.term("barrier", detail) if cause == "barrier" else detail
    text = words.texts.get(key, words.texts["rp_measure_"])
    return GapMeasure(text.format(detail=told), None)


def _find_sites(figures: Figures) -> Mapping[str, GapMeasure]:
    """Return for each gap the proposed site that covers most of its people."""
    best: dict[str, GapMeasure] = {}
    # Fewest people first: the last one of a gap stays.
    for gap_id, site_id, people in figures.gained_by_gap:
        if (name := figures.site_names.get(site_id)) is not None:
            text = figures.words.say("rp_measure_site", name=name, people=say_people(people))
            best[gap_id] = GapMeasure(text, people)
    return best


def _find_openings(figures: Figures) -> Mapping[str, GapMeasure]:
    """Return for each gap the opening that covers most of its people."""
    words = figures.words
    gains, demand = figures.layer("gate_gains"), figures.layer("demand")
    people = f"people_{figures.lead}"
    if gains is None or demand is None or people not in gains.columns:
        return {}
    if not {"gap_id", "compound_id"} <= set(demand.columns):
        return {}
    inside = demand.loc[
        (demand["gap_id"].fillna("") != "") & (demand["compound_id"].fillna("") != "")
    ]
    pairs = inside[["compound_id", "gap_id"]].drop_duplicates()
    best: dict[str, GapMeasure] = {}
    found = pairs.merge(pd.DataFrame(gains.drop(columns="geometry")), on="compound_id")
    for row in found.sort_values(people, kind="stable").to_dict("records"):
        if row[people] > 0:
            text = words.say(
                "rp_measure_opening",
                name=row["compound"] or words.texts["compound_unnamed"],
                kind=words.term("rp_opening", row["kind"]),
                people=say_people(row[people]),
            )
            best[str(row["gap_id"])] = GapMeasure(text, float(row[people]))
    return best
