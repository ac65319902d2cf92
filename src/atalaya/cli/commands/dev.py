"""``atalaya dev``: the desk for working on it, with a restart whenever the source changes."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import click

from atalaya.cli.tree import ROLES, run
from atalaya.platform.processes import Supervisor
from atalaya.platform.words import gettext as _

SOURCE = Path(__file__).resolve().parents[2]
WATCHED = {".py", ".mo"}  # templates are read again by themselves


@click.command(help=_("Start the desk for working on it: it restarts when a source file changes."))
def command() -> None:
    """Run everything, restarting the processes whenever the source changes."""
    os.environ["ATALAYA_DEBUG"] = "1"  # noqa: TID251 - for this process and its children
    run(ROLES, while_up=_restart_on_change)


def _restart_on_change(supervisor: Supervisor) -> None:
    threading.Thread(target=_watch, args=(supervisor,), name="source", daemon=True).start()


def _watch(supervisor: Supervisor) -> None:
    seen = _newest()
    while True:
        time.sleep(0.7)
        now = _newest()
        if now != seen:
            seen = now
            supervisor.restart()


def _newest() -> tuple[int, int]:
    """How many source files there are and when one was last written."""
    count, newest = 0, 0
    for folder, folders, files in os.walk(SOURCE):
        folders[:] = [name for name in folders if name not in {"__pycache__", "tests", "static"}]
        for name in files:
            if name[name.rfind(".") :] in WATCHED:
                count += 1
                newest = max(newest, (Path(folder) / name).stat().st_mtime_ns)
    return count, newest
