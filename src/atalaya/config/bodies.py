"""No request is larger than the limit, whatever it says of itself.

Django writes a whole body to disk before any view sees it. A body without a length (chunked) is
counted as it comes, so that nobody fills the disk before he is even asked who he is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Coroutine[Any, Any, None]]


class _TooLarge(Exception):
    """More came than may."""


def limited(application: Application, *, most: int) -> Application:
    """``application``, which never receives more than ``most`` bytes of a body; 413 otherwise."""

    async def guarded(scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        if _told_length(scope) > most:
            await _refuse(send)
            return
        left = most
        begun = False

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body") or b"")
            if left < 0:
                raise _TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await application(scope, counted, noted)
        except _TooLarge:
            if not begun:
                await _refuse(send)

    return guarded


def _told_length(scope: Any) -> int:
    for name, value in scope.get("headers", ()):
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0


async def _refuse(send: Send) -> None:
    body = b"Request body too large.\n"
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
