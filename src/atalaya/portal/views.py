"""The home of the portal, its search, and the choice of a language."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from atalaya.core.identity.errors import SignInNeeded
from atalaya.core.identity.ports import Request
from atalaya.core.people.actions import change_person
from atalaya.core.work.models import Turn
from atalaya.kernel.languages import LANGUAGES
from atalaya.kernel.text import one_line
from atalaya.portal.frame import places
from atalaya.practices.tickets.queries import Asked, asked_by, found_by_number, search_asked_by
from atalaya.ui import htmx

YEAR = 365 * 24 * 3600
SHOWN = 5  # tickets on the home page


@require_safe
def home(given: HttpRequest) -> HttpResponse:
    """What do you need? Search, doors, what waits for you, and your latest tickets."""
    request: Request = given  # type: ignore[assignment]  # middleware has made it one
    doors = list(places("portal_home", request.actor))
    if request.person is None or request.actor.kind == "guest":
        return htmx.render(request, "portal/welcome.html", {"doors": doors})
    mine = asked_by(request.person, viewer=request.actor).open().order_by("-updated_at", "-pk")
    yours, others = mine.waiting_for(Turn.REQUESTER), mine.exclude(turn=Turn.REQUESTER)
    context = {
        "doors": doors,
        "yours": [Asked.of(item) for item in yours[: SHOWN * 2]],
        "latest": [Asked.of(item) for item in others[:SHOWN]],
    }
    return htmx.render(request, "portal/home.html", context)


@require_safe
def search(given: HttpRequest) -> HttpResponse:
    """Find among one's own tickets; a number leads to its ticket at once."""
    request: Request = given  # type: ignore[assignment]  # middleware has made it one
    if request.person is None or request.actor.kind == "guest":
        raise SignInNeeded
    words = one_line(request.GET.get("q", ""), 200)
    numbered = found_by_number(words, viewer=request.actor)
    if numbered is not None and numbered.is_for(request.person):
        return HttpResponseRedirect(reverse("portal:tickets:page", args=[numbered.number]))
    found = search_asked_by(request.person, words, viewer=request.actor)
    context = {"words": words, "found": [Asked.of(item) for item in found]}
    return htmx.render(request, "portal/search.html", context)


@require_POST
def language(given: HttpRequest) -> HttpResponse:
    """Speak another language from now on: to the person everywhere, else in this browser."""
    request: Request = given  # type: ignore[assignment]  # middleware has made it one
    chosen = request.POST.get("language", "")
    response = HttpResponseRedirect(htmx.came_from(request), status=303)
    if request.get_full_path() == response.url:  # no page of ours to go back to
        response["Location"] = reverse("portal:home")
    if chosen not in LANGUAGES:
        return response
    if request.person is not None:
        change_person(request.person, by=request.actor, language=chosen)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    return response
