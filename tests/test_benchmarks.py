"""The benchmarks run on a tiny extract; nobody asserts a time."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyrosm
import pytest
import shapely

from benchmarks import __main__ as program
from benchmarks import (
    accuracy,
    catchments,
    copies,
    cost,
    cutting,
    isochrones,
    kept,
    load,
    nearest,
    picture,
    startup,
    table,
    updates,
    valhalla,
)
from benchmarks.__main__ import parts
from benchmarks.cities import City
from benchmarks.measure import machine, peak_memory_mb, race, versions
from benchmarks.peers import Recipe, osmnx_graph, ways_as_xml
from benchmarks.table import Row
from benchmarks.whole_run import stages_as_text
from tests.judge.shapes import agreement


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The small extract that ships with pyrosm."""
    work = tmp_path_factory.mktemp("bench")
    return City(name="test", osm=Path(pyrosm.get_data("test_pbf")), work=work)


def test_half_of_a_town_is_cut_out(town: City):
    (row,) = cutting.measure(town, 1)
    assert row.what.startswith("half of test out of its PBF (")


def test_table_marks_what_is_met_and_what_is_not():
    rows = [
        table.at_most("load", "seconds", 1.0, 1.2, "{:.1f} s"),
        table.at_least("load", "times faster | than 宝山", 3.0, 5.0, "{:.0f} x"),
        table.skipped("matrix", "no data"),
    ]
    assert [row.met for row in rows] == [True, False, None]
    assert table.to_text(rows).splitlines() == [
        "part    what                      measured  bar       met",
        "------  ------------------------  --------  --------  -------",
        "load    seconds                   1.0 s     <= 1.2 s  met",
        "load    times faster | than 宝山  3 x       >= 5 x    NOT MET",
        "matrix  skipped                   no data",
    ]
    assert "| load | times faster \\| than 宝山 | 3 x | >= 5 x | NOT MET |" in table.to_markdown(
        rows
    )
    assert table.verdict(rows) == "1 of 2 bars met\n- not met: load, times faster | than 宝山"


def test_a_value_on_the_bar_meets_it():
    assert table.at_most("p", "w", 5.0, 5.0, "{}").met
    assert table.at_least("p", "w", 5.0, 5.0, "{}").met


@pytest.mark.parametrize(("seconds", "text"), [(0.0123, "12.3 ms"), (0.1, "0.10 s")])
def test_durations_have_the_unit_that_suits_them(seconds: float, text: str):
    assert table.duration(seconds) == text


