"""Where rows of a table may be, by names and addresses: from tables to candidates, no reading."""

from planner.sources.locating.gazetteer import Gazetteer, build_gazetteer
from planner.sources.locating.hints import Asked
from planner.sources.locating.match import CONFIDENCES, Candidate, Located, locate_rows

__all__ = [
    "CONFIDENCES",
    "Asked",
    "Candidate",
    "Gazetteer",
    "Located",
    "build_gazetteer",
    "locate_rows",
]
