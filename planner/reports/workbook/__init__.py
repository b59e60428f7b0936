"""The workbook for a meeting: every figure of a run, its proposal and its comparison."""

from planner.reports.workbook.workbook_sheets import write_workbook

__all__ = ["write_workbook"]
