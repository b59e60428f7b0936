"""Hours as people write them against moments worked out by hand.

The calendar: 2026-03-09 is a Monday; 2026-10-01, a Thursday, is a public holiday in China.
"""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.plan._hours_parser import parse_rules
from planner.plan.moments import REFERENCE_MONDAY, Hours, Moment, is_open, read_hours
from planner.plan.written_hours import find_unread_part, to_osm_hours

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
#: Days that moments are at: of the reference week, a public holiday, and one of each season.
DATES = {day: REFERENCE_MONDAY + timedelta(days=number) for number, day in enumerate(DAYS)} | {
    "Holiday": datetime(2026, 10, 1).date(),  # a Thursday
    "July": datetime(2026, 7, 15).date(),  # a Wednesday
    "January": datetime(2026, 1, 14).date(),  # a Wednesday
}

# text, when it is open, when closed, when nobody knows
TABLE = [
    # --- days and times
    ("周一至周五 9:00-17:00", "Mo09:00 Fr16:59", "Mo08:59 Fr17:00 Sa10:00", ""),
    ("星期一到星期五 9:00-17:00", "Mo09:00 Fr16:59", "Sa10:00", ""),
    ("礼拜天 9:00-17:00", "Su09:00", "Sa10:00 Mo10:00", ""),
    ("周一~周五 9:00~17:00", "We12:00", "Su12:00", ""),
    ("周一—周日 08:30—17:30", "Su17:29", "Su17:30", ""),
    ("一至五 9:00-17:00", "Mo09:00 Fr16:59", "Sa10:00", ""),
    ("周一至五9:00至17:00", "Fr16:59", "Sa10:00", ""),
    ("周1至周5 8:30-17:00", "Fr16:59", "Sa10:00", ""),
    ("周1-5 9:00-17:00", "Fr16:59", "Sa10:00", ""),
    ("每周二至周日 9:00-21:00", "Su20:59", "Mo10:00", ""),
    ("周六至周二 9:00-17:00", "Su10:00 Tu10:00", "We10:00 Fr10:00", ""),
    ("周一、三、五 13:00-20:00", "Mo13:00 We19:59 Fr13:00", "Tu14:00 Mo12:59", ""),
    ("周六日 8:30-17:00", "Sa08:30 Su08:30", "Fr10:00", ""),
    ("周六、日 9:00-16:00", "Su15:59", "Fr10:00", ""),
    ("周一至周四、周六 9:00-17:00", "Th10:00 Sa10:00", "Fr10:00 Su10:00", ""),
    ("周二、四、六 9-11点", "Tu09:00 Sa10:59", "Tu11:00 We09:00", ""),
    ("每天 9：00－17：00", "Su09:00", "Su17:00", ""),
    ("每日9点-17点", "Mo09:00", "Mo17:00", ""),
    ("天天 9点半-17点", "Mo09:30", "Mo09:29", ""),
    ("全年无休 9:00-17:00", "Su10:00 Holiday10:00", "Su17:00", ""),
    ("9:00-17:00 全年无休", "Su10:00", "Su17:00", ""),
    ("双休日 9:00-16:00", "Sa09:00 Su15:59", "Fr10:00", ""),
    ("周末 9:00-16:00", "Sa09:00", "Fr10:00", ""),
    ("周一至周五8:30-17:00周六周日9:00-16:00", "Mo08:30 Sa09:00", "Sa08:30 Su16:00", ""),
    ("周一至周四8:30-17:00;周五8:30-16:00", "Th16:30", "Fr16:30 Sa10:00", ""),
    ("周一至周五:8:30-17:00；周六、周日:9:00-16:00", "Mo08:30 Su09:00", "Su08:30", ""),
    ("开放时间：周一至周五 9:00-17:00", "Mo09:00", "Sa10:00", ""),
    ("9:00-17:00（周一至周五）", "Mo09:00", "Sa10:00", ""),
    ("9:00-17:00（周一至周五）、9:00-12:00（周六）", "Mo16:00 Sa11:00", "Sa13:00 Su10:00", ""),
    # --- run together
    ("周二至周日 8:00-11:3013:00-17:00", "Tu11:29 Su13:00", "Tu11:30 Tu12:59 Mo09:00", ""),
    (
        "周一周三周五13:00-20:00周二周四16:00-20:00周六日8:30-17:00",
        "Mo13:00 Tu16:00 Sa08:30 Su16:59", "Tu13:00 We12:59 Su17:00", "",
    ),
    (
        "周二到周日白天9:00-16:30周三至周五晚上18:30-20:30法定节假日闭馆",
        "Tu09:00 We10:00 We18:30 Fr20:29 Sa16:29",
        "Mo10:00 Tu19:00 We17:00 Sa19:00 Holiday10:00 Holiday19:00", "",
    ),
    ("周一、周二、周四至周日9：00～20：00周三闭馆", "Mo09:00 Th19:59 Su09:00", "We10:00", ""),
    # --- times of day
    ("9:00-12:00，13:00-17:00 每天", "Mo11:59 Mo13:00", "Mo12:00", ""),
    ("周一至周五 0900-1700", "Mo09:00 Mo16:59", "Sa09:00", ""),
    ("每天9.00-17.00", "Mo09:00", "Mo17:00", ""),
    ("周一至周五9-17", "Mo09:00 Mo16:59", "Mo17:00", ""),
    ("周三 9时-17时", "We16:59", "Th10:00", ""),
    ("上午9点至下午5点", "Mo09:00 Su16:59", "Mo08:59 Mo17:00", ""),
    ("上午九点至下午五点半", "Mo09:00 Su17:29", "Mo17:30", ""),
    ("周一至周五十点至二十点", "Fr10:00 Fr19:59", "Fr20:00 Sa10:00", ""),
    ("9点30分-17点", "Mo09:30", "Mo09:29", ""),
    ("早9晚5", "Mo09:00 Mo16:59", "Mo17:00", ""),
    ("朝九晚五", "Mo09:00 Mo16:59", "Mo17:00", ""),
    ("早上8:30至晚上9点", "Mo08:30 Mo20:59", "Mo21:00", ""),
    ("上午9:00-11:30 下午13:30-17:00", "Mo11:29 Mo13:30", "Mo11:30 Mo13:29", ""),
    ("周一至周五 上午9:00-11:30，下午1:30-5:00", "Mo13:30 Mo16:59", "Mo12:00 Mo01:30", ""),
    ("周三 晚上6:30-8:30", "We18:30 We20:29", "We06:30 We20:30", ""),
    ("中午12点-下午2点", "Mo12:00", "Mo14:00 Mo11:59", ""),
    ("8:30-17:00（12:00-13:00休息）", "Mo11:59 Mo13:00", "Mo12:00 Mo12:59", ""),
    ("周一至周五 9:00－17：00 （午休12：00－13：00）", "Mo13:00", "Mo12:00", ""),
    ("周一至周五17:00以后", "", "Mo16:59 Sa18:00", "Mo17:00 Mo23:59"),
    # --- nights
    ("22:00-次日2:00", "Mo22:00 Tu01:59", "Tu02:00", ""),
    ("晚上10点至凌晨2点", "Mo22:00 Tu01:59", "Tu02:00 Mo10:00", ""),
    ("周六 22:00-次日2:00 周日 9:00-17:00", "Su01:00 Su09:00", "Sa01:00 Mo01:00", ""),
    ("周日 9:00-17:00，周六 22:00-次日2:00", "Su01:00 Su09:00", "Sa01:00 Mo01:00", ""),
    ("周五18:00-2:00", "Sa01:59", "Fr01:00 Sa02:00", ""),
    # --- the whole day
    ("全天", "Mo03:00 Holiday23:59", "", ""),
    ("全天开放", "Mo03:00", "", ""),
    ("24小时", "Mo03:00", "", ""),
    ("全天24小时", "Mo03:00", "", ""),
    ("24h", "Mo03:00", "", ""),
    ("7×24小时", "Mo03:00", "", ""),
    ("每天24小时开放", "Mo03:00", "", ""),
    ("周一至周五全天", "Fr23:59", "Sa00:00", ""),
    # --- closed
    ("周二至周日 9:00-17:00（周一闭馆）", "Tu09:00", "Mo10:00", ""),
    ("每天9:00-17:00（周一除外）", "Tu09:00", "Mo10:00", ""),
    ("每天（周一除外）9:00-17:00", "Tu09:00", "Mo10:00", ""),
    ("除周一外每天9:00-17:00", "Tu09:00", "Mo10:00", ""),
    ("除周一及法定节假日外 9:00-17:00", "Tu09:00", "Mo10:00 Holiday10:00", ""),
    ("周一全天闭馆，周二至周日9:00-17:00", "Tu09:00", "Mo10:00", ""),
    ("9：00至17:00（周一例行闭馆）", "Tu09:00", "Mo10:00", ""),
    ("每天9:00-17:00，12:00-13:00除外", "Tu11:59", "Tu12:00", ""),
    ("周一闭馆，其余时间 9:00-17:00", "Tu09:00", "Mo10:00", ""),
    ("10:00-18:00(周一、周二闭馆)", "We10:00", "Mo10:00 Tu10:00", ""),
    ("9:00-17:00 闭馆日：周一", "Tu09:00", "Mo10:00", ""),
    ("周一闭馆", "", "Mo10:00", "Tu10:00 Su03:00"),
    # --- public holidays
    ("周一至周五 9:00-17:00（节假日不开放）", "Th10:00", "Holiday10:00 Sa10:00", ""),
    ("周一至周五 9:00-17:00，法定节假日闭馆", "Th10:00", "Holiday10:00", ""),
    ("周一至周五（法定节假日除外）9:00-17:00", "Th10:00", "Holiday10:00 Sa10:00", ""),
    ("周一至周五,法定节假日除外,9:00-17:00", "Th10:00", "Holiday10:00 Sa10:00", ""),
    ("9:00—17:00（周一至周日，节假日除外）", "Su10:00", "Holiday10:00", ""),
    ("周六、周日、国定节假日休息，周一至周五8:30-17:00", "Th10:00", "Sa10:00 Holiday10:00", ""),
    ("每天 9:00-17:00，节假日照常开放", "Holiday10:00", "Mo17:00", ""),
    ("周一至周日(含节假日)9:00-17:00", "Holiday10:00", "Mo17:00", ""),
    ("工作日 9:00-17:00", "Th10:00", "Holiday10:00 Sa10:00", ""),
    ("工作日", "", "Holiday10:00 Sa10:00", "Th10:00"),
    ("工作日9:00-17:00，周末10:00-16:00", "Mo09:00 Sa10:00", "Sa09:00 Holiday10:00", ""),
    ("工作日9:00-17:00 双休日及节假日 10:00-16:00", "Sa15:00 Holiday15:00", "Holiday09:00", ""),
    ("周二至周日9:00-17:00，周一闭馆（法定节假日除外）", "Tu10:00", "Mo10:00", "Holiday10:00"),
    ("周一至周五 9:00-17:00，节假日另行通知", "Th10:00", "Sa10:00", "Holiday10:00"),
    ("9:00-17:00，春节期间闭馆", "Th10:00", "Th18:00", "Holiday10:00"),
    ("每天9:00-17:00，10月1日-7日闭馆", "Th10:00", "Holiday10:00", ""),
    # --- seasons
    ("夏令8:30-17:30 冬令8:30-17:00", "Mo08:30 July16:59", "Mo17:30", "Mo17:00 July17:29"),
    ("夏季(5月-9月) 8:30-17:30 冬季(10月-4月) 8:30-17:00", "July17:29", "January17:00", ""),
    ("夏季(5月-9月) 8:30-17:30 冬季 8:30-17:00", "July17:29 January16:59", "January17:00", ""),
    ("8:30-17:30（5月-9月），8:30-17:00（10月-4月）", "July17:29", "January17:00", ""),
    ("9:00-18:00（夏季）9:00-17:00（冬季）", "July16:59", "Mo18:00", "July17:00 Mo17:00"),
    ("5月1日至9月30日 9:00-17:00", "July10:00", "January10:00", ""),
    ("6月15日-次年2月28日 9:00-17:00", "July10:00 January10:00", "Mo10:00", ""),
    (
        "周一至周五 夏令时8:30-11:30,14:00-17:30 冬令时8:30-11:30,13:30-17:00",
        "Mo08:30 Mo14:00 Mo16:59", "Mo12:00 Sa14:00", "Mo13:30 Mo17:00",
    ),
    # --- remarks
    ("每日9:00-17:30（培训期间除外）", "Mo09:00 Su17:29", "Mo17:30", ""),
    ("9:00-17:00(16:30停止入馆)", "Mo16:30", "Mo17:00", ""),
    ("每天9:00-17:00（需预约）", "Mo16:30", "Mo17:00", ""),
    ("8:30-17:30，其余时间关闭", "Mo17:00", "Mo17:30", ""),
    # --- short words for what is closed
    ("周一至周五9:00-17:00，周六日休", "Fr16:59", "Sa10:00 Su10:00", ""),
    ("9:00-17:00 周末不开", "Fr16:59", "Sa10:00", ""),
    ("9:00-17:00 双休", "Fr16:59", "Sa10:00 Su10:00", ""),
    ("周一至周五 9:00-17:00（周末双休）", "Fr16:59", "Sa10:00 Su10:00", ""),
    ("9:00-17:00 (Mon-Fri)", "Fr16:59", "Sa10:00", ""),
    ("9:00-17:00（Mon.-Fri.）", "Fr16:59", "Sa10:00", ""),
    ("8:30-17:00（无午休）", "Mo12:30", "Mo17:00", ""),
    ("除工作日外 9:00-17:00", "Sa10:00", "Fr10:00", ""),
    ("双休9:00-16:00", "Sa09:00", "Fr10:00", ""),
    ("双休不开放 9:00-17:00", "Fr16:59", "Sa10:00", ""),
    ("周三闭馆，其余9:00-17:00", "Tu09:00 Su10:00", "We10:00", ""),
    ("周一至周五9:00-17:30（午休12:00-13:00）周六9:00-16:00", "Sa12:30 Mo13:00", "Mo12:30", ""),
    # --- full width
    ("周二至周日９：００－１７：００（１６：３０停止入馆）", "Tu09:00", "Mo10:00", ""),
    # --- English
    ("Mon-Fri 9am-5pm", "Mo09:00 Fr16:59", "Sa10:00", ""),
    ("Monday to Friday 9:00 - 17:00", "Fr16:59", "Sa10:00", ""),
    ("Mon, Wed & Fri 10:00-16:00", "We10:00", "Tu10:00", ""),
    ("Mon-Fri 9am-5pm, Sat 10am-2pm, closed Sundays", "Sa13:59", "Sa14:00 Su10:00", ""),
    ("Daily 9-17", "Su09:00", "Su17:00", ""),
    ("1-5pm", "Mo13:00", "Mo03:00 Mo17:00", ""),
    ("9-5pm", "Mo09:00 Mo16:59", "Mo17:00", ""),
    ("Sat: 9am-12 noon", "Sa09:00", "Sa12:00", ""),
    ("Open daily 9 a.m. to 5 p.m.", "Su16:59", "Su17:00", ""),
    ("9:00-17:00 daily except public holidays", "Th10:00", "Holiday10:00", ""),
    ("closed on Mondays, open 9:00-17:00", "Tu09:00", "Mo10:00", ""),
    ("Tuesday-Sunday 9:00-17:00 (closed Monday)", "Tu09:00", "Mo10:00", ""),
    ("24 hours", "Mo03:00", "", ""),
]  # fmt: skip

