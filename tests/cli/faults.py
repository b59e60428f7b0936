"""Ways to spoil a plan and its files, each with what the one line about it has to say."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.cities.small_city import (
    POINTS,
    extract,
    facility_rows,
    people_rows,
    write_city,
    write_lines,
    zones,
)

Break = Callable[[Path], object]


def table(name: str, *lines: str) -> Break:
    return lambda folder: write_lines(folder / name, list(lines))


def text(name: str, content: str | bytes) -> Break:
    if isinstance(content, str):
        content = content.encode()
    return lambda folder: (folder / name).write_bytes(content)


def in_plan(old: str, new: str) -> Break:
    def change(folder: Path) -> None:
        plan = (folder / "plan.toml").read_text(encoding="utf-8")
        assert old in plan
        (folder / "plan.toml").write_text(plan.replace(old, new), encoding="utf-8")

    return change


def gone(name: str) -> Break:
    return lambda folder: (folder / name).unlink()


def osm_file(name: str, content: bytes) -> Break:
    """A plan whose extract is a file of its own."""

    def change(folder: Path) -> None:
        (folder / name).write_bytes(content)
        in_plan(extract("test").as_posix(), name)(folder)

    return change


def boundary(geojson: str) -> Break:
    def change(folder: Path) -> None:
        (folder / "district.geojson").write_text(geojson, encoding="utf-8")
        in_plan("[network]", '[area]\nboundary = "district.geojson"\n[network]')(folder)

    return change


def towns(geojson: str) -> Break:
    def change(folder: Path) -> None:
        boundary(square(26.95, 60.53, 0.02))(folder)
        (folder / "towns.geojson").write_text(geojson, encoding="utf-8")
        in_plan("[network]", 'towns = "towns.geojson"\n[network]')(folder)

    return change


def two_towns(folder: Path, east: float = 0.0) -> None:
    """West and East side by side in a district of 4 km; `east` moves the latter."""
    lat, features = 60.53, []
    for name, lon in (("West", 26.9455), ("East", 26.9605 + east)):
        collection = json.loads(square(lon, lat, 0.0075, name=name))
        collection["features"][0]["properties"]["tier"] = "rural"
        features += collection["features"]
    towns(json.dumps({"type": "FeatureCollection", "features": features}))(folder)


def town_totals(*rows: str) -> Break:
    """Visitors of two towns put into the zones of the extract; all of these lie in West."""

    def change(folder: Path) -> None:
        totals = '[[demand]]\nkind = "commercial"\nosm = true\ntown_totals = "totals.csv"\n'
        write_city(folder, demand=totals)
        two_towns(folder)
        write_lines(folder / "totals.csv", ["town,kind,people", *rows])

    return change


def rule(tier: str) -> Break:
    """Two towns of tier rural, and a rule for a tier."""

    def change(folder: Path) -> None:
        two_towns(folder)
        with (folder / "plan.toml").open("a", encoding="utf-8") as plan:
            plan.write(
                f'[[rules]]\nid = "near"\ntier = "{tier}"\nlevel = "neighbourhood"\n'
                'cutoff_m = 500\nsource = "us"\nstatus = "assumption"\n'
            )

    return change


def gates(*rows: str) -> Break:
    """A table of gates beside the plan."""

    def change(folder: Path) -> None:
        write_lines(folder / "gates.csv", ["gate_id,lon,lat,hours,who", *rows])
        in_plan("[network]", '[network]\ngates = "gates.csv"')(folder)

    return change


def square(lon: float, lat: float, half: float, name: str = "Town") -> str:
    corners = [(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half)]
    ring = ",".join(f"[{lon + x},{lat + y}]" for x, y in corners)
    return (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"'
        f'{name}"}},"geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}]}}'
    )


def swapped(rows: list[str], first: int) -> list[str]:
    """Rows of CSV with two neighbouring columns exchanged, the heading kept."""
    parts = [row.split(",") for row in rows[1:]]
    for part in parts:
        part[first], part[first + 1] = part[first + 1], part[first]
    return [rows[0], *(",".join(part) for part in parts)]


def moved(rows: list[str], lon: int, by: float) -> list[str]:
    parts = [row.split(",") for row in rows[1:]]
    for part in parts:
        part[lon] = str(float(part[lon]) + by)
    return [rows[0], *(",".join(part) for part in parts)]


FACILITIES, PEOPLE = facility_rows("test"), people_rows("test")
PBF = extract("test").read_bytes()

# what is wrong: how, and what the line says of what, where and what to do
CASES: dict[str, tuple[Break, str]] = {
    "no plan": (gone("plan.toml"), r"plan\.toml: no such file; give a plan"),
    "a plan that is no TOML": (text("plan.toml", "name = "), r"plan\.toml: not valid TOML.*mend"),
    "a plan not in UTF-8": (
        text("plan.toml", 'name = "宝山"'.encode("gb18030")),
        r"plan\.toml: byte 8 is not UTF-8; save",
    ),
    "an unknown key": (
        in_plan("[network]", "[network]\nacces_limit_m = 80"),
        r"plan\.toml: network\.acces_limit_m: unknown key; did you mean network\.access_limit_m\?",
    ),
    "an unknown section": (
        in_plan("[network]", "[streets]\nosm = 1\n[network]"),
        r"plan\.toml: streets: unknown key; did you mean",
    ),
    "a wrong value": (
        in_plan("[network]", "[network]\naccess_limit_m = -5"),
        r"plan\.toml: network\.access_limit_m: -5 will not do; it should be a number from 1 to",
    ),
    "no demand": (
        lambda folder: write_city(folder, demand=""),
        r"names no \[\[demand\]\].*add one",
    ),
    "no extract": (
        in_plan(extract("test").as_posix(), "city.osm.pbf"),
        r"city\.osm\.pbf: no such file; name an OSM extract in \[network\] osm",
    ),
    "an extract cut short": (
        osm_file("short.osm.pbf", PBF[: len(PBF) // 2]),
        r"short\.osm\.pbf: not a readable OSM file .*download it again",
    ),
    "an extract cut by one byte": (
        osm_file("short.osm.pbf", PBF[:-1]),
        r"short\.osm\.pbf: not a readable OSM file .*download it again",
    ),
    "an empty extract": (
        osm_file("empty.osm.pbf", b""),
        r"empty\.osm\.pbf: .*(not a readable OSM file|holds no street).*(again|check)",
    ),
    "text called an extract": (
        osm_file("notes.osm.pbf", b"these are only notes\n" * 99),
        r"notes\.osm\.pbf: not a readable OSM file",
    ),
    "a picture named as extract": (
        osm_file("map.png", b"\x89PNG"),
        r"map\.png: not an OSM extract; expected \.osm\.pbf",
    ),
    "no table of facilities": (
        gone("facilities.csv"),
        r"facilities\.csv: no such file; check the path in the plan",
    ),
    "no table of people": (gone("people.csv"), r"people\.csv: no such file; check the path"),
    "a folder as a table": (
        lambda folder: (gone("people.csv")(folder), (folder / "people.csv").mkdir()),
        r"people\.csv: is a folder, not a file; check the path",
    ),
    "a raster that is none": (
        lambda folder: write_city(
            folder, demand='[[demand]]\nkind = "residential"\nraster = "people.csv"\n'
        ),
        r"people\.csv: is no TIFF; export it again as a GeoTIFF",
    ),
    "heights that are no raster": (
        in_plan("[network]", '[network]\nelevation = "people.csv"'),
        r"people\.csv: is no TIFF; export it again as a GeoTIFF",
    ),
    "no file of heights": (
        in_plan("[network]", '[network]\nelevation = "dem.tif"'),
        r"dem\.tif: no such file; name a GeoTIFF",
    ),
    "an unknown direction": (
        in_plan("[network]", '[network]\ndirection = "up"'),
        r"plan\.toml: network\.direction: .*(to|from|both)",
    ),
    "points as polygons with people": (
        lambda folder: write_city(
            folder,
            demand='[[demand]]\nkind = "residential"\npolygons = "people.csv"\npeople = "people"\n',
        ),
        r"people\.csv: .*polygons.*",
    ),
    "a missing column": (
        table("facilities.csv", "facility_id,name,lon", "F1,One,26.94"),
        r"facilities\.csv: no column 'lat'; it has facility_id, name, lon; add or rename it",
    ),
    "a missing column of people": (
        table("people.csv", *[row.replace("people", "inhabitants") for row in PEOPLE]),
        r"people\.csv: no column 'people'; it has id, inhabitants, lon, lat; add or rename it",
    ),
    "ids that stand twice": (
        table("facilities.csv", *FACILITIES, FACILITIES[1]),
        r"facilities\.csv: row 4: facility_id 'F1' already stands in row 2; give each row its own",
    ),
    "people that stand twice": (
        table("people.csv", *PEOPLE, PEOPLE[2]),
        r"people\.csv: row 4: id 'P2' already stands in row 3; give each row its own",
    ),
    "two tables with the same people": (
        lambda folder: write_city(folder, demand=POINTS + POINTS),
        r"residential:P1 stands in two tables of demand; give each unit an id of its own",
    ),
    "negative people": (
        table("people.csv", PEOPLE[0], PEOPLE[1].replace("10", "-3"), PEOPLE[2]),
        r"people\.csv: row 2: people -3 is negative; give 0 or more",
    ),
    "an unknown status": (
        table("facilities.csv", *[row.replace("open", "maybe") for row in FACILITIES]),
        r"facilities\.csv: row 2: status 'maybe'; give open, planned, closed",
    ),
    "a facility called all": (
        table("facilities.csv", FACILITIES[0], FACILITIES[1].replace("F1", "all")),
        r"facilities\.csv: row 2: the facility_id 'all' is reserved for the whole; rename it",
    ),
    "more people than live anywhere": (
        table("people.csv", PEOPLE[0], PEOPLE[1].replace(",10,", ",1e300,")),
        r"people\.csv: none of its rows can be used, as people is more than a place can hold",
    ),
    "a walk to the street of 10,000 km": (
        in_plan("[network]", "[network]\naccess_limit_m = 1e7"),
        r"plan\.toml: network\.access_limit_m: 10000000\.0 will not do; .*a number from 1 to 5000",
    ),
    "a walk of a year": (
        in_plan("[network]", "[service]\ncutoffs_minutes = [525600]\n[network]"),
        r"plan\.toml: service\.cutoffs_minutes\[1\]: 525600 will not do; .*from 0\.01 to 600",
    ),
    "no facilities": (
        table("facilities.csv", FACILITIES[0]),
        r"facilities\.csv: has no rows; add at least one below the heading",
    ),
    "an empty table": (text("facilities.csv", ""), r"facilities\.csv: is empty; give"),
    "all facilities closed": (
        table("facilities.csv", *[row.replace("open", "closed") for row in FACILITIES]),
        r"facilities\.csv: none of its 2 facilities is open; .*status 'open'",
    ),
    "nobody": (
        table("people.csv", "id,people,lon,lat", "P1,0,26.9412,60.5257", "P2,,26.953,60.5312"),
        r"there is nobody in the area: .*check the columns named in \[\[demand\]\] people",
    ),
    "no usable row": (
        table("people.csv", "id,people,lon,lat", "P1,many,26.9412,60.5257"),
        r"people\.csv: none of its rows can be used, as people 'many' is no number; mend",
    ),
    "all rows elsewhere": (
        table("facilities.csv", *moved(FACILITIES, 2, 1.0)),
        r"facilities\.csv: all 2 rows lie outside the area of the streets; they are around "
        r"lon 27\.9\d\d, lat 60\.5\d\d, .* km away; check that the files belong together",
    ),
    "all people elsewhere": (
        table("people.csv", *moved(PEOPLE, 2, -1.0)),
        r"people\.csv: all 2 rows lie outside the area of the streets; .* km away; check",
    ),
    "lon and lat swapped": (
        table("facilities.csv", *swapped(FACILITIES, 2)),
        r"facilities\.csv: all 2 rows lie outside .*; lon and lat look swapped; swap",
    ),
    "lon and lat of people swapped": (
        table("people.csv", *swapped(PEOPLE, 2)),
        r"people\.csv: all 2 rows lie outside .*; lon and lat look swapped; swap",
    ),
    "metres for degrees": (
        table("facilities.csv", "facility_id,name,lon,lat", "F1,One,496500,6710000"),
        r"facilities\.csv: none of its 1 rows lies anywhere as .*set \[facilities\] crs = ",
    ),
    "an unknown CRS": (
        in_plan('table = "facilities.csv"', 'table = "facilities.csv"\ncrs = "WGS-1984"'),
        r"plan\.toml: facilities\.crs: 'WGS-1984' .*",
    ),
    "half a character of UTF-16": (
        text("people.csv", "\n".join(PEOPLE).encode("utf-16")[:-1]),
        r"people\.csv: .*UTF-16",
    ),
    "bytes that are no text": (
        text("people.csv", b"id,people,lon,lat\nP1,\xff\xfe\xfd,1,2\n"),
        r"people\.csv: neither UTF-8 nor GB 18030 \(row 2\); save it as CSV",
    ),
    "a workbook cut short": (
        text("facilities.csv", b"PK\x03\x04" + bytes(200)),
        r"facilities\.csv: .*workbook",
    ),
    "a document": (
        in_plan("facilities.csv", "facilities.doc"),
        r"facilities\.doc: not a format that is read; give \.csv",
    ),
    "another city's streets": (
        boundary(square(121.44, 31.38, 0.05)),
        r"test\.osm\.pbf: its streets lie outside the boundary.*check that extract and boundary",
    ),
    "no boundary": (
        in_plan("[network]", '[area]\nboundary = "district.geojson"\n[network]'),
        r"district\.geojson: no such file; check the path in the plan",
    ),
    "an empty boundary": (
        boundary('{"type":"FeatureCollection","features":[]}'),
        r"district\.geojson: .*(no rows|one layer).*(add|export)",
    ),
    "a boundary that is no GeoJSON": (
        boundary("hello"),
        r"district\.geojson: is no geojson file inside; export it again",
    ),
    "a boundary cut short": (
        boundary(square(26.95, 60.53, 0.02)[:-40]),
        r"district\.geojson: cannot be read .*export it again",
    ),
    "a boundary of points": (
        boundary(
            '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
            '"geometry":{"type":"Point","coordinates":[26.95,60.53]}}]}'
        ),
        r"district\.geojson: row 1: geometry is a Point; give a polygon",
    ),
    "a town called all": (
        towns(square(26.95, 60.53, 0.02, name="all")),
        r"towns\.geojson: row 1: the name 'all' is reserved for the whole; rename it",
    ),
    "a town without a name": (
        towns(square(26.95, 60.53, 0.02, name="")),
        r"towns\.geojson: row 1: name is empty; give each row its own",
    ),
    "towns that overlap": (
        lambda folder: two_towns(folder, east=-0.005),
        r"towns\.geojson: West and East overlap by 0\.4\d km²; draw a border that both share",
    ),
    "a town that leaves the district": (
        lambda folder: two_towns(folder, east=0.005),
        r"towns\.geojson: 0\.2\d km² of East lie outside the boundary of the area; "
        r"correct the town or the boundary",
    ),
    "totals of an unknown town": (
        town_totals("West,commercial,100", "North,commercial,5"),
        r"totals\.csv: row 3: town 'North' is not among the 2 of area\.towns; write it as there",
    ),
    "a town with people and no place": (
        town_totals("West,commercial,100", "East,commercial,5"),
        r"East has 5 people of kind commercial but no zone to put them in; map its landuse",
    ),
    "totals that are no whole number": (
        town_totals("West,commercial,100.5"),
        r"totals\.csv: row 2: people '100\.5'; give a whole number, 0 or more",
    ),
    "a rule for an unknown tier": (
        rule("main_city"),
        r"rules: near: no town has the tier 'main_city'; give rural",
    ),
    "a rule where towns have no tier": (
        lambda folder: (
            rule("rural")(folder),
            (folder / "towns.geojson").write_text(square(26.95, 60.53, 0.02), encoding="utf-8"),
        ),
        r"rules: near: no town has the tier 'rural'; give towns a column 'tier' in area\.towns",
    ),
    "opening hours that never open": (
        table(
            "facilities.csv",
            FACILITIES[0] + ",opening_hours",
            FACILITIES[1] + ",Mo-Fr 08:30-17:00",
            FACILITIES[2] + ",2019 Mo-Fr 08:30-17:00",
        ),
        r"facilities\.csv: row 3: opening_hours '2019 Mo-Fr 08:30-17:00' never opens from "
        r"2026-03-09 on; write it like .*, or leave it empty",
    ),
    "services that stand twice": (
        table(
            "facilities.csv",
            FACILITIES[0] + ",services",
            FACILITIES[1] + ",政务=Mo-Fr 08:30-17:00 | 文体",
            FACILITIES[2] + ",文体 | 文体",
        ),
        r"facilities\.csv: row 3: services '文体 \| 文体': 文体 stands twice; keep one",
    ),
    "a moment that nobody knows": (
        in_plan("[network]", '[service]\nmoments = ["noon"]\n[network]'),
        r"plan\.toml: service\.moments: unknown moment 'noon'; known are weekday_morning, ",
    ),
    "a profile that stands still": (
        in_plan("[network]", '[[profiles]]\nname = "slow"\nspeed_kmh = 0\n[network]'),
        r"plan\.toml: profiles\[1\]\.speed_kmh: 0 will not do; .* a number from 0\.5 to 30",
    ),
    "a profile that nobody knows": (
        in_plan("[network]", '[service]\nprofiles = ["weelchair"]\n[network]'),
        r"service\.profiles: unknown profile 'weelchair'; did you mean wheelchair\? known are ad",
    ),
    "a group of more people than there are": (
        lambda folder: (
            two_towns(folder),
            write_lines(folder / "groups.csv", ["town,group,people", "West,old,1e6"]),
            in_plan("[network]", '[[groups]]\nname = "old"\ntable = "groups.csv"\n[network]')(
                folder
            ),
        ),
        r"groups\.csv: row 2: 1000000 people of group old in West, which has .* correct one",
    ),
    "a group whose column is not there": (
        in_plan("[network]", '[[groups]]\nname = "old"\ncolumn = "old"\n[network]'),
        r"people\.csv: no column 'old', which group 'old' names; add it or give the group a share",
    ),
    "a share of more than all": (
        in_plan("[network]", '[[groups]]\nname = "old"\nshare = 30\n[network]'),
        r"plan\.toml: groups\[1\]\.share: 30 will not do; it should be a number from 0 to 1",
    ),
    "no table of gates": (
        in_plan("[network]", '[network]\ngates = "gates.csv"'),
        r"gates\.csv: no such file; check the path in the plan",
    ),
    "a gate that never opens": (
        gates("G1,26.9412,60.5257,06:00-22:00,", "G2,26.953,60.5312,2019 Mo-Su 06:00-22:00,"),
        r"gates\.csv: row 3: hours '2019 Mo-Su 06:00-22:00' never opens from 2026-03-09 on; "
        r"write it like .*, or leave it empty",
    ),
    "a gate for nobody knows whom": (
        gates("G1,26.9412,60.5257,,adult;courier"),
        r"gates\.csv: row 2: who: unknown profile 'courier'; .*known are adult, .*; or give "
        r"residents, everyone, nobody",
    ),
    "gates in metres": (
        gates("G1,496500,6710000,,"),
        r"gates\.csv: none of its 1 rows lies anywhere as .*set \[network\] gates_crs = ",
    ),
    "outsiders who may perhaps come in": (
        table(
            "facilities.csv",
            FACILITIES[0] + ",open_to_outsiders",
            FACILITIES[1] + ",yes",
            FACILITIES[2] + ",sometimes",
        ),
        r"facilities\.csv: row 3: open_to_outsiders 'sometimes'; give yes, no",
    ),
    "hours of a service that never open": (
        table(
            "facilities.csv",
            FACILITIES[0] + ",services",
            FACILITIES[1] + ",政务",
            FACILITIES[2] + ",政务=2019 Mo-Fr 09:00-17:00",
        ),
        r"facilities\.csv: row 3: services: hours of 政务 '2019 Mo-Fr 09:00-17:00' never opens",
    ),
    "a time of day that there is not": (
        in_plan("[network]", '[[moments]]\nname = "x"\nday = "monday"\ntime = "25:00"\n[network]'),
        r"plan\.toml: moments\[1\]\.time: '25:00' will not do; it should be a time of day like",
    ),
    "a range the wrong way round": (
        in_plan("[network]", "[uncertainty]\nspeed = [1.2, 0.8]\n[network]"),
        r"plan\.toml: uncertainty\.speed: .*it should be two numbers, the smaller first",
    ),
    "a factor of no speed at all": (
        in_plan("[network]", "[uncertainty]\nrepeats = 3\nspeed = [0, 1]\n[network]"),
        r"plan\.toml: uncertainty\.speed\[1\]: 0 will not do; .* a number from 0\.1 to 10",
    ),
    "gates in a way that nobody knows": (
        in_plan("[network]", '[uncertainty]\ngates = ["open"]\n[network]'),
        r"plan\.toml: uncertainty\.gates\[1\]: 'open' will not do; .*'as_tagged'",
    ),
    "zones that are not there": (
        lambda folder: (
            write_city(folder, demand=zones(commercial=9)),
            boundary(square(26.9412, 60.5257, 0.0008))(folder),
        ),
        r"test\.osm\.pbf: no zone of kind commercial .* in the area; give a table of points",
    ),
}
