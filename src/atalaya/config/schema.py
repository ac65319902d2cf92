"""Whether the database has the tables of this version."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.db import connection


def pending() -> list[tuple[str, str]]:
    """Migrations that are on disk and not in the database, as (app, name).

    Compares names only, so that a start that has nothing to do need not import them.
    """
    applied: set[tuple[str, str]] = set()
    if "django_migrations" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = set(cursor.fetchall())
    found = []
    for config in apps.get_app_configs():
        folder = Path(config.path) / "migrations"
        found += [
            (config.label, file.stem)
            for file in sorted(folder.glob("*.py"))
            if file.stem[0].isdigit() and (config.label, file.stem) not in applied
        ]
    return found


def is_new() -> bool:
    """Whether the database has nothing in it yet."""
    return not connection.introspection.table_names()
