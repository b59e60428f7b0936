"""The document for leaders: six to ten pages that an office can edit."""

from planner.reports.document.document_pages import check_document, write_document

__all__ = ["check_document", "write_document"]
