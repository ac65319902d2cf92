"""The worker process: jobs, reactions of later, and timers, in one event loop.

Any number of workers may run at once, on any number of machines.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import signal
from collections.abc import Callable, Coroutine
from typing import Any, cast

import psycopg
import structlog
from django.db import close_old_connections, connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from atalaya.core.jobs.actions import QUEUES
from atalaya.core.journal.actions import fire_timers, next_due, run_reactions
from atalaya.kernel import clock

log = structlog.get_logger(__name__)
POLL = 5.0  # seconds between looks when no notification comes
MOMENT = 1.0  # seconds for what runs beside the worker to end
Beside = Callable[[asyncio.Event], Coroutine[Any, Any, None]]
CHANNELS = ("atalaya_journal", "atalaya_timers")


async def work(*, concurrency: int = 4, beside: Beside | None = None) -> None:
    """Work until the process is told to stop (SIGTERM, SIGINT).

    ``beside`` runs in the same loop; it is told to stop by the event and has a moment to do so.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    wake = asyncio.Event()
    worker_app = app.with_connector(cast(DjangoConnector, app.connector).get_worker_connector())
    async with worker_app.open_async():
        tasks = [
            asyncio.create_task(
                worker_app.run_worker_async(
                    queues=list(QUEUES),
                    concurrency=concurrency,
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=1.0,
                    delete_jobs="never",
                )
            ),
            asyncio.create_task(_again_and_again(run_reactions, wake)),
            asyncio.create_task(_again_and_again(fire_timers, wake)),
            asyncio.create_task(_listen(wake)),
        ]
        guest = asyncio.create_task(beside(stop)) if beside is not None else None
        stopping = asyncio.create_task(stop.wait())
        everybody = [*tasks, guest] if guest is not None else tasks
        await asyncio.wait([stopping, *everybody], return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        for task in tasks:
            task.cancel()
        if guest is not None:
            await asyncio.wait([guest], timeout=MOMENT)
        results = await asyncio.gather(*tasks, return_exceptions=True)
        if guest is not None and guest.done():
            results.append(guest.exception())
    for result in results:
        if isinstance(result, Exception):
            raise result


async def _again_and_again(step: Callable[[], int], wake: asyncio.Event) -> None:
    """Run ``step`` while it finds something to do; then wait to be woken, or a moment."""
    while True:
        try:
            done, pause = await asyncio.to_thread(_once, step)
        except Exception:
            # The database may be away: say so, wait, and go on. Nothing is lost, rows wait.
            log.exception("worker_step_failed", step=step.__name__)
            done, pause = 0, POLL
        if done:
            continue
        wake.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), timeout=pause)


def _once(step: Callable[[], int]) -> tuple[int, float]:
    try:
        done = step()
        pause = POLL
        due = next_due() if step is fire_timers else None
        if due is not None:
            pause = max(0.05, min(POLL, (due - clock.now()) / dt.timedelta(seconds=1)))
        return done, pause
    finally:
        close_old_connections()
        connection.close()


async def _listen(wake: asyncio.Event) -> None:
    """Be woken by NOTIFY; when the connection is lost, polling goes on and we try again."""
    settings = connection.get_connection_params()
    settings = {k: v for k, v in settings.items() if k not in {"cursor_factory", "context"}}
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(**settings, autocommit=True) as own:
                for channel in CHANNELS:
                    await own.execute(f"listen {channel}")
                wake.set()
                async for _notice in own.notifies():
                    wake.set()
        except psycopg.Error:
            log.warning("worker_listen_lost")
            await asyncio.sleep(POLL)


def main(*, concurrency: int = 4) -> None:
    """Run a worker in this process until it is told to stop."""
    asyncio.run(work(concurrency=concurrency))