#: What is not understood, or can be meant in two ways -> what is named.
UNREAD = {
    "待定": "待定",
    "电话预约": "电话预约",
    "暂不开放": "暂不开放",
    "每天9:00-17:00（装修闭馆）": "装修闭馆",
    "每天9:00-17:00（周六上午不开放）": "上午",
    "8:30-17:00（中午休息）": "a break without hours",
    "周一至周五8:00-11:30,1:30-5:00": "1:30-5:00",
    "周一至周五2:00-5:00": "2:00-5:00",
    "9:00-5:00 每天": "9:00-5:00",
    "上午9:00-5:00": "上午9:00-5:00",
    "下午9:00-11:00": "下午9:00",
    "8.30-11.30": "8.30",
    "2019-2024": "2019",
    "周一 7-9 10:00-12:00": "7",
    "周一 1-5": "1-5",
    "9-11pm": "9-11pm",
    "周一二十点至二十一点": "周一二十",
    "每天9:00-17:00 周六10:00-12:00": "two hours",
    "周六,节假日休息 9:00-17:00": "休息",
    "closed Sun 10:00-14:00": "10:00-14:00",
    "冬季 9:00-17:00": "冬",
    "周一至周五9:00-17:00（冬令时13:30-16:30）": "which days",
    "9:00-17:00(5月-9月8:00-18:00)": "with a season and without",
    "周一9:00-12:00 周二9:00-17:00(5月-9月)": ")",
    "周一（除法定节假日外）闭馆 9:00-17:00": "闭馆",
    "每月第一个周一 9:00-17:00": "每月",
    "单周周六9:00-12:00": "单周",
    "周三下午": "下午",
    "9:00-21:00(周五延长至22:00)": "延长",
    "①9:00-17:00": "①",
    "9⁰⁰-17⁰⁰": "⁰",
    "周一 25:00-26:00": "25:00",
    "5月32日-6月1日 9:00-17:00": "5月32日",
    "9:00开放17:00关闭": "9:00",
    "节假日": "days without hours",
    # Five days of a week are neither Friday nor Sunday.
    "每周五天 9:00-17:00": "周五天",
    "每周5天，9:00-17:00": "周5天",
    "9:00-17:00（每周6天）": "周6天",
    "周一至周五9:00-17:00，周六9:00-16:00（12:00-13:00休息）": "休息",
    "周一至周五9:00-17:00，周六9:00-16:00（午休12:00-13:00）": "12:00-13:00",
    "9:00-17:00（有活动时）": "有活动时",
    "9:00-17:00（暑期）": "暑期",
    "9:00-17:00（主题党日）": "主题党日",
    "9:00-17:00（待启用）": "待启用",
    "9:00-17:00（改造中）": "改造中",
    "9:00-17:00（拟开放）": "拟开放",
    "工作日以外 9:00-17:00": "以外",
    "工作日外9:00-17:00": "外",
    "8:30-17:30（午休除外）": "除外",
    "9:00-17:00（春秋）": "春秋",
    "9:00-17:00（学期中）": "学期",
    "9:00-17:00 (May-Oct)": "may",
    "寒暑假周一至周五9:00-16:00": "周一-周五",
    "9:00-17:00（部分时段）": "部分时段",
    "9:00-17:00（不定期）": "不定期",
}


