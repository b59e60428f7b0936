"""Why a place was not chosen: sentences in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from planner.siting.sentences import list_kinds, list_named

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
        "gain_room": "在此单独设站、容量充足，可服务{people}",
        "added_room": "在所选方案之外再加此处、容量充足，可多服务{people}",
        "not_added_room": "所选方案已服务此处能服务的人",
        "loss_room": "用此处以同样的容量替换所选点 {site_id}，少服务 {loss:,.0f} 人",
        "better_room": "用此处以同样的容量替换所选点 {site_id}，多服务 {loss:,.0f} 人",
        "same_room": "用此处以同样的容量替换所选点 {site_id}，服务人数相同",
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
        "gain_room": "a station there alone, with room for all, would serve {people}",
        "added_room": "on top of the choice, with room for all, it would serve {people}",
        "not_added_room": "the choice already serves whom it would serve",
        "loss_room": "in the place of {site_id}, with as much room, it would serve {loss:,.0f} "
                     "people fewer",
        "better_room": "in the place of {site_id}, with as much room, it would serve {loss:,.0f} "
                       "people more",
        "same_room": "in the place of {site_id}, with as much room, it would serve as many",
    },
}  # fmt: skip


def say_why_not(
    found: Mapping[str, Any], limit_m: float, language: str, *, served: bool = False
) -> list[str]:
    """Say why a place was not chosen, from what `why_not` found.

    served : whether sites have room for only so many.
    """
    room = "_room" if served else ""
    words = _WHY_NOT[language]
    lines = []
    if not found["joined"]:
        return [words["unjoined"].format(limit=limit_m)]
    people = list_kinds(found["people"], language)
    covered = list_kinds(found["covered_today"], language) or "0"
    lines.append(
        words["people"].format(people=people, covered=covered) if people else words["nobody"]
    )
    if found["by"]:
        by = [(row["name"], row["residents"]) for row in found["by"]]
        lines.append(words["by"].format(names=list_named(by, language)))
    if found["nearest"] is not None:
        lines.append(words["nearest"].format(**found["nearest"]))
    gain, added = list_kinds(found["gain"], language), list_kinds(found["added"], language)
    lines.append(words["gain" + room].format(people=gain) if gain else words["no_gain"])
    if gain:
        lines.append(
            words["added" + room].format(people=added) if added else words["not_added" + room]
        )
    loss = found["loss"]
    if loss is not None:
        # Less than half a person would be told as 0 fewer.
        key = "same" if abs(loss) < 0.5 else "loss" if loss > 0 else "better"
        lines.append(words[key + room].format(site_id=found["site_id"], loss=abs(loss)))
    return lines
