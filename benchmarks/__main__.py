"""`python -m benchmarks`: run the parts, print the table, write results.md and the picture.

Examples
--------
All of them, then results.md:

    python -m benchmarks

One part, then results.md with what all others measured last on this machine:

    python -m benchmarks --only valhalla --write
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.kept import Measured, days_as_text, keep, read_kept
from benchmarks.measure import ALL_CORES, CLOCK, REPOSITORY, machine, use_cores, versions
from benchmarks.table import Row, skipped, to_markdown, to_text, verdict

if TYPE_CHECKING:
    from benchmarks.cities import City

RESULTS = Path(__file__).with_name("results.md")
PICTURE = REPOSITORY / "docs" / "accuracy.png"
#: What a reader needs to know about the figures.
NOTES = """\
Growth: on one copy a stage takes hundredths to tenths of a second, so the ratios of stages differ
from run to run by up to a third. All facilities of Porto Alegre are of one level, so its rules use
minutes that the run has measured already; a plan with several levels measures more for its rules.

Three bands of one facility: most of the time goes to the question how deep each lattice point
lies inside the isochrone. What made this faster: points are asked in blocks of 4 x 4, and a block
that a street fills, or that no street comes near, needs no question for each point; blocks that
are deep all over are passed over. Beside walls: which points of a block are walked to from a line
of street depends on no station, so it is asked once and noted, three bits for each point (8 bytes
for a block and a line); then the depths of 16 points are worked out without a branch. Helpers of
kernels do not count who holds the arrays they are given (a quarter of the time of all that is
called often, searches too). Working arrays and a blank table are kept; one kernel goes from the
streets reached to the rings of all bands.

What did not help: filling the middle first where nothing stands near; cells of another size (less
exact); blocks of 8 x 8 points (more time, in open streets and beside walls); depths as 32-bit
numbers; drawing from the outside inwards (as many blocks); leaving out a block whose lowest point
lies deeper than a street can make it (8 % of the blocks); keeping what is noted of neighbouring
streets together in memory (nothing).

One centre on its own: pandas and geopandas took a quarter of the time to look into a table of five
columns; it is put together from its columns now (0.5 ms became 0.05). Working arrays to join a
place are kept (on the demo to clear them took 0.2 ms). Parts of street of 1e-13 m, where minutes
bend at an end by rounding, were an eighth of all parts of the demo: their slant was no street's, so
that all walls near each were asked anew, half of the time of depths. Streets round the place that
are reached in time along themselves are not drawn straight too. A point that is seen from where it
lies deepest, or from nowhere, takes one root and not four. Barriers are looked for at an outline
only between neighbours that one may part (0.02 ms).

Since then, a tenth less beside walls and 7 % in open streets (old and new in turn, beside 60 turns
of Valhalla on a busy machine: 1.42 and 1.29 ms of processor, 1.51 and 1.40). Which barriers may
part neighbours is listed for each block of the lattice: to look for them in cells of the barriers'
grid took 0.07 of 0.1 ms of outlines. Whether a layer's CRS is that of the streets is worked out
once (0.04 ms each time, where one is told by name and the other in full). Arrays that grow are
handed on only where they have to (each time numba counts who holds them). Of what is left beside
walls 0.07 ms was handing some 150 arrays to three kernels, 0.04 asking the compounds' tree, 0.03
putting polygons together and 0.07 the table: after a kernel these steps of Python run three times
as long as in a loop of their own, as nothing of them is in the cache.

Before that (1.3 to 1.4 ms of processor beside walls, 1.4 to 1.6 in open streets;
Valhalla 2.2 and 2.7 in the same run): beside walls 0.33 ms depths, 0.2 outlines, 0.15 the streets
reached, 0.1 joining the place; in open streets 0.5, 0.1, 0.25 and 0.1. The rest, 0.4 ms, is Python
in some hundred small steps. The depths of three bands in open streets are those of 1,300 strips of
street in 11,000 blocks of 16 points and 24,000 blocks that are asked for their middle, of which
about 400 lie at an outline. To follow an outline takes 90 to 120 ns a corner, to look for it a
fifth of that.

