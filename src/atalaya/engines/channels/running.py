"""The mail role of ``atalaya up``: the listener, and a thread for each mailbox that is fetched."""

from __future__ import annotations

import asyncio
import signal
import threading

import structlog
from django.db import DatabaseError, close_old_connections, connection

from atalaya.engines.channels import actions, fetching
from atalaya.engines.channels.listening import listen
from atalaya.engines.channels.models import Mailbox
from atalaya.kernel.errors import AtalayaError

log = structlog.get_logger(__name__)
LOOK = 5.0  # seconds between looks at which mailboxes there are
PAUSE = 15.0  # seconds before a mailbox that failed is tried again
PATIENCE = 2.0  # seconds a thread is given to end


async def serve(stop: asyncio.Event, *, host: str, port: int) -> None:
    """Take mail until told to stop; ``port`` 0 fetches only.

    Runs in any event loop: beside the worker's, or alone (``main``).
    """
    server = await listen(host, port) if port else None
    if server is not None:
        log.info("mail_listening", host=host, port=port)
    fetchers = Fetchers()
    try:
        while not stop.is_set():
            await asyncio.to_thread(fetchers.look)
            try:
                await asyncio.wait_for(stop.wait(), LOOK)
            except TimeoutError:
                continue
    finally:
        fetchers.stop.set()
        if server is not None:
            server.close()
        await asyncio.to_thread(fetchers.join)


def main(*, host: str = "127.0.0.1", port: int = 2525) -> None:
    """Run the mail role in this process until it is told to stop (SIGTERM, SIGINT)."""
    asyncio.run(_until_signalled(host, port))


async def _until_signalled(host: str, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(stop, host=host, port=port)


class Fetchers:
    """One thread for each mailbox that is fetched, started and ended as the settings say."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self._threads: dict[int, threading.Thread] = {}

    def look(self) -> None:
        """Start what is missing. A thread ends by itself when its mailbox is switched off."""
        try:
            wanted = list(Mailbox.objects.fetched().values_list("pk", flat=True))
        except DatabaseError:
            log.warning("mailboxes_not_read")
            return
        finally:
            close_old_connections()
            connection.close()
        self._threads = {pk: one for pk, one in self._threads.items() if one.is_alive()}
        for pk in wanted:
            if pk not in self._threads and not self.stop.is_set():
                thread = threading.Thread(target=self._keep_fetching, args=(pk,), daemon=True)
                self._threads[pk] = thread
                thread.start()

    def join(self) -> None:
        """Wait a moment for the threads to end."""
        for thread in self._threads.values():
            thread.join(PATIENCE)

    def _keep_fetching(self, pk: int) -> None:
        while not self.stop.is_set():
            mailbox: Mailbox | None = None
            try:
                mailbox = Mailbox.objects.fetched().filter(pk=pk).first()
                if mailbox is None:
                    return
                fetching.watch(mailbox, self.stop)
            except Exception as problem:
                # Whatever it was, the other mailboxes go on, and this one says what is wrong.
                self._say(mailbox, problem)
                self.stop.wait(PAUSE)
            finally:
                close_old_connections()
                connection.close()

    def _say(self, mailbox: Mailbox | None, problem: Exception) -> None:
        expected = isinstance(problem, AtalayaError | DatabaseError)
        log.warning(
            "fetching_failed", mailbox=mailbox.pk if mailbox else None, exc_info=not expected
        )
        if mailbox is None:
            return
        try:
            actions.note_fetch_failed(mailbox, why=str(problem) or repr(problem))
        except DatabaseError:
            log.warning("fetch_error_not_noted", mailbox=mailbox.pk)
