"""A notebook, cell by cell, on a city of one street; at night all run as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import nbformat
import pytest

import planner
from tests.documents import REPOSITORY
from tests.hostile.city import both, in_file, write_city

if TYPE_CHECKING:
    from pathlib import Path

NOTEBOOK = REPOSITORY / "notebooks" / "explore_baoshan.ipynb"
#: Of the stations one is left, at the far end from 1,000 people; a street is a private one.
WITH_A_GAP = both(
    in_file("facilities.csv", "neighbourhood,open", "neighbourhood,closed"),
    in_file("plan.toml", "[area]\n", '[area]\nknown = "everywhere"\n'),
    in_file("people.csv", "P1,10,", "P1,1000,"),
    in_file("map.osm", 'k="highway" v="footway"/>', 'k="highway" v="service"/>'
            '<tag k="access" v="private"/>'),
)  # fmt: skip


@pytest.mark.filterwarnings("default")  # as for a reader
def test_a_notebook_runs_on_a_small_city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    mpl.use("agg")
    write_city(tmp_path / "baoshan-demo")
    WITH_A_GAP(tmp_path / "baoshan-demo")
    monkeypatch.setattr(planner, "data_folder", lambda: tmp_path)
    monkeypatch.setenv("PLANNER_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    with mpl.rc_context():
        for number, cell in enumerate(nbformat.read(NOTEBOOK, as_version=4).cells):
            if cell.cell_type == "code":
                exec(compile(cell.source, f"{NOTEBOOK.name}, cell {number}", "exec"), names)
        names["plt"].close("all")
