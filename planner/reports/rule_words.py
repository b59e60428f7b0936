"""How a rule is said: which facilities it asks for, how near, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.reports.report_words import Words, is_missing

#: A row of `checks` of summary.json.
Row = Mapping[str, Any]


def say_level(words: Words, row: Row, *, of_any: str = "check_any") -> str:
    """Return which facilities a rule asks for: those of its domains, else of its level.

    of_any : key of the text for a rule that facilities of any level meet.
    """
    domains = [name for name in str(row.get("domains") or "").split(";") if name]
    if domains:
        return words.texts["rp_list"].join(words.term("domain", name) for name in domains)
    level = str(row.get("level") or "any")
    return words.texts[of_any] if level == "any" else words.term("level", level)


def say_within(
    words: Words, row: Row, *, with_profile: str = "wb_as_profile", known: str = ""
) -> str:
    """Return how near a rule asks for, and who walks.

    with_profile : key of the text that adds who walks.
    known : the profile that readers know anyway: it is not added.
    """
    if not is_missing(row.get("cutoff_m")):
        # Metres are the same whoever walks.
        return words.say("check_within_metres", metres=f"{row['cutoff_m']:,.0f}")
    within = words.say("check_within_minutes", minutes=f"{row['cutoff_minutes']:g}")
    profile = row.get("profile")
    if is_missing(profile) or profile in ("", known):
        return within
    return words.say(with_profile, within=within, profile=words.term("profile", profile))


def say_status(words: Words, row: Row, *, term: str = "rp_rule") -> str:
    """Return whether a rule is law, standard, draft or assumption, and whether it is borrowed.

    row : with `status`, and `analogy` where the rule may have been made for other facilities.
    term : group of texts for the status: maps and sheets say it as the page does (`rule`).
    """
    status = words.term(term, row.get("status"))
    if not row.get("analogy"):
        return status
    return words.texts["rp_list"].join((status, words.texts["analogy"]))
