"""What an administrator does with other people's accounts and keys."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from atalaya.core.identity.actions import end_sessions, invite, revoke_key, switch_account
from atalaya.core.identity.actions.factors import reset_factors
from atalaya.core.identity.models import Account, ApiKey
from atalaya.core.identity.ports import Request
from atalaya.core.identity.queries import account_of
from atalaya.core.people.models import Person
from atalaya.kernel import clock
from atalaya.kernel.errors import NotFound
from atalaya.ui import pages
from atalaya.ui.htmx import done, render

BY_AGE = (pages.Key("id", descending=True),)


def _person(request: Request, pk: int) -> Person:
    request.actor.must("identity.manage_accounts")
    found = Person.objects.visible_to(request.actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _account(request: Request, pk: int) -> Account:
    account = account_of(_person(request, pk))
    if account is None:
        raise NotFound
    return account


def _back(request: Request, pk: int, said: str) -> HttpResponse:
    goto = reverse("console:people:person", kwargs={"pk": pk})
    return done(request, goto=goto, refresh=["panels"], toast=said)


@require_POST
def invite_person(request: Request, pk: int) -> HttpResponse:
    """Mail somebody a link for his first sign-in."""
    person = _person(request, pk)
    invite(person, by=request.actor)
    said = _("An invitation is on its way to %(address)s.") % {"address": person.address}
    return _back(request, pk, said)


@require_POST
def switch(request: Request, pk: int) -> HttpResponse:
    """Close an account or open it again."""
    active = request.POST.get("active") == "yes"
    switch_account(_account(request, pk), by=request.actor, active=active)
    return _back(request, pk, _("The account is open.") if active else _("The account is closed."))


@require_POST
def end_all_sessions(request: Request, pk: int) -> HttpResponse:
    """Sign somebody out everywhere."""
    end_sessions(_account(request, pk), by=request.actor, why="revoked")
    return _back(request, pk, _("All sessions have ended."))


@require_POST
def reset_steps(request: Request, pk: int) -> HttpResponse:
    """Help somebody who lost his phone or passkey."""
    reset_factors(_account(request, pk), by=request.actor)
    return _back(request, pk, _("The second steps are removed. He sets up new ones himself."))


@require_GET
def keys(request: Request) -> HttpResponse:
    """Everybody's API keys."""
    request.actor.must("identity.manage_keys")
    rows = ApiKey.objects.visible_to(request.actor).select_related("person")
    page = pages.page_of(rows, BY_AGE, after=request.GET.get("after"))
    return render(request, "identity/console/keys.html", page=page, now=clock.now())


@require_POST
def revoke(request: Request, pk: int) -> HttpResponse:
    """End somebody's key."""
    request.actor.must("identity.manage_keys")
    key = ApiKey.objects.visible_to(request.actor).filter(pk=pk).first()
    if key is None:
        raise NotFound
    revoke_key(key, by=request.actor)
    return done(request, goto=reverse("console:identity:keys"), toast=_("The key is revoked."))
