"""Django for the commands that need the application: with its database running, ready to use."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from atalaya.config.environment import environment
from atalaya.platform.postgres.cluster import Cluster

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

SETTINGS = "atalaya.config.settings.production"


def ready(*, settings: str = SETTINGS) -> None:
    """Set Django up. The database is not touched."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)  # noqa: TID251 - Django's own door
    import django

    django.setup()


def database() -> AbstractContextManager[str]:
    """The database running for as long as the block lasts; a server that is up is shared.

    Gives its address.
    """
    found = environment()
    if found.database_is_embedded:
        found.places.make()
        return Cluster(found.places.database).running()
    from atalaya.platform.postgres.servers import existing

    return existing(found.database_url)
