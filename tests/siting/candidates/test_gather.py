"""Candidate sites on a street worked out by hand, and what holds on any drawing."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.spatial import KDTree

import planner
from planner.crs import project, unproject
from planner.crs.frame import RIM_M
from planner.errors import ArgumentError, SourceError
from planner.run import run_plan
from planner.siting.candidates.candidate_rows import CLEAR_M, mark_own_buildings
from planner.siting.candidates.gather import find_candidates, gather_candidates
from planner.siting.siting_case import SITE_COLUMNS, build_siting_case
from planner.travel.access import Access
from tests.cities.drawing import FRAME, SLANT
from tests.cities.estates_drawing import random_estates
from tests.cities.small_plan import inputs_of, write_table
from tests.siting.public_street import DEMAND, STREET, at_street, street_run

FRONTAGE = "[candidates]\nosm = false\n"
OSM = "[candidates]\nfrontage = false\n"


def places(sites):
    """Return x, y in the metres of the drawings, to the metre."""
    lonlat = sites.to_crs(4326)
    xy = project(lonlat.geometry.x.to_numpy(), lonlat.geometry.y.to_numpy(), FRAME)
    return [tuple(row) for row in np.round(xy).astype(int).tolist()]


# -- frontage -------------------------------------------------------------------------------------


def test_frontage_is_taken_where_somebody_left_out_can_be_reached(tmp_path):
    sites = find_candidates(at_street(tmp_path, more=FRONTAGE))
    # The home at 1500 is left out. Way 1 is 4,000 m: forty sites, the first at -1950. From 550 to
    # 1950 they reach it; 1650 and 1750 are far enough from the rails at 1700. The footway is no
    # frontage.
    assert places(sites) == [(x, 0) for x in range(550, 2000, 100)]
    assert sites["site_id"].tolist() == [f"frontage/1/{n}" for n in range(26, 41)]
    assert set(sites["source"]) == {"frontage"}
    assert set(sites["action"]) == {"new"}
    assert set(sites["highway"]) == {"tertiary"}
    assert sites["cost"].tolist() == [3.0] * 15
    assert sites["cost_assumed"].all()
    assert sites["capacity"].isna().all()
    assert sites["left_out_residential"].tolist() == [100.0] * 15
    assert sites["name"].is_unique
    assert sites["name"].iloc[0].startswith("Long")


def test_the_step_is_the_plans(tmp_path):
    sites = find_candidates(at_street(tmp_path, more=f"{FRONTAGE}frontage_step_m = 400\n"))
    assert places(sites) == [(x, 0) for x in (600, 1000, 1400, 1800)]


def test_frontage_on_rails_is_dropped_and_counted(tmp_path):
    result = at_street(tmp_path, more=f"{FRONTAGE}frontage_step_m = 40\n")
    found = gather_candidates(result)
    x = [place[0] for place in places(found.sites)]
    assert 1700 not in x
    assert {1660, 1740} <= set(x)
    assert found.notes[0] == "candidates: 1 of 38 of frontage left out: on a railway"
    assert len(found.dropped) == 0  # frontage is counted, not listed


def test_no_gap_no_frontage(tmp_path):
    result = street_run(tmp_path, tables={"homes.csv": [("h", 10, 300, 0)]}, more=FRONTAGE)
    sites = find_candidates(result)
    assert len(sites) == 0
    assert set(SITE_COLUMNS) <= set(sites.columns)
    assert {"people_residential_15", "metro_minutes", "score"} <= set(sites.columns)


NO_FRONTAGE = (
    "highway=footway", "highway=steps", "highway=path", "highway=trunk", "highway=track",
    "highway=service", "highway=cycleway", "highway=residential access=private",
    "highway=residential bridge=yes layer=1", "highway=residential tunnel=yes",
)  # fmt: skip


def test_what_is_no_frontage(tmp_path):
    nodes, ways, main = {}, {}, [1, 2, 3]
    for k, tags in enumerate([*NO_FRONTAGE, "highway=residential"]):  # up from Long, 20 m apart
        nodes |= {100 + k: (1400 + 20 * k, 0), 200 + k: (1400 + 20 * k, 300)}
        ways[100 + k] = ([100 + k, 200 + k], tags)
        main.append(100 + k)
    drawing = STREET.having(nodes=nodes, ways=ways)
    drawing = drawing.having(ways={1: ([*main, 4], "highway=tertiary name=Long"), 4: None})
    result = street_run(tmp_path, drawing=drawing, more=FRONTAGE)
    ways = {site.split("/")[1] for site in find_candidates(result)["site_id"]}
    assert ways == {"1", str(100 + len(NO_FRONTAGE))}


def test_each_way_is_spread_on_its_own(tmp_path):
    # 130 m have one site in the middle; 20 m have none, 40 m one.
    drawing = STREET.having(
        nodes={60: (1400, 130), 61: (1500, 20), 62: (1600, 40)},
        ways={
            11: ([63, 60], "highway=residential name=Up"),
            12: ([64, 61], "highway=residential"),
            13: ([65, 62], "highway=residential"),
            1: ([1, 2, 3, 63, 64, 65, 4], "highway=tertiary name=Long"),
        },
    )
    drawing = drawing.having(nodes={63: (1400, 0), 64: (1500, 0), 65: (1600, 0)})
    sites = find_candidates(street_run(tmp_path, drawing=drawing, more=FRONTAGE))
    own = sites[~sites["site_id"].str.startswith("frontage/1/")]
    assert own["site_id"].tolist() == ["frontage/11/1", "frontage/13/1"]
    assert places(own) == [(1400, 65), (1600, 20)]
    assert len(sites) == 15 + 2  # crossings change nothing on way 1


# -- the table ------------------------------------------------------------------------------------

ROWS = [
    ("good", "Corner", "convert", 5, 900, 10),
    ("pond", "In the pond", "", "", 1230, 40),
    ("rails", "On the rails", "", "", 1700, 3),
    ("road", "On the motorway", "", "", 200, -590),
    ("field", "In the field", "", "", 500, 160),
    ("away", "Far away", "", "", 5000, 0),
    ("bare", "Plain", "", "", -700, 5),
]


def test_sites_of_the_table_are_kept_or_listed_with_their_row(tmp_path):
    result = street_run(tmp_path, sites=ROWS, columns="site_id,name,action,cost")
    found = gather_candidates(result)
    columns = ["site_id", "name", "source", "action", "cost", "town", "highway", "cost_assumed"]
    assert found.sites[columns].values.tolist() == [
        ["good", "Corner", "table", "convert", 5.0, "East", "tertiary", False],
        ["bare", "Plain", "table", "new", 3.0, "West", "tertiary", True],
    ]
    assert found.dropped.values.tolist() == [
        ["table", "7", "outside the study area"],
        ["table", "3", "in water"],
        ["table", "4", "on a railway"],
        ["table", "5", "on a motorway"],
        ["table", "6", "no street near"],
    ]
    assert found.notes[0] == "candidates: 1 of 6 of table left out: in water"
    assert tuple(found.sites.columns[: len(SITE_COLUMNS)]) == SITE_COLUMNS


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ROWS[1], "candidates.csv: none of its 1 sites can be used; row 2 .* in water"),
        (ROWS[4], "none of its 1 sites can be used; row 2 .* no street near; move it to a street"),
        (ROWS[5], "candidates.csv: all 1 rows lie outside the study area"),
    ],
)
def test_a_table_without_a_usable_row_stops_the_run(tmp_path, row, message):
    result = at_street(tmp_path, sites=[row], columns="site_id,name,action,cost")
    with pytest.raises(SourceError, match=message) as fault:
        find_candidates(result)
    assert "\n" not in str(fault.value)


def test_town_domain_and_capacity_of_the_table_count(tmp_path):
    result = street_run(
        tmp_path,
        sites=[("a", "A", "West", "mall", 80, 900, 10)],
        columns="site_id,name,town,domain,capacity",
    )
    [site] = find_candidates(result).to_dict("records")
    assert (site["town"], site["domain"], site["capacity"]) == ("West", "mall", 80)


def test_the_costs_are_the_plans(tmp_path):
    more = '[candidates]\ntable = "candidates.csv"\ncosts = { new = 300, upgrade = 7 }\n'
    sites = [("a", "A", "upgrade", "", 900, 0), ("b", "B", "", "", 800, 0),
             ("c", "C", "enlarge", "", 700, 0), ("d", "D", "", "11", 700, 0)]  # fmt: skip
    result = at_street(tmp_path, sites=sites, columns="site_id,name,action,cost", more=more)
    assert find_candidates(result)["cost"].tolist() == [7, 300, 0.6, 11]


def test_table_buildings_and_frontage_come_in_this_order_and_make_a_case(tmp_path):
    drawing = STREET.having(nodes={50: (800, 8)}, spots={50: "amenity=bank name=Gold"})
    more = '[candidates]\ntable = "candidates.csv"\nosm = true\nfrontage = true\n'
    result = at_street(tmp_path, drawing=drawing, sites=[("z", "Z", 1500, 5)], more=more)
    sites = find_candidates(result)
    assert sites["site_id"].tolist()[:2] == ["z", "osm/node/50"]
    assert sites["source"].tolist() == ["table", "osm", *["frontage"] * 15]
    assert sites["score"].between(0, 1).all()
    case = build_siting_case(result, sites)
    assert case.people[case.left_out].sum() == 100


# -- buildings of public use ----------------------------------------------------------------------

AROUND = STREET.having(
    nodes={
        50: (700, 8), 51: (10, 5), 52: (800, 8), 53: (804, 12), 54: (900, 8), 55: (950, 8),
        56: (-3000, 0), 70: (1000, 8), 71: (1020, 8), 72: (1020, 28), 73: (1000, 28),
        80: (1100, 9), 81: (1150, 9),
    },
    ways={
        20: ([70, 71, 72, 73, 70], "building=civic amenity=library"),
    },
    spots={
        50: "amenity=bank name=Gold",
        51: "shop=convenience name=Next",  # 11 m from the station
        # one and the same
        52: "amenity=community_centre name=House", 53: "amenity=community_centre",
        54: "amenity=school name=School", 55: "amenity=clinic name=Clinic",
        56: "amenity=bank name=Elsewhere",
        80: "shop=convenience name=Store", 81: "shop=convenience name=Store",  # fifty metres apart
    },
)  # fmt: skip


def test_buildings_of_public_use_are_conversions(tmp_path):
    found = gather_candidates(at_street(tmp_path, drawing=AROUND, more=OSM))
    columns = ["site_id", "name", "source", "action", "cost", "highway", "use"]
    assert found.sites[columns].values.tolist() == [
        ["osm/node/50", "Gold", "osm", "convert", 1.0, "tertiary", "bank"],
        ["osm/node/52", "House", "osm", "convert", 1.0, "tertiary", "community"],
        ["osm/node/80", "Store", "osm", "convert", 1.0, "tertiary", "shop"],
        ["osm/node/81", "Store (2)", "osm", "convert", 1.0, "tertiary", "shop"],
        ["osm/way/20", "library (along Long)", "osm", "convert", 1.0, "tertiary", "library"],
    ]
    own = "a station is open or planned there"
    assert found.dropped.values.tolist() == [["osm", "node/51", own]]


def test_a_building_that_is_to_be_a_station_is_no_candidate(tmp_path):
    result = street_run(
        tmp_path, drawing=AROUND, more=OSM, heading="facility_id,name,status",
        facilities=[("F", "Station", "open", 0, 0), ("P", "To be", "planned", 702, 0),
                    ("C", "Closed", "closed", 1100, 0)],
    )  # fmt: skip
    found = gather_candidates(result)
    assert found.sites["site_id"].tolist()[:2] == ["osm/node/52", "osm/node/80"]
    assert found.dropped["row"].tolist() == ["node/50", "node/51"]
    # minutes to the nearest facility that is open, 1,100 m off; the store is 9 m beside the street
    minutes = (1100 + 9 * SLANT) / 66.6667
    assert found.sites["facility_minutes"].iloc[1] == pytest.approx(minutes, rel=3e-4)


def test_a_station_whose_place_is_not_confirmed_is_no_nearest_station(tmp_path):
    result = street_run(
        tmp_path, drawing=AROUND, more=OSM, heading="facility_id,name,approximate",
        facilities=[("F", "Station", "", 0, 0), ("M", "Somewhere here", "yes", 1050, 0)],
    )  # fmt: skip
    found = gather_candidates(result).sites.set_index("site_id")["facility_minutes"]
    # As in `build_siting_case`, where it serves nobody: from x = 1,100 to F at 0 it is 1,100 m.
    minutes = (1100 + 9 * SLANT) / 66.6667
    assert found["osm/node/80"] == pytest.approx(minutes, rel=3e-4)


def test_buildings_are_marked_in_an_answer_of_their_own(tmp_path):
    result = street_run(tmp_path, drawing=AROUND, more=OSM)
    sites = gather_candidates(result).sites.iloc[[0, 0]].reset_index(drop=True)
    known = np.array(["", "no street near"], dtype=object)
    known.flags.writeable = False  # as the parts of a city tell it
    marked = mark_own_buildings(sites, known, sites)
    assert marked.tolist() == ["a station is open or planned there", "no street near"]


def test_of_a_place_mapped_twice_the_one_with_an_outline_stays(tmp_path):
    drawing = AROUND.having(nodes={57: (1010, 18)}, spots={57: "amenity=library name=Books"})
    sites = find_candidates(at_street(tmp_path, drawing=drawing, more=OSM))
    assert sites.loc[sites["use"] == "library", "site_id"].tolist() == ["osm/way/20"]
    # with another name it is another place
    both = drawing.having(
        ways={20: ([70, 71, 72, 73, 70], "building=civic amenity=library name=Other")}
    )
    sites = find_candidates(at_street(tmp_path, drawing=both, more=OSM))
    assert sites.loc[sites["use"] == "library", "name"].tolist() == ["Books", "Other"]


# -- any drawing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_what_holds_on_any_drawing(tmp_path, seed):
    """Every site joins a street, on land, in the area; shuffled rows give the same sites."""
    drawing, spots = random_estates(seed)
    rng = np.random.default_rng(seed)
    homes = [(f"h{k}", int(rng.integers(0, 90)), x, y) for k, (x, y) in enumerate(spots.tolist())]
    low, high = spots.min(axis=0), spots.max(axis=0)
    area = shapely.box(*(low + 0.1 * (high - low)), *(high - 0.1 * (high - low)))
    table = [(f"s{k}", f"S{k}", x, y) for k, (x, y) in enumerate(rng.permutation(spots)[:30])]
    more = (
        '[candidates]\ntable = "candidates.csv"\nosm = true\nfrontage = true\n'
        "frontage_step_m = 30\n"
    )
    options = {
        "drawing": drawing,
        "tables": {"homes.csv": homes},
        "facilities": [("F", "Station", *spots[0].tolist())],
        "area": area,
        "service": "cutoffs_minutes = [0.5, 1, 2]",
    }
    write_table(tmp_path / "candidates.csv", "site_id,name", table[::-1])
    result = run_plan(inputs_of(tmp_path, DEMAND, more=more, **options))
    found = [gather_candidates(result)]
    write_table(tmp_path / "candidates.csv", "site_id,name", table)
    other = inputs_of(tmp_path, DEMAND, more=more, **options)
    again = replace(result, case=replace(result.case, inputs=other))
    found.append(gather_candidates(again))
    sites = found[0].sites
    case = build_siting_case(result, sites)
    assert sites["site_id"].is_unique
    assert case.sites.joined.all()
    assert (sites["highway"] != "").all()
    # A point as near as this to the border counts as on it.
    polygon = case.area.polygon.buffer(RIM_M + 1e-6)
    assert shapely.contains(polygon, sites.geometry.to_numpy()).all()
    barriers = result.inputs.osm.barriers.to_crs(sites.crs)
    for kind, clear_m in CLEAR_M.items():
        for shape in barriers.geometry[barriers["kind"] == kind]:
            assert (shapely.distance(sites.geometry.to_numpy(), shape) >= clear_m - 1e-6).all()
    assert len(sites[sites["source"] == "table"]) + len(found[0].dropped) == len(table)
    _same_people(case, sites)
    handed_on = build_siting_case(result, sites, units=found[0].units, places=found[0].places)
    for name in ("units", "sites"):
        for part in fields(Access):
            ours, theirs = (getattr(getattr(one, name), part.name) for one in (handed_on, case))
            assert np.array_equal(ours, theirs) if part.name != "sizes" else ours == theirs
    one, other = (part.sites.sort_values("site_id").reset_index(drop=True) for part in found)
    pd.testing.assert_frame_equal(
        one.drop(columns="geometry"), other.drop(columns="geometry"), check_exact=False
    )


def _same_people(case, sites):
    """Count the people of each cutoff again, from the pairs one by one."""
    pairs = case.pairs_to(case.sites, 2.0)
    for cutoff in (0.5, 1, 2):
        near = pairs.minutes <= cutoff
        people = np.zeros(len(sites))
        for site, unit in zip(pairs.origin[near], pairs.target[near], strict=True):
            people[site] += case.people[unit]
        assert sites[f"people_residential_{cutoff:g}"].to_numpy() == pytest.approx(people)
    gap = np.zeros(len(sites))
    out = case.of_verdict("gap")
    for site, unit in zip(pairs.origin, pairs.target, strict=True):
        gap[site] += case.people[unit] * out[unit]
    assert sites["left_out_residential"].to_numpy() == pytest.approx(gap)
    assert (sites.loc[sites["source"] == "frontage", "left_out_residential"] > 0).all()


def test_frontage_is_never_farther_apart_than_its_step_says(tmp_path):
    sites = find_candidates(at_street(tmp_path, more=f"{FRONTAGE}frontage_step_m = 70\n"))
    xy = np.column_stack([sites.geometry.x, sites.geometry.y])
    apart = KDTree(xy).query(xy, k=2)[0][:, 1]
    assert apart == pytest.approx(4000 / 57, rel=1e-3)  # 57 sites on 4,000 m


def test_the_metres_are_those_of_the_plans_frame(tmp_path):
    sites = find_candidates(at_street(tmp_path, more=FRONTAGE))
    assert sites.crs.axis_info[0].unit_name == "metre"
    back = sites.to_crs(4326).geometry.iloc[0]
    assert [back.x, back.y] == pytest.approx(unproject([(550, 0)], FRAME)[0].tolist(), abs=1e-5)


@pytest.mark.parametrize("ask", [planner.find_candidates, planner.site_plan])
def test_what_is_no_run_is_refused(ask):
    with pytest.raises(ArgumentError, match="result is a str; give what run_plan or load_result"):
        ask("out/demo")
