"""What a sheet of located rows says, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Language -> key -> text; `{name}` stands for what is filled in.
LOCATED_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "sheet": "located",
        "candidates": "candidates",
        "about": "about",
        "confirmed": "confirmed",
        "yes": "yes",
        "no": "no",
        "way_name": "the same name: {label}",
        "way_name_in_part": "the same name in part: {label}",
        "way_address": "the house is known: {label}",
        "way_lane": "the lane is known: {label}",
        "way_between": "between house numbers that are known: {label}",
        "way_compound": "these homes are known: {label}",
        "way_compound_within": "its name holds that of known homes: {label}",
        "way_similar": "a similar name: {label}",
        "way_crossing": "where two streets cross: {label}",
        "way_street": "only the street is known: {label}",
        "way_town": "only the town is known: {label}",
        "doubt_several": "other places fit nearly as well",
        "doubt_contradiction": "name and address lead to different places",
        "doubt_other_town": "it lies in another town than the row says",
        "doubt_other_region": "the row names another city or district than the others",
        "doubt_far": "it may be far from there",
        "doubt_weak": "that alone is no proof",
        "nothing": "nothing of that name or address is known",
        "given": "had coordinates",
        "lines": "\n".join(
            (
                "Where the rows of the table may be, found without any request to the internet.",
                "coordinates: of the best candidate, in {crs} and under the headings of the table, "
                "so this file can stand in the plan where the table did.",
                "confidence: certain, likely, guess, or none where nothing was found.",
                "radius_m: how far the true door may be from there, metres.",
                "approximate: yes until the place is confirmed.",
                "confirmed: choose yes where the place is right, or correct the coordinates and "
                "choose yes. The row then counts like any other.",
                "Rows that stay approximate leave whoever only they serve unknown.",
                "candidates: up to five places for each row, with links to openstreetmap.org.",
            )
        ),
    },
    "zh": {
        "sheet": "定位结果",
        "candidates": "候选位置",
        "about": "说明",
        "confirmed": "确认",
        "yes": "是",
        "no": "否",
        "way_name": "名称相同：{label}",
        "way_name_in_part": "名称部分相同：{label}",
        "way_address": "门牌已知：{label}",
        "way_lane": "弄已知：{label}",
        "way_between": "按相邻门牌号推算：{label}",
        "way_compound": "小区或居村已知：{label}",
        "way_compound_within": "名称中含已知小区或居村：{label}",
        "way_similar": "名称相近：{label}",
        "way_crossing": "两路交叉口：{label}",
        "way_street": "仅道路已知：{label}",
        "way_town": "仅街镇已知：{label}",
        "doubt_several": "另有位置同样可能",
        "doubt_contradiction": "名称与地址指向不同位置",
        "doubt_other_town": "与表中街镇不符",
        "doubt_other_region": "所写的市或区与其他行不同",
        "doubt_far": "误差可能较大",
        "doubt_weak": "仅凭这一点不能确定",
        "nothing": "没有找到同名或同址的地点",
        "given": "原有坐标",
        "lines": "\n".join(
            (
                "本表为各行推测位置，离线匹配，不访问互联网。",
                "坐标：最佳候选位置，坐标系为 {crs}，沿用原表表头；方案中把原表换成本文件即可。",
                "confidence：certain 可确定，likely 较可能，guess 猜测，none 未找到。",
                "radius_m：真实位置可能偏离的距离（米）。",
                "approximate：位置未确认前为 yes。",
                "确认：位置正确请选“是”；有误请先改正坐标。确认后与其他站点同样计算。",
                "未确认的站点：仅由其覆盖的人群记为“数据不足”。",
                "候选位置：每行最多五个，附 openstreetmap.org 链接。",
            )
        ),
    },
}  # fmt: skip
