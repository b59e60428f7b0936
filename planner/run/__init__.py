"""The main job: layers, figures and where they come from."""

from planner.run.check import Findings, check_inputs
from planner.run.going_on import finished_result
from planner.run.main_job import Result, run_case, run_plan

__all__ = ["Findings", "Result", "check_inputs", "finished_result", "run_case", "run_plan"]
