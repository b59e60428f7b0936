"""Service-circle planner: who reaches a service station on foot in time, and who does not.

The public names stand in `__all__`. Those that need large libraries are loaded when first used, so
that `import planner` and `planner --help` answer at once.
"""

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

from planner.errors import (
    ArgumentError,
    CrsError,
    DemandError,
    InfeasibleError,
    NetworkError,
    PlanError,
    PlannerError,
    SitingError,
    SourceError,
)

if TYPE_CHECKING:
    from planner import accessibility
    from planner.courses import ChosenSessions, choose_sessions
    from planner.coverage import coverage
    from planner.coverage.coverage_of_tables import Coverage
    from planner.crs import metric_crs_at
    from planner.example import Example, load_example
    from planner.gaps.gaps_of_tables import find_gaps
    from planner.maps import (
        PagePart,
        draw_comparison,
        draw_map,
        draw_proposal,
        write_map,
    )
    from planner.maps.coverage_map import draw_coverage
    from planner.network import (
        WalkNetwork,
        build_network,
        from_networkx,
        load_network,
    )
    from planner.plan import PROFILES, Plan, WalkProfile
    from planner.reports import (
        Handover,
        LocatedTable,
        build_located_table,
        load_handover,
        write_comparison,
        write_located,
        write_proposal,
        write_report,
        write_result,
        write_routes,
        write_services,
        write_sessions,
    )
    from planner.routes import ProposedRoutes, propose_routes
    from planner.run import (
        Findings,
        Result,
        check_inputs,
        finished_result,
        run_plan,
    )
    from planner.scenarios import Comparison, compare_scenarios
    from planner.scenarios.compare_tables import CoverageChange, compare
    from planner.siting import (
        ChosenServices,
        ChosenSites,
        Proposal,
        SiteQuestion,
        SolveOptions,
        build_question,
        choose_services,
        choose_sites,
        find_candidates,
        site_plan,
    )
    from planner.sources import (
        FetchedStreets,
        FetchTarget,
        FinishedRun,
        Inputs,
        LocatedRows,
        OsmExtract,
        Scenario,
        build_scenario,
        build_sites_scenario,
        cut_streets,
        data_folder,
        fetch_streets,
        load_inputs,
        load_osm,
        load_plan,
        load_result,
        load_scenario,
        locate_table,
        user_cache,
    )
    from planner.travel import (
        AccessRules,
        Canvas,
        Route,
        Served,
        Streets,
        TravelTimeMatrix,
        facilities_in_reach,
        nearest,
        nearest_facility,
        prepare_canvas,
        prepare_streets,
        route,
        serve,
        service_areas,
        travel_time_matrix,
    )
    from planner.travel.isochrones import isochrones  # by its module, which has the same name

__version__ = "0.1.0"

__all__ = [
    "PROFILES",
    "AccessRules",
    "ArgumentError",
    "Canvas",
    "ChosenServices",
    "ChosenSessions",
    "ChosenSites",
    "Comparison",
    "Coverage",
    "CoverageChange",
    "CrsError",
    "DemandError",
    "Example",
    "FetchTarget",
    "FetchedStreets",
    "Findings",
    "FinishedRun",
    "Handover",
    "InfeasibleError",
    "Inputs",
    "LocatedRows",
    "LocatedTable",
    "NetworkError",
    "OsmExtract",
    "PagePart",
    "Plan",
    "PlanError",
    "PlannerError",
    "Proposal",
    "ProposedRoutes",
    "Result",
    "Route",
    "Scenario",
    "Served",
    "SiteQuestion",
    "SitingError",
    "SolveOptions",
    "SourceError",
    "Streets",
    "TravelTimeMatrix",
    "WalkNetwork",
    "WalkProfile",
    "accessibility",
    "build_located_table",
    "build_network",
    "build_question",
    "build_scenario",
    "build_sites_scenario",
    "check_inputs",
    "choose_services",
    "choose_sessions",
    "choose_sites",
    "compare",
    "compare_scenarios",
    "coverage",
    "cut_streets",
    "data_folder",
    "draw_comparison",
    "draw_coverage",
    "draw_map",
    "draw_proposal",
    "facilities_in_reach",
    "fetch_streets",
    "find_candidates",
    "find_gaps",
    "finished_result",
    "from_networkx",
    "isochrones",
    "load_example",
    "load_handover",
    "load_inputs",
    "load_network",
    "load_osm",
    "load_plan",
    "load_result",
    "load_scenario",
    "locate_table",
    "metric_crs_at",
    "nearest",
    "nearest_facility",
    "prepare_canvas",
    "prepare_streets",
    "propose_routes",
    "route",
    "run_plan",
    "serve",
    "service_areas",
    "site_plan",
    "travel_time_matrix",
    "user_cache",
    "write_comparison",
    "write_located",
    "write_map",
    "write_proposal",
    "write_report",
    "write_result",
    "write_routes",
    "write_services",
    "write_sessions",
]

