"""What must be true before a process serves: database in shape, starting content, static files.

Every process of every machine does this when it starts; one at a time does the work, the others
find it done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import structlog

from atalaya.cli import upgrading
from atalaya.config.environment import Environment

log = structlog.get_logger(__name__)
STAMP = ".made-from"


def prepare(environment: Environment, *, serves_pages: bool) -> None:
    """Migrate, make starting content, collect static files: whatever of it is still to be done.

    Raises MigrationFails, BackupFailed.
    """
    from atalaya.config import schema
    from atalaya.kernel import plugs

    environment.places.make()
    with upgrading.alone(environment.database_url):
        missing = schema.pending()
        if missing:
            _migrate(environment, len(missing), new=schema.is_new())
        if missing or serves_pages:
            plugs.run_starters()
        if serves_pages:
            collect_static(environment.places.static)


def _migrate(environment: Environment, count: int, *, new: bool) -> None:
    if new or environment.debug:
        log.info("migrating", migrations=count)
        upgrading.migrate()
        return
    saved = upgrading.upgrade(
        environment.database_url,
        environment.places,
        progress=lambda what, done, _total: None if done else log.info("upgrading", step=what),
    )
    log.info("upgraded", migrations=count, backup=str(saved))


def collect_static(target: Path) -> bool:
    """Copy style sheets, scripts and pictures to where the web server finds them.

    Returns False when they are there already.
    """
    from django.core.management import call_command

    mark = hashlib.sha256("\n".join(_sources()).encode()).hexdigest()
    stamp = target / STAMP
    if stamp.exists() and stamp.read_text("ascii") == mark:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(mark, "ascii")
    return True


def _sources() -> Iterator[str]:
    """Every static file with its size and its time of change, and how they are named."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    yield str(settings.STORAGES["staticfiles"])
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            yield f"{name} {found.st_size} {found.st_mtime_ns}"
