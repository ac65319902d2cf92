"""Making and revoking API keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from atalaya.core.identity.actions import telling
from atalaya.core.identity.errors import WrongScope
from atalaya.core.identity.events import KeyMade, KeyRevoked
from atalaya.core.identity.models import ApiKey
from atalaya.core.identity.queries import KEY_PREFIX, policy
from atalaya.core.journal.actions import action, append, locked
from atalaya.core.people.models import Actor, Person
from atalaya.core.people.queries import actor_for
from atalaya.kernel import clock, ids
from atalaya.kernel.errors import InvalidInput
from atalaya.kernel.plugs import PERMISSIONS
from atalaya.kernel.text import one_line

SHOWN = len(KEY_PREFIX) + 6
NOTED_EVERY = dt.timedelta(minutes=1)


@action("identity.make_key")
def make_key(
    person: Person, *, by: Actor, label: str, scope: Iterable[str], days: int
) -> tuple[ApiKey, str]:
    """A key that acts as ``person`` within ``scope`` for ``days``. The token is returned once.

    ``scope`` names permissions, or ``*`` for all that the person may do, now and later.
    Raises NotAllowed, InvalidInput, WrongScope.
    """
    by.must("identity.make_keys" if by.person_id == person.pk else "identity.manage_keys")
    if by.kind == "key":
        by.must("identity.manage_keys")  # a key begets no keys unless it was made for that
    clean = one_line(label, 120)
    if not clean:
        raise InvalidInput(_("Say what the key is for."), at="label")
    most = policy().key_days
    if not 1 <= days <= most:
        raise InvalidInput(_("A key is good for 1 to %(most)s days.") % {"most": most}, at="days")
    wanted = sorted(set(scope))
    _check_scope(wanted, actor_for(person))
    token = KEY_PREFIX + ids.new_token(32)
    key = ApiKey.objects.create(
        person=person,
        label=clean,
        prefix=token[:SHOWN],
        digest=ids.digest(token),
        scope=wanted,
        created_by_id=by.person_id,
        expires_at=clock.now() + dt.timedelta(days=days),
    )
    append(KeyMade(person.pk, key.pk, tuple(wanted)), by=by, about=person)
    telling.notify(person, "key_made")
    return key, token


def _check_scope(wanted: list[str], owner: Actor) -> None:
    known = {plugged.key for plugged in PERMISSIONS.everything()}
    for name in wanted:
        if name != "*" and (name not in known or not owner.may(name)):
            raise WrongScope(permission=name)


@action("identity.revoke_key")
def revoke_key(key: ApiKey, *, by: Actor) -> ApiKey:
    """End a key for good: one's own, or anybody's for who manages keys. Raises NotAllowed."""
    key = locked(key)
    if key.person_id != by.person_id:
        by.must("identity.manage_keys")
    if key.revoked_at is None:
        key.revoked_at = clock.now()
        key.save(update_fields=["revoked_at"])
        append(KeyRevoked(key.person_id, key.pk), by=by, about=key.person)
    return key


def note_key_use(key_id: int) -> None:
    """Note that a key was used, at most once a minute."""
    now = clock.now()
    ApiKey.objects.filter(pk=key_id).exclude(last_used_at__gt=now - NOTED_EVERY).update(
        last_used_at=now
    )
