"""Last chapters: how sure it is and what the data lack, the method, the sources."""

from __future__ import annotations

from typing import Any, Final

from planner.reports.document._page import Page, cells
from planner.reports.report_words import say_door_rules, say_people, say_share
from planner.reports.rule_words import say_status

#: Paragraphs on the method, each with what it is about.
_METHOD: Final = ("doc_m_people", "doc_m_streets", "doc_m_walk", "doc_m_verdict", "doc_m_share",
                  "doc_m_gaps", "doc_m_sites")  # fmt: skip


def write_doubts(page: Page) -> None:
    """Write how sure the figures are, and what the data lack."""
    page.begin("doc_sure")
    page.paper.add_heading(page.words.texts["doc_sure_repeats"], 2)
    _write_repeats(page)
    page.paper.add_heading(page.words.texts["doc_sure_data"], 2)
    reasons = page.figures.unknown_reasons()
    lines = [
        page.say("rp_unknown_people", kind=page.people_of(kind), share=say_share(share),
                 people=say_people(people), reason=page.words.term("reason", reason))
        for kind, reason, people, share in reasons
        if kind == page.figures.lead
    ]  # fmt: skip
    facts = list(page.figures.facts())
    if not lines and not facts:
        page.paper.add_text(page.say("doc_nothing_lacks"))
        return
    if lines:
        page.paper.add_text(page.say("doc_unknown_how"))
    page.paper.add_list([*lines, *facts])
    page.paper.add_text(page.say("doc_doubts_more"))


def _write_repeats(page: Page) -> None:
    """Write what the repeats with other assumptions gave."""
    words, summary = page.words, page.figures.summary
    sure: Any = summary.get("uncertainty") or {}
    rows = {
        row["kind"]: row
        for row in sure.get("areas") or []
        if row["area"] == "all" and row["kind"] in page.figures.kinds
    }
    if not rows:
        page.paper.add_text(page.say("doc_no_repeats"))
        return
    ranges = sure.get("ranges") or {}
    parts = [
        page.say(key, range=page.say("range", low=f"{values[0]:g}", high=f"{values[1]:g}"))
        for name, key in (("speed", "range_speed"), ("access_limit_m", "range_limit"),
                          ("access_detour", "range_detour"), ("crossing_delay", "range_delay"))
        if len(values := ranges.get(name) or []) == 2
    ]  # fmt: skip
    if modes := ranges.get("gates"):
        told = words.texts["rp_list"].join(words.term("mode", mode) for mode in modes)
        parts.append(page.say("range_gates", modes=told))
    page.paper.add_text(
        page.say("doc_repeats", repeats=sure["repeats"],
                 ranges=words.texts["rp_hours_join"].join(parts))
    )  # fmt: skip
    kinds = [kind for kind in page.figures.kinds if kind in rows]
    columns = [
        cells(words.texts["col_kind"], [page.people_of(kind) for kind in kinds], 2.4),
        cells(words.texts["col_share"], [say_share(rows[kind].get("share")) for kind in kinds], 2.0,
              "right"),
        cells(words.texts["doc_data_ends"],
              [page.say("range", low=say_share(rows[kind].get("share_low")),
                        high=say_share(rows[kind].get("share_high"))) for kind in kinds], 3.6,
              "right"),
        cells(page.say("doc_repeat_ends", repeats=sure["repeats"]),
              [page.say("range", low=say_share(rows[kind].get("share_min")),
                        high=say_share(rows[kind].get("share_max"))) for kind in kinds], 3.6,
              "right"),
        cells(words.texts["wb_result"], [_say_times(page, rows[kind]) for kind in kinds], 4.0),
    ]  # fmt: skip
    page.table("doc_sure_caption", columns)


def _say_times(page: Page, row: Any) -> str:
    """Return how often the target was reached in the repeats."""
    if row.get("target") is None:
        return page.words.texts["no_target"]
    told = [page.say(f"times_{key}", times=row[key]) for key in ("met", "missed", "undecided")
            if row.get(key)]  # fmt: skip
    return page.words.texts["rp_list"].join(told)


def write_method(page: Page) -> None:
    """Write how the figures were worked out, on one page."""
    words, run = page.words, page.figures.run
    page.begin("doc_method")
    profile = run.get("profile") or {}
    values = {
        "minutes": words.cutoff(page.figures.cutoff),
        **say_door_rules(run),
        "speed": f"{float(profile.get('speed_kmh') or 4):g}",
        "profile": words.term("profile", profile.get("name")),
        "signal": f"{float(profile.get('signal_s') or 0):g}",
        "crossing": f"{float(profile.get('crossing_s') or 0):g}",
        "ring": f"{float(run.get('ring_m') or 0):,g}",
    }
    for key in _METHOD:
        text = words.texts[key].format(**values)
        if key == "doc_m_people" and run.get("ring_m"):
            text += words.texts["doc_m_ring"].format(**values)
        page.paper.add_text(text)


def write_sources(page: Page) -> None:
    """Write standards with what they are, figures of walkers, and the files used."""
    words, figures = page.words, page.figures
    page.begin("doc_sources")
    rules = dict[tuple[str, str], list[str]]()
    for row in figures.summary.get("checks") or []:
        key = (words.source(row.get("source")), say_status(words, row))
        told = rules.setdefault(key, [])
        asked = words.term("tier", row.get("tier"))
        if asked and asked not in told:
            told.append(asked)
    profile = figures.run.get("profile") or {}
    lines = [
        (source, status, words.texts["rp_list"].join(tiers) or words.texts["area_all"])
        for (source, status), tiers in rules.items()
    ]
    lines += [
        (_say_figure(page, profile, figure), say_status(words, figure),
         f"{figure['value']:g}{words.term('wb_unit', figure['unit'])}")
        for figure in profile.get("figures") or []
    ]  # fmt: skip
    if lines:
        page.paper.add_text(page.say("doc_rules_how"))
        page.table(
            "doc_rules_caption",
            [
                cells(words.texts["doc_rule"], [line[0] for line in lines], 8.6),
                cells(words.texts["wb_rule_status"], [line[1] for line in lines], 3.6),
                cells(words.texts["doc_applies"], [line[2] for line in lines], 3.8),
            ],
        )
    page.paper.add_text(_say_data(page))
    page.paper.add_text(page.say("doc_credit", credit=words.credit()))


def _say_figure(page: Page, profile: Any, figure: Any) -> str:
    """Return which figure of a walker it is, with its source unless that says no more."""
    words = page.words
    text = page.say("wb_walker", profile=words.term("profile", profile.get("name")),
                    what=words.term("wb_figure", figure["key"]))  # fmt: skip
    if figure["status"] == "assumption":
        return text
    return page.say("doc_from_source", text=text, source=words.source(figure["source"]))


def _say_data(page: Page) -> str:
    """Return when what was read and worked out."""
    run = page.figures.run
    parts = [page.say("doc_run_date", date=page.words.day(run["date"]))]
    if run.get("osm_date"):
        parts.append(page.say("doc_osm_date", date=page.words.day(run["osm_date"])))
    version = (run.get("versions") or {}).get("planner")
    if version:
        parts.append(page.say("doc_program", version=version))
    parts.append(page.say("doc_files", count=f"{len(run.get('inputs') or {}):,}"))
    return "".join(parts)
