"""Opening sessions, noting that they are used, and ending them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.contrib.sessions.backends.base import SessionBase

from atalaya.core.identity.events import SessionEnded, SignedIn
from atalaya.core.identity.links import GuestLink
from atalaya.core.identity.models import Account, OpenSession
from atalaya.core.journal.actions import action, append
from atalaya.core.people.models import Actor, Person
from atalaya.core.people.queries import actor_for
from atalaya.kernel import clock
from atalaya.kernel.errors import NotFound
from atalaya.kernel.text import one_line

GUEST_KEY = "atalaya_guest"  # in the browser's session: what a guest's signed link opened
SESSION_KEY = "atalaya_session"  # in the browser's session: the id of the OpenSession
NOTED_EVERY = dt.timedelta(minutes=5)


@action("identity.open_session")
def open_session(
    account: Account,
    *,
    method: str,
    second_factor: bool = False,
    address: str = "",
    agent: str = "",
) -> OpenSession:
    """Somebody has proved who he is: open a session and say so in the journal."""
    made = OpenSession.objects.create(
        account=account,
        method=method,
        second_factor=second_factor,
        address=address[:64],
        agent=one_line(agent, 300),
    )
    person = account.person
    append(SignedIn(person.pk, made.pk, method, second_factor), by=actor_for(person), about=person)
    return made


def note_seen(session: OpenSession, *, address: str) -> None:
    """Note that a session is in use, at most every five minutes."""
    now = clock.now()
    if now - session.seen_at < NOTED_EVERY:
        return
    OpenSession.objects.filter(pk=session.pk, seen_at=session.seen_at).update(
        seen_at=now, address=address[:64]
    )


@action("identity.note_proof")
def note_proof(session_id: int) -> None:
    """The person has just proved again that it is he (before he changes passkeys or keys)."""
    OpenSession.objects.filter(pk=session_id).update(proved_at=clock.now())


@action("identity.end_session")
def end_session(session_id: int, *, by: Actor, why: str = "revoked") -> None:
    """End one session: one's own, or anybody's for who manages accounts.

    Raises NotFound for a session one may not see; one that has ended stays as it is.
    """
    found = OpenSession.objects.select_related("account__person").filter(pk=session_id).first()
    own = found is not None and found.account.person_id == by.person_id
    if found is None or not (own or by.may("identity.manage_accounts")):
        raise NotFound
    _end([found], by=by, why=why)


@action("identity.end_sessions")
def end_sessions(account: Account, *, by: Actor, but: int | None = None, why: str) -> int:
    """End all sessions of an account, except perhaps the one just used. Returns how many ended."""
    if account.person_id != by.person_id:
        by.must("identity.manage_accounts")
    still_open = OpenSession.objects.filter(account=account, ended_at__isnull=True)
    if but is not None:
        still_open = still_open.exclude(pk=but)
    return _end(list(still_open), by=by, why=why)


def _end(sessions: list[OpenSession], *, by: Actor, why: str) -> int:
    ended = 0
    for one in sessions:
        changed = OpenSession.objects.filter(pk=one.pk, ended_at__isnull=True).update(
            ended_at=clock.now()
        )
        if changed:
            ended += 1
            person = one.account.person
            append(SessionEnded(person.pk, one.pk, why), by=by, about=person)
    return ended


def admit_guest(session: SessionBase, link: GuestLink, *, item_ids: Iterable[int]) -> None:
    """Let the bearer of a signed link see these items in this browser, while the link is good."""
    session[GUEST_KEY] = [link.person_id, int(link.until.timestamp()), *item_ids]


def guest_in(session: SessionBase) -> Actor | None:
    """The guest a browser's session holds, or None; his rights end with the link."""
    kept = session.get(GUEST_KEY)
    if not isinstance(kept, list) or len(kept) < 3 or kept[1] <= clock.now().timestamp():
        return None
    person = Person.objects.present().filter(pk=kept[0]).first()
    if person is None:
        return None
    return Actor(kind="guest", id=person.pk, person=person, item_ids=frozenset(kept[2:]))
