"""Streets from a server that answers as Overpass does: whole, dated, checked, and nothing lost."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
import shapely

from planner.errors import SourceError
from planner.network.study_area import find_box
from planner.plan import Fetch
from planner.sources.cache import ArrayCache
from planner.sources.fetch import FetchTarget, fetch_streets, overpass, target
from planner.sources.osm.extract import load_osm
from tests.cities.map_server import OSM_BASE, breaks_off, cuts_body, says
from tests.cities.small_city import contents
from tests.samples import first

#: The middle of the extract; with its ring it takes the whole of it.
AREA = shapely.box(26.940, 60.524, 26.955, 60.533)
LAYERS = ("zones", "buildings", "places", "backdrop", "gates", "barriers", "amenities")


@pytest.fixture
def into(tmp_path):
    """Where streets go; the folder is the plan's."""

    def make(name="streets.osm.pbf", area=AREA, ring_m=1500.0, **options):
        box = find_box(area, ring_m)
        return FetchTarget(tmp_path / "plan" / name, tmp_path / "plan", area, box, **options)

    (tmp_path / "plan").mkdir()
    return make


@pytest.fixture
def fetch(server):
    return Fetch(server=server.address, pause=0, timeout=5)


@pytest.fixture
def cache(tmp_path):
    return ArrayCache(tmp_path / "cache")


def small(into, **options):
    """A part of the town: quick."""
    return into(area=shapely.box(26.950, 60.528, 26.951, 60.529), ring_m=100.0, **options)


def test_what_is_fetched_is_what_the_extract_holds(into, fetch, town_file):
    """All that our reader reads of the extract comes through the questions that are asked."""
    done = fetch_streets(into(), fetch=fetch)
    assert done.date == OSM_BASE
    ours, theirs = load_osm(done.path), load_osm(town_file)
    for layer in LAYERS:
        assert getattr(ours, layer).equals(getattr(theirs, layer)), layer
    assert ours.crossings.equals(theirs.crossings)
    assert sorted(ours.ways.way_id) == sorted(theirs.ways.way_id)
    assert ours.timestamp == OSM_BASE
    assert ours.bounds.equals(shapely.box(*find_box(AREA, 1500.0)))


@pytest.mark.parametrize("name", ["a.osm", "a.osm.gz", "a.osm.bz2"])
def test_every_format_holds_the_same(into, fetch, name):
    first, other = (load_osm(fetch_streets(small(into, name=n), fetch=fetch).path)
                    for n in ("a.osm.pbf", name))  # fmt: skip
    assert first.ways.node_id.tolist() == other.ways.node_id.tolist()
    assert first.ways.lonlat.tolist() == other.ways.lonlat.tolist()
    assert (first.timestamp, first.bounds) == (other.timestamp, other.bounds)


def test_beside_the_streets_stands_where_they_are_from(into, fetch, server):
    done = fetch_streets(small(into), fetch=fetch)
    said = json.loads((done.path.parent / "streets.osm.pbf.json").read_text(encoding="utf-8"))
    assert said["source"] == server.address
    assert said["date"] == OSM_BASE
    assert "OpenStreetMap contributors" in said["credit"]
    assert "somebody" not in gzip.compress(done.path.read_bytes()).decode("latin-1")


def test_an_area_is_asked_for_in_squares_and_joined(into, fetch, server, monkeypatch, town_file):
    """Elements at the seams come several times and stand in the file once."""
    monkeypatch.setattr(overpass, "TILE_M", 2_000.0)
    done = fetch_streets(into(), fetch=fetch)
    assert len(server.asked) == 2 * 3  # 4.0 km from west to east, 4.1 from south to north
    assert sorted(load_osm(done.path).ways.way_id) == sorted(load_osm(town_file).ways.way_id)


def test_squares_are_no_wider_than_they_should_be_and_leave_nothing_out():
    tiles = overpass.list_tiles((121.0, 31.0, 121.5, 31.3))
    assert len(tiles) == 5 * 4  # 47.6 by 33.4 km
    joined = shapely.union_all([shapely.box(*tile) for tile in tiles])
    assert joined.equals(shapely.box(121.0, 31.0, 121.5, 31.3))
    with pytest.raises(SourceError, match=r"takes 1,225 squares of 10 km; at most 400 .* --pbf"):
        overpass.list_tiles((0.0, 0.0, 3.1, 3.1))


