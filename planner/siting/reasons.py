"""Why a site is proposed, what the proof says and what stays: sentences in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

LANGUAGES: Final = ("zh", "en")

#: Below these nothing would be seen in the sentence.
_NO_GAP: Final = 1e-6
_SHOWN_SHARE: Final = 5e-4

_KINDS: Final = {
    "zh": {"residential": "居民 {0:,.0f} 人", "industrial": "园区职工 {0:,.0f} 人",
           "commercial": "商圈人员 {0:,.0f} 人"},
    "en": {"residential": "{0:,.0f} residents", "industrial": "{0:,.0f} workers",
           "commercial": "{0:,.0f} visitors"},
}  # fmt: skip
#: What models count, and from how much of it on a difference is one.
_AMOUNTS: Final = {
    "zh": {"people": "{0:,.0f} 人", "sites": "{0:,.0f} 处站点",
           "person-minutes": "{0:,.0f} 人·分钟", "minutes": "{0:.1f} 分钟", "share": "{0:.1%}"},
    "en": {"people": "{0:,.0f} people", "sites": "{0:,.0f} sites",
           "person-minutes": "{0:,.0f} person-minutes", "minutes": "{0:.1f} minutes",
           "share": "{0:.1%}"},
}  # fmt: skip
_LEAST: Final = {
    "people": 0.5, "sites": 0.5, "person-minutes": 0.5, "minutes": 0.05, "share": 5e-4
}  # fmt: skip
_CAUSES: Final = {
    "zh": {"closed": "站点只在其他时段开放", "wall": "围墙阻隔", "barrier": "河流、铁路等阻隔",
           "detour": "绕行过远", "too far": "距离过远", "": "原因不明"},
    "en": {"closed": "served at other hours only", "wall": "behind walls",
           "barrier": "behind a river, railway or other barrier", "detour": "a long way round",
           "too far": "too far", "": "of unknown cause"},
}  # fmt: skip
_ACTIONS: Final = {
    "zh": {"new": "新建", "convert": "改造现有建筑", "enlarge": "扩建", "upgrade": "提升"},
    "en": {"new": "a new station", "convert": "a converted building", "enlarge": "an enlargement",
           "upgrade": "an upgrade"},
}  # fmt: skip
_SITE: Final = {
    "zh": {
        "gain": "新增覆盖{people}",
        "gain_none": "不新增覆盖确定的盲区人群",
        "towns": "受益居民：{towns}",
        "gaps": "缓解盲区：{gaps}",
        "groups": "其中：{groups}",
        "walk": "他们到最近站点的步行时间（中位数）由 {before:.0f} 分钟降到 {after:.0f} 分钟",
        "walk_none": "他们现在步行到不了任何站点，今后 {after:.0f} 分钟可达",
        "unknown": "另有{people}因数据不足未计入",
        "place": "{place}",
        "metro": "步行 {0:.0f} 分钟到地铁口",
        "bus": "步行 {0:.0f} 分钟到公交站",
        "services": "步行范围内有 {0:.0f} 处其他公共服务",
        "street": "临{0}",
        "action": "{0}",
        "action_cost": "{0}，造价 {1:g}{2}",
        "loss": "若此处周边 {apart:.0f} 米内都找不到用房，最好的替代方案少覆盖 {loss:,.0f} 人",
        "worse": "若此处周边 {apart:.0f} 米内都找不到用房，最好的替代方案差 {amount}",
        "no_loss": "若此处周边 {apart:.0f} 米内都找不到用房，仍有同样好的替代方案",
        "frontage": "沿街约 {0:,.0f} 米范围内选址，可保住其独有效果的 95% 以上",
        "runs": "在步速、出入口等 {runs} 次不确定性试算中，"
                "{kept} 次此处或其附近仍在最优（或几乎最优）方案之列",
        "join": "、", "list": "{name}（{people:,.0f} 人）",
    },
    "en": {
        "gain": "newly covers {people}",
        "gain_none": "covers nobody more who is certainly left out",
        "towns": "residents who gain: {towns}",
        "gaps": "gaps relieved: {gaps}",
        "groups": "among them: {groups}",
        "walk": "their walk to the nearest station (median) falls from {before:.0f} to "
                "{after:.0f} minutes",
        "walk_none": "they reach no station on foot today, and this one within {after:.0f} minutes",
        "unknown": "another {people} are not counted, for lack of data",
        "place": "{place}",
        "metro": "{0:.0f} minutes on foot to a metro exit",
        "bus": "{0:.0f} minutes to a bus stop",
        "services": "{0:.0f} other public services within the walk",
        "street": "on a street of class {0}",
        "action": "{0}",
        "action_cost": "{0}, cost {1:g}{2}",
        "loss": "if no premises are found within {apart:.0f} m, the next best choice covers "
                "{loss:,.0f} people fewer",
        "worse": "if no premises are found within {apart:.0f} m, the next best choice is worse by "
                 "{amount}",
        "no_loss": "if no premises are found within {apart:.0f} m, another choice is as good",
        "frontage": "anywhere along about {0:,.0f} m of street keeps at least 95% of what it alone "
                    "adds",
        "runs": "in {kept} of {runs} repeats over the ranges of speed, gates and other figures a "
                "best or nearly best choice has a site here or hereabouts",
        "join": ", ", "list": "{name} ({people:,.0f})",
    },
}  # fmt: skip
_STREETS: Final = {
    "trunk": "快速路", "primary": "主干路", "secondary": "次干路", "tertiary": "支路",
    "residential": "居住区道路", "unclassified": "一般道路", "living_street": "生活街道",
    "service": "内部道路", "pedestrian": "步行街", "footway": "人行道", "cycleway": "骑行道",
    "path": "小路", "track": "田间路", "steps": "台阶",
}  # fmt: skip


def kinds_text(people: Mapping[str, float], language: str) -> str:
    """List people by kind, those that there are: never added up."""
    words = _KINDS[language]
    parts = [words[kind].format(people[kind]) for kind in words if people.get(kind, 0) >= 0.5]
    return _SITE[language]["join"].join(parts)


def site_reasons(facts: Mapping[str, Any], language: str) -> list[str]:
    """Say why a site is proposed.

    Parameters
    ----------
    facts
        gain and gain_unknown (by kind), towns and gaps (name, people), groups (name, people),
        minutes_before, minutes_after, and where known: action, cost, cost_unit, highway,
        metro_minutes, bus_minutes, services_in_reach, loss (in unit), apart_m, frontage_m, runs,
        runs_kept.
    language
        zh or en.
    """
    words = _SITE[language]
    lines = []
    people = kinds_text(facts["gain"], language)
    lines.append(words["gain"].format(people=people) if people else words["gain_none"])
    for key in ("towns", "gaps", "groups"):
        if facts[key]:
            lines.append(words[key].format(**{key: _named(facts[key], language)}))
    lines += _walk(facts, words)
    doubtful = kinds_text(facts["gain_unknown"], language)
    if doubtful:
        lines.append(words["unknown"].format(people=doubtful))
    lines += _place(facts, language)
    if facts.get("loss") is not None:
        lines.append(_if_nothing_is_found(facts, language))
    if facts.get("frontage_m"):
        lines.append(words["frontage"].format(facts["frontage_m"]))
    if facts.get("runs"):
        lines.append(words["runs"].format(runs=facts["runs"], kept=facts["runs_kept"]))
    return lines


def _if_nothing_is_found(facts: Mapping[str, Any], language: str) -> str:
    """Say what it costs if there are no premises round a site, in what the model counts."""
    words, loss, unit = _SITE[language], facts["loss"], facts["unit"]
    if loss < _LEAST[unit]:
        return words["no_loss"].format(apart=facts["apart_m"])
    key = "loss" if unit == "people" else "worse"
    amount = _AMOUNTS[language][unit].format(loss)
    return words[key].format(loss=loss, apart=facts["apart_m"], amount=amount)


def _named(parts: Sequence[tuple[str, float]], language: str) -> str:
    words = _SITE[language]
    return words["join"].join(words["list"].format(name=n, people=p) for n, p in parts)


def _walk(facts: Mapping[str, Any], words: Mapping[str, str]) -> list[str]:
    """Compare the walks of those who gain."""
    if facts.get("minutes_after") is None:
        return []
    if facts["minutes_before"] is None:
        return [words["walk_none"].format(after=facts["minutes_after"])]
    return [words["walk"].format(before=facts["minutes_before"], after=facts["minutes_after"])]


def _place(facts: Mapping[str, Any], language: str) -> list[str]:
    """Say what kind of place it is, in one line, and what is to be done there, in another."""
    words = _SITE[language]
    parts = []
    highway = facts.get("highway")
    if highway:
        named = _STREETS.get(str(highway), "道路") if language == "zh" else str(highway)
        parts.append(words["street"].format(named))
    for key, column in (
        ("metro", "metro_minutes"), ("bus", "bus_minutes"), ("services", "services_in_reach"),
    ):  # fmt: skip
        if facts.get(column) is not None:
            parts.append(words[key].format(facts[column]))
    lines = [words["place"].format(place=words["join"].join(parts))] if parts else []
    action = _ACTIONS[language].get(str(facts.get("action")), "")
    if action and facts.get("cost") is not None:
        unit = facts.get("cost_unit") or ""
        space = " " if unit else ""
        lines.append(words["action_cost"].format(action, facts["cost"], space + unit))
    elif action:
        lines.append(words["action"].format(action))
    return lines


_PROOF: Final = {
    "zh": {
        "best": "在所给的备选点和限制内，这一方案已证明是最优的",
        "proved": "在所给的备选点和限制内，这一方案离最优最多差 {gap:.2%}",
        "time limit": "求解在时限内停止，目前方案离最优最多差 {gap:.2%}",
        "first answer": "这是快速解，离最优的差距未作证明",
        "open": "求解在时限内停止，离最优的差距未知",
        "gain": "新增 {sites} 处，新增覆盖{people}",
        "share": "居民覆盖率由 {before:.1%} 提高到 {after:.1%}",
        "planned": "其中已规划站点使覆盖率由 {before:.1%} 到 {after:.1%}",
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
        "gain": "{sites} new sites newly cover {people}",
        "share": "the share of residents covered rises from {before:.1%} to {after:.1%}",
        "planned": "of this, stations already planned raise it from {before:.1%} to {after:.1%}",
        "closed": "{0} of today's stations close: {1}",
        "lost": "the closures leave {people} uncovered",
        "limit": "the limit of {label} costs {amount} against the free optimum",
        "stays": "{residents:,.0f} residents stay in a gap: {causes}",
        "cause": "{residents:,.0f} {cause}",
        "in_reach": "{0:,.0f} of them are within reach of a candidate: more sites would help",
        "runs": "in {stands} of {runs} repeats over the ranges of the plan this choice covers at "
                "least 95% of the best there",
        "fewer": "only {0} sites bring anything; the others asked for are not used",
    },
}  # fmt: skip


def proof_reasons(facts: Mapping[str, Any], language: str) -> list[str]:
    """Say what the whole choice brings, what it is worth, what it costs and what stays.

    Parameters
    ----------
    facts
        status, gap, unit, sites, gain, lost (by kind), share_today, share_planned, share_after,
        closed, limits (label, cost), stays (from `what_stays`), runs, stands, asked (sites).
    """
    words = _PROOF[language]
    lines = [words["gain"].format(sites=facts["sites"], people=kinds_text(facts["gain"], language)
                                  or _KINDS[language]["residential"].format(0))]  # fmt: skip
    today, planned, after = (facts[f"share_{name}"] for name in ("today", "planned", "after"))
    if today is not None and after is not None:
        lines.append(words["share"].format(before=today, after=after))
        if planned - today >= _SHOWN_SHARE:
            lines.append(words["planned"].format(before=today, after=planned))
    gap = facts["gap"]
    known = gap is not None and gap < 1
    status = facts["status"] if known or facts["status"] == "first answer" else "open"
    if status == "proved" and gap < _NO_GAP:
        status = "best"
    lines.append(words[status].format(gap=gap if known else 0.0))
    if facts["asked"] is not None and facts["sites"] < facts["asked"]:
        lines.append(words["fewer"].format(facts["sites"]))
    if facts["closed"]:
        names = _SITE[language]["join"].join(facts["closed"])
        lines.append(words["closed"].format(len(facts["closed"]), names))
    lost = kinds_text(facts["lost"], language)
    if lost:
        lines.append(words["lost"].format(people=lost))
    unit = facts["unit"]
    lines += [
        words["limit"].format(
            label=limit["label"], amount=_AMOUNTS[language][unit].format(limit["cost"])
        )
        for limit in facts["limits"]
        if limit["cost"] >= _LEAST[unit]
    ]
    lines += _stays(facts["stays"], words, language)
    if facts["runs"]:
        lines.append(words["runs"].format(runs=facts["runs"], stands=facts["stands"]))
    return lines


def _stays(rows: Sequence[Mapping[str, Any]], words: Mapping[str, str], language: str) -> list[str]:
    """Say how many residents stay left out, and why."""
    total = sum(row["residents"] for row in rows)
    if total < 0.5:
        return []
    causes = _SITE[language]["join"].join(
        words["cause"].format(cause=_CAUSES[language].get(row["cause"], row["cause"]),
                              residents=row["residents"])
        for row in rows
    )  # fmt: skip
    lines = [words["stays"].format(residents=total, causes=causes)]
    near = sum(row["residents_in_reach"] for row in rows)
    if near >= 0.5:
        lines.append(words["in_reach"].format(near))
    return lines


_WHY_NOT: Final = {
    "zh": {
        "unjoined": "该处 {limit:.0f} 米内没有可到达的道路，无法设站",
        "people": "该处步行范围内有{people}，其中已覆盖{covered}",
        "nobody": "该处步行范围内没有人",
        "by": "已由以下站点覆盖：{names}",
        "nearest": "最近的站点是{name}，步行 {minutes:.0f} 分钟",
        "gain": "在此单独设站，新增覆盖{people}",
        "no_gain": "在此设站不新增覆盖确定的盲区人群",
        "added": "在所选方案之外再加此处，新增覆盖{people}",
        "not_added": "所选方案已覆盖此处能新增覆盖的人",
        "loss": "用此处替换所选点 {site_id}，少覆盖 {loss:,.0f} 人",
        "better": "用此处替换所选点 {site_id}，多覆盖 {loss:,.0f} 人",
        "same": "用此处替换所选点 {site_id}，覆盖人数相同",
    },
    "en": {
        "unjoined": "no street within {limit:.0f} m can be reached from there",
        "people": "within the walk are {people}; covered already: {covered}",
        "nobody": "nobody is within the walk",
        "by": "they are served by {names}",
        "nearest": "the nearest station is {name}, {minutes:.0f} minutes on foot",
        "gain": "a station there alone would newly cover {people}",
        "no_gain": "a station there would newly cover nobody who is certainly left out",
        "added": "on top of the choice it would newly cover {people}",
        "not_added": "the choice already covers whom it would newly cover",
        "loss": "in the place of {site_id} it would cover {loss:,.0f} people fewer",
        "better": "in the place of {site_id} it would cover {loss:,.0f} people more",
        "same": "in the place of {site_id} it would cover as many",
    },
}  # fmt: skip


def why_not_reasons(found: Mapping[str, Any], limit_m: float, language: str) -> list[str]:
    """Say why a place was not chosen, from what `why_not` found."""
    words = _WHY_NOT[language]
    lines = []
    if not found["joined"]:
        return [words["unjoined"].format(limit=limit_m)]
    people = kinds_text(found["people"], language)
    covered = kinds_text(found["covered_today"], language) or "0"
    lines.append(
        words["people"].format(people=people, covered=covered) if people else words["nobody"]
    )
    if found["by"]:
        served = [(row["name"], row["residents"]) for row in found["by"]]
        lines.append(words["by"].format(names=_named(served, language)))
    if found["nearest"] is not None:
        lines.append(words["nearest"].format(**found["nearest"]))
    gain, added = kinds_text(found["gain"], language), kinds_text(found["added"], language)
    lines.append(words["gain"].format(people=gain) if gain else words["no_gain"])
    if gain:
        lines.append(words["added"].format(people=added) if added else words["not_added"])
    loss = found["loss"]
    if loss is not None:
        key = "same" if abs(loss) < 0.5 else "loss" if loss > 0 else "better"
        lines.append(words[key].format(site_id=found["site_id"], loss=abs(loss)))
    return lines
