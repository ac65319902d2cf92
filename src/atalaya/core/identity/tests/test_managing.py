"""What an administrator does with the accounts and keys of others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from atalaya.core.identity.actions import make_key, open_account, set_password
from atalaya.core.identity.actions.factors import make_recovery_codes
from atalaya.core.identity.models import Account, ApiKey
from atalaya.core.identity.ports import Letter
from atalaya.core.journal.models import Entry
from atalaya.core.people.models import SYSTEM, Person
from atalaya.core.people.queries import actor_for

Visiting = Callable[..., Client]
PANEL = "/ui/panels/identity.account/{}/"


@pytest.fixture
def admin(max_: Person, visiting: Visiting) -> Client:
    return visiting(max_)


def test_the_panel_beside_a_person_is_for_administrators(
    rita: Person, omar: Person, admin: Client, visiting: Visiting
) -> None:
    assert "None yet" in admin.get(PANEL.format(rita.pk)).text
    set_password(open_account(rita, by=SYSTEM), "a watchtower sees far", by=SYSTEM)
    shown = admin.get(PANEL.format(rita.pk)).text
    assert "Close the account" in shown
    assert visiting(omar).get(PANEL.format(rita.pk)).text == ""


def test_an_administrator_invites_closes_and_opens(
    rita: Person, admin: Client, letters: list[Letter]
) -> None:
    base = f"/console/people/{rita.pk}/account"
    assert admin.post(f"{base}/invite/").status_code == 303
    assert [letter.purpose for letter in letters] == ["invite"]
    assert admin.post(f"{base}/switch/", {"active": "no"}).status_code == 303
    assert not Account.objects.get(person=rita).is_active
    assert admin.post(f"{base}/switch/", {"active": "yes"}).status_code == 303
    assert Account.objects.get(person=rita).is_active
    switched = Entry.objects.filter(name="identity.account_switched")
    assert [entry.facts["active"] for entry in switched.order_by("id")] == [False, True]


def test_an_administrator_signs_somebody_out_everywhere(
    rita: Person, admin: Client, visiting: Visiting
) -> None:
    hers = visiting(rita)
    assert admin.post(f"/console/people/{rita.pk}/account/sessions/end/").status_code == 303
    assert hers.get("/account/").status_code == 303


def test_second_steps_are_removed_for_who_lost_his_phone(
    rita: Person, admin: Client, visiting: Visiting
) -> None:
    account = open_account(rita, by=SYSTEM)
    Authenticator.objects.create(user=account, type="totp", data={"secret": "x"})
    make_recovery_codes(account, by=SYSTEM)
    assert "Remove second steps" in admin.get(PANEL.format(rita.pk)).text
    assert admin.post(f"/console/people/{rita.pk}/account/steps/reset/").status_code == 303
    assert not Authenticator.objects.exists()
    assert Entry.objects.get(name="identity.factor_removed").facts["kind"] == "totp"


@pytest.mark.parametrize("what", ["invite", "switch", "sessions/end", "steps/reset"])
def test_agents_may_do_none_of_it(
    rita: Person, omar: Person, visiting: Visiting, what: str
) -> None:
    open_account(rita, by=SYSTEM)
    answer = visiting(omar).post(f"/console/people/{rita.pk}/account/{what}/", {"active": "no"})
    assert answer.status_code == 403
    assert Account.objects.get(person=rita).is_active


def test_all_keys_are_listed_and_revoked(
    omar: Person, nora: Person, admin: Client, visiting: Visiting
) -> None:
    for person in (omar, nora):
        make_key(person, by=actor_for(person), label=f"of {person.name}", scope=["*"], days=5)
    page = admin.get("/console/settings/keys/").text
    assert "of Omar" in page
    assert "of Nora" in page
    key = ApiKey.objects.get(person=omar)
    assert admin.post(f"/console/settings/keys/{key.pk}/revoke/").status_code == 303
    key.refresh_from_db()
    assert key.revoked_at is not None
    agent = visiting(nora)
    assert agent.get("/console/settings/keys/").status_code == 403
    assert agent.post(f"/console/settings/keys/{key.pk}/revoke/").status_code == 403
