"""Passkeys: made, used alone and as a second step, refused when anything about them is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from atalaya.core.identity.actions import open_account, set_password
from atalaya.core.identity.actions.accounts import switch_account
from atalaya.core.identity.models import Account, OpenSession
from atalaya.core.identity.tests.authenticator import Passkey
from atalaya.core.journal.models import Entry
from atalaya.core.people.models import SYSTEM, Person
from atalaya.testing.cast import PASSWORD
from atalaya.testing.clocks import TestClock


@pytest.fixture
def account(omar: Person) -> Account:
    return set_password(open_account(omar, by=SYSTEM), PASSWORD, by=SYSTEM)


def register(client: Client, passkey: Passkey, name: str = "Laptop") -> Any:
    options = client.post("/account/passkeys/options/").json()
    made = json.dumps(passkey.create(options))
    return client.post("/account/passkeys/", {"credential": made, "name": name})


def sign_in(client: Client, passkey: Passkey, path: str = "/sign-in/passkey/") -> Any:
    options = client.post("/sign-in/challenge/").json()
    return client.post(path, {"credential": json.dumps(passkey.get(options))})


@pytest.fixture
def passkey(account: Account, visiting: Callable[..., Client]) -> Passkey:
    made = Passkey()
    answer = register(visiting(account.person), made)
    assert answer.status_code == 200, answer.text
    return made


def test_a_new_passkey_comes_with_recovery_codes_shown_once(
    account: Account, visiting: Callable[..., Client]
) -> None:
    client = visiting(account.person)
    answer = register(client, Passkey())
    assert answer.text.count("<li>") >= 10
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Laptop" in client.get("/account/").text
    second = register(client, Passkey(), name="Phone")
    assert second.headers["Location"] == "/account/"
    kinds = [entry.facts["kind"] for entry in Entry.objects.filter(name="identity.factor_added")]
    assert kinds == ["webauthn", "recovery_codes", "webauthn"]


def test_a_passkey_signs_in_without_address_or_password(passkey: Passkey) -> None:
    client = Client()
    answer = sign_in(client, passkey)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/")
    opened = OpenSession.objects.order_by("pk").last()
    assert opened is not None
    assert (opened.method, opened.second_factor) == ("passkey", True)


def test_a_passkey_is_the_second_step_after_a_password(passkey: Passkey, account: Account) -> None:
    client = Client()
    words = {"email": account.email, "password": PASSWORD}
    answer = client.post("/sign-in/?next=/console/%3Fview%3D1", words)
    assert answer.headers["Location"] == "/sign-in/code/"
    assert client.get("/account/").status_code == 303
    assert sign_in(client, passkey).headers["Location"] == "/console/?view=1"
    opened = OpenSession.objects.order_by("pk").last()
    assert opened is not None
    assert (opened.method, opened.second_factor) == ("password", True)


def test_somebody_elses_passkey_is_no_second_step(
    passkey: Passkey, account: Account, max_: Person, visiting: Callable[..., Client]
) -> None:
    other = Passkey()
    register(visiting(max_), other)
    client = Client()
    client.post("/sign-in/", {"email": account.email, "password": PASSWORD})
    assert sign_in(client, other).status_code == 422
    assert client.get("/account/").status_code == 303


def test_an_answer_is_good_for_one_challenge(passkey: Passkey) -> None:
    client = Client()
    options = client.post("/sign-in/challenge/").json()
    answer = {"credential": json.dumps(passkey.get(options))}
    assert client.post("/sign-in/passkey/", answer).status_code == 303
    client.post("/sign-out/")
    assert client.post("/sign-in/passkey/", answer).status_code == 422
    client.post("/sign-in/challenge/")
    assert client.post("/sign-in/passkey/", answer).status_code == 422
    assert Entry.objects.filter(name="identity.sign_in_failed", facts__why="passkey").count() == 2


@pytest.mark.parametrize(
    "change",
    [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"verifies": False}],
)
def test_another_site_and_an_unverified_person_are_refused(
    passkey: Passkey, change: dict[str, Any]
) -> None:
    for name, value in change.items():
        setattr(passkey, name, value)
    assert sign_in(Client(), passkey).status_code == 422


def test_another_key_under_the_same_name_is_refused(passkey: Passkey) -> None:
    forged = Passkey(credential_id=passkey.credential_id, user_handle=passkey.user_handle)
    assert sign_in(Client(), forged).status_code == 422


@pytest.mark.parametrize(
    "credential",
    ["", "null", "[]", "7", "{}", '{"id": "x"}', '{"response": null}', "{" * 500, '{"response":7}'],
)
def test_hostile_answers_are_refused_and_never_break_the_page(
    passkey: Passkey, credential: str, visiting: Callable[..., Client], account: Account
) -> None:
    client = Client()
    client.post("/sign-in/challenge/")
    assert client.post("/sign-in/passkey/", {"credential": credential}).status_code == 422
    inside = visiting(account.person)
    inside.post("/account/passkeys/options/")
    assert inside.post("/account/passkeys/", {"credential": credential}).status_code == 422
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_a_closed_account_has_no_way_in_by_passkey(passkey: Passkey, account: Account) -> None:
    switch_account(account, by=SYSTEM, active=False)
    assert sign_in(Client(), passkey).status_code == 422


def test_a_passkey_can_be_renamed_and_removed_by_its_owner_only(
    passkey: Passkey, account: Account, visiting: Callable[..., Client], max_: Person
) -> None:
    row = Authenticator.objects.get(type="webauthn")
    stranger, owner = visiting(max_), visiting(account.person)
    assert stranger.post(f"/account/passkeys/{row.pk}/name/", {"name": "Mine"}).status_code == 404
    assert stranger.post(f"/account/steps/{row.pk}/remove/").status_code == 404
    assert owner.post(f"/account/passkeys/{row.pk}/name/", {"name": "Desk"}).status_code == 303
    assert "Desk" in owner.get("/account/").text
    assert owner.post(f"/account/steps/{row.pk}/remove/").status_code == 303
    assert not Authenticator.objects.exists(), "the recovery codes go with the last passkey"


def test_making_one_needs_a_fresh_proof_which_a_passkey_can_give(
    passkey: Passkey, account: Account, clock: TestClock
) -> None:
    clock.at("2026-03-02 09:00")
    client = Client()
    sign_in(client, passkey)
    clock.advance(minutes=16)
    refused = client.post("/account/passkeys/options/")
    assert refused.headers["Location"].startswith("/sign-in/again/")
    proved = sign_in(client, passkey, "/sign-in/again/passkey/?next=/account/")
    assert proved.headers["Location"] == "/account/"
    assert client.post("/account/passkeys/options/").status_code == 200
