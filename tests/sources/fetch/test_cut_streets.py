"""Streets out of a larger extract, a file or one that is downloaded first."""

import hashlib
import json

import pytest
import shapely

from planner.errors import SourceError
from planner.network.study_area import find_box
from planner.plan import Fetch
from planner.sources.cache import ArrayCache
from planner.sources.fetch import FetchTarget, cut_streets, web
from planner.sources.osm.extract import load_osm
from tests.cities.map_server import breaks_off, says
from tests.cities.small_city import contents

#: A part of the extract, which reaches from 26.93, 60.52 to 26.97, 60.54.
AREA = shapely.box(26.945, 60.527, 26.952, 60.531)


@pytest.fixture
def into(tmp_path):
    folder = tmp_path / "plan"
    folder.mkdir()

    def make(name="streets.osm.pbf", area=AREA, ring_m=100.0, **options):
        return FetchTarget(folder / name, folder, area, find_box(area, ring_m), **options)

    return make


@pytest.fixture
def fetch():
    return Fetch(pause=0, timeout=5)


@pytest.fixture
def cache(tmp_path):
    return ArrayCache(tmp_path / "cache")


@pytest.fixture
def address(server, town_file):
    server.files["/region.osm.pbf"] = town_file.read_bytes()
    return f"{server.address}/region.osm.pbf"


def inside(extract, box):
    """The ids of ways of which a node lies in a box."""
    west, south, east, north = box
    ways = extract.ways
    found = set()
    for number, way in enumerate(ways.way_id):
        lon, lat = ways.lonlat[ways.offsets[number] : ways.offsets[number + 1]].T
        if ((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)).any():
            found.add(int(way))
    return found


@pytest.mark.usefixtures("apart")
def test_streets_of_the_box_are_cut_out_whole(into, town_file):
    target = into()
    done = cut_streets(target, str(town_file))
    part, whole = load_osm(done.path), load_osm(town_file)
    # Areas bring more ways with them.
    assert inside(whole, target.box) <= set(part.ways.way_id) < set(whole.ways.way_id)
    lengths = dict(zip(whole.ways.way_id, whole.ways.offsets[1:] - whole.ways.offsets[:-1],
                       strict=True))  # fmt: skip
    for number, way in enumerate(part.ways.way_id):
        assert part.ways.offsets[number + 1] - part.ways.offsets[number] == lengths[way]
    assert part.bounds.equals(shapely.box(*target.box))
    assert done.date == part.timestamp != ""
    assert done.notes == ()
    said = json.loads((done.path.parent / "streets.osm.pbf.json").read_text(encoding="utf-8"))
    assert said["source"] == town_file.name  # not where it lies on this machine


def test_cutting_twice_gives_the_same_bytes(into, town_file):
    first = cut_streets(into(), str(town_file)).path.read_bytes()
    assert cut_streets(into(), str(town_file)).path.read_bytes() == first


def test_an_extract_that_ends_in_the_ring_is_cut_to_its_end(into, town_file):
    target = into(ring_m=1500.0)
    done = cut_streets(target, str(town_file))
    assert "ends within the ring" in done.notes[0]
    bounds = load_osm(done.path).bounds.bounds
    assert bounds == pytest.approx((26.93, 60.52, 26.97, 60.54), abs=1e-6)


def test_an_extract_of_another_place_is_refused(into, town_file):
    folder = into().folder
    with pytest.raises(SourceError, match=r"reaches from 26.9300, 60.5200 to .* a larger extract"):
        cut_streets(into(area=shapely.box(26.96, 60.53, 26.98, 60.54)), str(town_file))
    assert contents(folder) == {}


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("none.osm.pbf", "none.osm.pbf: no such file"),
        ("pyproject.toml", "not an OSM extract"),
        ("file:///etc/passwd", "only http and https are asked"),
        ("ftp://127.0.0.1/a.osm.pbf", "only http and https are asked"),
        ("http://[::1/a.osm.pbf", "only http and https are asked"),
        ("http://127.0.0.1/a.zip", "not the address of an OSM extract"),
    ],
)
def test_what_is_no_source_is_refused(into, source, what):
    with pytest.raises(SourceError, match=what):
        cut_streets(into(), source)


