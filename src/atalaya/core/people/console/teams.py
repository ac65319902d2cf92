"""Teams with their members, and the roles people hold."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from atalaya.core.people.actions import grant_role, join_team, leave_team, revoke_role, save_team
from atalaya.core.people.console.forms import GrantForm, MemberForm, TeamForm
from atalaya.core.people.console.persons import address, visible
from atalaya.core.people.models import Person, Team
from atalaya.core.people.queries import grants_of, members_of, teams_with_sizes
from atalaya.ui import htmx


@require_GET
def index(request: Any) -> HttpResponse:
    """Every team, by tier."""
    context = {"teams": teams_with_sizes(viewer=request.actor)}
    return htmx.render(request, "people/console/teams.html", context)


def _team(request: Any, pk: int) -> Team:
    row = Team.objects.visible_to(request.actor).select_related("lead").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def new(request: Any) -> HttpResponse:
    """Add a team."""
    request.actor.must("people.teams")
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            row = save_team(by=request.actor, **form.values())
            return htmx.done(request, goto=_address(row), toast=_("Added."))
    context: dict[str, Any] = {"form": form, "team": None, "members": [], "add": None}
    return htmx.render(request, "people/console/team.html", context, status=_status(form))


def show(request: Any, pk: int) -> HttpResponse:
    """A team: what it is, who is in it."""
    row = _team(request, pk)
    form = TeamForm(request.POST or None, initial=TeamForm.initial_of(row))
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            save_team(row, by=request.actor, **form.values())
            return htmx.done(request, goto=_address(row), toast=_("Saved."))
    context = {
        "form": form,
        "team": row,
        "members": list(members_of(row).prefetch_related("addresses")),
        "leads": set(row.memberships.filter(is_lead=True).values_list("person_id", flat=True)),
        "add": MemberForm(viewer=request.actor),
    }
    return htmx.render(request, "people/console/team.html", context, status=_status(form))


@require_POST
def join(request: Any, pk: int) -> HttpResponse:
    """Put somebody into a team."""
    row = _team(request, pk)
    form = MemberForm(request.POST, viewer=request.actor)
    if form.is_valid():
        given = form.cleaned_data
        join_team(row, given["person"], by=request.actor, lead=given["lead"])
        return htmx.done(request, goto=_address(row), toast=_("Added."))
    context = {
        "form": TeamForm(initial=TeamForm.initial_of(row)),
        "team": row,
        "members": list(members_of(row)),
        "leads": set(),
        "add": form,
    }
    return htmx.render(request, "people/console/team.html", context, status=422)


@require_POST
def leave(request: Any, pk: int, person_pk: int) -> HttpResponse:
    """Take somebody out of a team."""
    row = _team(request, pk)
    person = Person.objects.visible_to(request.actor).filter(pk=person_pk).first()
    if person is None:
        raise Http404
    leave_team(row, person, by=request.actor)
    return htmx.done(request, goto=_address(row), toast=_("Removed."))


def grant(request: Any, pk: int) -> HttpResponse:
    """Give a person a role."""
    person = visible(request, pk)
    request.actor.must("people.grant")
    form = GrantForm(request.POST or None, viewer=request.actor)
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            grant_role(
                person,
                form.roles[form.cleaned_data["role"]],
                by=request.actor,
                team=form.teams.get(form.cleaned_data["team"]),
            )
            return htmx.done(request, goto=address(person), toast=_("Given."))
    context = {
        "form": form,
        "title": _("Give %(name)s a role") % {"name": person.name},
        "back": address(person),
        "sentence": "",
        "button": _("Give"),
        "trail": [(person.name, address(person))],
    }
    return htmx.render(
        request, "people/console/form.html", context, block="dialog", status=_status(form)
    )


@require_POST
def revoke(request: Any, pk: int, grant_pk: int) -> HttpResponse:
    """Take a role away."""
    person = visible(request, pk)
    found = next((one for one in grants_of(person) if one.pk == grant_pk), None)
    if found is None:
        raise Http404
    revoke_role(found, by=request.actor)
    return htmx.done(request, goto=address(person), toast=_("Taken away."))


def _address(team: Team) -> str:
    return reverse("console:people:team", kwargs={"pk": team.pk})


def _status(form: Any) -> int:
    return 422 if form.errors else 200
