"""What the commands print of a run, a check, a comparison and a proposal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.terminal import print_list, say

if TYPE_CHECKING:
    from planner.check import Findings
    from planner.sources.inputs import Inputs


def print_result(out: Path, summary: dict[str, Any], run: dict[str, Any]) -> None:
    """Print the figures of a run, and where its files lie."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    last = max(row["cutoff_minutes"] for row in summary["coverage"])
    notice = "DEMO DATA, NOT REAL 演示数据，非真实\n" if summary["synthetic"] else ""
    table = Table(
        title=Text(f"{notice}{run['title']}: within {last:g} minutes on foot"),
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
    )
    for heading in ("kind", "people", "covered", "low-high", "gap", "unknown"):
        justify: Any = "left" if heading == "kind" else "right"
        table.add_column(heading, justify=justify, no_wrap=True)
    for row in summary["coverage"]:
        if row["area"] != "all" or row["cutoff_minutes"] != last:
            continue
        kind = "all (person-places)" if row["kind"] == "all" else row["kind"]
        between = f"{_percent(row['share_low'])}-{_percent(row['share_high'])}"
        counts = [f"{row[column]:,.0f}" for column in ("people", "gap", "unknown")]
        table.add_row(Text(kind), counts[0], _percent(row["share"]), between, *counts[1:])
    Console().print(table)
    facilities = summary["facilities"]
    say(f"facilities: {facilities['total']}, of which {facilities['joined']} join the streets")
    for check in summary["checks"]:
        if check["area"] == "all" and check["result"] is not None:
            who = f"{check['kind']}, {check['tier']}" if check["tier"] else check["kind"]
            by = f" by {check['target_year']}" if check["target_year"] else ""
            by += ", by analogy" if check["analogy"] else ""
            say(f"target: {who} {_percent(check['target'])}{by}: {check['result']}")
    for gap in summary["gaps"][:3]:
        say(f"gap {gap['rank']}: {gap['name']}, {who_is_left_out(gap)}")
    if len(summary["gaps"]) > 3:
        say(f"... {len(summary['gaps'])} gaps in all, in {out / 'gaps.csv'}")
    print_list("warning", summary["warnings"])
    if run["dropped_rows"]:
        where = out / "run.json"
        say(f"{len(run['dropped_rows'])} rows were dropped or counted as 0; {where} lists them")
    say(f"map: {out / 'map.html'}")


def print_findings(plan_path: Path, inputs: Inputs, found: Findings) -> None:
    """Print what the files of a plan hold."""
    network, area = found.network, found.area
    say(f"plan        {inputs.plan.name}: {plan_path}")
    ring = f", with a ring of {area.ring_m / 1000:.1f} km" if area.ring_m else ", no ring"
    say(f"area        {area.polygon.area / 1e6:.1f} km²{ring}; {area.crs.to_string()}")
    if area.towns is not None:
        say(f"towns       {len(area.towns)}")
    say(
        f"streets     {network.length_m.sum() / 1000:,.0f} km in {len(network.length_m):,} edges, "
        f"data of {inputs.osm.timestamp or 'an unknown date'}"
    )
    facilities = found.facilities
    say(
        f"facilities  {len(facilities)}: {int(facilities['counts'].sum())} open, "
        f"{int(facilities['in_ring'].sum())} in the ring, "
        f"{int((~facilities['joined']).sum())} that join no street or an island"
    )
    zones = found.people.zones["kind"].value_counts()
    for kind, units in found.people.units.groupby("kind", sort=False):
        inside = f", {zones[kind]} zones" if kind in zones else ""
        say(f"people      {kind}: {units['people'].sum():,.0f} in {len(units):,} units{inside}")
    print_list("warning", found.warnings)
    print_list("dropped", [f"{d['file']}: row {d['row']}: {d['reason']}" for d in found.dropped])
    say("a run can start")


def print_comparison(out: Path, content: dict[str, Any]) -> None:
    """Print what each scenario changes, its ledger, and where the files lie."""
    words = {"residential": "residents", "industrial": "workers", "commercial": "visitors"}
    if content["synthetic"]:
        say("DEMO DATA, NOT REAL 演示数据，非真实")
    say(f"{content['title']}: within {content['cutoff_minutes']:g} minutes on foot")
    for scenario in content["scenarios"]:
        say(f"scenario {scenario['name']}: {len(scenario['ledger'])} edits")
        for row in scenario["totals"]:
            if row["area"] == "all":
                who = row["group"] or words[row["kind"]]
                share = f"{_percent(row['share_low_before'])} -> {_percent(row['share_low_after'])}"
                say(
                    f"{who}: {row['covered_after']:,.0f} of {row['people']:,.0f} covered, {share}; "
                    f"{row['gained']:,.0f} gained, {row['lost']:,.0f} lost"
                )
        for edit in scenario["ledger"][:10]:
            unit = content["cost_unit"]
            cost = "" if edit["cost"] is None else f" for {edit['cost']:g} {unit}"
            say(
                f"{edit['edit']}. {edit['op']} {edit['name']}: {edit['gained']:,.0f} gained, "
                f"{edit['lost']:,.0f} lost ({words[edit['kind']]}){cost}"
            )
            for row in edit.get("moments", []):
                gained, lost = (row[f"{way}_by_kind"][edit["kind"]] for way in ("gained", "lost"))
                say(f"at {row['moment']}: {gained:,.0f} gained, {lost:,.0f} lost")
        if len(scenario["ledger"]) > 10:
            say(f"... {len(scenario['ledger'])} edits in all, in {out / 'ledger.csv'}")
        print_list("warning", scenario["warnings"])
    say(f"map: {out / 'map.html'}")


def print_proposal(out: Path, content: dict[str, Any]) -> None:
    """Print the chosen sites, the proof, and where the files lie."""
    if content["synthetic"]:
        say("DEMO DATA, NOT REAL 演示数据，非真实")
    for site in content["sites"]:
        gain = ", ".join(
            f"{people:,.0f} {word}"
            for word, people in zip(
                ("residents", "workers", "visitors"), site["gain"].values(), strict=True
            )
            if people >= 0.5
        )
        say(f"site {site['order']}: {site['name']} ({site['site_id']}), {gain or 'nobody more'}")
    for line in content["reasons"]["en"]:
        say(f"- {line}")
    if content["why_not"] is not None:
        for line in content["why_not"]["reasons"]["en"]:
            say(f"why not there: {line}")
    say(
        f"solved in {content['seconds']:.1f} s, first answer after {content['first_seconds']:.2f} s"
    )
    print_list("note", [*content["notes"], *content.get("candidate_notes", [])])
    say(f"map: {out / 'map.html'}")


def who_is_left_out(gap: dict[str, Any]) -> str:
    """Count the residents of a gap; where nobody lives, the larger of workers and visitors."""
    words = {"residential": "residents", "industrial": "workers", "commercial": "visitors"}
    people = {word: gap[f"people_{kind}"] for kind, word in words.items()}
    word = "residents" if people["residents"] else max(people, key=people.__getitem__)
    return f"{people[word]:,.0f} {word}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
