"""A mailbox of the desk and its built-in listener, for tests of mail."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # Django is set up after this file is read
    from atalaya.engines.channels.models import Mailbox


@pytest.fixture
def box(transactional_db: None) -> Mailbox:
    """The only mailbox of the desk."""
    from atalaya.core.people.models import SYSTEM
    from atalaya.engines.channels import actions
    from atalaya.engines.channels.models import Mailbox

    Mailbox.objects.all().delete()
    return actions.save_mailbox(by=SYSTEM, address="help@example.org")


@pytest.fixture
def listener(box: Mailbox) -> Iterator[int]:
    """The built-in listener in a thread with an event loop of its own; gives its port."""
    from atalaya.engines.channels.listening import listen

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    ready, loop = threading.Event(), asyncio.new_event_loop()

    def run() -> None:
        server = loop.run_until_complete(listen("127.0.0.1", port))
        ready.set()
        loop.run_forever()
        server.close()
        loop.run_until_complete(asyncio.sleep(0.05))
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.05))
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(10)
    yield port
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
