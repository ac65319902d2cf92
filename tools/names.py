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

    from atalaya.core.journal.events import fact_named, fact_names
    from atalaya.core.journal.registry import reaction_named, reaction_names
    from atalaya.kernel.plugs import slots

    found = [("fact", name, fact_named(name).__module__) for name in fact_names()]
    found += [("reaction", name, reaction_named(name).module) for name in reaction_names()]
    found += [("job", name, task.func.__module__) for name, task in app.tasks.items()]
    for slot in slots():
        found += [(slot.name, plugged.key, plugged.module) for plugged in slot.everything()]
    # What tests declare for themselves is not the product's.
    return sorted({f"{kind} {name}" for kind, name, module in found if _is_ours(module)})


def _is_ours(module: str) -> bool:
    parts = module.split(".")
    return parts[0] == "atalaya" and "tests" not in parts


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
