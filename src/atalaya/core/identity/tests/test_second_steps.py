"""Codes from an app and recovery codes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from atalaya.core.identity.actions import open_account, remove_factor, set_password
from atalaya.core.identity.models import Account, OpenSession
from atalaya.core.identity.ports import Letter
from atalaya.core.journal.models import Entry
from atalaya.core.people.models import SYSTEM, Person
from atalaya.core.people.queries import actor_for
from atalaya.core.preferences.actions import decide
from atalaya.kernel import clock as kernel_clock
from atalaya.kernel.errors import NotAllowed
from atalaya.testing.cast import PASSWORD
from atalaya.testing.clocks import TestClock


def shown_by_app(secret: str, *, steps_away: int = 0) -> str:
    """What an app shows now (RFC 6238)."""
    counter = int(kernel_clock.now().timestamp()) // 30 + steps_away
    return str(format_hotp_value(hotp_value(secret, counter)))


class Phone:
    """An account with an app set up, its secret and its recovery codes."""

    def __init__(self, account: Account, client: Client) -> None:
        self.account = account
        page = client.get("/account/app/").text
        found = re.search(r'<code class="shown-once">([A-Z2-7 ]+)</code>', page)
        assert found is not None
        self.secret = found[1].replace(" ", "")
        answer = client.post("/account/app/", {"code": shown_by_app(self.secret)})
        self.codes = re.findall(r"<li>(\d{8})</li>", answer.text)


@pytest.fixture
def phone(omar: Person, visiting: Callable[..., Client], clock: TestClock) -> Phone:
    clock.at("2026-03-02 09:00")
    account = set_password(open_account(omar, by=SYSTEM), PASSWORD, by=SYSTEM)
    made = Phone(account, visiting(omar))
    clock.advance(minutes=2)
    return made


def first_step(account: Account) -> Client:
    client = Client()
    answer = client.post("/sign-in/", {"email": account.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/sign-in/code/"
    return client


def type_code(client: Client, code: str) -> int:
    return client.post("/sign-in/code/", {"code": code}).status_code


def test_setting_up_gives_ten_recovery_codes_and_keeps_the_secret_encrypted(phone: Phone) -> None:
    assert len(set(phone.codes)) == 10
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert phone.secret not in kept
    assert kept.startswith("gAAAA"), "a Fernet token"


def test_a_password_alone_no_longer_signs_in(phone: Phone) -> None:
    client = first_step(phone.account)
    assert client.get("/account/").status_code == 303
    assert client.get("/sign-in/code/").status_code == 200


def test_the_code_on_the_phone_signs_in(phone: Phone) -> None:
    client = first_step(phone.account)
    shown = shown_by_app(phone.secret)
    assert type_code(client, f"{shown[:3]} {shown[3:]}") == 303
    opened = OpenSession.objects.order_by("pk").last()
    assert opened is not None
    assert opened.second_factor


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (1, 303), (2, 422)])
def test_a_phone_may_be_half_a_minute_off(phone: Phone, steps: int, status: int) -> None:
    shown = shown_by_app(phone.secret, steps_away=steps)
    assert type_code(first_step(phone.account), shown) == status


def test_a_code_works_once_even_on_another_server(phone: Phone) -> None:
    shown = shown_by_app(phone.secret)
    assert type_code(first_step(phone.account), shown) == 303
    from django.core.cache import cache

    cache.clear()  # what another process would know
    assert type_code(first_step(phone.account), shown) == 422


def test_the_code_that_set_it_up_does_not_sign_in(
    omar: Person, visiting: Callable[..., Client], clock: TestClock
) -> None:
    clock.at("2026-03-02 09:00")
    account = set_password(open_account(omar, by=SYSTEM), PASSWORD, by=SYSTEM)
    made = Phone(account, visiting(omar))
    assert type_code(first_step(account), shown_by_app(made.secret)) == 422


def test_a_wrong_code_sets_nothing_up(omar: Person, visiting: Callable[..., Client]) -> None:
    client = visiting(omar)
    client.get("/account/app/")
    assert client.post("/account/app/", {"code": "000000"}).status_code == 422
    assert not Authenticator.objects.exists()


def test_a_recovery_code_works_once_and_its_owner_is_told(
    phone: Phone, letters: list[Letter]
) -> None:
    assert type_code(first_step(phone.account), phone.codes[3]) == 303
    assert Entry.objects.get(name="identity.recovery_code_used").facts["left"] == 9
    assert type_code(first_step(phone.account), phone.codes[3]) == 422
    assert [letter.purpose for letter in letters] == ["notice"]


def test_guessing_codes_is_stopped_for_the_account(phone: Phone, clock: TestClock) -> None:
    client = first_step(phone.account)
    for _guess in range(5):
        assert type_code(client, "000000") == 422
    assert type_code(client, shown_by_app(phone.secret)) == 429
    clock.advance(minutes=16)
    assert type_code(first_step(phone.account), shown_by_app(phone.secret)) == 303


def test_the_second_step_cannot_be_put_off(phone: Phone, clock: TestClock) -> None:
    client = first_step(phone.account)
    clock.advance(minutes=11)
    assert client.get("/sign-in/code/").headers["Location"] == "/sign-in/"
    assert client.post("/sign-in/code/", {"code": shown_by_app(phone.secret)}).status_code == 302


def test_a_mailed_link_asks_for_the_second_step_too(phone: Phone, letters: list[Letter]) -> None:
    from atalaya.core.identity.actions import send_link

    send_link(phone.account.email, language="en")
    client = Client()
    answer = client.post("/" + letters[0].link.split("/", 3)[3])
    assert answer.headers["Location"] == "/sign-in/code/"
    assert client.get("/account/").status_code == 303


def test_new_recovery_codes_end_the_old_ones(phone: Phone, visiting: Callable[..., Client]) -> None:
    answer = visiting(phone.account.person).post("/account/recovery-codes/")
    fresh = re.findall(r"<li>(\d{8})</li>", answer.text)
    assert len(fresh) == 10
    assert type_code(first_step(phone.account), phone.codes[0]) == 422
    assert type_code(first_step(phone.account), fresh[0]) == 303


def test_an_administrator_helps_who_lost_his_phone(phone: Phone, max_: Person, ana: Person) -> None:
    row = Authenticator.objects.get(type="totp")
    with pytest.raises(NotAllowed):
        remove_factor(phone.account, row.pk, by=actor_for(ana))
    remove_factor(phone.account, row.pk, by=actor_for(max_))
    assert not Authenticator.objects.exists()
    told = Entry.objects.get(name="identity.factor_removed")
    assert (told.actor_id, told.facts["person_id"]) == (max_.pk, phone.account.person_id)


def test_agents_are_led_to_a_second_step_when_the_desk_asks_for_it(
    omar: Person, rita: Person, visiting: Callable[..., Client], clock: TestClock
) -> None:
    clock.at("2026-03-02 09:00")
    decide("identity", by=SYSTEM, agents_need_second_factor=True)
    client = visiting(omar)
    assert client.get("/console/").headers["Location"] == "/account/"
    assert "asks for a second step" in client.get("/account/").text
    Phone(open_account(omar, by=SYSTEM), client)
    assert client.get("/console/").status_code == 200
    assert "asks for a second step" not in visiting(rita).get("/account/").text


def test_a_code_proves_again_that_it_is_oneself(phone: Phone, clock: TestClock) -> None:
    client = first_step(phone.account)
    type_code(client, shown_by_app(phone.secret))
    clock.advance(minutes=16)
    assert client.get("/account/keys/").headers["Location"].startswith("/sign-in/again/")
    again = client.post("/sign-in/again/?next=/account/keys/", {"code": shown_by_app(phone.secret)})
    assert again.headers["Location"] == "/account/keys/"
    assert client.get("/account/keys/").status_code == 200
