"""The worker process: jobs, reactions of later, timers, and the mail listener when asked for.

Run by ``atalaya up`` as ``python -m atalaya.cli.serving.worker``.
"""

from __future__ import annotations

from atalaya.cli.serving.child import begin, leave
from atalaya.cli.serving.preparing import prepare
from atalaya.config.environment import environment


def main() -> None:
    """Prepare, then work until told to stop."""
    begin()
    found = environment()
    prepare(found, serves_pages=False)

    from atalaya.config import worker

    worker.main(concurrency=found.worker_concurrency)
    leave()


if __name__ == "__main__":
    main()
