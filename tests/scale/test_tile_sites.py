"""Sites for a plan in tiles are those of the whole plan."""

import numpy as np
import pytest

from planner.case import build_case
from planner.run.main_job import run_case
from planner.scale.driver import run_in_tiles
from planner.scale.steps import OneProcess, StepStore
from planner.scale.tile_sites import site_in_tiles
from planner.siting.plan_sites import build_question, site_plan
from planner.sources import load_inputs, load_plan
from planner.sources.embedded import data_folder
from planner.stages import Stages

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
