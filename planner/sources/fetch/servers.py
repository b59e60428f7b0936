"""Which servers are asked: those of the plan, else those of this machine, else the public ones."""

import os
from typing import Final

from pydantic import ValidationError

from planner.errors import SourceError, quote
from planner.plan import Fetch

#: Environment variables that name the servers of an office or a country, by the key of `[fetch]`.
VARIABLES: Final = {"server": "PLANNER_OVERPASS", "nominatim": "PLANNER_NOMINATIM"}


def choose_servers(fetch: Fetch | None = None) -> Fetch:
    """Return `[fetch]` with the servers of this machine where the plan names none.

    Raises
    ------
    SourceError
        If an environment variable holds no address.
    """
    said = {} if fetch is None else fetch.model_dump(include=fetch.model_fields_set)
    for key, variable in VARIABLES.items():
        address = os.environ.get(variable, "")
        if address and key not in said:
            try:
                Fetch.model_validate({key: address})
            except ValidationError:
                raise SourceError(
                    f"{variable}: {quote(address)} is no address that begins with http:// or "
                    "https://; correct it or leave it unset"
                ) from None
            said[key] = address
    return Fetch.model_validate(said)
