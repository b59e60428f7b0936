"""Rooms of stations, courses, teachers and half a year of orders; all of them invented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .committees import Committee
from .facilities import Station
from .outline import TOWNS
from .people import largest_remainder

SEED = 185
PEOPLE = 39_000
"""People of all orders."""
TERM = ("2026-07-01", "2026-12-31")

FIELDS = ("理论学习", "基层治理", "民生服务", "文化生活")
TOPICS = (
    ("党章导读", "经典著作选读", "党史专题", "形势与政策", "党的纪律", "宪法与法治", "国家安全",
     "组织生活实务", "支部书记实务", "发展党员实务"),
    ("网格管理", "居民议事", "物业治理", "加装电梯协商", "垃圾分类", "社区微更新", "矛盾调解",
     "村务公开", "楼组建设", "志愿服务组织"),
    ("急救知识", "防范诈骗", "智能手机使用", "医保与社保", "养老服务政策", "就业与创业",
     "家庭教育", "消防安全", "食品安全", "心理健康"),
    ("合唱排练", "书法入门", "剪纸手工", "健身操", "红歌赏析", "摄影基础", "民俗与节气",
     "读书会带领", "电影党课", "江南戏曲"),
)  # fmt: skip
"""Ten topics of each field, in the order of the fields."""
DEPARTMENTS = (
    "组织", "宣传", "统战", "政法", "纪检", "民政", "人社", "教育", "卫健", "文旅", "司法", "公安",
    "应急", "消防", "生态环境", "绿化市容", "水务", "建管", "房管", "市场监管", "农业农村",
    "退役军人", "工会", "共青团", "妇联",
)  # fmt: skip
"""Twenty-five, each followed by `条线`."""
LECTURES, PRACTICES, DOUBLED = 15, 15, 35
"""Topics with a lecture of the district, topics with practice, and courses a second one doubles."""

_ACADEMY, _TOWN, _NEAR = "大讲堂", "专题课", "工作坊"
_STORY, _PRACTICE = "情景课", "实训课"
_OPEN = "公开课"
#: Form of a course -> minutes, fewest and most people of a class, need, level, who may hold it.
_FORMS = {
    _ACADEMY: (120, 60, 300, "", "特聘", "district"),
    _TOWN: (90, 40, 200, "", "", "town"),
    _STORY: (90, 40, 180, "", "", "town"),
    _PRACTICE: (120, 30, 160, "培训", "", "town"),
    _NEAR: (90, 10, 60, "", "", ""),
}
_SHARES = {"near": 0.06, "academy": 0.13}
"""Shares of a committee's people in workshops nearby and in lectures; the others go to towns."""
_WINDOWS = (
    (("", ""), 0.38),
    (("2026-07-01", "2026-09-30"), 0.22),
    (("2026-10-01", "2026-12-31"), 0.24),
    (("2026-09-01", "2026-10-31"), 0.10),
    (("2026-11-01", "2026-11-30"), 0.06),
)
"""Earliest and latest day of an order, empty for those of the term, and their shares."""
_ENTRIES = 9
"""Courses in the menu of a town."""
_ELSEWHERE, _WHENEVER = 0.06, 0.25
"""Shares of orders for a course of another town's menu, and of those without a date."""
_OF_TOWN = (90, 110, 130, 150)
"""People of the orders that a town gives itself, one of each."""
_ONE_ORDER = 26
"""A committee has about so many people in an order."""
_DAYS = ("Mo-Fr", "Mo,We,Fr", "Tu,Th", "Tu-Sa", "Sa,Su", "We", "Fr,Sa")
TEACHERS = 60
_SPECIAL = 12
"""Teachers who may give the lectures of the district."""


@dataclass(frozen=True)
class Course:
    """A row of the table of courses."""

    course_id: str
    name: str
    field: str
    department: str
    minutes: int
    class_least: int
    class_most: int
    same_as: str
    needs: str
    level: str
    host_level: str

    @property
    def kind(self) -> str:
        """Who goes there: `academy`, `town` or `near`."""
        return {"": "near", "town": "town"}.get(self.host_level, "academy")


