"""The first steps, each a page and a form that works without scripts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from atalaya.console.setup import steps
from atalaya.console.setup.choosing import (
    demo_can_be_filled,
    first_mailbox,
    first_organisation,
    first_team,
    save_mail,
    save_organisation_and_desk,
    save_practices,
    save_team_and_hours,
    try_servers,
)
from atalaya.console.setup.forms import (
    AdministratorForm,
    MailForm,
    OrganisationForm,
    PracticesForm,
    TeamForm,
)
from atalaya.core.calendars.queries import default_calendar
from atalaya.core.identity.actions import make_first_administrator
from atalaya.core.identity.ports import DOORS, Request
from atalaya.core.identity.queries import is_set_up, link_with
from atalaya.core.jobs.actions import defer_named
from atalaya.core.people.actions import change_person
from atalaya.core.people.models import SYSTEM, Team
from atalaya.core.preferences.actions import decide
from atalaya.core.preferences.queries import desk, practices_shown
from atalaya.engines.channels.errors import ServerAway, ServerRefused
from atalaya.ui.htmx import errors_into, form_again, render

METHODS = ["GET", "HEAD", "POST"]


@never_cache
@require_GET
def follow(request: Request, token: str) -> HttpResponse:
    """Where the printed link leads. It stays good until there is an administrator."""
    if is_set_up() or link_with(token, "setup") is None:
        return render(request, "console/setup/link_not_good.html", over=is_set_up(), status=410)
    steps.keep_token(request, token)
    return HttpResponseRedirect(reverse("setup:organisation"))


@require_GET
def start(request: Request) -> HttpResponse:
    """The first step that is still to be taken."""
    steps.acting(request)
    return HttpResponseRedirect(reverse("setup:organisation"))


def _page(name: str) -> str:
    return f"console/setup/{name}.html"


def _shown(name: str, **more: Any) -> dict[str, Any]:
    labels = [step.label for step in steps.STEPS]
    return {"step": steps.number_of(name), "labels": labels, **more}


def _onward(name: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"setup:{steps.after(name)}"), status=303)


@never_cache
@require_http_methods(METHODS)
def organisation(request: Request) -> HttpResponse:
    """Whose desk this is, its name, language and time zone."""
    by, present, known = steps.acting(request), desk(), first_organisation()
    if request.method != "POST":
        initial = {
            "name": known.name if known else "",
            "domains": ", ".join(known.domains) if known else "",
            "desk": present.name,
            "language": present.language if present.name else get_language(),
            "zone": present.zone,
        }
        form = OrganisationForm(initial=initial)
        return render(request, _page("organisation"), _shown("organisation", form=form))
    form = OrganisationForm(request.POST)
    if form.is_valid():
        with errors_into(form):
            save_organisation_and_desk(known, form.cleaned_data, by=by)
            return _onward("organisation")
    return form_again(request, _page("organisation"), form, **_shown("organisation"))


@sensitive_post_parameters()
@never_cache
@require_http_methods(METHODS)
def administrator(request: Request) -> HttpResponse:
    """Make the administrator, who is signed in from here on."""
    steps.acting(request)
    if is_set_up():
        return _onward("administrator")
    if request.method != "POST":
        shown = _shown("administrator", form=AdministratorForm())
        return render(request, _page("administrator"), shown)
    form = AdministratorForm(request.POST)
    if form.is_valid():
        with errors_into(form), transaction.atomic():
            account = make_first_administrator(
                steps.token_of(request),
                name=form.cleaned_data["name"],
                address=form.cleaned_data["address"],
                password=form.cleaned_data["password"],
                language=(get_language() or "en").split("-")[0],
            )
            person = change_person(account.person, by=SYSTEM, organisation=first_organisation())
            goto = reverse("setup:mail")
            return DOORS["browser"](request, person, method="setup", goto=goto)
    return form_again(request, _page("administrator"), form, **_shown("administrator"))


@sensitive_post_parameters()
@never_cache
@require_http_methods(METHODS)
def mail(request: Request) -> HttpResponse:
    """The desk's address, and either the built-in mailbox or the organisation's mail server."""
    by, box = steps.acting(request), first_mailbox(steps.acting(request))
    also = {"mail_port": settings.MAIL_PORT}
    if request.method != "POST":
        form = MailForm(initial={"address": box.address if box else "", "how": MailForm.BUILT_IN})
        return render(request, _page("mail"), _shown("mail", form=form, **also))
    form = MailForm(request.POST)
    if form.is_valid():
        with errors_into(form):
            tried = _tried(form, anyway="anyway" in request.POST)
            if "try" in request.POST and tried:
                return render(request, _page("mail"), _shown("mail", form=form, tried=True, **also))
            if tried:
                save_mail(box, form, by=by)
                return _onward("mail")
    return form_again(request, _page("mail"), form, **_shown("mail", **also))


def _tried(form: MailForm, *, anyway: bool) -> bool:
    """Whether both servers take us; what they said stands on the form otherwise."""
    if anyway or form.cleaned_data["how"] == MailForm.BUILT_IN:
        return True
    try:
        try_servers(form)
    except (ServerAway, ServerRefused) as problem:
        form.add_error(None, problem.sentence)
        return False
    return True


@never_cache
@require_http_methods(METHODS)
def team(request: Request) -> HttpResponse:
    """The first team, and when it works."""
    by, known, calendar = steps.acting(request), first_team(request.actor), default_calendar()
    if request.method != "POST":
        initial = {"name": _name_of(known), "join": True}
        form = TeamForm(initial={**initial, **TeamForm.initial_of(calendar)})
        return render(request, _page("team"), _shown("team", form=form))
    form = TeamForm(request.POST)
    if form.is_valid():
        with errors_into(form):
            save_team_and_hours(known, calendar, form, by=by, member=request.person)
            return _onward("team")
    return form_again(request, _page("team"), form, **_shown("team"))


def _name_of(team: Team | None) -> str:
    """The name to begin with; the one a new desk starts with is said in the reader's language."""
    if team is None or team.name == "Service desk":
        return _("Service desk")
    return team.name


@never_cache
@require_http_methods(METHODS)
def practices(request: Request) -> HttpResponse:
    """Help desk, service desk, or practice by practice."""
    by = steps.acting(request)
    known = _shown("practices", practices=practices_shown())
    if request.method != "POST":
        return render(request, _page("practices"), known, form=PracticesForm())
    form = PracticesForm(request.POST)
    if form.is_valid():
        save_practices(form.cleaned_data["kind"], form.cleaned_data["picked"], by=by)
        return _onward("practices")
    return form_again(request, _page("practices"), form, **known)


@never_cache
@require_http_methods(METHODS)
def demo(request: Request) -> HttpResponse:
    """The end: what there is now, and an invented company to look at if one likes."""
    by = steps.acting(request)
    if request.method != "POST":
        known = {
            "desk": desk(),
            "mailbox": first_mailbox(by),
            "team": first_team(by),
            "practices": [one for one in practices_shown() if one.on],
            "demo": demo_can_be_filled(by),
        }
        return render(request, _page("demo"), _shown("demo", **known))
    with transaction.atomic():
        decide("desk", by=by, set_up=True)
        if request.POST.get("demo") == "yes" and demo_can_be_filled(by):
            defer_named("demo.fill")
    return HttpResponseRedirect(reverse("console:home"), status=303)
