"""Options and scenarios that cannot be meant, and folders that nothing can be written into."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.hostile.case import Case, nothing
from tests.hostile.city import PLAN, SCENARIO, Break, both, content, in_file, osm_xml

SITE = ("site", "plan.toml", "--out", "out2", "--quiet")
COMPARE = ("compare", "plan.toml", "scenario.json", "--out", "out2", "--quiet")
ADD = SCENARIO["edits"][0]  # type: ignore[index]


BOUNDS = '<bounds minlon="121.39" minlat="31.39" maxlon="121.43" maxlat="31.41"/>'
#: In the city everybody is near a station; with this cutoff some are not, so there is work to do.
LEFT_OUT = both(
    in_file("plan.toml", "[5, 15]", "[1]"),
    content("map.osm", osm_xml(head=BOUNDS)),
)


def site(*options: str, works: bool = False) -> Case:
    """Options of `site`; the line names the last of them."""
    named = options[-2].removeprefix("--").replace("time-limit", "time limit")
    return Case(LEFT_OUT, (named,), (*SITE, *options), works=works)


def out(name: str, make: Break = nothing, *named: str) -> Case:
    return Case(make, named, ("run", "plan.toml", "--quiet", "--out", name))


def edits(*given: Any, named: tuple[str, ...] = ()) -> Case:
    text = json.dumps({**SCENARIO, "edits": list(given)})
    return Case(content("scenario.json", text), ("scenario.json", *named), COMPARE)


def scenario(text: str | bytes, *named: str) -> Case:
    return Case(content("scenario.json", text), ("scenario.json", *named), COMPARE)


def linked(name: str, target: str) -> Break:
    return lambda folder: (folder / name).symlink_to(target)


def file_at(name: str) -> Break:
    return lambda folder: Path(folder / name).write_text("not a folder")


FETCH = ("fetch", "plan.toml", "--quiet")
NOBODY = '[fetch]\nserver = "http://127.0.0.1:9"\nnominatim = "http://127.0.0.1:9"\npause = 0\n'


def fetch(named: tuple[str, ...], *options: str, osm: str = "new.osm", more: str = NOBODY) -> Case:
    """Streets for a plan that names another file of them."""
    text = PLAN.replace('"map.osm"', f'"{osm}"') + more
    return Case(content("plan.toml", text), named, (*FETCH, *options))


def locate(text: str | bytes, *named: str, to: str = "located.csv") -> Case:
    command = ("locate", "asked.csv", "--plan", "plan.toml", "--out", to)
    return Case(content("asked.csv", text), named, command)


CASES: dict[str, Case] = {
    "rows to locate that say nothing": locate("facility_id\n1\n", "asked.csv", "address"),
    "rows to locate that are none": locate(b"\xff\xfe\x00", "asked.csv"),
    "rows to locate that are there": locate("name,lon,lat\na,121.4,31.4\n", "nothing to locate"),
    "rows located over a table": locate("name\na\n", "people.csv", to="people.csv"),
    "rows located into nowhere": locate("name\na\n", "none", to="none/located.csv"),
    "rows located as a picture": locate("name\na\n", "located.png", to="located.png"),
    "fetch of nobody": fetch(("127.0.0.1:9", "cannot be reached")),
    "fetch over a file of the user": fetch(("map.osm", "--replace"), osm="map.osm"),
    "fetch into another folder": fetch(("new.osm", "outside"), osm="../new.osm"),
    "fetch into a table": fetch(("people.csv", "no name"), "--replace", osm="people.csv"),
    "fetch of a place of nobody": Case(
        content("plan.toml", PLAN.replace('boundary = "area.geojson"', 'place = "X"') + NOBODY),
        ("[area] place", "127.0.0.1:9"),
        FETCH,
    ),
    "fetch of no extract": fetch(("gone.osm",), "--pbf", "gone.osm"),
    "fetch of a folder": fetch(("out",), "--pbf", "out"),
    "fetch of a table": fetch(("people.csv",), "--pbf", "people.csv"),
    "fetch of a file address": fetch(("file:///",), "--pbf", "file:///etc/passwd.osm"),
    "fetch of an address of nothing": fetch(("http://",), "--pbf", "http://"),
    **{f"--budget {text}": site("--budget", text) for text in ("nan", "inf", "-1", "1e400")},
    **{
        f"--share {text}": site("--model", "lscp", "--share", text)
        for text in ("nan", "1.5", "-0.1", "inf")
    },
    **{f"--sites {text}": site("--sites", text) for text in ("0", "-3", "1000000000000")},
    **{f"--time-limit {text}": site("--time-limit", text) for text in ("nan", "-1", "inf")},
    **{f"--gap {text}": site("--gap", text) for text in ("nan", "-1", "2")},
    **{f"--closures {text}": site("--closures", text) for text in ("-1", "99999")},
    **{
        f"--weights {text}": site("--weights", text)
        for text in ("residential=nan", "residential=-1", "sleepers=1", "=", "residential=1e400")
    },
    **{
        f"--why-not {text}": site("--why-not", text)
        for text in ("nan,nan", "121.4", "121.4,91", "x,y", "500,31.4")
    },
    "--model of nobody": site("--model", "mclpp"),
    "--force of an unknown site": site("--force", "C9"),
    "--out that is empty": out(""),
    "--out with a line break": out("a\nb"),
    "--out that is a file": out("taken", file_at("taken"), "taken"),
    "--out below a file": out("taken/out", file_at("taken"), "taken"),
    "--out that links to nowhere": out("link", linked("link", "nowhere/at/all"), "link"),
    "--out that links to itself": out("link", linked("link", "link"), "link"),
    "--out with a name too long": out("o" * 300),
    "--out that is the plan": out("plan.toml", nothing, "plan.toml"),
    "a scenario that is no JSON": scenario("{"),
    "a scenario of 20,000 brackets": scenario("[" * 20_000),
    "a scenario that is a list": scenario("[]"),
    "a scenario of another plan": scenario(json.dumps({**SCENARIO, "plan": "other"}), "other"),
    "a scenario of another version": scenario(json.dumps({**SCENARIO, "version": 9}), "version"),
    "a scenario with NaN": scenario(json.dumps(SCENARIO).replace("121.41", "NaN")),
    "a scenario with a key twice": scenario(json.dumps(SCENARIO).replace("{", '{"version": 1,', 1)),
    "a scenario that is no text": scenario(b"\xff\xfe{}"),
    "an edit of no kind": edits({"op": "fly", "id": "F1"}, named=("fly",)),
    "an edit without a kind": edits({"id": "F1"}, named=("op",)),
    "an edit of an unknown station": edits({"op": "close", "id": "F9"}, named=("F9",)),
    "an edit that is a number": edits(7),
    "a station beyond the area": edits({**ADD, "lon": 100.0}, named=("N1",)),
    "a station at latitude 91": edits({**ADD, "lat": 91}, named=("lat",)),
    "a station with an unknown key": edits({**ADD, "colour": "red"}, named=("colour",)),
    "a station twice": edits(ADD, ADD, named=("N1",)),
    "a path through one place": edits(
        {"op": "add_path", "id": "P1", "path": [[121.41, 31.4]]}, named=("path",)
    ),
    "a path of 5,000 km": edits(
        {"op": "add_path", "id": "P1", "path": [[121.41, 31.4], [80.0, 31.4]]}, named=("P1",)
    ),
    "hours that cannot be read": edits(
        {"op": "hours", "id": "F1", "opening_hours": "sometimes"}, named=("sometimes",)
    ),
}
