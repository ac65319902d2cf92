"""Signing in with a password: who gets in, who does not, and what an attacker learns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from atalaya.core.identity.actions import open_account, set_password
from atalaya.core.identity.actions.accounts import switch_account
from atalaya.core.identity.models import Account, Tries
from atalaya.core.journal.models import Entry
from atalaya.core.people.actions import change_person
from atalaya.core.people.models import SYSTEM, Person
from atalaya.testing.cast import PASSWORD
from atalaya.testing.clocks import TestClock


@pytest.fixture
def account(omar: Person) -> Account:
    return set_password(open_account(omar, by=SYSTEM), PASSWORD, by=SYSTEM)


def try_in(client: Client, email: str, password: str, **more: Any) -> int:
    answer = client.post("/sign-in/", {"email": email, "password": password}, **more)
    return answer.status_code


def test_the_right_password_opens_a_session(account: Account, client: Client) -> None:
    answer = client.post(
        "/sign-in/", {"email": "Omar@Example.org", "password": PASSWORD}, REMOTE_ADDR="192.0.2.9"
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/")
    assert client.get("/account/").status_code == 200
    told = Entry.objects.get(name="identity.signed_in")
    assert (told.actor_id, told.source) == (account.person_id, "192.0.2.9")
    assert told.facts["method"] == "password"


def test_the_session_has_a_new_key_after_signing_in(account: Account, client: Client) -> None:
    client.get("/sign-in/")
    session = client.session
    session["before"] = 1
    session.save()
    before = session.session_key
    assert try_in(client, account.email, PASSWORD) == 303
    assert client.session.session_key != before


@pytest.mark.parametrize("email", ["omar@example.org", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_page(
    account: Account, client: Client, email: str
) -> None:
    answer = client.post("/sign-in/", {"email": email, "password": "wrong wrong wrong"})
    assert answer.status_code == 422
    assert "do not fit together" in answer.text
    assert answer.text.replace(email, "…").count("…") == 1


def test_an_unknown_address_costs_one_hash_like_a_known_one(
    account: Account, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.auth.hashers import get_hasher

    hashed: list[str] = []
    kind = type(get_hasher())
    encode = kind.encode

    def counted(self: Any, password: str, *rest: Any, **more: Any) -> str:
        hashed.append(password)
        return encode(self, password, *rest, **more)

    monkeypatch.setattr(kind, "encode", counted)
    try_in(client, account.email, "wrong wrong wrong")
    known = len(hashed)
    hashed.clear()
    try_in(client, "nobody@example.org", "wrong wrong wrong")
    assert len(hashed) == known == 1


def test_failures_are_facts_without_what_was_typed(account: Account, client: Client) -> None:
    try_in(client, account.email, "wrong wrong wrong")
    try_in(client, "nobody@example.org", "wrong wrong wrong")
    known, unknown = Entry.objects.filter(name="identity.sign_in_failed").order_by("id")
    assert known.facts == {"person_id": account.person_id, "why": "password"}
    assert unknown.facts == {"person_id": None, "why": "password"}


def test_after_five_wrong_tries_the_right_password_has_to_wait(
    account: Account, client: Client, clock: TestClock
) -> None:
    clock.at("2026-03-02 09:00")
    for _try in range(5):
        assert try_in(client, account.email, "wrong wrong wrong") == 422
    assert try_in(client, account.email, PASSWORD) == 429
    assert Entry.objects.filter(name="identity.tries_exceeded").count() == 1
    clock.advance(minutes=16)
    assert try_in(client, account.email, PASSWORD) == 303


def test_an_unknown_address_is_throttled_alike(client: Client, db: None) -> None:
    codes = [try_in(client, "nobody@example.org", "wrong wrong wrong") for _try in range(6)]
    assert codes == [422] * 5 + [429]


def test_another_network_may_still_try(account: Account, client: Client) -> None:
    for _try in range(6):
        try_in(client, account.email, "wrong wrong wrong", REMOTE_ADDR="198.51.100.1")
    assert try_in(client, account.email, PASSWORD, REMOTE_ADDR="192.0.2.1") == 303


def test_many_networks_together_are_stopped_too(account: Account, client: Client) -> None:
    for last in range(20):
        try_in(client, account.email, "wrong wrong wrong", REMOTE_ADDR=f"198.51.100.{last}")
    assert try_in(client, account.email, PASSWORD, REMOTE_ADDR="203.0.113.9") == 429


def test_an_ipv6_customer_is_one_network(account: Account, client: Client) -> None:
    for last in range(1, 6):
        try_in(client, account.email, "wrong wrong wrong", REMOTE_ADDR=f"2001:db8::{last}")
    assert try_in(client, account.email, PASSWORD, REMOTE_ADDR="2001:db8::99") == 429


def test_counts_hold_no_address(account: Account, client: Client) -> None:
    try_in(client, account.email, "wrong wrong wrong")
    kept = [row.digest for row in Tries.objects.all()]
    assert kept
    assert not any("omar" in digest or "127" in digest for digest in kept)


def test_a_closed_account_and_a_person_who_left_do_not_get_in(
    account: Account, client: Client, omar: Person
) -> None:
    switch_account(account, by=SYSTEM, active=False)
    assert try_in(client, account.email, PASSWORD) == 422
    switch_account(account, by=SYSTEM, active=True)
    assert try_in(client, account.email, PASSWORD) == 303
    change_person(omar, by=SYSTEM, is_active=False)
    assert client.get("/account/").status_code == 303
    assert try_in(client, account.email, PASSWORD) == 422


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/tickets/7/?tab=a", "/tickets/7/?tab=a"),
        ("https://evil.example/", "/console/"),
        ("//evil.example/", "/console/"),
        ("/\\evil.example/", "/console/"),
        ("javascript:alert(1)", "/console/"),
        ("/sign-out/", "/console/"),
    ],
)
def test_signing_in_leads_only_to_pages_of_ours(
    account: Account, client: Client, wanted: str, leads_to: str
) -> None:
    answer = client.post(
        f"/sign-in/?{_query(wanted)}", {"email": account.email, "password": PASSWORD}
    )
    assert answer.headers["Location"] == leads_to


def _query(wanted: str) -> str:
    from urllib.parse import urlencode

    return urlencode({"next": wanted})


def test_the_console_asks_to_sign_in_and_remembers_where(
    client: Client, account: Account, visiting: Callable[..., Client], rita: Person
) -> None:
    answer = client.get("/console/?view=3")
    assert answer.headers["Location"] == "/sign-in/?next=%2Fconsole%2F%3Fview%3D3"
    part = client.get("/console/", headers={"HX-Request": "true"})
    assert part.status_code == 401
    assert part.headers["HX-Redirect"].startswith("/sign-in/")
    assert visiting(rita).get("/console/").status_code == 403


def test_signing_out_ends_the_session(account: Account, client: Client) -> None:
    try_in(client, account.email, PASSWORD)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").headers["Location"] == "/"
    assert client.get("/account/").status_code == 303
    assert Entry.objects.filter(name="identity.session_ended", facts__why="signed_out").exists()


def test_a_form_of_another_site_is_refused(account: Account) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/sign-in/", {"email": account.email, "password": PASSWORD})
    assert answer.status_code == 403
    assert "too old" in answer.text


def test_the_page_speaks_spanish_to_a_spanish_browser(client: Client, db: None) -> None:
    page = client.get("/sign-in/", headers={"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"})
    assert '<html lang="es"' in page.text
    assert "Contraseña" in page.text
