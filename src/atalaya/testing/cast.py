"""The cast: Rita requests, Omar is an agent, Ana leads, Stan is a stranger, Max administers.

They are made by the same actions an administrator uses. ``nora`` is an agent of another team.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from atalaya.core.people.models import Actor, Organisation, Person, Team

PASSWORD = "a watchtower sees far"


def _person(name: str, *, language: str = "en", organisation: Organisation | None = None) -> Person:
    from atalaya.core.people.actions import add_person
    from atalaya.core.people.models import SYSTEM

    return add_person(
        name,
        by=SYSTEM,
        addresses=[f"{name.lower()}@example.org"],
        language=language,
        organisation=organisation,
    )


def _team(name: str, tier: int) -> Team:
    from atalaya.core.people.actions import save_team
    from atalaya.core.people.models import SYSTEM

    return save_team(by=SYSTEM, name=name, tier=tier)


def _join(team: Team, person: Person, *, lead: bool = False) -> Person:
    from atalaya.core.people.actions import join_team
    from atalaya.core.people.models import SYSTEM

    join_team(team, person, by=SYSTEM, lead=lead)
    return person


@pytest.fixture
def example(db: None) -> Organisation:
    """The organisation everybody but Stan works for; its mail domain is example.org."""
    from atalaya.core.people.actions import save_organisation
    from atalaya.core.people.models import SYSTEM

    return save_organisation(by=SYSTEM, name="Example", domains=["example.org"])


@pytest.fixture
def front_desk(db: None) -> Team:
    """The tier-1 team of Omar and Ana."""
    return _team("Front desk", 1)


@pytest.fixture
def networks(db: None) -> Team:
    """The tier-2 team of Nora."""
    return _team("Networks", 2)


@pytest.fixture
def rita(example: Organisation) -> Person:
    """Requests: she works at Example and reads Spanish."""
    return _person("Rita", language="es", organisation=example)


@pytest.fixture
def omar(example: Organisation, front_desk: Team) -> Person:
    """An agent of the front desk."""
    return _join(front_desk, _person("Omar", organisation=example))


@pytest.fixture
def nora(example: Organisation, networks: Team) -> Person:
    """An agent of another team than Omar's."""
    return _join(networks, _person("Nora", organisation=example))


@pytest.fixture
def ana(example: Organisation, front_desk: Team) -> Person:
    """Leads the front desk."""
    return _join(front_desk, _person("Ana", language="es", organisation=example), lead=True)


@pytest.fixture
def stan(db: None) -> Person:
    """A stranger: known to the desk, with nothing to do with Example and no role."""
    from atalaya.core.people.actions import add_person
    from atalaya.core.people.models import SYSTEM

    return add_person("Stan", by=SYSTEM, addresses=["stan@elsewhere.example"], language="en")


@pytest.fixture
def max_(example: Organisation) -> Person:
    """Administers the desk."""
    from atalaya.core.people.actions import grant_role
    from atalaya.core.people.models import SYSTEM, Role

    person = _person("Max", organisation=example)
    grant_role(person, Role.objects.get(key="admin"), by=SYSTEM)
    return person


@pytest.fixture
def acting(db: None) -> Callable[[Person], Actor]:
    """A person as an actor, with the rights he has now: ``by=acting(omar)``."""
    from atalaya.core.people.queries import actor_for

    return actor_for


@pytest.fixture
def browser_of(db: None) -> Callable[[Person | None], Client]:
    """Django's test client, signed in as a person: ``browser_of(omar).get("/console/")``."""

    def signed_in(person: Person | None) -> Client:
        from atalaya.core.identity.actions.accounts import open_account
        from atalaya.core.identity.actions.sessions import SESSION_KEY, open_session
        from atalaya.core.people.models import SYSTEM

        client = Client()
        if person is not None:
            account = open_account(person, by=SYSTEM)
            client.force_login(account)
            session = client.session
            session[SESSION_KEY] = open_session(account, method="password").pk
            session.save()
        return client

    return signed_in


@pytest.fixture
def program_of(db: None) -> Callable[[Person | None], Client]:
    """Django's test client with an API key of a person that may do all he may."""

    def with_key(person: Person | None) -> Client:
        from atalaya.core.identity.actions.keys import make_key
        from atalaya.core.people.models import SYSTEM

        if person is None:
            return Client()
        _key, token = make_key(person, by=SYSTEM, label="test", scope=["*"], days=1)
        return Client(headers={"Authorization": f"Bearer {token}"})

    return with_key
