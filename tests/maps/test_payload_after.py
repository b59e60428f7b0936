"""What the page is told of what changes: figures, outlines and no id of the data."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from planner.maps._after_payload import GAINED, build_after_payload, count_after
from planner.maps._comparison_payload import build_comparison_payload
from planner.maps._map_grid import MapGrid
from planner.maps._plain_values import to_plain
from planner.maps._proposal_payload import build_proposal_payload
from tests.maps import sample, sample_sites
from tests.maps.sample_sites import ADDED, DOUBTFUL, MIXED
from tests.maps.test_page_text import data_in

GRID = MapGrid(lon=sample.WEST, lat=sample.SOUTH)
LAST = [row for row in sample.summary()["coverage"] if row["cutoff_minutes"] == 15]


def units(rows: list[tuple[str, str, float, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["kind", "town", "people", "verdict"])


def test_figures_after_worked_out_by_hand():
    rows = [
        {"area": area, "kind": kind, "cutoff_minutes": 15, "people": 100, "covered": 60, "gap": 30,
         "unknown": 10} for area in ("all", "甲", "乙") for kind in ("residential", "all")
    ]  # fmt: skip
    gained = units([("residential", "甲", 20.0, "gap"), ("residential", "甲", 4.0, "unknown"),
                    ("industrial", "甲", 5.0, "gap")])  # fmt: skip
    lost = units([("residential", "乙", 6.0, "covered")])
    found = {(row["area"], row["kind"]): row for row in count_after(rows, gained, lost)}
    home = found["all", "residential"]  # 60 + 24 - 6; 30 - 20 + 6; 10 - 4
    assert (home["covered"], home["gap"], home["unknown"]) == (78, 16, 6)
    assert (home["gained"], home["gained_unknown"], home["lost"]) == (20, 4, 6)
    assert home["share"] == pytest.approx(78 / 94)
    assert (home["share_low"], home["share_high"]) == pytest.approx((0.78, 0.84))
    assert found["甲", "residential"]["covered"] == 84
    assert found["乙", "residential"]["covered"] == 54
    assert found["甲", "all"]["gained"] == 25  # person-places: both kinds, 4 not judged before


def test_an_area_without_people_has_no_share_after():
    row = {"area": "all", "kind": "residential", "cutoff_minutes": 15, "people": 0, "covered": 0,
           "gap": 0, "unknown": 0}  # fmt: skip
    (found,) = count_after([row], units([]), units([]))
    assert found["share"] is None
    assert found["share_low"] is None


def after(**columns: Any) -> dict[str, Any]:
    layers = sample_sites.site_layers(**columns)
    places = {"site": {"S1": 0, "S2": 1, "S3": 2}, "facility": {}}
    return build_after_payload(layers, layers["changes"], LAST, GRID, places)


def test_gaps_shrink_vanish_or_stay():
    gaps = after()["gaps"]
    assert gaps["touched"] == [True, True, False, True, False, False, False]
    left = gaps["people_residential"]
    assert left[:5] == [0, 3873 - 2200, 2950, 0, 1980]
    rings = gaps["shape"]["r"]
    assert rings[0] == rings[3] == 0  # whoever lived there is served now
    assert rings[1] > 0  # one half stays
    assert rings[2] == 0  # not touched: the page has its outline already


def test_people_gain_by_the_site_that_reaches_them():
    gained = after()["gained"]
    assert gained["site"] == [0, 1, 2]
    assert gained["people_residential"] == [4120, 2200 + DOUBTFUL, 2210]


def test_a_gap_keeps_its_outline_while_only_some_of_it_are_served():
    some = after(people=[500.0, 2060.0, 2200.0, 1105.0, 1105.0, 600.0],
                 people_left=[1560.0, 0, 0, 0, 0, 0])["gaps"]  # fmt: skip
    assert some["people_residential"][0] == 1560
    assert some["shape"]["r"][0] > 0  # the first gap: the site has room for only 500 of its people
    none = after(people_left=1.0)["gaps"]
    assert [rings > 0 for rings in none["shape"]["r"][:4]] == [True, True, False, True]


def test_people_in_doubt_whom_a_site_reaches_are_covered_then_as_a_comparison_says():
    found = build_proposal_payload(sample_sites.proposal(), sample_sites.site_layers(), LAST, GRID)
    (home,) = [row for row in found["after"]["coverage"]
               if (row["area"], row["kind"]) == ("all", "residential")]  # fmt: skip
    (today,) = [row for row in LAST if (row["area"], row["kind"]) == ("all", "residential")]
    assert home["unknown"] == today["unknown"] - DOUBTFUL
    assert home["covered"] == today["covered"] + 8530 + DOUBTFUL
    assert (home["gained"], home["gained_unknown"]) == (8530, DOUBTFUL)
    assert home["share_high"] == pytest.approx(
        (today["covered"] + 8530 + today["unknown"]) / today["people"]
    )


def test_the_proposal_s_own_figures_of_towns_are_taken():
    """Planned facilities are among them, which no unit of `changes` tells."""
    proposal = sample_sites.proposal() | {"share_after": 0.9}
    proposal["towns"] = [{"town": town, "residents_left": 100.0, "share_after": 0.95}
                         for town in sample.TOWNS]  # fmt: skip
    rows = build_proposal_payload(proposal, sample_sites.site_layers(), LAST, GRID)["after"][
        "coverage"
    ]
    home = {row["area"]: row for row in rows if row["kind"] == "residential"}
    assert home["all"]["gap"] == 300
    assert home["all"]["share"] == 0.9
    assert home[sample.TOWNS[0]]["share"] == 0.95
    for row in home.values():
        assert row["covered"] + row["gap"] + row["unknown"] == row["people"]


def test_no_id_of_a_proposal_is_on_its_page():
    layers = sample_sites.site_layers()
    found = build_proposal_payload(sample_sites.proposal(), layers, LAST, GRID)
    text = json.dumps(to_plain(found), ensure_ascii=False)
    for identifier in ("S1", "S2", "S3", "S9", "site_id", "demand_id"):
        assert f'"{identifier}' not in text
    assert "用此处替换所选点 友谊路菜场，少覆盖" in text


def test_no_id_of_a_comparison_is_on_its_page():
    layers = sample_sites.compared_layers()
    found = build_comparison_payload(sample_sites.comparison(), layers, LAST, GRID)
    text = json.dumps(to_plain(found), ensure_ascii=False)
    for identifier in ("F03", "S1", "P1", "residential:", "facility_id"):
        assert f'"{identifier}' not in text


def test_each_scenario_has_its_own_gains_and_losses():
    layers = sample_sites.compared_layers()
    found = build_comparison_payload(sample_sites.comparison(), layers, LAST, GRID)["scenarios"]
    first, second = found
    assert [first["name"], second["name"]] == [ADDED, MIXED]
    assert first["after"]["lost"]["count"] == 0
    assert second["after"]["gained"]["people_residential"] == [4120]
    assert second["after"]["lost"]["people_residential"] == [500]
    assert second["after"]["lost"]["site"] == [1]  # the second edit closes the station they had
    assert second["edits"]["line"]["f"] == [0, 0, 1]
    assert None not in second["edits"]["xy"]
    assert first["groups"][0]["group"] == "elderly"


def test_several_stretches_of_a_site_are_one_feature():
    found = build_proposal_payload(sample_sites.proposal(), sample_sites.site_layers(), LAST, GRID)
    assert found["sites"]["frontage"]["f"] == [4, 1, 1]  # two that cross, cut there


def test_alternatives_say_which_sites_they_leave_out():
    found = build_proposal_payload(sample_sites.proposal(), sample_sites.site_layers(), LAST, GRID)
    (row,) = found["others"]["rows"]
    assert (row["left"], row["kept"], row["added"]) == ([2], [0, 1], [0])
    assert len(found["others"]["xy"]) == 2


@pytest.mark.parametrize("missing", ["gaps", "demand", "changes", "candidates", "frontages",
                                     "alternatives", "facilities", "gaps_after",
                                     "change_areas"])  # fmt: skip
def test_layers_may_be_missing(missing):
    layers = sample_sites.site_layers()
    del layers[missing]
    found = build_proposal_payload(sample_sites.proposal(), layers, LAST, GRID)
    json.dumps(to_plain(found), allow_nan=False)
    assert found["sites"]["count"] == 3


def test_an_empty_proposal_is_a_page_as_well():
    found = build_proposal_payload({}, sample.layers(), [], GRID)
    assert found["sites"]["count"] == 0
    assert found["after"]["coverage"] == []
    assert build_comparison_payload({}, sample.layers(), [], GRID)["scenarios"] == []


def test_the_layers_given_stay_as_they_were():
    layers = sample_sites.site_layers()
    before = {name: layer.copy() for name, layer in layers.items()}
    build_after_payload(layers, layers["changes"], LAST, GRID, {})
    for name, layer in layers.items():
        gpd.testing.assert_geodataframe_equal(layer, before[name])


def test_the_title_says_what_the_page_is_about():
    from planner.maps import draw_comparison, draw_proposal

    page = draw_proposal(sample_sites.site_layers(), sample.summary(), sample_sites.proposal(),
                         title="演示区", synthetic=True)  # fmt: skip
    text = str(page.get_root().render())
    assert "<title>新增站点建议 · 演示区 · 演示数据，非真实</title>" in text
    assert data_in(text)["proposal"]["sites"]["name"] == list(sample_sites.NAMES)
    page = draw_comparison(sample_sites.compared_layers(), sample.summary(),
                           sample_sites.comparison(), title="x", language="en")  # fmt: skip
    text = str(page.get_root().render())
    assert "<title>Before and after · x</title>" in text
    assert GAINED not in data_in(text)["demand"]
