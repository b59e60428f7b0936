"""Part: three bands of one centre beside Valhalla's service, in open streets and beside walls."""

from __future__ import annotations

import http.client
import importlib.util
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd

from benchmarks.cities import WORK, City
from benchmarks.isochrones import CUTOFFS, canvas_of
from benchmarks.measure import CLOCK
from benchmarks.table import Row, at_least, at_most, skipped
from planner.case import build_case
from planner.plan.profiles import PROFILES
from planner.sources.cache import user_cache
from planner.sources.embedded import data_folder
from planner.sources.inputs import load_inputs
from planner.sources.plan_file import load_plan
from planner.travel.canvas import Canvas, prepare_canvas
from planner.travel.isochrones import isochrones

PART = "valhalla"
VERSION = "3.9.1"
HOST = "127.0.0.1"
#: Programs of the wheel need no Python, so that the wheel of another one does as well.
WHEEL = ("--no-deps", "--only-binary=:all:", "--implementation", "cp", "--python-version", "3.12")
CENTRES = 20
START_SECONDS = 20.0


@dataclass(frozen=True)
class Contest:
    """A city, what we draw it on, its extract, and the centres."""

    name: str
    canvas: Canvas
    osm: Path
    centres: gpd.GeoSeries


def measure(city: City | None, turns: int) -> list[Row]:
    """Time three bands of one centre: ours, and those of Valhalla's service on the same core."""
    folder = WORK / "valhalla"
    try:
        programs = install(folder)
    except (OSError, subprocess.SubprocessError) as error:
        return [skipped(PART, f"pyvalhalla {VERSION} cannot be installed here ({error})")]
    contests = [demo_contest()] if city is None else [city_contest(city), demo_contest()]
    return [row for contest in contests for row in race_service(contest, programs, folder, turns)]


