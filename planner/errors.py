"""Everything that can go wrong in a way the user can mend: PlannerError and its children.

A message says what is wrong, where (file, row, key) and what to do next, in one line.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

#: A message shows at most this many characters of a value that comes from outside.
MOST_SHOWN: Final = 60
#: Signs before and after a name in a line for the terminal, where no quotes stand: what is between
#: them is no word of ours. They are never printed.
MARKS: Final = "\x02\x03"


Severity = Literal["error", "warning", "note"]
"""An error stops a run, a warning may change its figures, a note is for the reader."""

#: Words from outside, which may hold what ends a sentence of ours.
_QUOTED: Final = re.compile(r"""(?<!\w)(['"]).*?\1(?!\w)""")


# Slots, as a table of a million rows may be wrong in each.
@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that is wrong or doubtful in the files of a plan.

    Parameters
    ----------
    severity
        How much it matters.
    file
        Name of the file, "" for the plan as a whole.
    row
        Of the file, numbered as in `Table`; None for all of it.
    what
        What is wrong, in words with figures.
    remedy
        What to do about it, "" for nothing.
    """

    severity: Severity
    file: str
    row: int | None
    what: str
    remedy: str = ""


class PlannerError(Exception):
    """A fault that the user can mend; the command line prints it in one line and exits with 1.

    Parameters
    ----------
    message
        What, where and what to do, in one line.
    doubts
        The same one by one, where the message tells of several faults or shortens them.

    Examples
    --------
    >>> import planner
    >>> try:
    ...     planner.load_plan("missing/plan.toml")
    ... except planner.PlannerError as error:
    ...     print(type(error).__name__)
    PlanError
    """

    def __init__(self, message: str = "", doubts: Iterable[Doubt] = ()) -> None:
        super().__init__(message)
        self.doubts = tuple(doubts)


class PlanError(PlannerError, ValueError):
    """plan.toml is not what it should be.

    Examples
    --------
    >>> import planner
    >>> planner.load_plan("missing/plan.toml")
    Traceback (most recent call last):
    ...
    planner.errors.PlanError: ...
    """


class SourceError(PlannerError, ValueError):
    """A file of data cannot be read, or what it says cannot be used.

    Examples
    --------
    >>> import planner
    >>> planner.load_network("missing.osm.pbf")
    Traceback (most recent call last):
    ...
    planner.errors.SourceError: missing.osm.pbf: ...
    """


class CrsError(PlannerError, ValueError):
    """A layer without a CRS, in an unknown one, or not in metres where metres are needed.

    Examples
    --------
    >>> import planner
    >>> planner.metric_crs_at(200.0, 31.0)
    Traceback (most recent call last):
    ...
    planner.errors.CrsError: ...
    """


class NetworkError(PlannerError, ValueError):
    """There are no streets to walk on, or arrays that do not make a network.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> graph = town.network.to_networkx()
    >>> graph.remove_nodes_from(list(graph))
    >>> planner.from_networkx(graph)
    Traceback (most recent call last):
    ...
    planner.errors.NetworkError: ...
    """


class DemandError(PlannerError, ValueError):
    """There are no people to count, or people without a place.

    Examples
    --------
    >>> import planner
    >>> issubclass(planner.DemandError, planner.PlannerError)
    True
    """


class SitingError(PlannerError, ValueError):
    """A question about new sites that contradicts itself or the plan.

    Examples
    --------
    >>> import planner
    >>> planner.build_question(planner.load_example().plan, n_sites=0)
    Traceback (most recent call last):
    ...
    planner.errors.SitingError: ...
    """


class InfeasibleError(SitingError):
    """No choice of sites meets what is asked.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> result = planner.run_plan(planner.load_inputs(town.plan))
    >>> question = planner.build_question(town.plan, model="lscp", share=1.0, excluded=("C1", "C2"))
    >>> planner.site_plan(result, question)
    Traceback (most recent call last):
    ...
    planner.errors.InfeasibleError: ...
    """


class ArgumentError(PlannerError, ValueError):
    """An argument of a public function that cannot be meant: it names argument, row and remedy.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> planner.isochrones(town.network, town.facilities, cutoffs_minutes=[10, 5])
    Traceback (most recent call last):
    planner.errors.ArgumentError: cutoffs_minutes: 5 comes after 10; let them ascend
    """


def quote(value: object) -> str:
    """Quote a value from outside in a message: on one line, at most `MOST_SHOWN` characters."""
    many_digits = "a number of many digits"
    if isinstance(value, int) and abs(value) >= 10**MOST_SHOWN:
        return many_digits
    try:
        text = repr(value)
    except ValueError:  # a list with an integer of more digits than Python writes
        return many_digits
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 3] + "..."


def quote_label(label: object) -> str:
    """Quote a label of a table as it is typed: numpy's numbers and texts as Python's."""
    item = getattr(label, "item", None)
    return quote(item() if callable(item) else label)


def on_one_line(text: str, most: int | None = 200) -> str:
    """Return the beginning of a text, each character that would break a line a space.

    Parameters
    ----------
    text
        Words of a message that come from outside.
    most
        Characters that are kept; None keeps all.
    """
    return "".join(sign if sign.isprintable() else " " for sign in text[:most])


def split_remedy(text: str, sign: str = "; ") -> tuple[str, str]:
    """Split a message into what is wrong and what to do, "" where it says nothing of that.

    What to do stands behind the last semicolon that is in no quotes; `sign` is how that is written.
    """
    bare = _QUOTED.sub(lambda found: "x" * len(found[0]), text)
    place = bare.rfind(sign)
    return (text, "") if place < 0 else (text[:place], text[place + len(sign) :])
