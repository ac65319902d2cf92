"""What can be wrong with a request to the API, whatever it asks for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.errors import AtalayaError, TooMany


class KeyMissing(AtalayaError):
    code = "key_missing"
    status = 401
    message = _("Send an API key: “Authorization: Bearer atl_…”.")


class KeyNotGood(AtalayaError):
    code = "key_not_good"
    status = 401
    message = _("This API key is unknown, expired or revoked.")


class ForgeryToken(AtalayaError):
    code = "csrf"
    status = 403
    message = _("A request with a browser's session needs its CSRF token in X-CSRFToken.")


class TooOften(TooMany):
    """``seconds`` until it may be tried again; sent as Retry-After."""

    code = "too_often"
    message = _("Too many requests. Try again in %(seconds)d seconds.")


class BodyTooLarge(AtalayaError):
    code = "body_too_large"
    status = 413
    message = _("The body is larger than %(limit)s bytes.")


class BodyUnreadable(AtalayaError):
    code = "body_unreadable"
    status = 400
    message = _("The body is not JSON that can be read.")


class MethodUnknown(AtalayaError):
    code = "method_not_allowed"
    status = 405
    message = _("This address does not take %(method)s.")


class Invalid(AtalayaError):
    """``problems`` say where and what: path, message, code."""

    code = "invalid"
    status = 422
    message = _("Some values are missing or wrong.")

    def __init__(self, problems: list[dict[str, Any]]) -> None:
        super().__init__()
        self.problems = problems


class KeyReused(AtalayaError):
    code = "idempotency_key_reused"
    status = 422
    message = _("This Idempotency-Key was used for another request. Use a new one for each.")


class StillRunning(AtalayaError):
    code = "still_running"
    status = 409
    retryable = True
    message = _("A request with this Idempotency-Key is still running. Try again in a moment.")


class WrongIdempotencyKey(AtalayaError):
    code = "idempotency_key_wrong"
    status = 400
    message = _("An Idempotency-Key is 1 to 200 printable ASCII characters.")
