"""The demo district's files: the same on each run, exact in their sums, like a real city."""

from __future__ import annotations

import csv
import json
import tomllib
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import opening_hours
import osmium
import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import Point, shape

from data.generator import housing, people
from data.generator.build import build
from data.generator.outline import TOWNS
from planner.plan.moments import USUAL_MOMENTS, are_open_at, make_usual_moment
from planner.plan.services import SERVICES_EN, parse_services
from planner.sources.plan_file import load_plan

DEMO = Path(__file__).resolve().parents[2] / "data" / "baoshan-demo"
FILES = (
    "baoshan-demo.osm.pbf", "candidates.csv", "committees.geojson", "courses.csv",
    "district.geojson", "facilities.csv", "gates.csv", "groups.csv", "orders.csv", "plan.toml",
    "population.csv", "route_sites.csv", "route_templates.csv", "teachers.csv", "towns.geojson",
)  # fmt: skip

PORTO_ALEGRE = {"km_per_km2": 17.2, "median_edge_m": 54.8, "share_of_degree_3": 0.817}
"""Figures of the real extract by `street_figures` below; checked where the extract is present."""

DOMAINS = (
    "industrial_park", "mall", "office_tower", "scenic_area", "street_block", "waterfront",
    "talent_apartments", "couriers",
)  # fmt: skip


