"""A view is added to the page of a run by the data in that page: the same bytes as drawn anew."""

from __future__ import annotations

import base64
import zlib

import pytest

import planner
from planner.cli.jobs import run_into
from planner.cli.scenario_jobs import compare_into
from planner.maps import PagePart
from planner.maps._packed_payload import Packing, pack_payload, unpack_payload
from planner.maps.draw import draw_map, render_page
from planner.maps.prepared_page import reopen_page
from planner.sources.results import MAP_FILE, load_layers_of, load_result
from tests.maps import sample, sample_sites

OPTIONS = {"title": "示例", "language": "zh", "synthetic": True, "date": "2026-11"}
BROKEN = base64.b64encode(zlib.compress(b"\1\0\0\0[")).decode()
COLUMN = [*range(100, 140)]


@pytest.fixture(scope="module")
def part() -> PagePart:
    return PagePart(sample_sites.comparison(), sample_sites.compared_layers())


@pytest.fixture(scope="module")
def drawn() -> str:
    page = draw_map(sample.layers(), sample.summary(), **OPTIONS)
    return render_page(page).decode("utf-8")


def compared(drawn: str, part: PagePart, **options: object) -> bytes:
    """Return a drawn page with a comparison in front."""
    prepared = reopen_page(drawn, sample.layers(), view="comparison", **(OPTIONS | options))
    assert prepared is not None
    return render_page(prepared.finish({"comparison": part}))


@pytest.mark.parametrize("options", [{}, {"language": "en", "synthetic": False, "date": None}])
def test_a_comparison_added_is_the_page_drawn_anew(drawn, part, options):
    anew = draw_map(
        sample.layers(), sample.summary(), comparison=part, view="comparison", **(OPTIONS | options)
    )
    assert compared(drawn, part, **options) == render_page(anew)


def test_what_rests_on_the_run_already_is_left_out(drawn, part):
    """Its columns too: a proposal has some, as the comparison has."""
    proposal = PagePart(sample_sites.proposal(), sample_sites.site_layers())
    page = draw_map(
        sample.layers(), sample.summary(), proposal=proposal, comparison=part, view="proposal",
        **OPTIONS,
    )  # fmt: skip
    assert compared(render_page(page).decode("utf-8"), part) == compared(drawn, part)


def test_the_command_writes_the_same_page_without_that_of_the_run(tmp_path):
    """A map that is not what run.json says is not taken: then the page is drawn of the layers."""
    town, run = planner.load_example(), tmp_path / "run"
    given = town.folder / "plan.toml", [town.folder / "scenario.json"]
    run_into(given[0], run, quiet=True)
    assert load_result(run).drawn_map() is not None
    compare_into(*given, tmp_path / "by_map", run, quiet=True)
    few, whole = load_layers_of(run, ["gaps", "demand"]), load_result(run)
    assert sorted(few.layers) == ["demand", "gaps"]
    assert few.with_all_layers().layers.keys() == whole.layers.keys()
    assert whole.with_all_layers() is whole
    changed = run / MAP_FILE
    changed.write_bytes(changed.read_bytes() + b" ")
    assert load_result(run, spare=(MAP_FILE,)).drawn_map() is None
    compare_into(*given, tmp_path / "by_layers", run, quiet=True)
    changed.unlink()
    assert load_result(run, spare=(MAP_FILE,)).drawn_map() is None
    for written in (tmp_path / "by_layers").iterdir():
        assert written.read_bytes() == (tmp_path / "by_map" / written.name).read_bytes()


def data_of(drawn: str) -> str:
    """Return the packed data of a page."""
    return drawn.partition('id="planner-data">')[2].partition("<")[0]


@pytest.mark.parametrize("spoil", [
    lambda page: page.replace("service-circle planner ", "service-circle planner 9"),
    lambda page: page.replace("plannerPage", "otherPage"),
    lambda page: page.replace(data_of(page), ""),
    lambda page: page.replace(data_of(page), "AAAA"),
    lambda page: page.replace(data_of(page), pack_payload({"bounds": [0, 0, 1, 1]})),
    lambda page: page.replace(data_of(page), BROKEN),
    lambda page: page + f'<script type="text/plain" id="planner-data">{data_of(page)}</script>',
])  # fmt: skip
def test_a_page_of_other_programs_or_broken_is_not_taken(drawn, spoil):
    assert reopen_page(spoil(drawn), sample.layers(), view="comparison", **OPTIONS) is None


def test_packed_data_are_taken_up_again():
    """One key goes with its column, which stands between two others; another one is added."""
    tree = {"a": {"deep": COLUMN}, "b": [COLUMN[::-1], "text"], "c": [0.5, None] * 20}
    packing = Packing.reopen(pack_payload(tree))
    assert packing.read(["b"]) == {"b": tree["b"]}
    packing.leave_out(["b", "not there"])
    packing.add({"d": COLUMN})
    left = {"a": tree["a"], "c": tree["c"], "d": COLUMN}
    assert unpack_payload(packing.finish()) == left
    assert packing.finish() == pack_payload(left)
