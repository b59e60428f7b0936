"""Chapters on today: the paragraph for leaders, the map, towns, the largest gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from planner.reports.document._charts import draw_towns, paint_png
from planner.reports.document._page import Page, cells
from planner.reports.document._word_pages import Cells
from planner.reports.printed import draw_map
from planner.reports.report_words import (
    is_missing,
    say_minutes,
    say_people,
    say_share,
    say_target,
    to_line,
)

#: So many towns fit on a page; of more those with most people left out are listed.
_MOST_TOWNS: Final = 20
_LARGEST: Final = 10
#: So many gaps fit on the first page, below the figures.
_FIRST: Final = 5
_MAP_CM: Final = (15.0, 19.0)


def write_summary(page: Page) -> None:
    """Write what leaders need on the first page: a paragraph, figures, kinds of people, gaps."""
    figures, words = page.figures, page.words
    page.begin("doc_summary")
    page.paper.add_text("".join(_list_sentences(page)))
    row = figures.covered("all", figures.lead)
    if row is None or not row["people"]:
        return
    gaps = len(figures.largest_gaps(len(figures.gaps)))
    people_of = page.people_of()
    page.paper.add_figures(
        [
            (_say_share(page, "all", row), _say_target(page)),
            (say_people(row["gap"]), page.say("doc_big_left", kind=people_of)),
            (f"{gaps:,}", page.say("doc_big_gaps")),
        ]
    )
    rows = [figures.covered("all", kind) or {} for kind in figures.kinds]
    page.table(
        "doc_kinds",
        [
            cells(words.texts["col_kind"], [page.people_of(kind) for kind in figures.kinds], 2.4),
            *(
                cells(page.say(f"doc_{key}"), [say_people(row.get(key)) for row in rows], 2.4,
                      "right")
                for key in ("people", "covered", "gap", "unknown")
            ),
            cells(words.texts["col_share"], [_say_share(page, "all", row) for row in rows], 1.8,
                  "right"),
            cells(words.texts["doc_ends"], [_say_ends(page, "all", row) for row in rows], 3.0,
                  "right"),
        ],
        minutes=words.cutoff(figures.cutoff),
    )  # fmt: skip
    if first := figures.largest_gaps(_FIRST):
        page.table("doc_first_gaps",
                   [*_list_gap_names(page, first), _list_measures(page, first, 9.6)],
                   kind=people_of)  # fmt: skip


def _say_share(page: Page, area: str, row: Any, key: str = "share") -> str:
    """Return a share of an area: one that misses its target never reads as met."""
    check = page.figures.target(area, str(row.get("kind"))) or {}
    return say_share(row.get(key), check.get("target"))


def _say_ends(page: Page, area: str, row: Any) -> str:
    """Return the ends of a share."""
    low, high = (_say_share(page, area, row, key) for key in ("share_low", "share_high"))
    return page.say("range", low=low, high=high)


def _say_target(page: Page) -> str:
    """Return what the largest number is of, with the target and whether it is met."""
    check = page.figures.target("all", page.figures.lead)
    label = page.say("doc_big_share", kind=page.people_of())
    if check is None:
        return label
    return page.say("doc_big_target", label=label, target=say_target(check["target"]),
                    result=page.words.texts[str(check["result"])])  # fmt: skip


def _list_sentences(page: Page) -> list[str]:
    """Return the sentences of the paragraph for leaders."""
    figures, words = page.figures, page.words
    told = [figures.sentence()]
    row, check = figures.covered("all", figures.lead), figures.target("all", figures.lead)
    if row is None or not row["people"]:
        return told
    ends = _say_ends(page, "all", row)
    if check is not None:
        result = words.texts[str(check["result"])]
        told.append(page.say("doc_with_target", target=say_target(check["target"]), result=result,
                             ends=ends))  # fmt: skip
    elif row["unknown"] > 0:
        told.append(page.say("doc_with_ends", ends=ends))
    if largest := figures.largest_gaps(1):
        gap = largest[0]
        told.append(
            page.say("doc_largest" if gap.get("town") else "doc_largest_no_town",
                     name=words.gap_name(gap), town=gap.get("town"),
                     people=say_people(gap[f"people_{figures.lead}"]),
                     kind=page.people_of(),
                     cause=words.cause(gap.get("cause"), gap.get("cause_detail")))
        )  # fmt: skip
    proposal = figures.handover.proposal
    whole = {} if proposal is None else proposal.content.get("whole_area") or {}
    if proposal is not None and whole and (sites := proposal.content.get("sites")):
        told.append(
            page.say("doc_proposed", count=f"{len(sites):,}",
                     people=say_people(whole.get("residents_gained")),
                     before=say_share(whole.get("share_today")),
                     after=say_share(whole.get("share_after")))
        )  # fmt: skip
        if proposal.content.get("cost"):
            told.append(page.say("doc_costs", cost=f"{proposal.content['cost']:,g}",
                                 unit=proposal.content.get("cost_unit") or ""))  # fmt: skip
    return told


def write_map(page: Page) -> None:
    """Write the map of the whole area."""
    # A first page with a table of gaps is full: the map would leave its heading alone below it.
    gaps = bool(page.figures.largest_gaps(1))
    page.begin("doc_map", new_page=gaps)
    text = page.say("doc_map_how", minutes=page.words.cutoff(page.figures.cutoff))
    page.paper.add_text(text + page.say("doc_map_numbers") if gaps else text)
    figure = draw_map(page.figures.handover, size_cm=(_MAP_CM[0], None), layers=page.layers)
    wide, high = (2.54 * side for side in figure.get_size_inches())
    # A long area would not fit on a page.
    page.picture(
        paint_png(figure), "doc_map_caption", wide_cm=min(wide, wide * _MAP_CM[1] / high),
        title=page.figures.run["title"], minutes=page.words.cutoff(page.figures.cutoff),
    )  # fmt: skip


def _list_class_shares(page: Page) -> list[str]:
    """Return a sentence on the share of each class of housing; none where the plan names none."""
    figures, texts = page.figures, page.words.texts
    rows = [
        row
        for row in figures.summary.get("classes") or []
        if (row["area"], row["kind"], row["cutoff_minutes"])
        == ("all", figures.lead, figures.cutoff)
        and not is_missing(row.get("share"))
    ]
    if not rows:
        return []
    named = [
        page.say("doc_class", name=to_line(row["class"]) or texts["class_none"],
                 share=say_share(row["share"]))
        for row in rows
    ]  # fmt: skip
    return [
        page.say("doc_classes", kind=page.people_of(), shares=texts["doc_class_and"].join(named))
    ]


def write_towns(page: Page) -> None:
    """Write the table of towns, with a chart of their shares."""
    figures, words, lead = page.figures, page.words, page.figures.lead
    page.begin("doc_towns")
    rows = {town: figures.covered(town, lead) for town in figures.towns}
    known = {town: row for town, row in rows.items() if row is not None and row["people"] > 0}
    if not known:
        page.paper.add_text(page.say("doc_no_towns"))
        return
    page.paper.add_text("".join([*_list_town_sentences(page, known), *_list_class_shares(page)]))
    shown = list(known)
    if len(shown) > _MOST_TOWNS:
        shown = sorted(shown, key=lambda town: (-known[town]["gap"], town))[:_MOST_TOWNS]
        page.paper.add_text(page.say("doc_towns_listed", shown=len(shown), total=f"{len(known):,}"))
    checks = {town: figures.target(town, lead) for town in shown}
    columns = [
        cells(words.texts["town"], shown, 2.6),
        *(
            cells(page.say(f"doc_{key}"), [say_people(known[town][key]) for town in shown], 2.0,
                  "right")
            for key in ("people", "covered", "gap", "unknown")
        ),
        cells(words.texts["col_share"], [_say_share(page, town, known[town]) for town in shown],
              1.7, "right"),
        cells(words.texts["doc_ends"], [_say_ends(page, town, known[town]) for town in shown], 2.9,
              "right"),
    ]  # fmt: skip
    if any(checks.values()):
        columns.append(
            cells(words.texts["wb_result"],
                  [words.texts.get(str((checks[town] or {}).get("result")), "") for town in shown],
                  2.0, "middle")
        )  # fmt: skip
    page.table("doc_towns_caption", columns, kind=page.people_of(),
               minutes=words.cutoff(figures.cutoff))  # fmt: skip
    if len(shown) > 1:
        png, both = draw_towns(page.figures, shown)
        key = "doc_towns_chart_both" if both else "doc_towns_chart"
        page.picture(png, key, wide_cm=15.0, kind=page.people_of(),
                     minutes=words.cutoff(figures.cutoff))  # fmt: skip


def _list_town_sentences(page: Page, rows: dict[str, Any]) -> list[str]:
    """Return how many towns reach the target, which has the lowest share and most people left."""
    figures, words = page.figures, page.words
    told = []
    results = Counter(
        str((figures.target(town, figures.lead) or {}).get("result", "")) for town in rows
    )
    if any(results[key] for key in ("met", "missed", "undecided")):
        told.append(page.say("doc_towns_results", count=f"{len(rows):,}",
                             met=results["met"], missed=results["missed"],
                             undecided=results["undecided"]))  # fmt: skip
    judged = {town: row for town, row in rows.items() if row.get("share") is not None}
    if len(judged) > 1:
        lowest = min(judged, key=lambda town: judged[town]["share"])
        most = max(rows, key=lambda town: rows[town]["gap"])
        told.append(page.say("doc_towns_lowest", town=words.area(lowest),
                             share=say_share(judged[lowest]["share"])))  # fmt: skip
        if rows[most]["gap"] > 0:
            told.append(page.say("doc_towns_most", town=words.area(most), kind=page.people_of(),
                                 people=say_people(rows[most]["gap"])))  # fmt: skip
    return told


def write_gaps(page: Page) -> None:
    """Write the table of the largest gaps with cause and measure."""
    figures, words = page.figures, page.words
    page.begin("doc_gaps")
    gaps = figures.largest_gaps(_LARGEST)
    people, people_of = f"people_{figures.lead}", page.people_of()
    row = figures.covered("all", figures.lead)
    if not gaps or row is None:
        page.paper.add_text(page.say("gaps_none", kind=people_of))
        return
    total = sum(gap[people] for gap in gaps)
    page.paper.add_text(
        page.say("doc_gaps_sum", count=f"{len(gaps):,}", people=say_people(total), kind=people_of,
                 share=say_share(total / row["gap"]) if row["gap"] else say_share(None))
        + page.say("doc_gaps_measures")
    )  # fmt: skip
    columns = [
        *_list_gap_names(page, gaps),
        cells(words.texts["doc_walk"],
              [say_minutes(gap.get("minutes"), figures.cutoff) for gap in gaps], 1.9, "right"),
        cells(words.texts["cause"],
              [words.cause(gap.get("cause"), gap.get("cause_detail")) for gap in gaps], 2.9),
        _list_measures(page, gaps, 4.7),
    ]  # fmt: skip
    page.table("doc_gaps_caption", columns, count=len(gaps), kind=people_of)


def _list_gap_names(page: Page, gaps: Sequence[Mapping[str, Any]]) -> list[Cells]:
    """Return the columns that say which gaps they are: number, name, town if any, people."""
    texts, lead = page.words.texts, page.figures.lead
    towns = any(gap.get("town") for gap in gaps)
    return [
        cells(texts["col_rank"], [gap["rank"] for gap in gaps], 1.2, "middle"),
        cells(texts["col_name"], [page.words.gap_name(gap) for gap in gaps],
              2.5 if towns else 4.9),
        *([cells(texts["town"], [gap.get("town") or "" for gap in gaps], 2.4)] if towns else []),
        cells(page.say("col_people_of_unit", kind=page.people_of()),
              [say_people(gap[f"people_{lead}"]) for gap in gaps], 1.9, "right"),
    ]  # fmt: skip


def _list_measures(page: Page, gaps: Sequence[Mapping[str, Any]], wide: float) -> Cells:
    """Return the column that says what can be done against each gap."""
    measures = [page.figures.measure(gap).text for gap in gaps]
    return cells(page.words.texts["wb_measure"], measures, wide)
