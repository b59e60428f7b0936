"""Names as people write them, brought to what tells places apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_DIGITS: Final = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"〇": 0}
_PLACES: Final = {"十": 10, "百": 100, "千": 1_000}
_NUMERAL: Final = re.compile(
    "[一二三四五六七八九][千百][零〇一二三四五六七八九十百]*|[零〇一二三四五六七八九十]+"
)
#: As on cheques; elsewhere than before these signs they are surnames and other words.
_FORMAL: Final = re.compile("[壹贰叁肆伍陆柒捌玖拾]+(?=[村号弄期区组街])")
_FORMAL_DIGITS: Final = str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")
#: 月浦二三村 are its second and its third village, not its 23rd, which is 二十三.
_SEVERAL: Final = re.compile("([一二三四五六七八九]{2,5})(?=村)")
_IN_ORDER: Final = "一二三四五六七八九"
_BRACKETED: Final = re.compile(
    r"[(\[{【〔<《「『]([^()\[\]{}【】〔〕<>《》「」『』]*)[)\]}】〕>》」』]"
)
#: Brackets that only say what is there, as 泰和新城(公交站): they tell no places apart.
#: No name is longer; what follows is not read.
_MOST_SIGNS: Final = 300
_SORT: Final = re.compile(
    r"[(（](?:公交站|公交车站|招呼站|停靠站|地铁站|车站|居委会?|村委会?)[)）]"
)
#: What stands between digits counts: 12-3, 12、3 and 12 3 are not 123.
_NO_LETTERS: Final = re.compile(r"((?<=\d)[\W_]+(?=\d))|[\W_]+")
#: Provinces and cities before a district; districts, but not 社区, 小区, 居民区, 东区 and the like.
_DISTRICT: Final = r"[\u4e00-\u9fff]{2,3}(?:新区|(?<![社小园校民东南西北中片])区|县)"
_REGIONS: Final = re.compile(
    rf"(?:[\u4e00-\u9fff]{{2,3}}(?:省|自治区))?(?P<city>[\u4e00-\u9fff]{{2,4}}?(?<!城)市(?![场民政])|"
    rf"(?:上海|北京|天津|重庆)(?={_DISTRICT}))?(?P<district>{_DISTRICT})?"
)
_TOWN: Final = re.compile(r"[\u4e00-\u9fff]{2,4}?(?:街道|镇|乡)(?!居|村|委|路)")
#: What stands behind the name of a place and says what is there; taken off one after the other.
_WHAT_IS_THERE: Final = (
    "社区党群服务中心", "党群服务分中心", "党群服务中心", "党群服务站", "党群服务点", "党群服务",
    "党群驿站", "党建服务中心", "党建服务站", "党员服务中心", "党员之家", "党总支", "党支部",
    "党委", "居民委员会", "村民委员会", "居民区", "居委会", "村委会", "居委", "村委", "社区居委会",
    "睦邻中心", "睦邻点", "睦邻家园", "邻里中心", "邻里汇", "邻里驿站", "活动中心", "活动室",
    "文化活动中心", "文化活动室", "老年活动室", "老年活动中心", "服务中心", "服务站", "服务点",
    "服务驿站", "驿站", "分中心", "综合", "便民", "为老", "阵地", "站点", "社区", "小区", "公交站",
    "地铁站",
)  # fmt: skip
_ENDINGS: Final = tuple(sorted(_WHAT_IS_THERE, key=len, reverse=True))
_COMMITTEE: Final = re.compile(r"(?:居民委员会|居民区|居委会|居委|社区)")
#: 杨泰二村二居委会 and 大家园第一居委会: the committee's own number, behind the name of its homes.
_PART: Final = re.compile(r"(?<=[^\d])(\d{1,2})$")
_NUMBERS: Final = re.compile(r"\d+|(?<![a-z])[a-z](?![a-z])")


@dataclass(frozen=True)
class PlaceName:
    """A name, as it is compared.

    whole : all of it but regions; bare : without what stands in brackets; stem : without what is
    there, such as 居委会; part : number of a committee among those of one compound, "" for none;
    town : the town before it, "" for none; is_common : without the town it only says what is there,
    as 党群服务中心 does.
    """

    whole: str
    bare: str
    stem: str
    part: str
    town: str
    is_common: bool


def normalise(text: str) -> str:
    """Return a text without capitals, accents, full-width letters; Chinese numerals as digits."""
    folded = unicodedata.normalize(
        "NFKD", unicodedata.normalize("NFKC", text[:_MOST_SIGNS])
    ).casefold()
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign))
    plain = _FORMAL.sub(lambda found: found[0].translate(_FORMAL_DIGITS), plain)
    plain = _SEVERAL.sub(_part_several, plain)
    return _NUMERAL.sub(_to_digits, plain).translate(str.maketrans("", "", "第"))


def squeeze(text: str) -> str:
    """Return a text without what is neither letter nor digit; between digits it is a hyphen."""
    return _NO_LETTERS.sub(lambda found: "-" if found[1] else "", text)


def read_name(text: str, towns: Iterable[str] = ()) -> PlaceName:
    """Take a name apart.

    Parameters
    ----------
    text
        As it is written.
    towns
        Known ones, as `normalise` leaves them.
    """
    plain = _SORT.sub("", normalise(text))
    outside = _BRACKETED.sub("", plain)
    bare, town = strip_regions(squeeze(outside), towns)
    whole, _ = strip_regions(squeeze(plain), towns)
    # What is all brackets has a name all the same.
    bare = bare or whole
    stem, part = _find_stem(bare)
    return PlaceName(whole, bare, stem, part, town, is_common(bare))


def strip_regions(text: str, towns: Iterable[str] = ()) -> tuple[str, str]:
    """Take province, city, district and town off the beginning; return the rest and the town."""
    found = _REGIONS.match(text)
    rest = text[found.end() :] if found else text
    for known in towns:
        if known and rest.startswith(known) and len(rest) - len(known) >= 2:
            return rest[len(known) :], known
    named = _TOWN.match(rest)
    if named and len(rest) - named.end() >= 2:
        return rest[named.end() :], named[0]
    return (rest, "") if len(rest) >= 2 else (text, "")


def find_regions(text: str) -> tuple[str, str]:
    """Return the city, without 市, and the district that a squeezed text begins with, else ""."""
    found = _REGIONS.match(text)
    if found is None:
        return "", ""
    return (found["city"] or "").removesuffix("市"), found["district"] or ""


def read_brackets(text: str, towns: Iterable[str] = ()) -> PlaceName:
    """Take apart what stands in the brackets of a name: of 党群服务站（宝钢一村） it says where."""
    inside = " ".join(_BRACKETED.findall(_SORT.sub("", normalise(text))))
    return read_name(inside, towns)


def list_numbers(text: str) -> tuple[str, ...]:
    """List the numbers and single letters of a normalised text: places that differ here differ."""
    return tuple(number.lstrip("0") or "0" for number in _NUMBERS.findall(text))


def _find_stem(bare: str) -> tuple[str, str]:
    """Take off what is there, step by step, but never all of a name."""
    stem, part = bare, ""
    while ending := next((e for e in _ENDINGS if stem.endswith(e) and len(stem) - len(e) >= 2), ""):
        stem = stem[: -len(ending)]
        number = _PART.search(stem)
        if number and not part and _COMMITTEE.fullmatch(ending) and len(stem) - len(number[1]) >= 2:
            stem, part = stem[: number.start()], number[1]
    return stem, part


def is_common(bare: str) -> bool:
    """Tell whether nothing of a squeezed name is left without what is there."""
    while ending := next((e for e in _ENDINGS if bare.endswith(e)), ""):
        bare = bare.removesuffix(ending)
    return not bare


def _part_several(found: re.Match[str]) -> str:
    """Return numbers that follow each other apart, other digits as they are."""
    return "、".join(found[0]) if found[0] in _IN_ORDER else found[0]


def _to_digits(found: re.Match[str]) -> str:
    """Return a Chinese number in digits: 十二 and 一二 are 12."""
    text = found[0]
    if not {"十", "百", "千"} & {*text}:
        return "".join(str(_DIGITS[sign]) for sign in text)
    value, last = 0, ""
    for sign in text:
        if sign in _PLACES:
            value += (_DIGITS[last] if last else 1) * _PLACES[sign]
        last = "" if sign in _PLACES else sign
    return str(value + (_DIGITS[last] if last else 0))
