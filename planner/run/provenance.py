"""How a result came about: stages with their time and memory, warnings, what was dropped."""

from __future__ import annotations

from datetime import date
from typing import Any

from planner.crs import WGS84
from planner.network.heights import CUT_M
from planner.network.study_area import StudyArea
from planner.plan.profiles import WalkProfile
from planner.plan.slopes import find_reach_pace
from planner.sources.inputs import Inputs
from planner.sources.plan_settings import list_settings
from planner.stages import Stages


def build_provenance(
    inputs: Inputs,
    area: StudyArea,
    profile: WalkProfile,
    dropped: list[dict[str, Any]],
    warnings: list[str],
    stages: Stages,
) -> dict[str, Any]:
    """Return the content of run.json but for versions and the hashes of the outputs."""
    plan = inputs.plan
    return {
        "plan": plan.name,
        "settings": list_settings(plan),
        "title": plan.title,
        "language": plan.language,
        "synthetic": plan.synthetic,
        # Only here: summary.json, gaps.csv and result.gpkg are the same whenever a plan is run.
        "date": date.today().isoformat(),
        "inputs": inputs.hashes,
        "metric_crs": area.crs.to_string(),
        "metric_stretch": round(area.stretch, 7),
        "output_crs": WGS84.to_string(),
        "ring_m": area.ring_m,
        "access_limit_m": plan.network.access_limit_m,
        "access_detour": plan.network.access_detour,
        "cutoffs_minutes": plan.service.cutoffs_minutes,
        "profile": _profile_row(profile, inputs),
        "profiles": [_profile_row(one, inputs) for one in plan.judged_profiles],
        **_describe_elevation(inputs),
        "moments": [
            {"name": one.name, "at": one.at.isoformat(timespec="minutes"), "timezone": one.timezone}
            for one in plan.asked_moments
        ],
        "osm_date": inputs.osm.timestamp,
        # Reading is over before the stages begin, so they know neither its time nor its memory.
        "seconds": {"reading": inputs.seconds} | stages.seconds,
        "peak_memory_mb": {"reading": stages.start_mb} | stages.peak_mb,
        "dropped_rows": dropped,
        "warnings": warnings,
    }


def _describe_elevation(inputs: Inputs) -> dict[str, Any]:
    """Return what the heights are that slopes come from; nothing where none are given."""
    elevation = inputs.elevation
    if elevation is None:
        return {}
    told = {"file": elevation.file, "cells": elevation.about, "cut_m": CUT_M}
    return {"elevation": told | {"direction": inputs.plan.network.direction}}


def _profile_row(profile: WalkProfile, inputs: Inputs) -> dict[str, Any]:
    """Return a profile with where each of its figures comes from, and what it is."""
    sloped: dict[str, Any] = {}
    if inputs.elevation is not None:
        reach_kmh = find_reach_pace(profile, sloped=True) * 60 / 1000
        sloped = profile.slope_told | {"reach_kmh": reach_kmh}
    return {
        "name": profile.name,
        "vehicle": profile.vehicle,
        **{figure.key: figure.value for figure in profile.figures},
        "source": profile.source,
        "status": profile.status,
        "figures": [vars(figure) for figure in profile.figures],
        **sloped,
    }
