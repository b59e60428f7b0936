"""How workbook, document and sheets say numbers, kinds, causes and hours in one language."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from planner.gaps.definition import SCATTERED
from planner.reports.handover import Handover
from planner.reports.street_credit import say_credit
from planner.rounding import format_percent
from planner.siting.sentences import choose_form
from planner.sources.cells import from_cell, isolate_text
from planner.texts.messages import translate

#: Begins a text whose marks of direction end with it.
_ISOLATE: Final = "\u2068"
_SPAN: Final = re.compile(r"(\d{1,2}:\d{2})-(\d{1,2}:\d{2})")
_DAYS: Final = re.compile(r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)(?:[-,](?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH))*")
#: A hyphen between two shares, as in the sentences of site.json.
_BETWEEN_SHARES: Final = re.compile(r"(?<=\d%)-(?=<?\d+\.\d%)")
#: A heading of so many signs is not broken.
SHORT_HEADING: Final = 14


@dataclass(frozen=True)
class Words:
    """The texts of a report, and numbers as they stand in its sentences.

    texts : by key, in the language of the report.
    """

    handover: Handover
    texts: Mapping[str, str]

    @property
    def chinese(self) -> bool:
        """Tell whether the report is Chinese."""
        return self.handover.language == "zh"

    def say(self, key: str, **values: object) -> str:
        """Return a text with its values; for a `count` of 1 the text of one thing."""
        number = float(str(values.get("count", 0)).replace(",", ""))
        return choose_form(self.texts, key, number).format(**values)

    def term(self, group: str, value: Any) -> str:
        """Return the word of a value of a column; an unknown one stays as it is."""
        text = "" if is_missing(value) else str(value)
        return self.texts.get(f"{group}_{text}", text)

    def message(self, text: str) -> str:
        """Return what the program notes in English in the language of the report."""
        return translate(text) if self.chinese else text

    def area(self, name: str) -> str:
        """Return the name of a town, or the word for the whole area."""
        return self.texts["area_all"] if name == "all" else to_line(name)

    def cutoff(self, minutes: float) -> str:
        """Return a limit in minutes: whole, unless it is not."""
        return f"{minutes:g}"

    def cost_heading(self, unit: Any) -> str:
        """Return the heading of a column of costs, with their unit if the plan names one."""
        return self.say("wb_cost", unit=unit) if unit else self.texts["cost"]

    def cause(self, cause: Any, detail: Any = "") -> str:
        """Return why people are left out, with what is in the way."""
        word = self.term("cause", cause)
        if is_missing(detail) or not str(detail):
            return word
        if str(cause) == "barrier" and f"barrier_{detail}" in self.texts:
            return self.say("cause_detail", cause=word, detail=self.term("barrier", detail))
        return self.say("cause_detail", cause=word, detail=to_line(detail))

    def gap_name(self, row: Mapping[str, Any]) -> str:
        """Return what a gap is called."""
        name = row.get("name")
        if name == SCATTERED:
            return self.say("scattered_in", town=to_line(row.get("town") or ""))
        return self.texts["gap_unnamed"] if is_missing(name) or not name else to_line(name)

    def moment(self, name: Any) -> str:
        """Return what a moment is called."""
        if is_missing(name) or not name:
            return self.texts["moment_any"]
        titles = (self.handover.run.summary.get("titles") or {}).get("moments") or {}
        return to_line(titles.get(name) or self.term("moment", name))

    def condition(self, name: Any) -> str:
        """Return what a condition such as ice is called."""
        titles = (self.handover.run.summary.get("titles") or {}).get("conditions") or {}
        return to_line(titles.get(name) or self.term("condition", name))

    def group(self, name: Any) -> str:
        """Return what a group of people is called."""
        titles = (self.handover.run.summary.get("titles") or {}).get("groups") or {}
        return to_line(titles.get(name) or self.term("group", name))

    def source(self, text: Any) -> str:
        """Return where a rule or figure comes from."""
        told = self.term("source", text)
        return self.message(told) if told == str(text) else told

    def day(self, text: Any) -> str:
        """Return a date like 2026-11-29 in words."""
        parts = str(text)[:10].split("-")
        if len(parts) != 3 or not all(part.isdigit() for part in parts):
            return to_line(text)
        return self.texts["rp_day"].format(*(int(part) for part in parts))

    def change(self, moment: Any, gained: float, lost: float) -> str:
        """Return how many gain and lose at a moment; those that are nobody are left out."""
        told = [
            self.say(key, people=say_people(people))
            for key, people in (("doc_effect_gained", gained), ("doc_effect_lost", lost))
            if people
        ]
        what = self.texts["rp_list"].join(told) or self.texts["edit_nobody"]
        return self.say("rp_at_moment", moment=self.moment(moment), what=what)

    def credit(self) -> str:
        """Return whose streets are shown."""
        return say_credit(self.handover.run.summary, self.texts)

    def notice(self) -> str:
        """Return the notice of invented data, "" where the data are real."""
        return self.texts["synthetic"] if self.handover.run.summary.get("synthetic") else ""

    def hours(self, written: Any) -> str:
        """Return opening hours in words; what is beyond days and times stays as written."""
        text = "" if is_missing(written) else str(written).strip()
        if not text:
            return ""
        if text == "24/7":
            return self.texts["hours_always"]
        parts = [self._one_rule(rule.strip()) for rule in text.split(";") if rule.strip()]
        if not parts or None in parts:
            return to_line(text)
        return self.texts["rp_hours_join"].join(part for part in parts if part)

    def _one_rule(self, rule: str) -> str | None:
        """Return days and times in words, None if a rule says more than that."""
        found = _DAYS.match(rule)
        days, rest = (found[0], rule[found.end() :]) if found else ("", rule)
        rest = rest.strip()
        times = "" if rest == "off" else rest
        spans = [part.strip() for part in times.split(",")] if times else []
        if not all(_SPAN.fullmatch(span) for span in spans) or not (spans or rest == "off"):
            return None
        told = [
            self.say("hours_span", **dict(zip(("from", "to"), span.split("-"), strict=True)))
            for span in spans
        ]
        when = self.texts["rp_list"].join(told) or self.texts["hours_off"]
        return f"{self._days(days)} {when}"

    def _days(self, days: str) -> str:
        """Return days of the week in words."""
        if days in ("", "Mo-Su"):
            return self.texts["hours_daily"]
        join, to = self.texts["rp_list"], self.texts["rp_days"]
        return join.join(
            to.format(*(self.term("hours_day", day) for day in part.split("-")))
            if "-" in part
            else self.term("hours_day", part)
            for part in days.split(",")
        )


def words_of(handover: Handover) -> Words:
    """Return the words of a report."""
    return Words(handover, handover.words)


def is_missing(value: Any) -> bool:
    """Tell whether a cell holds nothing: None, not a number, infinite."""
    if value is None:
        return True
    if isinstance(value, float):
        return not math.isfinite(value)
    return type(value).__name__ == "NAType"


def to_line(text: Any) -> str:
    """Return a text from outside as one line without control codes, that turns round nothing."""
    # Control codes, halves of a sign, and the two signs that no file of XML takes.
    plain = "".join(
        " "
        if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in "\ufffe\uffff"
        else sign
        for sign in str(text)
    )
    line = " ".join(plain.split())
    return line if is_isolated(line) else isolate_text(line)


def is_isolated(text: str) -> bool:
    """Tell whether a text is one that `to_line` has shut in already: once is enough."""
    return text.startswith(_ISOLATE) and from_cell(text) != text


def count_columns(text: str) -> int:
    """Return how wide a text is; Chinese signs are twice as wide."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def break_heading(heading: str, most: int = SHORT_HEADING) -> str:
    """Return a heading with its unit on a line of its own, unless it has `most` signs or fewer."""
    heading = capitalise(heading)
    if count_columns(heading) <= most or not heading.endswith(("）", ")")):
        return heading
    for sign in ("（", " ("):
        first, found, unit = heading.rpartition(sign)
        if found and first:
            return f"{first}\n{sign.strip()}{unit}"
    return heading


