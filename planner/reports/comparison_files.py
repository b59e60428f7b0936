"""Writes a comparison of scenarios as a folder of files: complete, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from planner.reports._csv import write_csv
from planner.reports._folder import (
    SaveMap,
    add_map,
    list_versions,
    write_folder,
    write_json,
)
from planner.reports._geopackage import write_layers, write_tables
from planner.scenarios import Comparison, Merged
from planner.scenarios.merge_words import say_conflicts
from planner.sources.results import MAP_FILE

COMPARE_FILE: Final = "compare.json"
LEDGER_FILE: Final = "ledger.csv"
_TABLE_FILE, _LAYERS_FILE = "compare.csv", "compare.gpkg"
MERGED_TABLE, MERGED_SCENARIO = "merged.csv", "merged.json"
#: Every file of a comparison; the last one vouches for the others.
COMPARISON_OUTPUTS: Final = (
    MAP_FILE, _LAYERS_FILE, _TABLE_FILE, LEDGER_FILE, MERGED_TABLE, MERGED_SCENARIO, COMPARE_FILE
)  # fmt: skip
#: Lists of counts in compare.json that make up compare.csv.
_COUNTED: Final = ("totals", "cutoffs", "moments", "conditions")
_UNDER: Final = "condition"
_FIRST: Final = (
    "scenario", "area", "kind", "group", "profile", "moment", "cutoff_minutes", "people",
    "covered_before", "covered_after", "gained", "lost",
)  # fmt: skip


def write_comparison(
    comparison: Comparison,
    out: str | Path,
    *,
    save_map: SaveMap | None = None,
    merged: Merged | None = None,
) -> dict[str, Path]:
    """Write the files of a comparison into a folder.

    They are moved in when all are there, compare.json last, with the SHA-256 of the others.

    Parameters
    ----------
    comparison
        From `compare_scenarios`.
    out, save_map
        As of `write_result`.
    merged
        Several scenarios that were compared as one: their table and the scenario are written too.

    Returns
    -------
    dict
        File name -> path.

    Raises
    ------
    SourceError
        If the folder cannot be written, or holds a run or a proposal.

    Examples
    --------
    >>> import planner
    >>> town = planner.load_example()
    >>> scenario = planner.load_scenario(town.folder / "scenario.json")
    >>> comparison = planner.compare_scenarios(planner.load_inputs(town.plan), [scenario])
    >>> files = planner.write_comparison(comparison, "compared")
    >>> sorted(path.name for path in files.values())
    ['compare.csv', 'compare.gpkg', 'compare.json', ...]
    """
    content = comparison.content
    return write_folder(
        Path(out),
        lambda folder: [
            *_write_files(comparison, folder, save_map),
            *_write_merged(comparison, merged, folder),
        ],
        lambda hashes: content | list_versions() | {"outputs": hashes},
        outputs=COMPARISON_OUTPUTS,
    )


def _write_files(comparison: Comparison, folder: Path, save_map: SaveMap | None) -> list[str]:
    """Write every file but compare.json; return their names."""
    content = comparison.content
    description = content["notice"]
    said = {"description": description, "cutoffs": comparison.cutoffs}
    write_layers(folder / _LAYERS_FILE, comparison.layers, **said)
    write_tables(folder / _LAYERS_FILE, comparison.tables, **said)
    tables = {_TABLE_FILE: build_count_table(content), LEDGER_FILE: build_ledger_table(content)}
    for name, table in tables.items():
        write_csv(folder / name, table)
    return [_LAYERS_FILE, *tables, *add_map(folder, save_map)]


def _write_merged(comparison: Comparison, merged: Merged | None, folder: Path) -> list[str]:
    """Write the table of merged scenarios and the scenario that they make together."""
    if merged is None or merged.content is None:
        return []
    rows = merged.add_together(comparison)
    write_csv(folder / MERGED_TABLE, build_merged_table(rows, comparison.content))
    write_json(folder / MERGED_SCENARIO, merged.content)
    return [MERGED_TABLE, MERGED_SCENARIO]


def build_merged_table(rows: Sequence[Mapping[str, Any]], content: dict[str, Any]) -> pd.DataFrame:
    """Return the proposals of several scenarios as one table, and all together in the last row.

    Parameters
    ----------
    rows
        From `Merged.add_together`.
    content
        Of compare.json.
    """
    language = content["language"]
    table = pd.DataFrame([
        {name: value for name, value in row.items() if name != "conflicts"}
        | {"conflict": say_conflicts(row, language)}
        for row in rows
    ])  # fmt: skip
    return _add_notice(table, content)


def build_count_table(content: dict[str, Any]) -> pd.DataFrame:
    """Return every count of a comparison as one table, a row for each scenario, area and kind.

    Parameters
    ----------
    content
        Of compare.json.
    """
    last, profile = content["cutoff_minutes"], content["profile"]
    rows = [
        {"group": "", "profile": profile, "moment": "", "cutoff_minutes": last}
        | {"scenario": scenario["name"]}
        | {key: "" if value is None and key == "moment" else value for key, value in row.items()}
        for scenario in content["scenarios"]
        for part in _COUNTED
        for row in scenario.get(part, [])
    ]
    table = pd.DataFrame(rows)
    if _UNDER in table:  # of the plans that name conditions alone
        table[_UNDER] = table[_UNDER].fillna("")
    later = [name for name in table.columns if name not in _FIRST]
    return _add_notice(table[[*_FIRST, *later]], content)


def build_ledger_table(content: dict[str, Any]) -> pd.DataFrame:
    """Return the ledgers of a comparison as one table, a row for each edit.

    Parameters
    ----------
    content
        Of compare.json.
    """
    rows = []
    for scenario in content["scenarios"]:
        for edit in scenario["ledger"]:
            row = {"scenario": scenario["name"]}
            # A cell holds one value; what is nested stands in compare.json only.
            row |= {key: value for key, value in edit.items() if not isinstance(value, dict | list)}
            for change in ("gained", "lost", "came", "went"):
                row |= {f"{change}_{k}": v for k, v in edit[f"{change}_by_kind"].items()}
            rows.append(row)
    return _add_notice(pd.DataFrame(rows), content)


def _add_notice(table: pd.DataFrame, content: dict[str, Any]) -> pd.DataFrame:
    """Let every row of a synthetic plan say so."""
    return table.assign(notice=content["notice"]) if content["notice"] else table
