"""What the organisation decides, section by section, and which practices are on."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from atalaya.core.preferences.actions import decide, switch_practice
from atalaya.core.preferences.console.forms import SectionForm, fields_of
from atalaya.core.preferences.ports import SECTIONS, Section
from atalaya.core.preferences.queries import practices_shown, preferences_of
from atalaya.ui import htmx


@require_GET
def index(request: Any) -> HttpResponse:
    """Every section with what can be decided in it."""
    request.actor.must("preferences.change")
    words = request.GET.get("q", "").strip().lower()
    found = []
    for section in SECTIONS:
        options = [
            option
            for option in dataclasses.fields(section.kind)
            if option.name in fields_of(section) and words in _said(section, option)
        ]
        if options:
            found.append((section, options))
    context = {"sections": found, "words": words}
    return htmx.render(request, "preferences/console/index.html", context)


def _said(section: Section, option: dataclasses.Field[Any]) -> str:
    meta = option.metadata
    return f"{section.label} {meta.get('label', '')} {meta.get('sentence', '')}".lower()


def section(request: Any, key: str) -> HttpResponse:
    """The preferences of one section; each says what it does."""
    request.actor.must("preferences.change")
    found = SECTIONS.get(key)
    if found is None:
        raise Http404
    present = preferences_of(found.kind)
    initial = {name: getattr(present, name) for name in fields_of(found)}
    form = SectionForm(request.POST or None, section=found, initial=initial)
    address = reverse("console:preferences:section", kwargs={"key": key})
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form), transaction.atomic():
            decide(key, by=request.actor, **form.cleaned_data)
            return htmx.done(request, goto=address, toast=_("Saved."))
    defaults = {one.name: default_of(one) for one in dataclasses.fields(found.kind)}
    context = {"form": form, "section": found, "defaults": defaults}
    status = 422 if form.errors else 200
    return htmx.render(request, "preferences/console/section.html", context, status=status)


def default_of(declared: dataclasses.Field[Any]) -> Any:
    """What holds while nobody decides otherwise."""
    if declared.default is not dataclasses.MISSING:
        return declared.default
    factory = declared.default_factory
    return factory() if factory is not dataclasses.MISSING else None


def practices(request: Any) -> HttpResponse:
    """Which practices are on. Switching one off hides it and keeps its data."""
    request.actor.must("preferences.change")
    if request.method == "POST":
        practice, on = request.POST.get("practice", ""), request.POST.get("on") == "1"
        switch_practice(practice, by=request.actor, on=on)
        toast = _("Switched on.") if on else _("Switched off. Its data is kept.")
        return htmx.done(request, goto=reverse("console:preferences:practices"), toast=toast)
    context = {"practices": practices_shown()}
    return htmx.render(request, "preferences/console/practices.html", context)
