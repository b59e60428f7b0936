"""What a plan states of its data, and stations whose place is not confirmed, in a whole run.

Adults walk 1,000 m in 15 minutes; the streets are a cross of 4 km by 2 km, station F in its middle.
"""

import json

import geopandas as gpd
import pytest
from shapely.geometry import Polygon, box

from planner.cli.printing import print_result
from planner.errors import SourceError
from planner.reports import write_result
from planner.run import run_plan
from planner.run.check import check_inputs
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from tests.cities.drawing import Drawing
from tests.cities.small_plan import inputs_of

HOMES = '[[demand]]\nkind = "residential"\ntable = "homes.csv"\npeople = "people"\n'
WIDE = box(-9000, -9000, 9000, 9000)
EDGE = ["unknown", "edge of data"]
VAGUE = ["unknown", "place not confirmed"]
COVERED, GAP = ["covered", ""], ["gap", ""]
HEADING = "facility_id,name,approximate,radius_m,level,services,opening_hours"

#  home (0, 300) is 300 m from station F at (0, 0) as the crow flies, 2,600 m on foot
TURN = Drawing(
    {1: (0, 0), 2: (1150, 0), 3: (1150, 300), 4: (0, 300)}, [([1, 2, 3, 4], "highway=footway")]
)


def inputs(folder, homes, **options):
    rows = [(f"h{n}", 10, *home) for n, home in enumerate(homes)]
    return inputs_of(folder, HOMES, tables={"homes.csv": rows}, **options)


def run(folder, homes, **options):
    return run_plan(inputs(folder, homes, **options))


def verdicts(result):
    return result.layers["demand"][["verdict", "reason"]].to_numpy().tolist()


def counts(rows, **wanted):
    """Return covered, gap and unknown of the residents of the whole area."""
    wanted |= {"area": "all", "kind": "residential"}
    return [
        (row["covered"], row["gap"], row["unknown"])
        for row in rows
        if all(row[key] == value for key, value in wanted.items())
    ]


# -- what is known --------------------------------------------------------------------------------


def test_where_the_streets_are_known_replaces_the_hull_and_the_extract(tmp_path):
    homes = [(1400, 0)]
    assert verdicts(run(tmp_path, homes)) == [EDGE]
    assert verdicts(run(tmp_path, homes, known="everywhere")) == [GAP]
    assert verdicts(run(tmp_path, homes, known=WIDE)) == [GAP]
    # the polygon ends 990 m north of the home, or 1,010 m
    for north, verdict in ((990, EDGE), (1010, GAP)):
        land = box(-9000, -9000, 9000, north)
        assert verdicts(run(tmp_path, homes, known=land)) == [verdict]
        assert verdicts(run(tmp_path, homes, known=land, bounds=WIDE, area=WIDE)) == [verdict]


def test_known_land_stands_with_an_area_as_well(tmp_path):
    area = box(-1500, -500, 1500, 500)
    assert verdicts(run(tmp_path, [(1400, 0)], area=area)) == [EDGE]
    found = run(tmp_path, [(1400, 0)], area=area, known="everywhere")
    assert verdicts(found) == [GAP]
    assert found.provenance["ring_m"] == 1500


def test_with_complete_stations_the_edge_matters_where_one_is_within_reach(tmp_path):
    # F is 1,400 m away: no street beyond the edge leads there in time
    assert verdicts(run(tmp_path, [(1400, 0)], complete=True)) == [GAP]
    # from the home over the edge at y = north and back to F: (north - 300) + north
    for north, verdict in ((640, EDGE), (660, GAP)):
        land = box(-9000, -9000, 9000, north)
        options = {"drawing": TURN, "known": land, "area": box(-2000, -2000, 2000, 2000)}
        assert verdicts(run(tmp_path, [(0, 300)], **options)) == [EDGE]
        assert verdicts(run(tmp_path, [(0, 300)], complete=True, **options)) == [verdict]


def test_a_station_of_the_table_beyond_the_area_still_leaves_doubt(tmp_path):
    # it stands outside the hull of the streets and is dropped: 550 m, or 1,100 m from the home
    for x, verdict in ((1900, EDGE), (2450, GAP)):
        stations = [("F", "Station", 0, 0), ("G", "Beyond", x, 300)]
        for stated in ({"complete": True}, {"known": "everywhere"}):
            found = run(tmp_path, [(1400, 0)], facilities=stations, **stated)
            assert verdicts(found) == [verdict], (x, stated)
            [dropped] = found.provenance["dropped_rows"]
            assert dropped["reason"] == "outside the area of the streets"


