"""The examples in maps/ open, and are of today's format."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from planner.sources.versions import HANDOVER_FORMAT
from tools.example_maps import FILES, TOWN

if TYPE_CHECKING:
    from tests.maps.conftest import Open

MAPS = Path(__file__).parents[2] / "maps"
MOST_BYTES = 6_000_000
FORMAT = re.compile(rb"service-circle planner [^,<]+, format (\d+)")


def read_format(path: Path) -> int:
    """Read by which format a file was made, whatever it is."""
    content = path.read_bytes()
    if path.suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = parts.read("docProps/core.xml")
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            content = str(document.get_metadata_dict()).encode()
    (found,) = set(FORMAT.findall(content))
    return int(found)


def test_every_example_is_there_and_told_of() -> None:
    listed = {str(path.relative_to(MAPS)) for path in MAPS.rglob("*") if path.is_file()}
    assert listed == {*FILES.values(), "README.md"}
    told = (MAPS / "README.md").read_text(encoding="utf-8")
    assert all(name.rpartition(".")[0] in told for name in FILES.values())


@pytest.mark.parametrize("name", FILES.values())
def test_an_example_is_small_and_of_todays_format(name: str) -> None:
    assert (MAPS / name).stat().st_size < MOST_BYTES
    assert read_format(MAPS / name) == HANDOVER_FORMAT


def test_the_page_of_the_demo_has_all_three_views_and_what_if(visit: Open) -> None:
    with visit(path=MAPS / "baoshan-demo.html", reduced_motion="reduce") as page:
        assert page.locator("#views").inner_text().split() == ["现状", "建议", "对比", "试一试"]
        assert "演示数据" in page.inner_text("body")


def test_the_page_of_a_town_opens(visit: Open) -> None:
    with visit(path=MAPS / "miaohang-town.html", reduced_motion="reduce") as page:
        assert TOWN in page.inner_text("#sentence")
        assert "演示数据" in page.inner_text("body")
