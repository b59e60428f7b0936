"""The files of a proposal: all of them, in the form that other programs read."""

import json
import sys
import xml.etree.ElementTree as ET
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pyogrio
import pytest

from planner.errors import SourceError
from planner.reports import SITE_OUTPUTS, write_proposal
from planner.reports._curve import draw_curve_svg, save_curve_png
from planner.siting import SiteQuestion, SolveOptions
from planner.siting.propose import propose
from planner.siting.siting_case import build_siting_case
from planner.sources.scenario_file import load_scenario
from planner.sources.tables import load_facilities
from tests.siting.street import candidates, street_run

QUESTION = SiteQuestion(n_sites=2, options=SolveOptions(time_limit_s=10, rounds=10))


@pytest.fixture(scope="module")
def proposal(tmp_path_factory):
    run = street_run(tmp_path_factory.mktemp("street"))
    return propose(build_siting_case(run, candidates(crs=run.network.crs)), QUESTION)


@pytest.fixture(scope="module")
def folder(proposal, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("out") / "sites"
    write_proposal(proposal, out, save_map=lambda path: path.write_text("map", encoding="utf-8"))
    return out


def test_every_file_is_there_and_vouched_for(folder):
    assert sorted(path.name for path in folder.iterdir()) == sorted(SITE_OUTPUTS)
    content = json.loads((folder / "site.json").read_text(encoding="utf-8"))
    assert set(content["outputs"]) == set(SITE_OUTPUTS) - {"site.json"}
    for name, digest in content["outputs"].items():
        assert sha256((folder / name).read_bytes()).hexdigest() == digest
    agreed = {
        "model", "value", "bound", "gap", "seconds", "first_seconds", "status", "unit",
        "people_before", "sites", "curve", "order", "alternatives", "towns", "stays", "limits",
        "why_not", "robustness",
    }  # fmt: skip
    assert agreed <= set(content)


def test_layers_can_be_read(folder):
    layers = {name for name, _ in pyogrio.list_layers(folder / "sites.gpkg")}
    assert layers == {"sites", "candidates", "frontages", "alternatives", "changes"}
    sites = pyogrio.read_dataframe(folder / "sites.gpkg", layer="sites")
    assert sites["site_id"].tolist() == ["C", "A"]
    assert sites["gain_residential"].tolist() == [360, 300]


def test_the_sites_are_a_table_of_planned_facilities(folder):
    table = load_facilities(folder / "sites.geojson")
    assert table.rows["facility_id"].tolist() == ["C", "A"]
    assert set(table.rows["status"]) == {"planned"}
    assert table.rows["cost"].tolist() == [3, 3]
    assert table.notes == []


def test_the_scenario_can_be_compared(folder):
    scenario = load_scenario(folder / "scenario.json")
    assert [edit.id for edit in scenario.edits] == ["C", "A"]


def test_the_table_has_places_and_reasons(folder):
    table = pd.read_csv(folder / "sites.csv")
    assert table["order"].tolist() == [1, 2]
    assert table["lon"].between(121.3, 121.5).all()
    assert table["reasons_zh"].str.contains("新增覆盖居民").all()


def test_the_same_question_gives_the_same_files(folder, proposal, tmp_path):
    write_proposal(proposal, tmp_path / "again")
    for name in ("sites.gpkg", "sites.csv", "sites.geojson", "curve.svg", "curve.png"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes(), name


def test_a_folder_with_a_run_is_left_alone(proposal, tmp_path):
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SourceError, match="holds a run, whose map would be overwritten"):
        write_proposal(proposal, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_a_failure_leaves_the_earlier_proposal(proposal, tmp_path):
    out = tmp_path / "sites"
    write_proposal(proposal, out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def no_room(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(SourceError, match="cannot be written"):
        write_proposal(proposal, out, save_map=no_room)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_curve_is_well_formed(proposal, language):
    root = ET.fromstring(draw_curve_svg(proposal.content, language))
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    word = {"zh": "新增覆盖居民", "en": "residents newly covered"}[language]
    assert word in texts
    marks = list(root.iter("{http://www.w3.org/2000/svg}circle"))
    assert len(marks) == len(proposal.content["curve"]) + 1  # and one in the legend


def test_an_empty_curve_is_drawn_empty(proposal):
    empty = proposal.content | {"curve": [], "sites": []}
    assert ET.fromstring(draw_curve_svg(empty, "en")).tag.endswith("svg")


def test_without_matplotlib_there_is_no_png(proposal, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert save_curve_png(proposal.content, tmp_path / "curve.png", "en") is False
    names = write_proposal(proposal, tmp_path / "out")
    assert "curve.png" not in names
    assert "curve.svg" in names
