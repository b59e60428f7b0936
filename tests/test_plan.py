"""plan.toml: what is read, and how each fault is told."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from planner.errors import PlanError
from planner.plan import Plan, load_plan, plan_keys
from tools import plan_page

GOOD = """\
name = "elm"
title = "Elm Town"
language = "en"

[area]
boundary = "district.geojson"
towns = "towns.geojson"

[network]
osm = "elm.osm.pbf"
access_limit_m = 200

[facilities]
table = "facilities.csv"
crs = "gcj02"

[[demand]]
kind = "residential"
table = "people.csv"
people = "population"
[[demand]]
kind = "industrial"
osm = true
people_per_hectare = 60

[service]
cutoffs_minutes = [5, 10, 15]
targets = { residential = 0.85 }
"""


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_a_plan_is_read_with_its_defaults(plan_file: Path):
    plan = load_plan(plan_file)
    assert (plan.name, plan.title, plan.language, plan.synthetic) == (
        "elm",
        "Elm Town",
        "en",
        False,
    )
    assert plan.network.osm == plan_file.parent / "elm.osm.pbf"
    assert (plan.network.access_limit_m, plan.network.access_detour) == (200.0, 1.4)
    assert plan.facilities.crs == "GCJ-02"
    assert [demand.kind for demand in plan.demand] == ["residential", "industrial"]
    assert plan.demand[0].crs == "EPSG:4326"
    assert plan.service.cutoffs_minutes == (5.0, 10.0, 15.0)
    assert plan.service.profile == "adult"
    assert plan.service.targets == {"residential": 0.85}
    assert plan.folder == plan_file.parent


def test_a_plan_cannot_be_changed(plan_file: Path):
    plan = load_plan(plan_file)
    with pytest.raises(ValidationError, match="frozen"):
        plan.name = "other"  # type: ignore[misc]


def test_the_smallest_plan_has_its_name_as_title(tmp_path: Path):
    path = tmp_path / "plan.toml"
    path.write_bytes(
        '\ufeffname = "小　镇"\n[network]\nosm = "a.osm"\n[facilities]\ntable = "f.csv"\n'.encode()
    )
    plan = load_plan(path)
    assert plan.title == "小　镇"
    assert plan.language == "zh"
    assert plan.area is None
    assert plan.demand == ()


def test_an_absolute_path_stays(plan_file: Path):
    plan_file.write_text(GOOD.replace('"elm.osm.pbf"', '"/data/elm.osm.pbf"'), encoding="utf-8")
    assert load_plan(plan_file).network.osm == Path("/data/elm.osm.pbf")


FAULTS = [
    ('osm = "elm', 'osmm = "elm', r"network\.osmm: unknown key; did you mean network\.osm\?"),
    ("[service]", "[servcie]", r"servcie: unknown key; did you mean service\?"),
    ('title = "Elm', 'cutoffs = [5]\ntitle = "Elm', r"did you mean service\.cutoffs_minutes\?"),
    ('people = "pop', 'peopel = "pop', r"demand\[1\]\.peopel: .* did you mean demand\.people\?"),
    ('name = "elm"\n', "", r"name: missing; add it"),
    ('name = "elm"', 'name = " "', r"name: ' ' will not do; it should not be empty"),
    ('name = "elm"', 'name = "a\\nb"', r"one line without control characters"),
    ('name = "elm"', "name = 5", r"name: 5 will not do; write text in quotes"),
    ('"en"', '"fr"', r"language: 'fr' will not do; it should be 'zh' or 'en'"),
    ('language = "en"', 'synthetic = "no"', r"synthetic: 'no' will not do; write true or false"),
    ('"elm.osm.pbf"', "7", r"network\.osm: 7 will not do; write a path in quotes"),
    ('"elm.osm.pbf"', '""', r"network\.osm: .*it should not be empty"),
    ("= 200", "= 0", r"access_limit_m: 0 will not do; it should be greater than or equal to 1"),
    ("= 200", "= inf", r"access_limit_m: inf will not do; it should be a finite number"),
    ("= 200", "= true", r"access_limit_m: True will not do; write a number"),
    ("= 200", "= 200\naccess_detour = 0.9", r"access_detour: 0.9 .* greater than or equal to 1"),
    ('"gcj02"', '"mars"', r"facilities\.crs: .*GCJ-02, BD-09, CGCS2000 or an EPSG code"),
    ('"gcj02"', '"EPSG:1"', r"facilities\.crs: .*unknown crs 'EPSG:1'"),
    ('"residential"', '"all"', r"demand\[1\]\.kind: 'all' .*'residential', 'industrial' or 'comm"),
    ('people = "population"', "", r"demand\[1\]: a table needs people"),
    ('people = "population"', "osm = true", r"demand\[1\]: give exactly one of table .* and osm"),
    ("osm = true", "", r"demand\[2\]: give exactly one of table .* and osm"),
    ("osm = true", 'osm = true\npeople = "a"', r"demand\[2\]: people can only stand with table"),
    ("people_per_hectare = 60", "", r"exactly one of people_per_hectare and town_totals"),
    ("= 60", '= 60\ntown_totals = "p.csv"', r"exactly one of people_per_hectare and town_totals"),
    ('"population"', '"n"\ntown_totals = "p.csv"', r"town_totals can only stand with osm = true"),
    ('towns = "towns.geojson"', 'place = "Elm"', r"area: give exactly one of boundary and place"),
    ("[5, 10, 15]", "[5, 5]", r"cutoffs_minutes: it should be a list of positive, increasing"),
    ("[5, 10, 15]", "[0, 5]", r"cutoffs_minutes: it should be a list of positive, increasing"),
    ("[5, 10, 15]", "[]", r"cutoffs_minutes: it should be a list of positive, increasing"),
    ("[5, 10, 15]", "15", r"cutoffs_minutes: 15 will not do; write a list in brackets"),
    ("[5, 10, 15]", '[5]\nprofile = "tall"', r"profile: .*known are adult, elderly, child"),
    ("0.85", "85", r"targets\.residential: 85 will not do; .*less than or equal to 1"),
    ("{ residential", "{ residental", r"targets\.residental: .*'residential', 'industrial' or"),
    ("0.85 }", "0.85 }\ngap_join_m = -1", r"gap_join_m: -1 will not do; .*greater than 0"),
    ("[network]", "[network", r"not valid TOML: .*line 9.*; mend that line"),
]


@pytest.mark.parametrize(("old", "new", "message"), FAULTS)
def test_a_fault_names_file_key_and_what_to_do(plan_file: Path, old: str, new: str, message: str):
    assert old in GOOD
    plan_file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanError, match=message) as caught:
        load_plan(plan_file)
    assert str(caught.value).startswith(f"{plan_file}: ")
    assert "\n" not in str(caught.value)


def test_totals_by_town_need_towns(plan_file: Path):
    plan = GOOD.replace("people_per_hectare = 60", 'town_totals = "p.csv"')
    plan_file.write_text(plan, encoding="utf-8")
    assert load_plan(plan_file).demand[1].town_totals == plan_file.parent / "p.csv"
    plan_file.write_text(plan.replace('towns = "towns.geojson"', ""), encoding="utf-8")
    with pytest.raises(PlanError, match=r"demand\.town_totals needs area\.towns"):
        load_plan(plan_file)


def test_more_faults_are_counted(plan_file: Path):
    plan_file.write_text("[network]\n", encoding="utf-8")
    with pytest.raises(PlanError, match=r"\(2 more after this\)"):
        load_plan(plan_file)


def test_a_file_that_is_no_plan_is_refused(tmp_path: Path):
    with pytest.raises(PlanError, match="no such file"):
        load_plan(tmp_path / "plan.toml")
    with pytest.raises(PlanError, match="cannot be read"):
        load_plan(tmp_path)
    big, foreign = tmp_path / "big.toml", tmp_path / "foreign.toml"
    big.write_bytes(b"#" * 1_000_001)
    foreign.write_bytes('name = "小镇"'.encode("gb18030"))
    with pytest.raises(PlanError, match="larger than 1 MB"):
        load_plan(big)
    with pytest.raises(PlanError, match=r"byte \d+ is not UTF-8; save it as UTF-8"):
        load_plan(foreign)


def test_every_key_has_type_default_and_meaning():
    keys = {key.key: key for key in plan_keys()}
    assert len(keys) == len(plan_keys())
    assert all(key.type and key.description for key in keys.values())
    assert keys["network.access_detour"].default == "1.4"
    assert keys["network.osm"].default == "required"
    assert keys["service.cutoffs_minutes"].default == "[5, 10, 15]"
    assert keys["demand.kind"].type == '"residential" or "industrial" or "commercial"'


def test_the_page_on_plans_is_up_to_date(tmp_path: Path):
    text = plan_page.PAGE.read_text(encoding="utf-8")
    assert text == plan_page.page(), "run: python -m tools.plan_page"
    example = tmp_path / "plan.toml"
    example.write_text(text.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    assert isinstance(load_plan(example), Plan)


def test_the_plan_of_porto_alegre_is_valid(shared_data: Path):
    plan = load_plan(shared_data / "porto_alegre" / "plan.toml")
    assert [demand.people for demand in plan.demand] == ["population", "jobs"]
    assert plan.network.osm.is_file()
