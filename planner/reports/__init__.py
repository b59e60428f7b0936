"""Writing: GeoPackage, tables and provenance; a module is loaded once a name of it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.reports.names_on_first_use import load_name

if TYPE_CHECKING:
    from planner.reports._folder import check_out
    from planner.reports._geopackage import round_layers, round_tables
    from planner.reports.comparison_files import COMPARISON_OUTPUTS, write_comparison
    from planner.reports.courses_files import COURSE_OUTPUTS, write_sessions
    from planner.reports.handover import Handover, load_handover
    from planner.reports.located_files import (
        LocatedTable,
        build_located_table,
        check_located_out,
        write_located,
    )
    from planner.reports.picture_files import check_picture, write_picture
    from planner.reports.proposal_files import SITE_OUTPUTS, write_proposal
    from planner.reports.proposals_workbook import check_proposals_out, write_proposals
    from planner.reports.report_files import check_report, check_report_tools, write_report
    from planner.reports.result_files import replace_map, write_result
    from planner.reports.routes_files import ROUTES_OUTPUTS, write_routes
    from planner.reports.service_files import SERVICE_OUTPUTS, write_services
    from planner.reports.town_files import write_town_pages

__all__ = [
    "COMPARISON_OUTPUTS",
    "COURSE_OUTPUTS",
    "ROUTES_OUTPUTS",
    "SERVICE_OUTPUTS",
    "SITE_OUTPUTS",
    "Handover",
    "LocatedTable",
    "build_located_table",
    "check_located_out",
    "check_out",
    "check_picture",
    "check_proposals_out",
    "check_report",
    "check_report_tools",
    "load_handover",
    "replace_map",
    "round_layers",
    "round_tables",
    "write_comparison",
    "write_located",
    "write_picture",
    "write_proposal",
    "write_proposals",
    "write_report",
    "write_result",
    "write_routes",
    "write_services",
    "write_sessions",
    "write_town_pages",
]

#: Module -> its names that others use. Workbook, document and pictures alone take 0.4 s to load.
_HOMES = {
    "_folder": ("check_out",),
    "_geopackage": (
        "round_layers",
        "round_tables",
    ),
    "comparison_files": (
        "COMPARISON_OUTPUTS",
        "write_comparison",
    ),
    "courses_files": (
        "COURSE_OUTPUTS",
        "write_sessions",
    ),
    "handover": (
        "Handover",
        "load_handover",
    ),
    "located_files": (
        "LocatedTable",
        "build_located_table",
        "check_located_out",
        "write_located",
    ),
    "picture_files": (
        "check_picture",
        "write_picture",
    ),
    "proposal_files": (
        "SITE_OUTPUTS",
        "write_proposal",
    ),
    "proposals_workbook": (
        "check_proposals_out",
        "write_proposals",
    ),
    "report_files": (
        "check_report",
        "check_report_tools",
        "write_report",
    ),
    "result_files": (
        "replace_map",
        "write_result",
    ),
    "routes_files": (
        "ROUTES_OUTPUTS",
        "write_routes",
    ),
    "service_files": (
        "SERVICE_OUTPUTS",
        "write_services",
    ),
    "town_files": ("write_town_pages",),
}


def __getattr__(name: str) -> Any:
    """Load the module of a name when it is first used."""
    return load_name(__name__, _HOMES, name)
