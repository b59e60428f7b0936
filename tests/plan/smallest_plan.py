"""The smallest plan.toml, to which a test adds the section it is about."""

from pathlib import Path

from planner.plan import Plan
from planner.sources.plan_file import load_plan

SMALLEST = """\
name = "p"
[network]
osm = "x.osm"
[facilities]
table = "f.csv"
"""


def load_smallest(folder: Path, more: str = "") -> Plan:
    """Write the smallest plan, and what a test adds to it, into a folder; read it."""
    path = folder / "plan.toml"
    path.write_text(SMALLEST + more, encoding="utf-8")
    return load_plan(path)
