"""Who is asking: by session, by API key."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from atalaya.core.identity.links import GuestLink, guest_token, read_guest_token
from atalaya.core.identity.models import Account, ApiKey, OneTimeLink, OpenSession
from atalaya.core.identity.preferences import IdentityPreferences
from atalaya.core.people.models import NOBODY, Actor, Person
from atalaya.core.people.queries import (
    actor_for,
    administrators,
    guest_of,
    person_with_address,
)
from atalaya.core.preferences.queries import preferences_of
from atalaya.kernel import clock, ids
from atalaya.kernel.errors import Words
from atalaya.kernel.plugs import PERMISSIONS

KEY_PREFIX = "atl_"


def policy() -> IdentityPreferences:
    """What the organisation decided about signing in."""
    return preferences_of(IdentityPreferences)


def session_that_is_open(session_id: object) -> OpenSession | None:
    """The session with its account and person, or None when it has ended, idled out or is too old.

    Ended also means: the account or its person was switched off.
    """
    if not isinstance(session_id, int):
        return None
    found = (
        OpenSession.objects.filter(pk=session_id, ended_at__isnull=True)
        .select_related("account__person__organisation")
        .first()
    )
    if found is None or not found.account.may_sign_in:
        return None
    decided, now = policy(), clock.now()
    too_old = now - found.started_at > dt.timedelta(days=decided.session_days)
    unused = now - found.seen_at > dt.timedelta(hours=decided.idle_hours)
    return None if too_old or unused else found


def account_with_address(address: str) -> Account | None:
    """The account of whoever has this mail address, whichever of his addresses it is."""
    person = person_with_address(address)
    if person is None:
        return None
    return Account.objects.select_related("person").filter(person=person).first()


def account_of(person: Person) -> Account | None:
    """The account of a person, if he has one."""
    return Account.objects.select_related("person").filter(person=person).first()


def key_that_opens(token: str) -> ApiKey | None:
    """The good API key with this token, or None. Found by digest, so no comparison can be timed."""
    if not token.startswith(KEY_PREFIX) or len(token) > 100:
        return None
    return (
        ApiKey.objects.good(clock.now())
        .select_related("person__organisation")
        .filter(digest=ids.digest(token), person__is_active=True)
        .first()
    )


def actor_for_key(token: str) -> Actor | None:
    """Who acts with an API key: its person, narrowed to its scope. None when it opens nothing.

    The caller notes its use with ``actions.note_key_use``.
    """
    key = key_that_opens(token)
    if key is None:
        return None
    return actor_for(key.person, only=frozenset(key.scope), key_id=key.pk)


def link_with(token: str, *purposes: str) -> OneTimeLink | None:
    """The link with this token, if it is good and for one of these purposes. Changes nothing."""
    if not 20 <= len(token) <= 100:
        return None
    found = (
        OneTimeLink.objects.filter(digest=ids.digest(token), purpose__in=purposes)
        .select_related("person")
        .first()
    )
    return found if found is not None and found.is_good(clock.now()) else None


def is_set_up() -> bool:
    """Whether there is an administrator."""
    return administrators().exists()


@dataclass(frozen=True)
class Factor:
    """A second step of an account, as its owner sees it."""

    id: int
    kind: str  # webauthn or totp
    name: str
    created_at: dt.datetime
    last_used_at: dt.datetime | None


@dataclass(frozen=True)
class Factors:
    """Everything an account has beside its password."""

    passkeys: list[Factor]
    app: Factor | None
    recovery_codes_left: int

    @property
    def needed(self) -> bool:
        """Whether signing in takes a second step."""
        return bool(self.passkeys) or self.app is not None


def factors_of(account: Account) -> Factors:
    """The passkeys, the app and how many recovery codes are left."""
    passkeys: list[Factor] = []
    app, left = None, 0
    for row in Authenticator.objects.filter(user=account).order_by("pk"):
        name = row.data.get("name", "")
        shown = Factor(row.pk, row.type, name, row.created_at, row.last_used_at)
        if row.type == Authenticator.Type.WEBAUTHN:
            passkeys.append(shown)
        elif row.type == Authenticator.Type.TOTP:
            app = shown
        else:
            left = len(row.wrap().get_unused_codes())
    return Factors(passkeys, app, left)


def sessions_of(account: Account) -> QuerySet[OpenSession]:
    """Where an account is signed in, last used first; what has run out is left out."""
    decided, now = policy(), clock.now()
    return OpenSession.objects.filter(
        account=account,
        ended_at__isnull=True,
        started_at__gt=now - dt.timedelta(days=decided.session_days),
        seen_at__gt=now - dt.timedelta(hours=decided.idle_hours),
    ).order_by("-seen_at", "-pk")


def keys_of(person: Person, viewer: Actor) -> QuerySet[ApiKey]:
    """The API keys of a person, as far as the viewer may see them, newest first."""
    return ApiKey.objects.visible_to(viewer).filter(person=person).order_by("-created_at", "-pk")


def guest_link_token(item_id: int, person_id: int) -> str:
    """The token of a signed link by which a person follows one of his own items unsigned-in.

    Good for as many days as the organisation decided; put it into a mail to that person only.
    """
    until = clock.now() + dt.timedelta(days=policy().guest_days)
    return guest_token(item_id, person_id, until=until, key=settings.SECRET_KEY)


def guest_link_from(token: str) -> GuestLink | None:
    """What a guest's token opens, or None when it is forged, mangled or too old.

    Whoever takes it makes the actor with ``people.queries.guest_of``.
    """
    return read_guest_token(token, key=settings.SECRET_KEY, now=clock.now())


def guest_with(link: GuestLink) -> Actor:
    """The bearer of a link as an actor: he sees its one item; nobody when its person is gone."""
    person = Person.objects.present().filter(pk=link.person_id).first()
    return guest_of(person, link.item_id) if person is not None else NOBODY


@dataclass(frozen=True)
class KeyScope:
    """Something an API key may be allowed to do."""

    name: str
    sentence: Words


def scopes_for(owner: Actor) -> list[KeyScope]:
    """What a key of ``owner`` could be allowed, ``*`` (everything he may) last."""
    mine = [one for one in PERMISSIONS if owner.may(one.name)]
    named = [KeyScope(one.name, one.sentence) for one in mine]
    return [*named, KeyScope("*", _("Everything I may do, now and later"))]


def account_with_id(account_id: int) -> Account | None:
    """The account with this id, if there still is one."""
    return Account.objects.select_related("person").filter(pk=account_id).first()
