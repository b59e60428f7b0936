"""What the commands print of the proposals of several people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.cli.language import keep, spoken_language, tell
from planner.cli.printing import PEOPLE_WORDS
from planner.cli.terminal import make_table, print_list, say

if TYPE_CHECKING:
    from planner.scenarios import Gathered


def print_merged(out: Path, rows: list[dict[str, Any]]) -> None:
    """Print proposals of several scenarios as one table, each alone and together; none for none."""
    if not rows:
        return
    from rich.console import Console
    from rich.text import Text

    from planner.scenarios.merge_words import say_conflicts

    unit = PEOPLE_WORDS[rows[0]["kind"]]
    table = make_table(tell(f"{len(rows) - 1} proposals, {unit}"))
    headings = ("", "proposal", "name", "files", "votes", "alone", "together", "lost")
    for heading in headings:
        justify: Any = "left" if heading in ("proposal", "name") else "right"
        table.add_column(tell(heading) if heading else "", justify=justify)
    for row in rows:
        whole = row["op"] == "all"
        alone, together = (_count_new(row, when) for when in ("alone", "together"))
        lost = "-" if row.get("lost_together") is None else f"{row['lost_together']:,.0f}"
        what = tell("all together") if whole else tell(row["op"])
        table.add_row(
            "" if whole else str(row["number"]), what,
            Text("" if whole else tell(keep(row["name"]))),
            "" if whole else str(row["proposed"]), str(row["votes"]), alone, together, lost,
        )  # fmt: skip
    Console().print(table)
    for row in rows:
        if said := say_conflicts(row, spoken_language()):
            say(f"conflict: {row['number']}. {keep(row['name'])}: {keep(said)}")
    say(f"table: {out / 'merged.csv'}; scenario: {out / 'merged.json'}")


def _count_new(row: dict[str, Any], when: str) -> str:
    """Write people newly covered, and behind them those who could not be judged before."""
    newly, doubt = (row.get(f"{name}_{when}") for name in ("newly_covered", "gained_unknown"))
    if newly is None or doubt is None:
        return "-"
    return f"{newly:,.0f}" + (f" (+{doubt:,.0f})" if doubt >= 0.5 else "")


def print_gathered(out: Path, gathered: Gathered) -> None:
    """Print how much came back, what is wrong with some of it, and where it all stands."""
    files = gathered.files
    read = [row for row in files if not row["fault"] and not row["again"]]
    say(f"{len(read):,} of {len(files):,} files count")
    print_list("fault", [row["fault"] for row in files if row["fault"]])
    copies = [
        f"{keep(row['file'])}: a copy of {keep(row['again'])}" for row in files if row["again"]
    ]
    print_list("note", [*copies, *gathered.notes])
    whole = [row for row in gathered.joined if row["op"] != "all"]
    say(f"{len(gathered.proposed):,} proposals, {len(whole):,} once those that are one are joined")
    print_list("cannot be made", [row["fault"] for row in gathered.proposed if row["fault"]])
    marks = sum(row["marks"] for row in gathered.marks)
    say(f"{len(gathered.corrections):,} corrections to check, {marks:,} marks")
    say(f"wrote {out}")