def find_state(osm: str, when: str) -> str:
    """Return the state of OSM hours at a moment such as Mo09:00, as a plan asks for it."""
    day, at = when[:-5], datetime.strptime(when[-5:], "%H:%M").time()
    hours = read_hours(osm)
    assert isinstance(hours, Hours), osm
    found = is_open(hours, Moment("now", "此刻", "now", datetime.combine(DATES[day], at)))
    return {True: "open", False: "closed", None: "unknown"}[found]


@pytest.mark.parametrize(("text", "opens", "closed", "unknown"), TABLE)
def test_written_hours_are_open_when_they_say(text: str, opens: str, closed: str, unknown: str):
    read = to_osm_hours(text)
    assert read is not None, find_unread_part(text)
    for state, moments in (("open", opens), ("closed", closed), ("unknown", unknown)):
        found = {when: find_state(read.osm, when) for when in moments.split()}
        assert found == dict.fromkeys(moments.split(), state), read.osm
    assert find_unread_part(text) == ""


@pytest.mark.parametrize(("text", "named"), UNREAD.items())
def test_what_can_be_meant_in_two_ways_is_not_read(text: str, named: str):
    assert to_osm_hours(text) is None
    assert named in find_unread_part(text)


def test_remarks_are_kept():
    read = to_osm_hours("每日9:00-17:30（培训期间除外）")
    assert read is not None
    assert (read.osm, read.remarks) == ("Mo-Su 09:00-17:30", ("培训期间除外",))


