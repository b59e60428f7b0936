"""Door to door where frames are hard: by the lengths of geodesics, not by the frame's own."""

import geopandas as gpd
import numpy as np
import pytest

from planner import load_inputs, load_plan, run_plan
from planner.errors import SourceError
from planner.reports import write_result
from tests.cities.earth import box_text, metres, place, write_city
from tests.judge.city import load_city
from tests.judge.osm import own_frame, to_metres
from tests.samples import first

STREET = {"highway": "residential"}
#: Adults walk 4 km/h.
M_PER_MIN = 4000 / 60


def run(plan):
    return run_plan(load_inputs(load_plan(plan)))


def minutes_of(result):
    units = result.layers["demand"]
    return dict(zip(units["demand_id"].str.removeprefix("residential:"), units["minutes"],
                    strict=True))  # fmt: skip


def loop(lon, lat):
    """Return a loop 1 - 2 - 3 - 5 - 4 - 1 of some 1,000 m by 500 m, and two people on it.

    `a` lives on the far end of the northern street, `b` on the southern one.
    """
    at = {
        1: (0, 0), 2: (510, 0), 3: (1010, 0), 4: (0, -490), 5: (1010, -490),
    }  # fmt: skip
    nodes = {key: place(lon, lat, *offset) for key, offset in at.items()}
    ways = [([1, 2, 3], STREET), ([1, 4, 5, 3], STREET)]
    people = {"a": nodes[3], "b": nodes[5]}
    right = {
        "a": metres(nodes[1], nodes[2], nodes[3]) / M_PER_MIN,
        "b": min(metres(nodes[1], nodes[4], nodes[5]), metres(*(nodes[k] for k in (1, 2, 3, 5))))
        / M_PER_MIN,
    }
    return nodes, ways, {"F": nodes[1]}, people, right


PLACES = {
    "180 degrees": (179.9957, -16.9),
    "180 degrees, in the middle of a street": (179.997, 65.0),
    "edge of a zone at the equator": (102.0, 0.4),
    "edge of a zone in the south": (-71.995, -3.1),
    "60 degrees north": (23.995, 60.3),
    "Svalbard": (15.6, 78.2),
    "Norway, where zones are wider": (5.3, 60.4),
}


@pytest.mark.parametrize("name", first(4, PLACES))
def test_walks_are_as_long_as_the_ellipsoid_says(tmp_path, name):
    lon, lat = PLACES[name]
    nodes, ways, stations, people, right = loop(lon, lat)
    found = minutes_of(run(write_city(tmp_path, nodes, ways, stations, people)))
    assert found == pytest.approx(right, rel=4e-4)  # no street is lost, and all is true to 0.04 %


BOTH_SIDES = {
    "cut at 180": [(179.98, -16.92, 180.0, -16.88), (-180.0, -16.92, -179.98, -16.88)],
    "beyond 180": [(179.98, -16.92, 180.02, -16.88)],
    "beyond -180": [(-180.02, -16.92, -179.98, -16.88)],
    "the long way round": [(-179.98, -16.92, 179.98, -16.88)],
}


@pytest.mark.parametrize("drawn", BOTH_SIDES)
def test_an_area_may_cross_180_degrees(tmp_path, drawn):
    nodes, ways, stations, people, right = loop(179.9957, -16.9)
    plan = write_city(
        tmp_path, nodes, ways, stations, people, area=box_text(*BOTH_SIDES[drawn]),
        bounds=(-179.95, -16.95, 179.95, -16.85),
    )  # fmt: skip
    result = run(plan)
    assert minutes_of(result) == pytest.approx(right, rel=4e-4)
    # 1,010 m and more: not covered in 15 minutes, and the data reach far enough to be sure
    assert set(result.layers["demand"]["verdict"]) == {"gap"}


def test_files_of_a_city_at_180_degrees_do_not_lead_round_the_earth(tmp_path):
    nodes, ways, stations, people, _ = loop(179.9957, -16.9)
    result = run(write_city(tmp_path, nodes, ways, stations, people))
    write_result(result, tmp_path / "out")
    for layer in ("areas", "isochrones", "walk_edges", "demand", "facilities"):
        boxes = gpd.read_file(tmp_path / "out" / "result.gpkg", layer=layer).geometry.bounds
        assert (boxes["maxx"] - boxes["minx"] < 0.1).all(), layer
        assert (boxes["minx"].abs() <= 180).all()
    frame = result.provenance["metric_crs"]
    assert gpd.GeoSeries([], crs=frame).crs.axis_info[0].unit_name == "metre"


#: A block of Shanghai that stands in for a city.
CITY = (121.43, 31.27)


def far_off(**changes):
    nodes, ways, stations, people, right = loop(*CITY)
    parts = {"nodes": nodes, "ways": ways, "stations": stations, "people": people}
    for key, more in changes.items():
        if isinstance(more, dict):
            parts[key] = parts[key] | more
        else:
            parts[key] = parts[key] + more
    west, south = CITY[0] - 0.02, CITY[1] - 0.02
    return parts, right, (west, south, west + 0.05, south + 0.04)