@dataclass(frozen=True)
class Teacher:
    """A row of the table of teachers; no name, as nobody of this district exists."""

    teacher_id: str
    name: str
    fields: str
    level: str
    base: str
    days: str


@dataclass(frozen=True)
class Order:
    """A row of the table of orders; `committee` is empty where a town orders."""

    order_id: str
    committee: str
    town: str
    department: str
    course: str
    people: int
    earliest: str
    latest: str


def rooms(stations: Sequence[Station]) -> list[str]:
    """Seats of each station's room, empty where it has none."""
    return [_seats(station, k) for k, station in enumerate(stations)]


def _seats(station: Station, number: int) -> str:
    """Seats of one station."""
    rng = np.random.default_rng((SEED, 1, number))
    if station.level == "district":
        return "300"
    if station.level == "town":
        return str(rng.choice([150, 160, 180, 200]))
    if station.domain == "couriers" or rng.random() < 0.10:
        return ""
    if rng.random() < 0.06:
        return str(rng.choice([100, 120]))
    return str(rng.choice([30, 40, 50, 60, 70, 80], p=[0.20, 0.24, 0.20, 0.18, 0.08, 0.10]))


def courses() -> list[Course]:
    """Courses of all topics in turn; the last ones double an earlier course."""
    found: list[Course] = []
    for name, field, form in _titles():
        found.append(_course(len(found), name, field, form, ""))
    rng = np.random.default_rng((SEED, 2))
    own = [k for k, course in enumerate(found) if course.kind != "academy"]
    for k in sorted(rng.choice(own, DOUBLED, replace=False).tolist()):
        first = found[k]
        name = f"{first.name.removesuffix('课')}（{_OPEN}）"
        form = next(form for form in _FORMS if first.name.endswith(form))
        found.append(_course(len(found), name, first.field, form, first.course_id))
    return found


def _titles() -> Iterator[tuple[str, str, str]]:
    """Yield name, field and form of each course that doubles none."""
    topics = [(topic, field) for own in zip(*TOPICS, strict=True)
              for topic, field in zip(own, FIELDS, strict=True)]  # fmt: skip
    most = {_ACADEMY: LECTURES, _PRACTICE: PRACTICES}
    for form in _FORMS:
        for topic, field in topics[: most.get(form)]:
            yield topic + form, field, form


def _course(number: int, name: str, field: str, form: str, same_as: str) -> Course:
    """Make a course of a form; departments take turns."""
    minutes, least, most, needs, level, host_level = _FORMS[form]
    if form == _NEAR and field == "文化生活":
        needs = "文体"
    department = DEPARTMENTS[(number * 7) % len(DEPARTMENTS)] + "条线"
    return Course(
        f"K-{number + 1:03d}", name, field, department, minutes, least, most, same_as, needs,
        level, host_level,
    )  # fmt: skip


def teachers() -> list[Teacher]:
    """Teachers with one or two fields; the first ones give the lectures of the district."""
    found = []
    for number in range(TEACHERS):
        rng = np.random.default_rng((SEED, 3, number))
        first = number % len(FIELDS)
        fields = [FIELDS[first]]
        if rng.random() < 0.4:
            fields.append(FIELDS[(first + 1 + int(rng.integers(3))) % len(FIELDS)])
        special = number < _SPECIAL
        town = "" if special else TOWNS[number % len(TOWNS)].name
        days = "Mo-Sa" if special else str(rng.choice(_DAYS))
        found.append(
            Teacher(
                f"J-{number + 1:02d}",
                f"讲师{number + 1:02d}号（演示）",
                " | ".join(fields),
                "特聘" if special else "",
                town,
                days,
            )
        )
    return found


