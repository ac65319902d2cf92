"""Which packages there are: every folder of the layers that has an ``apps.py``."""

from __future__ import annotations

from pathlib import Path

# From the bottom up; inside a layer the order of the import contract, so that migrations,
# starters and menus run in the order in which packages know each other.
LAYERS = ("ui", "core", "engines", "practices", "pages", "console", "portal", "api")
ORDER = [
    "conditions",
    "jobs",
    "journal",
    "preferences",
    "connections",
    "calendars",
    "people",
    "identity",
    "files",
    "services",
    "work",
    "cmdb",
    "knowledge",
    "tickets",
    "availability",
    "sla",
    "routing",
    "oncall",
    "alerts",
    "catalog",
    "surveys",
    "majors",
    "monitoring",
    "problems",
    "changes",
    "improvement",
]


def installed(package: Path) -> list[str]:
    """Dotted names of our Django apps, lowest first."""
    found: list[str] = []
    for layer in LAYERS:
        folder = package / layer
        if (folder / "apps.py").exists():
            found.append(f"atalaya.{layer}")
        names = {path.parent.name for path in folder.glob("*/apps.py")}
        known = [name for name in ORDER if name in names]
        found += [f"atalaya.{layer}.{name}" for name in (*known, *sorted(names - set(known)))]
    return found
