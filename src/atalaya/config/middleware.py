"""What surrounds every request: its headers, its number and origin, and its failures."""

from __future__ import annotations

import ipaddress
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import cast

import structlog
from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

from atalaya.config import failures
from atalaya.core.identity.ports import Request

log = structlog.get_logger(__name__)

Sync = Callable[[HttpRequest], HttpResponse]
Async = Callable[[HttpRequest], Awaitable[HttpResponse]]

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "media-src 'self'",
        "worker-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": (
        "accelerometer=(), camera=(self), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), payment=(), publickey-credentials-create=(self), "
        "publickey-credentials-get=(self), usb=()"
    ),
}
NUMBER = re.compile(r"[A-Za-z0-9._-]{8,64}")


@sync_and_async_middleware
def SecurityHeaders(get_response: Sync | Async) -> Sync | Async:  # noqa: N802 - named in settings
    """Add the headers that bound what a page of ours can do. A view's own stricter ones stay."""
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponse:
            return secured(await get_response(request))

        return answer_later

    def answer(request: HttpRequest) -> HttpResponse:
        return secured(cast(Sync, get_response)(request))

    return answer


def secured(response: HttpResponse) -> HttpResponse:
    """``response`` with the headers it does not have yet."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


@sync_and_async_middleware
def RequestContext(get_response: Sync | Async) -> Sync | Async:  # noqa: N802 - named in settings
    """Give the request a number and the address it came from, in every log line it causes."""
    if iscoroutinefunction(get_response):

        async def answer_later(given: HttpRequest) -> HttpResponse:
            request = _numbered(given)
            started = time.perf_counter()
            with structlog.contextvars.bound_contextvars(request=request.id):
                response: HttpResponse = await get_response(request)
                return _told(request, response, started)

        return answer_later

    def answer(given: HttpRequest) -> HttpResponse:
        request = _numbered(given)
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request=request.id):
            return _told(request, cast(Sync, get_response)(request), started)

    return answer


def _numbered(given: HttpRequest) -> Request:
    request = cast(Request, given)
    peer = given.META.get("REMOTE_ADDR", "")
    request.id = ""
    if is_trusted(peer):
        wanted = given.headers.get("X-Request-ID", "")
        request.id = wanted if NUMBER.fullmatch(wanted) else ""
    request.id = request.id or secrets.token_hex(8)
    request.client_address = client_address(peer, given.headers.get("X-Forwarded-For", ""))
    return request


def _told(request: Request, response: HttpResponse, started: float) -> HttpResponse:
    """One line per request. It names the route and not the address, which may hold a secret."""
    response.headers["X-Request-ID"] = request.id
    match = request.resolver_match
    log.info(
        "request",
        method=request.method,
        route=match.route if match else "",
        status=response.status_code,
        milliseconds=round((time.perf_counter() - started) * 1000, 1),
        client=request.client_address,
    )
    return response


def is_trusted(address: str) -> bool:
    """Whether ``address`` is a reverse proxy whose headers are believed."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in settings.TRUSTED_PROXIES)


def client_address(peer: str, forwarded_for: str) -> str:
    """Where a request came from: the last address that no trusted proxy of ours has.

    What a client writes into the header itself stands before that, and is not believed.
    """
    found = peer
    for step in reversed([part.strip() for part in forwarded_for.split(",") if part.strip()]):
        if not is_trusted(found):
            break
        try:
            found = str(ipaddress.ip_address(step.strip("[]")))
        except ValueError:
            break
    return found


@sync_and_async_middleware
def Errors(get_response: Sync | Async) -> Sync | Async:  # noqa: N802 - named in settings
    """Turn what a view raises into what people see; keep strangers out of the console."""
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponse:
            response: HttpResponse = await get_response(request)
            return response

        answering: Sync | Async = answer_later
    else:

        def answer(request: HttpRequest) -> HttpResponse:
            return cast(Sync, get_response)(request)

        answering = answer
    answering.process_view = failures.keep_out  # type: ignore[union-attr]  # how Django finds it
    answering.process_exception = failures.explain  # type: ignore[union-attr]  # how Django finds it
    return answering
