"""The streets: WalkNetwork and how it is built."""

from planner.network.build import build_network
from planner.network.stored import load_network
from planner.network.walk_network import WalkNetwork, from_networkx

__all__ = ["WalkNetwork", "build_network", "from_networkx", "load_network"]