def test_what_broke_off_goes_on(into, fetch, server, cache, monkeypatch):
    """Of four squares two come, then the server fails: the next time it is asked for two."""
    monkeypatch.setattr(overpass, "TILE_M", 3_000.0)
    server.faults = [None, None, says(400)]
    with pytest.raises(SourceError, match="answers 400"):
        fetch_streets(into(), fetch=fetch, cache=cache)
    assert len(server.asked) == 3
    server.asked.clear()
    fetch_streets(into(), fetch=fetch, cache=cache)
    assert len(server.asked) == 2
    notes = [json.loads(path.read_text()) for path in (cache.folder / "fetched").glob("*.json")]
    assert {note["osm_base"] for note in notes} == {OSM_BASE}
    assert all("OpenStreetMap" in note["credit"] for note in notes)


def test_what_was_kept_yesterday_or_is_damaged_is_asked_for_anew(into, fetch, server, cache):
    fetch_streets(small(into), fetch=fetch, cache=cache)
    fetch_streets(small(into), fetch=fetch, cache=cache)
    assert len(server.asked) == 1
    (note,) = (cache.folder / "fetched").glob("*.json")
    said = json.loads(note.read_text(encoding="utf-8"))
    old = datetime.now(UTC) - timedelta(days=1, seconds=1)
    note.write_text(json.dumps(said | {"fetched": old.isoformat()}), encoding="utf-8")
    fetch_streets(small(into), fetch=fetch, cache=cache)
    assert len(server.asked) == 2
    (kept,) = (cache.folder / "fetched").glob("*.osm.gz")
    kept.write_bytes(b"other")
    fetch_streets(small(into), fetch=fetch, cache=cache)
    assert len(server.asked) == 3


TIMED_OUT = b"""<osm version="0.6"><meta osm_base="2026-11-20T08:00:00Z"/>
<remark> runtime error: Query timed out in "query" at line 4 after 3 seconds. </remark></osm>"""


def test_a_square_that_is_too_much_comes_in_four(into, fetch, server):
    server.faults = [says(200, TIMED_OUT)]
    done = fetch_streets(small(into), fetch=fetch)
    assert len(server.asked) == 5
    assert len(load_osm(done.path).ways)


ELSEWHERE = b'<osm version="0.6"><node id="1" version="1" lat="1" lon="1"/></osm>'


@pytest.mark.parametrize(
    ("fault", "what"),
    first(6, [
        (says(429), "answers 429 Too Many Requests, 6 times; try again later"),
        (says(504), "answers 504 Gateway Timeout, 6 times"),
        (breaks_off(), "broke off in the middle of its answer, 6 times"),
        (cuts_body(), r"answers nonsense \(not a readable OSM file .*cut short\), 6 times"),
        (says(200, b"<html>sorry</html>"), "answers nonsense .*it begins with <html>, not <osm>"),
        (says(200, b"sorry"), r"answers nonsense \(not a readable OSM file"),
        (says(200, b""), r"answers nonsense \(not a readable OSM file"),
        (says(200, b'<!DOCTYPE osm [<!ENTITY a "b">]><osm/>'), "holds a <!DOCTYPE>"),
        (says(200, TIMED_OUT), "the server ended early .*Query timed out"),
        (says(200, ELSEWHERE), "what it sends lies elsewhere than what was asked for"),
        (says(302, Location="file:///etc/passwd"), "leads to file:///etc/passwd"),
        (says(200, b'<osm version="0.6"></osm>'), "holds no street that may be walked"),
    ]),
)  # fmt: skip
def test_a_server_that_fails_is_told_in_one_line_and_nothing_is_lost(
    into, fetch, server, fault, what
):
    """The streets that were fetched before are still there, and nothing beside them."""
    fetch_streets(small(into), fetch=fetch)
    folder = small(into).folder
    before = contents(folder)
    server.always = fault
    with pytest.raises(SourceError, match=what) as told:
        fetch_streets(small(into), fetch=fetch)
    assert "\n" not in str(told.value)
    assert contents(folder) == before


