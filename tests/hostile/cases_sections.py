"""Sections of a plan that may stand there, and files that only some plans name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.hostile.case import CHECK, RUN, Case
from tests.hostile.city import (
    CANDIDATES,
    FACILITIES,
    GATES,
    GROUPS,
    PLAN,
    Break,
    both,
    content,
    in_file,
    polygons,
)

WHOLE = (-0.003, -0.003, 0.023, 0.006)


def section(heading: str, *named: str, **values: Any) -> Case:
    """A section at the end of the plan; each value as TOML writes it."""
    lines = [heading, *(f"{key} = {text}" for key, text in values.items())]
    text = PLAN + "\n".join(lines) + "\n"
    return Case(content("plan.toml", text), ("plan.toml", *named))


def rule(named: str, **values: Any) -> Case:
    whole = {
        "id": '"r"', "tier": '"town"', "level": '"any"', "cutoff_minutes": 15,
        "source": '"us"', "status": '"draft"',
    }  # fmt: skip
    kept = {key: text for key, text in (whole | values).items() if text is not None}
    return section("[[rules]]", named, **kept)


def profile(named: str, **values: Any) -> Case:
    return section("[[profiles]]", named, **({"name": '"slow"'} | values))


def moment(named: str, **values: Any) -> Case:
    return section("[[moments]]", named, **({"name": '"fair"'} | values))


def row(table: list[str], name: str, line: str, *named: str, works: bool = False) -> Case:
    """A table with one more row; if it may work, it is read and no more."""
    text = "\n".join([*table, line]) + "\n"
    return Case(
        content(name, text),
        (name, f"row {len(table) + 1}", *named),
        CHECK if works else RUN,
        works=works,
    )


def polygons_of(key: str, text: str | bytes, *named: str) -> Case:
    """A file of polygons that [area] names at a key."""
    return Case(
        both(
            content(f"{key}.geojson", text),
            in_file("plan.toml", "[area]", f'[area]\n{key} = "{key}.geojson"'),
        ),
        (f"{key}.geojson", *named),
    )


def named_polygons(*properties: dict[str, Any]) -> str:
    """Rectangles over the whole city with these properties."""
    found = polygons({str(number): WHOLE for number in range(len(properties))})
    for feature, given in zip(found["features"], properties, strict=True):  # type: ignore[call-overload]
        feature["properties"] = given
    return json.dumps(found)


def folder_at(name: str) -> Break:
    return lambda folder: Path(folder / name).mkdir()


CASES: dict[str, Case] = {
    "a rule without an id": rule("id", id=None),
    "a rule of two cutoffs": rule("cutoff", cutoff_m=900),
    "a rule of no cutoff": rule("cutoff", cutoff_minutes=None),
    "a rule at a cutoff nan": rule("cutoff_minutes", cutoff_minutes="nan"),
    "a rule at a cutoff of 1e308": rule("cutoff_minutes", cutoff_minutes="1e308"),
    "a rule of -1 m": rule("cutoff_m", cutoff_minutes=None, cutoff_m=-1),
    "a rule of 1e300 m": rule("cutoff_m", cutoff_minutes=None, cutoff_m="1e300"),
    "a rule of an unknown profile": rule("flier", profile='"flier"'),
    "a rule of an unknown moment": rule("noon", moment='"noon"'),
    "a rule of an unknown kind": rule("kind", kind='"sleepers"'),
    "a rule of an unknown status": rule("status", status='"gospel"'),
    "a rule with a target of 2": rule("target", target=2),
    "a rule with a target nan": rule("target", target="nan"),
    "a rule with a key of nobody": rule("cutof", cutof=3),
    "a rule with an id of two lines": rule("id", id='"a\\nb"'),
    "a rule twice": Case(
        content(
            "plan.toml",
            PLAN + 2 * ('[[rules]]\nid = "r"\ntier = "town"\nlevel = "any"\ncutoff_minutes = 9\n'
            'source = "us"\nstatus = "draft"\n'),
        ),
        ("plan.toml", "rules"),
    ),
    "rules that are a table": section("[rules]", "rules", id='"r"'),
    "a profile without a name": section("[[profiles]]", "name", speed_kmh=3),
    "a profile of no speed": profile("speed_kmh", speed_kmh=0),
    "a profile of speed nan": profile("speed_kmh", speed_kmh="nan"),
    "a profile of 1e308 km/h": profile("speed_kmh", speed_kmh="1e308"),
    "a profile of steps below nothing": profile("steps_factor", steps_factor=-1),
    "a profile of a delay inf": profile("signal_s", signal_s="inf"),
    "a profile of a delay below nothing": profile("gate_s", gate_s=-5),
    "a profile like nobody": profile("ghost", like='"ghost"'),
    "a profile like itself": profile("slow", like='"slow"'),
    "a profile on a horse": profile("vehicle", vehicle='"horse"'),
    "a moment of no time": moment("moments"),
    "a moment of a day alone": moment("moments", day='"sunday"'),
    "a moment at 25 o'clock": moment("25:00", day='"sunday"', time='"25:00"'),
    "a moment on 30 February": moment("2026-02-30", at='"2026-02-30T10:00"'),
    "a moment in the year 99999": moment("99999", at='"99999-01-01T10:00"'),
    "a moment in the year 1": moment("at", at='"0001-01-01T00:00"'),
    "a moment with a zone": moment("at", at='"2026-02-03T10:00+08:00"'),
    "a moment that is a number": moment("at", at=20260203),
    "a moment called all": moment("all", name='"all"', day='"sunday"', time='"10:00"'),
    "an unknown time zone": Case(
        in_file("plan.toml", "[service]", '[service]\ntimezone = "Mars/Olympus"'),
        ("plan.toml", "timezone"),
    ),
    "a time zone that is a file": Case(
        in_file("plan.toml", "[service]", '[service]\ntimezone = "../../../etc/passwd"'),
        ("plan.toml", "timezone"),
    ),
    "a country that is none": Case(
        in_file("plan.toml", "[service]", '[service]\ncountry = "../x"'), ("plan.toml", "country"),
    ),
    "a billion repeats": section("[uncertainty]", "repeats", repeats=10**9),
    "repeats below nothing": section("[uncertainty]", "repeats", repeats=-1),
    "a range the wrong way round": section("[uncertainty]", "speed", repeats=2, speed="[2, 1]"),
    "a range of one": section("[uncertainty]", "speed", repeats=2, speed="[1]"),
    "a range with nan": section("[uncertainty]", "speed", repeats=2, speed="[nan, 1]"),
    "a limit of an unknown town": Case(
        content("plan.toml", PLAN + '[[candidates.limits]]\ntown = "North"\nmost = 1\n'),
        ("candidates.limits[1].town", "North"),
    ),
    "a limit of less than least": section(
        "[[candidates.limits]]", "least", town='"West"', least=2, most=1
    ),
    "a limit of a budget nan": section(
        "[[candidates.limits]]", "budget", town='"West"', budget="nan"
    ),
    "a cost below nothing": section("[candidates.costs]", "new", new=-1),
    "a cost of 1e308": section("[candidates.costs]", "new", new="1e308"),
    "a weight nan": section("[candidates.weights]", "street", street="nan"),
    "routes without sites": section("[routes]", "routes.sites"),
    "routes of a table that is not there": Case(
        content("plan.toml", PLAN + "[routes]\nsites = \"none.csv\"\n"), ("none.csv",)
    ),
    "routes for nan minutes": section("[routes]", "minutes", sites='"c.csv"', minutes="nan"),
    "a coach of 1e308 km/h": section(
        "[routes]", "speed_kmh", sites='"c.csv"', bus='{ streets = ["primary"], speed_kmh = 1e308 }'
    ),
    "a group of two sources": Case(
        in_file("plan.toml", 'table = "groups.csv"', 'table = "groups.csv"\nshare = 0.5'),
        ("plan.toml", "groups"),
    ),
    "a group of a share above all": Case(
        in_file("plan.toml", 'table = "groups.csv"', "share = 1.5"), ("plan.toml", "share"),
    ),
    "a group of a column that is not there": Case(
        in_file("plan.toml", 'table = "groups.csv"', 'column = "seniors"'),
        ("people.csv", "seniors"),
    ),
    "a group of a name with a line break": Case(
        in_file("plan.toml", 'name = "old"', 'name = "o\\nld"'), ("plan.toml", "groups", "name"),
    ),
    "a group whose name is a column": Case(
        in_file("plan.toml", 'name = "old"', 'name = "nearest_residential"'), ("groups",),
    ),
    "a group that no row is of": Case(
        in_file("groups.csv", "West,old", "West,young"), ("groups.csv",), CHECK, works=True
    ),
    "a town twice in a group": row(GROUPS, "groups.csv", "West,old,1", "West"),
    "an unknown town in a group": row(GROUPS, "groups.csv", "North,old,1", "North", works=True),
    "a group below nothing": row(GROUPS, "groups.csv", ",old,-1"),
    "a group of more than all": Case(
        in_file("groups.csv", "West,old,5", "West,old,5000"), ("groups.csv", "West"),
    ),
    "a gate for a ghost": row(GATES, "gates.csv", "G2,121.405,31.4,,ghost", "ghost"),
    "a gate of hours that cannot be read": row(
        GATES, "gates.csv", "G2,121.405,31.4,sometimes,residents", "sometimes", works=True
    ),
    "a gate on the other side of the Earth": row(
        GATES, "gates.csv", "G2,-58.6,-31.4,,residents", works=True
    ),
    "a gate twice": row(GATES, "gates.csv", "G1,121.405,31.4,,residents", "G1"),
    "a candidate of no action": row(CANDIDATES, "candidates.csv", "C3,X,121.41,31.4,fly,1,1,West",
                                    "fly"),
    "a candidate twice": row(CANDIDATES, "candidates.csv", "C1,X,121.41,31.4,new,1,1,West", "C1"),
    "a candidate that costs less than nothing": row(
        CANDIDATES, "candidates.csv", "C3,X,121.41,31.4,new,-1,1,West", "cost"
    ),
    "a candidate of room nan": row(
        CANDIDATES, "candidates.csv", "C3,X,121.41,31.4,new,1,nan,West", works=True
    ),
    "a candidate called like a station": row(
        CANDIDATES, "candidates.csv", "F1,X,121.41,31.4,new,1,1,West", works=True
    ),
    "a station whose hours are 100,000 letters": row(
        FACILITIES, "facilities.csv",
        f'F4,Fourth,121.41,31.4,town,open,"{"Mo 09:00-10:00," * 7000}",5', works=True,
    ),
    "a station whose hours nest": row(
        FACILITIES, "facilities.csv", f"F4,Fourth,121.41,31.4,town,open,{'(' * 2000},5", works=True
    ),
    "tiers without a tier": polygons_of("tiers", named_polygons({"name": "A"}), "tier"),
    "tiers that are points": polygons_of(
        "tiers",
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"tier":"city"},'
        '"geometry":{"type":"Point","coordinates":[121.4,31.4]}}]}',
    ),
    "tiers that are a list": polygons_of("tiers", "[]"),
    "tiers that are empty": polygons_of("tiers", '{"type":"FeatureCollection","features":[]}'),
    "committees without a name": polygons_of("committees", named_polygons({"called": "A"}), "name"),
    "a committee of an unknown station": polygons_of(
        "committees", named_polygons({"name": "A", "facility_id": "F9"}), "F9"
    ),
    "a committee twice": polygons_of(
        "committees", named_polygons({"name": "A"}, {"name": "A"}), "A"
    ),
    "committees cut in the middle": polygons_of("committees", named_polygons({"name": "A"})[:80]),
    "committees with a name of two lines": polygons_of(
        "committees", named_polygons({"name": "A\nB"}, {"name": "A\nB"})
    ),
    "init of no extract": Case(
        lambda _: None, ("gone.osm",), ("init", "mine", "--osm", "gone.osm")
    ),
    "init of an extract that is a table": Case(
        lambda _: None, ("people.csv",), ("init", "mine", "--osm", "people.csv")
    ),
    "init of stations that are not there": Case(
        lambda _: None, ("gone.csv",),
        ("init", "mine", "--osm", "map.osm", "--facilities", "gone.csv"),
    ),
    "init over a plan": Case(lambda _: None, ("plan.toml",), ("init", ".", "--osm", "map.osm")),
    "init in a file": Case(
        lambda _: None, ("plan.toml",), ("init", "plan.toml", "--osm", "map.osm")
    ),
    "init of no name": Case(
        lambda _: None, ("name",), ("init", "mine", "--osm", "map.osm", "--name", "")
    ),
    "init in no folder": Case(lambda _: None, ("folder",), ("init", "", "--osm", "map.osm")),
    "demo into a file": Case(lambda _: None, ("plan.toml",), ("demo", "--out", "plan.toml")),
    "demo into no name": Case(lambda _: None, ("folder",), ("demo", "--out", "")),
    "demo where its input is a file": Case(
        lambda folder: (
            folder_at("shown")(folder), (folder / "shown" / "input").write_text("taken"),
        ),
        ("input",),
        ("demo", "--quiet", "--out", "shown"),
    ),
    "check of a plan that is a folder": Case(folder_at("p.toml"), ("p.toml",), ("check", "p.toml")),
}  # fmt: skip
