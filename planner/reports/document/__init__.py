"""The document for leaders: six to ten pages that an office can edit."""

from planner.reports.document.write import write_document

__all__ = ["write_document"]
