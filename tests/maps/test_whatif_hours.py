"""Opening hours in the page: what it reads it reads as Python does, all else it refuses."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from planner.plan.moments import Moment, are_open_at, find_hours_fault
from tests.maps.whatif_node import in_engine
from tests.samples import is_whole

DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
SUN = ["sunrise", "sunset", "dawn", "dusk"]
#: Days that only Python reads.
OTHERS = ["Mar 10", "week 10", "easter", "PH Su", "Su PH", "Mo[1]", "2026", "PH +1 day",
          "Dec 25,26", "Mo - Fr", "Mar-Oct: Mo-Fr", "Mo,PH Su", "Mo,PH,Su"]  # fmt: skip
NEW_YEAR, NATIONAL_DAY = datetime(2027, 1, 1, 12), datetime(2026, 10, 1, 10)


class Writer:
    """Writes opening hours as people may, right and wrong ones."""

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def spans_of(self, names):
        one = self.rng.choice(names)
        return one if self.rng.random() < 0.4 else f"{one}-{self.rng.choice(names)}"

    def listed(self, names, others=()):
        parts = [self.spans_of(names) for _ in range(self.rng.choice([1, 1, 2, 3]))]
        place = self.rng.choice([0, len(parts)])
        if others and self.rng.random() < 0.3:
            parts.insert(place, self.rng.choice(others))
        return self.rng.choice([",", ",", ", "]).join(parts)

    def days(self):
        pick = self.rng.random()
        if pick < 0.1:
            return ""
        if pick < 0.2:
            return self.listed(MONTHS)
        if pick < 0.35:
            return f"{self.listed(MONTHS)} {self.listed(DAYS, ['PH', 'SH'])}"
        if pick < 0.4:
            return self.rng.choice(OTHERS)
        return self.listed(DAYS, ["PH", "PH,SH"])

    def clock(self):
        return f"{self.rng.randint(0, 26)}:{self.rng.choice([0, 0, 15, 30, 59, 60]):02d}"

    def time(self):
        pick = self.rng.random()
        if pick < 0.9:
            return self.clock()
        event = self.rng.choice(SUN)
        return event if pick < 0.96 else f"({event}{self.rng.choice('+-')}{self.clock()})"

    def span(self):
        if self.rng.random() < 0.1:
            return self.time() + self.rng.choice(["+", ""])
        joint = self.rng.choice(["-", "-", "-", "–", " - ", "~"])
        return self.time() + joint + self.time() + self.rng.choice(["", "", "", "+"])

    def rule(self):
        if self.rng.random() < 0.04:
            return self.rng.choice(["24/7", "off", '"by appointment"', "unknown", "", "Mo-Fr"])
        spans = self.rng.choice([",", ", ", "，"]).join(
            self.span() for _ in range(self.rng.choice([1, 1, 2]))
        )
        text = self.days() + self.rng.choice([" ", " ", "", ": "])
        text += spans if self.rng.random() < 0.85 else ""
        text += self.rng.choice([""] * 9 + [" off", " closed", " open", " unknown", ' "x; y"'])
        return text if self.rng.random() > 0.03 else f'"term": {text}'

    def text(self):
        text = self.rule()
        for _ in range(self.rng.choice([0, 0, 1, 2])):
            text += self.rng.choice(["; ", ";", "；", ", ", " || ", "||"]) + self.rule()
        if self.rng.random() < 0.1:
            text = text.lower()
        if self.rng.random() < 0.05:
            at = self.rng.randrange(len(text) + 1)
            text = text[:at] + self.rng.choice(';,-:"Ax。²٣\u2003') + text[at:]
        return text


def is_holiday(day):
    return bool(are_open_at(["PH 00:00-24:00"], Moment("", "", "", day.replace(hour=12)))[0])


def moments_of(rng):
    first = datetime(2026, 3, 9)
    ats = [first + timedelta(minutes=rng.randrange(400 * 24 * 60)) for _ in range(10)]
    ats += [NEW_YEAR, NATIONAL_DAY, NATIONAL_DAY + timedelta(hours=15), datetime(2026, 3, 10, 23)]
    day = timedelta(days=1)
    return ats, [
        [at.strftime("%Y-%m-%dT%H:%M"), [is_holiday(at - day), is_holiday(at)]] for at in ats
    ]


ASKED = """((at) => texts.map((text) => { const fault = hours.findHoursFault(text);
    return fault || at.map((one) => hours.isOpen(text, one)); }))(
    moments.map(([at, holidays]) => hours.readMoment(at, holidays)))"""


def test_thousands_of_hours_are_read_as_python_reads_them_or_refused():
    writer = Writer(1)
    texts = [writer.text() for _ in range(2_500 if is_whole() else 200)]
    ats, moments = moments_of(writer.rng)
    assert sum(holidays[1] for _, holidays in moments) >= 2
    found = in_engine(ASKED, texts=texts, moments=moments)
    read = 0
    for text, states in zip(texts, found, strict=True):
        fault = find_hours_fault(text)
        if isinstance(states, str):
            assert states == "unread" or "never opens" in fault, text
            continue
        assert fault == "", text
        read += 1
        for at, state in zip(ats, states, strict=True):
            moment = Moment("", "", "", at)
            surely, maybe = (are_open_at([text], moment, maybe=may)[0] for may in (False, True))
            assert state == (True if surely else None if maybe else False), (text, at)
    # most of those that can be read at all: the others name days that only Python knows
    assert read > 0.85 * sum(find_hours_fault(text) == "" for text in texts) > 0.2 * len(texts)


def test_days_that_only_python_knows_are_refused():
    texts = [f"{days} 09:00-17:00" for days in OTHERS]
    assert set(in_engine("texts.map(hours.findHoursFault)", texts=texts)) == {"unread"}


def test_hours_that_do_and_do_not():
    """Those that open on public holidays alone, if at all, are left to Python."""
    wanted = {
        "": "", "24/7": "", "Mo": "", "Mo-Fr 08:30-17:00; Sa,Su 09:00-16:00": "",
        "SH 09:00-17:00": "", "PH 09:00-17:00": "", "Mo-Fr 09:00-17:00; PH off": "",
        "off": "never", "Mo 09:00-17:00; Mo off": "never", "Mo-Fr off; PH off": "unread",
        "周一至周五 9:00-17:00": "unread", "nine to five": "unread", "Mo 09:00": "unread",
        "Mo " * 400: "unread", "Mo 09:00-17:00 ||": "unread",
    }  # fmt: skip
    found = in_engine("texts.map(hours.findHoursFault)", texts=list(wanted))
    assert dict(zip(wanted, found, strict=True)) == wanted