def test_what_is_stated_is_said(tmp_path):
    said = "stated by the plan: streets known everywhere; stations complete"
    found = run(tmp_path, [(1400, 0)], known="everywhere", complete=True)
    assert said in found.summary["warnings"]
    assert found.summary["completeness"]["stated"] == {"known": "everywhere", "complete": True}
    assert found.provenance["settings"]["area"]["known"] == "everywhere"
    assert found.provenance["settings"]["facilities"]["complete"] is True
    assert not any("edge of the data" in note for note in found.summary["warnings"])
    found = run(tmp_path, [(1400, 0)], known=WIDE)
    note = "stated by the plan: streets known inside the polygons of area.known"
    assert note in found.summary["warnings"]
    assert found.summary["completeness"]["stated"] == {"known": "polygons", "complete": False}
    assert "known.geojson" in found.provenance["inputs"]
    assert "stated" not in run(tmp_path, [(1400, 0)]).summary["completeness"]


def test_known_land_elsewhere_is_refused(tmp_path):
    with pytest.raises(SourceError, match=r"known\.geojson: its polygons hold nothing of the area"):
        run(tmp_path, [(1400, 0)], known=box(50_000, 0, 60_000, 9000))


def test_land_in_several_parts_with_a_hole_is_known_where_it_is(tmp_path):
    hole = box(1350, 200, 1450, 300)
    land = Polygon(WIDE.exterior.coords, [hole.exterior.coords])
    assert verdicts(run(tmp_path, [(1400, 0)], known=land)) == [EDGE]


# -- approximate stations -------------------------------------------------------------------------


def stations(*rows):
    """Return rows of HEADING from id, approximate, radius_m, x, y; level, services, hours."""
    return [
        (one, one, vague, radius, *(more or ("", "", "")), x, y)
        for one, vague, radius, x, y, *more in rows
    ]


def test_whoever_hangs_on_an_approximate_station_cannot_be_judged(tmp_path):
    table = stations(("F", "", "", -2000, 0), ("A", "yes", "", 1500, 0))
    homes = [(-1100, 0), (1000, 0), (400, 0), (600, 0)]
    found = run(tmp_path, homes, facilities=table, heading=HEADING, bounds=WIDE)
    # 900 m from F; 500 m, 1,100 m and 900 m from A
    assert verdicts(found) == [COVERED, VAGUE, GAP, VAGUE]
    # minutes and nearest are those of stations that surely stand where they are
    demand = found.layers["demand"]
    assert demand["nearest_facility_id"].tolist() == ["F"] * 4
    assert demand["minutes"].to_numpy() == pytest.approx([13.5, 45, 36, 39], rel=1e-3)
    assert demand["facilities_in_reach"].tolist() == [1, 0, 0, 0]
    table = found.layers["facilities"].set_index("facility_id")
    assert table["approximate"].tolist() == [False, True]
    assert table["people_in_reach_residential"].tolist() == [10, 0]
    assert "A" not in set(found.layers["isochrones"]["facility_id"])
    assert counts(found.summary["coverage"], cutoff_minutes=15) == [(10, 10, 20)]
    assert (
        "1 facilities have an approximate place, so that they cover nobody for sure; whom they "
        "may cover is unknown (place not confirmed)"
    ) in found.summary["warnings"]


def test_a_confirmed_station_as_well_settles_it(tmp_path):
    table = stations(("F", "no", "", 0, 0), ("A", "yes", "500", 100, 0))
    found = run(tmp_path, [(900, 0)], facilities=table, heading=HEADING, bounds=WIDE)
    assert verdicts(found) == [COVERED]


def test_the_radius_brings_a_station_nearer(tmp_path):
    for radius, verdict in (("90", GAP), ("110", VAGUE), ("", GAP)):
        table = stations(("F", "", "", -2000, 0), ("A", "yes", radius, 2000, 0))
        found = run(tmp_path, [(900, 0)], facilities=table, heading=HEADING, bounds=WIDE)
        assert verdicts(found) == [verdict], radius
    # of a confirmed station it says nothing
    table = stations(("F", "", "", -2000, 0), ("A", "no", "500", 2000, 0))
    assert verdicts(run(tmp_path, [(900, 0)], facilities=table, heading=HEADING, bounds=WIDE)) == [
        GAP
    ]


def test_a_plan_of_approximate_stations_alone_runs(tmp_path):
    table = stations(("A", "yes", "", 0, 0))
    found = run(tmp_path, [(500, 0), (1500, 0)], facilities=table, heading=HEADING, bounds=WIDE)
    assert verdicts(found) == [VAGUE, GAP]
    assert found.layers["demand"]["nearest_facility_id"].isna().all()
    assert "result.gpkg" in write_result(found, tmp_path / "out")


