"""Django for the commands that need the application: with its database running, ready to use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from atalaya.config.environment import environment
from atalaya.platform.postgres.cluster import Cluster

MODULE = "DJANGO_SETTINGS_MODULE"


def ready(*, log: str = "") -> None:
    """Set Django up, with the log in the form ``log``. The database is not touched."""
    kind = "development" if environment().debug else "production"
    os.environ.setdefault(MODULE, f"atalaya.config.settings.{kind}")  # noqa: TID251 - Django's own door
    import django

    from atalaya.config import logs

    logs.set_up(level=environment().log_level, form=log or environment().log_format)
    django.setup()


@contextmanager
def database() -> Iterator[str]:
    """The database running for as long as the block lasts; a server that is up is shared.

    Gives its address.
    """
    found = environment()
    if found.database_is_embedded:
        found.places.make()
        with Cluster(found.places.database).running() as address:
            yield address
    else:
        from atalaya.platform.postgres.servers import existing

        with existing(found.database_url) as address:
            yield address


@contextmanager
def application() -> Iterator[None]:
    """Django set up and its database running, for as long as the block lasts."""
    with database():
        ready()
        from django.db import connections

        try:
            yield
        finally:
            connections.close_all()
            for connection in connections.all(initialized_only=True):
                close_pool = getattr(connection, "close_pool", None)
                if close_pool is not None:
                    close_pool()
