"""Why a site is proposed: sentences in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from planner.siting.sentences import JOIN, LEAST_SHOWN, list_kinds, list_named, say_amount

_ACTIONS: Final = {
    "zh": {"new": "新建", "convert": "改造现有建筑", "enlarge": "扩建", "upgrade": "提升"},
    "en": {"new": "a new station", "convert": "a converted building", "enlarge": "an enlargement",
           "upgrade": "an upgrade"},
}  # fmt: skip
_SITE: Final = {
    "zh": {
        "gain": "新增覆盖{people}",
        "gain_none": "不新增覆盖确定的盲区人群",
        "served": "可服务{people}（容量 {capacity:,.0f} 人）",
        "served_none": "不再服务更多确定的盲区人群（容量 {capacity:,.0f} 人）",
        "full": "已满：步行范围内另有{people}在哪个站点都没有位置",
        "room": "还可再服务 {room:,.0f} 人",
        "towns": "受益居民：{towns}",
        "gaps": "缓解盲区：{gaps}",
        "groups": "其中：{groups}",
        "walk": "他们到最近站点的步行时间（中位数）由 {before:.0f} 分钟降到 {after:.0f} 分钟",
        "walk_none": "他们现在步行到不了任何站点，今后 {after:.0f} 分钟可达",
        "unknown": "另有{people}今日因数据不足无法判断、今后可达，不计入目标",
        "place": "{place}",
        "metro": "步行 {0:.0f} 分钟到地铁口",
        "bus": "步行 {0:.0f} 分钟到公交站",
        "services": "步行范围内有 {0:.0f} 处其他公共服务",
        "street": "临{0}",
        "action": "{0}",
        "action_cost": "{0}，造价 {1:g}{2}",
        "loss": "若此处周边 {apart:.0f} 米内都找不到用房，最好的替代方案少覆盖 {loss:,.0f} 人",
        "loss_served": "若此处周边 {apart:.0f} 米内都找不到用房，最好的替代方案"
                       "少服务 {loss:,.0f} 人",
        "worse": "若此处周边 {apart:.0f} 米内都找不到用房，最好的替代方案差 {amount}",
        "no_loss": "若此处周边 {apart:.0f} 米内都找不到用房，仍有同样好的替代方案",
        "frontage": "沿街约 {0:,.0f} 米范围内选址，可保住其独有效果的 95% 以上",
        "frontage_served": "沿街约 {0:,.0f} 米范围内选址，仅此处可达的人 95% 以上仍步行可达",
        "runs": "在步速、出入口等 {runs} 次不确定性试算中，"
                "{kept} 次此处或其附近仍在最优（或几乎最优）方案之列",
    },
    "en": {
        "gain": "newly covers {people}",
        "gain_none": "covers nobody more who is certainly left out",
        "served": "serves {people}, of a capacity of {capacity:,.0f}",
        "served_none": "serves nobody more who is certainly left out, of a capacity of "
                       "{capacity:,.0f}",
        "full": "full: another {people} within its walk find no room at any station",
        "room": "has room for {room:,.0f} more",
        "towns": "residents who gain: {towns}",
        "gaps": "gaps relieved: {gaps}",
        "groups": "among them: {groups}",
        "walk": "their walk to the nearest station (median) falls from {before:.0f} to "
                "{after:.0f} minutes",
        "walk_none": "they reach no station on foot today, and this one within {after:.0f} minutes",
        "unknown": "beside them {people} who cannot be judged today for lack of data, so "
                   "they count for no site",
        "place": "{place}",
        "metro": "{0:.0f} minutes on foot to a metro exit",
        "bus": "{0:.0f} minutes to a bus stop",
        "services": "{0:.0f} other public services within the walk",
        "street": "on a street of class {0}",
        "action": "{0}",
        "action_cost": "{0}, cost {1:g}{2}",
        "loss": "if no premises are found within {apart:.0f} m, the next best choice covers "
                "{loss:,.0f} people fewer",
        "loss_served": "if no premises are found within {apart:.0f} m, the next best choice serves "
                       "{loss:,.0f} people fewer",
        "worse": "if no premises are found within {apart:.0f} m, the next best choice is worse by "
                 "{amount}",
        "no_loss": "if no premises are found within {apart:.0f} m, another choice is as good",
        "frontage_served": "anywhere along about {0:,.0f} m of street at least 95% of those "
                           "whom it alone reaches are still within the walk",
        "frontage": "anywhere along about {0:,.0f} m of street keeps at least 95% of what it alone "
                    "adds",
        "runs": "in {kept} of {runs} repeats over the ranges of speed, gates and other figures a "
                "best or nearly best choice has a site here or hereabouts",
    },
}  # fmt: skip
_STREETS: Final = {
    "trunk": "快速路", "primary": "主干路", "secondary": "次干路", "tertiary": "支路",
    "residential": "居住区道路", "unclassified": "一般道路", "living_street": "生活街道",
    "service": "内部道路", "pedestrian": "步行街", "footway": "人行道", "cycleway": "骑行道",
    "path": "小路", "track": "田间路", "steps": "台阶",
}  # fmt: skip


def say_site(facts: Mapping[str, Any], language: str) -> list[str]:
    """Say why a site is proposed.

    Parameters
    ----------
    facts
        gain, gain_unknown and no_room (by kind), towns and gaps (name, people), groups (name,
        people), minutes_before, minutes_after, served (people in all, None where everybody within
        the walk is covered), and where known: capacity, action, cost, cost_unit, highway,
        metro_minutes, bus_minutes, services_in_reach, loss (in unit), apart_m, frontage_m, runs,
        runs_kept.
    language
        zh or en.
    """
    words = _SITE[language]
    lines = _whom(facts, language)
    for key in ("towns", "gaps", "groups"):
        if facts[key]:
            lines.append(words[key].format(**{key: list_named(facts[key], language)}))
    lines += _walk(facts, words)
    doubtful = list_kinds(facts["gain_unknown"], language)
    if doubtful:
        lines.append(words["unknown"].format(people=doubtful))
    lines += _place(facts, language)
    if facts.get("loss") is not None:
        lines.append(_if_nothing_is_found(facts, language))
    if facts.get("frontage_m"):
        key = "frontage" if facts["served"] is None else "frontage_served"
        lines.append(words[key].format(facts["frontage_m"]))
    if facts.get("runs"):
        lines.append(words["runs"].format(runs=facts["runs"], kept=facts["runs_kept"]))
    return lines


def _whom(facts: Mapping[str, Any], language: str) -> list[str]:
    """Say whom a site covers; where its room is limited whom it serves, and whom it turns away."""
    words, people = _SITE[language], list_kinds(facts["gain"], language)
    served = facts["served"]
    if served is None:
        return [words["gain"].format(people=people) if people else words["gain_none"]]
    key = "served" if people else "served_none"
    lines = [words[key].format(people=people, capacity=facts["capacity"])]
    away, room = list_kinds(facts["no_room"], language), facts["capacity"] - served
    # Room for less than half a person would be told as 0.
    if away:
        lines.append(words["full"].format(people=away))
    elif room >= 0.5:
        lines.append(words["room"].format(room=room))
    return lines


def _if_nothing_is_found(facts: Mapping[str, Any], language: str) -> str:
    """Say what it costs if there are no premises round a site, in what the model counts."""
    words, loss, unit = _SITE[language], facts["loss"], facts["unit"]
    if loss < LEAST_SHOWN[unit]:
        return words["no_loss"].format(apart=facts["apart_m"])
    key = "worse" if unit != "people" else "loss" if facts["served"] is None else "loss_served"
    if facts["model"] == "backup":  # its people are those reached twice
        key = "worse"
    amount = say_amount(loss, unit, language)
    return words[key].format(loss=loss, apart=facts["apart_m"], amount=amount)


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
    lines = [words["place"].format(place=JOIN[language].join(parts))] if parts else []
    action = _ACTIONS[language].get(str(facts.get("action")), "")
    if action and facts.get("cost") is not None:
        unit = facts.get("cost_unit") or ""
        space = " " if unit else ""
        lines.append(words["action_cost"].format(action, facts["cost"], space + unit))
    elif action:
        lines.append(words["action"].format(action))
    return lines
