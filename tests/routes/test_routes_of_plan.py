"""Routes of whole plans, drawn so that every minute can be worked out: 100 metres are a minute.

A site on a street has legs of no length, so that walks are those along the streets.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.case import build_case
from planner.errors import ArgumentError, PlanError, SitingError, SourceError
from planner.routes import ROUTE_LAYERS, build_outing, propose_routes
from tests.cities.drawing import Drawing
from tests.cities.small_plan import CROSS, inputs_of, lonlat

PEOPLE = '[[demand]]\nkind = "residential"\ntable = "people.csv"\npeople = "people"\n'
QUICK = (
    '[[profiles]]\nname = "quick"\nspeed_kmh = 6\nsteps_factor = 0.5\nsignal_s = 0\n'
    'crossing_s = 0\ngate_s = 0\nvehicle = "foot"\nsource = "drawn"\nstatus = "assumption"\n'
)
HEADING = (
    "site_id", "theme", "dwell_minutes", "opening_hours", "group_capacity", "value", "volunteers",
    "template",
)  # fmt: skip
#: Minutes and metres of the plan's own frame, UTM, differ from those drawn by some 0.02 %.
NEAR = 0.02
USUAL = ("red", 30, "", "", 1, 1, "")


def site(site_id, x, y, *cells):
    """A row of the table: the usual cells, unless others are given."""
    return (site_id, *(cells + USUAL[len(cells) :]), x, y)


def case_of(folder: Path, sites, keys="", *, drawing=CROSS, templates=None, **more):
    lines = [",".join((*HEADING, "name", "lon", "lat"))]
    for site_id, *cells, x, y in sites:
        lon, lat = lonlat(x, y)
        row = (site_id, *cells, f"Site {site_id}", lon, lat)
        lines.append(",".join('"' + str(cell).replace('"', '""') + '"' for cell in row))
    (folder / "sites.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    section = f'{QUICK}[routes]\nsites = "sites.csv"\nprofile = "quick"\n'
    if templates is not None:
        text = "template_id,name,minutes,text,link\n" + "\n".join(templates)
        (folder / "templates.csv").write_text(text, encoding="utf-8")
        section += 'templates = "templates.csv"\n'
    inputs = inputs_of(
        folder, PEOPLE, drawing=drawing, tables={"people.csv": [("H", 10, 0, 50)]},
        more=f"{section}{keys}\n", **more,
    )  # fmt: skip
    return build_case(inputs)


def reasons(found):
    return {row["site_id"]: (row["reason"], row["detail"]) for row in found.content["left_out"]}


def test_times_walks_and_lines_of_a_route(tmp_path: Path):
    """A --1,000 m-- B --500 m-- C on one street: 09:00-09:30, 09:40-10:10, 10:15-10:45."""
    case = case_of(
        tmp_path, [site("A", -1000, 0), site("B", 0, 0), site("C", 500, 0)], "routes = 1\n"
    )
    found = propose_routes(case)
    assert {name: list(layer)[:-1] for name, layer in found.layers.items()} == {
        name: list(columns) for name, columns in ROUTE_LAYERS.items()
    }
    stops = found.stops.sort_values("order")
    if stops["site_id"].iloc[0] == "C":  # either way round takes as long
        assert stops["begin"].tolist() == ["09:00", "09:35", "10:15"]
    else:
        assert stops["begin"].tolist() == ["09:00", "09:40", "10:15"]
    route = found.routes.iloc[0]
    assert (route["route_id"], route["theme"], route["begin"]) == ("R1", "red", "09:00")
    assert (route["end"], route["start"], route["finish"]) == ("10:45", "", "")
    assert route["minutes"] == pytest.approx(105, abs=NEAR)
    assert route["walk_minutes"] == pytest.approx(15, abs=NEAR)
    legs = found.layers["legs"]
    assert sorted(legs["metres"]) == pytest.approx([500, 1000], abs=1)
    assert legs["order"].tolist() == [2, 3]
    assert set(legs["by"]) == {"walk"}
    drawn = legs.to_crs(case.area.crs).length
    assert sorted(drawn) == pytest.approx([500, 1000], abs=1)
    assert found.content["status"] == "proved"
    assert (found.content["value"], found.content["bound"], found.content["gap"]) == (3, 3, 0)
    assert repr(found) == "ProposedRoutes(plan 'small', 1 routes, 3 stops, value 3, proved)"


def test_every_reason_is_told_where_it_is_true(tmp_path: Path):
    """The begin is a Saturday at 09:00, 20 people go for 240 minutes."""
    sites = [
        site("A", 0, 0),
        site("large", 100, 0, "red", 30, "", 19),
        site("long", 200, 0, "red", 241),
        site("weekday", 300, 0, "red", 30, "Mo-Fr 09:00-17:00"),
        site("short", 400, 0, "red", 30, "Sa 09:00-09:20"),
        site("unknown", 500, 0, "red", 30, 'Sa 09:00-12:00 "by appointment"'),
        site("field", 600, 400),  # the street is 400 m away, a leg has at most 100
        site("away", 9000, 9000),
        site("blue", -100, 0, "blue"),
        site("worthless", -200, 0, "red", 30, "", "", 0),
        site("many", -300, 0, "red", 30, "", "", 1, 101),
        site("words", -400, 0, "red", "half an hour"),
        site("lots", -500, 0, "red", 30, "", "lots", 0),
    ]
    found = propose_routes(case_of(tmp_path, sites, 'routes = 1\nthemes = ["red"]\n'))
    assert found.stops["site_id"].tolist() == ["A"]
    assert reasons(found) == {
        "large": ("group too large", "takes 19 people at once, fewer than the 20 who go"),
        "long": ("dwell too long", "a visit of 241 min is longer than the 240 min"),
        "weekday": ("closed then", "is not open, or nobody knows, between 09:00 and 13:00"),
        "short": (
            "closed then", "is open between 09:00 and 09:20, too short for a visit of 30 min"
        ),
        "unknown": ("closed then", "is not open, or nobody knows, between 09:00 and 13:00"),
        "field": ("no street near", "no street that the group may walk is near enough"),
        "away": ("too far", "lies outside the area of the streets"),
        "blue": ("not chosen", "the plan asks for routes of other themes"),
        "worthless": ("not chosen", "is worth nothing by its value"),
        "many": ("not chosen", "takes 101 volunteers, more than the 100 there are"),
        "lots": ("not chosen", "is worth nothing by its value"),
        "words": (
            "row cannot be used",
            "sites.csv: row 13: dwell_minutes 'half an hour' is no number",
        ),
    }  # fmt: skip
    layer = found.layers["sites"].set_index("site_id")
    assert layer.loc["A", ["route_id", "reason"]].tolist() == ["R1", ""]
    assert layer.loc["long", ["route_id", "reason"]].tolist() == ["", "dwell too long"]
    assert found.content["left_out"][-1]["name"] == "Site words"
    assert found.content["notes"] == [
        "sites.csv: row 14: group_capacity 'lots' is no number, taken as not given",
        "sites.csv: 1 sites lie outside the area of the streets, so no route visits them",
    ]


def test_a_site_that_no_order_leaves_time_for(tmp_path: Path):
    """Visits of 60 minutes 10 minutes apart in a row: 3 of 4 in 240 minutes, one of them left.

    All four would take 4 x 60 + 3 x 10 = 270 minutes: 30 more than there are.
    """
    sites = [
        site(name, x, 0, "red", 60) for name, x in zip("ABCD", (-2000, -1000, 0, 1000), strict=True)
    ]
    found = propose_routes(case_of(tmp_path, sites, "routes = 1\n"))
    left = reasons(found)
    assert len(left) == 1
    assert [*left.values()] == [
        ("not chosen", "with it R1 would take at least 30 min more than there are")
    ]


def test_a_theme_without_a_route_and_volunteers_that_are_used_up(tmp_path: Path):
    sites = [
        site("A", 0, 0, "red", 30, "", "", 2, 3),
        site("B", 100, 0, "red", 30, "", "", 1, 3),
        site("C", 200, 0, "blue", 30, "", "", 1, 3),
    ]
    found = propose_routes(case_of(tmp_path, sites, "routes = 1\nvolunteers = 5\n"))
    assert found.stops["site_id"].tolist() == ["A"]
    assert reasons(found) == {
        "B": ("not chosen", "takes 3 volunteers, and 2 are left of 5"),
        "C": ("not chosen", "none of the 1 routes that are worth most is of blue"),
    }
    assert found.content["volunteers"] == {"used": 3, "most": 5}


# Two banks 300 m apart, joined by one bridge 2,000 m to the east; N stands opposite of S.
BANKS = Drawing(
    {1: (0, 0), 2: (2000, 0), 3: (0, 300), 4: (2000, 300), 5: (0, -1000), 6: (2000, 1300)},
    [
        ([5, 1, 2], "highway=footway name=South"),
        ([3, 4, 6], "highway=footway name=North"),
        ([2, 4], "highway=footway bridge=yes name=Bridge"),
    ],
)


def test_a_bridge_makes_the_near_site_far(tmp_path: Path):
    """From S to N it is 300 m across the river, 4,300 m by the bridge: 43 minutes on foot.

    E lies 1,500 m along the bank, 15 minutes: the nearest for whoever walks.
    """
    sites = [site("S", 0, 0), site("N", 0, 300), site("E", 1500, 0)]
    case = case_of(tmp_path, sites, "routes = 1\nmost_leg_minutes = 20\n", drawing=BANKS)
    outing = build_outing(case)
    assert outing.legs.on_foot[0, 1] == pytest.approx(43, abs=NEAR)
    found = propose_routes(case)
    assert set(found.stops["site_id"]) == {"S", "E"}
    assert reasons(found)["N"] == (
        "not chosen", "no order of R1 with it keeps its hours and the minutes of walking"
    )  # fmt: skip
    keys = "routes = 1\nmost_leg_minutes = 45\n"
    far = propose_routes(case_of(tmp_path, sites, keys, drawing=BANKS))
    # S, E, N or back: 15 and 28 minutes, with 3 visits 133.
    assert set(far.stops["site_id"]) == {"S", "E", "N"}
    assert far.routes["minutes"].iloc[0] == pytest.approx(133, abs=NEAR)


#: A street for cars of 4 km; a footpath of 600 m leads away from its middle.
ROAD = Drawing(
    {1: (-2000, 0), 2: (0, 0), 3: (2000, 0), 4: (0, 600), 5: (0, -600)},
    [
        ([1, 2, 3], "highway=secondary name=Road"),
        ([5, 2, 4], "highway=footway name=Path"),
    ],
)
COACH = '[routes.bus]\nstreets = ["secondary"]\nspeed_kmh = 30\nboarding_minutes = 5\n'


def test_a_coach_rides_where_a_walk_is_too_long(tmp_path: Path):
    """4,000 m are 40 minutes on foot, and at 30 km/h 8 minutes: with boarding 13."""
    sites = [site("W", -2000, 0), site("E", 2000, 0)]
    found = propose_routes(case_of(tmp_path, sites, f"routes = 1\n{COACH}", drawing=ROAD))
    leg = found.layers["legs"].iloc[0]
    assert (leg["by"], leg["steps"]) == ("coach", 0)
    assert leg["minutes"] == pytest.approx(13, abs=NEAR)
    assert leg["metres"] == pytest.approx(4000, abs=1)
    route = found.routes.iloc[0]
    assert route["ride_minutes"] == pytest.approx(13, abs=NEAR)
    assert route["walk_minutes"] == pytest.approx(0, abs=NEAR)
    assert route["minutes"] == pytest.approx(73, abs=NEAR)


def test_a_coach_stops_only_at_streets_that_the_plan_names(tmp_path: Path):
    """P stands 100 m up the path: 1 minute to the stop. T at its end is 600 m from the road."""
    sites = [site("W", -2000, 0), site("P", 0, 100), site("T", 0, 600)]
    near = f"routes = 1\nmost_leg_minutes = 15\n{COACH}most_metres = 150\n"
    legs = build_outing(case_of(tmp_path, sites, near, drawing=ROAD)).legs
    # Walk 21 minutes: ridden. 5 of boarding, 2,000 m in 4 minutes, 1 on foot.
    assert legs.ridden[0, 1]
    assert legs.minutes[0, 1] == pytest.approx(10, abs=NEAR)
    assert legs.walk[0, 1] == pytest.approx(1, abs=NEAR)
    assert not legs.ridden[0, 2]
    assert legs.minutes[0, 2] == float("inf")
    other = near.replace("secondary", "primary")
    legs = build_outing(case_of(tmp_path, sites, other, drawing=ROAD)).legs
    assert not legs.ridden.any()


def test_routes_start_at_facilities_that_are_open(tmp_path: Path):
    """F is open on Saturdays, G is not: from F to A are 5 minutes, to B (1,600 m) 16."""
    sites = [site("A", 500, 0), site("B", 1600, 0)]
    facilities = [
        ("F", "Hall", "Sa 08:00-18:00", 0, 0), ("G", "Office", "Mo-Fr 08:00-18:00", 1500, 0)
    ]  # fmt: skip
    keys = 'routes = 1\nstarts = "facilities"\nmost_leg_minutes = 15\n'
    case = case_of(
        tmp_path, sites, keys, facilities=facilities,
        heading="facility_id,name,opening_hours",
    )  # fmt: skip
    found = propose_routes(case)
    # B is no first stop, but 11 minutes from A.
    assert found.stops["site_id"].tolist() == ["A", "B"]
    assert found.stops["arrive"].tolist() == ["09:05", "09:46"]
    assert found.routes["start"].tolist() == ["Hall"]
    assert found.layers["legs"]["from_name"].tolist() == ["Hall", "Site A"]
    ends = propose_routes(
        case_of(
            tmp_path, [site("B", 1600, 0)], keys, facilities=facilities,
            heading="facility_id,name,opening_hours",
        )
    )  # fmt: skip
    assert reasons(ends)["B"] == (
        "too far",
        "no start of routes, nor a site on the way from one, lies within a walk of 15 min",
    )
    assert ends.content["value"] == 0
    assert len(ends.routes) == 0


STAIRS = Drawing(
    {1: (-1000, 0), 2: (0, 0), 3: (20, 0), 4: (500, 0), 5: (530, 0), 6: (1000, 0), 7: (0, 500)},
    [
        ([1, 2], "highway=footway"),
        ([2, 3], "highway=steps"),
        ([3, 4], "highway=footway"),
        ([4, 5], "highway=footway footway=crossing"),
        ([5, 6], "highway=footway"),
        ([2, 7], "highway=footway"),
    ],
)


def test_steps_and_long_crossings_are_warned_of(tmp_path: Path):
    sites = [site("A", -500, 0), site("B", 700, 0)]
    found = propose_routes(case_of(tmp_path, sites, "routes = 1\n", drawing=STAIRS))
    leg = found.layers["legs"].iloc[0]
    assert leg["steps"] == 1
    assert leg["longest_crossing_m"] == pytest.approx(30, abs=1)
    assert leg["warning"] == "steps; crossing of 30 m"
    assert len(found.content["routes"][0]["warnings"]) == 1
    keys = "routes = 1\nlong_crossing_m = 31\n"
    calm = propose_routes(case_of(tmp_path, sites, keys, drawing=STAIRS))
    assert calm.layers["legs"]["warning"].tolist() == ["steps"]


def test_templates_that_stops_use_are_told(tmp_path: Path):
    sites = [site("A", 0, 0, "red", 30, "", "", 1, 1, "M1"), site("B", 100, 0)]
    templates = ["M1,Oath,20,Line up,https://example.org", "M2,Walk,,,"]
    found = propose_routes(case_of(tmp_path, sites, "routes = 1\n", templates=templates))
    assert found.content["templates"] == [
        {
            "template_id": "M1", "name": "Oath", "text": "Line up", "link": "https://example.org",
            "minutes": 20,
        }
    ]  # fmt: skip
    told = {row["site_id"]: row["template"] for row in found.content["routes"][0]["stops"]}
    assert told == {"A": "M1", "B": None}


def test_hours_that_cannot_be_read_and_rows_that_are_dropped_are_named(tmp_path: Path):
    sites = [
        site("A", 0, 0), site("B", 100, 0, "red", 30, "whenever we like"),
        site("C", 200, 0, "red", "half an hour"),
    ]  # fmt: skip
    found = propose_routes(case_of(tmp_path, sites))
    assert reasons(found)["B"] == (
        "closed then",
        "row 3: its hours 'whenever we like' cannot be read, so nobody knows whether it is open",
    )
    lost = found.left_out.set_index("site_id").loc["C"]
    assert (lost["name"], lost["reason"]) == ("Site C", "row cannot be used")


def test_a_visit_shorter_than_its_template_is_noted(tmp_path: Path):
    """30 minutes are enough for M1, and too short for M2."""
    sites = [site("A", 0, 0, *USUAL[:6], "M1"), site("B", 100, 0, *USUAL[:6], "M2")]
    templates = ["M1,Oath,30,,", "M2,Walk,90,,"]
    found = propose_routes(case_of(tmp_path, sites, templates=templates))
    assert [note for note in found.content["notes"] if "template" in note] == [
        "routes: 1 visits are shorter than what their template takes: B (30 min of 90)"
    ]


def test_what_cannot_be_asked_is_refused_in_one_line(tmp_path: Path):
    with pytest.raises(ArgumentError, match="routes are proposed for the result of run_plan"):
        propose_routes("plan.toml")
    inputs = inputs_of(tmp_path, PEOPLE, tables={"people.csv": [("H", 10, 0, 50)]})
    with pytest.raises(PlanError, match="has no section"):
        propose_routes(build_case(inputs))
    case = case_of(tmp_path, [site("A", 0, 0)], 'starts = "metro"\n')
    with pytest.raises(SitingError, match="as the map has no metro exit; give another place"):
        propose_routes(case)
    with pytest.raises(ArgumentError, match="time limit: 0 will not do"):
        propose_routes(case, time_limit_s=0)
    case = case_of(tmp_path, [site("A", 9000, 9000)])
    with pytest.raises(SourceError, match="all 1 rows lie outside the area of the streets"):
        propose_routes(case)
