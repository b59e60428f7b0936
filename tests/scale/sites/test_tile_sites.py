"""Sites for a plan in tiles are those of the whole plan."""

import shutil
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from planner.case import build_case
from planner.network.cut_edges import cut_edges
from planner.run.main_job import run_case
from planner.scale.driver import run_in_tiles
from planner.scale.sites import tile_sites
from planner.scale.sites.city_sites import propose_city
from planner.scale.sites.part_sites import list_own_frontage
from planner.scale.sites.tile_sites import site_in_tiles
from planner.scale.streets.tile_streets import LOWEST_ID
from planner.scale.tiles import TOO_FEW
from planner.scale.work.array_tables import pack_tables
from planner.scale.work.content import keep
from planner.scale.work.steps import OneProcess, StepStore
from planner.siting.plan_sites import build_question, site_plan
from planner.sources import load_inputs, load_plan
from planner.sources.embedded import data_folder
from planner.stages import Stages
from planner.travel.several_nearest import TooFewKnownError
from tests.cities.drawing import Drawing
from tests.cities.rasters import reading_rasters_here
from tests.scale.random_plans import write_random_plan
from tests.scale.test_both_ways_in_tiles import write_city

__all__ = ["reading_rasters_here"]
STREET = "highway=residential"

#: Told as none where it lies beyond the halo.
FAR = ("metro_minutes", "bus_minutes")


def assert_same_sites(plan, folder, count, **options):
    """Choose sites in so many tiles, and for the whole plan."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = StepStore(folder)
    runner = OneProcess(store)
    answer = run_in_tiles(plan, runner, store, tiles=count)
    question = build_question(answer.whole.plan, alternatives=0, **options)
    found = site_in_tiles(answer, question, runner, store)
    plain = site_plan(run_case(build_case(load_inputs(load_plan(plan))), Stages()), question)
    told, theirs = plain.content, plain.layers["candidates"]
    assert found.sites["site_id"].tolist() == [row["site_id"] for row in told["sites"]]
    assert (found.status, found.candidate_notes) == (told["status"], told["candidate_notes"])
    assert [found.value, found.bound] == pytest.approx([told["value"], told["bound"]])
    ours = found.candidates
    assert ours[["site_id", "name"]].equals(theirs[["site_id", "name"]])
    for name in ours.select_dtypes("number").columns.difference(FAR):
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-8, err_msg=name)


@pytest.mark.nightly  # by day tests/cli/test_site_in_tiles.py asks the same by the command
def test_the_site_of_the_example_in_two_tiles(tmp_path):
    """As `planner.site_plan` says of its own: C2 brings all 300 who are left out."""
    tmp_path.chmod(0o700)
    store = StepStore(tmp_path)
    runner = OneProcess(store)
    answer = run_in_tiles(data_folder() / "example" / "plan.toml", runner, store, tiles=2)
    question = build_question(answer.whole.plan, n_sites=1)
    found = site_in_tiles(answer, question, runner, store)
    assert found.sites[["site_id", "gain"]].to_numpy().tolist() == [["C2", 300.0]]
    assert (found.value, found.bound, found.status) == (300.0, 300.0, "proved")


@pytest.mark.nightly
def test_limited_room_is_told_as_without_tiles(tmp_path):
    """Of the example's stations the room is known; here one candidate has none."""
    shutil.copytree(data_folder() / "example", tmp_path / "example")
    table = tmp_path / "example" / "candidates.csv"
    lines = table.read_text(encoding="utf-8-sig").splitlines()
    lines[1] = lines[1].replace(",90,400,", ",90,,")
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    plan = tmp_path / "example" / "plan.toml"
    store = StepStore(tmp_path / "steps")
    question = build_question(load_plan(plan), model="capacitated", n_sites=1, alternatives=0)
    found = propose_city(plan, question, OneProcess(store), store, tiles=2)[0].content
    run = run_case(build_case(load_inputs(load_plan(plan))), Stages())
    assert found["notes"] == site_plan(run, question).content["notes"]
    assert found["notes"][0] == "1 candidates have no capacity and were left out"
    assert found["notes"][1].startswith("only new sites have limited room")


