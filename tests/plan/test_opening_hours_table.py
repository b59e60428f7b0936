"""Opening hours against OSM's specification: text, moment, and what is right, worked out by hand.

The calendar: 2026-03-09 is a Monday, in ISO week 11; the first Monday of that March is the 2nd, the
last the 30th; Easter is 2026-04-05; 2026-10-01, a Thursday, and 2023-10-01, a Sunday, are public
holidays in China.
"""

from datetime import datetime

import pytest

from planner.plan.moments import (
    Hours,
    Moment,
    Unreadable,
    are_open_at,
    find_hours_fault,
    is_open,
    read_hours,
)

MO, TU, WE, TH, FR, SA, SU = (f"2026-03-{day:02d}" for day in range(9, 16))
NEXT_MO = "2026-03-16"
HOLIDAY, SUNDAY_HOLIDAY = "2026-10-01", "2023-10-01"

TABLE = [
    # --- days and times
    ("Mo-Fr 09:00-17:00", f"{MO}T09:00", "open", "from its first minute"),
    ("Mo-Fr 09:00-17:00", f"{MO}T08:59", "closed", ""),
    ("Mo-Fr 09:00-17:00", f"{MO}T17:00", "closed", "until before its last"),
    ("Mo-Fr 09:00-17:00", f"{SA}T10:00", "closed", ""),
    ("09:00-17:00", f"{SU}T10:00", "open", "without days: every day"),
    ("Fr-Mo 09:00-17:00", f"{SU}T10:00", "open", "a range of days over the end of the week"),
    ("Fr-Mo 09:00-17:00", f"{MO}T10:00", "open", ""),
    ("Fr-Mo 09:00-17:00", f"{TU}T10:00", "closed", ""),
    ("Mo,We,Fr 09:00-17:00", f"{TU}T10:00", "closed", ""),
    ("Mo, We, Fr 09:00-17:00", f"{WE}T10:00", "open", "no rule has ended before these commas"),
    ("Sa", f"{SA}T23:59", "open", "without times: the whole day"),
    ("Sa", f"{SU}T00:00", "closed", ""),
    ("Mo-Fr 09:00-12:00,14:00-17:00", f"{MO}T13:00", "closed", ""),
    ("Mo-Fr 09:00-12:00,14:00-17:00", f"{MO}T14:00", "open", ""),
    ("Mo-Fr 09:00-12:00, 14:00-17:00", f"{SA}T15:00", "closed", "one list of times, not two rules"),
    ("Mo-Fr 9:00-17:00", f"{MO}T09:00", "open", "a zero is missing: it can mean only this"),
    ("Mo-Fr: 09:00-17:00", f"{MO}T10:00", "open", ""),
    ("Mo-Fr09:00-17:00", f"{MO}T10:00", "open", ""),
    ("  Mo-Fr   09:00 - 17:00  ", f"{MO}T10:00", "open", ""),
    # --- always and never
    ("24/7", f"{SU}T03:00", "open", ""),
    ("open", f"{SU}T03:00", "open", ""),
    ("24/7 closed", f"{SU}T03:00", "closed", ""),
    ("off", f"{MO}T10:00", "closed", ""),
    ("closed", f"{MO}T10:00", "closed", ""),
    ("unknown", f"{MO}T10:00", "unknown", ""),
    ("00:00-24:00", f"{MO}T23:59", "open", ""),
    ("00:00-00:00", f"{MO}T12:00", "open", "the end is not after the begin: it is tomorrow's"),
    ("Mo 10:00-10:00", f"{TU}T09:59", "open", "a day and a night"),
    ("Mo 10:00-10:00", f"{TU}T10:00", "closed", ""),
    ("Mo 10:00-10:00", f"{MO}T09:00", "closed", ""),
    # --- nights
    ("22:00-02:00", f"{MO}T01:59", "open", "of Sunday evening"),
    ("22:00-02:00", f"{MO}T02:00", "closed", ""),
    ("Sa 22:00-02:00", f"{SU}T01:00", "open", "belongs to the evening before"),
    ("Sa 22:00-02:00", f"{SA}T01:00", "closed", "Friday has no evening"),
    ("Sa 22:00-26:00", f"{SU}T01:59", "open", "26:00 is 2 in the morning"),
    ("Sa 22:00-26:00", f"{SU}T02:00", "closed", ""),
    ("Sa 22:00-48:00", f"{SU}T23:59", "open", ""),
    ("Mo-Fr 09:00-17:00; Sa 22:00-02:00", f"{SU}T01:00", "open", "a night in the last rule"),
    ("Mo-Su 08:00-12:00; Sa 22:00-02:00", f"{SU}T01:00", "open", "it adds to Sunday's hours"),
    ("Mo-Su 08:00-12:00; Sa 22:00-02:00", f"{SU}T09:00", "open", "Sunday's own hours stay"),
    ("Mo-Su 08:00-12:00; Sa 22:00-02:00", f"{SA}T09:00", "closed", "Saturday is replaced"),
    ("Sa 22:00-02:00; Su 08:00-12:00", f"{SU}T01:00", "closed", "a later rule takes all of Sunday"),
    ("Sa 22:00-02:00, Su 08:00-12:00", f"{SU}T01:00", "open", "a comma takes nothing away"),
    ("Su 08:00-12:00; Sa 22:00-02:00", f"{SU}T01:00", "open", ""),
    ("Sa 22:00-02:00; Su off", f"{SU}T01:00", "closed", ""),
    ("Su off; Sa 22:00-02:00", f"{SU}T01:00", "open", ""),
    ("24/7; Sa 22:00-02:00 off", f"{SU}T01:00", "closed", "closed at night, too"),
    ("24/7; Sa 22:00-02:00 off", f"{SU}T02:00", "open", ""),
    ("24/7; Sa 22:00-02:00 unknown", f"{SU}T01:00", "unknown", ""),
    ("Fr 20:00-03:00; Sa 10:00-12:00", f"{SA}T02:00", "closed", "Saturday is replaced as a whole"),
    ("2026 Mar 14 22:00-02:00", f"{SU}T01:00", "open", "a night of one date"),
    ("week 11 22:00-02:00", f"{NEXT_MO}T01:00", "open", "the week's last night"),
    ("week 11 22:00-02:00", f"{MO}T01:00", "closed", "the night of week 10"),
    # --- later rules, closed ones, additional ones
    ("Mo-Fr 09:00-17:00; We 10:00-12:00", f"{WE}T15:00", "closed", "replaces its day"),
    ("Mo-Fr 09:00-17:00; We off", f"{WE}T10:00", "closed", ""),
    ("We off; Mo-Fr 09:00-17:00", f"{WE}T10:00", "open", "the last rule wins"),
    ("Mo-Fr 09:00-17:00; 12:00-13:00 off", f"{MO}T12:30", "closed", ""),
    ("Mo-Fr 09:00-17:00; 12:00-13:00 off", f"{MO}T13:00", "open", "takes only its times away"),
    ("Mo-Fr 09:00-17:00, We off", f"{WE}T10:00", "closed", ""),
    ("Mo-Fr 09:00-17:00, Fr 18:00-20:00", f"{FR}T10:00", "open", "adds"),
    ("Mo-Fr 09:00-17:00, Fr 18:00-20:00", f"{FR}T19:00", "open", ""),
    ("Mo-Fr 09:00-17:00,Sa 10:00-12:00", f"{SA}T11:00", "open", "a comma without a space"),
    ("Mo-Fr 09:00-17:00,Sa 10:00-12:00", f"{SA}T13:00", "closed", ""),
    ("Mo 08:00-12:00; 14:00-16:00", f"{MO}T09:00", "closed", "without days: of every day"),
    ("Mo 08:00-09:00 open, 12:00-13:00 unknown", f"{TU}T12:30", "unknown", "a rule of its own"),
    ("Mo-Su 16:00-21:00; 17:00-20:00 unknown", f"{MO}T16:30", "closed", "unknown replaces as well"),
    ("Jan-Dec 09:00-17:00; Mar off; Mar 10 10:00-11:00", f"{TU}T10:30", "open", ""),
    # --- otherwise
    ('Mo-Fr 09:00-17:00 || "by appointment"', f"{TU}T10:00", "open", ""),
    ('Mo-Fr 09:00-17:00 || "by appointment"', f"{TU}T19:30", "unknown", "otherwise, at any time"),
    ('Mo-Fr 09:00-17:00 || "by appointment"', f"{SA}T11:00", "unknown", "a comment alone"),
    ("Mo-Fr 09:00-17:00 || unknown", f"{MO}T08:00", "unknown", ""),
    ("Mo-Fr 09:00-17:00 || off", f"{SA}T11:00", "closed", ""),
    ("Mo-Fr 09:00-17:00 || 10:00-20:00", f"{MO}T18:00", "open", ""),
    ("Mo-Fr 09:00-17:00 || 10:00-20:00", f"{MO}T09:30", "open", ""),
    ("Mo-Fr 09:00-17:00 || Sa 10:00-12:00", f"{SA}T11:00", "open", ""),
    ('Mo-Fr 09:00-17:00; We off || "ask"', f"{WE}T10:00", "unknown", "closed is not open"),
    ('Mo 09:00-17:00 unknown || 08:00-20:00', f"{MO}T10:00", "unknown", "unknown is not closed"),
    ('Mo-Fr 09:00-17:00 || "call us"; We off', f"{WE}T10:00", "closed", "a normal rule"),
    ('Sa 10:00-12:00 || Su 10:00-12:00 || "ask"', f"{MO}T10:00", "unknown", ""),
    ('Mo-Fr 09:00-17:00||"ask"', f"{SA}T10:00", "unknown", "the spaces are missing"),
    ("Mo-Fr 22:00-02:00 || unknown", f"{TU}T01:00", "open", ""),
    ("Mo 10:00-20:00 || Su 20:00-03:00 off", f"{MO}T01:00", "closed", ""),
    # --- comments
    ('"by appointment"', f"{MO}T10:00", "unknown", ""),
    ('Mo-Fr 09:00-17:00 "by appointment"', f"{MO}T10:00", "unknown", "a comment without a state"),
    ('Mo-Fr 09:00-17:00 "by appointment"', f"{MO}T18:00", "closed", ""),
    ('Mo-Fr 09:00-17:00 open "ring"', f"{MO}T10:00", "open", ""),
    ('Mo-Fr 09:00-17:00 unknown "ask"', f"{MO}T10:00", "unknown", ""),
    ('Mo-Fr 09:00-17:00; We off "market"', f"{WE}T10:00", "closed", ""),
    ('24/7 "perhaps"', f"{MO}T10:00", "unknown", ""),
    ('Mo-Fr 09:00-17:00; "on match days"', f"{MO}T10:00", "unknown", "nobody knows these days"),
    ('Mo open "Fr; Sa off || 24/7"', f"{MO}T10:00", "open", "signs in a comment are no signs"),
    ('Mo open "Fr; Sa off || 24/7"', f"{FR}T10:00", "closed", ""),
    ('"summer": Mo-Fr 09:00-17:00', f"{MO}T10:00", "unknown", "when is summer?"),
    ('"summer": Mo-Fr 09:00-17:00', f"{SA}T10:00", "closed", ""),
    ('Mo-Fr 09:00-17:00; "in the holidays": off', f"{MO}T10:00", "unknown", ""),
    ('Mo-Fr 09:00-17:00; "summer": Sa 10:00-12:00', f"{MO}T10:00", "open", "not on its days"),
    # --- open ends
    ("09:00+", f"{MO}T08:59", "closed", ""),
    ("09:00+", f"{MO}T09:00", "unknown", "nobody knows until when"),
    ("Mo 09:00+", f"{TU}T00:30", "closed", "never longer than its day"),
    ("Mo 17:00+", f"{TU}T02:59", "unknown", "an evening may last ten hours"),
    ("Mo 17:00+", f"{TU}T03:00", "closed", ""),
    ("Mo 22:00+", f"{TU}T05:59", "unknown", "a night eight"),
    ("Mo 22:00+", f"{TU}T06:00", "closed", ""),
    ("Mo 12:00-16:00+", f"{MO}T15:59", "open", "at least until then"),
    ("Mo 12:00-16:00+", f"{MO}T16:00", "unknown", ""),
    ("Mo 09:00-12:00,17:00+", f"{MO}T11:00", "open", ""),
    ("Mo 09:00-12:00,17:00+", f"{MO}T13:00", "closed", ""),
    ("24/7; Mo 17:00+ off", f"{MO}T18:00", "closed", ""),
    ("Mo 20:00-02:00+", f"{TU}T01:00", "open", ""),
    ("Mo 20:00-02:00+", f"{TU}T02:30", "unknown", ""),
    # --- holidays
    ("Mo-Fr 09:00-17:00", f"{HOLIDAY}T10:00", "open", "a holiday on Thursday is a Thursday"),
    ("Mo-Fr 09:00-17:00; PH off", f"{HOLIDAY}T10:00", "closed", ""),
    ("PH off; Mo-Fr 09:00-17:00", f"{HOLIDAY}T10:00", "open", "the last rule wins"),
    ("Mo-Fr,PH 09:00-17:00", f"{SUNDAY_HOLIDAY}T10:00", "open", "a comma: the one or the other"),
    ("PH,Su 10:00-12:00", f"{SU}T11:00", "open", ""),
    ("PH,Su 10:00-12:00", f"{HOLIDAY}T11:00", "open", ""),
    ("Su,PH 10:00-12:00", f"{HOLIDAY}T11:00", "open", ""),
    ("Su,PH off", f"{MO}T11:00", "closed", ""),
    ("PH Su 10:00-12:00", f"{SU}T11:00", "closed", "a space: both"),
    ("PH Su 10:00-12:00", f"{HOLIDAY}T11:00", "closed", "on a Thursday"),
    ("PH Su 10:00-12:00", f"{SUNDAY_HOLIDAY}T11:00", "open", ""),
    ("Su PH 10:00-12:00", f"{SU}T11:00", "closed", "turned round"),
    ("08:00-18:00; PH Su closed", f"{SU}T10:00", "open", "no holiday"),
    ("08:00-18:00; PH Su closed", f"{SUNDAY_HOLIDAY}T10:00", "closed", ""),
    ("08:00-18:00; PH Su closed", f"{HOLIDAY}T10:00", "open", ""),
    ("PH Mo-Fr 10:00-12:00", f"{MO}T11:00", "closed", ""),
    ("PH Mo-Fr 10:00-12:00", f"{HOLIDAY}T11:00", "open", ""),
    ("Oct PH Mo-Fr 10:00-12:00", f"{HOLIDAY}T11:00", "open", ""),
    ("Sep PH Mo-Fr 10:00-12:00", f"{HOLIDAY}T11:00", "closed", ""),
    ("24/7; PH Mo,Th off", f"{HOLIDAY}T11:00", "closed", ""),
    ("PH +1 day 10:00-12:00", "2026-10-02T11:00", "open", "the day after"),
    ("PH -1 day off; 09:00-17:00", "2026-09-30T10:00", "open", ""),
    ("09:00-17:00; PH -1 day off", "2026-09-30T10:00", "closed", ""),
    ("SH 10:00-12:00", f"{MO}T11:00", "closed", "school holidays are not known: counted as none"),
    ("SH Mo-Fr 10:00-12:00", f"{MO}T11:00", "closed", "not the weekdays outside them"),
    # --- weeks, months, dates, years
    ("week 10-20 09:00-17:00", f"{MO}T10:00", "open", ""),
    ("week 12-20 09:00-17:00", f"{MO}T10:00", "closed", ""),
    ("week 1-53/2 09:00-17:00", f"{MO}T10:00", "open", "odd weeks"),
    ("week 2-52/2 09:00-17:00", f"{MO}T10:00", "closed", "even weeks"),
    ("week 10,11 Mo 09:00-17:00", f"{MO}T10:00", "open", ""),
    ("Mar 09:00-17:00", f"{MO}T10:00", "open", ""),
    ("Oct-Mar 09:00-17:00", f"{MO}T10:00", "open", "over the new year"),
    ("Apr-Sep 09:00-17:00", f"{MO}T10:00", "closed", ""),
    ("Mar 10 09:00-17:00", f"{TU}T10:00", "open", ""),
    ("Mar 9-13 10:00-12:00", f"{FR}T11:00", "open", ""),
    ("Feb 20-Mar 10 10:00-12:00", f"{WE}T11:00", "closed", ""),
    ("Dec 24-Jan 2 off; 09:00-17:00", f"{MO}T10:00", "open", ""),
    ("09:00-17:00; Dec 24-Jan 2 off", "2026-01-01T10:00", "closed", ""),
    ("Mar 9,11 10:00-12:00", f"{WE}T11:00", "open", "the month holds for both"),
    ("Mar 9,11 10:00-12:00", f"{TU}T11:00", "closed", ""),
    ("2026 10:00-12:00", f"{MO}T11:00", "open", "a year, not half past eight"),
    ("2020-2025 10:00-12:00", f"{MO}T11:00", "closed", ""),
    ("2025+ 10:00-12:00", f"{MO}T11:00", "open", ""),
    ("2026 Mar 1-2026 Apr 1 Mo 10:00-12:00", f"{MO}T11:00", "open", ""),
    ("2024-2030/2 Mo 10:00-12:00", f"{MO}T11:00", "open", "every other year"),
    ("easter 10:00-12:00", "2026-04-05T11:00", "open", ""),
    ("easter -2 days off; 09:00-17:00", "2026-04-03T10:00", "open", ""),
    ("09:00-17:00; easter -2 days off", "2026-04-03T10:00", "closed", "Good Friday"),
    ("easter -2 days-easter +1 day 10:00-12:00", "2026-04-06T11:00", "open", "Easter Monday"),
    ("Mo[1] 10:00-12:00", "2026-03-02T11:00", "open", ""),
    ("Mo[1] 10:00-12:00", f"{MO}T11:00", "closed", "the second Monday"),
    ("Mo[-1] 10:00-12:00", "2026-03-30T11:00", "open", ""),
    ("Mo[1] +2 days 10:00-12:00", "2026-03-04T11:00", "open", ""),
    ("Mo[2,4] 10:00-12:00, Tu[1] 14:00-16:00", f"{MO}T11:00", "open", ""),
    ("Mar Su[-1]-Oct Su[-1] 10:00-12:00", "2026-03-28T11:00", "closed", "the day before"),
    ("Mar Su[-1]-Oct Su[-1] 10:00-12:00", "2026-03-29T11:00", "open", ""),
    ("Feb 29 10:00-12:00", "2028-02-29T11:00", "open", ""),
    # --- the sun: 07:00 and 19:00, dawn and dusk 06:00 and 20:00
    ("sunrise-sunset", f"{MO}T07:00", "open", ""),
    ("sunrise-sunset", f"{MO}T19:00", "closed", ""),
    ("dawn-dusk", f"{MO}T19:59", "open", ""),
    ("(sunrise+01:00)-(sunset-01:30)", f"{MO}T07:30", "closed", ""),
    ("(sunrise+01:00)-(sunset-01:30)", f"{MO}T17:29", "open", ""),
    ("sunset-02:00", f"{TU}T01:00", "open", ""),
    ("Mo-Fr 09:00-sunset", f"{MO}T18:59", "open", ""),
    # --- signs and letters that can mean only one thing
    ("mo-fr 09:00-17:00; sa OFF", f"{MO}T10:00", "open", ""),
    ("MO-FR 09:00-17:00 Closed", f"{MO}T10:00", "closed", ""),
    ("Mo–Fr 09:00—17:00", f"{MO}T10:00", "open", "typographic dashes"),
    ("Mo－Fr　09：00－17：00；Sa　off", f"{MO}T10:00", "open", "signs of a Chinese keyboard"),
    ("Mo-Fr 09:00~17:00", f"{MO}T10:00", "open", ""),
    ("Mo-Fr 09:00-17:00 “by appointment”", f"{MO}T10:00", "unknown", ""),
    ("Mo-Fr 09:00-17:00;", f"{MO}T10:00", "open", "an empty rule says nothing"),
    ("Mo-Fr 09:00-17:00;;Sa 10:00-12:00", f"{SA}T11:00", "open", ""),
    # --- the ends of time
    ("Mo-Su 09:00-17:00", "1900-01-01T10:00", "open", ""),
    ("9999 Mo-Su 09:00-17:00", f"{MO}T10:00", "closed", ""),
]  # fmt: skip

