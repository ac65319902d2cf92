"""What every process of the tree does first."""

from __future__ import annotations

import argparse
import ctypes
import logging
import os
import sys
from dataclasses import dataclass
from typing import NoReturn

from atalaya.cli.django import ready
from atalaya.platform.processes import leave_with_parent

M_ARENA_MAX = -8


@dataclass(frozen=True)
class Options:
    """What ``atalaya up`` told this process."""

    mail: bool


def begin() -> Options:
    """Tie this process to its parent and set Django up."""
    # Compiling everything anew would double the time of every start, so what is compiled is kept
    # even where the machine asks Python not to (PYTHONDONTWRITEBYTECODE, as in many images).
    sys.dont_write_bytecode = False
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int, default=os.getppid())
    parser.add_argument("--log", default="")
    parser.add_argument("--mail", action="store_true")
    given = parser.parse_args()
    leave_with_parent(given.parent)
    _keep_memory_together()
    ready(log=given.log)
    return Options(mail=given.mail)


def leave() -> NoReturn:
    """End this process, whose work is done, without taking the interpreter apart.

    That would take longer than all the rest of a stop.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _keep_memory_together() -> None:
    """Have threads share pools of memory; each having its own costs tens of megabytes."""
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(M_ARENA_MAX, 2)
