"""Which language the command line speaks, and that it says the same in Chinese."""

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from planner.cli import app
from planner.cli.check_printing import print_doubts
from planner.cli.chinese_help import count_columns, wrap
from planner.cli.language import choose_language, speaking
from planner.errors import Doubt
from tests.cities.small_city import facility_rows, write_city, write_lines, zones
from tests.cli.fresh_python import last_line_of_command

COMMANDS = [command.name or "" for command in app.registered_commands]


def planner(*arguments: object, language: str = "zh") -> Result:
    words = [str(argument) for argument in arguments]
    return CliRunner().invoke(app, words, env={"PLANNER_LANGUAGE": language})


def plan_in(folder: Path, language: str | None, name: str = "plan.toml") -> str:
    (folder / name).write_text("" if language is None else f'language = "{language}"\n')
    return str(folder / name)


@pytest.mark.parametrize(
    ("environ", "written", "language"),
    [
        ({}, None, "en"),
        ({}, "zh", "zh"),
        ({"LANG": "zh_CN.UTF-8"}, None, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "en", "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, None, "en"),
        ({"LANG": "C", "LC_MESSAGES": "zh_TW"}, None, "zh"),
        ({"LC_ALL": "", "LANG": "zh"}, None, "zh"),
        ({"LANG": "de_DE.UTF-8"}, None, "en"),
        ({"PLANNER_LANGUAGE": "en", "LANG": "zh_CN"}, "zh", "en"),
        ({"PLANNER_LANGUAGE": "zh"}, "en", "zh"),
        ({"PLANNER_LANGUAGE": "zh-Hans"}, "en", "zh"),
        ({"PLANNER_LANGUAGE": "fr"}, "zh", "zh"),
        ({"PLANNER_LANGUAGE": ""}, "zh", "zh"),
        ({}, "fr", "en"),
        ({"LANGUAGE": "zh_CN:en", "LANG": "en_US.UTF-8"}, None, "zh"),
        ({"LANGUAGE": "en", "LANG": "zh_CN.UTF-8"}, None, "en"),
        ({"LANGUAGE": "zh_CN", "LC_ALL": "C"}, None, "en"),
        ({"LANGUAGE": "zh_CN"}, None, "en"),
        ({"LC_ALL": "zh_CN.GBK"}, None, "zh"),
        ({"LANG": "zhuang"}, None, "en"),
        ({"PLANNER_LANGUAGE": "english", "LANG": "zh_CN"}, None, "zh"),
    ],
)
def test_variable_then_plan_then_locale(
    environ: dict[str, str], written: str | None, language: str, tmp_path: Path
):
    plan = plan_in(tmp_path, written)
    assert choose_language(["run", plan, "--out", "out"], environ) == language


def test_a_plan_is_found_where_it_stands(tmp_path: Path):
    plan, other = plan_in(tmp_path, "zh"), plan_in(tmp_path, "zh", "my plan")
    assert choose_language(["run", "--out", "out", plan], {}) == "zh"
    assert choose_language(["run", other, "--out", "out"], {}) == "zh"
    assert choose_language(["locate", "table.xlsx", "--plan", plan], {}) == "zh"
    assert choose_language(["--help"], {}) == "en"
    assert choose_language([], {}) == "en"


def test_what_is_made_of_a_run_is_told_in_its_language(tmp_path: Path):
    run, english = str(tmp_path), {"LANG": "en_US.UTF-8"}
    (tmp_path / "run.json").write_text('{"language": "zh"}')
    for words in (["map", run], ["report", "--out", "out", run], ["picture", run], ["pack", run]):
        assert choose_language(words, english) == "zh"
    assert choose_language(["map", run], english | {"PLANNER_LANGUAGE": "en"}) == "en"
    # A run that will be replaced says nothing of what is to be.
    assert choose_language(["demo", "--out", run], english) == "en"
    for content in ("{", "[]", '{"language": "fr"}', '{"language": []}'):
        (tmp_path / "run.json").write_text(content)
        assert choose_language(["map", run], english) == "en"


@pytest.mark.parametrize("content", [b"language = ", b"\xff\xfe", b"language = 3", b"[" * 10_000])
def test_a_plan_that_cannot_be_read_says_nothing_of_the_language(content: bytes, tmp_path: Path):
    (tmp_path / "plan.toml").write_bytes(content)
    assert choose_language(["run", str(tmp_path / "plan.toml")], {"LANG": "zh_CN"}) == "zh"
    assert choose_language(["run", str(tmp_path)], {}) == "en"


def test_a_language_that_there_is_not_is_said():
    result = planner("--version", language="fr")
    assert result.exit_code == 0
    assert result.stderr == (
        "planner: PLANNER_LANGUAGE is 'fr', which is no language here, and is left aside; "
        "give zh or en\n"
    )


def test_the_help_of_all_lists_every_command():
    lines = planner("--help").stdout.splitlines()
    for command in COMMANDS:
        line = next(line for line in lines if line.startswith(f"  {command} "))
        assert re.search(r"[\u4e00-\u9fff]", line)
    assert "命令：" in lines


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_is_chinese(command: str):
    chinese = planner(command, "--help").stdout
    assert f"示例：planner {command} " in chinese
    assert all(count_columns(line) <= 80 for line in chinese.splitlines())
    own = "\n".join(line for line in chinese.splitlines() if "planner" not in line)
    assert re.findall(r"\b[a-z]+ [a-z]+ [a-z]+\b", own) == []
    # The same options, in the same order.
    english = planner(command, "--help", language="en").stdout
    options = re.compile(r"^  (-\S+)", re.M)
    assert options.findall(chinese) == options.findall(english)


def test_the_help_comes_back_in_english():
    before = planner("site", "--help", language="en").stdout
    planner("site", "--help")
    assert planner("site", "--help", language="en").stdout == before
    assert "Say where to build next" in before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run"], "错误：缺少参数 'plan'。"),
        (["nothing"], "错误：没有命令 'nothing'。"),
        (["run", "plan.toml", "--oot", "x"], "错误：没有选项：--oot（可用的选项：--out）"),
        (["run", "plan.toml", "--out"], "错误：选项 '--out' 需要一个值。"),
        (["run", "a", "b", "--out", "x"], "错误：多余的参数（b）"),
        (["site", "a", "--out", "x", "--gap", "q"], "错误：'--gap' 的值无效：应为数"),
        (["init", "x"], "错误：值无效：--osm 与 --place 必须且只能给一个"),
    ],
)
def test_wrong_usage_is_told_in_chinese(arguments: list[str], message: str):
    result = planner(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == message
    assert planner(*arguments, language="en").exit_code == 2


def test_no_words_at_all_show_the_help():
    chinese, english = planner(), planner(language="en")
    assert chinese.exit_code == english.exit_code
    assert "命令：" in chinese.output


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a run, a check and a proposal of one city print, by language."""
    folder = tmp_path_factory.mktemp("both")
    plan = write_city(folder / "city", demand=zones(residential=60, industrial=40))
    lines = [*facility_rows("test"), "F9,Far,1,1,open"]
    write_lines(plan.parent / "facilities.csv", [lines[0], *lines[1:]])
    printed = {}
    for language in ("en", "zh"):
        out = folder / language
        run = planner("run", plan, "--out", out, language=language)
        assert (run.exit_code, run.stderr) == (0, "")
        check = planner("check", plan, language=language)
        assert check.exit_code == 0
        printed[language] = (run.stdout + check.stdout).replace(str(out), "OUT")
    one, other = (json.loads((folder / name / "summary.json").read_text()) for name in ("en", "zh"))
    assert one == other
    return printed


def test_both_languages_print_the_same_figures(both: dict[str, str]):
    figures = re.compile(r"\d[\d.,]*")
    english, chinese = (
        [sorted(figures.findall(line.replace(", ", " "))) for line in both[name].splitlines()]
        for name in ("en", "zh")
    )
    assert english == chinese
    assert len(english) > 15


def test_what_is_printed_in_chinese_is_chinese(both: dict[str, str]):
    for line in both["zh"].splitlines():
        assert re.findall(r"\b[a-z]+ [a-z]+ [a-z]+\b", line) == [], line
    assert "居民" in both["zh"]
    assert "园区职工" in both["zh"]
    assert "警告：" in both["zh"]
    assert "：facilities.csv：第 4 行：在道路范围之外" in both["zh"]


def test_the_table_stands_straight_on_a_terminal_of_80_columns(both: dict[str, str]):
    lines = both["zh"].splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("人群 "))
    rows = [line for line in lines[first : first + 5] if line and "─" not in line][:4]
    assert [line.split()[0] for line in rows] == ["人群", "居民", "园区职工", "合计（人·处）"]
    assert len({count_columns(line.rstrip()) for line in rows}) == 1
    assert count_columns(rows[0]) <= 80


@pytest.mark.parametrize(("charset", "language"), [("gbk", "zh"), ("big5", "zh"), ("cp437", "en")])
def test_output_that_has_no_chinese_gets_english(charset: str, language: str):
    """Question marks in place of every sign would say nothing."""
    words, env = ["check", "none.toml"], {"PLANNER_LANGUAGE": "zh"}
    said = CliRunner(charset=charset).invoke(app, words, env=env).stderr_bytes.decode(charset)
    assert ("no such file" in said) == (language == "en")
    assert "?" not in said


def test_the_table_of_doubts_on_a_terminal_holds_no_english(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "200")
    example = "write it like 'Mo-Fr 08:30-17:00'"
    unread = "hours '夏天' cannot be read (not clear: 'dates without hours') and counts as unknown"
    doubts = (
        Doubt("error", "residents", 7, "facility_id is empty", "give each row its own"),
        Doubt("warning", "f.csv", 2, unread, example),
        Doubt("warning", "e.pbf", None, "29 areas beyond the edge of the extract"),
    )
    with speaking("zh"):
        print_doubts(doubts)
    rows = [re.split(r" {2,}", line.strip()) for line in capsys.readouterr().out.splitlines()]
    assert rows[2:] == [
        ["错误", "residents", "7", "facility_id 为空", "请给每行单独的编号"],
        ["警告", "f.csv", "2",
         "hours '夏天' 无法识别（不清楚之处：有日期没有时间），计为开放时间不明",
         "请写成 'Mo-Fr 08:30-17:00' 这样"],
        ["警告", "e.pbf", "29 个面在地图数据的边缘之外"],
    ]  # fmt: skip


def test_lines_are_cut_by_columns():
    assert wrap("道路和站点", 6) == ["道路和", "站点"]
    assert wrap("道路，站点", 5) == ["道", "路，", "站点"]
    assert wrap("道路（站点）", 6) == ["道路", "（站", "点）"]
    assert wrap("ab cd 道路", 5) == ["ab cd", "道路"]
    assert wrap("", 5) == []


def test_a_proposal_has_its_reasons_in_the_language(capsys: pytest.CaptureFixture[str]):
    from planner.cli.printing import print_proposal

    site = {"order": 1, "name": "residents", "site_id": "S1", "served": None,
            "gain": {"residential": 1200.0}, "gain_unknown_by_kind": {}}  # fmt: skip
    content = {
        "synthetic": False, "sites": [site], "reasons": {"en": ["near"], "zh": ["离得近"]},
        "why_not": None, "seconds": 1.0, "first_seconds": 0.5, "notes": [],
    }  # fmt: skip
    with speaking("zh"):
        print_proposal(Path("out"), content)
    assert capsys.readouterr().out.splitlines()[:2] == [
        "点位 1：residents (S1), 居民 1,200 人", "- 离得近",
    ]  # fmt: skip


def test_an_edit_is_told_with_its_own_names_and_the_usual_ones(capsys: pytest.CaptureFixture[str]):
    from planner.cli.printing import _print_edit

    moment = {
        "moment": "night", "gained_by_kind": {"residential": 9.0},
        "gained_unknown_by_kind": {"residential": 4.0}, "lost_by_kind": {"residential": 0.0},
    }  # fmt: skip
    edit = {
        "edit": 1, "op": "add", "name": "x for y, 3 lost", "kind": "residential", "cost": 2.0,
        "capacity": 50.0, "newly_covered": 5.0, "gained_unknown": 4.0, "lost": 0.0,
        "moments": [moment],
    }  # fmt: skip
    with speaking("zh"):
        _print_edit(edit, "conversions")
        _print_edit(edit | {"moments": [], "capacity": None}, "residents")
    doubt = "新增覆盖 5，另有 4 原无法判断（合计 9），失去 0"
    assert capsys.readouterr().out.splitlines() == [
        f"1. 新增站点 x for y, 3 lost：{doubt}（居民），可容纳 50 人，费用 2（改造一处计 1）",
        f"深夜时段：{doubt}",
        f"1. 新增站点 x for y, 3 lost：{doubt}（居民），费用 2 residents",
    ]


def test_a_pipe_gets_each_line_when_it_is_written():
    """The process waits for its reader after one line: what it wrote has to be there."""
    code = (
        "import sys, planner.cli.commands as commands\n"
        "commands.app = lambda: (print('one'), sys.stdin.readline(), print('two'))\n"
        "commands.main()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONUNBUFFERED": ""},
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline() == "one\n"
    assert child.communicate("\n")[0] == "two\n"


def test_english_help_reads_no_catalogue():
    catalogue = ("planner.texts.messages", "planner.sources")
    code = f"print([name for name in {catalogue} if name in sys.modules])"
    assert last_line_of_command("--help", code) == "[]"


def test_the_group_is_what_typer_makes_anew():
    """Chinese help is written into commands: they must be of one call alone."""
    first, second = (typer.main.get_command(app) for _ in range(2))
    assert first is not second


def test_the_log_speaks_the_language_too(capsys: pytest.CaptureFixture[str]):
    from planner.cli.terminal import log_handler

    log = logging.getLogger("tests.language")
    log.propagate = False
    log.addHandler(handler := log_handler())
    with speaking("zh"):
        log.warning("%s: is not what was kept (%s), worked out again", "a.npz", "not a file")
    log.removeHandler(handler)
    told = "planner: a.npz：不是当初保存的内容（不是文件），已重新计算\n"
    assert capsys.readouterr().err == told
