"""Which files of a folder the planner may replace: those that it wrote and nobody has changed."""

import json

import pytest

from planner.errors import SourceError
from planner.sources.hashes import hash_file
from planner.sources.own_files import REPORT_FILE, check_report_folder, find_own_files

NAMES = ("report.docx", REPORT_FILE)


@pytest.fixture
def folder(tmp_path):
    """A report as the planner leaves it: a document, a sheet, and the list of both."""
    (tmp_path / "sheets").mkdir()
    files = ("report.docx", "sheets/a.pdf")
    for name in files:
        (tmp_path / name).write_text(name)
    write_list(tmp_path, {name: hash_file(tmp_path / name) for name in files})
    return tmp_path


def write_list(folder, outputs, **more) -> None:
    content = {"language": "zh", "plan": "x", "run": "0", "outputs": outputs} | more
    (folder / REPORT_FILE).write_text(json.dumps(content))


def test_what_the_planner_wrote_is_its_own(folder):
    assert find_own_files(folder, REPORT_FILE) == {"report.docx", "sheets/a.pdf", REPORT_FILE}
    check_report_folder(folder, NAMES)


def test_an_empty_folder_and_one_that_is_not_there_hold_nothing(tmp_path):
    assert find_own_files(tmp_path / "none", REPORT_FILE) == set()
    check_report_folder(tmp_path / "none", NAMES)
    check_report_folder(tmp_path, NAMES)


def test_a_file_outside_is_never_its_own(folder):
    """A list of somebody else must not have any file of the machine read."""
    (folder.parent / "x").write_text("other")
    write_list(folder, {"../x": hash_file(folder.parent / "x")})
    assert find_own_files(folder, REPORT_FILE) == {REPORT_FILE}


@pytest.mark.parametrize("content", ["", "[]", '{"outputs": {}}', '{"outputs": []}'])
def test_a_list_that_the_planner_cannot_have_written_owns_nothing(folder, content):
    (folder / REPORT_FILE).write_text(content)
    assert find_own_files(folder, REPORT_FILE) == set()
    with pytest.raises(SourceError, match=r"report\.docx: was not written by the planner"):
        check_report_folder(folder, NAMES)


@pytest.mark.parametrize("name", ["report.docx", "sheets"])
def test_a_link_is_not_replaced_even_if_it_leads_nowhere(tmp_path, name):
    (tmp_path / name).symlink_to(tmp_path / "nowhere")
    with pytest.raises(SourceError, match=f"{name}: was not written by the planner"):
        check_report_folder(tmp_path, NAMES)


def test_a_sheet_of_somebody_else_keeps_its_folder(folder):
    (folder / "sheets" / "mine.txt").write_text("mine")
    with pytest.raises(SourceError, match=r"sheets/mine\.txt: was not written by the planner"):
        check_report_folder(folder, NAMES)
