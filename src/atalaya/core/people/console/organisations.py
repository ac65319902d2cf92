"""Organisations: the list, one of them, adding and changing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.db.models.functions import Lower
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from atalaya.core.people.actions import save_organisation
from atalaya.core.people.console.forms import OrganisationForm
from atalaya.core.people.models import Organisation
from atalaya.core.people.queries import organisations_found, people_found
from atalaya.ui import htmx
from atalaya.ui.pages import Key, page_of

KEYS = (Key("lower_name", "str"), Key("id"))


@require_GET
def index(request: Any) -> HttpResponse:
    """Organisations by name."""
    request.actor.must("people.see")
    words = request.GET.get("q", "").strip()[:100]
    rows = organisations_found(words, viewer=request.actor).select_related("parent")
    page = page_of(rows.annotate(lower_name=Lower("name")), KEYS, after=request.GET.get("after"))
    context = {"page": page, "words": words}
    return htmx.render(request, "people/console/organisations.html", context)


@require_GET
def options(request: Any) -> HttpResponse:
    """Matches for a picker."""
    words = request.GET.get("q", "").strip()[:100]
    rows = organisations_found(words, viewer=request.actor).order_by("name")[:8]
    found = [
        SimpleNamespace(
            value=row.pk,
            text=row.name,
            about=ngettext("%(n)s person", "%(n)s people", size) % {"n": size},
            icon="building",
        )
        for row, size in ((row, int(getattr(row, "size", 0))) for row in rows)
    ]
    return htmx.render(request, "components/combobox/options.html", {"found": found})


def visible(request: Any, pk: int) -> Organisation:
    """The organisation, if the viewer may see it; else 404."""
    rows = Organisation.objects.visible_to(request.actor).select_related("parent")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@require_GET
def show(request: Any, pk: int) -> HttpResponse:
    """One organisation with its people."""
    row = visible(request, pk)
    people = people_found("", viewer=request.actor).filter(organisation=row)
    context = {
        "organisation": row,
        "children": list(organisations_found("", viewer=request.actor).filter(parent=row)),
        "people": list(people.prefetch_related("addresses").order_by("name")[:100]),
    }
    return htmx.render(request, "people/console/organisation.html", context)


def new(request: Any) -> HttpResponse:
    """Add an organisation."""
    request.actor.must("people.edit")
    form = OrganisationForm(request.POST or None, viewer=request.actor)
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            row = save_organisation(by=request.actor, **form.cleaned_data)
            return htmx.done(request, goto=_address(row), toast=_("Added."))
    return _form(request, form, _("New organisation"), reverse("console:people:organisations"))


def edit(request: Any, pk: int) -> HttpResponse:
    """Change an organisation."""
    row = visible(request, pk)
    request.actor.must("people.edit")
    initial = {
        "name": row.name,
        "parent": row.parent_id or "",
        "domains": "\n".join(row.domains),
        "note": row.note,
        "is_active": row.is_active,
    }
    form = OrganisationForm(request.POST or None, viewer=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            save_organisation(row, by=request.actor, **form.cleaned_data)
            return htmx.done(request, goto=_address(row), toast=_("Saved."))
    return _form(request, form, row.name, _address(row))


def _address(row: Organisation) -> str:
    return reverse("console:people:organisation", kwargs={"pk": row.pk})


def _form(request: Any, form: OrganisationForm, title: str, back: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "back": back,
        "sentence": "",
        "button": _("Save"),
        "trail": [(_("Organisations"), reverse("console:people:organisations"))],
    }
    status = 422 if form.errors else 200
    return htmx.render(request, "people/console/form.html", context, block="dialog", status=status)
