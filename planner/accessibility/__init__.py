"""How well places are served, from minutes: what is in reach, and what is left of it per head.

Measures take a long table (origin, destination, minutes), as `travel_time_matrix` returns it, and
Series by label: what stands at the destinations, how many people live at the origins.
"""

from planner.accessibility.agents import raam
from planner.accessibility.catchments import (
    enhanced_two_stage_fca,
    inverted_two_stage_fca,
    three_stage_fca,
    two_stage_fca,
)
from planner.accessibility.decays import (
    Bands,
    Decay,
    Exponential,
    Gaussian,
    GaussianToCutoff,
    InversePower,
    Linear,
    Logistic,
    WithinCutoff,
)
from planner.accessibility.inequality import find_gini, find_palma, summarise_scores
from planner.accessibility.measures import (
    average_minutes,
    cumulative,
    gravity,
    summarise_within,
)

__all__ = [
    "Bands",
    "Decay",
    "Exponential",
    "Gaussian",
    "GaussianToCutoff",
    "InversePower",
    "Linear",
    "Logistic",
    "WithinCutoff",
    "average_minutes",
    "cumulative",
    "enhanced_two_stage_fca",
    "find_gini",
    "find_palma",
    "gravity",
    "inverted_two_stage_fca",
    "raam",
    "summarise_scores",
    "summarise_within",
    "three_stage_fca",
    "two_stage_fca",
]


def __dir__() -> list[str]:
    """List what tab completion offers: the public names."""
    return sorted(__all__)
