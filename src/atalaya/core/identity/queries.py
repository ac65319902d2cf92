"""Who is asking: by session, by API key."""

from __future__ import annotations

import datetime as dt

from atalaya.core.identity.models import Account, ApiKey, OpenSession
from atalaya.core.identity.preferences import IdentityPreferences
from atalaya.core.people.models import Actor, Person
from atalaya.core.people.queries import actor_for, person_with_address
from atalaya.core.preferences.queries import preferences_of
from atalaya.kernel import clock, ids

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
