"""Which texts may stand on sheets and pictures: fonts are cut to the signs in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.reports.printed.map_names import list_texts
from planner.reports.printed.route_sheet import list_route_texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from planner.reports.handover import Handover
    from planner.reports.printed.printed_layers import PrintedLayers

#: Groups of texts that a sheet may take from.
_SAID: Final = (
    "sheet_", "rp_", "people", "kind_", "col_", "level", "status_", "reason_", "cause_", "source_",
    "rule_", "barrier_", "domain_", "check_", "group_", "profile_", "pace_", "action_", "sentence_",
    "scattered", "gap", "met", "missed", "undecided", "synthetic", "notice", "credit", "layer_",
    "site", "place_metro", "in_ring", "not_joined", "kilometres", "north", "facility", "compound",
    "area_all", "in_", "analogy", "tier_", "unit_", "metres",
    "route_", "stop_", "leg_", "template_", "rest_", "day_", "minutes_value",
)  # fmt: skip


def list_said(handover: Handover, layers: PrintedLayers) -> list[str]:
    """Return every text that may stand on a sheet or picture: its signs go into the font."""
    sites = [] if handover.proposal is None else list(handover.proposal.content["sites"])
    return [*list_texts(layers), *_list_words(handover, sites), *list_route_texts(handover)]


def _list_words(handover: Handover, sites: Sequence[Mapping[str, Any]]) -> list[str]:
    # What is said of the page and of scenarios stands on no sheet.
    said = [text for key, text in handover.words.items() if key.startswith(_SAID)]
    said += [str(handover.run.run.get(key)) for key in ("title", "plan")]
    for site in sites:
        said += [
            str(site["name"]),
            *map(str, (site.get("reasons") or {}).get(handover.language, ())),
        ]
        said += list((site.get("gain_groups") or {}).keys())
    for row in handover.run.summary.get("gaps") or []:
        said += [str(row.get(key)) for key in ("name", "cause", "cause_detail", "town")]
    said += [str(row.get("source")) for row in handover.run.summary.get("checks") or []]
    said += list(map(str, (handover.run.summary.get("titles") or {}).get("groups", {}).values()))
    said += [str(row.get("compound")) for row in handover.run.summary.get("gate_gains") or []]
    if handover.proposal is not None:
        others = handover.proposal.layers.get("alternatives")
        said += [] if others is None else list(map(str, others["name"]))
        said.append(str(handover.proposal.content.get("cost_unit")))
    return said
