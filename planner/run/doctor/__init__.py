"""The coordinate doctor: in which datum the tables of a plan really are."""

from planner.run.doctor.examine import (
    Examination,
    Examined,
    examine_demand,
    examine_inputs,
    refuse_wrong_datums,
)
from planner.run.doctor.kept_verdict import check_datums
from planner.run.doctor.references import references_of
from planner.run.doctor.unread import explain_unread, find_unread_crs, load_explained

__all__ = [
    "Examination",
    "Examined",
    "check_datums",
    "examine_demand",
    "examine_inputs",
    "explain_unread",
    "find_unread_crs",
    "load_explained",
    "references_of",
    "refuse_wrong_datums",
]
