"""One-time links: made for a known address, mailed, followed once."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Q

from atalaya.core.identity import letters
from atalaya.core.identity.actions import telling
from atalaya.core.identity.actions.accounts import open_account
from atalaya.core.identity.errors import LinkNotGood, NoAddress
from atalaya.core.identity.events import LinkMade
from atalaya.core.identity.models import Account, OneTimeLink
from atalaya.core.identity.queries import account_of, is_set_up, link_with, policy
from atalaya.core.journal.actions import action, append
from atalaya.core.people.models import NOBODY, SYSTEM, Actor, Person
from atalaya.core.people.queries import person_with_address
from atalaya.kernel import clock, ids

Purpose = OneTimeLink.Purpose
PATHS = {
    Purpose.SIGN_IN: "/sign-in/link/",
    Purpose.INVITE: "/sign-in/link/",
    Purpose.PASSWORD: "/sign-in/password/",
    Purpose.SETUP: "/setup/",
}


@action("identity.send_link")
def send_link(
    address: str, *, purpose: str = Purpose.SIGN_IN, language: str, goto: str = ""
) -> bool:
    """Mail a one-time link to an address, if somebody who may sign in has it.

    Tells whether it did: for the journal and for tests, never for whoever asked.
    Raises NoMessenger.
    """
    person = person_with_address(address)
    if person is None or not _may_have_one(person):
        return False
    minutes = policy().link_minutes
    row, link = _make(purpose, person=person, email=address.strip().lower(), minutes=minutes)
    row.goto = goto[:500]
    row.save(update_fields=["goto"])
    letter = letters.letter_with_link(
        person,
        row.email,
        purpose=purpose,
        language=person.language or language,
        link=link,
        minutes=minutes,
    )
    telling.send(letter)
    append(LinkMade(person.pk, row.pk, purpose), by=NOBODY, about=person)
    return True


def _may_have_one(person: Person) -> bool:
    if not person.is_active:
        return False
    account = account_of(person)
    if account is not None:
        return account.is_active
    return policy().who == "known"


@action("identity.invite")
def invite(person: Person, *, by: Actor, send: bool = True) -> str:
    """Give somebody an account and a link for his first sign-in; mailed when ``send``.

    The link is returned once, for the command line. Raises NotAllowed, NoAddress, NoMessenger.
    """
    by.must("identity.manage_accounts")
    if not person.address:
        raise NoAddress(name=person.name)
    open_account(person, by=by)
    minutes = policy().invitation_days * 24 * 60
    row, link = _make(Purpose.INVITE, person=person, email=person.address, minutes=minutes)
    append(LinkMade(person.pk, row.pk, row.purpose), by=by, about=person)
    if send:
        letter = letters.letter_with_link(
            person,
            person.address,
            purpose=Purpose.INVITE,
            language=telling.language_of(person),
            link=link,
            minutes=minutes,
        )
        telling.send(letter)
    return link


@action("identity.follow_link")
def follow_link(token: str, *purposes: str) -> tuple[Account, OneTimeLink]:
    """Use a link up: whoever has it reads the mail of its person. Opens the account if need be.

    Its siblings for the same purpose end with it. Raises LinkNotGood.
    """
    row = link_with(token, *purposes)
    if row is None or row.person is None:
        raise LinkNotGood
    # Two clicks at once: one changes the row, the other finds it changed.
    used = OneTimeLink.objects.filter(pk=row.pk, used_at__isnull=True).update(used_at=clock.now())
    if not used or not _may_follow(row):
        raise LinkNotGood
    spend_links(row.person, row.purpose)
    return open_account(row.person, by=NOBODY, email=row.email), row


def _may_follow(row: OneTimeLink) -> bool:
    if row.person is None or not row.person.is_active:
        return False
    account = account_of(row.person)
    return account is None or account.is_active


def spend_links(person: Person, *purposes: str) -> None:
    """Make a person's open links useless (all of them, or those for some purposes)."""
    chosen = Q(purpose__in=purposes) if purposes else Q()
    OneTimeLink.objects.filter(chosen, person=person, used_at__isnull=True).update(
        used_at=clock.now()
    )


def _make(
    purpose: str, *, person: Person | None, email: str, minutes: int
) -> tuple[OneTimeLink, str]:
    """A new link: its row, and the address that is shown once."""
    token = ids.new_token()
    row = OneTimeLink.objects.create(
        purpose=purpose,
        person=person,
        email=email,
        digest=ids.digest(token),
        expires_at=clock.now() + dt.timedelta(minutes=minutes),
    )
    return row, f"{settings.PUBLIC_URL}{PATHS[Purpose(purpose)]}{token}/"


@action("identity.setup_link")
def setup_link() -> str | None:
    """The one-time link that leads through the first steps, or None when there is an administrator.

    Each call makes a new one and ends the ones before. Printed by ``atalaya up``.
    """
    from_before = OneTimeLink.objects.filter(purpose=Purpose.SETUP, used_at__isnull=True)
    from_before.update(used_at=clock.now())
    if is_set_up():
        return None
    row, link = _make(Purpose.SETUP, person=None, email="", minutes=24 * 60)
    append(LinkMade(None, row.pk, row.purpose), by=SYSTEM)
    return link


@action("identity.forget_old_links")
def forget_old_links() -> int:
    """Delete links that ended more than 30 days ago. Returns how many."""
    gone, _rows = OneTimeLink.objects.filter(
        expires_at__lt=clock.now() - dt.timedelta(days=30)
    ).delete()
    return gone