@pytest.mark.parametrize(
    ("text", "osm"),
    [
        ("周一至周五 9:00-17:00", "Mo-Fr 09:00-17:00"),
        (
            "周二到周日白天9:00-16:30周三至周五晚上18:30-20:30法定节假日闭馆",
            "Tu,Sa,Su 09:00-16:30; We-Fr 09:00-16:30,18:30-20:30; PH off",
        ),
        ("夏令8:30-17:30 冬令8:30-17:00", "Mo-Su 08:30-17:00, Mo-Su 17:00-17:30 unknown"),
        ("5月15日至9月30日 9:00-17:00", "May 15-Sep 30 Mo-Su 09:00-17:00"),
        ("工作日 9:00-17:00", "Mo-Fr 09:00-17:00; PH off"),
        ("寒暑假闭馆 周一至周五9-17", "Mo-Fr 09:00-17:00; SH off"),
        ("周六 22:00-次日2:00 周日 9:00-17:00", "Sa 22:00-02:00, Su 09:00-17:00"),
    ],
)
def test_each_day_stands_in_one_rule(text: str, osm: str):
    read = to_osm_hours(text)
    assert read is not None
    assert read.osm == osm


# --- any combination, in any hand

_WORDS = "一二三四五六日"
_DAY = {
    "周": lambda day: f"周{_WORDS[day]}",
    "星期": lambda day: f"星期{_WORDS[day]}",
    "礼拜": lambda day: f"礼拜{_WORDS[day]}",
    "English": lambda day: f"{['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][day]}",
}


