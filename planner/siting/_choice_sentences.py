"""What a whole choice brings, how far it is proved, and what stays: sentences in two languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from planner.rounding import format_percent
from planner.siting.sentences import (
    JOIN,
    KIND_TEXTS,
    LEAST_SHOWN,
    NO_GAP,
    choose_form,
    list_kinds,
    list_named,
    say_amount,
    say_gained,
    say_share,
)

_CAUSES: Final = {
    "zh": {"closed": "站点只在其他时段开放", "wall": "围墙阻隔", "barrier": "河流、铁路等阻隔",
           "detour": "绕行过远", "too far": "距离过远", "no room": "站点容量不足",
           "": "原因不明"},
    "en": {"closed": "served at other hours only", "wall": "behind walls",
           "barrier": "behind a river, railway or other barrier", "detour": "a long way round",
           "too far": "too far", "no room": "for want of room at the stations",
           "": "of unknown cause"},
}  # fmt: skip
_PROOF: Final = {
    "zh": {
        "best": "在所给的备选点和限制内，这一方案已证明是最优的",
        "proved": "在所给的备选点和限制内，这一方案离最优最多差 {gap:.2%}",
        "time limit": "求解在时限内停止，目前方案离最优最多差 {gap:.2%}",
        "first answer": "这是快速解，离最优的差距未作证明",
        "open": "求解在时限内停止，离最优的差距未知",
        "of_known": "{proof}——仅就可判断的{judged}而言；另有{unknown}（{share}）无法判断，"
                    "不计入任何点位",
        "then": "；",
        "gain": "新增 {sites} 处，新增覆盖{people}",
        "served": "新增 {sites} 处，按容量可服务{people}",
        "no_room": "这些站点步行范围内另有{people}因容量不足得不到服务{towns}{full}",
        "no_room_towns": "：{0}",
        "no_room_full": "；已满的站点：{0}",
        "share": "居民覆盖率由 {before} {moves} {after}",
        "share_served": "居民覆盖率由 {before} {moves} {after}（新站点只计容量之内的人）",
        "up": "提高到",
        "down": "变为",
        "planned": "另有{people}由已规划站点覆盖",
        "planned_share": "，居民覆盖率仅此由 {before} 到 {after}",
        "closed": "关闭 {0} 处现有站点：{1}",
        "lost": "关闭后不再覆盖{people}",
        "limit": "“{label}”这一限制使最优方案差 {amount}",
        "stays": "仍有居民 {residents:,.0f} 人在盲区：{causes}",
        "cause": "{cause} {residents:,.0f} 人",
        "in_reach": "其中 {0:,.0f} 人在备选点可及范围内，再增加站点可以解决",
        "runs": "在 {runs} 次不确定性试算中，{stands} 次此方案达到当次最优的 95% 以上",
        "fewer": "只有 {0} 处能带来新增覆盖，其余名额不用",
    },
    "en": {
        "best": "with these candidates and limits this choice is proved to be the best",
        "proved": "with these candidates and limits no choice is better by more than {gap:.2%}",
        "time limit": "stopped at the time limit; no choice is better by more than {gap:.2%}",
        "first answer": "a first answer; how far it is from the best has not been proved",
        "open": "stopped at the time limit; how far it is from the best is not known",
        "of_known": "{proof}, for the {judged} who can be judged; {unknown} ({share}) cannot "
                    "be judged and count for no site",
        "then": "; ",
        "gain": "{sites} new sites newly cover {people}",
        "gain_one": "{sites} new site newly covers {people}",
        "served": "{sites} new sites serve {people}, no more than they have room for",
        "served_one": "{sites} new site serves {people}, no more than it has room for",
        "no_room": "another {people} within the walk of these sites find no room{towns}{full}",
        "no_room_towns": ": {0}",
        "no_room_full": "; full are {0}",
        "share": "the share of residents covered {moves} from {before} to {after}",
        "share_served": "the share of residents covered {moves} from {before} to {after}, by new "
                        "sites only those whom they have room for",
        "up": "rises",
        "down": "goes",
        "planned": "beside them stations already planned cover {people}",
        "planned_share": ", which alone brings the share of residents from {before} to {after}",
        "closed": "{0} of today's stations close: {1}",
        "closed_one": "{0} of today's stations closes: {1}",
        "lost": "the closures leave {people} uncovered",
        "limit": "the limit of {label} costs {amount} against the free optimum",
        "stays": "{residents:,.0f} residents stay in a gap: {causes}",
        "cause": "{residents:,.0f} {cause}",
        "in_reach": "{0:,.0f} of them are within reach of a candidate: more sites would help",
        "runs": "in {stands} of {runs} repeats over the ranges of the plan this choice covers at "
                "least 95% of the best there",
        "fewer": "only {0} sites bring anything; the others asked for are not used",
        "fewer_one": "only {0} site brings anything; the others asked for are not used",
    },
}  # fmt: skip
#: What each model is asked for, where it is not the first line of all.
_ASKED: Final = {
    "zh": {
        "mclp": "目标：新增覆盖的加权人数最多，为 {value}",
        "capacitated": "目标：在容量之内服务的加权人数最多，为 {value}",
        "lscp": "目标：用最少的站点覆盖可判断人口的 {share}，需 {value}",
        "p-median": "目标：可判断的人到最近站点的步行总量最少，为 {value}",
        "p-center": "目标：可判断的人中最远的步行最短，为 {value}",
        "backup": "目标：步行范围内有两处站点的人最多，新增 {value}",
        "fairness": "目标：先提高覆盖率最低的街镇，再多覆盖人；最低的街镇 {town} 为 {value}",
    },
    "en": {
        "mclp": "asked for: most people newly covered, as weighted: {value}",
        "capacitated": "asked for: most people served, as weighted: {value}",
        "lscp": "asked for: the fewest sites that cover {share} of those who can be judged: "
                "{value}",
        "p-median": "asked for: the least walking to the nearest station by those who can be "
                    "judged: {value} in all",
        "p-center": "asked for: the shortest longest walk of those who can be judged: {value}",
        "backup": "asked for: most people with two stations within the walk: {value} more",
        "fairness": "asked for: the share of the worst town as high as can be, then most people: "
                    "{town} has {value}",
    },
}  # fmt: skip


def say_choice(facts: Mapping[str, Any], language: str) -> list[str]:
    """Say what the whole choice brings, what it is worth, what it costs and what stays.

    The first line says who is newly covered, or served where sites have room for only so many; and
    where somebody cannot be judged, of whom the proof is and of whom it is not.

    Parameters
    ----------
    facts
        model, value, status, gap, unit, sites, residents_only, share (asked for), by kind: gain,
        gain_unknown, planned, lost, judged, cannot_be_judged, no_room; no_room_towns (name,
        residents), full (names of sites), share_* and share_low_*, share_high_* of today, planned,
        after; town_shares with low and high, closed, limits (label, cost), stays (from
        `count_left_out`), runs, stands, asked (sites).
    """
    words, served = _PROOF[language], facts["model"] == "capacitated"
    people = say_gained(facts["gain"], facts["gain_unknown"], language)
    said = choose_form(words, "served" if served else "gain", facts["sites"])
    first = said.format(sites=facts["sites"], people=people)
    unknown = list_kinds(facts["cannot_be_judged"], language)
    proof = _say_proof(facts, words, language)
    lines = [first + words["then"] + proof] if unknown else [first, proof]
    lines += _asked_for(facts, language)
    lines += _no_room(facts, words, language)
    lines += _say_shares(facts, words, language)
    if facts["asked"] is not None and facts["sites"] < facts["asked"]:
        lines.append(choose_form(words, "fewer", facts["sites"]).format(facts["sites"]))
    if facts["closed"]:
        names = JOIN[language].join(facts["closed"])
        said = choose_form(words, "closed", len(facts["closed"]))
        lines.append(said.format(len(facts["closed"]), names))
    lost = list_kinds(facts["lost"], language)
    if lost:
        lines.append(words["lost"].format(people=lost))
    unit = facts["unit"]
    lines += [
        words["limit"].format(
            label=limit["label"], amount=say_amount(limit["cost"], unit, language)
        )
        for limit in facts["limits"]
        if limit["cost"] >= LEAST_SHOWN[unit]
    ]
    lines += _stays(facts["stays"], words, language)
    if facts["runs"]:
        lines.append(words["runs"].format(runs=facts["runs"], stands=facts["stands"]))
    return lines


def _say_proof(facts: Mapping[str, Any], words: Mapping[str, str], language: str) -> str:
    """Say how good the choice is, and for whom: nobody who cannot be judged counts."""
    proof = say_proof(facts["status"], facts["gap"], language)
    unknown, judged = facts["cannot_be_judged"], facts["judged"]
    in_doubt = sum(unknown.values())
    if not list_kinds(unknown, language):
        return proof
    return words["of_known"].format(
        proof=proof, judged=list_kinds(judged, language), unknown=list_kinds(unknown, language),
        share=format_percent(in_doubt / (in_doubt + sum(judged.values()))),
    )  # fmt: skip


def say_proof(status: str, gap: float | None, language: str) -> str:
    """Say how far from the best a choice is at most.

    Parameters
    ----------
    status, gap
        Of the solution; a gap that is not known is None.
    language
        zh or en.
    """
    # A gap of 1 is that of a value or bound of 0, a greater one that of no bound at all.
    known = gap is not None and gap < 1
    key = status if known or status == "first answer" else "open"
    if key == "proved" and gap is not None and gap < NO_GAP:
        key = "best"
    return _PROOF[language][key].format(gap=gap if known else 0.0)


def _asked_for(facts: Mapping[str, Any], language: str) -> list[str]:
    """Say what the model seeks and how much of it the choice has, where that is more than cover."""
    model, unit = facts["model"], facts["unit"]
    # The first line has said it: the people newly covered are the value.
    if model in ("mclp", "capacitated") and facts["residents_only"]:
        return []
    value, town = say_amount(facts["value"], unit, language), ""
    if unit == "people" and facts["residents_only"]:
        value = KIND_TEXTS[language]["residential"].format(facts["value"])
    if model == "fairness":
        town = min(facts["town_shares"], key=facts["town_shares"].__getitem__)
        ends = (facts[f"town_shares{end}"][town] for end in ("", "_low", "_high"))
        value = say_share(*ends)
    share = "100%" if facts["share"] is None else f"{facts['share']:.1%}"
    return [_ASKED[language][model].format(value=value, town=town, share=share)]


def _no_room(facts: Mapping[str, Any], words: Mapping[str, str], language: str) -> list[str]:
    """Say how many are left without for want of room, in which towns, and which sites are full."""
    people = list_kinds(facts["no_room"], language)
    if not people:
        return []
    towns, full = facts["no_room_towns"], facts["full"]
    names = JOIN[language].join(full)
    return [
        words["no_room"].format(
            people=people,
            towns=words["no_room_towns"].format(list_named(towns, language)) if towns else "",
            full=words["no_room_full"].format(names) if full else "",
        )
    ]


def _say_shares(facts: Mapping[str, Any], words: Mapping[str, str], language: str) -> list[str]:
    """Say how the share of residents changes, each with its low and high end."""
    if facts["share_low_today"] is None:  # nobody lives here
        return []
    today, planned, after = (
        say_share(*(facts[f"share{end}_{when}"] for end in ("", "_low", "_high")))
        for when in ("today", "planned", "after")
    )
    key = "share_served" if facts["model"] == "capacitated" else "share"
    # By the low end, for it is of all people; the share is of those judged, whose number changes.
    moves = words["up" if facts["share_low_after"] > facts["share_low_today"] else "down"]
    lines = [words[key].format(before=today, after=after, moves=moves)]
    people = list_kinds(facts["planned"], language)
    if people:
        moved = words["planned_share"] if planned != today else ""
        lines.append((words["planned"] + moved).format(before=today, after=planned, people=people))
    return lines


def _stays(rows: Sequence[Mapping[str, Any]], words: Mapping[str, str], language: str) -> list[str]:
    """Say how many residents stay left out, and why."""
    total = sum(row["residents"] for row in rows)
    # Less would be told as 0 residents.
    if total < 0.5:
        return []
    causes = JOIN[language].join(
        words["cause"].format(cause=_CAUSES[language].get(row["cause"], row["cause"]),
                              residents=row["residents"])
        for row in rows
    )  # fmt: skip
    lines = [words["stays"].format(residents=total, causes=causes)]
    near = sum(row["residents_in_reach"] for row in rows)
    if near >= 0.5:
        lines.append(words["in_reach"].format(near))
    return lines
