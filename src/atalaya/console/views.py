"""Home, search, the rail's counts, the settings index and one's own settings."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from atalaya.console.forms import MeForm
from atalaya.core.identity.ports import Request
from atalaya.core.people.actions import change_person
from atalaya.engines.search.queries import search as find
from atalaya.kernel import clock
from atalaya.pages import home as pages
from atalaya.ui import htmx
from atalaya.ui.menus import menu_for

GROUPS = ("me", "work", "people", "channels", "desk", "system", "")


@require_GET
def home(request: Request) -> HttpResponse:
    """What needs me now, what comes next, how my teams stand."""
    actor = request.actor
    context = {
        "numbers": pages.numbers_for(actor),
        "mine": pages.next_of_mine(actor),
        "free": pages.free_for_me(actor),
        "promises": list(pages.promises_of(actor)[: pages.SHORT]),
        "tasks": list(pages.tasks_of(actor)[: pages.SHORT]),
        "loads": pages.load_of_teams(actor) if actor.team_ids else [],
        "today_ends": pages.end_of_today(),
        "now": clock.now(),
    }
    return htmx.render(request, "console/home.html", context)


@require_GET
def badges(request: Request) -> HttpResponse:
    """The counts of the rail, each to be put into its place."""
    counts = [
        (entry, entry.badge(request.actor))
        for entry in menu_for("rail", request.actor)
        if entry.badge is not None
    ]
    return htmx.render(request, "console/badges.html", {"counts": counts})


@require_GET
def search(request: Request) -> HttpResponse:
    """Open what a number names; otherwise everything these words are found in, by kind."""
    words = request.GET.get("q", "").strip()[:200]
    only = {request.GET["kind"]} if "kind" in request.GET else None
    results = find(request.actor, words, only=only, cursor=request.GET.get("after"))
    if results.jump is not None and only is None:
        return redirect(results.jump.url)
    context = {"words": words, "results": results, "only": request.GET.get("kind", "")}
    return htmx.render(request, "console/search.html", context)


@require_GET
def settings(request: Request) -> HttpResponse:
    """Everything that can be set, by group; only what this person may."""
    words = request.GET.get("q", "").strip().lower()
    found = [
        entry
        for entry in menu_for("settings", request.actor)
        if words in f"{entry.label} {entry.sentence}".lower()
    ]
    order = {key: place for place, key in enumerate(GROUPS)}
    groups: dict[str, list[object]] = {}
    for entry in sorted(found, key=lambda one: order.get(one.group, len(order))):
        groups.setdefault(entry.group, []).append(entry)
    names = {
        "me": _("Me"),
        "work": _("Work"),
        "people": _("People and teams"),
        "channels": _("Mail and channels"),
        "desk": _("The desk"),
        "system": _("System"),
        "": _("Other"),
    }
    context = {"groups": groups, "names": names, "words": words}
    return htmx.render(request, "console/settings.html", context)


def me(request: Request) -> HttpResponse:
    """My language, time zone and phones."""
    person = request.person
    assert person is not None  # the console is for people who are signed in
    form = MeForm(request.POST or None, initial=MeForm.initial_of(person))
    if request.method == "POST" and form.is_valid():
        with htmx.errors_into(form):
            change_person(person, by=request.actor, **form.cleaned_data)
            return htmx.done(request, goto=reverse("console:me"), toast=_("Saved."))
    if form.errors:
        return htmx.form_again(request, "console/me.html", form)
    return htmx.render(request, "console/me.html", {"form": form})
