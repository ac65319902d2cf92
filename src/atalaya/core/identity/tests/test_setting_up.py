"""The set-up link and the first administrator."""

from __future__ import annotations

import pytest

from atalaya.core.identity.actions import make_first_administrator, setup_link
from atalaya.core.identity.errors import LinkNotGood, SetUpIsOver, WeakPassword
from atalaya.core.identity.models import Account, OneTimeLink
from atalaya.core.identity.queries import is_set_up
from atalaya.core.people.actions import grant_role
from atalaya.core.people.models import SYSTEM, Person, Role
from atalaya.core.people.queries import administrators
from atalaya.testing.cast import PASSWORD
from atalaya.testing.clocks import TestClock


def token_of(link: str | None) -> str:
    assert link is not None
    assert link.startswith("http://localhost:8000/setup/")
    return link.rstrip("/").rpartition("/")[2]


def make(token: str, **more: str) -> Account:
    words = {"name": "Max", "address": "Max@Example.org", "password": PASSWORD, **more}
    return make_first_administrator(token, **words)


def test_the_link_makes_the_first_administrator_and_is_used_up(db: None) -> None:
    token = token_of(setup_link())
    account = make(token, language="es", zone="Europe/Madrid")
    assert account.check_password(PASSWORD)
    assert [person.name for person in administrators()] == ["Max"]
    assert account.email == "max@example.org"
    with pytest.raises(LinkNotGood):
        make(token)


def test_there_is_no_link_once_there_is_an_administrator(max_: Person) -> None:
    assert is_set_up()
    assert setup_link() is None


def test_each_start_ends_the_link_before(db: None) -> None:
    first, second = token_of(setup_link()), token_of(setup_link())
    with pytest.raises(LinkNotGood):
        make(first)
    assert make(second).email


def test_a_link_from_before_does_not_make_a_second_administrator(omar: Person) -> None:
    token = token_of(setup_link())
    grant_role(omar, Role.objects.get(key="admin"), by=SYSTEM)
    with pytest.raises(SetUpIsOver):
        make(token)


def test_the_link_grows_old_and_its_token_is_not_kept(db: None, clock: TestClock) -> None:
    clock.at("2026-03-02 09:00")
    token = token_of(setup_link())
    assert not OneTimeLink.objects.filter(digest=token).exists()
    clock.advance(hours=25)
    with pytest.raises(LinkNotGood):
        make(token)


def test_a_weak_password_makes_nobody_and_leaves_the_link(db: None) -> None:
    token = token_of(setup_link())
    with pytest.raises(WeakPassword):
        make(token, password="short")
    assert not administrators().exists()
    assert make(token).email


def test_somebody_known_already_becomes_the_administrator(rita: Person) -> None:
    account = make(token_of(setup_link()), address="rita@example.org", name="Rita Ruiz")
    rita.refresh_from_db()
    assert (account.person_id, rita.name) == (rita.pk, "Rita Ruiz")


def test_there_is_no_default_password_anywhere(db: None) -> None:
    assert not Account.objects.exists()
