"""The models are mathematics: they know nothing of plans, streets or maps."""

import ast
from pathlib import Path

from planner.siting import models

ALLOWED = (
    "planner.siting.models",
    "planner.crs.array_types",
    "planner.errors",
    "planner.travel.compiled.decorators",
)


def test_the_models_import_nothing_of_plans_streets_or_maps():
    foreign = [
        f"{path.name}: {node.module}"
        for path in Path(models.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("planner")
        and not (node.module or "").startswith(ALLOWED)
    ]
    assert foreign == []
