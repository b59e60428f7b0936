"""Why proposals do not go together, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

#: Language -> why -> text; `{number}` is that of the other proposal.
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "closed": "one closes what the other changes (with {number})",
        "places": "another place for the same station (with {number})",
        "hours": "other hours for the same station (with {number})",
        "level": "another level for the same station (with {number})",
        "people": "both are about the same people (with {number})",
        "same_id": "the same id for different places (with {number}); both are made, one renamed",
        "rests": "can be made only after {number}, which is left out",
        "left_out": "left out of the whole",
        "then": "; ",
    },
    "zh": {
        "closed": "一项关闭、另一项改动同一站点（与第 {number} 项）",
        "places": "同一站点迁往不同位置（与第 {number} 项）",
        "hours": "同一站点的开放时间不同（与第 {number} 项）",
        "level": "同一站点的级别不同（与第 {number} 项）",
        "people": "涉及同一批人口（与第 {number} 项）",
        "same_id": "不同位置用了同一编号（与第 {number} 项），均保留，其一改号",
        "rests": "须先实施第 {number} 项，而该项未采用",
        "left_out": "合并方案未采用",
        "then": "；",
    },
}


def say_conflicts(row: Mapping[str, Any], language: str) -> str:
    """Say with which others a proposal does not go together, and whether it is left out.

    Parameters
    ----------
    row
        Of `Merged.rows`.
    language
        zh or en.
    """
    words = _WORDS[language]
    found = [words[one["why"]].format(number=one["with"]) for one in row["conflicts"]]
    if not row["merged"]:
        found.append(words["left_out"])
    return words["then"].join(found)
