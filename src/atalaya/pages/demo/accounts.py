"""Accounts to look around with, one for each kind of person, with passwords made for them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from atalaya.core.identity.actions import open_account, set_password
from atalaya.core.journal.actions import action
from atalaya.core.people.actions import grant_role
from atalaya.core.people.models import SYSTEM, Person, Role
from atalaya.kernel.errors import Words
from atalaya.pages.demo import company

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another


@dataclass(frozen=True)
class Ready:
    """An account somebody may sign in with now. The password is told once and not kept."""

    role: Words
    name: str
    address: str
    password: str


@action("demo.open_accounts")
def open_accounts() -> list[Ready]:
    """Open an account with a new password for an administrator, a lead, agents and a requester."""
    found = []
    for role, person in _cast():
        password = _password()
        set_password(open_account(person, by=SYSTEM), password, by=SYSTEM)
        found.append(Ready(role, person.name, person.address, password))
    return found


def _cast() -> Iterator[tuple[Words, Person]]:
    staff = Person.objects.filter(addresses__value__endswith=f"@{company.DOMAIN}")
    names = [team["name"] for team in company.COMPANY["teams"]]
    first, last = names[0], names[-1]
    admin = staff.get(memberships__team__name=last, memberships__is_lead=True)
    grant_role(admin, Role.objects.get(key="admin"), by=SYSTEM)
    yield _("Administrator"), admin
    yield _("Team lead"), staff.get(memberships__team__name=first, memberships__is_lead=True)
    agents = staff.filter(memberships__is_lead=False).order_by("pk")
    yield _("Agent, tier 1"), agents.filter(memberships__team__name=first)[0]
    yield _("Agent, tier 2"), agents.filter(memberships__team__tier=2)[0]
    asks = staff.filter(memberships__isnull=True, requested__isnull=False)
    for language, role in (("es", _("Requester, in Spanish")), ("en", _("Requester, in English"))):
        person = asks.filter(language=language).order_by("pk").first()
        if person is not None:
            yield role, person


def _password() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _i in range(5)) for _group in range(4))
