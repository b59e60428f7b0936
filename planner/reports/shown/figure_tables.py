"""The figures of a result as a small table of HTML, for notebooks: no script, no link."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any, Final

from planner.reports.report_figures import Figures, figures_of
from planner.reports.report_words import Words, say_people, say_share, to_line
from planner.reports.shown.shown_parts import Showable, hand_over
from planner.scenarios import Comparison
from planner.siting.propose import Proposal

#: Rows of sites or scenarios that are shown, and gaps that are named.
_MOST_ROWS: Final = 10
_MOST_GAPS: Final = 3
#: Sentences of a proposal that are shown: value and proof come first.
_MOST_SENTENCES: Final = 3


def write_html(shown: Showable) -> str:
    """Return the figures of a result, a finished run, a proposal or a comparison.

    Parameters
    ----------
    shown
        What shows itself; its texts are in the language of its plan.

    Returns
    -------
    str
        Markup; texts of the data are escaped.
    """
    handover = hand_over(shown, drawn=False)
    figures = figures_of(handover)
    texts = figures.words.texts
    title = str(figures.run.get("title") or figures.run.get("plan") or "")
    if isinstance(shown, Proposal):
        parts = _tell_proposal(figures)
    elif isinstance(shown, Comparison):
        parts = _tell_comparison(figures)
    else:
        parts = _tell_run(figures)
    heading = to_line(title)
    if walker := (figures.run.get("profile") or {}).get("name"):
        who = to_line(figures.words.term("profile", walker))
        heading = texts["shown_run"].format(place=heading, profile=who)
    notice = [f"<p><b>{_escape(texts['synthetic'])}</b></p>"] if figures.words.notice() else []
    tag = "zh-CN" if handover.language == "zh" else handover.language
    return "\n".join(
        [f'<div lang="{tag}">', f"<p><b>{_escape(heading)}</b></p>", *notice, *parts, "</div>"]
    )


def _tell_run(figures: Figures) -> list[str]:
    """Return the shares of all people by kind and cutoff, with their ends, and the gaps."""
    words = figures.words
    cutoffs = sorted({float(row["cutoff_minutes"]) for row in figures.coverage})
    heads = [words.texts["col_kind"], words.texts["people"]]
    heads += [words.say("shown_cutoff", minutes=words.cutoff(cutoff)) for cutoff in cutoffs]
    heads += [words.texts[key] for key in ("col_gap", "col_unknown")]
    rows = []
    for kind in figures.kinds:
        found = [figures.covered("all", kind, cutoff) or {} for cutoff in cutoffs]
        last: Mapping[str, Any] = found[-1]
        rows.append(
            [
                words.term("kind", kind), say_people(last.get("people")),
                *(_say_ends(row) for row in found),
                say_people(last.get("gap")), say_people(last.get("unknown")),
            ]
        )  # fmt: skip
    told = [_name_gaps(figures)]
    if facilities := figures.summary.get("facilities"):
        count, joined = facilities["total"], facilities["joined"]
        told.append(words.say("shown_facilities", count=count, joined=joined))
    if warnings := figures.summary.get("warnings"):
        told.append(words.say("shown_warnings", count=len(warnings)))
    return [_table(heads, rows), *(f"<p>{_escape(line)}</p>" for line in told)]


def _name_gaps(figures: Figures) -> str:
    """Return how many gaps there are, and what the largest are called."""
    words, count = figures.words, len(figures.gaps)
    if not count:
        return words.texts["shown_no_gaps"]
    names = [
        words.say(
            "shown_gap",
            name=words.gap_name(gap),
            people=say_people(gap[f"people_{figures.lead}"]),
            people_of=words.term("people_of", figures.lead),
        )
        for gap in figures.largest_gaps(_MOST_GAPS)
    ]
    return words.say("shown_gaps", count=count, names=words.texts["rp_list"].join(names))


def _tell_proposal(figures: Figures) -> list[str]:
    """Return how good the choice is, in its own sentences, and the sites in building order."""
    words, part = figures.words, figures.handover.proposal
    assert part is not None
    content = part.content
    kind = words.term("people_of", figures.lead)
    heads = [
        words.texts["shown_order"], words.texts["site"], words.texts["town"],
        words.say("shown_newly", kind=kind), words.cost_heading(content.get("cost_unit")),
    ]  # fmt: skip
    sites = sorted(content["sites"], key=lambda site: site["order"])
    rows = [
        [
            f"{site['order']}", to_line(site["name"] or words.texts["site_unnamed"]),
            to_line(site.get("town") or ""), say_people(site["gain"].get(figures.lead)),
            say_people(site.get("cost")),
        ]
        for site in sites
    ]  # fmt: skip
    sentences = content["reasons"][figures.handover.language][:_MOST_SENTENCES]
    return [
        *(f"<p>{_escape(to_line(sentence))}</p>" for sentence in sentences),
        *_cut_table(heads, rows, figures),
    ]


def _tell_comparison(figures: Figures) -> list[str]:
    """Return the shares of all people before and after each scenario, and who gains and loses."""
    words, part = figures.words, figures.handover.comparison
    assert part is not None
    keys = ("shown_scenario", "col_kind", "shown_before", "shown_after", "col_gained", "col_lost")
    own = part.content["profile"]
    rows = [
        [
            to_line(scenario["name"]), _say_kind(words, row),
            _say_ends(row, "_before"), _say_ends(row, "_after"),
            say_people(row["gained"]), say_people(row["lost"]),
        ]
        for scenario in part.content["scenarios"]
        for row in (*scenario["totals"], *scenario.get("conditions", ()))
        if row["area"] == "all" and not row.get("group") and row["kind"] != "all"
        and row["profile"] == own
    ]  # fmt: skip
    return _cut_table([words.texts[key] for key in keys], rows, figures)


def _say_kind(words: Words, row: Mapping[str, Any]) -> str:
    """Return whose figures a row has, and under which condition."""
    kind = words.term("kind", row["kind"])
    return f"{kind} · {words.condition(row['condition'])}" if row.get("condition") else kind


def _say_ends(row: Mapping[str, Any], when: str = "") -> str:
    """Return a share with its ends where some people cannot be judged."""
    share, low, high = (row.get(f"share{end}{when}") for end in ("", "_low", "_high"))
    if low == high:
        return say_share(share)
    return f"{say_share(share)} ({say_share(low)}–{say_share(high)})"


def _cut_table(heads: Sequence[str], rows: Sequence[Sequence[str]], figures: Figures) -> list[str]:
    """Return a table of not too many rows, and how many more there are."""
    more = len(rows) - _MOST_ROWS
    told = [figures.words.say("shown_more", count=more)] if more > 0 else []
    return [_table(heads, rows[:_MOST_ROWS]), *(f"<p>{_escape(line)}</p>" for line in told)]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; notebooks give it their own looks."""
    lines = ["<table>", f"<thead>{_row('th', heads)}</thead>", "<tbody>"]
    lines += [_row("td", row) for row in rows]
    return "\n".join([*lines, "</tbody>", "</table>"])


def _row(tag: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{_escape(cell)}</{tag}>' for cell in cells)}</tr>"


def _escape(text: str) -> str:
    """Return a text as it may stand in markup."""
    return html.escape(text)