def orders(committees: Sequence[Committee], offered: Sequence[Course]) -> list[Order]:
    """Orders of all committees, then those of the towns; their people sum to `PEOPLE`."""
    menu = _Menu(offered)
    rows = [row for town in TOWNS for row in _of_town(town.name, town.code, menu)]
    left = PEOPLE - sum(people for *_, people in rows)
    weights = [committee.floor_m2**0.5 for committee in committees]
    own: list[tuple[str, str, Course, tuple[str, str], int]] = []
    for number, people in enumerate(largest_remainder(weights, left)):
        own += _of_committee(number, committees[number], people, menu)
    return [
        Order(f"D-{number:04d}", name, town, course.department, course.course_id, people, *window)
        for number, (name, town, course, window, people) in enumerate([*own, *rows], start=1)
    ]


class _Menu:
    """What a town offers its committees: courses, and when; some are asked for more often."""

    def __init__(self, offered: Sequence[Course]) -> None:
        self._same: dict[str, list[Course]] = {}
        for course in offered:
            self._same.setdefault(course.same_as or course.course_id, []).append(course)
        rng = np.random.default_rng((SEED, 4))
        ids = {
            kind: [key for key, own in self._same.items() if own[0].kind == kind]
            for kind in ("academy", "town", "near")
        }
        self._academy = ids["academy"]
        near = ids["near"]
        self._near = {
            town.name: [near[(3 * k + step) % len(near)] for step in (0, 17)]
            for k, town in enumerate(TOWNS)
        }
        # Every course of towns stands in a menu, and some stand in two.
        order = rng.permutation(len(ids["town"])).tolist()
        entries = [(ids["town"][order[k % len(order)]], _window(rng))
                   for k in range(_ENTRIES * len(TOWNS))]  # fmt: skip
        self._all = entries
        self._town = {town.name: entries[k :: len(TOWNS)] for k, town in enumerate(TOWNS)}

    def choose(
        self, kind: str, town: str, rng: np.random.Generator
    ) -> tuple[Course, tuple[str, str]]:
        """Choose a course of a kind, through any department that gives it, and when it is wanted.

        Some of a town's committees look beyond its menu, some may come whenever it is.
        """
        window = _window(rng)
        if kind == "town":
            entries = self._all if rng.random() < _ELSEWHERE else self._town[town]
            key, planned = entries[int(rng.integers(len(entries)))]
            window = ("", "") if rng.random() < _WHENEVER else planned
        else:
            keys = self._academy if kind == "academy" else self._near[town]
            key = str(rng.choice(keys))
        same = self._same[key]
        return same[int(rng.integers(len(same)))], window


def _of_town(
    town: str, code: str, menu: _Menu
) -> list[tuple[str, str, Course, tuple[str, str], int]]:
    """Orders that a town gives for its own people."""
    rng = np.random.default_rng((SEED, 5, int(code)))
    return [("", town, *menu.choose("town", town, rng), people) for people in _OF_TOWN]


def _of_committee(
    number: int, committee: Committee, people: int, menu: _Menu
) -> list[tuple[str, str, Course, tuple[str, str], int]]:
    """Orders of one committee, which share out its people."""
    rng = np.random.default_rng((SEED, 6, number))
    count = max(1, round(people / _ONE_ORDER))
    parts = largest_remainder(rng.uniform(0.7, 1.3, count).tolist(), people)
    rows = []
    for part in parts:
        draw = rng.random()
        near, academy = _SHARES["near"], _SHARES["academy"]
        kind = "near" if draw < near else "academy" if draw < near + academy else "town"
        course, window = menu.choose(kind, committee.town, rng)
        rows.append((committee.name, committee.town, course, window, part))
    return rows


def _window(rng: np.random.Generator) -> tuple[str, str]:
    """Draw the earliest and latest day of an order."""
    return _WINDOWS[int(rng.choice(len(_WINDOWS), p=[share for _, share in _WINDOWS]))][0]
