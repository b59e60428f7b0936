"""The section `[fetch]` of plan.toml: whom `planner fetch` asks, and how patiently."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from planner.plan._section_types import Address, Between, Section

OVERPASS = "https://overpass-api.de/api"
NOMINATIM = "https://nominatim.openstreetmap.org"

# Longer than these nobody waits; a server is never asked without any patience.
_TIMEOUT_S = Between(1, 3_600)
_PAUSE_S = Between(0, 600)


class Fetch(Section):
    """`[fetch]`: the servers that `planner fetch` asks."""

    server: Address = Field(OVERPASS, description="Overpass server that sends the streets")
    nominatim: Address = Field(
        NOMINATIM, description="Nominatim server that knows the outline of `area.place`"
    )
    timeout: Annotated[float, BeforeValidator(_TIMEOUT_S)] = Field(
        180.0, description="seconds that a server may stay silent, 1 to 3,600"
    )
    pause: Annotated[float, BeforeValidator(_PAUSE_S)] = Field(
        5.0,
        description="seconds between two questions, 0 to 600; a busy server is given twice as "
        "many after each refusal, or what it asks for",
    )
