"""Feeds every reader with spoilt files for as long as asked: `make fuzz`, 10 minutes by default.

Each reader has a file it reads well. Hypothesis changes bytes of it; the reader then has to return
something or to say in one line what is wrong. What it does otherwise is made as small as possible,
printed and kept in the folder `fuzz-found`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from planner import PlannerError
from planner.maps import draw_map
from planner.plan.moments import (
    USUAL_MOMENTS,
    are_open_at,
    find_hours_fault,
    is_always_open,
    list_hours_notes,
    make_usual_moment,
    may_ever_open,
)
from planner.sources.candidate_table import load_candidates
from planner.sources.group_tables import load_group_table
from planner.sources.hashes import hash_file
from planner.sources.osm.conditions import (
    find_tags_at,
    list_permissions,
    list_unreadable,
    read_tags,
    write_tags,
)
from planner.sources.osm.extract import load_osm
from planner.sources.plan_file import load_plan
from planner.sources.polygon_table import load_polygons
from planner.sources.results import load_result
from planner.sources.scenario_file import load_scenario
from planner.sources.tables import (
    load_demand_units,
    load_facilities,
    load_gates,
    load_town_totals,
)
from tests.hostile.case import RUN
from tests.hostile.child import PREPARING_SECONDS, run_planner
from tests.hostile.city import FACILITIES, write_city, write_lines
from tests.hostile.pbf import pbf_of
from tests.sources.formats import (
    write_marked_utf16,
    write_ods,
    write_report,
    write_xls,
    write_zip,
)

FOUND = Path("fuzz-found")
EXAMPLES_A_ROUND = 100
MAX_LINE = 2000
#: What files are made of: put in by hand, chance would seldom find them.
PIECES = (
    b",", b'"', b"\n", b"\r", b"\x00", b"\xff\xfe", b"[", b"{", b"}", b"<", b">", b"/>", b"-",
    b"nan", b"1e400", b"null", b"9" * 30, b"=", b"@", "街".encode(), b"\xe2\x80\xae",
)  # fmt: skip

#: A line each: what stations, gates and ways say of their hours.
HOURS = (
    "Mo-Fr 08:30-17:00; Sa,Su off", "24/7", 'PH,Su off || "by appointment"',
    "Mar-Oct 22:00-02:00+", "Mo[1],Tu[-1] sunrise-(sunset+01:00)",
    "week 1-53/2 We 10:00-18:00/90", "2026 Dec 24-Jan 2 off",
)  # fmt: skip
CONDITIONS = (
    "no @ (22:00-06:00); yes @ (PH)", "private @ (Mo-Fr 07:00-09:00 AND Sep-Jun)",
    "yes @ 06:00-20:00", "no @ (wet); designated @ ((Su))",
)  # fmt: skip
MOMENTS = [make_usual_moment(name) for name in USUAL_MOMENTS]

#: One change: where (a share of the length), how many bytes go, and what comes in their place.
Change = tuple[float, int, bytes]
SHARE = st.floats(0, 1, exclude_max=True)
CHANGES = st.lists(
    st.tuples(
        SHARE,
        st.integers(0, 40),
        st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)),
    ),
    min_size=1,
    max_size=6,
)
#: Of a JSON also: which of its values (a share of all) goes, and what comes in its place.
NewValue = tuple[float, object]
NEW_VALUES = st.tuples(
    SHARE, st.sampled_from([None, True, "x", "", -1e300, 10**30, 0, [], {}, [[1]], [None], {"": 1}])
)


@dataclass(frozen=True)
class Reader:
    """What reads a file of the city, and which file."""

    file: str
    read: Callable[[Path], object]


def read_run(path: Path) -> object:
    """Read the result that a file is part of; run.json vouches for whatever the file is now."""
    run = path.with_name("run.json")
    if path != run:
        content = json.loads(run.read_bytes())
        content["outputs"] = {name: hash_file(path.with_name(name)) for name in content["outputs"]}
        run.write_text(json.dumps(content), encoding="utf-8")
    finished = load_result(path.parent)
    return draw_map(finished.layers, finished.summary, title="Street", language="en", date="2026")


def lines_of(path: Path) -> list[str]:
    return path.read_bytes().decode("utf-8", errors="replace").split("\n")


def read_hours(path: Path) -> None:
    """Ask all that is asked of opening hours."""
    lines = lines_of(path)
    are_open_at(lines, MOMENTS[0])
    list_hours_notes(lines, MOMENTS)
    for line in lines:
        said = find_hours_fault(line)
        if "\n" in said or len(said) > MAX_LINE:
            raise ValueError(f"no line that helps: {said!r:.300}")
        if not said:
            may_ever_open(line)
            is_always_open(line)


def read_conditions(path: Path) -> None:
    """Ask all that is asked of the conditions of a way, and keep them as the cache does."""
    for line in lines_of(path):
        tags = {"highway": "footway", "foot:conditional": line, "opening_hours": line}
        for moment in (None, *MOMENTS):
            find_tags_at(tags, moment)
        list_permissions(tags)
        if any("\n" in one for one in list_unreadable(tags)):
            raise ValueError(f"no line that helps: {line!r:.300}")
        kept = write_tags("public", tags, tuple(tags))
        meant_for, read = read_tags(kept)
        if write_tags(meant_for, read, tuple(tags)) != kept:
            raise ValueError(f"not what was kept: {line!r:.300}")


READERS = (
    Reader("plan.toml", load_plan),
    Reader("facilities.csv", load_facilities),
    Reader("people.csv", lambda path: load_demand_units(path, people="people")),
    Reader("gates.csv", load_gates),
    Reader("candidates.csv", load_candidates),
    Reader("totals.csv", load_town_totals),
    Reader("towns.geojson", load_polygons),
    Reader("towns.gpkg", load_polygons),
    Reader("towns.zip", load_polygons),
    Reader("towns.shp", load_polygons),
    Reader("towns.dbf", lambda path: load_polygons(path.with_suffix(".shp"))),
    Reader("towns.parquet", load_polygons),
    Reader("stations.xlsx", load_facilities),
    Reader("stations.xls", load_facilities),
    Reader("stations.ods", load_facilities),
    Reader("stations.txt", load_facilities),
    Reader("map.osm", load_osm),
    Reader("map.osm.pbf", load_osm),
    Reader("scenario.json", load_scenario),
    Reader("groups.csv", lambda path: load_group_table(path, "old")),
    Reader("hours.txt", read_hours),
    Reader("conditions.txt", read_conditions),
    Reader("out/run.json", read_run),
    Reader("out/summary.json", read_run),
    Reader("out/result.gpkg", read_run),
)


def spoilt(content: bytes, changes: list[Change] | NewValue) -> bytes:
    """Return a content with some changes made in it, one after the other."""
    if isinstance(changes, tuple):
        return with_value(content, *changes)
    for share, gone, new in changes:
        at = int(share * len(content))
        content = content[:at] + new + content[at + gone :]
    return content


def with_value(content: bytes, share: float, value: object) -> bytes:
    """Return a JSON in which one value, however deep, is another one."""
    tree = json.loads(content)
    places = list(places_in(tree))
    holder, key = places[int(share * len(places))]
    holder[key] = value
    return json.dumps(tree).encode()


def places_in(value: Any) -> Iterator[tuple[Any, Any]]:
    """List every place of a value: the object or list that holds it, and its key there."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in list(pairs):
        yield value, key
        if isinstance(part, dict | list):
            yield from places_in(part)


