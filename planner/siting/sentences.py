"""Parts of sentences in Chinese and English that several texts of a proposal share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from planner.rounding import format_percent

#: Between the parts of a list.
JOIN: Final = {"zh": "、", "en": ", "}
#: Shares that differ by less than this are told as one.
NO_GAP: Final = 1e-6
KIND_TEXTS: Final = {
    "zh": {"residential": "居民 {0:,.0f} 人", "industrial": "园区职工 {0:,.0f} 人",
           "commercial": "商圈人员 {0:,.0f} 人"},
    "en": {"residential": "{0:,.0f} residents", "industrial": "{0:,.0f} workers",
           "commercial": "{0:,.0f} visitors"},
}  # fmt: skip
#: People newly covered, and beside them those who could not be judged before.
_DOUBT: Final = {
    "zh": "{gain}，另有今日无法判断的{doubt}（合计{both}）",
    "en": "{gain}, beside them {doubt} who could not be judged before ({both} in all)",
}
#: Values in the unit that a model counts.
UNIT_TEXTS: Final = {
    "zh": {"people": "{0:,.0f} 人", "sites": "{0:,.0f} 处站点",
           "person-minutes": "{0:,.0f} 人·分钟", "minutes": "{0:.1f} 分钟", "share": "{0:.1%}"},
    "en": {"people": "{0:,.0f} people", "sites": "{0:,.0f} sites", "sites_one": "{0:,.0f} site",
           "person-minutes": "{0:,.0f} person-minutes", "minutes": "{0:.1f} minutes",
           "share": "{0:.1%}"},
}  # fmt: skip
#: The least difference of each unit that is told: a smaller one would read as 0.
LEAST_SHOWN: Final = {
    "people": 0.5, "sites": 0.5, "person-minutes": 0.5, "minutes": 0.05, "share": 5e-4
}  # fmt: skip

_NAMED: Final = {"zh": "{name}（{people:,.0f} 人）", "en": "{name} ({people:,.0f})"}


def choose_form(words: Mapping[str, str], key: str, number: float) -> str:
    """Return the text of a key: for a number of 1 that of KEY_one, where the language has one."""
    return words.get(f"{key}_one", words[key]) if number == 1 else words[key]


def say_amount(value: float, unit: str, language: str) -> str:
    """Write a value in the unit that a model counts."""
    return choose_form(UNIT_TEXTS[language], unit, value).format(value)


def list_kinds(people: Mapping[str, float], language: str) -> str:
    """List the people of each kind that has any; kinds are never added up."""
    words = KIND_TEXTS[language]
    parts = [words[kind].format(people[kind]) for kind in words if people.get(kind, 0) >= 0.5]
    return JOIN[language].join(parts)


def say_gained(gain: Mapping[str, float], doubt: Mapping[str, float], language: str) -> str:
    """List who is newly covered, beside them who could not be judged before, then both together.

    Parameters
    ----------
    gain, doubt
        People by kind, of verdict gap and of verdict unknown.
    language
        zh or en.
    """
    words, sure = _DOUBT[language], list_kinds(gain, language)
    sure = sure or KIND_TEXTS[language]["residential"].format(0)
    beside = list_kinds(doubt, language)
    if not beside:
        return sure
    both = {kind: gain.get(kind, 0) + n for kind, n in doubt.items() if n >= 0.5}
    return words.format(gain=sure, doubt=beside, both=list_kinds(both, language))


def say_share(share: float | None, low: float | None, high: float | None) -> str:
    """Write a share, with its low and high end where somebody cannot be judged."""
    if share is None or low is None or high is None:
        return (
            "-"
            if low is None or high is None
            else f"- ({format_percent(low)}-{format_percent(high)})"
        )
    ends = "" if high - low < NO_GAP else f" ({format_percent(low)}-{format_percent(high)})"
    return format_percent(share) + ends


def list_named(parts: Sequence[tuple[str, float]], language: str) -> str:
    """List names with their people."""
    words = _NAMED[language]
    return JOIN[language].join(words.format(name=n, people=p) for n, p in parts)
