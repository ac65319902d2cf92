"""Checking and changing passwords."""

from __future__ import annotations

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

from atalaya.core.identity.actions import telling
from atalaya.core.identity.actions.linking import follow_link, spend_links
from atalaya.core.identity.actions.sessions import end_sessions
from atalaya.core.identity.actions.trying import forget_tries, network_of, refuse_after
from atalaya.core.identity.errors import WeakPassword, WrongCredentials, WrongPassword
from atalaya.core.identity.events import PasswordChanged, SignInFailed
from atalaya.core.identity.models import Account, OneTimeLink
from atalaya.core.identity.queries import account_with_address, policy
from atalaya.core.journal.actions import action, append, locked
from atalaya.core.people.models import NOBODY, Actor
from atalaya.core.people.queries import actor_for
from atalaya.kernel import clock

UNUSABLE = "!"  # never a hash: checking against it takes as long as against a real one


def sign_in_with_password(address: str, password: str, *, source: str) -> Account:
    """The account whose password this is. ``source`` is the network address of the browser.

    1. The try is counted, for the pair, the account and the network, before it is made.
    2. An unknown address costs as much time as a wrong password, and is answered the same.

    Not one transaction: what is counted and told must stay when it is refused.
    Raises TooManyTries, WrongCredentials.
    """
    decided = policy()
    wanted, network = address.strip().lower(), network_of(source)
    account = account_with_address(wanted)
    person_id = account.person_id if account else None
    for what, parts, most in (
        ("password", (wanted, network), decided.tries),
        ("password_account", (wanted,), decided.tries * 4),
        ("password_network", (network,), decided.tries * 20),
    ):
        refuse_after(what, *parts, most=most, minutes=decided.tries_minutes, person_id=person_id)
    fits = check_password(password, account.password if account else UNUSABLE)
    if account is None or not fits or not account.may_sign_in:
        note_failure(account, why="password")
        raise WrongCredentials
    _renew_hash(account, password)
    forget_tries("password", wanted, network)
    return account


@action("identity.note_failure")
def note_failure(account: Account | None, *, why: str) -> None:
    """Tell the journal that a sign-in failed."""
    person = account.person if account else None
    append(SignInFailed(person.pk if person else None, why), by=NOBODY, about=person)


@action("identity.renew_hash")
def _renew_hash(account: Account, password: str) -> None:
    """Hash the password again when the way of hashing has become stronger since."""

    def keep(raw: str) -> None:
        account.set_password(raw)
        account.save(update_fields=["password"])

    check_password(password, account.password, setter=keep)


@action("identity.set_password")
def set_password(
    account: Account, password: str, *, by: Actor, keep_session: int | None = None
) -> Account:
    """Give an account a (new) password. Every other session and every open link ends.

    The caller has made sure that it is the owner (by a link, or by his present password).
    Raises WeakPassword.
    """
    account = locked(account)
    try:
        password_validation.validate_password(password, account)
    except ValidationError as problem:
        raise WeakPassword(reason=" ".join(problem.messages)) from None
    had_one = account.has_usable_password()
    account.set_password(password)
    account.password_changed_at = clock.now()
    account.save(update_fields=["password", "password_changed_at"])
    end_sessions(account, by=by, but=keep_session, why="password")
    spend_links(account.person)
    append(PasswordChanged(account.person_id), by=by, about=account.person)
    if had_one:  # whoever chooses his first one need not be warned of it
        telling.notify(account.person, "password")
    return account


def check_present_password(account: Account, password: str) -> None:
    """Make sure that the person signed in knows it. Raises TooManyTries, WrongPassword."""
    decided = policy()
    refuse_after(
        "present_password",
        account.pk,
        most=decided.tries,
        minutes=decided.tries_minutes,
        person_id=account.person_id,
    )
    if not check_password(password, account.password):
        note_failure(account, why="password")
        raise WrongPassword
    forget_tries("present_password", account.pk)


@action("identity.choose_password_by_link")
def choose_password_by_link(token: str, password: str) -> Account:
    """Choose a password with a mailed link. A password that is refused leaves the link good.

    Raises LinkNotGood, WeakPassword.
    """
    account, _row = follow_link(token, OneTimeLink.Purpose.PASSWORD)
    return set_password(account, password, by=actor_for(account.person))
