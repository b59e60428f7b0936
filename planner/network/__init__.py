"""The streets: WalkNetwork and how it is built."""

from planner.network.build import build_network
from planner.network.model import WalkNetwork, from_networkx
from planner.network.stored import load_network

__all__ = ["WalkNetwork", "build_network", "from_networkx", "load_network"]
