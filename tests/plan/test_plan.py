"""plan.toml: what is read, and how each fault is told."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from planner.errors import PlanError
from planner.plan import Plan, list_plan_keys
from planner.sources.plan_file import load_plan
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


def test_a_wrong_plan_in_python_is_refused_as_a_wrong_file_is():
    with pytest.raises(
        PlanError, match=r"^plan: 4 faults: wrong_key: unknown key; .*name: miss"
    ) as e:
        Plan(wrong_key=1)
    assert [doubt.what for doubt in e.value.doubts] == [
        "wrong_key: unknown key", "name: missing", "network: missing", "facilities: missing"
    ]  # fmt: skip


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
    (
        "access_limit_m = 200",
        'values = { a = "b" }',
        r"network: values can only stand with streets",
    ),
    ('"elm.osm.pbf"', "7", r"network\.osm: 7 will not do; write a path in quotes"),
    ('"elm.osm.pbf"', '""', r"network\.osm: .*it should not be empty"),
    ("= 200", "= 0", r"access_limit_m: 0 will not do; it should be a number from 1"),
    ("= 200", "= inf", r"access_limit_m: inf will not do; it should be a number from 1 to 5000"),
    ("= 200", "= true", r"access_limit_m: True will not do; it should be a number from 1"),
    ("= 200", "= 200\naccess_detour = 0.9", r"access_detour: 0.9 .* from 1 to 100"),
    ('"gcj02"', '"mars"', r"facilities\.crs: .*GCJ-02, BD-09, CGCS2000 or an EPSG code"),
    ('"gcj02"', '"EPSG:1"', r"facilities\.crs: .*unknown crs 'EPSG:1'"),
    ('"residential"', '"all"', r"demand\[1\]\.kind: 'all' .*'residential', 'industrial' or 'comm"),
    ('people = "population"', "", r"demand\[1\]: a table needs people"),
    ('people = "population"', "osm = true", r"demand\[1\]: give exactly one of table .* and osm"),
    ("osm = true", "", r"demand\[2\]: give exactly one of table .* and osm"),
    ('people = "population"', 'raster = "p.tif"', r"demand\[1\]: give exactly one of table .*"),
    (
        "osm = true\npeople_per_hectare = 60",
        'polygons = "c.gpkg"',
        r"demand\[2\]: polygons need people = ",
    ),
    ("osm = true", 'raster = "p.tif"', r"demand\[2\]: people_per_hectare can only stand with osm"),
    (
        "osm = true",
        'osm = true\nraster = "p.tif"',
        r"_per_hectare .* osm = true and no other source",
    ),
    ("osm = true", "osm = true\nraster_band = 2", r"raster_band can only stand with raster"),
    ("= 60", '= 60\nraster_unit = "heads"', r"raster_unit: 'heads' .*'people' or 'people_per_km2'"),
    ('"population"', '"population"\nlevels_default = 3', r"levels_default can only stand with osm"),
    ("osm = true", 'osm = true\npeople = "a"', r"demand\[2\]: people can only stand with table"),
    ("people_per_hectare = 60", "", r"exactly one of people_per_hectare and town_totals"),
    ("= 60", '= 60\ntown_totals = "p.csv"', r"exactly one of people_per_hectare and town_totals"),
    ('"population"', '"n"\ntown_totals = "p.csv"', r"town_totals can only stand with osm = true"),
    ('towns = "towns.geojson"', 'place = "Elm"', r"area: give exactly one of boundary and place"),
    ("[5, 10, 15]", "[5, 5]", r"cutoffs_minutes: it should be a list of positive, increasing"),
    ("[5, 10, 15]", "[0, 5]", r"cutoffs_minutes\[1\]: 0 .*a number from 0\.01 to 600"),
    ("[5, 10, 15]", "[]", r"cutoffs_minutes: it should be a list of positive, increasing"),
    ("[5, 10, 15]", "15", r"cutoffs_minutes: 15 will not do; write a list in brackets"),
    ("[5, 10, 15]", '[5]\nprofile = "tall"', r"profile: .*known are adult, elderly, child"),
    ("0.85", "85", r"targets\.residential: 85 will not do; it should be a number from 0 to 1"),
    ("{ residential", "{ residental", r"targets\.residental: .*'residential', 'industrial' or"),
    ("0.85 }", "0.85 }\ngap_join_m = -1", r"gap_join_m: -1 will not do; .*from 1 to 10,000"),
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


PEOPLE = """
[[profiles]]
name = "slow"
like = "elderly"
speed_kmh = 2.5
signal_s = 40
source = "our walk test"
status = "standard"
[[profiles]]
name = "adult"
speed_kmh = 4.5
[[profiles]]
name = "cargo"
vehicle = "bicycle"
speed_kmh = 10
[[profiles]]
name = "cane"
like = "slow"
steps_factor = 0.25
[[groups]]
name = "elderly"
share = 0.25
profile = "cane"
[[groups]]
name = "couriers"
kind = "industrial"
table = "groups.csv"
[[rules]]
id = "own"
tier = "city"
level = "town"
cutoff_minutes = 15
profile = "slow"
source = "us"
status = "assumption"
[uncertainty]
repeats = 30
speed = [0.8, 1.2]
gates = ["as_tagged"]
"""


def with_people(plan_file: Path, *changes: tuple[str, str]) -> Plan:
    """Read the good plan with profiles and groups, after some changes."""
    text = GOOD + 'profiles = ["slow", "cargo"]\n' + PEOPLE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    plan_file.write_text(text, encoding="utf-8")
    return load_plan(plan_file)


def test_profiles_of_a_plan_are_known_by_name_and_replace_defaults(plan_file: Path):
    plan = with_people(plan_file)
    assert [profile.name for profile in plan.judged_profiles] == ["adult", "slow", "cargo", "cane"]
    adult, slow, cargo, cane = plan.judged_profiles
    assert (adult.speed_kmh, adult.signal_s, adult.source) == (4.5, 20, "the plan")
    assert (slow.speed_kmh, slow.signal_s, slow.crossing_s) == (2.5, 40, 5)
    assert (slow.source, slow.status) == ("our walk test", "standard")
    assert (cargo.vehicle, cargo.speed_kmh, cargo.steps_factor) == ("bicycle", 10, 0)
    assert (cane.speed_kmh, cane.signal_s, cane.steps_factor) == (2.5, 40, 0.25)
    assert {figure.key: figure.source for figure in cane.figures} == {
        "speed_kmh": "our walk test",
        "steps_factor": "the plan",
        "signal_s": "our walk test",
        "crossing_s": "assumed: mean wait at a plain crossing",
        "gate_s": "assumed: gates cause no wait",
    }
    assert plan.profile_named("child").speed_kmh == 3.6
    with pytest.raises(PlanError, match=r"unknown profile 'can'; did you mean cane\?"):
        plan.profile_named("can")


def test_groups_and_uncertainty_have_defaults(plan_file: Path):
    plan = with_people(plan_file)
    assert [(group.name, group.kind, group.profile) for group in plan.groups] == [
        ("elderly", "residential", "cane"),
        ("couriers", "industrial", None),
    ]
    assert plan.groups[1].table == plan_file.parent / "groups.csv"
    assert (plan.uncertainty.repeats, plan.uncertainty.speed) == (30, (0.8, 1.2))
    plan_file.write_text(GOOD, encoding="utf-8")
    plan = load_plan(plan_file)
    assert (plan.groups, plan.profiles, plan.service.profiles) == ((), (), ())
    assert plan.uncertainty.repeats == 0
    assert plan.uncertainty.gates == ("as_tagged", "inferred_open", "inferred_closed")
    assert [profile.name for profile in plan.judged_profiles] == ["adult"]


PEOPLE_FAULTS = [
    (
        "speed_kmh = 2.5",
        "speed_kmh = 0",
        r"profiles\[1\]\.speed_kmh: 0 will not do; .*from 0\.5 to 30",
    ),
    (
        "speed_kmh = 2.5",
        "push_kmh = 0.4",
        r"profiles\[1\]\.push_kmh: 0\.4 will not do; .*from 0\.5 to 30",
    ),
    (
        "speed_kmh = 2.5",
        "speed_kmh = 31",
        r"profiles\[1\]\.speed_kmh: 31 will not do; .*from 0\.5 to 30",
    ),
    ("signal_s = 40", "signal_s = -1", r"profiles\[1\]\.signal_s: -1 will not do"),
    ("0.25\n[[g", "2\n[[g", r"profiles\[4\]\.steps_factor: 2 will not do"),
    (
        '"bicycle"',
        '"horse"',
        r"profiles\[3\]\.vehicle: 'horse' .*'foot', 'bicycle', 'wheelchair' or 'stroller'",
    ),
    ('like = "elderly"', 'like = "eldery"', r"profiles\[1\]\.like: .*did you mean elderly\?"),
    ('like = "elderly"', 'like = "cane"', r"profiles\[1\]\.like: unknown profile 'cane'"),
    ('"cargo"\nv', '"slow"\nv', r"profiles\[3\]\.name: 'slow' stands twice"),
    ('"cargo"\nv', '"all"\nv', r"profiles\[3\]\.name: 'all' will not do"),
    ('"cargo"\nv', '"a;b"\nv', r"profiles\[3\]\.name: 'a;b' will not do; .*no semicolon"),
    ('["slow", "cargo"]', '["slwo"]', r"service\.profiles: unknown .*did you mean slow\?"),
    ('["slow", "cargo"]', '["adult"]', r"'adult' is service\.profile already; remove it"),
    ('["slow", "cargo"]', '["slow", "slow"]', r"service\.profiles: 'slow' stands twice"),
    ('profile = "slow"', 'profile = "slo"', r"rules\[1\]\.profile: .*did you mean slow\?"),
    ('profile = "cane"', 'profile = "cain"', r"groups\[1\]\.profile: .*did you mean cane\?"),
    ("share = 0.25", "share = 25", r"groups\[1\]\.share: 25 will not do"),
    ("share = 0.25", "", r"groups\[1\]: give exactly one of share, table and column"),
    ("share = 0.25", 'share = 0.2\ncolumn = "a"', r"groups\[1\]: give exactly one of share"),
    ('"elderly"\nshare', '"Residential"\nshare', r"groups\[1\]\.name: .* give another"),
    ('"elderly"\nshare', '"residential_15"\nshare', r"groups\[1\]\.name: .* give another"),
    ('"couriers"', '"Elderly"', r"groups\[2\]\.name: 'Elderly' stands twice"),
    ('"industrial"\ntable', '"commercial"\ntable', r"groups\[2\]\.kind: .*residential or indus"),
    ('towns = "towns.geojson"', "", r"groups\[2\]\.table needs area\.towns"),
    ("repeats = 30", "repeats = 2000", r"uncertainty\.repeats: 2000 will not do"),
    ("repeats = 30", "seed = 1.5", r"uncertainty\.seed: 1\.5 will not do"),
    ("[0.8, 1.2]", "[1.2, 0.8]", r"uncertainty\.speed: .*the smaller first"),
    ("[0.8, 1.2]", "[1.2]", r"uncertainty\.speed: .*two numbers"),
    ("[0.8, 1.2]", "[0, 1]", r"uncertainty\.speed\[1\]: 0 will not do"),
    ("[0.8, 1.2]", "[0.8, 7]", r"times the speed of profile 'adult' is 31\.5 km/h"),
    (
        "[0.8, 1.2]",
        "[0.1, 1.2]",
        r"uncertainty\.speed: 0\.1 .*'adult' is 0\.4.* at least 0\.5 km/h",
    ),
    ("signal_s = 40", "signal_s = 500", r"crossing_delay: 1\.5 times .*'slow' is 750 s"),
    ('["as_tagged"]', "[]", r"uncertainty\.gates: .*at least one word"),
    ('["as_tagged"]', '["shut"]', r"uncertainty\.gates\[1\]: 'shut' .*'as_tagged'"),
    ("gates =", "gate =", r"uncertainty\.gate: unknown key; did you mean uncertainty\.gates\?"),
]


@pytest.mark.parametrize(("old", "new", "message"), PEOPLE_FAULTS)
def test_a_fault_of_people_names_its_key(plan_file: Path, old: str, new: str, message: str):
    with pytest.raises(PlanError, match=message) as caught:
        with_people(plan_file, (old, new))
    assert "\n" not in str(caught.value)


def test_totals_by_town_need_towns(plan_file: Path):
    plan = GOOD.replace("people_per_hectare = 60", 'town_totals = "p.csv"')
    plan_file.write_text(plan, encoding="utf-8")
    assert load_plan(plan_file).demand[1].town_totals == plan_file.parent / "p.csv"
    plan_file.write_text(plan.replace('towns = "towns.geojson"', ""), encoding="utf-8")
    with pytest.raises(PlanError, match=r"demand\.town_totals needs area\.towns"):
        load_plan(plan_file)


def test_all_faults_are_told_in_one_line(plan_file: Path):
    plan_file.write_text("[network]\n", encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        load_plan(plan_file)
    assert str(caught.value) == (
        f"{plan_file}: 3 faults: name: missing; add it, see docs/plan.md | "
        "network.osm: missing; add it, see docs/plan.md | "
        "facilities: missing; add it, see docs/plan.md"
    )
    plan_file.write_text("\n".join(f"key{n} = 1" for n in range(300)), encoding="utf-8")
    with pytest.raises(PlanError, match=r"303 faults: key0: .* \| and 298 more faults$"):
        load_plan(plan_file)


def test_a_file_that_is_no_plan_is_refused(tmp_path: Path):
    with pytest.raises(PlanError, match="no such file"):
        load_plan(tmp_path / "plan.toml")
    with pytest.raises(PlanError, match="is a folder, not a file; give a plan"):
        load_plan(tmp_path)
    big, foreign = tmp_path / "big.toml", tmp_path / "foreign.toml"
    big.write_bytes(b"#" * 1_000_001)
    foreign.write_bytes('name = "小镇"'.encode("gb18030"))
    with pytest.raises(PlanError, match="larger than the 1 MB"):
        load_plan(big)
    with pytest.raises(PlanError, match=r"byte \d+ is not UTF-8; save it as UTF-8"):
        load_plan(foreign)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"elm"', '"a\\u202eb"', r"name: .*marks of direction"),
        ('"elm"', '"a\\u2028b"', r"name: .*one line without"),
        ('"elm"', '"a\\u0000b"', r"name: .*one line without"),
        ('"elm"', f'"{"x" * 900_000}"', r"name: 'xxx.*\.\.\. .*900,000 characters; .* 500$"),
        ('"elm"', "0x" + "f" * 5_000, r"name: a number of many digits will not do; write"),
        ("= 200", "= " + "9" * 5_000, r"a number is too long; write it shorter"),
        ("= 200", "= 0x" + "f" * 5_000, r"access_limit_m: a number of many digits will not do"),
        ("= 200", "= 1e308", r"access_limit_m: 1e\+308 will not do; .* from 1 to 5000"),
        ("= 60", "= nan", r"people_per_hectare: nan will not do; .* from 0\.001 to 1,000,000"),
        ("[5, 10, 15]", "[nan]", r"cutoffs_minutes\[1\]: nan will not do"),
        ("[5, 10, 15]", "[601]", r"cutoffs_minutes\[1\]: 601 will not do; .* to 600"),
        ("[5, 10, 15]", "[15, 5]", r"list of positive, increasing minutes"),
        ("[5, 10, 15]", str([*range(1, 2001)]), r"it has 2,000 entries; give at most 20"),
        ("0.85 }", "0.85 }\ngap_join_m = 1e308", r"gap_join_m: 1e\+308 will not do; .* to 10,000"),
        ("0.85 }", "nan }", r"targets\.residential: nan will not do; .* from 0 to 1"),
        ("[network]", '"a\\nb" = 1\n[network]', r"area\.'a\\nb': unknown key"),
        ("[network]", f'"{"k" * 10_000}" = 1\n[network]', r"area\.'kkk.*\.\.\.: unknown key"),
        ("[network]", "x = " + "[" * 20_000 + "]" * 20_000, r"brackets are nested too deeply"),
        ("[network]", "a." * 20_000 + "b = 1\n[network]", r"a key has very many parts"),
        ("[network]", "[" + "a." * 20_000 + "b]\n[network]", r"a key has very many parts"),
        ("[network]", '[network]\nosm = "b"', r"not valid TOML: Cannot overwrite a value"),
        ('"gcj02"', "'LOCAL_CS[\"x\"]'", r"facilities\.crs: .*unknown crs 'LOCAL_CS"),
        ("0.85 }", '0.85 }\ntimezone = "localtime"', r"timezone: .*like \"Asia/Shanghai\""),
        ("[network]", "[[moments]]\n" * 5_000 + "[network]", r"it has 5,000 entries; give at most"),
    ],
)  # fmt: skip
def test_hostile_plans_are_refused_in_one_short_line(
    plan_file: Path, old: str, new: str, message: str
):
    plan_file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanError, match=message) as caught:
        load_plan(plan_file)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < len(str(plan_file)) + 600


def test_a_device_and_a_pipe_are_no_plans(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    for path in (Path("/dev/zero"), tmp_path / "pipe"):
        with pytest.raises(PlanError, match=r"give a plan\.toml"):
            load_plan(path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
def test_line_ends_and_a_byte_order_mark_do_not_matter(plan_file: Path, encoding: str):
    plan_file.write_bytes(GOOD.replace("\n", "\r\n").encode(encoding))
    assert load_plan(plan_file).name == "elm"
    plan_file.write_bytes(GOOD.encode("utf-16"))
    with pytest.raises(PlanError, match="byte 0 is not UTF-8; save it as UTF-8"):
        load_plan(plan_file)


def test_minus_zero_is_read_as_zero(plan_file: Path):
    text = GOOD + "[candidates]\nspacing_m = -0.0\n"
    plan_file.write_text(text, encoding="utf-8")
    assert str(load_plan(plan_file).candidates.spacing_m) == "0.0"


def test_every_key_has_type_default_and_meaning():
    keys = {key.key: key for key in list_plan_keys()}
    assert len(keys) == len(list_plan_keys())
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
