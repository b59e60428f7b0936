"""Loads the module of a public name of a package when the name is first used."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any


def load_name(package: str, homes: Mapping[str, Sequence[str]], name: str) -> Any:
    """Return what a name of a package means, and keep it there.

    Parameters
    ----------
    package
        Its full name; what its `__getattr__` is asked for is looked up here.
    homes
        Module of the package -> its names that others use.
    name
        Of what is asked for.

    Raises
    ------
    AttributeError
        If no module has it.
    """
    for module, names in homes.items():
        if name in names:
            value = getattr(import_module(f"{package}.{module}"), name)
            setattr(sys.modules[package], name, value)
            return value
    raise AttributeError(f"module {package!r} has no attribute {name!r}")
