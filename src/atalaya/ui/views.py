"""Choosing how the product looks, and panels one by one."""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import get_template
from django.views.decorators.http import require_GET, require_POST

from atalaya.kernel.errors import AtalayaError
from atalaya.kernel.languages import LANGUAGES
from atalaya.ui import htmx
from atalaya.ui.jinja import THEMES
from atalaya.ui.panels import PANELS, Panel

log = structlog.get_logger(__name__)

YEAR = 365 * 24 * 3600


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme or language in this browser."""
    response = htmx.done(request, goto=htmx.came_from(request))
    chosen_theme, chosen_language = request.POST.get("theme"), request.POST.get("language")
    if chosen_theme in THEMES:
        _keep(response, "atalaya_theme", chosen_theme)
    if chosen_language in LANGUAGES:
        _keep(response, settings.LANGUAGE_COOKIE_NAME, chosen_language)
    return response


@require_GET
def panel(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """One panel about an object the viewer may see; empty when it has nothing to show."""
    found = PANELS.get(key)
    person, actor = getattr(request, "person", None), getattr(request, "actor", None)
    if found is None or person is None:
        raise Http404
    subject = found.for_._default_manager.visible_to(person).filter(pk=pk).first()  # type: ignore[attr-defined]  # every such model has it (house §8)
    if subject is None:
        raise Http404
    if found.permission is not None and not (actor and actor.may(found.permission, on=subject)):
        raise Http404
    return HttpResponse(_text_of(found, subject, request, actor))


def _text_of(found: Panel, subject: Any, request: HttpRequest, actor: Any) -> str:
    """The panel's HTML; the page it belongs to must stand whatever happens in here."""
    try:
        context = found.read(subject, actor=actor)
        if context is None:
            return ""
        known = {"panel": found, "subject": subject, **context}
        return str(get_template(found.template).render(known, request))
    except AtalayaError as error:
        log.warning("panel_refused", panel=found.key, code=error.code)
        return ""
    except Exception:  # noqa: BLE001 - panels are hosted code
        number = secrets.token_hex(4)
        log.exception("panel_failed", id=number, panel=found.key, subject=subject.pk)
        told = {"number": number, "title": str(found.title)}
        return str(get_template("ui/panel_fault.html").render(told, request))


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