def read_csv(name: str) -> list[dict[str, str]]:
    with (DEMO / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_geojson(name: str) -> dict:
    return json.loads((DEMO / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def town_shapes() -> dict[str, shapely.Polygon]:
    """Town polygons in metres of EPSG:32651."""
    to_metres = Transformer.from_crs("EPSG:4326", "EPSG:32651", always_xy=True)

    def turned(lonlat: np.ndarray) -> np.ndarray:
        return np.column_stack(to_metres.transform(lonlat[:, 0], lonlat[:, 1]))

    return {
        f["properties"]["name"]: shapely.transform(shape(f["geometry"]), turned)
        for f in read_geojson("towns.geojson")["features"]
    }


@pytest.fixture(scope="module")
def tag_counts() -> Counter[tuple[str, str]]:
    """How often each tag stands in the extract, nodes and ways together."""
    counts: Counter[tuple[str, str]] = Counter()
    for thing in osmium.FileProcessor(str(DEMO / "baoshan-demo.osm.pbf")):
        counts.update((tag.k, tag.v) for tag in thing.tags)
    return counts


def street_figures(extract: Path, crs: str) -> dict[str, float]:
    """Street figures of an extract, by one rule for real and invented cities.

    Streets are the ways a walker may use. `km_per_km2` is the mean over cells of 500 m that
    hold at least 5 km of street per km² (built-up parts); edges are chains of degree-two nodes
    merged; the share is of the nodes that remain.
    """
    positions: dict[int, tuple[float, float]] = {}
    pairs: set[tuple[int, int]] = set()
    for way in osmium.FileProcessor(str(extract)).with_locations():
        if not way.is_way() or not _walkable(way.tags):
            continue
        refs = [n.ref for n in way.nodes]
        positions.update((n.ref, (n.location.lon, n.location.lat)) for n in way.nodes)
        pairs.update((min(a, b), max(a, b)) for a, b in pairwise(refs) if a != b)
    number = {ref: k for k, ref in enumerate(positions)}
    lonlat = np.array(list(positions.values()))
    to_metres = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    xy = np.column_stack(to_metres.transform(lonlat[:, 0], lonlat[:, 1]))
    ends = np.array(sorted((number[a], number[b]) for a, b in pairs))
    length_m = np.linalg.norm(xy[ends[:, 0]] - xy[ends[:, 1]], axis=1)
    degree = np.bincount(ends.ravel(), minlength=len(xy))
    kept = degree[degree != 2]
    cells: dict[tuple[int, int], float] = defaultdict(float)
    for (i, j), metres in zip(
        np.floor((xy[ends[:, 0]] + xy[ends[:, 1]]) / 1_000.0).astype(int), length_m, strict=True
    ):
        cells[i, j] += metres
    density = np.array(list(cells.values())) / 1_000.0 / 0.25
    return {
        "km_per_km2": float(density[density >= 5.0].mean()),
        "median_edge_m": float(np.median(_chain_lengths(ends, length_m, degree))),
        "share_of_degree_3": float((kept >= 3).mean()),
    }


def _walkable(tags: osmium.osm.TagList) -> bool:
    """Whether a walker may use a way, roughly as design section 4 says."""
    return (
        tags.get("highway", "construction")
        not in ("motorway", "motorway_link", "construction", "proposed", "raceway")
        and tags.get("motorroad") != "yes"
        and tags.get("foot") != "no"
        and not (tags.get("access") == "no" and "foot" not in tags)
    )


def _chain_lengths(ends: np.ndarray, length_m: np.ndarray, degree: np.ndarray) -> list[float]:
    """Lengths of the edges that remain when degree-two nodes are merged."""
    beside: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for k, (a, b) in enumerate(ends):
        beside[int(a)].append((int(b), k))
        beside[int(b)].append((int(a), k))
    used: set[int] = set()
    lengths = []
    for start in np.flatnonzero((degree != 2) & (degree > 0)):
        for node, edge in beside[int(start)]:
            if edge in used:
                continue
            used.add(edge)
            total = length_m[edge]
            while degree[node] == 2:
                node, edge = next((n, e) for n, e in beside[node] if e != edge)
                used.add(edge)
                total += length_m[edge]
            lengths.append(float(total))
    return lengths


@pytest.mark.nightly
def test_generating_again_gives_the_same_bytes(tmp_path):
    build(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == list(FILES)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (DEMO / name).read_bytes(), name


def test_files_together_stay_below_eight_megabytes():
    assert sum(p.stat().st_size for p in DEMO.iterdir()) < 8e6


def test_everything_says_that_it_is_synthetic():
    for name in FILES:
        if name.endswith(".geojson"):
            head = read_geojson(name)
            assert head["synthetic"] is True
            assert "演示数据，非真实" in head["notice"]
        if name.endswith(".csv"):
            assert all("演示数据，非真实" in row["notice"] for row in read_csv(name))


def test_excel_reads_the_chinese_of_every_table():
    for name in FILES:
        if name.endswith(".csv"):
            assert (DEMO / name).read_bytes().startswith(b"\xef\xbb\xbf"), name


def test_plan_and_streets_say_that_they_are_synthetic():
    assert tomllib.loads((DEMO / "plan.toml").read_text(encoding="utf-8"))["synthetic"] is True
    header = osmium.io.Reader(str(DEMO / "baoshan-demo.osm.pbf")).header()
    assert "synthetic" in header.get("generator")
    assert header.get("osmosis_replication_timestamp") == "2026-11-01T00:00:00Z"


def test_the_plan_loads():
    plan = load_plan(DEMO / "plan.toml")
    assert plan.synthetic
    assert plan.language == "zh"
    assert [d.kind for d in plan.demand] == ["residential", "industrial", "commercial"]
    names = [profile.name for profile in plan.judged_profiles]
    assert names == ["adult", "elderly", "child", "wheelchair", "ebike"]
    assert [moment.name for moment in plan.asked_moments] == list(USUAL_MOMENTS)
    assert {g.name: (g.kind, g.profile) for g in plan.groups} == {
        "elderly": ("residential", "elderly"), "children": ("residential", "child"),
        "couriers": ("commercial", "ebike"), "party_members": ("residential", None),
    }  # fmt: skip
    assert plan.uncertainty.repeats > 0


def test_towns_fill_the_district_without_overlap(town_shapes):
    [district] = read_geojson("district.geojson")["features"]
    whole = shapely.unary_union([shape(f["geometry"]) for f in _towns()])
    assert shape(district["geometry"]).symmetric_difference(whole).area < 1e-9
    names = list(town_shapes)
    for k, name in enumerate(names):
        for other in names[k + 1 :]:
            assert town_shapes[name].intersection(town_shapes[other]).area < 1.0, (name, other)


def _towns() -> list[dict]:
    return read_geojson("towns.geojson")["features"]


def test_towns_have_their_codes_tiers_areas_and_points(town_shapes):
    given = {f["properties"]["name"]: f for f in _towns()}
    assert list(given) == [t.name for t in TOWNS]
    for town in TOWNS:
        found = given[town.name]
        assert found["properties"]["code"] == town.code
        assert found["properties"]["tier"] in ("main_city", "market_town", "rural")
        assert found["properties"]["tier_status"] == "invented"
        assert shape(found["geometry"]).contains(Point(town.lon, town.lat))
        assert town_shapes[town.name].area / 1e6 == pytest.approx(town.land_km2, rel=0.05)


def test_people_per_town_add_up_exactly():
    rows = read_csv("population.csv")
    totals: Counter[str] = Counter()
    for row in rows:
        totals[row["kind"]] += int(row["people"])
    assert totals == {"residential": 2_270_000, "industrial": 410_000, "commercial": 260_000}
    assert sum(int(r["party_members"] or 0) for r in rows) == 100_000
    assert len({(r["town"], r["kind"]) for r in rows}) == len(rows) == 36
    residents = {r["town"]: int(r["people"]) for r in rows if r["kind"] == "residential"}
    for town, committees in people.committees_by_town().items():
        assert residents[town] == pytest.approx(2_270_000 * committees / 593, abs=1.0)


def test_committees_are_those_of_the_district():
    committees = [f["properties"] for f in read_geojson("committees.geojson")["features"]]
    assert Counter(c["kind"] for c in committees) == {"village": 103, "residents": 490}
    assert Counter(c["town"] for c in committees) == people.committees_by_town()
    assert len({c["name"] for c in committees}) == 593
    stations = Counter(c["facility_id"] for c in committees)
    neighbourhood = {
        r["facility_id"] for r in read_csv("facilities.csv")
        if r["level"] == "neighbourhood" and r["domain"] == "community"
    }  # fmt: skip
    assert {s for s in stations if s} == neighbourhood
    assert stations.pop(None) + sum(n - 1 for n in stations.values()) == 16


def test_what_people_live_in_follows_town_and_village():
    committees = [f["properties"] for f in read_geojson("committees.geojson")["features"]]
    assert {c["housing"] for c in committees} == {"商品房", "动迁房", "村宅"}
    assert all((c["kind"] == "village") == (c["housing"] == "村宅") for c in committees)
    resettled = Counter(c["town"] for c in committees if c["housing"] == "动迁房")
    residents = Counter(c["town"] for c in committees if c["kind"] == "residents")
    for town, count in residents.items():  # the three subdistricts have none
        assert resettled[town] == round(housing.SHARE_RESETTLED.get(town, 0.0) * count)
    assert sum(resettled.values()) == 109


def test_committees_share_out_the_ground_of_their_town():
    covered: dict[str, float] = defaultdict(float)
    for f in read_geojson("committees.geojson")["features"]:
        covered[f["properties"]["town"]] += shape(f["geometry"]).area
    for f in _towns():
        assert covered[f["properties"]["name"]] == pytest.approx(
            shape(f["geometry"]).area, rel=1e-4
        )


def test_facilities_by_level_and_domain():
    rows = read_csv("facilities.csv")
    assert len({r["facility_id"] for r in rows}) == len({r["name"] for r in rows}) == len(rows)
    levels = Counter((r["level"], r["domain"] == "community") for r in rows)
    assert levels == {
        ("district", True): 1, ("town", True): 12, ("neighbourhood", True): 577,
        ("neighbourhood", False): 80,
    }  # fmt: skip
    domains = Counter(r["domain"] for r in rows)
    assert all(domains[domain] >= 10 for domain in (*DOMAINS, "community"))
    assert set(domains) == {*DOMAINS, "community"}
    assert {r["status"] for r in rows} == {"open", "closed", "planned"}
    assert all(int(r["capacity"]) > 0 for r in rows)


def test_opening_hours_parse():
    hours = [r["opening_hours"] for r in read_csv("facilities.csv")]
    hours += [text for r in read_csv("facilities.csv")
              for text in parse_services(r["services"]).values()]  # fmt: skip
    hours += [r["hours"] for r in read_csv("gates.csv")]
    hours += [r["opening_hours"] for r in read_csv("route_sites.csv")]
    hours += [r["days"] for r in read_csv("teachers.csv")]
    for text in set(hours) - {""}:
        assert opening_hours.validate(text), text


def test_stations_are_open_at_different_hours():
    hours = [r["opening_hours"] for r in read_csv("facilities.csv")]
    assert 0.05 < hours.count("") / len(hours) < 0.11, "hours that nobody wrote down"
    share = {name: are_open_at(hours, make_usual_moment(name)).mean() for name in USUAL_MOMENTS}
    assert share["weekday_morning"] > 0.97
    assert 0.5 < share["saturday"] < 0.7
    assert 0.25 < share["weekday_evening"] < 0.4
    assert 0.05 < share["night"] < 0.15


def test_services_and_those_with_hours_of_their_own():
    rows = [parse_services(r["services"]) for r in read_csv("facilities.csv")]
    offered = Counter(name for services in rows for name in services)
    assert set(offered) == set(SERVICES_EN)
    assert min(offered.values()) >= 50, offered
    own = Counter(name for services in rows for name, hours in services.items() if hours)
    assert set(own) == set(SERVICES_EN)
    assert min(own.values()) >= 20, own
    assert 10 <= rows.count({}) <= 60, "services that nobody wrote down"


def test_some_stations_let_no_outsider_in():
    shut = [r for r in read_csv("facilities.csv") if r["open_to_outsiders"] == "no"]
    assert {r["open_to_outsiders"] for r in read_csv("facilities.csv")} == {"yes", "no"}
    domains = Counter(r["domain"] for r in shut)
    assert set(domains) == {"community", "industrial_park"}
    assert 10 <= domains["community"] <= 50
    assert domains["industrial_park"] == 3
    assert {r["level"] for r in shut} == {"neighbourhood"}


def test_the_list_of_gates():
    rows = read_csv("gates.csv")
    assert len({r["gate_id"] for r in rows}) == len({r["name"] for r in rows}) == len(rows) == 40
    who = Counter(r["who"] for r in rows)
    assert set(who) == {"residents", "everyone", "nobody", "adult", "adult;elderly;child"}
    assert sum(r["hours"] != "" for r in rows) >= 10
    assert sum(r["hours"] == "06:00-23:00" for r in rows) == 5


def test_the_list_of_candidate_sites():
    rows = read_csv("candidates.csv")
    assert Counter(r["action"] for r in rows) == {
        "convert": 36, "new": 18, "enlarge": 3, "upgrade": 3,
    }  # fmt: skip
    assert len({r["site_id"] for r in rows}) == len({r["name"] for r in rows}) == 60
    assert all(int(r["cost"]) > 0 and int(r["capacity"]) > 0 for r in rows)


def test_sites_of_routes_and_their_templates(town_shapes):
    sites, templates = read_csv("route_sites.csv"), read_csv("route_templates.csv")
    assert len({s["site_id"] for s in sites}) == len({s["name"] for s in sites}) == len(sites) == 94
    themes = Counter(theme for s in sites for theme in s["theme"].split(" | "))
    assert 8 <= len(themes) <= 10
    assert themes["低碳"] == 12
    assert sum(" | " in s["theme"] for s in sites) >= 5
    assert all(15 <= int(s["dwell_minutes"]) <= 60 for s in sites)
    assert {int(s["value"]) for s in sites} == {1, 2, 3, 4, 5}
    assert sum(int(s["group_capacity"]) < 20 for s in sites) >= 3, "too small for a group of 20"
    assert all(int(s["volunteers"]) in (1, 2) for s in sites)
    assert len({t["template_id"] for t in templates}) == len(templates) == 22
    assert {s["template"] for s in sites} <= {t["template_id"] for t in templates}
    minutes = {t["template_id"]: int(t["minutes"]) for t in templates}
    assert all(minutes[s["template"]] <= int(s["dwell_minutes"]) for s in sites)
    to_metres = Transformer.from_crs("EPSG:4326", "EPSG:32651", always_xy=True)
    spots = [Point(to_metres.transform(float(s["lon"]), float(s["lat"]))) for s in sites]
    assert all(any(town.contains(spot) for town in town_shapes.values()) for spot in spots)


def test_courses_of_twenty_five_departments():
    rows = read_csv("courses.csv")
    assert len({r["course_id"] for r in rows}) == len({r["name"] for r in rows}) == len(rows) == 185
    assert len({r["department"] for r in rows}) == 25
    assert len({r["field"] for r in rows}) == 4
    first = {r["course_id"]: r for r in rows if not r["same_as"]}
    doubled = [r for r in rows if r["same_as"]]
    assert len(doubled) == 35
    for row in doubled:
        same = first[row["same_as"]]
        assert all(row[key] == same[key] for key in ("field", "class_most", "host_level"))
    services = {name for r in read_csv("facilities.csv") for name in parse_services(r["services"])}
    assert {r["needs"] for r in rows} - {""} <= services
    levels = {level for r in rows for level in r["host_level"].split(" | ") if level}
    assert levels == {"district", "town"}
    teachers = read_csv("teachers.csv")
    assert {r["level"] for r in rows} == {t["level"] for t in teachers}
    for row in rows:
        assert any(
            row["field"] in t["fields"].split(" | ") and row["level"] in ("", t["level"])
            for t in teachers
        )


def test_orders_sum_exactly_and_every_committee_orders():
    rows = read_csv("orders.csv")
    assert len({r["order_id"] for r in rows}) == len(rows)
    assert sum(int(r["people"]) for r in rows) == 39_000
    assert min(int(r["people"]) for r in rows) > 0
    town_of = {
        f["properties"]["name"]: f["properties"]["town"]
        for f in read_geojson("committees.geojson")["features"]
    }
    assert {r["committee"] for r in rows} - {""} == set(town_of)
    assert all(r["town"] == town_of.get(r["committee"], r["town"]) for r in rows)
    assert {r["town"] for r in rows if not r["committee"]} == {t.name for t in TOWNS}
    departments = {r["course_id"]: r["department"] for r in read_csv("courses.csv")}
    assert all(departments[r["course"]] == r["department"] for r in rows)
    for row in rows:
        earliest, latest = row["earliest"] or "2026-07-01", row["latest"] or "2026-12-31"
        assert sorted(["2026-07-01", earliest, latest, "2026-12-31"]) == [
            "2026-07-01", earliest, latest, "2026-12-31"
        ]  # fmt: skip


def test_rooms_of_stations():
    rows = read_csv("facilities.csv")
    seats: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row["room_capacity"]:
            seats[row["level"]].append(int(row["room_capacity"]))
    assert seats["district"] == [300]
    assert len(seats["town"]) == 12
    assert all(150 <= n <= 200 for n in seats["town"])
    usual = sum(30 <= n <= 80 for n in seats["neighbourhood"])
    assert usual > 0.9 * len(seats["neighbourhood"])
    assert 50 < len(rows) - sum(map(len, seats.values())) < 110, "stations without a room"


def test_the_elderly_of_every_town():
    rows = read_csv("groups.csv")
    assert [r["town"] for r in rows] == [t.name for t in TOWNS]
    assert {r["group"] for r in rows} == {"elderly"}
    assert all(0.15 < float(r["share"]) < 0.45 for r in rows)


def test_streets_are_like_those_of_a_real_city():
    found = street_figures(DEMO / "baoshan-demo.osm.pbf", "EPSG:32651")
    for figure, real in PORTO_ALEGRE.items():
        assert 0.67 <= found[figure] / real <= 1.5, (figure, found[figure])


def test_figures_of_the_real_city_hold(shared_data):
    found = street_figures(shared_data / "porto_alegre" / "porto_alegre.osm.pbf", "EPSG:32722")
    assert found == pytest.approx(PORTO_ALEGRE, rel=0.002)


@pytest.mark.parametrize(
    ("tag", "least"),
    [
        (("barrier", "wall"), 500), (("barrier", "gate"), 500), (("barrier", "lift_gate"), 100),
        (("locked", "yes"), 50), (("access", "private"), 3_000), (("landuse", "residential"), 500),
        (("landuse", "industrial"), 100), (("landuse", "commercial"), 30),
        (("landuse", "retail"), 30),
        (("landuse", "farmland"), 100), (("leisure", "park"), 30), (("amenity", "school"), 20),
        (("natural", "water"), 8), (("highway", "motorway"), 3), (("motorroad", "yes"), 1),
        (("railway", "rail"), 3), (("railway", "subway"), 3), (("station", "subway"), 20),
        (("railway", "subway_entrance"), 40), (("highway", "steps"), 20), (("bridge", "yes"), 100),
        (("tunnel", "yes"), 20), (("crossing", "traffic_signals"), 50),
        (("crossing", "uncontrolled"), 50),
        (("footway", "sidewalk"), 50), (("highway", "traffic_signals"), 100),
        (("place", "hamlet"), 200),
        (("highway", "track"), 100),
        (("residential", "gated"), 500), (("oneway", "-1"), 50), (("oneway:bicycle", "no"), 20),
        (("footway", "crossing"), 100), (("waterway", "river"), 4), (("waterway", "canal"), 3),
        (("highway", "bus_stop"), 1_000), (("amenity", "community_centre"), 50),
        (("amenity", "library"), 10), (("amenity", "marketplace"), 100), (("shop", "mall"), 50),
        (("building", "civic"), 5), (("amenity", "pharmacy"), 100), (("amenity", "bank"), 100),
    ],
)  # fmt: skip
def test_what_makes_the_district_hard_is_there(tag_counts, tag, least):
    assert tag_counts[tag] >= least


def test_size_of_the_extract(tag_counts):
    buildings = sum(n for (key, _), n in tag_counts.items() if key == "building")
    assert 20_000 <= buildings <= 25_000
    assert tag_counts["building:levels", "6"] > 100


def test_no_real_name_stands_on_an_invented_place(shared_data):
    real = _real_names(shared_data / "baoshan")
    invented = {f["properties"]["name"] for f in read_geojson("committees.geojson")["features"]}
    invented |= {r["name"] for r in read_csv("facilities.csv") if r["level"] == "neighbourhood"}
    for thing in osmium.FileProcessor(str(DEMO / "baoshan-demo.osm.pbf")):
        if thing.tags.get("natural") != "water" and "waterway" not in thing.tags:
            invented.add(thing.tags.get("name", "-"))
    tables = ("gates", "candidates", "route_sites", "teachers")
    invented |= {r["name"] for name in tables for r in read_csv(f"{name}.csv")}
    invented |= {_bare(name) for name in invented}
    assert not invented & real


def _bare(name: str) -> str:
    """A name without what committees and stations put at its end."""
    for ending in ("党群服务站", "居委会", "村委会", "委会", "站"):
        name = name.removesuffix(ending)
    return name


def _real_names(folder: Path) -> set[str]:
    """Names of real committees, metro stations and places of the district."""
    with (folder / "committees.csv").open(encoding="utf-8") as file:
        names = {row["village_name"] for row in csv.DictReader(file)}
    stations = json.loads((folder / "metro_stations.geojson").read_text(encoding="utf-8"))
    names |= {f["properties"]["name"] for f in stations["features"]}
    with (folder / "poi_wgs84.csv").open(encoding="utf-8-sig") as file:
        names |= {row["name"] for row in csv.DictReader(file)}
    return {bare for name in names for bare in (name, _bare(name)) if bare}
