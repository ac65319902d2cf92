"""From a proof to a session: the second step if there is one, and where to go afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from atalaya.core.identity.actions import sessions
from atalaya.core.identity.errors import NotProvedLately, SignInNeeded
from atalaya.core.identity.models import Account, OpenSession
from atalaya.core.identity.ports import Request
from atalaya.core.identity.queries import account_with_id, factors_of
from atalaya.core.people.queries import actor_for
from atalaya.kernel import clock

BACKEND = "atalaya.core.identity.backends.Accounts"
PENDING = "atalaya_pending"  # in the browser's session: who has yet to prove a second step
PENDING_FOR = 10 * 60  # seconds
PROOF_HOLDS = dt.timedelta(minutes=15)


def arrive(request: Request, account: Account, *, method: str, goto: str) -> HttpResponse:
    """Somebody has made a first step: ask for the second if he has set one up, else let him in."""
    if not factors_of(account).needed:
        return enter(request, account, method=method, goto=goto)
    request.session[PENDING] = {
        "account": account.pk,
        "method": method,
        "goto": goto,
        "at": clock.now().timestamp(),
    }
    return HttpResponseRedirect(reverse("portal:identity:code"), status=303)


def pending(request: Request) -> tuple[Account, dict[str, Any]] | None:
    """Who made a first step in this browser in the last ten minutes."""
    kept = request.session.get(PENDING)
    if not kept or clock.now().timestamp() - kept["at"] > PENDING_FOR:
        return None
    account = account_with_id(kept["account"])
    return (account, kept) if account is not None and account.may_sign_in else None


def enter(
    request: Request, account: Account, *, method: str, goto: str, second_factor: bool = False
) -> HttpResponse:
    """Open a session in this browser under a new key, and go where he wanted to."""
    before = request.open_session
    if before is not None:
        sessions.end_session(before.pk, by=request.actor, why="signed_out")
        logout(request)
    opened = sessions.open_session(
        account,
        method=method,
        second_factor=second_factor,
        address=request.client_address,
        agent=request.headers.get("User-Agent", ""),
    )
    request.session.pop(PENDING, None)
    login(request, account, backend=BACKEND)
    request.session[sessions.SESSION_KEY] = opened.pk
    request.person, request.open_session = account.person, opened
    request.actor = actor_for(account.person)
    return HttpResponseRedirect(safe(request, goto) or home_of(request), status=303)


def keep_signed_in(request: Request, account: Account) -> None:
    """After a new password: a new session key, and Django's mark of the new hash."""
    update_session_auth_hash(request, account)


def home_of(request: Request) -> str:
    """Where somebody begins who wanted nothing in particular."""
    return "/console/" if request.actor.is_agent else "/"


def safe(request: Request, goto: str) -> str:
    """``goto`` if it is a page of ours, else nothing: no link of ours leads elsewhere."""
    ours = url_has_allowed_host_and_scheme(
        goto, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if not ours or goto.startswith(("/sign-in", "/sign-out")):
        return ""
    return goto


def account_of(request: Request) -> Account:
    """The account of whoever is signed in. Raises SignInNeeded."""
    found: OpenSession | None = request.open_session
    if found is None:
        raise SignInNeeded
    return found.account


def fresh_account_of(request: Request) -> Account:
    """The same, for changes that need a proof of the last quarter of an hour.

    Raises SignInNeeded, NotProvedLately.
    """
    account = account_of(request)
    if clock.now() - request.open_session.proved_at > PROOF_HOLDS:
        raise NotProvedLately
    return account
