"""A PostgreSQL that somebody else runs: is it there, and is it new enough?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from atalaya.platform.postgres.errors import ServerIsTooOld, ServerIsUnreachable
from atalaya.platform.words import gettext as _

OLDEST = 15


def refuse_old(number: int) -> None:
    """Refuse a ``server_version_num`` that is older than what we test with.

    >>> refuse_old(150004)
    """
    if number < OLDEST * 10_000:
        raise ServerIsTooOld(
            _(
                "DATABASE_URL leads to PostgreSQL %(found)s; Atalaya needs %(oldest)d or newer. "
                "Upgrade that server, or unset DATABASE_URL to use the embedded one."
            ),
            found=f"{number // 10_000}.{number % 10_000}",
            oldest=OLDEST,
        )


def without_password(address: str) -> str:
    """The address as it may be shown.

    >>> without_password("postgresql://desk:secret@db.example.org/desk")
    'postgresql://desk:***@db.example.org/desk'
    """
    parts = urlsplit(address)
    if parts.password is None:
        return address
    who, _at, where = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{who.partition(':')[0]}:***@{where}"))


@contextmanager
def existing(address: str) -> Iterator[str]:
    """A given server for as long as the block lasts, once it is known to be usable.

    Raises ServerIsUnreachable, ServerIsTooOld.
    """
    import psycopg

    try:
        with psycopg.connect(address, connect_timeout=10) as connection:
            number = connection.info.server_version
    except psycopg.OperationalError as problem:
        raise ServerIsUnreachable(
            _("DATABASE_URL (%(address)s) does not answer: %(reason)s"),
            address=without_password(address),
            reason=str(problem).strip(),
        ) from problem
    refuse_old(number)
    yield address
