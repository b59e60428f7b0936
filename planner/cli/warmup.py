"""The first run on a machine: what it needs late is compiled in a second process meanwhile.

Compiling takes one core for about as long as the rest of such a run, and threads cannot share it:
of the 45 s of processor that the kernels of a run take, 30 are spent here.
Whatever is compiled is kept on disk; the run takes it from there, compiles it itself if it comes
first, or waits while it is compiled here (`planner.travel.compiled.one_compiler`): nothing else
depends on it.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from planner.cli.garbage import collect_rarely
from planner.sources.processes import build_command
from planner.stages import Progress

#: Streets round a walled estate, one into it through a locked gate, and a river: all that binds.
_NODES: Final = {
    1: (0, 0), 2: (3, 0), 3: (3, 3), 4: (0, 3), 5: (1, 1), 6: (2, 1), 7: (2, 2), 8: (1, 2),
    9: (1.5, 0), 10: (1.5, 1), 11: (1.5, 1.6), 12: (-1, 2.5), 13: (4, 2.6),
}  # fmt: skip
_WAYS: Final = {
    1: ((1, 9, 2, 3, 4, 1), {"highway": "residential"}),
    2: ((5, 10, 6, 7, 8, 5), {"landuse": "residential", "barrier": "wall"}),
    3: ((9, 10), {"highway": "footway"}),
    4: ((10, 11), {"highway": "service", "access": "private"}),
    5: ((12, 13), {"waterway": "river"}),
}
_GATE: Final = 10
_STEP_DEG: Final = 0.001
#: The lowest priority that a process can have.
_LAST: Final = 19
#: What the progress calls it.
STAGE: Final = "compiling, the first time only"


@contextmanager
def compiling_beside(told: Progress) -> Iterator[None]:
    """Compile the late kernels in a second process, unless they are kept from an earlier run."""
    from planner.travel.minutes import cores
    from planner.travel.openings import is_compiled

    # With one core the second process would only take time from the run.
    if cores() < 2 or is_compiled():
        yield
        return
    told(STAGE, 0.0)
    nowhere = subprocess.DEVNULL
    command = build_command(__name__)
    with subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere) as process:
        try:
            yield
        finally:
            # The run is over: what is not compiled by now it did itself, or did not need.
            process.terminate()
    told(STAGE, 1.0)


def main(_arguments: Sequence[str] = ()) -> None:
    """Compile the late kernels: this is what the second process is started for."""
    collect_rarely()
    _compile_for_run()
    if hasattr(os, "nice"):
        # The run needs none of these kernels, but both cores: they get what the run leaves free.
        os.nice(_LAST)
    _compile_for_others()


def compile_late_kernels() -> None:
    """Compile what a run needs late, and then what other commands need: sites, then routes."""
    _compile_for_run()
    _compile_for_others()


def _compile_for_others() -> None:
    """Search for sites and routes among a few."""
    from planner.routes.models.compiling import compile_pricing
    from planner.siting.models.compiling import compile_search

    compile_search()
    compile_pricing()


def _compile_for_run() -> None:
    """Draw isochrones and open a gate in a tiny city, then do what a run does first.

    A run itself compiles joining and the nearest minutes while this process draws: the points here
    are the street nodes, which need no joining. Then it finds these kernels on disk.
    """
    import numpy as np

    from planner.network.stored import load_network
    from planner.travel.access import at_nodes, join, rows_of
    from planner.travel.canvas import prepare_canvas
    from planner.travel.compiled.simplified_outlines import mark_kept
    from planner.travel.drawn_bands import EVERYBODY, draw_sets
    from planner.travel.minutes import nearest_minutes, reached_pairs, second_minutes
    from planner.travel.openings import find_newly_reached, gates_to_open
    from planner.travel.simplified_isochrones import STEP_BACK_M
    from planner.travel.streets import prepare_streets
    from planner.travel.wall_places import find_wall_places

    with tempfile.TemporaryDirectory() as folder:
        # Read as a run reads a file: a kernel is compiled for the types of its arrays, and with
        # other types than those of a run it would be of no use.
        path = Path(folder) / "tiny.osm"
        path.write_text(_tiny_city(), encoding="utf-8")
        network = load_network(path)
    streets = prepare_streets(network)
    xy = network.xy.copy()  # what may not be written to is of another type for a kernel
    nodes = replace(at_nodes(streets), xy=xy)
    draw_sets(prepare_canvas(streets), [[(nodes, EVERYBODY)]], np.array([5.0]))
    ring = np.concatenate([xy, xy[:1]])
    mark_kept(ring, np.array([0, len(ring)]), np.ones(len(ring), dtype=bool), STEP_BACK_M)
    gates, places = gates_to_open(streets), find_wall_places(streets)
    # One node far from the gate first: walks past a gate are a kernel of their own, soon compiled.
    for some in (rows_of(nodes, 0, 1), nodes):
        far = np.full(len(some), np.inf)
        find_newly_reached(streets, some, some, far, 15.0, gates=gates, places=places)
    origins, targets = join(streets, xy), join(streets, xy, reached=True)
    _, nearest = nearest_minutes(streets, origins, targets)
    second_minutes(streets, origins, targets, nearest)
    reached_pairs(streets, origins, targets, 15.0)


def _tiny_city() -> str:
    """Return the drawing as an OSM file."""
    lines = ['<osm version="0.6">']
    for node, (x, y) in _NODES.items():
        place = f'lon="{121.4 + x * _STEP_DEG:.4f}" lat="{31.4 + y * _STEP_DEG:.4f}"'
        tags = {"barrier": "gate", "locked": "yes"} if node == _GATE else {}
        lines += [f'<node id="{node}" version="1" {place}>', *_tags(tags), "</node>"]
    for way, (nodes, tags) in _WAYS.items():
        lines.append(f'<way id="{way}" version="1">')
        lines += [f'<nd ref="{node}"/>' for node in nodes]
        lines += [*_tags(tags), "</way>"]
    return "\n".join([*lines, "</osm>"])


def _tags(tags: dict[str, str]) -> list[str]:
    """Return tags as lines of an OSM file."""
    return [f'<tag k="{key}" v="{value}"/>' for key, value in tags.items()]


if __name__ == "__main__":
    main()
