"""Hours as people write them -> words: one table of patterns, and the words a text is made of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

# Written as \N{...} would be unreadable: these are the dashes and waves of keyboards and sheets.
_SIGNS: Final = str.maketrans(
    {
        **dict.fromkeys("~∼〜～–—―−‐‑‒─━﹣－至到", "-"),
        **dict.fromkeys("【[〔〖「", "("),
        **dict.fromkeys("】]〕〗」", ")"),
        **dict.fromkeys("︰∶﹕", ":"),
        **dict.fromkeys("。;|\n\r", ";"),
        **dict.fromkeys("\u200b\u200c\u200d\ufeff", ""),
    }
)

_DAY_SIGN: Final = "[一二三四五六日天]"
_NUMERAL: Final = "[零一二三四五六七八九十两]"
#: A day of the week in short goes on as no time of day, date or number.
_NO_NUMBER: Final = "(?![点时十月间])"
_CLOCK: Final = r"\d{1,2}:\d{2}(?::00)?"
_FRACTION: Final = rf"(?:半|一刻|三刻|整|[0-5]?\d(?=分|$|[^\d点时:.])分?|{_NUMERAL}{{1,3}}分)?"
_ENGLISH_DAY: Final = (
    r"(?:mo(?:n(?:days?)?)?|tu(?:e(?:s(?:days?)?)?)?|we(?:d(?:nesdays?)?)?|"
    r"th(?:u(?:r(?:s(?:days?)?)?)?)?|fr(?:i(?:days?)?)?|sa(?:t(?:urdays?)?)?|su(?:n(?:days?)?)?)"
    r"\.?(?![a-z])"
)
_FESTIVALS: Final = (
    "春节|国庆节?|元旦|除夕|五一|十一(?=期间|假|长假|黄金周)|劳动节|清明节?|端午节?|中秋节?"
    "|大年初[一二三四五六七]"
)
_ENTRY: Final = "入[馆场园内口]|进[馆场园入]|售票|检票|取号|领票|取票|发号"

#: Kind of word -> how people write it. The first kind that fits is taken, so the order counts:
#: what is longer or more particular stands first.
PATTERNS: Final[dict[str, str]] = {
    # --- remarks that only explain
    "remark": (
        rf"{_CLOCK}(?:分)?(?:以后|之后|后|起)?(?:停止|截止|谢绝)(?:{_ENTRY})"
        rf"|(?:最晚|最后|停止|截止)(?:{_ENTRY})(?:时间)?(?:为|:)?{_CLOCK}"
        r"|(?:中午|午间|午休)(?:时间)?(?:不休息?|照常(?:开放|服务)?|无休|不闭馆|不间断)|无午休"
        r"|(?:其余|其他|其它)(?:时间|时段|日期|日子)?均?(?:关闭|闭馆|休息|不开放)"
        r"|last (?:entry|admission)(?: at)? ?\d{1,2}:\d{2}"
    ),
    # --- dates and seasons
    "dates": (
        r"(?:每年)?(?:(?P<m1>\d{1,2})月(?:份|(?P<d1>\d{1,2})[日号])?"
        r"(?:-(?:次年|翌年|来年)?(?:(?P<m2>\d{1,2})月(?:份|(?P<d2>\d{1,2})[日号])?"
        r"|(?P<d3>\d{1,2})[日号]))?"
        r"|(?P<m3>\d{1,2})-(?P<m4>\d{1,2})月份?)"
    ),
    "season": r"(?P<seasons>[春夏秋冬]{1,2})(?:季节?|令时?|时制|天)(?:期间|时间|时段|作息)?",
    # --- which days
    "rest_days": r"(?:闭馆|休馆|休息|公休|闭园|休业)日(?:期|为|是)?",
    "workdays": r"(?:法定)?工作日|work(?:ing ?)?days?|week ?days?",
    "weekend": r"双休日?|周末|周休日|week ?ends?",
    "school": r"(?:学校)?(?:寒暑假|暑寒假|暑假|寒假)(?:期间)?|学校假期|school holidays?",
    "festival": rf"(?:{_FESTIVALS})(?:放假|假期|长假|黄金周|假日|当天|期间)*",
    "holidays": (
        r"(?:国家|国定|法定|公众|公共|全国|及)*(?:节假日|节日|假日|假期)(?:期间|当天)?"
        r"|(?:public |bank |national )?holidays?|ph(?![a-z])"
    ),
    "weekday": rf"(?:周|星期|礼拜)(?:{_DAY_SIGN}|末|[1-7](?![点时十月间\d]))",
    "short_range": rf"(?P<first>[一二三四五六])-(?P<last>{_DAY_SIGN}){_NO_NUMBER}",
    "english_day": _ENGLISH_DAY,
    "no_rest": (
        "(?:全年|年中|常年)?(?:无休|不休息?)|照常(?:开放|营业|服务)?|正常(?:开放|营业|服务)"
        "|as usual"
    ),
    "every_day": (
        r"每天|每日|天天|逐日|全年(?:365天)?|365天|(?:每|一)周(?:7|七)天|全周"
        r"|every ?day|daily|7 days a week"
    ),
    # --- what happens then
    "notice": (
        "(?:开放时间)?(?:另行|另)(?:通知|公告|告知|安排|定)|以(?:现场|馆内)?(?:公告|通知)为准"
    ),
    "except": r"除外",
    "except_before": r"除了?|except|excluding",
    "outside": r"[之以]?外",
    "including": r"包含|包括|含|including",
    "off": (
        r"(?:午休|中午休息|午间休息)(?:时间)?|(?:全天|整天|全日|例行|固定)?均?(?:不(?:对外)?(?:开放|营业|服务|开门|开馆|办公|上班|开)|闭馆|休馆|闭园|闭站|闭店|休息|休业|关闭|关门|"
        r"停业|停止开放|公休|轮休|放假|休|off|closed)"
    ),
    "others": "(?:其余|其他|其它)(?:时间|时段|日期|日子)?",
    "all_day": (
        r"(?:全天候?|全日)?(?:7[x×*/]24(?:小时|h)?|24[x×*]7(?:小时|h)?|(?:24|二十四)小?时(?![\d-])制?"
        r"|24 ?h(?:ou)?rs?|24h)"
        r"|全天候|全天|全日(?!制)|昼夜|round the clock"
    ),
    # --- times of day
    "next_day": r"次日|翌日|第二天|隔天|隔日|次晨|翌晨",
    "after": r"以后|之后|onwards",
    "clock": (
        rf"(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::00)?(?:\s?(?P<half>[ap])\.?m\.?(?![a-z]))?[分时点]?(?!间)"
        rf"|(?P<hour_cn>\d{{1,2}}|{_NUMERAL}{{1,3}})[点时](?!间)(?:钟)?(?P<part_cn>{_FRACTION})"
        r"|(?P<hour_en>\d{1,2})(?:\.(?P<minute_en>\d{2}))?\s?(?P<half_en>[ap])\.?m\.?(?![a-z])"
        r"|(?:12 ?)?(?P<word>noon|midnight)"
    ),
    "four_digits": r"(?<!\d)(?P<hh>\d{2})(?P<mm>\d{2})(?!\d)",
    "dotted": r"(?<![\d.])(?P<dot_hour>\d{1,2})\.(?P<dot_minute>\d{2})(?![\d.])",
    "part": (
        r"上午|早上|早晨|清晨|早间|凌晨|中午|午间|下午|午后|傍晚|晚上|晚间|夜间|夜里|夜晚|深夜|白天|日间"
        r"|早|朝|晚"
    ),
    "bare": r"(?<!\d)(?P<number>\d{1,2})(?![\d.])",
    # --- what joins and what says nothing
    "dash": r"-+|(?:to|until|till|through|thru)(?![a-z])",
    "joint": r"[、/&及和与]|以及|and(?![a-z])",
    "comma": ",",
    "open_bracket": r"\(",
    "close_bracket": r"\)",
    "stop": ";",
    "filler": (
        r"(?:开放|服务|营业|办公|接待|工作|开馆|开门|上班)时间|时间段?|对外|免费|开放|营业|服务|开馆|办公|接待|"
        r"开门|上班|[每逢](?=周|星期|礼拜)|不间断|为|是|均|都|的|:"
        r"|open(?:ing)?(?: hours| times)?(?![a-z])|(?:hours|on|from|the)(?![a-z])"
    ),
}

_WORDS: Final = {kind: re.compile(pattern, re.ASCII) for kind, pattern in PATTERNS.items()}
_SHORT_DAY: Final = re.compile(_DAY_SIGN + _NO_NUMBER)
_SHORT_DIGIT: Final = re.compile(r"[1-7](?![\d:.点时月日])")
_PART: Final = re.compile("[^,;()]+")
#: `周一二十点`: eight in the evening of a Monday, or ten o'clock of a Monday and a Tuesday;
#: `每周五天`: five days of a week, and nobody says which, or a Friday and a Sunday.
_TWO_WAYS: Final = re.compile(
    rf"(?:周|星期|礼拜)(?:{_DAY_SIGN}[一二]十|[一二两三四五六1-6]天)", re.ASCII
)
#: `9:00-17:00 双休`: weekends are free. Where times follow, they are those of the weekend.
_FREE_WEEKEND: Final = re.compile(
    r"双休(?!日|[:\s]*(?:\d|上午|下午|早|晚|中午|白天|[均都]?[全不闭休关停照正无]))", re.ASCII
)
#: `早九晚五`: numerals without a word for hours, after a part of the day alone.
_LONE_NUMERAL: Final = re.compile(rf"(?P<lone>{_NUMERAL}{{1,3}})(?:[点时](?:钟)?)?")
_NUMBERS: Final = ("Nd", "Nl", "No")
_FULL_WIDTH: Final = "０１２３４５６７８９"
_BRACKETS: Final = re.compile(r"\(([^()]*)\)")

#: A remark that only explains has nothing in it that could be a day or a time ...
_TELLS_WHEN: Final = re.compile(
    rf"\d|周|星期|礼拜|每|逢|节日|假|工作日|平日|平时|双休|全天|上午|早上|中午|午休|午间|午餐|下午|晚上|夜"
    rf"|白天|日间|月|季|夏|冬|暑|寒假|春[秋天]|秋[天冬]|学期|农历|初一|单号|双号|{_NUMERAL}[点时日]|{_FESTIVALS}"
    rf"|day|daily|noon|night|morning|evening|week|summer|winter|season|term|(?<![a-z])(?:{_ENGLISH_DAY}"
    r"|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:\.|(?![a-z])))"
)
#: ... and closes nothing, unless only at times that nobody can know.
_CLOSES: Final = re.compile(
    "闭|休|停|关|不开|不对外|不营业|不提供|暂|装修|维修|施工|搬|拆|取消|撤|未开|尚未|筹|在建"
    "|未启|待启|待开|待建|拟|计划|改造|改建|扩建|升级|迁|线上|网上|热线"
    "|clos|not open|suspend|unavailable"
)
#: ... and does not say that it is open only at such times: 9:00-17:00（有活动时）.
_AT_TIMES: Final = re.compile(
    r"不定|部分时|视.*(?:情况|而定)|[\u4e00-\u9fff]日$|(?:时|期间|时段)(?:才|可)?(?:开放|服务)?$"
)
_UNTIMED: Final = re.compile(
    r"[^\d,;()]{1,14}(?:期间|情况下?|之?时|天气|原因|活动)(?:除外|不开放|闭馆|休息|关闭|暂停开放)"
    r"|(?:如|若|遇)[^\d,;()]{1,14}(?:除外|不开放|闭馆|休息|关闭|暂停开放)|[^\d,;()]{1,14}除外|除了?[^\d,;()]{1,14}外"
)


class Word(NamedTuple):
    """A word of a text: its kind, of PATTERNS, what it was found as, and where it begins."""

    kind: str
    found: re.Match[str]
    at: int

    @property
    def text(self) -> str:
        """What is written."""
        return self.found.group()


class NotUnderstoodError(ValueError):
    """Names the part of a text that was not understood."""


def to_plain_signs(text: str) -> str:
    """Return a text with the signs of any keyboard as those of the table, blanks as single ones.

    Raises
    ------
    NotUnderstoodError
        At a digit of another kind: 9⁰⁰ is no 900, and ①9:00 no 19:00.
    """
    odd = next((sign for sign in text if unicodedata.category(sign) in _NUMBERS
                and unicodedata.normalize("NFKC", sign) != sign
                and sign not in _FULL_WIDTH), "")  # fmt: skip
    if odd:
        raise NotUnderstoodError(odd)
    plain = unicodedata.normalize("NFKC", text).translate(_SIGNS).lower()
    # A blank between Chinese signs, or beside a dash, means nothing: 周一 - 周五, 上 午.
    plain = re.sub(r"(?<=[\u4e00-\u9fff\-:])\s+(?=\S)|(?<=\S)\s+(?=[\u4e00-\u9fff\-:])", "", plain)
    return _FREE_WEEKEND.sub("双休日休息", " ".join(plain.split()))


def take_remarks(plain: str) -> tuple[str, list[str]]:
    """Return a text without the brackets that only explain, and what stood in them.

    A bracket whose words are all in the table stays: it may say when something is closed.
    """
    remarks: list[str] = []

    def judge(found: re.Match[str]) -> str:
        """Keep a bracket that may say when something is closed; take any other out."""
        inside = found[1].strip()
        if not inside:
            return ""
        if _is_remark(inside):
            remarks.append(inside)
            return ""
        return found[0]

    return _BRACKETS.sub(judge, plain), remarks


def _is_remark(text: str) -> bool:
    """Tell whether a text only explains, or takes away hours that nobody can put a time to."""
    if _TELLS_WHEN.search(text):
        return False
    return _UNTIMED.fullmatch(text) is not None or not (
        _CLOSES.search(text) or _AT_TIMES.search(text) or "除" in text or "except" in text
    )


def list_words(plain: str) -> tuple[list[Word], list[str]]:
    """Return the words of a text in their order, and the remarks among them.

    Raises
    ------
    NotUnderstoodError
        With the part that is in no pattern, or can be read in two ways.
    """
    twice = _TWO_WAYS.search(plain)
    if twice:
        raise NotUnderstoodError(twice.group())
    words: list[Word] = []
    remarks: list[str] = []
    at = 0
    while at < len(plain):
        if plain[at].isspace():
            at += 1
            continue
        part = _PART.match(plain, at)
        # A whole part between commas may be a remark as one in brackets is.
        whole = part is not None and (not words or words[-1].kind in ("comma", "stop"))
        if part and whole and _UNTIMED.fullmatch(part.group()) and _is_remark(part.group()):
            remarks.append(part.group())
            at = part.end()
            continue
        word = _find_word(plain, at, words)
        if word.kind == "remark":
            remarks.append(word.text)
        else:
            words.append(word)
        at = word.found.end()
    return words, remarks


def _find_word(plain: str, at: int, before: list[Word]) -> Word:
    """Return the word that begins at a place."""
    for kind, pattern in _list_patterns(before):
        found = pattern.match(plain, at)
        if found and found.end() > at:
            return Word(kind, found, at)
    raise NotUnderstoodError(plain[at : at + 20])


def _list_patterns(before: list[Word]) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield the patterns that are tried after some words."""
    last = before[-1].kind if before else ""
    earlier = before[-2].kind if len(before) > 1 else ""
    days = ("weekday", "short_day")
    if last in days or (earlier in days and last in ("dash", "joint", "comma")):
        # Only now can a lone 三 be a Wednesday: 周一、三、五.
        yield "short_day", _SHORT_DAY
    if earlier in days and last in ("dash", "joint") and before[-2].text[-1].isdigit():
        yield "short_day", _SHORT_DIGIT  # 周1-5
    yield from _WORDS.items()
    if last == "part":
        yield "lone_hour", _LONE_NUMERAL
