"""One's own account: how the desk speaks, where one is signed in, by what means."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from atalaya.core.identity.actions import sessions
from atalaya.core.identity.portal import entering
from atalaya.core.identity.portal.forms import LookForm
from atalaya.core.identity.ports import Request
from atalaya.core.identity.queries import factors_of, keys_of, policy, sessions_of
from atalaya.core.people.actions import change_person
from atalaya.kernel import clock
from atalaya.ui.htmx import done, form_again, render

PAGE = "identity/portal/account.html"


@never_cache
@require_GET
def account(request: Request) -> HttpResponse:
    """Everything about one's own account on one page."""
    person = entering.account_of(request).person
    form = LookForm(initial={"language": person.language, "zone": person.zone})
    return render(request, PAGE, _shown(request), form=form)


def _shown(request: Request) -> dict[str, Any]:
    account = entering.account_of(request)
    return {
        "account": account,
        "person": account.person,
        "sessions": sessions_of(account),
        "this_session": request.open_session.pk,
        "factors": factors_of(account),
        "may_make_keys": request.actor.may("identity.make_keys"),
        "keys": keys_of(account.person, request.actor),
        "now": clock.now(),
        "step_needed": policy().agents_need_second_factor
        and request.actor.is_agent
        and not request.open_session.second_factor,
    }


@require_POST
def look(request: Request) -> HttpResponse:
    """Choose language and time zone."""
    person = entering.account_of(request).person
    form = LookForm(request.POST)
    if form.is_valid():
        change_person(person, by=request.actor, **form.cleaned_data)
        return done(request, goto=reverse("portal:identity:account"), toast=_("Saved."))
    return form_again(request, PAGE, form, **_shown(request))


@require_POST
def end_session(request: Request, session_id: int) -> HttpResponse:
    """Sign out somewhere else."""
    entering.account_of(request)
    sessions.end_session(session_id, by=request.actor)
    return done(
        request, goto=reverse("portal:identity:account"), toast=_("That session has ended.")
    )


@require_POST
def end_other_sessions(request: Request) -> HttpResponse:
    """Sign out everywhere else."""
    account = entering.account_of(request)
    sessions.end_sessions(account, by=request.actor, but=request.open_session.pk, why="revoked")
    return done(
        request,
        goto=reverse("portal:identity:account"),
        toast=_("You are signed out everywhere else."),
    )