def test_contestants_take_turns():
    calls: list[str] = []
    timings = race(
        {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, {"a": 3, "b": 1}
    )
    assert calls == ["a", "b", "a", "a"]
    assert len(timings["a"].seconds) == 3
    assert timings["a"].median >= 0


def test_machine_and_versions_are_named():
    assert "Python" in machine()
    assert "osmnx" in versions()
    assert peak_memory_mb() > 10
    assert json.loads(json.dumps(stages_as_text({"map": 1.26}))) == "map 1.3"


def test_peers_get_the_same_ways(town: City):
    """Every street node of ours is in the XML, and the graph of the peer has our kilometres."""
    text = ways_as_xml(town).read_text(encoding="utf-8")
    assert all(f'<node id="{node}"' in text for node in town.extract.ways.node_id[:50])
    both_ways = osmnx_graph(town).edges(data="length")
    metres = sum(length for _, _, length in both_ways) / 2
    assert metres == pytest.approx(town.raw.length_m.sum(), rel=0.02)


@pytest.mark.nightly
def test_loading_is_measured(town: City):
    rows = load.measure(town, 1, 1)
    assert [row.part for row in rows] == ["load"] * 4
    assert all(row.met is not None for row in rows)


def test_isochrones_are_measured(town: City):
    rows = isochrones.measure(town, 1, 1)
    assert [bool(row.bar) for row in rows] == [True, True, False]


@pytest.mark.nightly
def test_nearest_is_measured_and_ours_is_exact(town: City):
    rows = {row.what: row for row in nearest.measure(town, 1, 1, n_facilities=20)}
    ours = rows["ours: minutes off the exact, and what differs"].measured
    assert ours == "median 0.000, worst 0.0; 0 verdicts, 0 joins"
    assert any(what.startswith("pandana with its preparation") for what in rows)


def test_updates_are_measured_and_equal_a_full_run(town: City):
    rows = updates.measure(town, 1, n_facilities=20)
    assert len(rows) == 4
    assert rows[-1].met


@pytest.mark.nightly
def test_accuracy_is_measured(town: City):
    rows = accuracy.measure([(town, 20)], peers_every=2)
    assert {row.what: row.met for row in rows if "nested" in row.what} == {
        "bands nested and polygons valid, all 60 centres": True
    }
    assert sum("circle" in row.what for row in rows) == 1


@pytest.mark.nightly
def test_comparison_agrees_with_that_of_the_tests(town: City, monkeypatch: pytest.MonkeyPatch):
    """One field sampled for the longest band serves all bands, as if each had its own."""
    facility = town.facility_points()[3]
    bands = isochrones.bands_of(isochrones.canvas_of(town), town, facility[None])[0]
    reference = accuracy.reference_of(town)
    shapes = {("ours", c): b for c, b in zip(isochrones.CUTOFFS, bands, strict=True)}
    usual = accuracy.compare(reference, facility, shapes).set_index("cutoff")
    # Where all samples lie as those of the tests do, figures are theirs to the last digits.
    for name in ("FINE_M", "COARSE_M"):
        monkeypatch.setattr(accuracy, name, accuracy.STEP_M)
    found = accuracy.compare(reference, facility, shapes).set_index("cutoff")
    for cutoff, band in zip(isochrones.CUTOFFS, bands, strict=True):
        wanted = agreement(band, reference, facility, cutoff)
        for key in ("iou", "wrongly_inside", "missed"):
            assert found.loc[cutoff, key] == pytest.approx(wanted[key], abs=1e-12)
            # The usual ones lie up to 10 m apart: of a short band a sample or two count otherwise.
            assert usual.loc[cutoff, key] == pytest.approx(wanted[key], abs=5e-3)


def test_recipe_and_hull_hold_the_nodes_they_reach(town: City):
    recipe, facility = Recipe(osmnx_graph(town)), town.facility_points()[3]
    nodes = [(d["x"], d["y"]) for _, d in recipe.reached(facility, 5.0).nodes(data=True)]
    edges = recipe.edges_polygon(facility, 5.0)
    assert shapely.contains_xy(edges, np.array(nodes)).all()
    assert shapely.covers(recipe.hull(facility, 5.0).buffer(0.01), shapely.multipoints(nodes))


@pytest.mark.nightly
def test_picture_is_drawn(town: City, tmp_path: Path):
    picture.draw(town, 3, tmp_path / "accuracy.png")
    assert (tmp_path / "accuracy.png").read_bytes()[:4] == b"\x89PNG"


def test_start_up_is_measured_or_skipped_with_a_reason():
    (row,) = startup.measure(1)
    assert row.met is not None or row.measured


def test_what_a_part_measured_last_is_kept_for_the_machine_it_was_measured_on(tmp_path: Path):
    old, new = Row("page", "size", "2 MB"), Row("page", "size", "1 MB", "<= 2 MB", True)
    kept.keep(tmp_path, "page", [old], "ours")
    kept.keep(tmp_path, "page", [new], "ours")
    kept.keep(tmp_path, "page", [table.skipped("page", "no browser")], "ours")
    kept.keep(tmp_path, "whole run", [], "another")
    found = kept.read_kept(tmp_path, ["page", "whole run", "load"], "ours")
    assert found["page"].rows == [new]
    today = found["page"].day
    assert kept.days_as_text(found) == f"{today}: page"
    for part in ("whole run", "load"):
        assert found[part].rows == [Row(part, "skipped", "not measured on this machine")]


def test_results_are_written_from_parts_of_several_days(tmp_path: Path, monkeypatch, capsys):
    asked = {
        "page": lambda: [Row("page", "size", "1 MB", "<= 2 MB", True)],
        "load": lambda: [Row("load", "all", "3 s", "<= 2 s", False)],
    }
    monkeypatch.setattr(program, "parts", lambda _: asked)
    monkeypatch.setattr(program, "use_cores", lambda _: None)
    monkeypatch.setattr(program, "KEPT", tmp_path / "measured")
    monkeypatch.setattr(program, "RESULTS", tmp_path / "results.md")
    monkeypatch.delenv("BENCH_CLOCK", raising=False)

    def ask(*options: str) -> str:
        monkeypatch.setattr(sys, "argv", ["benchmarks", *options])
        program.main()
        return (tmp_path / "results.md").read_text() if (tmp_path / "results.md").exists() else ""

    assert ask("--only", "load") == ""
    text = ask("--only", "page", "--write")
    assert "| page | size | 1 MB | <= 2 MB | met |" in text
    assert "| load | all | 3 s | <= 2 s | NOT MET |" in text
    assert re.search(r"^- Measured on: \d{4}-\d\d-\d\d: page, load$", text, flags=re.MULTILINE)
    # By processor time nothing is kept, and nothing written.
    monkeypatch.setenv("BENCH_CLOCK", "cpu")
    asked["page"] = lambda: [Row("page", "size", "9 MB", "<= 2 MB", False)]
    assert ask("--only", "page") == text
    with pytest.raises(SystemExit):
        ask("--only", "page", "--write")
    assert "by the clock on the wall" in capsys.readouterr().err


def test_every_part_has_a_name():
    assert {"load", "isochrones", "accuracy", "nearest", "matrix", "whole run", "growth"} <= set(
        parts(quick=True)
    )
    assert "benchmarks.load" in sys.modules


def test_costs_that_made_the_numbers_are_found():
    # Tiles: 0.2 s per 1,000 nodes held, 0.5 per 1,000 units, 1 each. Once: 0.01, 0.1 and 2 s. A
    # worker: 0.5 MB, 2 MB and 300 MB.
    sizes = [(40, 2, 1), (40, 16, 1), (160, 8, 4), (160, 32, 4), (160, 8, 1), (360, 18, 9)]
    runs = [
        cost.RunCost(
            name="", nodes=1000 * nodes, held=1000 * nodes, units=1000 * units, tiles=tiles,
            once_s=0.01 * nodes + 0.1 * units + 2, tiles_s=0.2 * nodes + 0.5 * units + tiles,
            peak_mb=0.5 * nodes + 2 * units + 300, tile_nodes=1000 * nodes,
            tile_units=1000 * units, once_mb=0.0, stages={},
        )
        for nodes, units, tiles in sizes
    ]  # fmt: skip
    np.testing.assert_allclose(cost.fit_once(runs), [0.01, 0.1, 2.0], rtol=1e-9)
    np.testing.assert_allclose(cost.fit_tiles(runs), [0.2, 0.5, 1.0], rtol=1e-9)
    np.testing.assert_allclose(cost.fit_memory(runs), [0.5, 2.0, 300.0], rtol=1e-9)
    # of the last run: 3.6 + 1.8 + 2 once, 72 + 9 + 9 in tiles
    assert cost.predict(cost.fit_once(runs), cost.fit_tiles(runs), runs[-1]) == pytest.approx(97.4)


def test_copies_lie_in_a_square():
    square = copies.Square(5, 3, 2.0, 1.0)
    assert [square.shift(k) for k in range(5)] == [(0, 0), (2, 0), (4, 0), (0, 1), (2, 1)]


def test_catchments_are_timed_beside_access_and_agree():
    minutes = pd.DataFrame(
        {"origin": ["a", "a", "b"], "destination": ["x", "y", "y"], "minutes": [4.0, 12.0, 9.0]}
    )
    supply, people = pd.Series({"x": 30, "y": 60}), pd.Series({"a": 100, "b": 200, "c": 5})
    rows = catchments.compare(minutes, supply, people, 15.0, 1)
    assert rows[0].what == "2SFCA of the demo, scores and loads: 3 units, 3 walks"
    assert rows[2].what == "access alone, scores, unchecked; apart by 0e+00 at most"


def test_valhalla_is_left_out_where_it_cannot_be_installed(monkeypatch):
    def refuse(_):
        raise OSError("no such wheel")

    monkeypatch.setattr(valhalla, "install", refuse)
    [row] = valhalla.measure(None, 1)
    assert (row.what, row.met) == ("skipped", None)
    assert "no such wheel" in row.measured
