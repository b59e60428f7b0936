"""Results show themselves: figures in a table, the map drawn by matplotlib, the page in a cell."""

import html
import re
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt

from planner.errors import ArgumentError, PlannerError
from planner.maps import draw_map, write_map
from planner.maps._inline_page import MOST_BYTES
from planner.maps._packed_payload import unpack_payload
from planner.routes import ProposedRoutes
from planner.run import Result
from planner.scenarios import compare_scenarios
from planner.siting import build_question, site_plan
from planner.sources.results import FinishedRun
from planner.sources.scenario_file import build_scenario
from tests import sample_routes, sample_sessions
from tests.cities.small_plan import lonlat
from tests.siting.street import candidates, street_run

HOSTILE = "<script>alert('x')</script>&\n\u202eoops"


@pytest.fixture(scope="module", autouse=True)
def paper():
    mpl.use("agg")
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def result(tmp_path_factory) -> Result:
    return street_run(tmp_path_factory.mktemp("street"))


@pytest.fixture(scope="module")
def proposal(result):
    question = build_question(result.inputs.plan, n_sites=1, curve=2, alternatives=0)
    return site_plan(result, question, candidates=candidates({"B": (1700, 3, 0.4)}))


@pytest.fixture(scope="module")
def comparison(result):
    edits = [
        {"op": "add", "id": "N", "lon": lonlat(1400, 0)[0], "lat": lonlat(1400, 0)[1]},
        {"op": "close", "id": "F"},
    ]
    scenario = {
        "version": 1,
        "plan": result.inputs.plan.name,
        "name": "<script>one</script>",
        "edits": edits,
    }
    return compare_scenarios(result.inputs, [build_scenario(scenario)])


def cells(markup: str) -> list[list[str]]:
    """The rows of the table, heading first."""
    rows = re.findall(r"<tr>(.*?)</tr>", markup)
    return [
        [html.unescape(cell) for cell in re.findall(r"<t[hd]>(.*?)</t[hd]>", row)] for row in rows
    ]


def test_a_result_shows_shares_by_kind_and_cutoff(result):
    markup = result._repr_html_()
    # 1,000 of 1,660 residents live within 1,000 m of the station, 7.5 minutes from it; the worker
    # lives beyond.
    assert cells(markup) == [
        ["Kind", "People", "5 min", "10 min", "15 min", "Gap", "Unknown"],
        ["Residents", "1,660", "0.0%", "60.2%", "60.2%", "660", "0"],
        ["Park workers", "40", "0.0%", "0.0%", "0.0%", "40", "0"],
    ]
    assert "2 gaps. The largest:" in markup
    assert "1 facility, 1 joined to the streets." in markup
    assert "Demo data" not in markup


def test_shares_have_their_ends_where_some_cannot_be_judged(result):
    rows = [
        row | {"covered": 40, "gap": 40, "unknown": 20, "people": 100, "share": 0.5,
               "share_low": 0.4, "share_high": 0.6}
        for row in result.summary["coverage"]
    ]  # fmt: skip
    shown = replace(result, summary=result.summary | {"coverage": rows, "synthetic": True})
    markup = shown._repr_html_()
    assert cells(markup)[1][2:] == ["50.0% (40.0%–60.0%)"] * 3 + ["40", "20"]
    assert "<b>Demo data, not real</b>" in markup


def test_texts_from_outside_are_escaped(result, comparison):
    gaps = [gap | {"name": HOSTILE} for gap in result.summary["gaps"]]
    run = result.provenance | {"title": HOSTILE}
    hostile = replace(result, summary=result.summary | {"gaps": gaps}, provenance=run)
    for markup in (hostile._repr_html_(), comparison._repr_html_()):
        assert "<script" not in markup
        assert "&lt;script&gt;" in markup
        assert "alert('x')" not in markup  # the quotes are escaped too
        assert set(re.findall(r"<(\w+)", markup)) <= {
            "div", "p", "b", "table", "thead", "tbody", "tr", "th", "td",
        }  # fmt: skip
    assert "\n" not in repr(comparison)


def test_a_finished_run_shows_the_same(result):
    finished = FinishedRun(
        result.inputs.plan.folder, result.layers, result.summary, result.provenance
    )
    assert finished._repr_html_() == result._repr_html_()


