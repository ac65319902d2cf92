"""The web process: Granian and Django in one, static files served without waking Python.

Run by ``atalaya up`` as ``python -m atalaya.cli.serving.web``.
"""

from __future__ import annotations

import asyncio
import signal

from atalaya.cli.serving.child import begin, leave
from atalaya.cli.serving.greeting import greet
from atalaya.cli.serving.preparing import prepare
from atalaya.config.environment import Environment, environment


def main() -> None:
    """Prepare, then serve until told to stop."""
    begin()
    found = environment()
    prepare(found, serves_pages=True)
    _warm_up()
    asyncio.run(_serve(found))
    leave()


def _warm_up() -> None:
    """Load what the first request would otherwise wait for."""
    from django.urls import get_resolver

    assert get_resolver().url_patterns is not None


async def _serve(found: Environment) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server.embed import Server

    from atalaya.config.asgi import application

    server = Server(
        application,
        address=found.host,
        port=found.port,
        interface=Interfaces.ASGINL,
        websockets=False,
        log_level=LogLevels.error,
        backlog=1024,
        static_path_route=["/static"],
        static_path_mount=[found.places.static],
        static_path_expires=365 * 86400 if not found.debug else 0,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    greeting = loop.run_in_executor(None, greet, found)
    await server.serve()
    await greeting


if __name__ == "__main__":
    main()
