"""The way into a browser's session for those who prove people by other means."""

from __future__ import annotations

from django.http import HttpResponse

from atalaya.core.identity.actions.accounts import open_account
from atalaya.core.identity.errors import SignInNeeded
from atalaya.core.identity.portal import entering
from atalaya.core.identity.ports import DOORS, Request
from atalaya.core.people.models import SYSTEM, Person


def let_in(request: Request, person: Person, *, method: str, goto: str) -> HttpResponse:
    """Open a session for ``person``, by way of his second step. Raises SignInNeeded."""
    account = open_account(person, by=SYSTEM)
    if not account.may_sign_in:
        raise SignInNeeded
    return entering.arrive(request, account, method=method, goto=goto)


DOORS.plug("browser", let_in, module=__name__)
