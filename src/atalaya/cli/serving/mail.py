"""The mail listener in a process of its own, where no worker runs beside it.

Run by ``atalaya up --mail`` as ``python -m atalaya.cli.serving.mail``.
"""

from __future__ import annotations

import asyncio
import signal

from atalaya.cli.serving.child import begin, leave
from atalaya.cli.serving.preparing import prepare
from atalaya.config.environment import Environment, environment

MOMENT = 1.0  # seconds to end


def main() -> None:
    """Prepare, then take mail until told to stop."""
    begin()
    found = environment()
    prepare(found, serves_pages=False)
    asyncio.run(_listen(found))


async def _listen(found: Environment) -> None:
    from atalaya.engines.channels import running

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    serving = asyncio.create_task(running.serve(stop, host=found.mail_host, port=found.mail_port))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    await asyncio.wait([serving], timeout=MOMENT)
    if serving.done() and (problem := serving.exception()) is not None:
        raise problem
    leave()


if __name__ == "__main__":
    main()
