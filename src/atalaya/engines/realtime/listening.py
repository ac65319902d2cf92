"""One connection per web process listens; every open page of that process hears through it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import structlog
from django.db import connection

from atalaya.engines.realtime import topics

log = structlog.get_logger(__name__)

ALL = "*"
"""Told after a pause in listening: whatever the page shows may be old."""

QUEUE = 100  # notices a slow page may have waiting before they are folded into ALL


class Hub:
    """Hands what PostgreSQL notifies to the pages of one event loop that follow it."""

    def __init__(self) -> None:
        self._pages: dict[asyncio.Queue[str], frozenset[str]] = {}
        self._task: asyncio.Task[None] | None = None
        self.is_listening = asyncio.Event()

    @contextmanager
    def follow(self, names: frozenset[str]) -> Iterator[asyncio.Queue[str]]:
        """A queue that fills with the names of what changed, while the block lasts."""
        queue: asyncio.Queue[str] = asyncio.Queue(QUEUE)
        self._pages[queue] = names
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen())
        try:
            yield queue
        finally:
            del self._pages[queue]

    def hand_out(self, topic: str) -> None:
        """Put a notice into the queue of every page that follows it."""
        names = frozenset(topics.with_wider(topic))
        for queue, followed in self._pages.items():
            for name in followed if topic == ALL else followed & names:
                _put(queue, name)

    async def _listen(self) -> None:
        """Listen until nobody follows any more; after a failure, again, and say ALL."""
        pause = 0.0
        while self._pages:
            try:
                async with await psycopg.AsyncConnection.connect(
                    **_parameters(), autocommit=True
                ) as listening:
                    await listening.execute(f"listen {topics.CHANNEL}")
                    if pause:
                        self.hand_out(ALL)
                    pause = 0.0
                    self.is_listening.set()
                    await self._hear(listening)
            except (psycopg.Error, OSError) as problem:
                log.warning("live_updates_paused", problem=type(problem).__name__)
                pause = min(30.0, pause * 2 or 0.5)
                await asyncio.sleep(pause + random.uniform(0, pause / 4))  # noqa: S311 - spreads load
            finally:
                self.is_listening.clear()

    async def _hear(self, listening: psycopg.AsyncConnection[object]) -> None:
        while self._pages:
            async for notice in listening.notifies(timeout=30):
                self.hand_out(notice.payload)


def _put(queue: asyncio.Queue[str], name: str) -> None:
    """A page that is too slow loses single notices, never the knowledge that it is behind."""
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(ALL)
        return
    queue.put_nowait(name)


def _parameters() -> dict[str, Any]:
    """How Django connects, without what only its own cursors understand."""
    known = connection.get_connection_params()
    skipped = {"cursor_factory", "context", "prepare_threshold", "pool"}
    return {name: value for name, value in known.items() if name not in skipped}


_hubs: dict[int, Hub] = {}


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    return _hubs.setdefault(id(loop), Hub())