#: Where the names of the block for type checkers live; a test compares the two.
_HOMES = {
    "planner": ("accessibility",),
    "planner.coverage": ("coverage",),
    "planner.coverage.coverage_of_tables": ("Coverage",),
    "planner.courses": ("ChosenSessions", "choose_sessions"),
    "planner.crs": ("metric_crs_at",),
    "planner.example": ("Example", "load_example"),
    "planner.gaps.gaps_of_tables": ("find_gaps",),
    "planner.maps": ("PagePart", "draw_comparison", "draw_map", "draw_proposal", "write_map"),
    "planner.maps.coverage_map": ("draw_coverage",),
    "planner.network": ("WalkNetwork", "build_network", "from_networkx", "load_network"),
    "planner.plan": ("PROFILES", "Plan", "WalkProfile"),
    "planner.reports": (
        "Handover",
        "LocatedTable",
        "build_located_table",
        "load_handover",
        "write_comparison",
        "write_located",
        "write_proposal",
        "write_report",
        "write_result",
        "write_routes",
        "write_services",
        "write_sessions",
    ),
    "planner.routes": ("ProposedRoutes", "propose_routes"),
    "planner.run": ("Findings", "Result", "check_inputs", "finished_result", "run_plan"),
    "planner.scenarios": ("Comparison", "compare_scenarios"),
    "planner.scenarios.compare_tables": ("CoverageChange", "compare"),
    "planner.siting": (
        "ChosenServices",
        "ChosenSites",
        "Proposal",
        "SiteQuestion",
        "SolveOptions",
        "build_question",
        "choose_services",
        "choose_sites",
        "find_candidates",
        "site_plan",
    ),
    "planner.sources": (
        "FetchedStreets",
        "FetchTarget",
        "FinishedRun",
        "Inputs",
        "LocatedRows",
        "OsmExtract",
        "Scenario",
        "build_scenario",
        "build_sites_scenario",
        "cut_streets",
        "data_folder",
        "fetch_streets",
        "load_inputs",
        "load_osm",
        "load_plan",
        "load_result",
        "load_scenario",
        "locate_table",
        "user_cache",
    ),
    "planner.travel": (
        "AccessRules",
        "Canvas",
        "Route",
        "Served",
        "Streets",
        "TravelTimeMatrix",
        "facilities_in_reach",
        "nearest",
        "nearest_facility",
        "prepare_canvas",
        "prepare_streets",
        "route",
        "serve",
        "service_areas",
        "travel_time_matrix",
    ),
    "planner.travel.isochrones": ("isochrones",),
}

#: Names of an earlier release -> what they are called now; they go with the next one.
_RENAMED = {
    "question_of": "build_question",
    "save_map": "write_map",
    "scenario_of": "build_scenario",
    "scenario_of_sites": "build_sites_scenario",
}


def __getattr__(name: str) -> Any:
    """Load a public name on its first use."""
    if name in _RENAMED:
        now = _RENAMED[name]
        warnings.warn(
            f"planner.{name} is called planner.{now} now; the old name goes with the next release",
            DeprecationWarning,
            stacklevel=2,
        )
        return getattr(import_module(__name__), now)
    for home, names in _HOMES.items():
        if name in names:
            # A public package is no attribute of ours before it is loaded.
            package = home == __name__
            value = import_module(f"{home}.{name}" if package else home)
            value = value if package else getattr(value, name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List what tab completion offers: the public names."""
    return sorted({*__all__, "__version__"})
