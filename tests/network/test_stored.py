"""Built networks are kept, and met again only where they would be built the same."""

import shutil

import numpy as np
import pytest
from pyproj import CRS

from planner.errors import SourceError
from planner.network import load_network, stored
from planner.sources.cache import ArrayCache
from planner.sources.osm import extract as osm
from tests.cities.drawing import Drawing, assert_same_network
from tests.samples import first

TOWN = Drawing(
    {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (100, 50)},
    [
        ([1, 2, 3], "highway=footway name=Lane"),
        ([2, 4], "highway=service access=private"),
    ],
)


@pytest.fixture
def extract(tmp_path):
    return TOWN.write(tmp_path / "town.osm.pbf")


@pytest.fixture
def cache(tmp_path):
    return ArrayCache(tmp_path / "cache")


@pytest.fixture
def built(monkeypatch):
    """A list that grows by one whenever a network is really built."""
    calls = []

    def build(*arguments, **options):
        calls.append(arguments)
        return build_network(*arguments, **options)

    build_network = stored.build_network
    monkeypatch.setattr(stored, "build_network", build)
    return calls


def test_a_kept_network_is_the_one_built(extract, cache, built):
    first = load_network(extract, cache=cache)
    again = load_network(extract, cache=cache)
    assert len(built) == 1
    assert_same_network(first, again)
    assert_same_network(load_network(extract), again)
    assert len(built) == 2  # without a cache it is built anew


def test_the_content_counts_and_not_the_name(extract, cache, built, tmp_path):
    load_network(extract, cache=cache)
    shutil.copy(extract, tmp_path / "copy.osm.pbf")
    load_network(tmp_path / "copy.osm.pbf", cache=cache)
    assert len(built) == 1
    Drawing(TOWN.nodes, TOWN.ways[:1]).write(tmp_path / "other.osm.pbf")
    shutil.copy(tmp_path / "other.osm.pbf", extract)  # the same name, other streets
    assert load_network(extract, cache=cache).n_edges == 1
    assert len(built) == 2


def test_crs_rules_and_version_count(extract, cache, built, monkeypatch):
    load_network(extract, cache=cache)
    other = load_network(extract, crs=CRS.from_epsg(32650), cache=cache)
    assert other.crs == CRS.from_epsg(32650)
    assert len(built) == 2
    with monkeypatch.context() as patch:
        patch.setattr(stored, "building_rules", lambda: "other rules of building")
        load_network(extract, cache=cache)
    assert len(built) == 3
    with monkeypatch.context() as patch:
        patch.setattr("planner.sources.cache.program_version", lambda: "999.0")
        load_network(extract, cache=cache)
    assert len(built) == 4
    load_network(extract, cache=cache)
    assert len(built) == 4  # the first one is still there


def test_what_is_read_is_kept_by_the_rules_of_reading(extract, cache, monkeypatch):
    reads = []
    read = osm._read
    monkeypatch.setattr(osm, "_read", lambda *given: reads.append(given) or read(*given))
    first, again = (osm.load_osm(extract, cache=cache) for _ in range(2))
    assert len(reads) == 1
    np.testing.assert_array_equal(first.ways.lonlat, again.ways.lonlat)
    assert first.ways.name.tolist() == again.ways.name.tolist()
    monkeypatch.setattr(osm, "reading_rules", lambda: "other rules of reading")
    osm.load_osm(extract, cache=cache)
    assert len(reads) == 2


def test_a_broken_file_is_built_again(extract, cache, built):
    first = load_network(extract, cache=cache)
    for path in cache.folder.glob("*.npz"):
        path.write_bytes(path.read_bytes()[:100])
    assert_same_network(load_network(extract, cache=cache), first)
    assert len(built) == 2
    assert_same_network(load_network(extract, cache=cache), first)
    assert len(built) == 2


def test_a_missing_extract_is_named(cache, tmp_path):
    with pytest.raises(SourceError, match=r"nowhere\.osm\.pbf: no such file"):
        load_network(tmp_path / "nowhere.osm.pbf", cache=cache)


def test_what_was_kept_and_does_not_fit_is_made_again(extract, cache, caplog):
    """A file under the right key with other arrays in it."""
    first = load_network(extract, cache=cache)
    for file in cache.folder.glob("*.npz"):
        cache.save(file.stem, {"other": np.zeros(3)})
    again = load_network(extract, cache=cache)
    np.testing.assert_array_equal(first.coords, again.coords)
    assert caplog.text.count("does not fit") == 2


@pytest.mark.parametrize(
    ("column", "change"),
    first(
        7,
        [
            ("u", lambda values: values + 1000),
            ("v", lambda values: -values),
            ("length_m", lambda values: -values),
            ("length_m", lambda values: values * np.nan),
            ("length_m", lambda values: values.astype(np.float32)),
            ("crossing", lambda values: values + 3),
            ("crossing", lambda values: values[:, :1]),
            ("offsets", lambda values: values + 1),
            ("xy", lambda values: values * np.inf),
            ("access.codes", lambda values: values + 99),
            ("access.codes", lambda values: values - 99),
            ("Gates.node", lambda values: np.append(values, 10**9)),
            ("Barriers.feature", lambda values: np.append(values, -1)),
            ("crs", lambda values: values[:9]),
        ],
    ),
)
def test_numbers_that_lead_beyond_an_array_are_built_again(extract, cache, built, column, change):
    """Kept with a hash that is right, so that only what they say can be wrong."""
    first = load_network(extract, cache=cache)
    for file in cache.folder.glob("*.npz"):
        arrays = cache.load(file.stem)
        if "coords" in arrays:
            cache.save(file.stem, arrays | {column: change(arrays[column])})
    assert_same_network(load_network(extract, cache=cache), first)
    assert len(built) == 2


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("offsets", lambda values: values * 7),
        ("offsets", lambda values: values[::-1]),
        ("lonlat", lambda values: values * np.nan),
        ("lonlat", lambda values: values[1:]),
        ("node_id", lambda values: values.astype(float)),
        ("highway.codes", lambda values: values + 50),
        ("zones:sizes", lambda values: np.append(values, -5)),
        ("facts", lambda values: values[:5]),
    ],
)
def test_an_extract_whose_numbers_do_not_fit_is_read_again(extract, cache, caplog, column, change):
    first = osm.load_osm(extract, cache=cache)
    (file,) = cache.folder.glob("*.npz")
    arrays = cache.load(file.stem)
    cache.save(file.stem, arrays | {column: change(arrays[column])})
    again = osm.load_osm(extract, cache=cache)
    np.testing.assert_array_equal(first.ways.lonlat, again.ways.lonlat)
    assert "read again" in caplog.text