def test_a_proposal_shows_its_sites_and_proof(proposal):
    markup = proposal._repr_html_()
    heads, site = cells(markup)
    assert heads[:4] == ["No.", "Site", "Town", "Newly covered residents"]
    # B reaches the 300 and 60 people in the east
    assert site[:4] == ["1", "corner B", "East", "360"]
    assert "proved to be the best" in markup
    assert repr(proposal) == "Proposal('small', mclp, 1 sites, 360 residents of at most 360)"


def test_a_comparison_shows_before_and_after(comparison):
    rows = cells(comparison._repr_html_())
    assert rows[0] == ["Scenario", "Kind", "Before", "After", "Gained", "Lost"]
    # Today the 1,000 near the station are covered. N reaches the 1,000 (900 m away), 300 and 60.
    assert rows[1][1:] == ["Residents", "60.2%", "81.9%", "360", "0"]
    assert rows[2][1:] == ["Park workers", "0.0%", "0.0%", "0", "0"]


def test_plots_return_their_axes(result, proposal, comparison):
    site = str(proposal.layers["sites"]["site_id"].iloc[0])
    before = len(plt.get_fignums())
    drawn = [result.plot(), proposal.plot(), proposal.plot(site=site), comparison.plot()]
    assert len(plt.get_fignums()) == before + 4  # a notebook shows them
    west, south, east, north = result.layers["walk_edges"].to_crs(result.network.crs).total_bounds
    for axes in drawn[:1]:
        assert axes.get_xlim()[0] < 0.5 * (west + east) < axes.get_xlim()[1]
        assert axes.get_ylim()[0] < 0.5 * (south + north) < axes.get_ylim()[1]
    for axes in drawn:
        said = [text.get_text() for part in axes.figure.axes for text in part.texts]
        assert any("OpenStreetMap" in text for text in said)
        assert any(text.endswith((" km", " m")) for text in said), "the scale bar"
        assert len(axes.figure.axes) == 2, "map and key"
    key = [text.get_text() for text in drawn[1].figure.axes[1].texts]
    assert "Street it may stand on" in key
    words = [text.get_text() for text in drawn[3].figure.axes[1].texts]
    assert "Newly covered" in words
    assert "Lost cover" not in words
    assert np.isclose(result.plot(size_cm=(10, 8)).figure.get_size_inches()[0], 10 / 2.54)


def test_a_plot_of_invented_data_says_so(result):
    shown = replace(result, summary=result.summary | {"synthetic": True})
    figure = shown.plot(language="zh").figure
    said = [text.get_text() for part in figure.axes for text in part.texts]
    assert any("演示数据，非真实" in text for text in said)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"town": "Nowhere"}, "town 'Nowhere' is unknown; give one of"),
        ({"site": "X"}, "site 'X' is not proposed; give one of no site"),
        ({"scenario": "X"}, "only a comparison has scenarios; leave scenario out"),
        ({"language": "fr"}, "language 'fr' is unknown; choose one of zh, en"),
        ({"size_cm": 12}, "size_cm is 12; give width and height in centimetres"),
        ({"size_cm": (0, None)}, r"size_cm is \(0, None\); give width and height"),
        ({"size_cm": (20, float("nan"))}, "give width and height in centimetres, each from 6"),
    ],
)
def test_a_plot_refuses_what_is_not_there(result, asked, told):
    with pytest.raises(ValueError, match=told) as caught:
        result.plot(**asked)
    assert isinstance(caught.value, PlannerError)