def city_contest(city: City) -> Contest:
    """Draw from facilities of a city."""
    points = city.facility_points()
    chosen = points[:: max(len(points) // CENTRES, 1)][:CENTRES]
    centres = gpd.GeoSeries(gpd.points_from_xy(*chosen.T), crs=city.crs)
    return Contest(city.name, canvas_of(city), city.osm, centres)


def demo_contest() -> Contest:
    """Draw from stations of the demo, most of which stand beside walls."""
    folder = data_folder() / "baoshan-demo"
    case = build_case(load_inputs(load_plan(folder / "plan.toml")), cache=user_cache())
    places = case.counting.geometry.reset_index(drop=True)
    chosen = places.iloc[:: max(len(places) // CENTRES, 1)].iloc[:CENTRES]
    name = "the demo, beside walls"
    return Contest(name, prepare_canvas(case.streets), folder / "baoshan-demo.osm.pbf", chosen)


def install(folder: Path) -> Path:
    """Bring the programs of the wheel into a folder of their own; return where they are."""
    programs = folder / "wheel" / "valhalla" / "bin"
    if not (programs / "valhalla_service").is_file():
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
             *WHEEL, "--target", str(folder / "wheel"), f"pyvalhalla=={VERSION}"],
            check=True,
        )  # fmt: skip
    return programs


def race_service(contest: Contest, programs: Path, folder: Path, turns: int) -> list[Row]:
    """Let both draw all centres of one city in turn."""
    layers = [contest.centres.iloc[[k]] for k in range(len(contest.centres))]
    lonlat = contest.centres.to_crs("EPSG:4326")
    places = [(point.x, point.y) for point in lonlat]

    def ours() -> None:
        for layer in layers:
            isochrones(contest.canvas, layer, cutoffs_minutes=CUTOFFS)

    with service_of(contest.osm, programs, folder / contest.osm.name.split(".")[0]) as service:

        def theirs() -> None:
            for place in places:
                service.draw(*place)

        own_seconds, its_seconds = own_clock(), service.clock()
        ours(), theirs()
        own, peer = [], []
        for _ in range(turns):
            own.append(_seconds(ours, own_seconds) / len(layers))
            peer.append(_seconds(theirs, its_seconds) / len(layers))
    own_ms, peer_ms = 1000 * statistics.median(own), 1000 * statistics.median(peer)
    what = f"three bands of one centre, {contest.name} ({len(layers)} centres)"
    versus = f"Valhalla {VERSION} there, answer as GeoJSON: {peer_ms:.1f} ms"
    return [
        at_most(PART, what, own_ms, 3.0, "{:.1f} ms"),
        at_least(PART, versus, peer_ms / own_ms, 2.0, "{:.2f} x"),
    ]


def own_clock() -> Callable[[], float]:
    """Return the clock of this process: the one on the wall, or processor time."""
    return time.process_time if os.environ.get(CLOCK) == "cpu" else time.perf_counter


def _seconds(work: Callable[[], None], clock: Callable[[], float]) -> float:
    start = clock()
    work()
    return clock() - start


class Service:
    """Valhalla's service for one city, listening on loopback."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self._connection = http.client.HTTPConnection(HOST, port, timeout=60)

    def draw(self, lon: float, lat: float) -> Any:
        """Return three bands of a pedestrian of our speed as GeoJSON."""
        speed = PROFILES["adult"].speed_kmh
        question = {
            "locations": [{"lon": lon, "lat": lat}],
            "costing": "pedestrian",
            "costing_options": {"pedestrian": {"walking_speed": speed}},
            "contours": [{"time": minutes} for minutes in CUTOFFS],
            "polygons": True,
        }
        self._connection.request("POST", "/isochrone", json.dumps(question))
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"Valhalla answers {answer.status}: {text[:200]!r}")
        return text

    def clock(self) -> Callable[[], float]:
        """Return the clock of its work: the one on the wall, or its processor time."""
        return self._processor_seconds if os.environ.get(CLOCK) == "cpu" else time.perf_counter

    def _processor_seconds(self) -> float:
        """Return the processor time of its threads: `stat` counts whole hundredths of a second."""
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text(encoding="utf-8").split()[0]) for thread in threads) / 1e9


@contextmanager
def service_of(osm: Path, programs: Path, folder: Path) -> Iterator[Service]:
    """Build the tiles of an extract and serve them until the block ends."""
    tiles = folder / "tiles"
    tiles.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    settings = folder / "valhalla.json"
    settings.write_text(json.dumps(_settings(programs, folder, tiles, port)), encoding="utf-8")
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    build = [str(programs / "valhalla_build_tiles"), "-c", str(settings), str(osm)]
    subprocess.run(build, check=True, **quiet)
    serve = [str(programs / "valhalla_service"), str(settings), "1"]
    process = subprocess.Popen(serve, **quiet)
    try:
        _wait_for(port)
        yield Service(process, port)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _settings(programs: Path, folder: Path, tiles: Path, port: int) -> dict[str, Any]:
    """Return the settings of the wheel, with places of our own and a single thread."""
    path = programs.parent / "valhalla_build_config.py"
    spec = importlib.util.spec_from_file_location("valhalla_build_config", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def given(part: dict[str, Any]) -> dict[str, Any]:
        """Leave out what has no value unless somebody gives one."""
        return {
            key: given(value) if isinstance(value, dict) else value
            for key, value in part.items()
            if not isinstance(value, module.Optional)
        }

    settings = given(module.config)
    for key in ("tile_extract", "traffic_extract", "admin", "timezone", "landmarks"):
        settings["mjolnir"].pop(key, None)
    settings["mjolnir"] |= {"tile_dir": str(tiles), "concurrency": 1}
    settings["httpd"]["service"] |= {
        "listen": f"tcp://{HOST}:{port}",
        "loopback": f"ipc://{folder / 'loopback'}",
        "interrupt": f"ipc://{folder / 'interrupt'}",
    }
    for name in ("loki", "thor", "odin"):
        settings[name]["service"]["proxy"] = f"ipc://{folder / name}"
    return settings


def _free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    """Wait until somebody listens on a port of loopback."""
    end = time.monotonic() + START_SECONDS
    while True:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        if time.monotonic() > end:
            raise RuntimeError(f"Valhalla's service does not listen after {START_SECONDS:.0f} s")
        time.sleep(0.1)
