"""Write the demo district: `python -m data.generator [--out DIR]` from the repository's root."""

from __future__ import annotations

import argparse
from pathlib import Path

from .build import build

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    here = Path(__file__).resolve().parent.parent / "baoshan-demo"
    parser.add_argument("--out", type=Path, default=here, help="folder to write into")
    build(parser.parse_args().out)