@pytest.mark.nightly
def test_the_example_in_four_tiles(tmp_path):
    assert_same_sites(data_folder() / "example" / "plan.toml", tmp_path / "steps", 4, n_sites=2)


@pytest.mark.nightly
def test_the_demo_in_four_tiles(tmp_path):
    assert_same_sites(data_folder() / "baoshan-demo" / "plan.toml", tmp_path / "steps", 4)


@pytest.mark.nightly
def test_buildings_and_frontage_of_porto_alegre(shared_data, tmp_path):
    for path in (shared_data / "porto_alegre").iterdir():
        (tmp_path / path.name).symlink_to(path)
    plan = tmp_path / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    plan.unlink()
    plan.write_text(f"{text}\n[candidates]\nosm = true\nfrontage = true\n", encoding="utf-8")
    assert_same_sites(plan, tmp_path / "steps", 4)


@pytest.mark.nightly
@pytest.mark.usefixtures("reading_rasters_here")
@pytest.mark.parametrize("seed", [2, 3])
def test_sites_on_hills_out_and_home(tmp_path, seed):
    """Streets are cut by their heights; one known station each way is too few for a candidate."""
    plan = write_city(tmp_path, seed, 'direction = "both"', "[candidates]\nfrontage = true\n")
    store = StepStore(tmp_path / "steps")
    store.folder.mkdir(mode=0o700)
    question = build_question(load_plan(plan), n_sites=3, alternatives=0)
    found = propose_city(plan, question, OneProcess(store), store, tiles=2, first_most=1)[0]
    plain = site_plan(run_case(build_case(load_inputs(load_plan(plan))), Stages()), question)
    for name in ("sites", "value", "bound", "candidates"):
        ours, theirs = found.content[name], plain.content[name]
        if name == "sites":
            ours, theirs = ([row["site_id"] for row in rows] for rows in (ours, theirs))
        assert ours == theirs, name
    ours, theirs = found.layers["candidates"], plain.layers["candidates"]
    for name in ours.select_dtypes("number").columns.difference(FAR):
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-8, err_msg=name)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [2, 4, 5])
def test_sites_of_random_plans(tmp_path, seed):
    """Rules, groups, hours, gates, stations whose place is not confirmed, buildings beside them."""
    plan = write_random_plan(tmp_path / "plan", seed)
    asked = "[candidates]\nosm = true\nfrontage = true\nfrontage_step_m = 60\n"
    plan.write_text(plan.read_text(encoding="utf-8") + asked, encoding="utf-8")
    assert_same_sites(plan, tmp_path / "steps", 4, n_sites=2)


def test_edges_that_heights_cut_stay_in_the_order_of_their_way():
    """7 --40-- cut --260-- 5: both parts are those of node 7, the near one first."""
    level = Drawing({7: (0, 0), 5: (300, 0)}, [([7, 5], STREET)]).network()
    cut = cut_edges(level, np.array([0]), np.array([40.0]))
    network = replace(
        cut,
        node_id=np.where(cut.node_id < 0, LOWEST_ID - 1, cut.node_id),
        height_m=np.zeros(cut.n_nodes),
        flat=np.zeros(cut.n_edges, dtype=bool),
    )
    own = list_own_frontage(network, lambda xy: np.ones(len(xy), dtype=bool))
    begins = int(level.node_id[level.u[0]])
    assert own["node"].tolist() == [begins, begins]
    assert own["length_m"].round().tolist() == [40, 260]


def test_too_few_known_stations_are_told_and_not_raised(tmp_path, monkeypatch):
    """A worker that fails would be tried again, to no end."""

    def fail(*_arguments):
        raise TooFewKnownError

    tmp_path.chmod(0o700)
    store = StepStore(tmp_path)
    told = keep(store, pack_tables({"table": pd.DataFrame({"site": [0]})}))
    monkeypatch.setattr(
        tile_sites, "judge_tile", lambda *_: SimpleNamespace(case=None, judgement=None, ground=None)
    )
    monkeypatch.setattr(tile_sites, "measure_sites", fail)
    assert list(tile_sites.measure_sites_of_tile(store, {"sites": told})) == [TOO_FEW]
