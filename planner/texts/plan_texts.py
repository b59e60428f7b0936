"""The comments of a new plan.toml, in Chinese and English."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

_DIRECTIONS: Final = {"east": "东", "west": "西", "north": "北", "south": "南"}
_CONVERTED: Final = re.compile(r"(.+) converted as if it were (.+)")


@dataclass(frozen=True)
class PlanTexts:
    """The comments of one language.

    says : name of a comment -> its text. keys : key of a plan -> what it means, where that is not
    said by the plan itself. evidence : pattern of an English phrase -> the same in this language.
    """

    says: Mapping[str, str]
    keys: Mapping[str, str]
    evidence: tuple[tuple[re.Pattern[str], str], ...]

    def say(self, name: str, **values: object) -> str:
        """Return a comment with its values."""
        return self.says[name].strip("\n").format(**values)

    def say_evidence(self, phrase: str) -> str:
        """Return a phrase of evidence, "" where this language has no words for it."""
        for pattern, said in self.evidence:
            found = pattern.fullmatch(phrase)
            if found:
                parts = [part for part in re.split("(?=；)", said) if _is_filled(part, found)]
                return "".join(parts).format("", *map(_translate, found.groups()))
        return "" if self.evidence else phrase


def _translate(value: str | None) -> str:
    """Return a value inside a phrase of evidence: a direction, a datum."""
    text = _CONVERTED.sub(r"被当作 \2 转换过的 \1", value or "")
    return _DIRECTIONS.get(text, text)


def _is_filled(part: str, found: re.Match[str]) -> bool:
    """Tell whether a part of a sentence has all its values."""
    return all(found[int(number)] is not None for number in re.findall(r"{(\d)}", part))


@cache
def load_plan_texts(language: str) -> PlanTexts:
    """Return the comments of a language, see `LANGUAGES`."""
    file = resources.files("planner.texts") / "plans" / f"{language}.toml"
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    evidence = tuple(
        (re.compile(row["pattern"], re.ASCII), row["said"]) for row in content.get("evidence", [])
    )
    return PlanTexts(content["says"], content.get("keys", {}), evidence)
