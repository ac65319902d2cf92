"""API keys: shown once, hashed, scoped, expiring, revocable."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from atalaya.core.identity.actions import make_key, note_key_use, open_account, revoke_key
from atalaya.core.identity.actions.accounts import switch_account
from atalaya.core.identity.errors import WrongScope
from atalaya.core.identity.models import ApiKey
from atalaya.core.identity.ports import Letter
from atalaya.core.identity.queries import actor_for_key, keys_of
from atalaya.core.journal.models import Entry
from atalaya.core.people.actions import change_person
from atalaya.core.people.models import SYSTEM, Person
from atalaya.core.people.queries import actor_for
from atalaya.kernel.errors import InvalidInput, NotAllowed
from atalaya.testing.clocks import TestClock


def made(person: Person, *scope: str, days: int = 30) -> tuple[ApiKey, str]:
    return make_key(person, by=actor_for(person), label="Inventory", scope=scope, days=days)


def test_a_key_acts_as_its_person_within_its_scope(omar: Person) -> None:
    key, token = made(omar, "people.see")
    actor = actor_for_key(token)
    assert actor is not None
    assert (actor.kind, actor.id, actor.person_id) == ("key", key.pk, omar.pk)
    assert actor.may("people.see")
    assert not actor.may("people.edit")
    assert actor_for(omar).may("people.edit")


def test_everything_means_everything_its_person_may_and_no_more(omar: Person) -> None:
    _key, token = made(omar, "*")
    actor = actor_for_key(token)
    assert actor is not None
    assert actor.may("people.edit")
    assert not actor.may("people.grant")


def test_only_a_digest_is_kept_of_256_random_bits(omar: Person) -> None:
    key, token = made(omar)
    assert re.fullmatch(r"atl_[A-Za-z0-9_-]{43}", token)
    assert key.prefix == token[:10]
    assert token not in str(ApiKey.objects.filter(pk=key.pk).values())
    assert not any(token[10:] in str(entry.facts) for entry in Entry.objects.all())
    assert made(omar)[1] != token


@pytest.mark.parametrize("wrong", ["", "atl_", "atl_x", "x" * 47, "atl_" + "a" * 200, "ätl_" * 9])
def test_wrong_tokens_open_nothing(omar: Person, wrong: str) -> None:
    _key, token = made(omar)
    assert actor_for_key(wrong) is None
    assert actor_for_key(token[:-1]) is None
    assert actor_for_key(token.upper()) is None


def test_a_key_grows_old(omar: Person, clock: TestClock) -> None:
    clock.at("2026-03-02 09:00")
    _key, token = made(omar, days=2)
    clock.advance(days=1)
    assert actor_for_key(token) is not None
    clock.advance(days=1, seconds=1)
    assert actor_for_key(token) is None


def test_a_revoked_key_opens_nothing_and_who_did_it_is_told(omar: Person, max_: Person) -> None:
    key, token = made(omar)
    revoke_key(key, by=actor_for(max_))
    revoke_key(key, by=actor_for(max_))
    assert actor_for_key(token) is None
    assert Entry.objects.get(name="identity.key_revoked").actor_id == max_.pk


def test_keys_end_with_the_person_and_with_the_account(omar: Person, nora: Person) -> None:
    _key, of_omar = made(omar)
    _key, of_nora = made(nora)
    change_person(omar, by=SYSTEM, is_active=False)
    switch_account(open_account(nora, by=SYSTEM), by=SYSTEM, active=False)
    assert actor_for_key(of_omar) is None
    assert actor_for_key(of_nora) is None


def test_nobody_makes_or_revokes_keys_of_others_but_who_manages_them(
    omar: Person, ana: Person, max_: Person, rita: Person
) -> None:
    key, _token = made(omar)
    with pytest.raises(NotAllowed):
        make_key(omar, by=actor_for(ana), label="x", scope=[], days=1)
    with pytest.raises(NotAllowed):
        revoke_key(key, by=actor_for(ana))
    with pytest.raises(NotAllowed):
        made(rita)
    make_key(omar, by=actor_for(max_), label="x", scope=[], days=1)
    assert keys_of(omar, actor_for(ana)).count() == 0
    assert keys_of(omar, actor_for(max_)).count() == 2


def test_a_scope_never_exceeds_its_owner_and_has_known_names(omar: Person) -> None:
    for name in ("people.grant", "no.such"):
        with pytest.raises(WrongScope):
            made(omar, name)


@pytest.mark.parametrize(("label", "days"), [("", 5), ("x", 0), ("x", 366)])
def test_a_key_says_what_for_and_does_not_last_for_ever(
    omar: Person, label: str, days: int
) -> None:
    with pytest.raises(InvalidInput):
        make_key(omar, by=actor_for(omar), label=label, scope=[], days=days)


def test_a_key_makes_no_keys_unless_it_was_made_for_that(omar: Person, max_: Person) -> None:
    _key, token = made(omar, "*")
    actor = actor_for_key(token)
    assert actor is not None
    with pytest.raises(NotAllowed):
        make_key(omar, by=actor, label="x", scope=[], days=1)
    _key, token = made(max_, "*")
    actor = actor_for_key(token)
    assert actor is not None
    make_key(omar, by=actor, label="x", scope=[], days=1)


def test_its_use_is_noted_at_most_once_a_minute(omar: Person, clock: TestClock) -> None:
    first = clock.at("2026-03-02 09:00")
    key, _token = made(omar)
    note_key_use(key.pk)
    clock.advance(seconds=30)
    note_key_use(key.pk)
    key.refresh_from_db()
    assert key.last_used_at == first
    later = clock.advance(seconds=40)
    note_key_use(key.pk)
    key.refresh_from_db()
    assert key.last_used_at == later


def test_the_page_makes_a_key_shows_it_once_and_revokes_it(
    omar: Person, visiting: Callable[..., Client], letters: list[Letter]
) -> None:
    client = visiting(omar)
    form = {"label": "Nightly report", "days": "10", "scope": ["people.see"]}
    answer = client.post("/account/keys/", form)
    token = re.search(r"atl_[A-Za-z0-9_-]{43}", answer.text)
    assert token is not None
    assert actor_for_key(token[0]) is not None
    assert "no-store" in answer.headers["Cache-Control"]
    page = client.get("/account/").text
    assert "Nightly report" in page
    assert token[0] not in page
    key = ApiKey.objects.get()
    assert client.post(f"/account/keys/{key.pk}/revoke/").status_code == 303
    assert actor_for_key(token[0]) is None
    assert [letter.purpose for letter in letters] == ["notice"]


def test_the_page_is_not_for_requesters_and_others_keys_are_invisible(
    omar: Person, rita: Person, nora: Person, visiting: Callable[..., Client]
) -> None:
    key, _token = made(omar)
    assert visiting(rita).get("/account/keys/").status_code == 403
    assert visiting(nora).post(f"/account/keys/{key.pk}/revoke/").status_code == 404
    wide = {"label": "x", "days": "10", "scope": ["people.grant"]}
    assert visiting(omar).post("/account/keys/", wide).status_code == 422
