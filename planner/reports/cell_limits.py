"""What a workbook of Excel takes, and how it is told that no text is a formula or a link."""

from __future__ import annotations

from typing import Final

#: Options of xlsxwriter: without them a text that looks like a formula or a link becomes one.
PLAIN_TEXTS: Final = {
    "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
#: A cell takes no more signs; some are added to those that look like a formula.
LONGEST_TEXT: Final = 32_000
#: A sheet takes no more links.
MOST_LINKS: Final = 60_000
