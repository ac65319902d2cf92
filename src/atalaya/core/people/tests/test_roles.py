"""Roles of an organisation's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from atalaya.core.people.actions import grant_role, remove_role, save_role
from atalaya.core.people.errors import RoleInUse, RoleIsFixed
from atalaya.core.people.models import SYSTEM, Actor, Person, Role
from atalaya.kernel.errors import InvalidInput, NotAllowed

Acting = Callable[[Person], Actor]


def test_a_role_is_made_on_its_page_and_allows_what_it_says(
    visiting: Callable[..., Client], max_: Person, stan: Person, acting: Acting
) -> None:
    browser = visiting(max_)
    sent = {"names_en": "Reader", "names_es": "Lector", "permissions": ["people.see"]}
    assert browser.post("/console/settings/roles/new/", sent).status_code == 303
    role = Role.objects.get(key="reader")
    grant_role(stan, role, by=SYSTEM)
    assert acting(stan).may("people.see")
    assert not acting(stan).may("people.edit")
    assert b"Reader" in browser.get("/console/settings/roles/").content
    assert browser.get(f"/console/settings/roles/{role.pk}/").status_code == 200
    with pytest.raises(RoleInUse):
        remove_role(role, by=acting(max_))


def test_nobody_gives_away_what_he_may_not_do(max_: Person, stan: Person, acting: Acting) -> None:
    granting = save_role(by=acting(max_), names={"en": "Granter"}, permissions=["people.grant"])
    grant_role(stan, granting, by=SYSTEM)
    with pytest.raises(NotAllowed):
        save_role(granting, by=acting(stan), permissions=["people.grant", "journal.read"])


def test_the_administrators_role_stays_and_made_up_permissions_are_refused(
    max_: Person, acting: Acting
) -> None:
    with pytest.raises(RoleIsFixed):
        save_role(Role.objects.get(key="admin"), by=acting(max_), permissions=[])
    with pytest.raises(InvalidInput):
        save_role(by=acting(max_), names={"en": "X"}, permissions=["made.up"])


def test_an_agent_keeps_no_roles(visiting: Callable[..., Client], omar: Person) -> None:
    assert visiting(omar).get("/console/settings/roles/").status_code == 403