def test_moments_services_levels_and_profiles_ask_the_same_way(tmp_path):
    table = stations(
        ("F", "", "", -2000, 0, "town", "政务", "24/7"),
        ("A", "yes", "", 1500, 0, "neighbourhood", "为老", "Mo-Fr 09:00-17:00"),
    )
    rule = (
        '[[rules]]\nid = "{0}"\ntier = "city"\nlevel = "{0}"\ncutoff_minutes = 15\n'
        'target = 0.5\nsource = "own"\nstatus = "assumption"\n'
    )
    options = {
        "facilities": table, "heading": HEADING, "area": WIDE, "known": "everywhere",
        "service": 'moments = ["weekday_morning", "night"]\nprofiles = ["elderly"]',
    }  # fmt: skip
    inputs(tmp_path, [(900, 0)], towns={"City": WIDE}, **options)
    towns, plan = tmp_path / "towns.geojson", tmp_path / "plan.toml"
    gpd.read_file(towns).assign(tier="city").to_file(towns)
    rules = rule.format("town") + rule.format("neighbourhood")
    plan.write_text(plan.read_text(encoding="utf-8") + rules, encoding="utf-8")
    summary = run_plan(load_inputs(load_plan(plan))).summary
    assert counts(summary["moments"], moment="weekday_morning") == [(0, 0, 10)]
    assert counts(summary["moments"], moment="night") == [(0, 10, 0)]  # A is shut
    assert counts(summary["services"], service="为老", moment=None) == [(0, 0, 10)]
    assert counts(summary["services"], service="政务", moment=None) == [(0, 10, 0)]
    checks = {row["rule_id"]: row["result"] for row in summary["checks"] if row["area"] == "all"}
    assert checks == {"town": "missed", "neighbourhood": "undecided"}
    # they reach 725 m, and A is 600 m away
    assert counts(summary["profiles"], profile="elderly", cutoff_minutes=15) == [(0, 0, 10)]
    domains = summary["domains"]
    assert [(row["facilities"], row["share_low"], row["share_high"]) for row in domains] == [
        (1, 0.0, 1.0)
    ]


def test_repeats_keep_the_doubt(tmp_path):
    table = stations(("F", "", "", -2000, 0), ("A", "yes", "", 1500, 0))
    options = {"facilities": table, "heading": HEADING, "bounds": WIDE,
               "more": "[uncertainty]\nrepeats = 4\n"}  # fmt: skip
    found = run(tmp_path, [(1000, 0)], **options)
    assert {row["share_residential"] for row in found.summary["uncertainty"]["runs"]} == {None}


def test_the_files_say_which_stations_are_approximate(tmp_path):
    table = stations(("F", "", "", -2000, 0), ("A", "yes", "250", 1500, 0))
    given = inputs(tmp_path, [(1000, 0)], facilities=table, heading=HEADING, bounds=WIDE)
    write_result(run_plan(given), tmp_path / "out")
    rows = (tmp_path / "out" / "facilities.csv").read_text(encoding="utf-8-sig").splitlines()
    cells = [dict(zip(rows[0].split(","), row.split(","), strict=True)) for row in rows[1:]]
    assert [(row["facility_id"], row["approximate"]) for row in cells] == [
        ("F", "False"), ("A", "True"),
    ]  # fmt: skip
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    [reason] = {row["reason"] for row in summary["completeness"]["unknown"]}
    assert reason == "place not confirmed"


def test_check_counts_them(tmp_path):
    table = stations(("F", "", "", -2000, 0), ("A", "yes", "250", 1500, 0))
    found = check_inputs(
        inputs(tmp_path, [(1000, 0)], facilities=table, heading=HEADING, known="everywhere")
    )
    assert any("1 facilities have an approximate place" in note for note in found.warnings)
    assert "stated by the plan: streets known everywhere" in found.warnings


def test_neither_yes_nor_no_and_a_negative_radius_are_refused(tmp_path):
    for row, words in ((("perhaps", ""), "approximate 'perhaps'"), (("yes", "-5"), "radius_m is")):
        table = stations(("A", *row, 0, 0))
        with pytest.raises(SourceError, match=f"row 2: {words}"):
            inputs(tmp_path, [(0, 0)], facilities=table, heading=HEADING)


# -- rows that lie nowhere ------------------------------------------------------------------------


def test_rows_without_a_place_are_named(tmp_path, capsys):
    inputs(tmp_path, [(500, 0)], known="everywhere")
    lost = [f"s{k},张庙街道第{k}站,," for k in range(25)] + [",".join(("s25", "", "here", "31.4"))]
    path = tmp_path / "facilities.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n".join(lost) + "\n", encoding="utf-8")
    found = run_plan(load_inputs(load_plan(tmp_path / "plan.toml")))
    rows = found.provenance["dropped_rows"]
    assert rows[0] == {
        "file": "facilities.csv", "row": 3, "reason": "lon is empty", "name": "张庙街道第0站",
    }  # fmt: skip
    assert rows[-1]["name"] == "s25"  # without a name a row is called by its id
    assert len(rows) == 26
    print_result(tmp_path, found.summary, found.provenance)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("no place")]
    assert len(lines) == 21
    assert lines[0] == "no place: facilities.csv: row 3 (张庙街道第0站): lon is empty"
    assert lines[-1] == "no place: ... and 6 more"