def test_streets_elsewhere_are_refused(into, fetch):
    """The box of the question holds streets, the area in its corner none."""
    there = small(into)
    corner = shapely.box(*(side + 0.00001 * k for k, side in enumerate(there.box[:2] * 2)))
    wrong = FetchTarget(there.path, there.folder, corner, there.box)
    with pytest.raises(SourceError, match="has no street inside the area"):
        fetch_streets(wrong, fetch=fetch)
    assert contents(there.folder) == {}


def test_a_file_that_was_not_fetched_is_not_replaced(into, fetch, server):
    there = small(into)
    there.path.write_bytes(b"mine")
    with pytest.raises(SourceError, match=r"was not written by planner fetch, .* or give --repla"):
        fetch_streets(there, fetch=fetch)
    assert server.asked == []
    assert contents(there.folder) == {"streets.osm.pbf": b"mine"}
    fetch_streets(small(into, replace=True), fetch=fetch)
    assert len(load_osm(there.path).ways)


def test_a_fetched_file_is_replaced_unless_it_was_changed(into, fetch):
    there = small(into)
    fetch_streets(there, fetch=fetch)
    fetch_streets(there, fetch=fetch)
    there.path.unlink()
    fetch_streets(there, fetch=fetch)
    there.path.write_bytes(there.path.read_bytes() + b"\0")
    with pytest.raises(SourceError, match="or has changed since"):
        fetch_streets(there, fetch=fetch)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("../streets.osm.pbf", "lies outside the folder of the plan"),
        ("/tmp/streets.osm.pbf", "lies outside the folder of the plan"),
        ("streets.txt", "no name for fetched streets"),
        (".osm.pbf", "no name for fetched streets"),
        ("two words.osm", "no name for fetched streets"),
    ],
)
def test_streets_go_into_the_folder_of_the_plan_alone(into, fetch, server, name, what):
    with pytest.raises(SourceError, match=what):
        fetch_streets(small(into, name=name), fetch=fetch)
    assert server.asked == []


def test_a_folder_that_leads_elsewhere_is_none_of_the_plan(into, fetch, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "plan" / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SourceError, match="lies outside the folder of the plan"):
        fetch_streets(small(into, name="link/streets.osm"), fetch=fetch)


def test_where_others_may_write_nothing_is_kept(into, fetch, cache):
    cache.folder.mkdir()
    cache.folder.chmod(0o777)
    fetch_streets(small(into), fetch=fetch, cache=cache)
    assert list(cache.folder.iterdir()) == []


def test_the_folder_of_the_streets_is_whole_at_any_time(into, fetch, monkeypatch):
    """What is new is written elsewhere until it has been read."""
    seen = []

    def look(path):
        seen.append(sorted(contents(small(into).folder)))
        raise SourceError(f"{path}: spoilt")

    fetch_streets(small(into), fetch=fetch)
    monkeypatch.setattr(target, "load_osm", look)
    with pytest.raises(SourceError, match="not written, as what came spoilt"):
        fetch_streets(small(into), fetch=fetch)
    assert [name for name in seen[0] if not name.startswith(".planner")] == [
        "streets.osm.pbf",
        "streets.osm.pbf.json",
    ]


BUSY = b"""<osm version="0.6"><remark> runtime error: open64: 0 Success /osm3s_osm_base
Dispatcher_Client::request_read_and_idx::timeout. The server is probably too busy.</remark></osm>"""


def test_a_square_is_not_cut_because_the_server_is_busy(into, fetch, server):
    server.faults = [says(200, BUSY)]
    fetch_streets(small(into), fetch=fetch)
    assert len(server.asked) == 2


def test_a_full_disk_is_told_with_the_folder(into, fetch, cache, monkeypatch):
    def keep(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(overpass.KeptAnswers, "keep", keep)
    with pytest.raises(SourceError, match=r"fetched: cannot be written \(No space left"):
        fetch_streets(small(into), fetch=fetch, cache=cache)
