"""Every known way to be wrong ends in one line that helps, and harms no earlier result."""

import os
import re
import shutil
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pyproj
import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.texts.messages import translate
from tests.cities.estates_drawing import ESTATE, FRAME, PRIVATE, STREET, Estates
from tests.cities.small_city import contents, write_city, write_lines
from tests.cli.faults import CASES, FACILITIES, PBF, in_plan, osm_file, swapped, table
from tests.samples import every

COMMAND = [sys.executable, "-m", "planner"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that went well."""
    folder = tmp_path_factory.mktemp("earlier")
    plan = write_city(folder / "city")
    result = CliRunner().invoke(app, ["run", str(plan), "--out", str(folder / "out"), "--quiet"])
    assert (result.exit_code, result.output) == (0, "")
    return folder / "out"


def refused(arguments: list[str], out: Path) -> str:
    """The one line on stderr of a run that must fail and leave `out` as it is."""
    before = contents(out)
    result = CliRunner().invoke(app, [*arguments, "--out", str(out)])
    assert isinstance(result.exception, SystemExit), result.exception  # no traceback
    assert (result.exit_code, result.stdout) == (1, "")
    assert contents(out) == before
    assert sorted(path.name for path in out.parent.iterdir() if path.name[0] == ".") == []
    lines = result.stderr.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("planner: ")
    return lines[0]


@pytest.mark.parametrize("case", every(4, CASES))
def test_a_fault_is_one_line_that_helps(case: str, tmp_path: Path, finished: Path):
    plan = write_city(tmp_path / "city")
    break_it, expected = CASES[case]
    break_it(plan.parent)
    line = refused(["run", str(plan)], finished)
    assert re.search(expected, line), line
    check_chinese(line)


def check_chinese(line: str) -> None:
    """The same line in Chinese names the same file, rows and values, and nothing stays English."""
    chinese = translate(line.removeprefix("planner: "))
    assert len(chinese.splitlines()) == 1
    # In brackets stands what a library says.
    values = re.findall(r"\d+(?:\.\d+)?|'[^']*'|\S+\.\w+(?=: )", re.sub(r"\(.*?\)", "", line))
    assert [value for value in values if value not in chinese] == []
    own = re.sub(r"'[^']*'|（.*）|\(.*?\)", "", chinese)
    assert re.findall(r"\b[a-z]+ [a-z]+ [a-z]+\b", own) == [], chinese


def test_what_a_run_refuses_a_check_refuses_too(tmp_path: Path):
    plan = write_city(tmp_path)
    table("facilities.csv", *swapped(FACILITIES, 2))(tmp_path)
    result = CliRunner().invoke(app, ["check", str(plan)])
    assert result.exit_code == 1
    assert "look swapped" in result.stderr
    assert "error: facilities.csv: all 2 rows lie outside the area" in result.stdout


def test_walls_and_gates_that_cannot_be_used_are_listed(tmp_path: Path):
    """Estates that overlap by a strip of 20 m, and of three gates one in a field."""
    corners = {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100),
               5: (80, 0), 6: (200, 0), 7: (200, 100), 8: (80, 100),
               9: (-50, -20), 10: (50, -20), 11: (250, -20), 12: (50, 0), 13: (50, 50)}  # fmt: skip
    drawing = Estates(
        corners,
        {1: ([1, 2, 3, 4, 1], ESTATE), 2: ([5, 6, 7, 8, 5], ESTATE), 3: ([9, 10, 11], STREET),
         4: ([10, 12], STREET), 5: ([12, 13], PRIVATE)},
    )  # fmt: skip
    plan = write_city(tmp_path)
    osm_file("estates.osm", drawing.xml().encode())(tmp_path)
    to_degrees = pyproj.Transformer.from_crs(FRAME, "EPSG:4326", always_xy=True).transform
    rows = [f"{to_degrees(x, y)[0]},{to_degrees(x, y)[1]}" for x, y in ((50, 3), (50, 500))]
    write_lines(tmp_path / "gates.csv", ["lon,lat", *rows, ",31.4"])
    in_plan("[network]", '[network]\ngates = "gates.csv"')(tmp_path)
    for name, start in (("facilities.csv", "facility_id,name"), ("people.csv", "id,people")):
        lines = [f"{start},lon,lat", f"A,10,{rows[0]}"]
        write_lines(tmp_path / name, lines)
    result = CliRunner().invoke(app, ["check", str(plan)])
    assert result.exit_code == 0, result.stderr
    assert "warning: compounds overlap: way/1 and way/2; " in result.stdout
    assert (
        "gates: row 3: no street passes a wall within 30 m (if it lies in an estate, "
        in result.stdout
    )
    assert re.search(r"warning: gates\.csv: row 4: ", result.stdout), result.stdout


def test_out_is_a_file(tmp_path: Path):
    plan = write_city(tmp_path / "city")
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(app, ["run", str(plan), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert re.fullmatch(r"planner: .*out: is a file; name a folder\n", result.stderr)
    below = tmp_path / "out" / "deeper"
    result = CliRunner().invoke(app, ["run", str(plan), "--out", str(below)])
    assert result.exit_code == 1
    assert re.fullmatch(r"planner: .*; choose another folder\n", result.stderr)
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(os.name != "posix", reason="needs a folder that nobody may write into")
def test_out_cannot_be_written(tmp_path: Path):
    plan = write_city(tmp_path / "city")
    closed = Path("/proc")  # not even by the administrator
    result = CliRunner().invoke(app, ["run", str(plan), "--out", str(closed / "result")])
    assert result.exit_code == 1
    assert re.fullmatch(
        r"planner: /proc/result: cannot be written \(.*\); choose another folder\n", result.stderr
    )


#: What stands after --out -> what is said of it.
NO_FOLDERS = {
    "": "the name of a folder is empty",
    "  ": "the name of a folder is empty",
    "new\nline": "has a line break or control code in its name",
    "dangling": "is a link to .*, which is not there; make it",
    "dangling/deeper": "is a link to .*, which is not there; make it",
    "loop": "cannot be written (.*symbolic links)",
    "x" * 300: "cannot be written (File name too long)",
    "/dev/null": "is a file; name a folder",
}


@pytest.mark.skipif(os.name != "posix", reason="names and links of Unix")
@pytest.mark.parametrize("name", NO_FOLDERS)
@pytest.mark.parametrize("command", ["run", "site", "compare", "demo", "init"])
def test_what_is_no_folder_is_found_before_the_run(
    command: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    plan = write_city(tmp_path / "city")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    before = sorted(tmp_path.iterdir())
    monkeypatch.setattr("planner.sources.inputs.load_inputs", too_late)
    monkeypatch.setattr("planner.sources.plan_start.load_osm", too_late)
    words = {
        "run": [str(plan), "--out", name],
        "site": [str(plan), "--out", name],
        "compare": [str(plan), "none.json", "--out", name],
        "demo": ["--out", name],
        "init": [name, "--osm", "none.osm.pbf"],
    }
    result = CliRunner().invoke(app, [command, *words[command]])
    assert result.exit_code == 1, result.exception
    message = NO_FOLDERS[name].replace("(", r"\(").replace(")", r"\)")
    assert re.fullmatch(f"planner: .*{message}.*\n", result.stderr), result.stderr
    assert sorted(tmp_path.iterdir()) == before


def too_late(*_: object, **__: object) -> None:
    raise AssertionError("read before the folder was looked at")


@pytest.mark.parametrize("name", ["facilities.csv", "gaps.csv", "committees.csv"])
def test_out_that_would_overwrite_an_input(name: str, tmp_path: Path):
    plan = write_city(tmp_path)
    in_plan("facilities.csv", name)(tmp_path)
    (tmp_path / "facilities.csv").rename(tmp_path / name)
    before = contents(tmp_path)
    result = CliRunner().invoke(app, ["run", str(plan), "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert f"{name}: is an input of this run and would be overwritten" in result.stderr
    assert contents(tmp_path) == before


def test_a_folder_where_a_file_has_to_go(tmp_path: Path):
    plan = write_city(tmp_path / "city")
    (tmp_path / "out" / "map.html" / "deep").mkdir(parents=True)
    result = CliRunner().invoke(app, ["run", str(plan), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "map.html: is a folder, where a file has to go" in result.stderr
    assert (tmp_path / "out" / "map.html" / "deep").is_dir()


def test_a_disk_that_fills_up_while_files_are_moved(
    tmp_path: Path, finished: Path, monkeypatch: pytest.MonkeyPatch
):
    out = tmp_path / "out"
    shutil.copytree(finished, out)
    plan = write_city(tmp_path / "city")
    before, real = contents(out), Path.replace

    def replace(self: Path, target: Path) -> Path:
        if self.name == "gaps.csv" and target.parent == out and self.parent.name != "old":
            raise OSError(28, "No space left on device", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    result = CliRunner().invoke(app, ["run", str(plan), "--out", str(out)])
    assert result.exit_code == 1
    assert "cannot be written (No space left on device)" in result.stderr
    assert contents(out) == before


def test_a_real_process_prints_one_line_and_no_traceback(tmp_path: Path):
    plan = write_city(tmp_path / "city")
    osm_file("short.osm.pbf", PBF[: len(PBF) // 2])(plan.parent)
    for arguments in (["run", str(plan)], ["run", str(tmp_path / "none.toml")]):
        done = subprocess.run(
            [*COMMAND, *arguments, "--out", str(tmp_path / "out")],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert re.fullmatch(r"planner: .*\n", done.stderr)
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")
def test_ctrl_c_is_one_line_and_exit_code_130(tmp_path: Path):
    slow = (  # a plan that takes a minute to read, and says when the reading has begun
        "import os, signal, time, planner.sources.plan_file as files, planner.cli; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); "  # some shells switch it off
        "files.load_plan = lambda path: (os.write(1, b'.'), time.sleep(60)); "
        "planner.cli.main()"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", slow, "run", "plan.toml", "--out", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stdout is not None
    assert running.stdout.read(1) == b"."
    running.send_signal(signal.SIGINT)
    stdout, stderr = (part.decode() for part in running.communicate(timeout=60))
    assert (running.returncode, stdout) == (130, "")
    assert stderr == "planner: interrupted; nothing was changed\n"


@pytest.mark.parametrize(
    "moment", ["planner.reports.result_files.write_csv", "planner.sources.folders._move"]
)
def test_ctrl_c_while_files_are_written_changes_nothing(
    moment: str, tmp_path: Path, finished: Path, monkeypatch: pytest.MonkeyPatch
):
    plan = write_city(tmp_path / "city")
    before = contents(finished)
    owner, _, name = moment.rpartition(".")
    monkeypatch.setattr(import_module(owner), name, interrupt)
    result = CliRunner().invoke(app, ["run", str(plan), "--out", str(finished)])
    assert result.exit_code == 130
    assert result.stderr == "planner: interrupted; nothing was changed\n"
    assert contents(finished.parent / "out") == before
    assert not [path for path in finished.parent.iterdir() if path.name.startswith(".")]


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("arguments", [[], ["run"], ["run", "plan.toml"], ["nonsense"], ["--no"]])
def test_wrong_usage_is_exit_code_2(arguments: list[str]):
    assert CliRunner().invoke(app, arguments).exit_code == 2
