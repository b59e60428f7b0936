"""Fetching the streets of an area from the internet, or out of a larger extract."""

from planner.sources.fetch.fetch_streets import cut_streets, fetch_streets
from planner.sources.fetch.target import FetchedStreets, FetchTarget

__all__ = ["FetchTarget", "FetchedStreets", "cut_streets", "fetch_streets"]
