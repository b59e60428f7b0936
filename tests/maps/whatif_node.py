"""Runs modules of the page's what-if engine under Node, each by its name."""

from __future__ import annotations

import json
from typing import Any

from tests.maps.in_node import PROGRAM_FOLDER, answer_in_node

#: Of pure functions; what they need of a browser is made in functions not called here.
MODULES = ("area", "counted", "edits", "faults", "figures", "frame", "hours", "land", "people",
           "pool", "scenario_text", "services", "spots", "sums")  # fmt: skip


def in_engine(expression: str, **given: object) -> Any:
    """Return the value of an expression of JavaScript over the engine's modules.

    `attempt(call)` is what a call returns, or the Fault that it throws as {key, values, edit}.
    """
    folder = PROGRAM_FOLDER / "engine"
    lines = [
        f"import * as {name} from {json.dumps((folder / f'{name}.js').as_uri())};"
        for name in MODULES
    ]
    lines += [
        f"Object.assign(globalThis, {{ {', '.join(MODULES)} }});",
        "globalThis.attempt = (call) => { try { return call(); } catch (error) {",
        "  if (error instanceof faults.Fault) return error.plain; throw error; } };",
    ]
    return answer_in_node("\n".join(lines), expression, given)
