"""Bringing the database to the shape this version needs, so that a failure costs nothing.

A desk with data in it is saved first; the copy is restored into a scratch database and migrated
there; only when that went well is the desk itself migrated. A failed migration therefore leaves
the desk as it was, and the version that ran before still runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit, urlunsplit

from atalaya.kernel import clock
from atalaya.platform import backup
from atalaya.platform.errors import PlatformError
from atalaya.platform.paths import Places
from atalaya.platform.words import gettext as _

if TYPE_CHECKING:
    import psycopg

LOCK = 0x61_74_61_6C_61_79_61  # "atalaya": one migration at a time, on however many machines
SCRATCH = "atalaya_upgrade"

Progress = Callable[[str, int, int], None]


class MigrationFails(PlatformError):
    """The new version cannot bring this desk's data along."""


@contextmanager
def alone(database_url: str) -> Iterator[None]:
    """Wait until nobody else migrates this database, and keep others waiting."""
    import psycopg

    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield


def migrate(*, database: str = "default") -> None:
    """Apply every migration. Raises MigrationFails."""
    from django.core.management import call_command
    from django.db import Error

    try:
        call_command("migrate", database=database, interactive=False, verbosity=0)
    except (Error, LookupError, ValueError, RuntimeError) as problem:
        raise MigrationFails(
            _("The database could not be brought to this version: %(reason)s"),
            reason=str(problem).strip(),
        ) from problem


def upgrade(database_url: str, places: Places, *, progress: Progress) -> Path:
    """Save, rehearse, migrate. Returns the backup. For a desk with data, inside ``alone``.

    Raises MigrationFails, BackupFailed.
    """
    target = places.backups / f"before-upgrade-{backup.suggested_name(clock.now())}"
    backup.save(database_url, places, target, progress=progress)
    _rehearse(database_url, target, places, progress)
    progress(_("Migrating"), 0, 0)
    migrate()
    return target


def _rehearse(database_url: str, saved: Path, places: Places, progress: Progress) -> None:
    """Migrate a copy. A server that lets us make no database is trusted without it."""
    from django.db import connections

    with _scratch(database_url) as scratch:
        if scratch is None:
            progress(_("No rehearsal: this role may not create databases"), 0, 0)
            return
        backup.restore_database(saved, scratch, places.data, progress=progress)
        progress(_("Rehearsing the migration on a copy"), 0, 0)
        connections.databases[SCRATCH] = {
            **connections.databases["default"],
            "NAME": _name(scratch),
            "OPTIONS": {
                key: value
                for key, value in connections.databases["default"]["OPTIONS"].items()
                if key != "pool"
            },
        }
        try:
            migrate(database=SCRATCH)
        except MigrationFails as problem:
            raise MigrationFails(
                _(
                    "This version cannot bring the desk's data along: %(reason)s\n"
                    "Nothing was changed: the version that ran before still runs. A backup is in "
                    "%(file)s."
                ),
                reason=problem.facts["reason"],
                file=saved,
            ) from problem
        finally:
            connections[SCRATCH].close()
            del connections[SCRATCH]
            del connections.databases[SCRATCH]


@contextmanager
def _scratch(database_url: str) -> Iterator[str | None]:
    import psycopg
    from psycopg import sql

    name = sql.Identifier(SCRATCH)
    with psycopg.connect(database_url, autocommit=True) as connection:
        _drop(connection)
        try:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
        except psycopg.errors.InsufficientPrivilege:
            yield None
            return
        try:
            yield with_name(database_url, SCRATCH)
        finally:
            _drop(connection)


def _drop(connection: psycopg.Connection[Any]) -> None:
    from psycopg import sql

    connection.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(SCRATCH))
    )


def with_name(database_url: str, name: str) -> str:
    """The address of another database on the same server.

    >>> with_name("postgresql://desk:x@db.example.org:5433/desk?sslmode=require", "other")
    'postgresql://desk:x@db.example.org:5433/other?sslmode=require'
    """
    return urlunsplit(urlsplit(database_url)._replace(path="/" + quote(name, safe="")))


def _name(database_url: str) -> str:
    return urlsplit(database_url).path.lstrip("/")
