"""A body that is too large is refused as soon as that is known."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from atalaya.config.bodies import limited

MOST = 1000


def answered(headers: list[tuple[bytes, bytes]], pieces: list[bytes]) -> tuple[int, int]:
    """The status, and how many bytes the application was given."""
    sent: list[dict[str, Any]] = []
    given = 0
    coming = iter(pieces)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        nonlocal given
        while True:
            message = await receive()
            given += len(message["body"])
            if not message["more_body"]:
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> dict[str, Any]:
        piece = next(coming, b"")
        return {"type": "http.request", "body": piece, "more_body": bool(piece)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "headers": headers}
    asyncio.run(limited(application, most=MOST)(scope, receive, send))
    return sent[0]["status"], given


@pytest.mark.parametrize(
    ("headers", "pieces", "status"),
    [
        ([], [b"x" * 400, b"x" * 600], 200),
        ([], [b"x" * 400, b"x" * 601], 413),
        ([(b"content-length", b"1001")], [], 413),
        ([(b"content-length", b"999")], [b"x" * 5000], 413),
        ([(b"content-length", b"9" * 5000)], [], 413),
        ([(b"content-length", b"none")], [b"x"], 200),
    ],
)
def test_a_body_may_be_as_large_as_the_limit_and_no_larger(
    headers: list[tuple[bytes, bytes]], pieces: list[bytes], status: int
) -> None:
    found, given = answered(headers, pieces)
    assert found == status
    assert given <= MOST