def _wide(text: str) -> str:
    """Write signs and digits as a Chinese keyboard does in full width."""
    return "".join(chr(ord(c) + 0xFEE0) if c in "0123456789:-~()" else c for c in text)


def _hour(minute: int, style: str) -> str:
    hour, rest = divmod(minute, 60)
    if style == "words":
        part = "上午" if hour < 12 else "下午" if hour < 18 else "晚上"
        small = hour if hour <= 12 else hour - 12
        return f"{part}{small}点" + (f"{rest:02d}分" if rest else "")
    return {"padded": f"{hour:02d}:{rest:02d}", "plain": f"{hour}:{rest:02d}",
            "digits": f"{hour:02d}{rest:02d}"}[style]  # fmt: skip


@st.composite
def _groups(draw: st.DrawFn) -> list[tuple[tuple[int, ...], list[tuple[int, int]]]]:
    """Draw disjoint groups of days, each with times in their order."""
    left, groups = list(range(7)), []
    for _ in range(draw(st.integers(1, 3))):
        if left:
            days = draw(st.sets(st.sampled_from(left), min_size=1, max_size=len(left)))
            left = [day for day in left if day not in days]
            n = 2 * draw(st.integers(1, 2))
            edges = draw(st.lists(st.integers(72, 276), min_size=n, max_size=n, unique=True))
            edges = [5 * edge for edge in sorted(edges)]
            groups.append((tuple(sorted(days)), list(zip(edges[::2], edges[1::2], strict=True))))
    return groups


