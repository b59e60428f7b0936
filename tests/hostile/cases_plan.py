"""Plans whose keys, values or text cannot be meant."""

from __future__ import annotations

from tests.hostile.case import Case
from tests.hostile.city import PLAN, Break, content, in_file


def value(section: str, line: str, *named: str, works: bool = False) -> Case:
    """A line in a section of the plan."""
    return Case(in_file("plan.toml", section, f"{section}\n{line}"), named, works=works)


def number(section: str, key: str, text: str) -> Case:
    return value(section, f"{key} = {text}", "plan.toml", key)


NUMBERS = {
    ("[network]", "access_limit_m"): ("nan", "inf", "-1", "0", "1e308", '"far"', "[1]"),
    ("[network]", "access_detour"): ("nan", "inf", "0.5", "-1.4", "1e308", "true"),
    ("[service]", "gap_join_m"): ("nan", "inf", "-1", "1e308", '"150"'),
    ("[candidates]", "spacing_m"): ("nan", "inf", "-1", "1e308"),
    ("[candidates]", "frontage_step_m"): ("nan", "inf", "0", "-5", "1e-300"),
}
#: The plan of the city has no such section.
FETCH = {
    "timeout": ("nan", "inf", "0", "-5", "1e9", '"5"'),
    "pause": ("nan", "-1", "1e9"),
    "server": ("5", '""', '"file:///etc/passwd"', '"overpass"', '"http://a:b@c/"'),
    "nominatim": ('"ftp://c/"', '"http://[::1"'),
}
CUTOFFS = {
    "none": "[]", "one of 0": "[0]", "one below 0": "[-5]", "nan": "[nan]", "inf": "[inf]",
    "a year": "[525600]", "2,000 of them": str(list(range(1, 2001))), "a text": '["15"]',
    "a tiny one": "[1e-320]",
}  # fmt: skip


def plan(text: str | bytes, *named: str, works: bool = False) -> Case:
    return Case(content("plan.toml", text), ("plan.toml", *named), works=works)


def cutoffs(text: str) -> Break:
    return in_file("plan.toml", "[5, 15]", text)


CASES: dict[str, Case] = {
    **{
        f"{key} = {text}": number(section, key, text)
        for (section, key), texts in NUMBERS.items()
        for text in texts
    },
    **{
        f"cutoffs: {name}": Case(cutoffs(text), ("plan.toml", "cutoffs_minutes"))
        for name, text in CUTOFFS.items()
    },
    **{
        f"fetch.{key} = {text}": plan(f"{PLAN}[fetch]\n{key} = {text}\n", f"fetch.{key}")
        for key, texts in FETCH.items()
        for text in texts
    },
    "nothing": plan("", "name"),
    "no TOML": plan("name = "),
    "20,000 brackets": plan("name = " + "[" * 20_000),
    "20,000 tables in each other": plan("[" + ".".join(["a"] * 20_000) + "]"),
    "a key twice": plan('name = "a"\n' + PLAN),
    "bytes that are no text": plan(PLAN.encode() + b"\xff\xfe"),
    "UTF-16": plan(PLAN.encode("utf-16")),
    "a NUL": plan(PLAN.encode().replace(b"street", b"str\x00et")),
    "a number of 5,000 digits": plan(f"version = {'9' * 5000}\n" + PLAN),
    "a misspelt key": value("[network]", "acces_limit_m = 80", "acces_limit_m", "access_limit_m"),
    "a misspelt section": plan(PLAN + "[servise]\n", "servise", "service"),
    "a text for a table": plan(PLAN.replace("[network]\n", 'network = "map.osm"\n[x]\n')),
    "a language that is none": plan(PLAN.replace('"en"', '"eo"'), "language"),
    "a name with a line break": plan(PLAN.replace('"street"', '"a\\nb"'), works=True),
    "a name of a megabyte": plan(PLAN.replace('"street"', f'"{"x" * 900_000}"'), "name"),
    "people in the column row": Case(
        in_file("plan.toml", 'people = "people"', 'people = "row"'), ("people.csv", "'row'")
    ),
    "a column of people that is not there": Case(
        in_file("plan.toml", 'people = "people"', 'people = "poeple"'),
        ("people.csv", "poeple", "people"),
    ),
    "a profile that is none": value("[service]", 'profile = "adlut"', "adlut", "adult"),
    "a moment that is none": value("[service]", 'moments = ["noon"]', "noon"),
    "a target above all": value("[service]", "targets = { residential = 1.5 }", "targets"),
    "a target nan": value("[service]", "targets = { residential = nan }", "targets"),
    "a target of nobody": value("[service]", "targets = { sleepers = 0.5 }", "sleepers"),
    **{
        f"a crs {text}": value("[facilities]", f"crs = '{text}'", "facilities.crs")
        for text in (
            'LOCAL_CS["mine",UNIT["metre",1]]', "EPSG:0", "EPSG:99999999", "EPSG:4978",
            "EPSG:5773", "+proj=longlat", "/etc/passwd", "", "urn:ogc:def:crs:EPSG::4326x",
        )
    },
    "an absolute path that is not there": Case(
        in_file("plan.toml", '"people.csv"', '"/nowhere/people.csv"'), ("/nowhere/people.csv",)
    ),
    "a path for GDAL": Case(
        in_file("plan.toml", '"area.geojson"', '"/vsicurl/http://127.0.0.1:9/a.geojson"'),
        ("/vsicurl/",),
    ),
    "heights at an address": value(
        "[network]", 'elevation = "/vsicurl/http://127.0.0.1:9/a.tif"', "/vsicurl/"
    ),
    "heights in a folder": value("[network]", 'elevation = "."', "is a folder"),
    "a direction that is none": value("[network]", 'direction = "up"', "direction"),
    **{
        f"max_grade = {text}": plan(
            f'{PLAN}[[profiles]]\nname = "x"\nmax_grade = {text}\n', "max_grade"
        )
        for text in ("nan", "inf", "0", "-0.1", "8.3", '"steep"')
    },
    "a slope that is none": plan(f'{PLAN}[[profiles]]\nname = "x"\nslope = "hill"\n', "slope"),
    **{
        f"a condition with {key} = {text}": plan(
            f'{PLAN}[[conditions]]\nname = "ice"\n{key} = {text}\n', key
        )
        for key, text in (
            ("access_detour", "inf"), ("crossing_delay", "-1"), ("speeds", "[1]"),
            ("closed_highways", '["steps", 5]'),
        )
    },
    **{
        f"a condition with {key} = {text}": Case(
            content("plan.toml", f'{PLAN}[[conditions]]\nname = "ice"\n{key} = "{text}"\n'), (said,)
        )
        for key, text, said in (
            ("closed_area", "/vsicurl/http://127.0.0.1:9/a.geojson", "/vsicurl/"),
            ("closed_area", ".", "not a format"), ("closed_streets", "/etc/passwd", "/etc/passwd"),
        )
    },
    "a path with a NUL": Case(
        in_file("plan.toml", '"people.csv"', '"peo\\u0000ple.csv"'), ("plan.toml",)
    ),
    "a path of 5,000 letters": Case(
        in_file("plan.toml", '"people.csv"', f'"{"p" * 5000}.csv"'), ()
    ),
    "a path with a line break": Case(
        in_file("plan.toml", '"people.csv"', '"peo\\nple.csv"'), ("ple.csv",)
    ),
}  # fmt: skip
