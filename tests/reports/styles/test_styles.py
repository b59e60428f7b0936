"""Styles and project: every field is there, every name is text, and QGIS draws them."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from planner.reports.styles import build_styles
from planner.reports.styles._layout import PageTexts, add_layout
from planner.reports.styles.colours import BARRIERS, COLOURS, COVERED, REACH, WALL, reach_colours
from planner.reports.styles.project import GROUPS
from planner.texts import LANGUAGES
from planner.texts.report_texts import REPORT_TEXTS
from tests.reports.finished_city import HOSTILE, finished_city

PROGRAM = Path(__file__).parents[3] / "planner" / "maps" / "assets" / "program"
IN_QGIS = Path(__file__).parents[1] / "in_qgis.py"
#: The Python that Debian's QGIS belongs to.
SYSTEM_PYTHON = Path("/usr/bin/python3")
CLEAN = HOSTILE.replace("\x07", "")


@pytest.fixture(scope="module")
def rows() -> dict[str, tuple]:
    """Layer -> its row in layer_styles."""
    with sqlite3.connect(finished_city()[1] / "result.gpkg") as base:
        base.row_factory = sqlite3.Row
        found = {row["f_table_name"]: row for row in base.execute("select * from layer_styles")}
    base.close()
    return found


def fields_of(root: ElementTree.Element) -> set[str]:
    """Every field that a style names: in conditions, labels and the order of drawing."""
    texts = [rule.get("filter", "") for rule in root.iter("rule")]
    texts += [clause.text or "" for clause in root.iter("orderByClause")]
    fields = set()
    for style in root.iter("text-style"):
        if style.get("isExpression") == "1":
            texts.append(style.get("fieldName", ""))
        else:
            fields.add(style.get("fieldName", ""))
    for text in texts:
        # A text between single quotes is a value, whatever stands in it.
        fields |= set(re.findall(r'"([^"]*)"', re.sub(r"'(?:[^'\\]|''|\\.)*'", "''", text)))
    return fields


def test_every_layer_has_a_style_and_it_is_its_default(rows: dict):
    result, _ = finished_city()
    assert set(rows) == set(result.layers)
    for name, row in rows.items():
        assert row["f_geometry_column"] == "geom", name
        assert row["useAsDefault"] == 1, name
        assert row["styleName"], name


def test_every_field_of_a_style_is_a_column_of_its_layer(rows: dict):
    result, _ = finished_city()
    for name, row in rows.items():
        fields = fields_of(ElementTree.fromstring(row["styleQML"]))
        assert fields <= set(result.layers[name].columns), name
    assert fields_of(ElementTree.fromstring(rows["gaps"]["styleQML"])) == {"rank", "name"}


def test_no_expression_has_a_case_of_one_value(rows: dict):
    """QGIS knows CASE WHEN condition, not CASE value WHEN: it would write no name at all."""
    for name, row in rows.items():
        assert not re.search(r"CASE (?!WHEN )", row["styleQML"]), name


def test_every_rule_has_its_symbol(rows: dict):
    for name, row in rows.items():
        root = ElementTree.fromstring(row["styleQML"])
        symbols = {symbol.get("name") for symbol in root.findall("renderer-v2/symbols/symbol")}
        assert {rule.get("symbol") for rule in root.iter("rule")} <= symbols, name


def test_names_from_the_data_are_text(rows: dict):
    root = ElementTree.fromstring(rows["facilities"]["styleQML"])
    level = HOSTILE.replace("\x07", "")
    rule = next(rule for rule in root.iter("rule") if rule.get("label") == level)
    quoted = level.replace("\\", "\\\\").replace("'", "''")
    assert rule.get("filter").endswith(f"\"level\" = '{quoted}'")


def test_words_are_those_of_the_language():
    layers = finished_city()[0].layers
    chinese, english = (build_styles(layers, language) for language in LANGUAGES)
    assert "服务盲区" in chinese["gaps"]
    assert "Other gaps" in english["gaps"]
    for name, style in chinese.items():
        labels = [rule.get("label") for rule in ElementTree.fromstring(style).iter("rule")]
        for label in labels:
            assert label == CLEAN or not re.search("[A-Za-z]", label), (name, label)


def test_the_colours_are_those_of_the_page():
    text = (PROGRAM / "drawing" / "colours.js").read_text(encoding="utf-8")
    colours = dict(re.findall(r"(\w+): '(#[0-9a-f]{6})'", text.partition("export const FONT")[0]))
    assert dict(COLOURS) == {name: colours[name] for name in COLOURS}
    assert str(list(REACH)).replace('"', "'") in text
    assert dict(re.findall(r"(\w+): { colour: '(#\w+)', dash", text)) == dict(BARRIERS)
    assert f"outline: '{WALL}'" in text
    assert f"VERDICT_COLOURS = ['{COVERED}'" in text


def test_more_bands_than_the_page_has_colours_for_lie_between_them():
    assert reach_colours(1) == [REACH[2]]
    assert reach_colours(3) == list(REACH)
    assert reach_colours(5)[::2] == list(REACH)
    assert reach_colours(5)[1] == "#67b6a4"  # the middle of #3fa08c and #8fcdbd


@pytest.fixture(scope="module")
def project() -> ElementTree.Element:
    text = (finished_city()[1] / "project.qgs").read_text(encoding="utf-8")
    return ElementTree.fromstring(text)


def test_the_project_opens_every_layer_from_the_file_beside_it(project: ElementTree.Element):
    layers = finished_city()[0].layers
    sources = {node.findtext("datasource") for node in project.findall("projectlayers/maplayer")}
    assert sources == {f"./result.gpkg|layername={name}" for name in layers}
    groups = project.findall("layer-tree-group/layer-tree-group")
    listed = [leaf.get("id") for group in groups for leaf in group.findall("layer-tree-layer")]
    order = [name for names in GROUPS.values() for name in names if name in layers]
    assert listed == [f"planner_{name}" for name in order]
    ids = [node.findtext("id") for node in project.findall("projectlayers/maplayer")]
    assert ids == listed
    text = ElementTree.tostring(project, encoding="unicode")
    assert str(finished_city()[1]) not in text


def test_the_page_to_print_has_its_parts(project: ElementTree.Element):
    items = project.findall("Layouts/Layout/LayoutItem")
    kinds = [item.get("type") for item in items]
    for kind, count in (("65639", 1), ("65640", 1), ("65642", 1), ("65646", 1), ("65641", 4)):
        assert kinds.count(kind) == count
    texts = [item.get("labelText") for item in items if item.get("labelText")]
    assert f"{CLEAN}: 2-minute service circle" in texts
    assert "Demo data, not real" in texts
    assert "Streets © OpenStreetMap contributors (ODbL)" in texts
    assert project.findtext("title") == f"{CLEAN}: 2-minute service circle"
    legend = next(item for item in items if item.get("type") == "65642")
    assert [leaf.get("id") for leaf in legend.iter("layer-tree-layer")] == [
        "planner_facilities", "planner_gaps", "planner_unknown_areas", "planner_isochrones",
        "planner_areas",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wide", "high", "page", "shown"),
    [
        # Across the map is 208 by 166 mm.
        (20, 10, "297,210,mm", (20, 20 / 208 * 166)),
        # Upright it is 190 by 192 mm: 20 m of a square take 190 mm there, and 166 mm across.
        (20, 20, "210,297,mm", (20, 20 / 190 * 192)),
        (10, 20, "210,297,mm", (20 / 192 * 190, 20)),
    ],
)
def test_the_page_stands_upright_where_the_map_is_larger_so(wide, high, page, shown):
    root = ElementTree.Element("qgis")
    texts = PageTexts("Title", (), "Credit", "", REPORT_TEXTS["en"])
    add_layout(root, texts, (100, 200, 100 + wide, 200 + high), ElementTree.Element("crs"), [])
    items = {item.get("type"): item for item in root.iter("LayoutItem")}
    assert items["65638"].get("size") == page
    extent = {side: float(value) for side, value in items["65639"].find("Extent").items()}
    size = extent["xmax"] - extent["xmin"], extent["ymax"] - extent["ymin"]
    assert size == pytest.approx(shown)
    middle = (extent["xmax"] + extent["xmin"]) / 2, (extent["ymax"] + extent["ymin"]) / 2
    assert middle == pytest.approx((100 + wide / 2, 200 + high / 2))
    edges = [[float(part) for part in item.get(key).split(",")[:2]]
             for item in items.values() for key in ("position", "size")]  # fmt: skip
    paper = [float(part) for part in page.split(",")[:2]]
    for place, length in zip(edges[::2], edges[1::2], strict=True):
        assert all(at + long <= most for at, long, most in zip(place, length, paper, strict=True))


def has_qgis() -> bool:
    """Tell whether QGIS can be asked by the system's Python."""
    if not SYSTEM_PYTHON.exists():
        return False
    command = [SYSTEM_PYTHON, "-c", "import qgis.core"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.nightly
def test_qgis_draws_every_layer_and_the_page(tmp_path: Path):
    if not has_qgis():
        pytest.skip("QGIS is not installed: apt-get install qgis python3-qgis")
    out = tmp_path / "moved"  # nothing depends on where it lay when it was written
    shutil.copytree(finished_city()[1], out)
    command = [SYSTEM_PYTHON, IN_QGIS, out / "project.qgs", tmp_path]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
    } | {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    layers = finished_city()[0].layers
    assert told["title"] == f"{CLEAN}: 2-minute service circle"
    assert told["crs"].startswith("EPSG:326")
    assert set(told["layers"]) == set(layers)
    for name, layer in told["layers"].items():
        assert layer["valid"], name
        assert layer["features"] == len(layers[name]), name
        assert layer["errors"] == [], name
        # Somebody who adds the layer by itself sees it styled too.
        assert told["own"][name] == [layer["renderer"], layer["labels"]], name
    drawn = {name for name, layer in told["layers"].items() if layer["colours"] > 1}
    assert {"facilities", "isochrones", "walk_edges", "gaps", "areas", "demand"} <= drawn
    assert told["faults"] == []
    assert told["page"] == 0
    assert (tmp_path / "page.png").stat().st_size > 20_000
