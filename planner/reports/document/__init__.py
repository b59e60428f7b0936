"""The document for leaders: six to ten pages that an office can edit."""

from planner.reports.document.write import check_document, write_document

__all__ = ["check_document", "write_document"]
