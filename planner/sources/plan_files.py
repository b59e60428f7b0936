"""The files that a plan names: which, how they are called, and their hashes."""

from pathlib import Path

from planner.plan import Plan
from planner.plan.given_table import GivenTable, TableSource
from planner.sources._read_given import hash_given
from planner.sources.condition_files import list_condition_files
from planner.sources.hashes import hash_file
from planner.sources.load_map import find_street_file
from planner.sources.table_paths import list_parts, split_sheet


def list_files(plan: Plan) -> set[Path]:
    """Return every file that is read for the plan: of a shapefile those beside it as well."""
    # The extract is one file; streets that stand in its place may be several.
    extract = set() if find_street_file(plan) == plan.network.osm else {plan.network.osm}
    return extract | {part for path in _list_tables(plan) for part in list_parts(path)}


def list_sources(plan: Plan) -> list[TableSource]:
    """Return where stations, people and sites come from, files and tables of Python."""
    of_people = [part.file for part in plan.demand]
    of_routes = () if plan.routes is None else (plan.routes.sites, plan.routes.templates)
    sources = [plan.facilities.table, *of_people, plan.candidates.table, *of_routes]
    return [source for source in sources if source is not None]


def _list_tables(plan: Plan) -> set[Path]:
    """Return each table and layer as the plan names it, with # and a sheet or not."""
    area = plan.area
    paths = {path for path in list_sources(plan) if isinstance(path, Path)}
    paths |= {path for part in plan.demand if (path := part.town_totals)}
    paths |= {path for part in plan.demand if (path := part.class_zones)}
    network = plan.network
    optional = (
        network.gates, network.elevation, plan.control_points, find_street_file(plan)
    )  # fmt: skip
    paths |= {path for path in optional if path is not None}
    tables = [group.table for group in plan.groups]
    if plan.courses is not None:
        tables += [plan.courses.orders, plan.courses.courses, plan.courses.teachers]
    paths |= {table for table in tables if table is not None}
    paths |= {path for keys in plan.conditions for path in list_condition_files(keys)}
    if area is not None:
        parts = (area.boundary, area.towns, area.tiers, area.committees, area.known)
        paths |= {path for path in parts if isinstance(path, Path)}
    return paths


def name_files(plan: Plan) -> dict[Path, str]:
    """Name every file of a plan without telling where on this machine the plan lies.

    Returns
    -------
    dict
        Path -> as seen from the plan's folder, or for a file elsewhere that the plan names in full
        its name, with so many of its folders as tell it apart. A path with # and a sheet or layer
        has a name too: that of its file with the same behind it.
    """
    # Sorted, as a name depends on those given before it, and a set has no order.
    files = sorted(list_files(plan))
    names = {path: seen for path in files if (seen := _shorten_path(plan.folder, path)) is not None}
    for path in files:
        if path not in names:
            tails = (Path(*path.parts[-n:]).as_posix() for n in range(1, len(path.parts) + 1))
            names[path] = next(tail for tail in tails if tail not in names.values())
    for path in _list_tables(plan):
        file, sheet = split_sheet(path)
        if sheet:
            names[path] = f"{names[file]}#{sheet}"
    return names


def _shorten_path(folder: Path, path: Path) -> str | None:
    """Return a path as seen from a folder, None if it is named in full and lies elsewhere."""
    if path.is_relative_to(folder):  # as the plan says it, if only as ../data
        return path.relative_to(folder).as_posix()
    inside, whole = path.absolute(), folder.absolute()
    return inside.relative_to(whole).as_posix() if inside.is_relative_to(whole) else None


def hash_files(plan: Plan) -> dict[str, str]:
    """Return the SHA-256 of every file the plan names, by its name in `name_files`.

    Tables of Python stand among them by their own names.
    """
    names = name_files(plan)
    hashes = {names[path]: hash_file(path) for path in sorted(list_files(plan))}
    return hashes | _hash_given_tables(plan)


def hash_readable_files(plan: Plan) -> dict[str, str]:
    """Return hashes as `hash_files` does, "" of a file that cannot be read: its reader says why."""
    names = name_files(plan)
    hashes = {names[path]: _hash_if_readable(path) for path in sorted(list_files(plan))}
    return hashes | _hash_given_tables(plan)


def _hash_given_tables(plan: Plan) -> dict[str, str]:
    given = [table for table in list_sources(plan) if isinstance(table, GivenTable)]
    return {table.name: hash_given(table) for table in given}


def _hash_if_readable(path: Path) -> str:
    try:
        return hash_file(path)
    except OSError:
        return ""


def list_told_paths(plan: Plan) -> list[Path]:
    """Return the paths that a message about a file of the plan may begin with."""
    return sorted(list_files(plan) | _list_tables(plan))
