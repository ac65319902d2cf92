"""The worker process: jobs, reactions of later, timers, and the mail listener when asked for.

Run by ``atalaya up`` as ``python -m atalaya.cli.serving.worker``.
"""

from __future__ import annotations

import asyncio
from functools import partial

from atalaya.cli.serving.child import begin, leave
from atalaya.cli.serving.preparing import prepare
from atalaya.config.environment import Environment, environment


def main() -> None:
    """Prepare, then work until told to stop."""
    options = begin()
    found = environment()
    prepare(found, serves_pages=False)
    asyncio.run(_work(found, mail=options.mail))


async def _work(found: Environment, *, mail: bool) -> None:
    from atalaya.config import worker
    from atalaya.engines.channels import running

    listening = partial(running.serve, host=found.mail_host, port=found.mail_port)
    await worker.work(concurrency=found.worker_concurrency, beside=listening if mail else None)
    leave()  # from within: the loop would wait for every thread, a blocked one included


if __name__ == "__main__":
    main()