UNREADABLE = [
    ("9-17", "names no days"),
    ("Mo-Fr 9-17", "names no days"),
    ("Mo-Fr 9am-5pm", "the word 'am'"),
    ("09.00-17.00", "names no days"),
    ("Mo-Fr 0900-1700", "names no days"),
    ("Mo-Fr 09:60-17:00", "no time of day"),
    ("Mo-Fr 24:00-26:00", "begins on another day"),
    ("Mo-Fr 22:00-49:00", "ends after the next one"),
    ("Mo-Fr 10:00", "a point in time"),
    ("Mo-Fr 10:00-16:00/01:30", "no span of time"),
    ("Monday 09:00-17:00", "the word 'Monday'"),
    ("周一至周五 9:00-17:00", "the word '周一至周五'"),
    ("每天", "the word '每天'"),
    ("Mo-Fr open 09:00-17:00", "names no days"),
    ("09:00-17:00 Mo-Fr", "no span of time"),
    ("Mo-Fr 24/7", "names no days"),
    ("24/7 09:00-17:00", "names no days"),
    ("Mo-Fr 09:00-17:00 Sa 10:00-12:00", "no span of time"),
    ("Mo-Fr 09:00-17:00 / Sa 10:00-12:00", "no span of time"),
    ("Mo-Fr 09:00-17:00 | Sa 10:00-12:00", "no span of time"),
    ('Mo-Fr 09:00-17:00 "ask', 'a " is missing'),
    ('Mo-Fr 09:00-17:00 "a" "b"', "no span of time"),
    ("Mo-Fr 09:00-17:00 ||", "nothing stands after"),
    ("Mo-Fr 09:00-17:00 || || off", "nothing stands after"),
    ("Mo-Fr 09:00-17:00,", "a rule is empty"),
    ("Mo,PH Su 09:00-17:00", "is not clear"),
    ("Jul 6-10, Fr-Mo 16:30-18:00", "no days"),
    ("Feb 30 09:00-17:00", "there is no Feb 30"),
    ("week 54 09:00-17:00", "names no days"),
    ("Mo[6] 09:00-17:00", "names no days"),
    ("2026-2020 09:00-17:00", "names no days"),
    (";", "no rule"),
    ("   ", "no rule"),
    ("Mo-Fr 09:00-17:00 off off", "no span of time"),
    ("off off", "names no days"),
    ("(" * 900, "no span of time"),
    ("Mo 09:00-10:00; " * 625, "longer than 1,000 characters"),
]


