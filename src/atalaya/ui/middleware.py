"""What every page answer of the kit needs around it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.decorators import sync_and_async_middleware

PARTS = ("HX-Request", "HX-Target")

Sync = Callable[[HttpRequest], HttpResponse]
Async = Callable[[HttpRequest], Awaitable[HttpResponse]]


@sync_and_async_middleware
def VaryOnPartial(get_response: Sync | Async) -> Sync | Async:  # noqa: N802 - named in settings
    """One address answers with a page or a part of it, so caches must keep the two apart."""
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponse:
            response: HttpResponse = await get_response(request)
            patch_vary_headers(response, PARTS)
            return response

        return answer_later

    def answer(request: HttpRequest) -> HttpResponse:
        response: HttpResponse = get_response(request)  # type: ignore[assignment]  # the sync branch
        patch_vary_headers(response, PARTS)
        return response

    return answer