@st.composite
def _written(draw: st.DrawFn, groups: list) -> str:
    """Write groups in any of the ways people do."""
    style_of_days = draw(st.sampled_from(sorted(_DAY)))
    name = _DAY[style_of_days]
    style = draw(st.sampled_from(["words", "padded", "plain", "digits"]))
    dash = draw(st.sampled_from(["-", "~", "—", " - ", "至", "到", "～", "－"]))
    # Four digits run into each other: 0900-11301300-1700 is not what anybody writes.
    between = draw(st.sampled_from([" ", "，", "、", ", "] + ([""] if style != "digits" else [])))
    gap = draw(st.sampled_from(["", " ", "：", "　"]))
    after = draw(st.sampled_from(["", " ", "；", "，", "\n", "。"]))
    joint = draw(st.sampled_from(["、", "和", ",", " " if style_of_days == "English" else ""]))
    texts = []
    for days, spans in groups:
        runs = [[days[0]]]
        for day in days[1:]:
            if day == runs[-1][-1] + 1 and draw(st.booleans()):
                runs[-1].append(day)
            else:
                runs.append([day])
        parts = [name(run[0]) + (dash + name(run[-1]) if len(run) > 1 else "") for run in runs]
        named = joint.join(parts)
        times = between.join(
            f"{_hour(start, style)}{dash}{_hour(end, style)}" for start, end in spans
        )
        texts.append(f"{named}{gap}{times}")
    text = after.join(texts)
    return _wide(text) if draw(st.booleans()) else text


