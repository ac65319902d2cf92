"""The names that sit in journal rows, queued jobs, roles and settings: data, never to be lost.

    tools/names.py              print them
    tools/names.py --write      accept them as they are now (tests/snapshots/names.txt)

Removing one fails a test until the class or job that replaces it carries the old name as an alias.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SNAPSHOT = ROOT / "tests" / "snapshots" / "names.txt"


def names() -> list[str]:
    """Every name, with what it is the name of; Django must be set up."""
    from procrastinate.contrib.django import app

    from atalaya.core.journal.events import fact_names
    from atalaya.core.journal.registry import reaction_names
    from atalaya.kernel.plugs import slots

    found = [f"fact {name}" for name in fact_names()]
    found += [f"reaction {name}" for name in reaction_names()]
    found += [f"job {name}" for name in app.tasks if not name.startswith("builtin:")]
    found += [f"{slot.name} {plugged.key}" for slot in slots() for plugged in slot.everything()]
    return sorted(set(found))


def main() -> int:
    """Print or write the names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atalaya.config.settings.testing")  # noqa: TID251 - a program of its own chooses its settings
    os.environ.setdefault("ATALAYA_DATA", tempfile.mkdtemp(prefix="atalaya-names-"))  # noqa: TID251 - and its data directory
    sys.path.insert(0, str(ROOT / "src"))
    import django

    django.setup()
    text = "".join(f"{line}\n" for line in names())
    if "--write" in sys.argv[1:]:
        SNAPSHOT.parent.mkdir(parents=True, exist_ok=True)
        SNAPSHOT.write_text(text, "utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