All 665 stations of the demo for four profiles, three bands each: 20.4 s of processor at the
beginning of issue 19 (40ceae69), 5.3 s for the first drawing and 4.0 for the next before single
centres were worked on, 4.0 and 2.5 s since.

Beside Valhalla: the same extract, centres and bands, a pedestrian of 4 km/h, one core; its answer
is GeoJSON over loopback, ours a table. Its outlines agree with an exact one by 0.89, ours by
0.998. All centres are drawn once before the clock starts, by both: what stands beside walls is
noted then. Of all 665 stations of the demo the first drawing takes a third longer than the next.

Which clock counts: this table uses the clock on the wall. It adds to Valhalla's time the way over
loopback (0.2 to 0.3 ms of this are processor time of our client): Valhalla takes 2.01 to 2.15 times
as long as we do at both places. By processor time alone, that of its service and ours
(BENCH_CLOCK=cpu), it takes 1.97 times as long in Porto Alegre and 1.93 times beside walls.

The last 7 to 9 % (old and new code in turn, 100 and 150 turns of each; the shares are from turns of
their own, which differ by 2 %): `settled` kernels check the types of a hundred arrays once and not
at every call (5 %). Where a loop may replace an array by a larger one, numba counts who holds it;
so rings are found and followed, and reached parts added, by helpers that are given an array and say
when it is too small (2 to 4 %). Whether all points of a block are deep is one bit, not a sum (2 %).
The slant of a street is worked out only beside walls, and of the two capsules of a strip only the
one that is drawn (2 %). Tried and given up: to leave out the roots in a block where no point is
raised (5 % more time: the question costs more than the roots); an octagon round a capsule in place
of a rectangle (no gain).

What helped little or not: fewer small arrays in Python (1 %, kept where it is shorter); leaving a
row of blocks behind the last one near the street (1.7 % of depths and outlines beside walls,
nothing in open streets); shifts in place of divisions by 4 (nothing: the compiler makes them); a
heap that takes the smaller child without a branch (10 to 16 % of a search, but that is 0.003 ms
here). No call takes pages from the system or wakes Python's collector of garbage. To hand arrays to
the three kernels took 0.085 to 0.105 ms on a busy machine, 0.06 with warm caches, before two of
them were `settled`. In open streets
0.1 of 0.73 ms of depths and outlines go to the strips of street, another 0.1 to outlines. Of the
0.5 left, 0.18 are explained by the work on blocks (11.5 ns to paint one, 2.3 to ask for its middle,
each in a loop of its own); the rest is probably branches that are hard to foresee.

Accuracy: samples lie every 10 m beside our outlines and every 40 m elsewhere, each for the square
round it; on a grid of 5 m the reference, which asks every sample past walls in plain Python, takes
three quarters of an hour.

Repeats: whoever is covered by the slowest pace, the longest detour, the shortest limit and the
fewest gates at once is covered by every draw, and is not joined to the streets again. Draws that
take the same of unmapped gates share barriers, and all share the pieces of street and, where legs
are about as long, their grid.

On a finished run: `site` and `compare` draw the map of the run in a copy of their process, on a
second core if there is one (4 s of 13); what is found is sent there. People and sites are joined to
the streets once; nobody is asked again whom the run covered in every repeat; sums of people are
tried as decimals once and not for every site. Streets prepared like others share what is the same
(55 ms became 10 to 16 for who walks, 107 became 39 on wheels); in which compound somebody is takes
no joining; counts by town are added up for all towns at once; verdicts are objects from the start,
as pandas makes columns of texts of them and back (a sixth of `compare`). When a command ends
Python no longer looks through all that is left (`gc.freeze`: 0.5 s of 6.4). After a gate is opened
only who is beside it is joined again. The view is added to the data in the run's own page (3 of 12
s of processor) if the same program drew it: the page of an earlier program is put together again.
What is found of today is kept by the run, or by the first comparison; then only those are asked
whom a straight walk to a new station, or by an opened gate, may serve sooner (2 s and 530 MB less;
the run keeps it in 0.2 s). Three layers of the run are read, not 16, and no tables of routes and
courses (0.5 s of `compare`, about 1 s of `site`). What is left, seconds of processor: `compare` 5.3
and 0.9 in the copy (imports 1.5, the edits 1.6, people and streets 1.0); `site` 10.7 and 0.9, 3 of
them beside (imports 1.6, candidates 1.9, curve 0.9). Of `site`, a second less on the wall: the
repeats of its choice (compiled) go beside curve, alternatives and stretches (Python). The best
gains of a choice are taken column by column and not by a matrix of scipy (0.3 s of 1.2 of the
curve); whom all chosen sites reach is one search (0.4 s); sums of people some of whom are no
decimals try the others at once (0.2 s). What did not help: a lower level of zlib (0.3 s for pages
0.7 % larger); a join of one profile scaled to the speed of another (other last bits).