def fuzz(reader: Reader, folder: Path, seconds: float, first: int) -> int:
    """Try one reader for some time; return how often. What it finds is raised.

    first : number that chance starts from.
    """
    path = folder / reader.file
    whole = path.read_bytes()
    how = CHANGES | NEW_VALUES if path.suffix in {".json", ".geojson"} else CHANGES
    count, end = 0, time.monotonic() + seconds

    def tried(changes: list[Change] | NewValue) -> None:
        """Read one spoilt file."""
        nonlocal count
        count += 1
        path.write_bytes(spoilt(whole, changes))
        try:
            reader.read(path)
        except PlannerError as error:
            line = str(error)
            if "\n" in line or len(line) > MAX_LINE:
                raise ValueError(f"no line that helps: {line!r:.300}") from error

    rounds = 0
    try:
        while time.monotonic() < end:
            limits = settings(
                max_examples=EXAMPLES_A_ROUND, deadline=None, database=None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            seed(first + rounds)(limits(given(how)(tried)))()
            rounds += 1
    except BaseException:
        FOUND.mkdir(exist_ok=True)
        (FOUND / Path(reader.file).name).write_bytes(path.read_bytes())
        raise
    finally:
        path.write_bytes(whole)
    return count


def prepared(folder: Path) -> Path:
    """Write the city, its towns and streets in other formats too, and a run of it."""
    import geopandas as gpd

    city = folder / "city"
    write_city(city)
    towns = gpd.read_file(city / "towns.geojson")
    towns.to_file(city / "towns.gpkg", layer="towns")
    towns.to_file(city / "towns.shp")
    towns.to_parquet(city / "towns.parquet")
    write_zip(city / "towns.zip", towns)
    stations = [line.split(",") for line in FACILITIES]
    write_report(city / "stations.xlsx", stations)
    write_xls(city / "stations.xls", stations)
    write_ods(city / "stations.ods", stations)
    write_marked_utf16(city / "stations.txt", stations, big=False)
    (city / "map.osm.pbf").write_bytes(pbf_of(b"Street"))
    write_lines(city / "hours.txt", list(HOURS))
    write_lines(city / "conditions.txt", list(CONDITIONS))
    outcome = run_planner([*RUN], city, most_seconds=PREPARING_SECONDS)
    assert outcome.code == 0, outcome.stderr
    return city


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--only", help="a file, like map.osm")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="repeats a night")
    asked = parser.parse_args()
    print(f"--seed {asked.seed}")
    readers = [reader for reader in READERS if asked.only in (None, reader.file)]
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        city = prepared(Path(folder))
        for reader in readers:
            try:
                count = fuzz(reader, city, asked.minutes * 60 / len(readers), asked.seed)
                print(f"{reader.file}: {count} spoilt files, each read or refused in one line")
            except Exception as error:  # whatever it is, it is what we look for
                faults += 1
                print(f"{reader.file}: {type(error).__name__}: {error}", file=sys.stderr)
                print(f"  the file is kept: {FOUND / Path(reader.file).name}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
