"""Put scripts, styles, icons and compiled catalogues in place for a clone, where they are not."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from atalaya.ui import assets  # noqa: E402 - the clone's own code, wherever this is called from

if __name__ == "__main__":
    assets.prepare(ROOT, say=print, force="--force" in sys.argv[1:])
