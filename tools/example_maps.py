"""Puts the examples in maps/ together: the demo's page, one town's page and sheets, its report.

`make maps` runs it after the demo. Run again after a change of what is handed over, with
HANDOVER_FORMAT of planner/sources/versions.py raised: a test compares both.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Final

#: The town whose page and sheets are shown.
TOWN: Final = "庙行镇"
#: What is shown under which name: pattern in the demo's folder -> name in maps/.
FILES: Final = {
    "map.html": "baoshan-demo.html",
    f"towns/*{TOWN}*.html": "miaohang-town.html",
    "report/report.docx": "report.docx",
    "report/report.xlsx": "report.xlsx",
    f"report/sheets/town-*{TOWN}*.pdf": "sheets/town-miaohang.pdf",
    f"report/sheets/town-*{TOWN}*.png": "sheets/town-miaohang.png",
    "report/sheets/site-01-*.pdf": "sheets/site-1.pdf",
    "report/sheets/site-01-*.png": "sheets/site-1.png",
}


def copy_examples(demo: Path, maps: Path) -> None:
    """Copy what is shown from the folder of `planner demo --all` into maps/.

    Raises
    ------
    FileNotFoundError
        If the demo has not exactly one file of a kind.
    """
    for pattern, name in FILES.items():
        found = sorted(demo.glob(pattern))
        if len(found) != 1:
            raise FileNotFoundError(f"{demo}: {len(found)} files are {pattern}, one is asked")
        target = maps / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found[0], target)
        print(f"{target}: {target.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    copy_examples(Path(sys.argv[1]), Path(sys.argv[2]))
