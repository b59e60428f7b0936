"""A city in tiles: what no one computer holds is answered piece by piece, and joined exactly."""

from planner.scale.work.cluster import DaskRunner, join_cluster, local_cluster
from planner.scale.work.steps import OneProcess, StepDiedError, StepStore, WorkStep

__all__ = [
    "DaskRunner",
    "OneProcess",
    "StepDiedError",
    "StepStore",
    "WorkStep",
    "join_cluster",
    "local_cluster",
]
