"""Bring scripts, styles, icons and compiled translations of a clone up to date.

`tools/assets.py` builds what is stale, `--force` builds all, `--sizes` prints compressed sizes.
"""

from __future__ import annotations

import argparse
import gzip
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from atalaya.ui import assets  # noqa: E402  the clone's own source, installed or not


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="build even when nothing changed")
    parser.add_argument("--sizes", action="store_true", help="print compressed sizes")
    asked = parser.parse_args()
    built = assets.prepare(ROOT, force=asked.force, say=lambda line: print(line, file=sys.stderr))
    print("assets: built" if built else "assets: already up to date", file=sys.stderr)
    if asked.sizes:
        vendor = ROOT / "src/atalaya/ui/static/vendor"
        for name in assets.PRODUCTS:
            data = (vendor / name).read_bytes()
            print(f"{name:10} {len(data):>8} bytes {len(gzip.compress(data, 9)):>7} compressed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