@given(st.data(), _groups())
def test_any_hand_gives_the_same_hours(data: st.DataObject, groups: list):
    text = data.draw(_written(groups))
    read = to_osm_hours(text)
    assert read is not None, (text, find_unread_part(text))
    hours = read_hours(read.osm)
    assert isinstance(hours, Hours)
    spans_of = {day: spans for days, spans in groups for day in days}
    edges = {minute for _, spans in groups for span in spans for minute in span}
    for day in range(7):
        for minute in sorted({0, *edges, *(edge - 1 for edge in edges)}):
            date = REFERENCE_MONDAY + timedelta(days=day)
            at = datetime.combine(date, datetime.min.time()) + timedelta(minutes=minute)
            right = any(start <= minute < end for start, end in spans_of.get(day, []))
            assert is_open(hours, Moment("now", "此刻", "now", at)) is right, (text, read.osm)


_PIECES = [
    "周", "一", "五", "日", "至", "-", "13", "0900",
    "8.30", "上午", "晚上", "次日", "闭馆", "除外", "除", "外",
    "节假日", "工作日", "每天", "无休", "全天", "夏季", "5月", "5月1日-9月30日",
    "(", ")", "，", "；", "、", "休息日", "午休", "另行通知",
    "含", "以后", "其余时间", "春节", "暑假", "培训期间除外", "Mon", "closed",
    "am", "pm", "24小时", "十", "点", "半", "周六", "周一至周五",
    "9:00", "17:00", "9:00-17:00", "Ⅸ", "𝟗", "½", "24/7", "noon",
    "零", "两点",
    "PH off", " ", "\0", "\ud800",
]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join) | st.text(max_size=40))
def test_junk_is_read_or_not_and_nothing_else(text: str):
    read = to_osm_hours(text)
    assert (read is None) == (find_unread_part(text) != "" or not text.strip())
    if read is not None:
        assert isinstance(parse_rules(read.osm), tuple)


def test_a_text_too_long_is_not_read():
    assert to_osm_hours("周一9:00-17:00，" * 200) is None
