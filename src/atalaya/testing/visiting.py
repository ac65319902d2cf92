"""Browsers without a screen: Django's test client, signed in as somebody of the cast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from atalaya.core.identity.ports import Letter
    from atalaya.core.people.models import Person


@pytest.fixture
def visiting(db: None) -> Callable[..., Client]:
    """A client with a session of its own: ``visiting(omar).get("/console/")``; nobody's without a
    name. The session is opened by the action that every way of signing in ends with."""
    from django.conf import settings
    from django.test import Client

    def visit(person: Person | None = None, *, address: str = "192.0.2.7") -> Client:
        client = Client(REMOTE_ADDR=address)
        if person is None:
            return client
        from atalaya.core.identity.actions.accounts import open_account
        from atalaya.core.identity.actions.sessions import SESSION_KEY, open_session
        from atalaya.core.people.models import SYSTEM

        account = open_account(person, by=SYSTEM)
        opened = open_session(account, method="password", address=address, agent="test")
        client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session
        session[SESSION_KEY] = opened.pk
        session.save()
        return client

    return visit


@pytest.fixture
def letters() -> Iterator[list[Letter]]:
    """The letters about signing in that were handed over for sending, instead of being mailed."""
    from atalaya.core.identity.ports import MESSENGERS

    taken: list[Letter] = []
    plugged = MESSENGERS._plugged  # noqa: SLF001 - a slot has no way to be emptied but for tests
    before = dict(plugged)
    plugged.clear()

    def keep(letter: Letter) -> None:
        taken.append(letter)

    MESSENGERS.plug("letterbox", keep, module=__name__)
    yield taken
    plugged.clear()
    plugged.update(before)
