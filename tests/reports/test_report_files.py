"""`planner report`: all of a report or nothing, and nothing of somebody else's is lost."""

import errno
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from planner.cli import app
from planner.errors import PlannerError
from planner.reports import report_files
from planner.sources.hashes import hash_file


def planner(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def done(handed, tmp_path_factory) -> tuple[Result, Path]:
    out = tmp_path_factory.mktemp("report") / "out"
    told = planner(
        "report", handed.run, "--out", out, "--sites", handed.sites, "--compare", handed.compared
    )
    return told, out


@pytest.fixture
def quick(monkeypatch) -> None:
    """Write small files in place of the document and the sheets, which take long."""
    monkeypatch.setattr(report_files, "prepare_layers", lambda _handover: None)
    monkeypatch.setattr(
        report_files, "write_document", lambda _handover, path, **_more: path.write_bytes(b"docx")
    )

    def write_sheets(_handover, folder: Path, **_more: object) -> list[str]:
        folder.mkdir()
        (folder / "town-01-West.pdf").write_bytes(b"pdf")
        return ["town-01-West.pdf"]

    monkeypatch.setattr(report_files, "write_sheets", write_sheets)


def test_it_writes_and_says_what_it_wrote(done):
    told, out = done
    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines() == [
        f"workbook: {out / 'report.xlsx'}", f"document: {out / 'report.docx'}",
        f"sheets: {out / 'sheets'}, with 3 pages, each as .pdf and .png",
    ]  # fmt: skip
    assert told.stderr == ""
    assert {path.name for path in out.iterdir()} == {
        "report.xlsx", "report.docx", "report.json", "sheets"}  # fmt: skip


def test_the_list_vouches_for_every_file(done):
    _, out = done
    outputs = json.loads((out / "report.json").read_bytes())["outputs"]
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert set(outputs) == files - {"report.json"}
    assert all(hash_file(out / name) == expected for name, expected in outputs.items())


@pytest.mark.usefixtures("quick")
def test_an_earlier_report_is_replaced_and_files_of_others_stay(handed, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    for _ in range(2):
        told = planner("report", handed.run, "--out", tmp_path, "--quiet")
        assert (told.exit_code, told.output) == (0, "")
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", ["report.docx", "sheets/town-01-West.pdf", "sheets/mine.txt"])
def test_what_an_office_changed_or_added_is_not_overwritten(handed, tmp_path, name):
    assert planner("report", handed.run, "--out", tmp_path, "--quiet").exit_code == 0
    (tmp_path / name).write_text("edited")
    told = planner("report", handed.run, "--out", tmp_path)
    assert told.exit_code == 1
    assert told.stderr == (
        f"planner: {tmp_path / name}: was not written by the planner, or changed since; "
        "move it elsewhere and repeat\n"
    )
    assert (tmp_path / name).read_text() == "edited"


@pytest.mark.usefixtures("quick")
def test_a_full_disk_leaves_an_earlier_report_whole(handed, tmp_path, monkeypatch):
    assert planner("report", handed.run, "--out", tmp_path, "--quiet").exit_code == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def full(_handover, _folder, **_more):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(report_files, "write_sheets", full)
    told = planner("report", handed.run, "--out", tmp_path)
    assert told.exit_code == 1
    assert told.stderr == (
        f"planner: {tmp_path}: cannot be written (No space left on device); choose another folder\n"
    )
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_what_is_missing_is_said_before_anything_is_read(handed, tmp_path, monkeypatch):
    def missing(_language):
        raise PlannerError("maps and pictures need matplotlib: pip install 'planner[report]'")

    monkeypatch.setattr(report_files, "find_font", missing)
    told = planner("report", handed.run, "--out", tmp_path / "out", "--language", "zh")
    assert told.exit_code == 1
    assert told.stderr.count("\n") == 1
    assert "pip install 'planner[report]'" in told.stderr
    assert not (tmp_path / "out").exists()


def test_python_docx_is_named_if_it_is_missing(handed, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "docx", None)
    told = planner("report", handed.run, "--out", tmp_path / "out")
    assert told.stderr == (
        "planner: the document needs python-docx, which is not installed: "
        "pip install 'planner[report]'\n"
    )


def test_an_unfinished_or_changed_run_is_refused(handed, tmp_path):
    shutil.copytree(handed.run, tmp_path / "run")
    with (tmp_path / "run" / "summary.json").open("a") as file:
        file.write(" ")
    told = planner("report", tmp_path / "run", "--out", tmp_path / "out")
    assert told.exit_code == 1
    assert "is not what run.json says, so this is an unfinished run" in told.stderr
    assert not (tmp_path / "out").exists()


def test_a_proposal_of_another_run_is_refused(handed, tmp_path):
    shutil.copytree(handed.sites, tmp_path / "sites")
    content = json.loads((tmp_path / "sites" / "site.json").read_bytes())
    content["plan"] = "another"
    (tmp_path / "sites" / "site.json").write_text(json.dumps(content), encoding="utf-8")
    told = planner("report", handed.run, "--out", tmp_path / "out", "--sites", tmp_path / "sites")
    assert told.exit_code == 1
    assert "is of another plan or other files than" in told.stderr
