"""People: the list, one person, adding, changing, merging."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.db.models.functions import Lower
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from atalaya.core.people.actions import add_person, change_person, merge_people
from atalaya.core.people.console.forms import MergeForm, PersonForm
from atalaya.core.people.models import Actor, Person
from atalaya.core.people.queries import grants_of, people_found
from atalaya.kernel.errors import NotAllowed
from atalaya.ui import htmx
from atalaya.ui.pages import Key, page_of

KEYS = (Key("lower_name", "str"), Key("id"))
MATCHES = 8


@require_GET
def index(request: Any) -> HttpResponse:
    """People with some words in name, address or phone, by name."""
    actor: Actor = request.actor
    actor.must("people.see")
    words = request.GET.get("q", "").strip()[:100]
    everybody = "all" in request.GET
    people = people_found(words, viewer=actor, everybody=everybody)
    rows = people.select_related("organisation").prefetch_related("addresses", "phones")
    page = page_of(rows.annotate(lower_name=Lower("name")), KEYS, after=request.GET.get("after"))
    context = {"page": page, "words": words, "everybody": everybody}
    return htmx.render(request, "people/console/people.html", context)


@require_GET
def options(request: Any) -> HttpResponse:
    """Matches for a picker. With ``new`` whoever is not known may be added by what was typed."""
    words = request.GET.get("q", "").strip()[:100]
    people = people_found(words, viewer=request.actor).select_related("organisation")
    if "agents" in request.GET:
        people = people.agents()
    found = [
        SimpleNamespace(
            value=person.pk,
            text=person.name,
            about=" · ".join(
                filter(None, (str(person.organisation or ""), person.department, person.address))
            ),
            icon="star-filled" if person.is_vip else "user",
        )
        for person in people.prefetch_related("addresses").order_by("name")[:MATCHES]
    ]
    if "new" in request.GET and len(words) >= 3 and request.actor.may("people.edit"):
        text = _("Add “%(words)s” as a new person") % {"words": words}
        found.append(SimpleNamespace(value=f"new:{words}", text=text, about="", icon="user-plus"))
    return htmx.render(request, "components/combobox/options.html", {"found": found})


def visible(request: Any, pk: int) -> Person:
    """The person, if the viewer may see him; else 404."""
    people = Person.objects.visible_to(request.actor).select_related(
        "organisation", "site", "manager", "merged_into"
    )
    person = people.prefetch_related("addresses", "phones", "teams").filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


@require_GET
def show(request: Any, pk: int) -> HttpResponse:
    """One person, with what others know about him (panels)."""
    person = visible(request, pk)
    if person.merged_into is not None:
        return redirect("console:people:person", pk=person.merged_into.pk)
    context = {"person": person, "grants": grants_of(person)}
    return htmx.render(request, "people/console/person.html", context)


def new(request: Any) -> HttpResponse:
    """Add a person."""
    request.actor.must("people.edit")
    form = PersonForm(request.POST or None, viewer=request.actor, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            given = dict(form.cleaned_data)
            person = add_person(given.pop("name"), by=request.actor, **given)
            return htmx.done(request, goto=address(person), toast=_("Added."))
    return _form(request, form, _("New person"), reverse("console:people:people"))


def edit(request: Any, pk: int) -> HttpResponse:
    """Change what is known of a person."""
    person = visible(request, pk)
    request.actor.must("people.edit")
    form = PersonForm(
        request.POST or None, viewer=request.actor, initial=PersonForm.initial_of(person)
    )
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            change_person(person, by=request.actor, **form.cleaned_data)
            return htmx.done(request, goto=address(person), toast=_("Saved."))
    return _form(request, form, person.name, address(person))


def merge(request: Any, pk: int) -> HttpResponse:
    """Make two entries of one human one."""
    person = visible(request, pk)
    if not request.actor.may("people.merge"):
        raise NotAllowed(permission="people.merge")
    form = MergeForm(request.POST or None, viewer=request.actor, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            into = merge_people(person, into=form.cleaned_data["into"], by=request.actor)
            toast = _("%(name)s was merged.") % {"name": person.name}
            return htmx.done(request, goto=address(into), toast=toast)
    sentence = _(
        "Addresses, phones, teams and tickets of %(name)s move to the person you choose."
    ) % {"name": person.name}
    context = {
        "form": form,
        "title": _("Merge %(name)s") % {"name": person.name},
        "back": address(person),
        "sentence": sentence,
        "trail": [(_("People"), reverse("console:people:people"))],
        "pair": _both(request, person),
    }
    if htmx.wanted_block(request) == "merge_preview":
        return htmx.render(request, "people/console/_merge_preview.html", context)
    status = 422 if form.errors else 200
    return htmx.render(request, "people/console/merge.html", context, block="dialog", status=status)


def _both(request: Any, person: Person) -> list[tuple[str, Person, list[Any]]]:
    """Who goes and who stays, side by side, once somebody is chosen."""
    given = request.POST.get("into") or request.GET.get("into", "")
    rows = Person.objects.visible_to(request.actor).present().exclude(pk=person.pk)
    known = given.isascii() and given.isdigit() and len(given) < 19
    into = rows.filter(pk=int(given)).first() if known else None
    if into is None:
        return []
    return [(_("Goes"), person, list(grants_of(person))), (_("Stays"), into, list(grants_of(into)))]


def address(person: Person) -> str:
    """The person's page."""
    return reverse("console:people:person", kwargs={"pk": person.pk})


def _form(
    request: Any, form: Any, title: str, back: str, *, sentence: str = "", button: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "back": back,
        "sentence": sentence,
        "button": button or _("Save"),
        "trail": [(_("People"), reverse("console:people:people"))],
    }
    status = 422 if form.errors else 200
    return htmx.render(request, "people/console/form.html", context, block="dialog", status=status)