def join_shares(text: str) -> str:
    """Return a sentence of a proposal with the sign between two shares that tables have."""
    return _BETWEEN_SHARES.sub("–", text)


def capitalise(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def say_door_rules(run: Mapping[str, Any]) -> dict[str, str]:
    """Return `limit` and `detour` of run.json: how far a door may lie from a street, and how.

    limit : metres; detour : times the straight line. An older run does not say them: they are the
    usual ones then.
    """
    return {
        "limit": f"{float(run.get('access_limit_m') or 100):g}",
        "detour": f"{float(run.get('access_detour') or 1.4):g}",
    }


def whole(number: Any) -> int:
    """Return people as a whole number: halves go up, as in a spreadsheet."""
    return math.floor(float(number) + 0.5)


def say_people(number: Any) -> str:
    """Write a number of people with separators."""
    return "—" if is_missing(number) else f"{whole(number):,}"


def say_share(share: Any, target: Any = None) -> str:
    """Write a share to 0.1 % as the page does: one that misses its target never reads as met."""
    if is_missing(share):
        return "—"
    return format_percent(float(share), None if is_missing(target) else float(target))


def say_target(target: Any) -> str:
    """Write a target: with decimals only where it has some."""
    return "—" if is_missing(target) else f"{round_half_up(float(target) * 100, 1):g}%"


def round_half_up(number: float, digits: int) -> float:
    """Round as a spreadsheet does: by the decimals that are written, halves away from 0."""
    place = Decimal(1).scaleb(-digits)
    return float(Decimal(repr(float(number))).quantize(place, ROUND_HALF_UP))


def count_minute_digits(minutes: float, cutoff: float | None) -> int:
    """Return the decimals that minutes need: one, more where they would read as in time."""
    for digits in (1, 2):
        if cutoff is None or minutes <= cutoff or round_half_up(minutes, digits) > cutoff:
            return digits
    return 3


def say_minutes(minutes: Any, cutoff: float | None = None) -> str:
    """Write minutes with one decimal, more where they would read as in time and are not."""
    if is_missing(minutes):
        return "—"
    digits = count_minute_digits(float(minutes), cutoff)
    return f"{round_half_up(float(minutes), digits):.{digits}f}"
