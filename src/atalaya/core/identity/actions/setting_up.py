"""Making the first administrator."""

from __future__ import annotations

from atalaya.core.identity.actions.accounts import open_account
from atalaya.core.identity.actions.passwords import set_password
from atalaya.core.identity.errors import LinkNotGood, SetUpIsOver
from atalaya.core.identity.models import Account, OneTimeLink
from atalaya.core.identity.queries import is_set_up, link_with
from atalaya.core.journal.actions import action, locked
from atalaya.core.people.actions import add_person, change_person, grant_role
from atalaya.core.people.models import SYSTEM, Role
from atalaya.core.people.queries import person_with_address
from atalaya.kernel import clock


@action("identity.make_first_administrator")
def make_first_administrator(
    token: str, *, name: str, address: str, password: str, language: str = "", zone: str = ""
) -> Account:
    """Make the person who followed the set-up link the administrator. The link ends with it.

    Raises LinkNotGood, SetUpIsOver, WeakPassword and what ``people.add_person`` raises.
    """
    row = link_with(token, OneTimeLink.Purpose.SETUP)
    if row is None:
        raise LinkNotGood
    row = locked(row)  # two browsers at once: the second waits here and then finds it used
    if is_set_up():
        raise SetUpIsOver
    if not row.is_good(clock.now()):
        raise LinkNotGood
    person = person_with_address(address)
    if person is None:
        person = add_person(
            name,
            by=SYSTEM,
            addresses=[address],
            origin="setup",
            language=language,
            zone=zone,
        )
    else:
        person = change_person(person, by=SYSTEM, name=name, language=language, zone=zone)
    grant_role(person, Role.objects.get(key="admin"), by=SYSTEM)
    account = set_password(open_account(person, by=SYSTEM), password, by=SYSTEM)
    row.used_at, row.person = clock.now(), person
    row.save(update_fields=["used_at", "person"])
    return account