Memory of a run: the demo's peak fell from 1,755 MB to 1,088 (it was in the stage of verdicts, which
joined people at every hour again for minutes that were known: 290 MB). How a search finds people is
given back after the minutes (120 MB), walks of other profiles after the verdicts, what makes
`covers` quick after each isochrone was asked; the map is drawn in a copy of the process.

Loading: osmium writes nodes and ways as lines of text. Python splits these lines faster than it
reads tags from osmium's objects. A quarter of our time goes to gates, barriers and places of public
use, which pyrosm does not read.
"""
#: The folder in which the last rows of each part are kept.
KEPT = REPOSITORY / "out" / "bench" / "measured"
#: The facility of the picture, by its place in the file.
PICTURED = 12
#: The parts that need the streets of Porto Alegre.
OF_CITY = (
    "doctor", "load", "cutting", "isochrones", "accuracy", "picture", "nearest", "updates",
    "matrix", "point tables", "mclp", "whole run", "growth", "slope", "tiles", "cost", "city",
)  # fmt: skip


def parts(quick: bool) -> dict[str, Callable[[], list[Row]]]:
    """Return the parts in the order they run; `quick` takes fewer turns and facilities."""
    from benchmarks import (
        catchments,
        courses,
        demo,
        demo_sites,
        handover,
        large_tables,
        layers,
        locate,
        page,
        routes,
        startup,
        towns,
        valhalla,
        whatif,
    )
    from benchmarks.cities import porto_alegre, shanghai

    city, other = porto_alegre(), shanghai()
    turns, peer_turns = (3, 1) if quick else (7, 3)
    found: dict[str, Callable[[], list[Row]]] = {
        "start-up": lambda: startup.measure(turns),
        "demo": lambda: demo.measure(peer_turns),
        "catchments": lambda: catchments.measure(turns),
        "page": lambda: page.measure(turns),
        "what if": lambda: whatif.measure(20 if quick else 200),
        "towns": lambda: towns.measure(),
        "layers": lambda: layers.measure(peer_turns),
        "sites": lambda: demo_sites.measure((1,) if quick else (1, 2, 3)),
        "routes": lambda: routes.measure(4 if quick else 20),
        "courses": lambda: courses.measure(),
        "report": lambda: handover.measure(),
        "large tables": lambda: large_tables.measure(quick=quick),
        "locate": lambda: locate.measure(2 if quick else 20),
        "valhalla": lambda: valhalla.measure(city, turns),
    }
    if city is None:
        reason = "the data of Porto Alegre is not there"
        return found | {name: lambda name=name: [skipped(name, reason)] for name in OF_CITY}
    return found | _parts_of_city(city, other, quick=quick)


def _parts_of_city(
    city: City, other: City | None, *, quick: bool
) -> dict[str, Callable[[], list[Row]]]:
    """Return the parts `OF_CITY`, in the order they run; other : Shanghai, if it is there."""
    from benchmarks import (
        accuracy,
        city_tiles,
        cost,
        cutting,
        doctor,
        growth,
        isochrones,
        load,
        matrix,
        mclp_instance,
        nearest,
        picture,
        point_tables,
        slope,
        updates,
        whole_run,
    )

    turns, peer_turns = (3, 1) if quick else (7, 3)

    def judged() -> list[Row]:
        every = 24 if quick else 6
        cities = [(city, every)] + ([(other, every // 3)] if other else [])
        missing = [] if other else [skipped("accuracy", "the data of Shanghai is not there")]
        return accuracy.measure(cities) + missing

    def drawn() -> list[Row]:
        picture.draw(city, PICTURED, PICTURE)
        return []

    return {
        "doctor": lambda: doctor.measure(20 if quick else 200),
        "load": lambda: load.measure(city, turns, peer_turns),
        "cutting": lambda: cutting.measure(city, turns),
        "isochrones": lambda: isochrones.measure(city, turns, 3 if quick else 20),
        "nearest": lambda: nearest.measure(city, turns, peer_turns),
        "updates": lambda: updates.measure(city, turns),
        "accuracy": judged,
        "picture": drawn,
        "matrix": lambda: matrix.measure(2_000 if quick else 20_000),
        "point tables": lambda: point_tables.measure(
            city, turns, peer_turns, 2_000 if quick else 20_000
        ),
        "mclp": lambda: mclp_instance.measure((1, 2) if quick else mclp_instance.SEEDS),
        "whole run": lambda: whole_run.measure(peer_turns),
        "slope": lambda: slope.measure(peer_turns),
        "growth": lambda: growth.measure(city, 3 if quick else 10, peer_turns),
        "tiles": lambda: cutting.measure_tiles(city, 10 if quick else 100, 16),
        "cost": lambda: cost.measure(city),
        "city": lambda: city_tiles.measure(city, quick=quick),
    }


def main() -> None:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument(
        "--only", metavar="PART", action="append", help="run this part (repeatable)"
    )
    parser.add_argument("--quick", action="store_true", help="fewer turns, for a first look")
    parser.add_argument("--list", action="store_true", help="list the parts and stop")
    parser.add_argument(
        "--cpu", action="store_true", help="processor seconds, for a machine others use too"
    )
    parser.add_argument(
        "--write", action="store_true",
        help="write results.md although only some parts run: others stand as measured last",
    )  # fmt: skip
    options = parser.parse_args()
    if options.cpu:
        os.environ[CLOCK] = "cpu"
    in_full = not options.quick and os.environ.get(CLOCK) != "cpu"
    if options.write and not in_full:
        parser.error("--write needs parts measured in full, by the clock on the wall")
    # One core for this process, before any library that counts cores is imported.
    use_cores(ALL_CORES[:1])
    known = parts(options.quick)
    if options.list:
        print("\n".join(known))
        return
    if unknown := set(options.only or ()) - set(known):
        parser.error(f"no part {', '.join(sorted(unknown))}; known are {', '.join(known)}")
    rows: list[Row] = []
    for name in options.only or known:
        start = time.perf_counter()
        measured = known[name]()
        rows += measured
        if in_full:
            keep(KEPT, name, measured, _setup())
        print(f"{name}: done in {time.perf_counter() - start:.0f} s", flush=True)
    print(f"\n{to_text(rows)}\n\n{verdict(rows)}")
    if options.write or (in_full and not options.only):
        RESULTS.write_text(_report(read_kept(KEPT, known, _setup())), encoding="utf-8")
        print(f"written: {RESULTS}")


def _setup() -> str:
    """Name what figures hold for: those of another machine or other libraries are not ours."""
    return f"{machine()}; {versions()}"


def _report(measured: dict[str, Measured]) -> str:
    """Return the page results.md."""
    rows = [row for one in measured.values() for row in one.rows]
    return f"""# Measured

Written by `make bench` on {max(one.day for one in measured.values())}; not edited by hand.

- Measured on: {days_as_text(measured)}
- Machine: {machine()}
- Versions: {versions()}
- One core, except start-up, demo, matrix, point tables (but beside pandana), whole run
  and growth, which use {len(ALL_CORES)} in fresh
  processes. Kernels compiled, files in the page cache, medians; contestants take turns.
- Times are by the clock on the wall.
- Peers get the same ways, converted outside the clock. A ratio such as "12 x" is how many times
  longer the peer takes than we do.
- Data: © OpenStreetMap contributors, ODbL; hexagons and facilities of Porto Alegre from r5r (MIT).

{to_markdown(rows)}

{verdict(rows)}

{NOTES}"""


if __name__ == "__main__":
    main()
