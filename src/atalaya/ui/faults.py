"""What a visitor sees when something is wrong: the same look, plain words, a short id to quote."""

from __future__ import annotations

import secrets
import sys

import structlog
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _

from atalaya.kernel.errors import AtalayaError
from atalaya.ui import htmx

log = structlog.get_logger(__name__)


def page(
    request: HttpRequest, status: int, title: str, sentence: str, *, number: str = ""
) -> HttpResponse:
    """An error page; HTMX gets a toast instead and keeps what is on the screen."""
    if htmx.is_partial(request):
        said = f"{sentence} ({number})" if number else sentence
        answer = HttpResponse(status=status, headers={"HX-Reswap": "none"})
        return htmx.with_toast(answer, said, kind="error")
    told = {"status": status, "title": title, "sentence": sentence, "number": number}
    return HttpResponse(get_template("ui/fault.html").render(told, request), status=status)


def refusal(request: HttpRequest, error: AtalayaError) -> HttpResponse:
    """The page for an expected refusal that no form took: its own sentence, its own status."""
    titles = {403: _("Not allowed"), 404: _("Not found"), 429: _("Too many attempts")}
    return page(
        request, error.status, titles.get(error.status, _("That did not work")), error.sentence
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request itself is malformed."""
    return page(
        request,
        400,
        _("That request cannot be read"),
        _("Something in it is malformed. Go back, reload the page and try again."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: known, but not allowed."""
    return page(
        request,
        403,
        _("Not allowed"),
        _("Your role does not include this. Ask an administrator if you need it."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not for this person; the two look the same on purpose."""
    return page(
        request, 404, _("Not found"), _("It does not exist, has moved, or you may not see it.")
    )


def server_error(request: HttpRequest, number: str = "") -> HttpResponse:
    """500: our mistake. It is logged under a short id that the page shows."""
    if not number:
        number = getattr(request, "id", "") or secrets.token_hex(4)
        log.error("server_error", id=number, path=request.path, exc_info=sys.exc_info())
    return page(
        request,
        500,
        _("Something broke on our side"),
        _("It has been recorded. Nothing you had saved is lost; try again in a moment."),
        number=number,
    )
