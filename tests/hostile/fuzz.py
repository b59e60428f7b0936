"""Feeds every reader with spoilt files for as long as asked: `make fuzz`, 10 minutes by default.

Each reader has a file it reads well. Hypothesis changes bytes of it; the reader then has to return
something or to say in one line what is wrong. What it does otherwise is made as small as possible,
printed and kept in the folder `fuzz-found`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from planner import PlannerError
from planner.plan import load_plan
from planner.sources.candidates import load_candidates
from planner.sources.osm import load_osm
from planner.sources.results import load_result
from planner.sources.scenarios import load_scenario
from planner.sources.tables import (
    load_demand_points,
    load_facilities,
    load_gates,
    load_polygons,
    load_town_totals,
)
from tests.hostile.child import run_planner
from tests.hostile.city import write_city
from tests.hostile.pbf import pbf_of

FOUND = Path("fuzz-found")
EXAMPLES_A_ROUND = 100
MAX_LINE = 2000
#: What files are made of: put in by hand, chance would seldom find them.
PIECES = (
    b",", b'"', b"\n", b"\r", b"\x00", b"\xff\xfe", b"[", b"{", b"}", b"<", b">", b"/>", b"-",
    b"nan", b"1e400", b"null", b"9" * 30, b"=", b"@", "街".encode(), b"\xe2\x80\xae",
)  # fmt: skip

#: One change: where (a share of the length), how many bytes go, and what comes in their place.
Change = tuple[float, int, bytes]
CHANGES = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 40),
        st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)),
    ),
    min_size=1,
    max_size=6,
)


@dataclass(frozen=True)
class Reader:
    """What reads a file of the city, and which file."""

    file: str
    read: Callable[[Path], object]


def in_folder(read: Callable[[Path], object]) -> Callable[[Path], object]:
    """Read the folder that a file is part of."""
    return lambda path: read(path.parent)


READERS = (
    Reader("plan.toml", load_plan),
    Reader("facilities.csv", load_facilities),
    Reader("people.csv", lambda path: load_demand_points(path, people="people")),
    Reader("gates.csv", load_gates),
    Reader("candidates.csv", load_candidates),
    Reader("totals.csv", load_town_totals),
    Reader("towns.geojson", load_polygons),
    Reader("towns.gpkg", load_polygons),
    Reader("map.osm", load_osm),
    Reader("map.osm.pbf", load_osm),
    Reader("scenario.json", load_scenario),
    Reader("out/run.json", in_folder(load_result)),
    Reader("out/summary.json", in_folder(load_result)),
    Reader("out/result.gpkg", in_folder(load_result)),
)


def spoilt(content: bytes, changes: list[Change]) -> bytes:
    """Return a content with some changes made in it, one after the other."""
    for share, gone, new in changes:
        at = int(share * len(content))
        content = content[:at] + new + content[at + gone :]
    return content


def fuzz(reader: Reader, folder: Path, seconds: float) -> int:
    """Try one reader for some time; return how often. What it finds is raised."""
    path = folder / reader.file
    whole = path.read_bytes()
    count, end = 0, time.monotonic() + seconds

    def tried(changes: list[Change]) -> None:
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
            seed(rounds)(limits(given(CHANGES)(tried)))()
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
    gpd.read_file(city / "towns.geojson").to_file(city / "towns.gpkg", layer="towns")
    (city / "map.osm.pbf").write_bytes(pbf_of(b"Street"))
    outcome = run_planner(["run", "plan.toml", "--out", "out", "--quiet"], city)
    assert outcome.code == 0, outcome.stderr
    return city


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--only", help="a file, like map.osm")
    asked = parser.parse_args()
    readers = [reader for reader in READERS if asked.only in (None, reader.file)]
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        city = prepared(Path(folder))
        for reader in readers:
            try:
                count = fuzz(reader, city, asked.minutes * 60 / len(readers))
                print(f"{reader.file}: {count} spoilt files, each read or refused in one line")
            except Exception as error:  # whatever it is, it is what we look for
                faults += 1
                print(f"{reader.file}: {type(error).__name__}: {error}", file=sys.stderr)
                print(f"  the file is kept: {FOUND / Path(reader.file).name}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
