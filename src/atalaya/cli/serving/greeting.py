"""The first words of a desk: where it is, and how to set it up."""

from __future__ import annotations

import socket
import sys
import time

from atalaya.config.environment import Environment
from atalaya.platform.words import gettext as _


def greet(found: Environment, *, patience: float = 10.0) -> bool:
    """Say the address once the web server answers. Returns False if it does not."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(found.host, found.host)  # noqa: S104 - compared, not bound
    until = time.monotonic() + patience
    while True:
        try:
            socket.create_connection((host, found.port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        else:
            break
    _say(_("Atalaya is at %(address)s") % {"address": found.public_url})
    link = _setup_link()
    if link:
        _say(_("Set it up at %(link)s (works once, for a day)") % {"link": link})
    return True


def _setup_link() -> str | None:
    from django.db import connection

    from atalaya.core.identity.actions import setup_link

    try:
        return setup_link()
    finally:
        connection.close()


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()
