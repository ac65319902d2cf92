"""Opening and closing accounts, and the first administrator's."""

from __future__ import annotations

from atalaya.core.identity.actions.sessions import end_sessions
from atalaya.core.identity.events import AccountOpened, AccountSwitched
from atalaya.core.identity.models import Account, ApiKey, OneTimeLink
from atalaya.core.journal.actions import action, append, locked
from atalaya.core.people.models import SYSTEM, Actor, Person
from atalaya.kernel import clock


@action("identity.open_account")
def open_account(person: Person, *, by: Actor, email: str = "") -> Account:
    """The account of a person, made now if he has none. It can be entered by link only at first."""
    known = Account.objects.select_related("person").filter(person=person).first()
    if known is not None:
        return known
    fresh = Account(person=person, email=(email or person.address).lower())
    fresh.set_unusable_password()
    _make_room(fresh.email)
    account, made = Account.objects.get_or_create(
        person=person, defaults={"email": fresh.email, "password": fresh.password}
    )
    if made:
        append(AccountOpened(person.pk, account.pk), by=by, about=person)
    return account


@action("identity.switch_account")
def switch_account(account: Account, *, by: Actor, active: bool) -> Account:
    """Close an account (sessions, links and API keys end) or open it again. Raises NotAllowed."""
    by.must("identity.manage_accounts")
    account = locked(account)
    if account.is_active == active:
        return account
    account.is_active = active
    account.save(update_fields=["is_active"])
    if not active:
        end_access(account, by=by)
    append(AccountSwitched(account.person_id, active), by=by, about=account.person)
    return account


def end_access(account: Account, *, by: Actor) -> None:
    """End everything by which an account can be entered now."""
    now = clock.now()
    end_sessions(account, by=by, why="account")
    OneTimeLink.objects.filter(person_id=account.person_id, used_at__isnull=True).update(
        used_at=now
    )
    ApiKey.objects.filter(person_id=account.person_id, revoked_at__isnull=True).update(
        revoked_at=now
    )


@action("identity.follow_address")
def follow_address(account: Account) -> None:
    """Keep an account's address one of its person's, after his addresses changed."""
    account = locked(account)
    addresses = [one.value.lower() for one in account.person.addresses.order_by("-is_primary")]
    if account.email in addresses or not addresses:
        return
    _make_room(addresses[0])
    account.email = addresses[0]
    account.save(update_fields=["email"])


def _make_room(email: str) -> None:
    """An account that still has the address of somebody else gives it up: addresses decide."""
    for other in Account.objects.filter(email=email):
        other.email = f"former-{other.pk}.{email}"[:254]
        other.save(update_fields=["email"])


@action("identity.follow_merge")
def follow_merge(account: Account, *, into: Person) -> None:
    """The account of a person who was merged into another becomes the other's, if he has none.

    Else it closes. Its sessions, links and keys end in any case.
    """
    account = locked(account)
    end_access(account, by=SYSTEM)
    if Account.objects.filter(person=into).exists():
        account.set_unusable_password()
        account.is_active = False
        account.save(update_fields=["password", "is_active"])
        append(AccountSwitched(account.person_id, active=False), by=SYSTEM, about=into)
        return
    account.person = into
    account.save(update_fields=["person"])
    append(AccountOpened(into.pk, account.pk), by=SYSTEM, about=into)
