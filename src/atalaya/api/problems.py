"""Refusals as programs read them: RFC 9457, with our stable code."""

from __future__ import annotations

import json
from http.client import responses
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja.errors import HttpError, ValidationError

from atalaya.api.errors import BodyTooLarge, BodyUnreadable, Invalid, KeyMissing
from atalaya.api.preferences import ApiPreferences
from atalaya.core.preferences.queries import preferences_of
from atalaya.kernel.errors import AtalayaError, NotFound

log = structlog.get_logger(__name__)
MEDIA_TYPE = "application/problem+json"


class Broken(AtalayaError):
    code = "broken"
    status = 500
    message = _("Something broke on our side. It is recorded as %(number)s.")


def problem(request: HttpRequest, error: AtalayaError) -> HttpResponse:
    """The answer for a refusal."""
    body: dict[str, Any] = {
        "type": f"urn:atalaya:problem:{error.code}",
        "title": responses.get(error.status, "Error"),
        "status": error.status,
        "detail": error.sentence,
        "code": error.code,
    }
    number = getattr(request, "id", "")
    if number:
        body["instance"] = f"urn:atalaya:request:{number}"
    if isinstance(error, Invalid):
        body["errors"] = error.problems
    elif error.at:
        body["errors"] = [{"path": error.at, "message": error.sentence, "code": error.code}]
    text = json.dumps(body, ensure_ascii=False)
    answer = HttpResponse(text, status=error.status, content_type=MEDIA_TYPE)
    if error.status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    if "seconds" in error.facts:
        answer["Retry-After"] = str(error.facts["seconds"])
    elif error.retryable:
        answer["Retry-After"] = "1"
    return answer


def explained(request: HttpRequest, raised: Exception) -> HttpResponse:
    """The answer for whatever an operation raised; only what nobody expected is a 500."""
    return problem(request, _as_ours(request, raised))


def _as_ours(request: HttpRequest, raised: Exception) -> AtalayaError:
    if isinstance(raised, AtalayaError):
        return raised
    if isinstance(raised, ValidationError):
        return Invalid([_told(one) for one in raised.errors])
    if isinstance(raised, Http404):
        return NotFound()
    if isinstance(raised, RequestDataTooBig):
        return BodyTooLarge(limit=preferences_of(ApiPreferences).body_kilobytes * 1024)
    if isinstance(raised, SuspiciousOperation):
        return BodyUnreadable()
    if isinstance(raised, HttpError):
        return KeyMissing() if raised.status_code == 401 else BodyUnreadable()
    number = getattr(request, "id", "") or "–"
    log.error("api_broken", id=number, path=request.path, exc_info=raised)
    return Broken(number=number)


def _told(one: dict[str, Any]) -> dict[str, Any]:
    """Where it is (``body.subject``), without the name of our own parameter, and what is wrong."""
    source, *steps = (str(step) for step in one["loc"])
    if source in {"body", "form"} and steps[:1] == ["what"]:
        steps = steps[1:]
    if source == "query" and steps[:1] == ["wanted"]:
        steps = steps[1:]
    return {"path": ".".join([source, *steps]), "message": one["msg"], "code": one["type"]}
