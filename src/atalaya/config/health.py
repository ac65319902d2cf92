"""For load balancers and supervisors: is this process alive, can it do its work?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import sync_and_async_middleware
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from atalaya.config.schema import pending

Sync = Callable[[HttpRequest], HttpResponse]
Async = Callable[[HttpRequest], Awaitable[HttpResponse]]


@never_cache
@require_safe
def live(_request: HttpRequest) -> JsonResponse:
    """The process answers. Says nothing about the database."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """The database answers and has the tables of this version; else 503."""
    try:
        waiting = _migrations_waiting()
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    if waiting:
        return JsonResponse({"status": "migrations are waiting"}, status=503)
    return JsonResponse({"status": "ok"})


QUESTIONS: dict[str, Sync] = {"/health/live": live, "/health/ready": ready}


@sync_and_async_middleware
def Health(get_response: Sync | Async) -> Sync | Async:  # noqa: N802 - named in settings
    """Answer before anything else looks at the request.

    Who asks knows no host name of ours, and the rest of the chain asks the database who he is.
    """
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponse:
            question = QUESTIONS.get(request.path)
            if question is None:
                response: HttpResponse = await get_response(request)
                return response
            if question is live:
                return live(request)
            answered: HttpResponse = await sync_to_async(question)(request)
            return answered

        return answer_later

    def answer(request: HttpRequest) -> HttpResponse:
        question = QUESTIONS.get(request.path)
        return (question or cast(Sync, get_response))(request)

    return answer


_up_to_date = False


def _migrations_waiting() -> bool:
    """Asked in full until the answer is no; afterwards only whether the database answers."""
    global _up_to_date  # noqa: PLW0603 - tables never go back while this process runs
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    _up_to_date = _up_to_date or not pending()
    return not _up_to_date
