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
    found, actor = PANELS.get(key), getattr(request, "actor", None)
    if found is None or actor is None:
        raise Http404
    rows: Any = found.for_.objects  # type: ignore[attr-defined]  # models with panels have visible_to
    subject = rows.visible_to(actor).filter(pk=pk).first()
    if subject is None or not (found.permission is None or actor.may(found.permission, on=subject)):
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
    except Exception:  # panels are hosted code: whatever they raise stays in their place
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
