"""Service-circle planner: who reaches a service station on foot in time, and who does not."""

__version__ = "0.1.0"

__all__: list[str] = []