def test_the_table_has_at_least_120_cases_and_none_twice():
    assert len({(text, at) for text, at, _, _ in TABLE}) == len(TABLE) >= 120


@pytest.mark.parametrize(("text", "at", "right", "why"), TABLE)
def test_hours_mean_what_the_specification_says(text: str, at: str, right: str, why: str):
    moment = Moment("now", "此刻", "now", datetime.fromisoformat(at))
    hours = read_hours(text)
    assert isinstance(hours, Hours), hours
    assert is_open(hours, moment) is {"open": True, "closed": False, "unknown": None}[right], why
    assert are_open_at([text], moment).tolist() == [right == "open"]


@pytest.mark.parametrize(("text", "reason"), UNREADABLE)
def test_what_cannot_be_read_is_told_and_is_never_open(text: str, reason: str):
    hours = read_hours(text)
    assert isinstance(hours, Unreadable)
    assert reason in hours.reason
    assert "\n" not in hours.reason
    assert find_hours_fault(text, must_open=False) == f"cannot be read ({hours.reason})"
    at = datetime.fromisoformat(f"{MO}T10:00")
    assert not are_open_at([text], Moment("now", "此刻", "now", at)).any()


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Sao_Paulo", "Europe/Berlin"])
def test_hours_and_moments_are_those_of_the_clock_on_the_wall(zone: str):
    """In Berlin the clock jumps from 2 to 3 that morning; at 3 it is open all the same."""
    at = datetime.fromisoformat("2026-03-29T03:00")
    assert are_open_at(["Su 02:30-04:00"], Moment("now", "此刻", "now", at, timezone=zone)).all()
