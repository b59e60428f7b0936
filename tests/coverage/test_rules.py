"""Service rules by hand: streets along the x axis, metres along the way, tiers by town."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from planner.coverage.asked_question import METRES
from planner.coverage.questions import Walks
from planner.coverage.rules import (
    AskedRules,
    ask_rules,
    find_tiers,
    judge_rules,
    list_rule_questions,
    note_unknown_levels,
)
from planner.crs import WGS84
from planner.errors import PlanError
from planner.network.study_area import StudyArea
from planner.plan import Plan, Rule
from planner.plan.profiles import PROFILES
from planner.sources.embedded import data_folder
from planner.sources.inputs import Inputs, load_inputs
from planner.sources.plan_file import load_plan, load_rules
from planner.travel.minutes import nearest_facility
from planner.travel.streets import prepare_streets
from tests.cities.drawing import ACCESS, FRAME, SLANT, Drawing
from tests.cities.small_city import write_city

STREET, STEPS = "highway=residential", "highway=steps"
EVERYWHERE = box(-50_000, -50_000, 50_000, 50_000)


def layer(rows, **columns):
    """Points (x, y) with columns."""
    points = gpd.points_from_xy([x for x, _ in rows], [y for _, y in rows])
    return gpd.GeoDataFrame(columns, geometry=points, crs=FRAME)


def polygons(*bounds, **columns):
    return gpd.GeoDataFrame(columns, geometry=[box(*b) for b in bounds], crs=FRAME)


def stations(*places):
    """(x, y, level) of each facility."""
    return layer([p[:2] for p in places], level=[p[2] for p in places])


def people(*places, town="Town", kind="residential", count=100.0):
    return layer(places, kind=[kind] * len(places), people=[count] * len(places),
                 town=[town] * len(places))  # fmt: skip


def street(length=4_000.0):
    return Drawing({1: (0.0, 0.0), 2: (length, 0.0)}, [([1, 2], STREET)]).network()


def study(towns):
    return StudyArea(
        crs=FRAME, polygon=EVERYWHERE, with_ring=EVERYWHERE,
        data=EVERYWHERE, towns=towns, ring_m=0.0, hull_as_extent=False,
    )  # fmt: skip


ONE_TOWN = polygons((-9e3, -9e3, 9e3, 9e3), name=["Town"], tier=["rural"])


def rule(**keys):
    """A rule of the tier rural for any level, changed by keys; None takes a key away."""
    given = {"id": "r", "tier": "rural", "level": "any", "source": "us", "status": "assumption"}
    return {key: value for key, value in (given | keys).items() if value is not None}


def check(network, facilities, demand, *rules, towns=ONE_TOWN, tiers=None, defaults=()):
    plan = Plan.model_validate(
        {"name": "n", "title": "t", "network": {"osm": "x.osm"}, "rules": list(rules),
         "facilities": {"table": "f.csv"}}, context={"folder": "."},
    )  # fmt: skip
    inputs = Inputs(plan, None, None, (), None, None, {}, tiers=tiers, default_rules=defaults)
    area = study(towns)
    walks = Walks(prepare_streets(network, access=ACCESS), facilities, demand, area.data)
    asked = ask_rules(inputs, facilities, demand, area)
    return judge_rules(asked, walks, plan, facilities, demand, area.town_names)


def covered(checks, area="all"):
    return [row["covered"] for row in checks.checks if row["area"] == area]


# -- levels ---------------------------------------------------------------------------------------


@pytest.fixture
def three_levels():
    """The x axis, with one facility of each level on it:

    0 ---- N 500 ---- T 2000 ---- D 3000 ---- 4000   (metres)
    """
    return stations((500, 0, "neighbourhood"), (2000, 0, "town"), (3000, 0, "district"))


def test_a_rule_counts_only_the_facilities_of_its_level(three_levels):
    # metres to N, T, D:  100, 1400, 2400   1200, 300, 1300   2500, 1000, 0
    units = people((600, 0), (1700, 0), (3000, 0))
    levels = ("neighbourhood", "town", "district", "any")
    rules = [rule(id=level, level=level, cutoff_m=1000.0) for level in levels]
    assert covered(check(street(), three_levels, units, *rules)) == [100, 200, 100, 300]


def test_every_level_has_a_column_of_minutes_and_no_check_without_a_rule(three_levels):
    units = people((600, 0), (1700, 0), (3000, 0), (3000, 500))
    found = check(street(), three_levels, units)
    assert found.checks == []
    assert list(found.minutes) == ["minutes_district", "minutes_neighbourhood", "minutes_town"]
    for level in ("district", "neighbourhood", "town"):
        here = three_levels[three_levels["level"] == level]
        expected = nearest_facility(street(), here, units)["minutes"]
        np.testing.assert_array_equal(found.minutes[f"minutes_{level}"], expected)
    # 1000 m at 4 km/h are 15 minutes; who meets no street has no path
    assert found.minutes["minutes_town"].tolist() == pytest.approx([21, 4.5, 15, np.inf])


def test_facilities_without_a_level_make_no_column():
    found = check(street(), stations((0, 0, ""), (9, 0, "town")), people((50, 0)))
    assert list(found.minutes) == ["minutes_town"]


@pytest.mark.parametrize("keys", [{"level": "town"}, {"domains": ["mall"]}])
def test_a_rule_is_checked_where_only_some_facilities_carry_what_it_asks_for(keys):
    # 600 m and 300 m from the unit
    places = stations((0, 0, ""), (900, 0, "town")).assign(domain=["", "mall"])
    found = check(street(), places, people((600, 0)), rule(cutoff_m=300.0, **keys))
    assert covered(found) == [100]
    assert found.notes == []


def test_a_level_that_no_facility_has_serves_nobody_and_is_told(three_levels):
    """It may be a slip of the pen; a check that all miss should not come without a word."""
    found = check(street(), three_levels, people((600, 0)), rule(level="metro", cutoff_m=99.0))
    assert [row["covered"] for row in found.checks] == [0, 0]
    assert found.notes == [
        "rule r: no facility that counts is of level metro; everybody counts as not served"
    ]


# metres from the units at 0, 1000 and 2000 to N at 0: 0, 1000, 2000; to X at 2000: 2000, 1000, 0
ODD = ((0, 0, "neighbourhood"), (2000, 0, "flagship"))


@pytest.mark.parametrize(
    ("target", "result"), [(0.3, "met"), (0.4, "undecided"), (0.6, "undecided"), (0.7, "missed")]
)
def test_a_level_that_nobody_knows_makes_no_rule_missed(target, result):
    """One unit is covered, one is left out by both, one may be covered by the unknown level."""
    units = people((0, 0), (1000, 0), (2000, 0))
    asked = rule(level="neighbourhood", cutoff_m=500.0, target=target)
    found = check(street(), stations(*ODD), units, asked)
    checks = found.checks
    assert found.notes[0].startswith("1 facilities have a level that no rule knows: flagship (1);")
    counts = {(row["covered"], row["unknown"], row["gap"], row["result"]) for row in checks}
    assert counts == {(100, 100, 100, result)}
    # Closed to doubt: a level that a rule names is no other one.
    named = rule(id="f", level="flagship", cutoff_m=500.0)
    checks = check(street(), stations(*ODD), units, asked, named).checks
    assert {(row["covered"], row["unknown"], row["gap"]) for row in checks} == {(100, 0, 200)}
    # No level at all says nothing of any, as ever.
    bare = stations(ODD[0], (2000, 0, ""))
    assert {row["unknown"] for row in check(street(), bare, units, asked).checks} == {0}


def test_an_unknown_level_is_listed_with_those_that_are_known():
    plan = Plan.model_validate(
        {"name": "n", "network": {"osm": "x.osm"}, "facilities": {"table": "f.csv"},
         "rules": [rule(level="shop", cutoff_m=9.0)]}, context={"folder": "."},
    )  # fmt: skip
    found = stations((0, 0, "x"), (0, 0, "shop"), (0, 0, "town"), (0, 0, ""), (0, 0, "x"))
    assert note_unknown_levels(plan, found) == [
        "2 facilities have a level that no rule knows: x (2); known are district, town, "
        "neighbourhood, shop; for a rule of one level they leave people unknown, not left out"
    ]
    assert note_unknown_levels(plan, found.iloc[1:4]) == []


def test_without_any_level_a_level_is_not_checked_but_told():
    bare = stations((0, 0, ""))
    found = check(street(), bare, people((600, 0)), rule(level="town", cutoff_m=99.0))
    assert found.checks == []
    assert found.notes == ["rule r: the facilities carry no level; not checked"]


def test_rules_after_one_that_cannot_be_checked_are_checked():
    rules = [
        rule(id="level", level="town", cutoff_m=700.0),
        rule(id="domain", domains=["mall"], cutoff_m=700.0),
        rule(id="nobody", kind="industrial", cutoff_m=700.0),
        rule(id="any", cutoff_m=700.0),
    ]
    found = check(street(), stations((0, 0, "")), people((600, 0)), *rules)
    assert [(row["rule_id"], row["area"]) for row in found.checks] == [
        ("any", "all"), ("any", "Town"),
    ]  # fmt: skip
    assert found.notes == [
        "rule level: the facilities carry no level; not checked",
        "rule domain: the facilities carry no domain; not checked",
        "rule nobody: no demand of kind industrial in tier rural; not checked",
    ]


def test_a_station_off_the_streets_casts_doubt_only_on_its_own_level(three_levels):
    units = people((1400, 0))
    lost = stations((1400, 400, "town"))  # 400 m from the unit, and no street within 100 m
    facilities = gpd.GeoDataFrame(pd.concat([three_levels, lost], ignore_index=True), crs=FRAME)
    rules = [rule(id=level, level=level, cutoff_m=500.0) for level in ("neighbourhood", "town")]
    checks = check(street(), facilities, units, *rules).checks
    near, town = (row for row in checks if row["area"] == "all")
    assert (near["gap"], near["unknown"]) == (100, 0)
    assert (town["gap"], town["unknown"]) == (0, 100)


def test_a_rule_counts_only_the_facilities_of_its_domains_that_are_open_then(three_levels):
    places = three_levels.assign(
        domain=["mall", "park", "mall"], opening_hours=["Mo-Fr 09:00-17:00", "", ""]
    )
    units = people((600, 0), (1700, 0), (3000, 0))  # metres to the malls: 100, 1200, 0
    rules = [
        rule(id="malls", domains=["mall"], cutoff_m=350.0),
        rule(id="parks", domains=["park"], cutoff_m=350.0),
        rule(id="at night", domains=["mall"], moment="night", cutoff_m=350.0),
        rule(id="none", domains=["tower"], cutoff_m=350.0),
    ]
    found = check(street(), places, units, *rules)
    assert covered(found) == [200, 100, 100, 0]
    whole = [row for row in found.checks if row["area"] == "all"]
    assert [row["moment"] for row in whole] == [None, None, "night", None]
    assert [row["domains"] for row in whole] == ["mall", "park", "mall", "tower"]
    assert found.notes == [
        "rule none: no facility that counts is of domain tower; everybody counts as not served"
    ]
    bare = check(street(), three_levels, units, rules[0] | {"domains": ["mall"]})
    assert bare.notes == ["rule malls: the facilities carry no domain; not checked"]


def test_each_kind_of_people_has_its_own_rules(three_levels):
    units = gpd.GeoDataFrame(
        pd.concat([people((600, 0)), people((700, 0), kind="industrial", count=7.0)],
                  ignore_index=True), crs=FRAME,
    )  # fmt: skip
    found = check(street(), three_levels, units, rule(kind="industrial", cutoff_m=300.0))
    assert [row["people"] for row in found.checks] == [7, 7]


# -- metres along the way -------------------------------------------------------------------------


def reach(network, place, metres):
    """People covered within metres of a station at (0, 0)."""
    units = people(place, count=1.0)
    [count] = covered(check(network, stations((0, 0, "x")), units, rule(cutoff_m=metres)))
    return count


def test_steps_count_their_metres_once():
    # 300 m of street, 100 m of steps, 100 m of street: 500 m; at 4 km/h 6 + 3 = 9 minutes
    nodes = {k: (x, 0.0) for k, x in enumerate((0.0, 300.0, 400.0, 700.0))}
    network = Drawing(nodes, [([0, 1], STREET), ([1, 2], STEPS), ([2, 3], STREET)]).network()
    assert (reach(network, (500, 0), 500.0), reach(network, (500, 0), 499.99)) == (1, 0)
    minutes = check(network, stations((0, 0, "x")), people((500, 0))).minutes["minutes_x"]
    assert minutes.tolist() == pytest.approx([9.0])


def test_the_leg_counts_its_length_times_the_detour():
    network = street(length=500.0)
    # beyond the end of the street: 500 + 60 x 1.4 = 584 m
    assert (reach(network, (560, 0), 584.001), reach(network, (560, 0), 583.999)) == (1, 0)
    # beside it, at the best angle: 300 + 30 x sqrt(1.4^2 - 1) = 329.39 m
    metres = 300 + 30 * SLANT
    assert (reach(network, (300, 30), metres + 1e-3), reach(network, (300, 30), metres - 1e-3)) == (
        1,
        0,
    )


def test_metres_do_not_ask_who_walks():
    network, units = street(), people((900, 0), count=1.0)
    near = stations((0, 0, "x"))
    rules = [rule(id=name, profile=name, cutoff_m=900.0) for name in PROFILES]
    rules += [rule(id=f"{name} 15", profile=name, cutoff_minutes=15.0) for name in PROFILES]
    # in 15 minutes 4.0, 3.6, 3.2 and 2.9 km/h reach 1000, 900, 800 and 725 m
    whole = [row for row in check(network, near, units, *rules).checks if row["area"] == "all"]
    assert [row["profile"] for row in whole] == [None] * len(PROFILES) + list(PROFILES)
    by_name = {row["rule_id"]: row["covered"] for row in whole}
    assert by_name == dict.fromkeys(PROFILES, 1) | {
        f"{name} 15": 0 if name in {"elderly", "wheelchair"} else 1 for name in PROFILES
    }


@st.composite
def towns_of_streets(draw):
    """A lattice of 4 x 4 crossings 150 m apart, some of its streets steps or missing."""
    nodes = {10 * i + j: (150.0 * i, 150.0 * j) for i in range(4) for j in range(4)}
    pairs = [(k, k + step) for k in nodes for step in (1, 10) if k + step in nodes]
    kinds = draw(st.lists(st.sampled_from([STREET, STREET, STEPS, ""]), min_size=len(pairs),
                          max_size=len(pairs)))  # fmt: skip
    ways = [(list(pair), kind) for pair, kind in zip(pairs, kinds, strict=True) if kind]
    return Drawing(nodes, ways or [([0, 1], STREET)])


place = st.tuples(st.integers(-50, 500).map(float), st.integers(-50, 500).map(float))


@settings(max_examples=25)
@given(
    towns_of_streets(),
    st.lists(st.tuples(place, st.sampled_from(["town", "neighbourhood"])), min_size=1, max_size=4),
    st.lists(place, min_size=1, max_size=8, unique=True),
    st.integers(50, 900),
)
def test_levels_and_metres_are_those_of_the_judge(drawing, facilities, places, metres):
    near = stations(*((*xy, level) for xy, level in facilities))
    levels = sorted(set(near["level"]))
    cutoff = metres + 0.377  # so odd a number that no length falls on it
    rules = [rule(id=level, level=level, cutoff_m=cutoff) for level in levels]
    found = check(drawing.network(), near, people(*places, count=1.0), *rules)
    for level, counted in zip(levels, covered(found), strict=True):
        xy = [place for place, its in facilities if its == level]
        expected, _ = drawing.reference(METRES).nearest_minutes(xy, places)
        assert counted == (expected <= cutoff).sum()
        expected, _ = drawing.reference(PROFILES["adult"]).nearest_minutes(xy, places)
        np.testing.assert_allclose(found.minutes[f"minutes_{level}"], expected, atol=1e-6)


def test_rules_that_ask_the_same_are_one_question_about_all_their_units():
    plan = Plan.model_validate(
        {"name": "n", "title": "t", "network": {"osm": "x.osm"}, "facilities": {"table": "f.csv"}},
        context={"folder": "."},
    )
    given = [rule(id="a", cutoff_m=500.0), rule(id="b", cutoff_m=500.0), rule(id="c", cutoff_m=9.0)]
    about = [[True, False, False, True], [False, True, False, True], [False, False, True, False]]
    asked = AskedRules(
        [(Rule.model_validate(keys), np.array(units))
         for keys, units in zip(given, about, strict=True)], [],
    )  # fmt: skip
    found = list_rule_questions(asked, plan)
    assert [(question.cutoff, units.tolist()) for question, units in found.items()] == [
        (500.0, [True, True, False, True]), (9.0, [False, False, True, False]),
    ]  # fmt: skip


# -- tiers ----------------------------------------------------------------------------------------


@pytest.fixture
def two_towns():
    """West, main_city, up to x = 1000; East, rural, up to 3000."""
    return polygons((0, -500, 1000, 500), (1000, -500, 3000, 500),
                    name=["West", "East"], tier=["main_city", "rural"])  # fmt: skip


@pytest.fixture
def along():
    """Units at 500 in West, at 1200 and 2500 in East, at 3500 in no town."""
    units = people((500, 0), (1200, 0), (2500, 0), (3500, 0), count=1.0)
    return units.assign(town=["West", "East", "East", ""], people=[1.0, 10.0, 100.0, 1000.0])


def test_a_unit_has_the_tier_of_its_town(two_towns, along):
    inputs = Inputs(None, None, None, (), None, None, {})
    assert find_tiers(along, study(two_towns), inputs).tolist() == [
        "main_city",
        "rural",
        "rural",
        "",
    ]
    assert find_tiers(along, study(None), inputs).tolist() == ["", "", "", ""]


def test_polygons_of_tiers_cut_towns(two_towns, along):
    tiers = polygons((2000, -500, 4000, 500), (2400, -500, 4000, 500),
                     tier=["market_town", "never: the first counts"])  # fmt: skip
    inputs = Inputs(None, None, None, (), None, None, {}, tiers=tiers.to_crs(WGS84))
    assert find_tiers(along, study(two_towns), inputs).tolist() == [
        "main_city", "rural", "market_town", "market_town"]  # fmt: skip


def test_a_rule_counts_the_units_of_its_tier_whole_and_by_town(two_towns, along):
    tiers = polygons((2000, -500, 2900, 500), tier=["main_city"]).to_crs(WGS84)
    rules = [rule(id=tier, tier=tier, cutoff_m=9999.0) for tier in ("main_city", "rural")]
    found = check(street(), stations((0, 0, "x")), along, *rules, towns=two_towns, tiers=tiers)
    assert [(row["rule_id"], row["area"], row["people"]) for row in found.checks] == [
        ("main_city", "all", 101), ("main_city", "West", 1), ("main_city", "East", 100),
        ("rural", "all", 10), ("rural", "East", 10),
    ]  # fmt: skip
    assert {row["people"] for row in found.checks} == {
        row["covered"] for row in found.checks
    }  # nobody outside the tier was counted


@pytest.mark.parametrize(("keys", "what"), [
    ({"tier": "rural"}, "no demand of kind residential in tier rural"),
    ({"tier": "main_city", "kind": "industrial"}, "no demand of kind industrial in tier main_city"),
])  # fmt: skip
def test_a_rule_for_nobody_is_told(two_towns, along, keys, what):
    found = check(street(), stations((0, 0, "x")), along[along["town"] == "West"],
                  rule(cutoff_m=300.0, **keys), towns=two_towns)  # fmt: skip
    assert found.checks == []
    assert f"rule r: {what}; not checked" in found.notes


def test_a_tier_that_no_rule_names_is_told(two_towns, along):
    found = check(street(), stations((0, 0, "x")), along, rule(cutoff_m=300.0, tier="rural"),
                  towns=two_towns.assign(tier=["rural", "rurall"]))  # fmt: skip
    assert found.notes == [
        "tier rurall: no rule names it, so its towns are not checked; rules know rural"
    ]


# -- targets --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("target", "result"), [
    (0.4, "met"), (0.5, "met"),            # share_low = 2 / 4
    (0.51, "undecided"), (0.7, "undecided"), (0.75, "undecided"),  # share_high = 3 / 4
    (0.76, "missed"), (1.0, "missed"), (0.0, "met"), (None, None),
])  # fmt: skip
def test_what_is_unknown_neither_helps_nor_harms(target, result):
    # two covered, one too far, one that meets no street; the share is 2 / 3
    units = people((100, 0), (200, 0), (2000, 0), (100, 900))
    found = check(street(), stations((0, 0, "x")), units,
                  rule(cutoff_m=500.0, target=target, target_year=2035, analogy=True))  # fmt: skip
    row = found.checks[0]
    assert (row["covered"], row["gap"], row["unknown"]) == (200, 100, 100)
    assert (row["share_low"], row["share_high"]) == (0.5, 0.75)
    assert row["share"] == pytest.approx(2 / 3)
    assert (row["target"], row["target_year"], row["result"]) == (target, 2035, result)
    assert (row["analogy"], row["source"], row["status"]) == (True, "us", "assumption")
    assert (row["cutoff_m"], row["cutoff_minutes"], row["moment"]) == (500, None, None)


def test_nobody_covered_and_nobody_in_doubt_misses_every_target():
    found = check(street(), stations((0, 0, "x")), people((2000, 0)),
                  rule(cutoff_m=500.0, target=0.005))  # fmt: skip
    assert [row["result"] for row in found.checks] == ["missed", "missed"]


# -- the default rules ----------------------------------------------------------------------------


def test_default_rules_apply_only_to_tiers_that_exist():
    defaults = load_rules(data_folder() / "rules.toml")
    near = stations((0, 0, "neighbourhood"), (0, 0, "town"), (0, 0, "district"))
    found = check(street(), near, people((100, 0)), defaults=defaults)
    assert {row["rule_id"] for row in found.checks} == {"shanghai-2035-rural", "bicycle-2035-rural"}
    bare = ONE_TOWN.assign(tier="")
    found = check(street(), near, people((100, 0)), defaults=defaults, towns=bare)
    assert (found.checks, found.notes) == ([], [])


def test_the_figures_of_the_default_rules():
    rules = load_rules(data_folder() / "rules.toml")
    assert {rule.tier for rule in rules} == {"main_city", "market_town", "rural"}
    assert {rule.level for rule in rules} == {"neighbourhood"}
    assert {rule.kind for rule in rules} == {"residential", "industrial"}
    for rule in rules:
        assert (rule.kind == "industrial") == bool(rule.domains)
        assert (rule.profile == "bicycle") <= (rule.tier == "rural")
    workers = [rule for rule in rules if rule.kind == "industrial"]
    assert {rule.domains for rule in workers} == {("industrial_park", "mall", "office_tower")}
    assert {(rule.target, rule.status) for rule in workers} == {(None, "assumption")}
    assert len({rule.tier for rule in workers}) == len(workers) == 3
    standard = [rule for rule in rules if rule.status == "standard"]
    assert {rule.cutoff_m for rule in standard} == {300, 500, 1000}  # GB 50180-2018
    for rule in standard:
        assert rule.source.startswith("GB 50180-2018")
        assert (rule.target, rule.cutoff_minutes) == (None, None)  # distances, no shares
    [draft] = [rule for rule in rules if rule.status == "draft"]
    assert (draft.tier, draft.cutoff_m) == ("main_city", 800)
    shares = [rule for rule in rules if rule.target is not None]
    assert {(rule.target, rule.target_year) for rule in shares} == {(0.85, 2025), (0.99, 2035)}
    assert all(rule.analogy and rule.status == "assumption" for rule in shares)
    assert {rule.tier for rule in shares if rule.target_year == 2025} == {"main_city"}


OWN = """
[[rules]]
id = "shanghai-2035-rural"
tier = "rural"
level = "town"
cutoff_minutes = 30
target = 0.5
source = "our own"
status = "assumption"
"""


def loaded(folder, *, more="", end=""):
    """A small city with one rural town; `more` goes on top of the plan, `end` below it."""
    square = box(26.93, 60.51, 26.97, 60.55)
    towns = gpd.GeoDataFrame({"name": ["Town"], "tier": ["rural"]}, geometry=[square], crs=WGS84)
    folder.mkdir(exist_ok=True)
    towns.to_file(folder / "towns.geojson")
    area = '[area]\nboundary = "towns.geojson"\ntowns = "towns.geojson"\n'
    plan = write_city(folder, more=area + more)
    plan.write_text(plan.read_text(encoding="utf-8") + end, encoding="utf-8")
    return load_inputs(load_plan(plan))


def test_a_rule_of_the_same_id_replaces_a_default_one(tmp_path):
    every = {rule.id for rule in loaded(tmp_path / "a").default_rules}
    assert len(every) == 15
    inputs = loaded(tmp_path / "b", end=OWN)
    assert {rule.id for rule in inputs.default_rules} == every - {"shanghai-2035-rural"}
    assert [(rule.level, rule.source) for rule in inputs.rules] == [("town", "our own")]


def test_default_rules_can_be_switched_off(tmp_path):
    inputs = loaded(tmp_path, more="[service]\ndefault_rules = false\n", end=OWN)
    assert inputs.default_rules == ()
    assert [rule.id for rule in inputs.rules] == ["shanghai-2035-rural"]


# -- [[rules]] that will not do -------------------------------------------------------------------


@pytest.mark.parametrize(("keys", "message"), [
    ({"cutoff_m": None}, r"rules\[1\]: give exactly one of cutoff_minutes and cutoff_m"),
    ({"cutoff_minutes": 15}, r"rules\[1\]: give exactly one of cutoff_minutes and cutoff_m"),
    ({"cutoff_m": 0}, r"rules\[1\]\.cutoff_m: 0 will not do; .*from 1 to 50,000"),
    ({"cutoff_m": "far"}, r"rules\[1\]\.cutoff_m: 'far' will not do; it should be a number from 1"),
    ({"target": 85}, r"rules\[1\]\.target: 85 will not do; it should be a number from 0 to 1"),
    ({"status": "wish"}, r"rules\[1\]\.status: 'wish' .*'law', 'standard', 'draft' or 'assumpt"),
    ({"kind": "people"}, r"rules\[1\]\.kind: 'people' .*'residential', 'industrial' or 'commer"),
    ({"profile": "runner"}, r"rules\[1\]\.profile: unknown profile 'runner'; .*adult, .*elderly"),
    ({"target_year": 35}, r"rules\[1\]\.target_year: 35 will not do; .*from 1900 to 2200"),
    ({"target_year": "2035"}, r"rules\[1\]\.target_year: '2035' will not do"),
    ({"source": None}, r"rules\[1\]\.source: missing; add it"),
    ({"status": None}, r"rules\[1\]\.status: missing; add it"),
    ({"tier": None}, r"rules\[1\]\.tier: missing; add it"),
    ({"level": ""}, r"rules\[1\]\.level: '' will not do; it should not be empty"),
    ({"cutof_m": 5}, r"rules\[1\]\.cutof_m: unknown key; did you mean rules\.cutoff_m\?"),
    ({"analogy": "yes"}, r"rules\[1\]\.analogy: 'yes' will not do; write true or false"),
])  # fmt: skip
def test_a_faulty_rule_names_its_key_and_what_to_do(tmp_path, keys, message):
    path = write_city(tmp_path)
    text = path.read_text(encoding="utf-8") + "[[rules]]\n"
    for key, value in (rule(cutoff_m=500) | keys).items():
        if value is not None:
            text += f"{key} = {value!r}\n".replace("'", '"')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=message):
        load_plan(path)


def test_two_rules_of_one_id_are_refused(tmp_path):
    path = write_city(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + OWN + OWN, encoding="utf-8")
    with pytest.raises(PlanError, match="id 'shanghai-2035-rural' stands twice; give each its own"):
        load_plan(path)
