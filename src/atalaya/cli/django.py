"""Django for the commands that need the application: with its database running, ready to use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from atalaya.config.environment import environment
from atalaya.platform.postgres.cluster import Cluster
from atalaya.platform.words import language

MODULE = "DJANGO_SETTINGS_MODULE"


def ready(*, log: str = "", level: str = "") -> None:
    """Set Django up, with a log in the form ``log`` from ``level`` on. Touches no database."""
    kind = "development" if environment().debug else "production"
    os.environ.setdefault(MODULE, f"atalaya.config.settings.{kind}")  # noqa: TID251 - Django's own door
    import django

    from atalaya.config import logs

    found = environment()
    logs.set_up(level=level or found.log_level, form=log or found.log_format)
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
    """Django set up and its database running, for as long as the block lasts.

    The log says what is wrong only, and sentences are in the terminal's language.
    """
    with database():
        ready(level="warning")
        from django.db import connections
        from django.utils import translation

        try:
            with translation.override(language()):
                yield
        finally:
            connections.close_all()
            for connection in connections.all(initialized_only=True):
                close_pool = getattr(connection, "close_pool", None)
                if close_pool is not None:
                    close_pool()
