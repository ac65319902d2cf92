"""For load balancers and supervisors: is this process alive, can it do its work?"""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from atalaya.config.schema import pending


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


_up_to_date = False


def _migrations_waiting() -> bool:
    """Asked in full until the answer is no; afterwards only whether the database answers."""
    global _up_to_date  # noqa: PLW0603 - tables never go back while this process runs
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    _up_to_date = _up_to_date or not pending()
    return not _up_to_date
