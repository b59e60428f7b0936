"""The study area as arrays: it is found once, and every tile is answered in it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner.network.study_area import StudyArea, layer_to_metric
from planner.sources.cache import Arrays
from planner.sources.inputs import Inputs

_SHAPES = ("polygon", "with_ring", "data")
_PLAIN = ("ring_m", "hull_as_extent", "stretch", "notes", "complete", "known")


def area_to_arrays(area: StudyArea) -> Arrays:
    """Take a study area apart, but for its towns, which every worker reads with the plan."""
    arrays: Arrays = {"crs": text_to_array(area.crs.srs)}
    for name in _SHAPES:
        shape: BaseGeometry | None = getattr(area, name)
        if shape is not None:
            arrays[name] = np.frombuffer(shapely.to_wkb(shape), dtype=np.uint8)
    plain = {name: getattr(area, name) for name in _PLAIN}
    return arrays | {"plain": json_to_array(plain)}


def area_from_arrays(arrays: Arrays, inputs: Inputs) -> StudyArea:
    """Put a study area together again; towns are those of the inputs."""
    crs = CRS.from_user_input(array_to_text(arrays["crs"]))
    plain = array_to_json(arrays["plain"])
    shapes: dict[str, Any] = {
        name: shapely.from_wkb(arrays[name].tobytes()) if name in arrays else None
        for name in _SHAPES
    }
    towns = None if inputs.towns is None else layer_to_metric(inputs.towns, crs)
    return StudyArea(crs=crs, towns=towns, **shapes, **plain | {"notes": tuple(plain["notes"])})


def text_to_array(text: str) -> Any:
    """Return a text as bytes in an array."""
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)


def array_to_text(array: Any) -> str:
    """Return the text of `text_to_array`."""
    text: str = array.tobytes().decode("utf-8", "surrogatepass")
    return text


def json_to_array(value: Any) -> Any:
    """Return what JSON can write as bytes in an array; numbers keep every bit."""
    return text_to_array(json.dumps(value, ensure_ascii=False))


def array_to_json(array: Any) -> Any:
    """Return the value of `json_to_array`."""
    return json.loads(array_to_text(array))