def test_one_far_station_or_person_moves_nothing(tmp_path):
    far = {"far": (3.1, 45.6)}
    for key in ("stations", "people"):
        parts, right, _ = far_off(**{key: far})
        result = run(write_city(tmp_path, **parts))
        assert minutes_of(result) == pytest.approx(right, rel=4e-4)
        assert result.provenance["metric_crs"] == "EPSG:32651"
        assert [row["row"] for row in result.provenance["dropped_rows"]] == [
            3 if key == "stations" else 4
        ]


def test_a_far_part_of_the_area_without_a_street_is_left_out_with_a_note(tmp_path):
    parts, right, home = far_off()
    result = run(write_city(tmp_path, **parts, area=box_text(home, (2.0, 40.0, 5.0, 44.0))))
    assert minutes_of(result) == pytest.approx(right, rel=4e-4)  # 46 % longer in the frame between
    assert result.provenance["metric_crs"] == "EPSG:32651"
    notes = [note for note in result.provenance["warnings"] if "parts of the boundary" in note]
    assert len(notes) == 1
    assert "around lon 3.500, lat 42.000" in notes[0]


def test_streets_too_far_apart_are_refused_by_name(tmp_path):
    parts, _, home = far_off(nodes={77: (31.4, 35.9)}, ways=[([3, 77], STREET)])
    right = (
        r"map.osm: its streets span 90.0 degrees of longitude, more than the 6 .*node 77 of way 3"
    )
    with pytest.raises(SourceError, match=right + r".*correct it, or draw the area"):
        run(write_city(tmp_path, **parts))
    with pytest.raises(SourceError, match=right + r".*most of them: correct it$"):
        run(write_city(tmp_path, **parts, area=box_text(home)))
    parts, _, home = far_off(nodes={77: (121.5, 88.0)}, ways=[([3, 77], STREET)])
    with pytest.raises(SourceError, match=r"node 77 of way 3 at .* is beyond 80° S to 84° N"):
        run(write_city(tmp_path, **parts))


def test_an_area_wider_than_a_frame_is_true_for_is_refused(tmp_path):
    parts, _, (west, south, _, north) = far_off()
    with pytest.raises(SourceError, match=r"boundary of the plan spans 7\.1 degrees of longitude"):
        run(write_city(tmp_path, **parts, area=box_text((west, south, west + 7.1, north))))
    # ... and two parts with streets in both
    more = {8: (west - 9, 31.3), 9: (west - 9, 31.31)}
    parts, _, home = far_off(nodes=more, ways=[([8, 9], STREET)])
    far = (west - 9.1, 31.2, west - 8.9, 31.4)
    with pytest.raises(SourceError, match=r"its part around lon 112\.41.*lies farthest out"):
        run(write_city(tmp_path, **parts, area=box_text(home, far)))


def test_a_misplaced_node_takes_no_memory(tmp_path):
    wall = {"landuse": "residential", "barrier": "wall"}
    private = {"highway": "service", "access": "private"}
    parts, right, _ = far_off(
        nodes={77: (125.4, 34.9), 78: place(*CITY, 300, -200), 79: place(*CITY, 300, -300)},
        ways=[([3, 77], STREET), ([4, 78, 79, 4], wall), ([78, 79], private)],
    )
    result = run(write_city(tmp_path, **parts))
    assert minutes_of(result) == pytest.approx(right, rel=4e-4)
    union = result.layers["isochrones"].query("facility_id == 'all'").geometry.iloc[-1]
    assert union.bounds[2] - union.bounds[0] < 0.05


@pytest.mark.parametrize("name", ["180 degrees", "edge of a zone at the equator"])
def test_the_judge_agrees_in_a_frame_of_its_own(tmp_path, name):
    nodes, ways, stations, _, _ = loop(*PLACES[name])
    offsets = np.random.default_rng(3).uniform((0, -490), (1010, 0), (40, 2))
    people = {f"p{k}": place(*PLACES[name], *offset) for k, offset in enumerate(offsets)}
    path = write_city(tmp_path, nodes, ways, stations, people)
    frame = own_frame(tmp_path / "map.osm")
    judge = load_city(tmp_path / "map.osm", frame).judge(4.0, 100, 1.4)
    right, _ = judge.nearest_minutes(
        to_metres(list(stations.values()), frame), to_metres(list(people.values()), frame)
    )
    found = minutes_of(run(path))
    assert len(found) == 40
    for key, minutes in zip(people, right, strict=True):
        if np.isfinite(minutes):
            assert found[key] == pytest.approx(minutes, rel=4e-4, abs=2e-3), key
        else:
            assert not np.isfinite(found[key]), key
