"""The stream of one open page: server-sent events that name what changed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from atalaya.core.identity.ports import Request
from atalaya.engines.realtime import listening, topics

MOST = 8  # topics one page may follow
PAUSE = 0.2  # seconds between two tellings: a busy desk does not flood its pages
HEARTBEAT = 25.0  # seconds; shorter than what proxies take for a dead connection


@require_GET
async def stream(given: HttpRequest) -> HttpResponseBase:
    """Events named after the topics asked for (`?topic=…`), as long as the page is open."""
    request: Request = given  # type: ignore[assignment]  # middleware has made it one
    names = await sync_to_async(_followed)(request)
    if not names:
        raise Http404
    response = StreamingHttpResponse(_events(names), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _followed(request: Request) -> frozenset[str]:
    """The topics this viewer may follow; then the connection goes back, for the stream is long."""
    try:
        asked = request.GET.getlist("topic")[:MOST]
        return frozenset(name for name in asked if topics.may_follow(name, request.actor))
    finally:
        connection.close()


async def _events(names: frozenset[str]) -> AsyncIterator[str]:
    hub = listening.hub()
    with hub.follow(names) as queue:
        with contextlib.suppress(TimeoutError):  # the database may be away; the page learns later
            await asyncio.wait_for(hub.is_listening.wait(), 5)
        yield "retry: 2000\n: open\n\n"
        while True:
            try:
                name = await asyncio.wait_for(queue.get(), HEARTBEAT)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            heard = {name}
            while not queue.empty():
                heard.add(queue.get_nowait())
            changed = names if listening.ALL in heard else heard
            yield "".join(f"event: changed\ndata: {one}\n\n" for one in sorted(changed))
            await asyncio.sleep(PAUSE)
