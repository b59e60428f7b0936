"""What people write in the cells of a table: our word -> theirs, in one table."""

import unicodedata
from collections.abc import Collection, Mapping
from functools import cache
from typing import Final

import pandas as pd

from planner.errors import on_one_line
from planner.plan import USUAL_LEVELS

_DISTRICT, _TOWN, _NEIGHBOURHOOD = USUAL_LEVELS

#: Column -> our word -> what means the same, in whatever letters.
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "level": {
        _DISTRICT: "区级, 区, 区县级, 县级, 县区级, 区级中心, district level",
        _TOWN: "街镇级, 街镇, 街道级, 街道, 镇级, 镇, 乡镇级, "
        "乡镇, 街道镇级, 园区级, subdistrict, township, street, town level",
        _NEIGHBOURHOOD: "居村级, 居村, 社区级, 社区, 村级, 村, 村居级, 村居, 居委级, 居委会级, "
        "居委, 居委会, 居民区级, 居民区, 邻里级, neighborhood, community, village, committee, "
        "neighbourhood level",
    },
    "status": {
        "open": "已开放, 开放, 开放中, 运营, 运营中, 在用, 使用中, 已启用, 启用, 正常, "
        "正常开放, 营业, 营业中, 已建, 已建成, 建成, 已运营, "
        "opened, operating, in use, active, operational, "
        "existing",
        "planned": "规划, 规划中, 拟建, 在建, 建设中, 待建, 筹建, 筹建中, 未建, 待开放, 计划, "
        "plan, "
        "under construction, proposed, in planning",
        "closed": "关闭, 已关闭, 停用, 已停用, 撤销, 已撤销, 停业, 已撤并, 撤并, 关停, 暂停开放, "
        "暂停, 未开放, out of use, inactive, disused",
    },
    "open_to_outsiders": {
        "yes": "是, 有, 对外开放, 开放, 对, y, √, ✓, 向社会开放, 全部开放, open, public",
        "no": "否, 无, 不开放, 不对外开放, 未开放, 不对外, 仅内部, 内部, 不, n, x, ×, closed, "
        "private",
    },
    "approximate": {
        "yes": "是, 有, 待确认, 未确认, 存疑, 大致, 近似, 不准确, 约, y, √, ✓",
        "no": "否, 无, 已确认, 准确, 精确, n, x, ×, confirmed, exact",
    },
    "confirmed": {
        "yes": "是, 是的, 对, 确认, 已确认, 正确, 准确, 无误, y, √, ✓, ☑, ok, right, correct",
        "no": "否, 不是, 未确认, 待确认, 待核实, 不对, 不准确, 有误, 错误, 错, ?, n, x, ×, wrong",
    },
    "action": {
        "new": "新建, 新增, 新设, 选址新建, build, new building",
        "convert": "改建, 改造, 转换, 利用既有用房, 盘活, 存量改造, conversion, converted",
        "enlarge": "扩建, 扩容, 扩大, extend, expand, enlargement",
        "upgrade": "升级, 提升, 提质, 提档升级, 功能提升, upgraded, improve",
    },
    "kind": {
        "residential": "居民, 居民人口, 常住, 常住人口, 居住, 居住人口, 户籍, 户籍人口, 住宅, "
        "residents, resident, population",
        "industrial": "职工, 从业, 从业人员, 从业人口, 就业, 就业人口, 就业人员, 企业职工, "
        "员工, 产业, "
        "工业, workers, worker, employees, jobs",
        "commercial": "商业, 游客, 访客, 消费者, 顾客, 客流, 商圈, visitors, visitor, customers",
    },
    "who": {
        "residents": "居民, 业主, 住户, 仅居民, 本小区居民, resident",
        "everyone": "所有人, 任何人, 公众, 全部, 不限, 全体, all, public, anyone, everybody",
        "nobody": "无人, 不通行, 禁止通行, 封闭, 常闭, 不开放, none, no one",
    },
}


_JOINS: Final = str.maketrans("", "", "()/、·")


def to_bare(text: str) -> str:
    """Return a text as words are compared: what letters it is in, blanks and brackets do not count.

    居（村）级 and 街道/镇级 are 居村级 and 街道镇级.
    """
    return "".join(unicodedata.normalize("NFKC", text).casefold().translate(_JOINS).split())


def is_usual_level(text: str) -> bool:
    """Tell whether a text is a level in our words or in usual ones."""
    return text in WORDS["level"] or to_bare(text) in _list_meanings("level")


def are_levels(texts: pd.Series) -> bool:
    """Tell whether texts are levels and can be nothing else: a 社区 alone may also be a field."""
    bare = {to_bare(text) for text in texts.unique()} - {""}
    meant = {_list_meanings("level").get(text, "") for text in bare}
    return "" not in meant and (len(meant) > 1 or any(text.endswith("级") for text in bare))


def translate_level(text: str, keep: Collection[str] = ()) -> str:
    """Put a level into our words, see `translate`."""
    if text in keep or text in WORDS["level"]:
        return text
    return _list_meanings("level").get(to_bare(text), text)


def translate(
    texts: pd.Series, column: str, keep: Collection[str] = ()
) -> tuple[pd.Series, list[str]]:
    """Put the words of a column into ours; other texts stay as they are.

    Parameters
    ----------
    texts
        Of one column.
    column
        A key of `WORDS`.
    keep
        Texts that the plan uses itself: they mean what the plan says.

    Returns
    -------
    Series, list of str
        The texts, and what was understood: `区级 -> district (3 rows)`.
    """
    known = _list_meanings(column)
    meant = {
        text: known[to_bare(text)]
        for text in texts.unique()
        if text not in keep and text not in WORDS[column] and to_bare(text) in known
    }
    counts = texts.value_counts()
    said = [
        f"{on_one_line(text)} -> {ours} ({counts[text]} row{'s' * bool(counts[text] > 1)})"
        for text, ours in sorted(meant.items())
    ]
    return texts.map(lambda text: meant.get(text, text)) if meant else texts, said


@cache
def _list_meanings(column: str) -> dict[str, str]:
    """Return what each usual word of a column means."""
    return {
        to_bare(theirs): ours for ours, line in WORDS[column].items() for theirs in line.split(",")
    }