def test_the_file_to_cut_from_is_never_replaced(into, town_file):
    target = into("all.osm.pbf", replace=True)
    target.path.write_bytes(town_file.read_bytes())
    with pytest.raises(SourceError, match="is the file that would be replaced"):
        cut_streets(target, str(target.path))
    assert target.path.read_bytes() == town_file.read_bytes()


def test_a_spoilt_extract_is_told(into, tmp_path, town_file):
    spoilt = tmp_path / "spoilt.osm.pbf"
    spoilt.write_bytes(town_file.read_bytes()[:-1000])
    with pytest.raises(SourceError, match=r"spoilt.osm.pbf: cannot be read.*; it may be") as told:
        cut_streets(into(), str(spoilt))
    assert "\n" not in str(told.value)
    assert contents(into().folder) == {}


def test_an_address_is_downloaded_once_a_day(into, fetch, cache, server, address, town_file):
    first = cut_streets(into(), address, fetch=fetch, cache=cache)
    there = cut_streets(into("other.osm.pbf"), str(town_file))
    assert first.path.read_bytes() == there.path.read_bytes()
    cut_streets(into(), address, fetch=fetch, cache=cache)
    assert server.asked == ["/region.osm.pbf", "/region.osm.pbf.md5"]


def test_a_download_goes_on_in_the_next_call(into, fetch, cache, server, address, monkeypatch):
    monkeypatch.setattr(web, "ATTEMPTS", 1)
    server.faults = [breaks_off(0.5), says(404)]
    with pytest.raises(SourceError, match=r"broke off .*it goes on where it broke off"):
        cut_streets(into(), address, fetch=fetch, cache=cache)
    server.faults.clear()
    cut_streets(into(), address, fetch=fetch, cache=cache)
    half = len(server.files["/region.osm.pbf"]) // 2
    assert server.ranges == [f"bytes={half}-"]


def test_a_checksum_is_compared(into, fetch, cache, server, address):
    right = hashlib.md5(server.files["/region.osm.pbf"], usedforsecurity=False).hexdigest()
    server.files["/region.osm.pbf.md5"] = f"{'0' * 32}  region.osm.pbf\n".encode()
    with pytest.raises(SourceError, match=r"what came is not what its .md5 says, 6 times"):
        cut_streets(into(), address, fetch=fetch, cache=cache)
    server.files["/region.osm.pbf.md5"] = f"{right}  region.osm.pbf\n".encode()
    assert cut_streets(into(), address, fetch=fetch, cache=cache).counts[1]


def test_what_is_no_extract_is_not_kept(into, fetch, cache, server, address):
    """A page in place of the file: the next call asks again."""
    server.faults = [says(200, b"<html>Welcome"), says(404)]
    with pytest.raises(SourceError, match=r"region.osm.pbf': cannot be read.*no extract, download"):
        cut_streets(into(), address, fetch=fetch, cache=cache)
    assert cut_streets(into(), address, fetch=fetch, cache=cache).counts[1]


def test_without_a_cache_it_works_too(into, fetch, address):
    assert cut_streets(into(), address, fetch=fetch).counts[1]


def test_half_of_a_city(into, shared_data):
    """Porto Alegre's extract does not say how far it reaches."""
    area = shapely.box(-51.27, -30.12, -51.20, -30.06)
    done = cut_streets(into(area=area, ring_m=1500.0), str(
        shared_data / "porto_alegre" / "porto_alegre.osm.pbf"))  # fmt: skip
    assert "does not say how far it reaches" in done.notes[0]
    assert load_osm(done.path).bounds is None
