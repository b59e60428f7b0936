"""How values show themselves: in one line, as a table, by the rooms that draw them."""

from planner.showing.brief import Brief, join_facts, shorten, to_html
from planner.showing.leads import LEADS, Shown, lead_to, say_run

__all__ = [
    "LEADS",
    "Brief",
    "Shown",
    "join_facts",
    "lead_to",
    "say_run",
    "shorten",
    "to_html",
]
