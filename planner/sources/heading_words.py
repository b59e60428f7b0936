"""What people call the columns of their tables: our name -> their headings, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Headings are compared as `headings.normalise` leaves them, and nothing is guessed from likeness.
#: Those after ";" are taken only where a table has none of those before it.
_LON: Final = "经度, 东经, 经度坐标, lng, long, longitude; x, x坐标, 坐标x, point x, coord x"
_LAT: Final = "纬度, 北纬, 纬度坐标, latitude; y, y坐标, 坐标y, point y, coord y"
_PAIR: Final = (
    "坐标, 经纬度, 经纬度坐标, 地理坐标, 位置坐标, 定位, coordinate, lonlat, lnglat, latlon, latlng"
)
_NUMBERS: Final = "编号, 编码, 代码, 代号, 站点编号, 站点编码, 站点代码, 站点id, 阵地编号, 机构编号"
RUNNING: Final = "序号, 行号, 顺序号, no, number, num, #"
_NAMES: Final = (
    "名称, 站点名称, 站点名, 站名, 阵地名称, 中心名称, 服务站名称, 服务中心名称, 设施名称, "
    "场所名称, 点位名称, 党群服务中心名称, 党群服务站名称, 驿站名称, facility name, "
    "station name, site name, "
    "place name; 单位, 单位名称, 机构名称, 全称, 站点, 阵地, 中心, 机构, 设施, 点位, 简称, "
    "title, "
    "station, facility, site"
)
_TOWNS: Final = (
    "街镇, 街道, 镇, 乡镇, 所属街镇, 所在街镇, 所属街道, 所在街道, 街道镇, 镇街, 街道乡镇, "
    "乡镇街道, 街镇名称, 街道名称, 镇名, 乡镇名称, 所属镇, 街镇园区, subdistrict, township, "
    "town name"
)
_COMMITTEES: Final = (
    "居委, 居委会, 村居, 居村, 居村委, 居村委会, 村居委, 村居委会, 居村名称, 所属居委, "
    "所属居委会, "
    "所属居村, 所属村居, 村委, 村委会, 居委会名称, 居委名称, 村居名称, 社区, 社区名称, 所属社区, "
    "neighbourhood committee, residents committee, committee name"
)
_DOMAINS: Final = (
    "领域, 服务领域, 所属领域, sector; 类型, 类别, 站点类型, 阵地类型, 设施类型, 机构类型, 行业, "
    "category, type"
)
_HOURS: Final = (
    "开放时间, 服务时间, 营业时间, 办公时间, 工作时间, 开放时段, 服务时段, 对外开放时间, hours, "
    "open hours, open time, opening time, opening times, business hours, service hours"
)
_CAPACITY: Final = (
    "容纳人数, 容量, 可容纳人数, 最大容纳人数, 接待能力, 座位数, 承载人数, 容纳量, seats, "
    "max capacity"
)
_ROOM: Final = (
    "教室座位, 教室座位数, 教室容量, 教室容纳人数, 课堂座位, 培训室座位, 培训室座位数, "
    "培训室容量, 培训室容纳人数, 活动室座位, 活动室座位数, 活动室容量, 活动室容纳人数, "
    "会议室座位数, 会议室容量, 最大教室座位数, room seats, seats of room, classroom seats, "
    "classroom capacity, size of room"
)
_COST: Final = (
    "费用, 造价, 投资, 成本, 建设费用, 改造费用, 预算, 估算费用, 总投资, price, budget, costs"
)
_PEOPLE: Final = (
    "人口, 人数, 常住人口, 常住人口数, 人口数, 人口数量, 总人口, 居民数, 居民人数, 实有人口, "
    "从业人数, 从业人员, 就业人数, 就业人口, 职工人数, 职工数, population, pop, residents, "
    "inhabitants, persons, "
    "headcount, workers, jobs, employees; 户籍, 户籍人口, 户籍人数"
)
_DEPARTMENTS: Final = (
    "单位, 部门, 委办局, 职能部门, 送课单位, 供课单位, 开课单位, 责任单位, 牵头单位, 主办单位, "
    "office, bureau"
)
_FIELDS: Final = (
    "课程领域, 领域, 课程类别, 课程分类, 类别, 分类, 专业, 主题, subject, category, topic"
)
PLACES: Final = {"lon": _LON, "lat": _LAT, "coordinates": _PAIR}

#: Of each kind of table: our name -> headings.
TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "facilities": {
        "facility_id": f"{_NUMBERS}, facility no, facility code, station id, site id, id, code; "
        f"{RUNNING}",
        "name": _NAMES,
        **PLACES,
        "level": "级别, 层级, 等级, 站点级别, 站点层级, 阵地级别, 阵地层级, 所属层级, grade, "
        "tier, rank",
        "domain": _DOMAINS,
        "opening_hours": _HOURS,
        "services": "服务, 服务内容, 服务项目, 功能, 服务功能, 提供服务, service",
        "capacity": _CAPACITY,
        "room_capacity": _ROOM,
        "cost": _COST,
        "status": "状态, 开放状态, 运营状态, 建设状态, 使用状态, 站点状态, 现状, state",
        "open_to_outsiders": "对外开放, 是否对外开放, 是否开放, 社会开放, 是否向社会开放, "
        "public access",
        "address": "地址, 详细地址, 所在地址, 站点地址, addr, street address; 位置, 地点, "
        "所在位置, location",
        "town": _TOWNS,
        "committee": _COMMITTEES,
        "area_m2": "面积, 建筑面积, 使用面积, 场地面积, 总面积, floor area, area, size",
        "visits_per_year": "年接待, 年接待量, 年接待人数, 年接待人次, 年服务人次, 年服务人数, "
        "年均接待, "
        "annual visits, yearly visits, visits a year, visitors per year",
        "approximate": "位置存疑, 位置待确认, 大致位置, 近似位置, 位置不准确, approx",
        "confirmed": "确认, 已确认, 是否确认, 位置已确认",
        "radius_m": "误差半径, 误差范围, 位置误差, 定位精度, 不确定半径, radius, position error",
        "remarks": "备注, 说明, 备注说明, notes, note, comment, comments, remark",
    },
    "candidates": {
        "site_id": f"{_NUMBERS}, site no, site code, candidate id, id, code; {RUNNING}",
        "name": f"候选点名称, 候选地名称, {_NAMES}, 候选点, candidate name",
        **PLACES,
        "action": "建设方式, 方式, 动作, 措施, 建设类型, 实施方式, measure, operation",
        "cost": _COST,
        "capacity": _CAPACITY,
        "domain": _DOMAINS,
        "town": _TOWNS,
    },
    "route sites": {
        "site_id": f"{_NUMBERS}, 点位编号, site no, site code, id, code; {RUNNING}",
        "name": f"红色点位, {_NAMES}",
        **PLACES,
        "theme": "主题, 线路主题, 所属主题, 主题类别, 点位主题, themes; 类型, 类别, type, category",
        "dwell_minutes": "停留时间, 停留分钟, 停留时长, 参观时间, 参观时长, 游览时间, 游览时长, "
        "建议停留, 建议停留时间, 活动时长, 停留, dwell, dwell time, visit minutes, visit time, "
        "duration, stay",
        "opening_hours": _HOURS,
        "group_capacity": "团队容量, 接待团队人数, 每批人数, 单批接待人数, 单次接待人数, "
        f"最大团队, 团队人数上限, group size, max group; {_CAPACITY}",
        "value": "价值, 分值, 得分, 评分, 权重, 推荐指数, 重要性, score, weight, prize",
        "volunteers": "志愿者, 志愿者人数, 讲解员, 讲解员人数, 所需志愿者, volunteer, guides",
        "template": "模板, 活动模板, 模板编号, 所用模板, 主题党日模板, template id",
        "note": "备注, 说明, 备注说明, notes, comment, comments, remark, remarks",
    },
    "route templates": {
        "template_id": f"模板编号, {_NUMBERS}, template no, id, code; {RUNNING}",
        "name": "模板名称, 名称, 模板, 活动名称, 标题, template name, title",
        "minutes": "时长, 分钟, 活动时长, 所需时间, 用时, duration",
        "text": "内容, 说明, 流程, 活动内容, 活动流程, 简介, description, content, programme",
        "link": "链接, 网址, 网页, 地址链接, url, address, web",
    },
    "gates": {
        "gate_id": f"门编号, 出入口编号, 大门编号, {_NUMBERS}, gate no, gate code, id, code; "
        f"{RUNNING}",
        # 小区名称 tells where a gate is; only where nothing else does, what it is called.
        "name": "大门名称, 门名称, 出入口名称, 门名, 出入口, 大门, gate, gate name; 小区名称, "
        + _NAMES.replace(";", ","),
        **PLACES,
        "hours": f"{_HOURS}, 开门时间, 通行时间, 开启时间, opening hours",
        "who": "通行人员, 谁可通行, 通行对象, 可通行人员, 允许通行, access, who may pass, "
        "allowed",
    },
    "closed streets": {
        "way_id": "osm_id, osm way id, osm id, osmid, way, 道路编号, 路段编号, 道路id, 路段id, "
        "osm编号; 编号, id",
        "condition": "情形, 条件, 状况, 场景, 适用情形, 适用条件, condition name, "
        "conditions, season",
        "radius_m": "半径, 影响半径, 封闭半径, 影响范围, 封闭范围, radius, within",
        **PLACES,
    },
    "people": {
        # A running number names rows only where each has its own: see `use_only_unique`.
        "id": f"; {_NUMBERS}, 网格编号, 小区编号, 楼栋编号, grid id, cell id, code, {RUNNING}",
        **PLACES,
    },
    "town totals": {
        "town": f"{_TOWNS}, 名称, 地区, 区域, name, area",
        "kind": "类别, 类型, 人口类型, 人群, 人员类别, 人口类别, type, category, class",
        "people": _PEOPLE,
    },
    "groups": {
        "town": f"{_TOWNS}, 名称, 地区, 区域, name, area",
        "group": "人群, 群体, 人群名称, 类别, 群体名称, group name, category",
        "people": _PEOPLE,
        "share": "占比, 比例, 百分比, 份额, 人口占比, percent, percentage, proportion, ratio",
    },
    "towns": {
        "name": f"名称, 名字, {_TOWNS}; 区域名称, 地区, 乡, 镇街名, xzqmc",
        "tier": "圈层, 层级, 级别, 分区, 城镇层级, 类型, tier name, level, class",
    },
    "tiers": {"tier": "圈层, 层级, 级别, 分区, 城镇层级, 类型, 名称, tier name, level, class"},
    "committees": {
        "name": f"名称, 名字, {_COMMITTEES}",
        "kind": "类型, 类别, 居村类型, type, category",
        "facility_id": "站点编号, 站点编码, 站点代码, 站点id, 阵地编号, 党群服务站编号, "
        "station id",
    },
    "orders": {
        "order_id": f"点单编号, 订单编号, 订单号, 点单号, 需求编号, {_NUMBERS}, order no, "
        "order, id, "
        f"code; {RUNNING}",
        "committee": f"{_COMMITTEES}, 点单居村, 点单村居, 点单居委, 点单单位",
        "town": f"{_TOWNS}, 点单街镇",
        "department": _DEPARTMENTS,
        "course": "课程, 课程名称, 课程编号, 课程代码, 所点课程, 点单课程, course name, course id",
        "people": "人数, 听课人数, 预计人数, 参加人数, 报名人数, 参训人数, 学员人数, 点单人数, "
        "headcount, persons, participants, attendees",
        "earliest": "最早, 最早日期, 最早时间, 起始日期, 开始日期, 开始时间, 期望开始, "
        "不早于, from, "
        "start, start date, not before, first day",
        "latest": "最晚, 最晚日期, 最晚时间, 最迟, 最迟日期, 截止日期, 结束日期, "
        "结束时间, 期望结束, "
        "不晚于, until, end, end date, not after, last day, by",
    },
    "courses": {
        "course_id": "课程编号, 课程代码, 课程编码, 课号, 编号, 编码, 代码, 代号, "
        "course no, course code, "
        f"id, code; {RUNNING}",
        "name": "课程名称, 课程, 课名, 名称, 课程题目, 题目, course, course name, title",
        "field": _FIELDS,
        "department": _DEPARTMENTS,
        "minutes": "时长, 课时长, 课程时长, 分钟, 课时, 授课时长, duration, length, min",
        "class_least": "最少人数, 开班人数, 最低开班人数, 每班最少人数, 最小班额, "
        "起开人数, min people, "
        "least people, minimum class",
        "class_most": "最多人数, 每班最多人数, 最大班额, 班额, 每班人数上限, 人数上限, max people, "
        "most people, maximum class",
        "same_as": "同课, 相同课程, 重复课程, 同类课程, 与何课相同, 合并课程, same course, equals",
        "needs": "所需设施, 设施要求, 场地要求, 所需服务, 设备要求, 需要, requirements, requires, "
        "equipment",
        "level": "教师层级, 师资层级, 师资要求, 教师级别, 讲师级别, 师资等级, teacher level",
        "host_level": "站点层级, 承办层级, 站点级别, 举办层级, 阵地层级, 上课层级, level of host",
    },
    "teachers": {
        "teacher_id": "教师编号, 讲师编号, 师资编号, 工号, 编号, 编码, 代码, 代号, "
        "teacher no, id, code; "
        f"{RUNNING}",
        "name": "姓名, 教师, 教师姓名, 讲师, 讲师姓名, 师资, 授课教师, 名称, teacher, teacher name",
        "fields": f"{_FIELDS}, 授课领域, 擅长领域, 教学领域, 可授领域, field, subjects",
        "level": "教师层级, 师资层级, 教师级别, 讲师级别, 级别, 层级, 等级, 师资等级, grade, rank",
        "from": f"{_TOWNS}, 来自, 所在地, 出发地, 所属站点, 所在站点, 常驻站点, home, base",
        "days": "可授课日, 授课日, 可授课时间, 授课时间, 可用日期, 时间安排, 日期, 空闲时间, "
        "available, availability, available days, dates",
    },
}  # fmt: skip
#: What a table must have: one that has all of it in our words was made for us, and only headings in
#: other scripts than ours are looked up; what its English ones mean is not for us to say.
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "facilities": ("facility_id", "name", "lon", "lat"),
    "candidates": ("site_id", "name", "lon", "lat"),
    "route sites": ("site_id", "name", "lon", "lat", "theme", "dwell_minutes"),
    "route templates": ("template_id", "name"),
    "gates": ("lon", "lat"),
    "closed streets": ("way_id",),
    "people": ("lon", "lat"),
    "town totals": ("town", "kind", "people"),
    "groups": ("town", "group"),
    "towns": ("name",),
    "tiers": ("tier",),
    "committees": ("name",),
    "orders": ("course", "people"),
    "courses": ("course_id", "minutes"),
    "teachers": ("name",),
}
#: Names that no calculation needs: two headings for one of them are no fault, none is taken.
UNNEEDED: Final = frozenset(
    {"address", "town", "committee", "area_m2", "visits_per_year", "remarks"}
)
#: Headings of people that tell of what kind they are, for tables that have no column for it.
KIND_OF_PEOPLE: Final[Mapping[str, str]] = {
    "residential": "人口, 常住人口, 常住人口数, 人口数, 人口数量, 总人口, 居民数, 居民人数, "
    "实有人口, 户籍, "
    "户籍人口, 户籍人数, population, pop, residents, inhabitants",
    "industrial": "从业人数, 从业人员, 就业人数, 就业人口, 职工人数, 职工数, workers, jobs, "
    "employees",
}
#: Numbers that a unit in the heading would change.
COUNTED: Final = frozenset(
    {"people", "capacity", "room_capacity", "visits_per_year", "class_least", "class_most"}
)
