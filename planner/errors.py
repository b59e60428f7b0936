"""Everything that can go wrong in a way the user can mend: PlannerError and its children.

A message says what is wrong, where (file, row, key) and what to do next, in one line.
"""


class PlannerError(Exception):
    """A fault of the input or of a wish; the command line prints it and exits with 1."""


class PlanError(PlannerError, ValueError):
    """plan.toml is not what it should be."""


class SourceError(PlannerError, ValueError):
    """A file of data cannot be read, or what it says cannot be used."""


class CrsError(PlannerError, ValueError):
    """A layer without a CRS, in an unknown one, or not in metres where metres are needed."""


class NetworkError(PlannerError, ValueError):
    """There are no streets to walk on, or arrays that do not make a network."""


class DemandError(PlannerError, ValueError):
    """There are no people to count, or people without a place."""


class SitingError(PlannerError, ValueError):
    """A question of siting that cannot be put as it stands."""


class InfeasibleError(SitingError):
    """What is asked of the siting cannot be met."""


def shown(value: object) -> str:
    """Show a value in a message: on one line, and not more of it than a reader takes in."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def on_one_line(text: str) -> str:
    """Return the beginning of a text without what would break or turn a line of a message."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:200])