def test_a_plot_goes_into_axes_of_ones_own(result):
    """Two in a row, each as large as it was and with as many metres to the inch either way."""
    figure, both = plt.subplots(1, 2, figsize=(8, 4))
    before = len(plt.get_fignums())
    shown = replace(result, summary=result.summary | {"synthetic": True})
    for axes in both:
        box = axes.bbox.bounds
        assert shown.plot(ax=axes) is axes
        assert axes.bbox.bounds == box
        (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
        assert (east - west) / box[2] == pytest.approx((north - south) / box[3])
        said = axes.get_xlabel()
        assert "OpenStreetMap" in said
        assert "nvented" in said or "not real" in said, said
        assert any(text.get_text().endswith((" km", " m")) for text in axes.texts), "the scale bar"
    assert len(figure.axes) == 2
    assert len(plt.get_fignums()) == before
    with pytest.raises(ArgumentError, match="ax is a ndarray; give one Axes"):
        result.plot(ax=both)


def test_a_comparison_refuses_a_scenario_that_it_lacks(comparison):
    with pytest.raises(PlannerError, match="scenario 'other' is not compared; give one of"):
        comparison.plot(scenario="other")
    with pytest.raises(PlannerError, match="this comparison does not know its plan"):
        replace(comparison, case=None).plot()
    with pytest.raises(PlannerError, match=r"stands on the map of a run; give it: explore\(run="):
        comparison.explore()


def test_routes_and_sessions_are_drawn_on_the_map_of_their_run(result):
    routes = ProposedRoutes(sample_routes.content(), sample_routes.layers(), result)
    sessions = replace(sample_sessions.chosen(), result=result)
    keys = (
        (routes, "routes", {"红色", "低碳", "By coach"}),
        (sessions, "courses", {"On foot", "Long walk", "By coach", "Some without a session"}),
    )
    for shown, tab, words in keys:
        axes = shown.plot()
        assert words <= {text.get_text() for text in axes.figure.axes[1].texts}
        page = unpack_payload(shown.explore().data)
        assert page["view"] == tab
        assert page[tab]
        assert "invented data" in shown._repr_html_()
        lonely = replace(shown, result=None)
        with pytest.raises(PlannerError, match="drawn on the map of their run"):
            lonely.plot()
        with pytest.raises(PlannerError, match=r"give it: explore\(run=result\)"):
            lonely.explore()


def test_figures_stand_for_themselves(proposal, comparison):
    """Whatever the run is; one that an older version wrote may tell less of itself."""
    alone = replace(proposal, result=None)._repr_html_()
    assert "<td>360</td>" in alone
    # of the plan's language nothing is known: Chinese
    assert cells(replace(comparison, case=None)._repr_html_()) == cells(comparison._repr_html_())
    bare = FinishedRun(Path(), {}, {}, {})._repr_html_()
    assert "没有服务盲区" in bare


def test_a_small_page_runs_in_a_cell_without_what_if(result):
    page = result.explore()
    assert page.whatif is not None
    markup = page._repr_html_()
    assert len(markup.encode("utf-8")) <= MOST_BYTES
    assert "planner-packed" in markup
    assert "planner-whatif" not in markup
    assert page.whatif is not None  # the file has it
    assert "write_map(page" in html.unescape(markup)
    assert markup == page._repr_html_()


def test_a_large_page_is_a_picture_in_a_cell(result, tmp_path):
    page = result.explore(title=HOSTILE, synthetic=True)
    page.data += "x" * 400_000
    markup = page._repr_html_()
    assert len(markup.encode("utf-8")) <= MOST_BYTES
    inside = html.unescape(re.search(r'srcdoc="(.*?)"', markup, re.DOTALL)[1])
    assert "<svg" in inside
    assert "<script" not in inside
    assert "Residents 60.2%" in inside
    assert "Demo data, not real" in inside
    assert "browser is too old" not in inside
    assert "default-src 'none'" in inside
    assert write_map(page, tmp_path / "map.html").stat().st_size > 400_000


def test_a_page_with_layers_of_others_is_shown_whole(result):
    import folium

    page = draw_map(result.layers, result.summary, title="with a marker", language="en")
    folium.Marker([0, 0]).add_to(page)
    assert "marker_" in page._repr_html_()


def test_pages_of_proposals_and_comparisons_show_their_view_first(result, proposal, comparison):
    assert "Proposed new stations" in proposal.explore().get_root().title
    assert comparison.explore(run=result).get_root().title != result.explore().get_root().title


def test_layers_are_explored_by_geopandas(result):
    """It takes mapclassify, of the extra `notebook`."""
    pytest.importorskip("mapclassify")
    drawn = result.layers["gaps"].explore(column="people_residential", tiles=None)
    assert "people_residential" in drawn.get_root().render()
