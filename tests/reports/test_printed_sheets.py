"""Sheets of towns and sites: their words equal the files of the run, whatever names it has."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import warnings

import pypdfium2
import pytest
from PIL import Image

from planner.reports import load_handover
from planner.reports.printed import write_sheets
from planner.reports.printed.fonts import Fonts
from planner.reports.printed.matplotlib_parts import start_figure
from planner.reports.printed.plain_text import to_plain
from planner.reports.printed.printed_page import PrintedPage
from planner.reports.printed.sheet_files import name_sheets
from planner.reports.printed.two_processes import do_in_two_processes
from planner.reports.report_figures import figures_of
from planner.rounding import format_percent
from tests.reports.drawn_city import draw_city
from tests.samples import at_night

HOSTILE = (
    "<b>bold</b>", "$x^2$ & \\alpha", "a\nb\tc", "name " * 60, "\u202eevil\u202c", "עיר קטנה",
    "😀 Smile", "../../etc/passwd", "=1+1", "",
)  # fmt: skip


def read_pdf(path):
    """Return the text of a PDF that can be searched, and its size in millimetres."""
    document = pypdfium2.PdfDocument(path)
    try:
        assert len(document) == 1
        page = document[0]
        text = page.get_textpage().get_text_range()
        return re.sub(r"\s+", " ", text), [round(side / 72 * 25.4) for side in page.get_size()]
    finally:
        document.close()


@pytest.fixture(scope="module", params=["zh", at_night("en")])
def sheets(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sheets") / "out"
    return write_sheets(draw_city(folder, request.param), folder), folder, request.param


def test_each_town_and_site_has_its_files(sheets):
    names, folder, _ = sheets
    stems = ["town-01-Westtown", "town-02-Easttown", "site-01-Harbour-Street"]
    assert names == [f"{stem}.{ending}" for stem in stems for ending in ("pdf", "png")]
    assert sorted(names) == sorted(path.name for path in folder.iterdir())


def test_a_town_sheet_says_what_the_run_found(sheets):
    _, folder, language = sheets
    text, size = read_pdf(folder / "town-02-Easttown.pdf")
    assert size == [210, 297]
    # 2,450 of 5,650 who can be judged; 2,450 and 3,145 of 6,345.
    for figure in ("6,345", "2,450", "3,200", "695", "43.4%", "38.6%–49.6%", "85%", "18.3"):
        assert figure in text, figure
    assert "Quay Side" in text
    assert {"en": "Page 2 of 3", "zh": "第 2 页，共 3 页"}[language] in text
    assert {"en": "Demo data, not real", "zh": "演示数据，非真实"}[language] in text
    assert "2026-03-01" in text
    assert "© OpenStreetMap contributors" in text
    assert {"en": "missed", "zh": "未达标"}[language] in text
    # The proposed site covers most of the gap: that is the measure named.
    assert "Harbour Street" in text
    assert {"en": "Notes", "zh": "备注"}[language] in text


def test_a_site_sheet_says_what_the_proposal_says(sheets):
    _, folder, language = sheets
    text, _ = read_pdf(folder / "site-01-Harbour-Street.pdf")
    for figure in ("3,100", "2,900", "121.432100", "31.312300", "300", "420", "695", "120"):
        assert figure in text, figure
    assert {"en": "12 minutes on foot to a metro exit", "zh": "步行到最近地铁口 12 分钟"}[
        language
    ] in text
    assert {"en": "1 minute on foot to a bus stop", "zh": "步行到最近公交站 1 分钟"}[
        language
    ] in text
    assert "Ferry Street" in text  # the alternative


def test_a_chinese_sheet_has_no_english_words(sheets):
    _, folder, language = sheets
    if language == "zh":
        text, _ = read_pdf(folder / "town-01-Westtown.pdf")
        words = set(re.findall(r"[A-Za-z]{2,}", text))
        assert words <= {
            "Westtown", "Easttown", "Drawn", "City", "Long", "Road", "Mill", "Lane", "Estate",
            "Quay", "Side", "Old", "Market", "North", "Station", "OpenStreetMap", "contributors",
            "ODbL",
        }  # fmt: skip


def test_pictures_have_the_size_of_the_paper(sheets):
    _, folder, _ = sheets
    with Image.open(folder / "town-01-Westtown.png") as image:
        assert image.size == (1322, 1870)  # A4 at 160 dots an inch


def test_fonts_are_within_the_file_as_text(sheets):
    content = (sheets[1] / "town-01-Westtown.pdf").read_bytes()
    assert content.startswith(b"%PDF-1.4")
    assert b"/CIDFontType2" in content
    assert b"/Type3" not in content
    assert b"CreationDate" not in content


@pytest.mark.nightly  # 5 s: another process loads all libraries anew
def test_the_same_result_gives_the_same_bytes_in_another_process(tmp_path):
    write_sheets(draw_city(tmp_path), tmp_path / "a")
    code = (
        "import sys; from pathlib import Path; from tests.reports.drawn_city import draw_city; "
        "from planner.reports.printed import write_sheets; folder = Path(sys.argv[1]); "
        "write_sheets(draw_city(folder), folder)"
    )
    # It imports from where this process does, and not from the folder it is started in.
    where = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code, tmp_path / "b"], check=True, env=where)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_hostile_names_are_written_as_they_are(tmp_path):
    names = {"west": HOSTILE[1], "east": HOSTILE[0], "gap": HOSTILE[5], "site": HOSTILE[2]}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        files = write_sheets(draw_city(tmp_path, **names), tmp_path / "out")
    assert files[0::2] == ["town-01-x-2-alpha.pdf", "town-02-b-bold-b.pdf", "site-01-a-b-c.pdf"]
    west, _ = read_pdf(tmp_path / "out" / files[0])
    assert "$x^2$ & \\alpha" in west  # no mathematics
    east, _ = read_pdf(tmp_path / "out" / files[2])
    assert "<b>bold</b>" in east
    assert "עיר" in east or "ריע" in east
    site, _ = read_pdf(tmp_path / "out" / files[4])
    assert "a b c" in site


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_a_line_or_leaves_the_folder(name):
    plain = to_plain(name)
    assert plain.isprintable()
    assert len(plain) <= 40
    for stem in name_sheets([name], [name, name]):
        assert re.fullmatch(r"(town|site)-0\d(-[\w-]+)?", stem)
        assert len(stem.encode()) < 250
    assert len(set(name_sheets([name], [name, name]))) == 3


def test_a_plan_without_towns_has_one_sheet_of_its_area(tmp_path):
    handover = draw_city(tmp_path)
    handover.run.summary["coverage"] = handover.run.summary["coverage"][:1]
    del handover.run.layers["areas"]
    handover.proposal.content["sites"].clear()
    assert write_sheets(handover, tmp_path / "out") == ["area.pdf", "area.png"]
    text, _ = read_pdf(tmp_path / "out" / "area.pdf")
    assert "Drawn City" in text
    assert "12,345" in text


def test_lines_are_no_wider_than_asked():
    page = PrintedPage(start_figure((10, 10)), Fonts(("DejaVu Sans",)))
    text = "one two, three (four) five-six 7,890 " * 5 + "x" * 100
    lines = page.wrap(text, 40.0, 8.0)
    assert all(page.measure(line, 8.0) <= 40.0 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert not any(line.startswith((",", ")")) for line in lines)
    assert page.wrap(text, 40.0, 8.0, most=2)[-1].endswith("…")
    assert page.cut("short", 40.0, 8.0) == "short"


def test_jobs_are_done_once_each_wherever_they_are_done(tmp_path):
    def work(job):
        (tmp_path / str(job)).write_text("done", encoding="utf-8")

    do_in_two_processes(list(range(9)), work)
    assert {path.name for path in tmp_path.iterdir()} == set(map(str, range(9)))

    def fail(job):
        if job == 3:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        do_in_two_processes(list(range(9)), fail)


@pytest.mark.nightly  # 35 s: sites are proposed for the demo, 22 sheets are drawn
def test_every_sheet_of_the_demo_says_what_its_files_say(demo, tmp_path):
    plan, sites = demo.out / "input" / "plan.toml", tmp_path / "sites"
    asked = ("site", plan, "--run", demo.out, "--sites", "10", "--out", sites, "--quiet")
    proposed = demo.run(*map(str, asked))
    assert proposed.returncode == 0, proposed.stderr
    handover = load_handover(demo.out, sites=sites)
    folder = tmp_path / "sheets"
    files = write_sheets(handover, folder)
    assert len(files) == 2 * (12 + 10)
    texts = {name: read_pdf(folder / name)[0] for name in files if name.endswith(".pdf")}
    summary = handover.run.summary
    rows = {
        row["area"]: row for row in summary["coverage"]
        if row["kind"] == "residential" and row["cutoff_minutes"] == 15
    }  # fmt: skip
    towns = figures_of(handover).towns
    for number, town in enumerate(towns, start=1):
        text = next(one for name, one in texts.items() if name.startswith(f"town-{number:02d}-"))
        for key in ("people", "covered", "gap", "unknown"):
            assert f"{rows[town][key]:,}" in text, (town, key)
        for key in ("share", "share_low", "share_high"):
            assert format_percent(rows[town][key]) in text, (town, key)
    for site in handover.proposal.content["sites"]:
        text = next(
            one for name, one in texts.items() if name.startswith(f"site-{site['order']:02d}")
        )
        assert f"{site['gain']['residential']:,}" in text
        assert f"{site['lon']:.6f}" in text
    assert all("演示数据，非真实" in text for text in texts.values())
