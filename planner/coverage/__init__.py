"""Who is served: people and facilities in, verdicts, counts and their doubts out.

The package is called like a function: `planner.coverage(network, facilities, people)` is `coverage`
of `planner.coverage.coverage_of_tables`, which says what it takes.

Examples
--------
>>> import planner
>>> town = planner.load_example()
>>> planner.coverage(town.network, town.facilities, town.people, known="everywhere")
Coverage(9 places, 2 facilities, adult, 15 minutes)
  residential: 75.0% of 1,200 people covered (low 75.0%, high 75.0%)
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

__all__ = ["coverage"]

if TYPE_CHECKING:
    from planner.coverage.coverage_of_tables import coverage


class _CallablePackage(ModuleType):
    """A package that is called like the function of its name, loaded with the first call."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Call the function."""
        return self.__wrapped__(*arguments, **options)

    @property
    def __wrapped__(self) -> Any:
        """The function: where signature and help are looked for."""
        from planner.coverage.coverage_of_tables import coverage as of_tables

        return of_tables


sys.modules[__name__].__class__ = _CallablePackage
# The name means the package itself, whichever way it is imported first.
globals()["coverage"] = sys.modules[__name__]
